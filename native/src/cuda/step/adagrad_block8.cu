// The steps of Adagrad on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adagrad_block8_steps = step_kernels<Adagrad, Block8State>();

}  // namespace radam::cuda
