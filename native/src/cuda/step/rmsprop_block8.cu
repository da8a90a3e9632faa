// The steps of RMSprop on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels rmsprop_block8_steps = step_kernels<RmsProp, Block8State>();

}  // namespace radam::cuda
