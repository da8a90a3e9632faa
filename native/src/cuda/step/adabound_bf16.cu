// The steps of AdaBound on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adabound_bf16_steps = step_kernels<AdaBound, Bf16State>();

}  // namespace radam::cuda
