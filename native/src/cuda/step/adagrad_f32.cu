// The steps of Adagrad on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adagrad_f32_steps = step_kernels<Adagrad, F32State>();

}  // namespace radam::cuda
