// The steps of Adam on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adam_block8_steps = step_kernels<Adam, Block8State>();

}  // namespace radam::cuda
