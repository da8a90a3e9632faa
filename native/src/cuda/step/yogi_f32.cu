// The steps of Yogi on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels yogi_f32_steps = step_kernels<Yogi, F32State>();

}  // namespace radam::cuda
