// The steps of QHM on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels qhm_f32_steps = step_kernels<Qhm, F32State>();

}  // namespace radam::cuda
