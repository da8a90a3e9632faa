// The steps of AdEMAMix on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels ademamix_bf16_steps = step_kernels<AdEmaMix, Bf16State>();

}  // namespace radam::cuda
