// The steps of Schedule-Free AdamW on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels schedulefree_adamw_block8_steps = step_kernels<ScheduleFreeAdamW, Block8State>();

}  // namespace radam::cuda
