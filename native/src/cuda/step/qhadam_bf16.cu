// The steps of QHAdam on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels qhadam_bf16_steps = step_kernels<QhAdam, Bf16State>();

}  // namespace radam::cuda
