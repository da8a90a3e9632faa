// The steps of QHAdam on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels qhadam_f32_steps = step_kernels<QhAdam, F32State>();

}  // namespace radam::cuda
