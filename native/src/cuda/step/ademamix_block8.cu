// The steps of AdEMAMix on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels ademamix_block8_steps = step_kernels<AdEmaMix, Block8State>();

}  // namespace radam::cuda
