// The steps of tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels bf16_step_kernels = step_kernels<Bf16State>();

}  // namespace radam::cuda
