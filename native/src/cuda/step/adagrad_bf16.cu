// The steps of Adagrad on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adagrad_bf16_steps = step_kernels<Adagrad, Bf16State>();

}  // namespace radam::cuda
