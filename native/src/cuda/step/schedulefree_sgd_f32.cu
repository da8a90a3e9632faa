// The steps of Schedule-Free SGD on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels schedulefree_sgd_f32_steps = step_kernels<ScheduleFreeSgd, F32State>();

}  // namespace radam::cuda
