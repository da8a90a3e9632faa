// The steps of Adadelta on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adadelta_bf16_steps = step_kernels<Adadelta, Bf16State>();

}  // namespace radam::cuda
