// The steps of ADOPT on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels adopt_f32_steps = step_kernels<Adopt, F32State>();

}  // namespace radam::cuda
