// The steps of MADGRAD on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels madgrad_block8_steps = step_kernels<Madgrad, Block8State>();

}  // namespace radam::cuda
