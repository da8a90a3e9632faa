// The steps of SGDP on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels sgdp_f32_steps = step_kernels<ByRows<Sgd>, F32State>();

}  // namespace radam::cuda
