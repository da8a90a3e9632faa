// The steps of Adamax on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adamax_f32_steps = step_kernels<Adamax, F32State>();

}  // namespace radam::cuda
