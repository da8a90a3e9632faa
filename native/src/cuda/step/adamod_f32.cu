// The steps of AdaMod on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adamod_f32_steps = step_kernels<AdaMod, F32State>();

}  // namespace radam::cuda
