// The steps of diffGrad on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels diffgrad_block8_steps = step_kernels<DiffGrad, Block8State>();

}  // namespace radam::cuda
