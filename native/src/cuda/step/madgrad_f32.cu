// The steps of MADGRAD on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels madgrad_f32_steps = step_kernels<Madgrad, F32State>();

}  // namespace radam::cuda
