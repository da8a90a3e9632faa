// What a target offers: one float32 kernel for each combination of the rule's parts, and what is built around them.
#ifndef RADAM_SRC_KERNELS_H
#define RADAM_SRC_KERNELS_H

#include <cstdint>

#include <radam/radam.h>

namespace radam {

// Buffers of one tensor, each to its element 0. max_exp_avg_sq is null without AMSGrad.
struct Buffers {
  float* param;
  const float* grad;
  float* exp_avg;
  float* exp_avg_sq;
  float* max_exp_avg_sq;
};

// All that radam_step is told of a tensor.
struct Tensor : radam_tensor {
  void* param;
  void* grad;
  void* param_copy;
  float* param_average;
};

using Kernel = void (*)(const radam_coefficients&, const Buffers&, std::int64_t begin, std::int64_t end);

// A kernel's place in the table: mode in the low two bits, then a bit for each part.
enum KernelIndex : unsigned { kModeMask = 3, kL2 = 4, kDecay = 8, kAmsgrad = 16, kStepBack = 32, kKernelCount = 64 };

// The step of any types and options, with the kernel for c where all is float32.
using StepBlocks = void (*)(const radam_coefficients& c, Kernel, const Tensor&, std::int64_t begin,
                            std::int64_t end);

// grad: element 0 of a tensor of some RADAM_TYPE_....
using GradientStatistics = void (*)(std::int32_t grad_type, const void* grad, std::int64_t begin, std::int64_t end,
                                    radam_statistics&);

struct KernelTable {
  Kernel kernels[kKernelCount];
  StepBlocks step_blocks;
  GradientStatistics gradient_statistics;
};

extern const KernelTable scalar_kernels;
extern const KernelTable avx2_kernels;
extern const KernelTable avx512_kernels;

}  // namespace radam

#endif
