// The steps of Padam on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels padam_bf16_steps = step_kernels<Padam, Bf16State>();

}  // namespace radam::cuda
