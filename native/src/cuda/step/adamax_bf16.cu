// The steps of Adamax on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adamax_bf16_steps = step_kernels<Adamax, Bf16State>();

}  // namespace radam::cuda
