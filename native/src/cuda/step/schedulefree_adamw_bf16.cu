// The steps of Schedule-Free AdamW on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels schedulefree_adamw_bf16_steps = step_kernels<ScheduleFreeAdamW, Bf16State>();

}  // namespace radam::cuda
