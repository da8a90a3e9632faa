// The steps of AdaBelief on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adabelief_bf16_steps = step_kernels<AdaBelief, Bf16State>();

}  // namespace radam::cuda
