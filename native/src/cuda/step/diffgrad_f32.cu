// The steps of diffGrad on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels diffgrad_f32_steps = step_kernels<DiffGrad, F32State>();

}  // namespace radam::cuda
