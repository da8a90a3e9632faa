// The steps of AdaBound on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adabound_f32_steps = step_kernels<AdaBound, F32State>();

}  // namespace radam::cuda
