// The steps of AdamP on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adamp_block8_steps = step_kernels<ByRows<NAdam>, Block8State>();

}  // namespace radam::cuda
