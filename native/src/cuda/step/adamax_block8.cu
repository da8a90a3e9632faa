// The steps of Adamax on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adamax_block8_steps = step_kernels<Adamax, Block8State>();

}  // namespace radam::cuda
