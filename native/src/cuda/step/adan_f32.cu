// The steps of Adan on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adan_f32_steps = step_kernels<Adan, F32State>();

}  // namespace radam::cuda
