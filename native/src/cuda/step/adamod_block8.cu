// The steps of AdaMod on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adamod_block8_steps = step_kernels<AdaMod, Block8State>();

}  // namespace radam::cuda
