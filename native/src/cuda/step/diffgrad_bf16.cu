// The steps of diffGrad on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels diffgrad_bf16_steps = step_kernels<DiffGrad, Bf16State>();

}  // namespace radam::cuda
