// The steps of NAdam on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels nadam_bf16_steps = step_kernels<NAdam, Bf16State>();

}  // namespace radam::cuda
