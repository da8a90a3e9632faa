// The steps of Padam on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels padam_block8_steps = step_kernels<Padam, Block8State>();

}  // namespace radam::cuda
