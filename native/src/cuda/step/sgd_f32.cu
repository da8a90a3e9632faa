// The steps of SGD on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels sgd_f32_steps = step_kernels<Sgd, F32State>();

}  // namespace radam::cuda
