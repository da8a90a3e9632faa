// The steps of Lion on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels lion_f32_steps = step_kernels<Lion, F32State>();

}  // namespace radam::cuda
