// The steps of tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels f32_step_kernels = step_kernels<F32State>();

}  // namespace radam::cuda
