// The steps of Adan on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adan_block8_steps = step_kernels<Adan, Block8State>();

}  // namespace radam::cuda
