// The steps of Yogi on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels yogi_bf16_steps = step_kernels<Yogi, Bf16State>();

}  // namespace radam::cuda
