// The steps of Lion on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels lion_bf16_steps = step_kernels<Lion, Bf16State>();

}  // namespace radam::cuda
