// The steps of Schedule-Free SGD on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels schedulefree_sgd_bf16_steps = step_kernels<ScheduleFreeSgd, Bf16State>();

}  // namespace radam::cuda
