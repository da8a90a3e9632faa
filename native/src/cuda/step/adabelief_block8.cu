// The steps of AdaBelief on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adabelief_block8_steps = step_kernels<AdaBelief, Block8State>();

}  // namespace radam::cuda
