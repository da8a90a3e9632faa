// The steps of NAdam on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels nadam_f32_steps = step_kernels<NAdam, F32State>();

}  // namespace radam::cuda
