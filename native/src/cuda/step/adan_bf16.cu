// The steps of Adan on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adan_bf16_steps = step_kernels<Adan, Bf16State>();

}  // namespace radam::cuda
