// The steps of QHM on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels qhm_bf16_steps = step_kernels<Qhm, Bf16State>();

}  // namespace radam::cuda
