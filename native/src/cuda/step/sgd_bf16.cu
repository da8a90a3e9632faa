// The steps of SGD on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels sgd_bf16_steps = step_kernels<Sgd, Bf16State>();

}  // namespace radam::cuda
