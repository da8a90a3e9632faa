// The steps of AdaBelief on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adabelief_f32_steps = step_kernels<AdaBelief, F32State>();

}  // namespace radam::cuda
