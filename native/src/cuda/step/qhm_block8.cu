// The steps of QHM on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels qhm_block8_steps = step_kernels<Qhm, Block8State>();

}  // namespace radam::cuda
