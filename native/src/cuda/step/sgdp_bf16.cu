// The steps of SGDP on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels sgdp_bf16_steps = step_kernels<ByRows<Sgd>, Bf16State>();

}  // namespace radam::cuda
