// The steps of RMSprop on tensors whose state is bf16.
#include "step_kernel.h"

namespace radam::cuda {

const StepKernels rmsprop_bf16_steps = step_kernels<RmsProp, Bf16State>();

}  // namespace radam::cuda
