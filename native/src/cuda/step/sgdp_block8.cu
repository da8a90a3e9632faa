// The steps of SGDP on tensors whose state is block8.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels sgdp_block8_steps = step_kernels<ByRows<Sgd>, Block8State>();

}  // namespace radam::cuda
