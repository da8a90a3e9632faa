// The steps of Padam on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels padam_f32_steps = step_kernels<Padam, F32State>();

}  // namespace radam::cuda
