// The steps of COCOB on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels cocob_bf16_steps = step_kernels<Cocob, Bf16State>();

}  // namespace radam::cuda
