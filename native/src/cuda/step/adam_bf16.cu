// The steps of Adam on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adam_bf16_steps = step_kernels<Adam, Bf16State>();

}  // namespace radam::cuda
