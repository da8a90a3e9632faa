// The steps of Yogi on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels yogi_block8_steps = step_kernels<Yogi, Block8State>();

}  // namespace radam::cuda
