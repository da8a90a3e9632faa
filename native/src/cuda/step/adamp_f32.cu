// The steps of AdamP on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adamp_f32_steps = step_kernels<ByRows<NAdam>, F32State>();

}  // namespace radam::cuda
