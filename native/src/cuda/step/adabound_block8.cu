// The steps of AdaBound on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adabound_block8_steps = step_kernels<AdaBound, Block8State>();

}  // namespace radam::cuda
