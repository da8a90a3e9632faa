// The steps of SGD on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels sgd_block8_steps = step_kernels<Sgd, Block8State>();

}  // namespace radam::cuda
