// The steps of Adadelta on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adadelta_f32_steps = step_kernels<Adadelta, F32State>();

}  // namespace radam::cuda
