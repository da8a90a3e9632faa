// What a target offers: float32 kernels for each rule of each algorithm, and what is built around them.
#ifndef RADAM_SRC_KERNELS_H
#define RADAM_SRC_KERNELS_H

#include <cstdint>

#include <radam/radam.h>

#include "algorithm/algorithms.h"

namespace radam {

// Buffers of one tensor, each to its element 0. Those that are not there are null.
struct Buffers {
  float* param;
  const float* grad;
  float* state[RADAM_MAX_STATE];
};

// All that radam_step is told of a tensor.
struct Tensor : radam_tensor {
  void* param;
  void* grad;
  void* param_copy;
  float* param_average;
};

// Bit k is set where buffer k of the state is there.
template <class Pointer>
unsigned present_state(Pointer const* state, int count) {
  unsigned present = 0;
  for (int k = 0; k < count; ++k) present |= (state[k] != nullptr ? 1u : 0u) << k;
  return present;
}

using Kernel = void (*)(const radam_coefficients&, const Buffers&, std::int64_t begin, std::int64_t end);

// The step of any types and options, with the kernel for c where all is float32.
using StepBlocks = void (*)(const radam_coefficients& c, Kernel, const Tensor&, std::int64_t begin,
                            std::int64_t end);

// grad: element 0 of a tensor of some RADAM_TYPE_....
using GradientStatistics = void (*)(std::int32_t grad_type, const void* grad, std::int64_t begin, std::int64_t end,
                                    radam_statistics&);

struct KernelTable {
  const Kernel* kernels[Algorithms::kCount];  // of each algorithm those of its rules
  StepBlocks step_blocks;
  GradientStatistics gradient_statistics;

  // For coefficients that were checked, and the state that is there.
  template <class Algorithm>
  Kernel kernel(const radam_coefficients& c, unsigned present) const {
    return kernels[Algorithm::kId][Algorithm::index_of(Algorithm::rule_of(c, present))];
  }

  Kernel kernel(const radam_coefficients& c, unsigned present) const {
    return with_algorithm(c.algorithm, Kernel{nullptr}, [&](auto a) { return kernel<decltype(a)>(c, present); });
  }
};

extern const KernelTable scalar_kernels;
extern const KernelTable avx2_kernels;
extern const KernelTable avx512_kernels;

}  // namespace radam

#endif
