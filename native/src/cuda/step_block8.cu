// The steps of tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels block8_step_kernels = step_kernels<Block8State>();

}  // namespace radam::cuda
