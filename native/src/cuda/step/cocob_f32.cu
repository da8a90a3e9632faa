// The steps of COCOB on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels cocob_f32_steps = step_kernels<Cocob, F32State>();

}  // namespace radam::cuda
