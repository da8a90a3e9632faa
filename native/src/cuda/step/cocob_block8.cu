// The steps of COCOB on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels cocob_block8_steps = step_kernels<Cocob, Block8State>();

}  // namespace radam::cuda
