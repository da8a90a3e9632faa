// The steps of MADGRAD on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels madgrad_bf16_steps = step_kernels<Madgrad, Bf16State>();

}  // namespace radam::cuda
