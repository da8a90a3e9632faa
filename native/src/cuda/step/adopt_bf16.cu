// The steps of ADOPT on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adopt_bf16_steps = step_kernels<Adopt, Bf16State>();

}  // namespace radam::cuda
