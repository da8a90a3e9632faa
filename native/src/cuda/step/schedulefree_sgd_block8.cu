// The steps of Schedule-Free SGD on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels schedulefree_sgd_block8_steps = step_kernels<ScheduleFreeSgd, Block8State>();

}  // namespace radam::cuda
