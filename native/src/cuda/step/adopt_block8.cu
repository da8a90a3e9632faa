// The steps of ADOPT on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adopt_block8_steps = step_kernels<Adopt, Block8State>();

}  // namespace radam::cuda
