// The steps of AdEMAMix on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels ademamix_f32_steps = step_kernels<AdEmaMix, F32State>();

}  // namespace radam::cuda
