// The steps of AdaMod on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adamod_bf16_steps = step_kernels<AdaMod, Bf16State>();

}  // namespace radam::cuda
