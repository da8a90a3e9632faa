// The steps of Lion on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels lion_block8_steps = step_kernels<Lion, Block8State>();

}  // namespace radam::cuda
