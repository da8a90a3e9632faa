// The steps of QHAdam on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels qhadam_block8_steps = step_kernels<QhAdam, Block8State>();

}  // namespace radam::cuda
