// The steps of Adadelta on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adadelta_block8_steps = step_kernels<Adadelta, Block8State>();

}  // namespace radam::cuda
