// The steps of NAdam on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels nadam_block8_steps = step_kernels<NAdam, Block8State>();

}  // namespace radam::cuda
