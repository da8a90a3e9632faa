// The steps of RMSprop on tensors whose state is f32.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels rmsprop_f32_steps = step_kernels<RmsProp, F32State>();

}  // namespace radam::cuda
