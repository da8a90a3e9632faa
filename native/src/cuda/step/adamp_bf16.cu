// The steps of AdamP on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adamp_bf16_steps = step_kernels<ByRows<NAdam>, Bf16State>();

}  // namespace radam::cuda
