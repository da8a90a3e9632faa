// The steps of Adam on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adam_f32_steps = step_kernels<Adam, F32State>();

}  // namespace radam::cuda
