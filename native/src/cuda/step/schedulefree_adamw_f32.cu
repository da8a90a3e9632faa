// The steps of Schedule-Free AdamW on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels schedulefree_adamw_f32_steps = step_kernels<ScheduleFreeAdamW, F32State>();

}  // namespace radam::cuda
