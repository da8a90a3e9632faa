// The kernels of a target: for each rule of each algorithm in float32, for other types, and for statistics.
#ifndef RADAM_SRC_KERNELS_H
#define RADAM_SRC_KERNELS_H

#include <cstdint>

#include <radam/radam.h>

#include "algorithm/algorithms.h"

namespace radam {

// The buffers of one float32 tensor, by pointers to element 0. Those that the tensor does not have are null.
struct Buffers {
  float* param;
  const float* grad;
  float* state[RADAM_MAX_STATE];
  const float* decay = nullptr;  // of each element, in place of that of the coefficients, for a kernel with decay
};

// A tensor as radam_step is given it.
struct Tensor : radam_tensor {
  void* param;
  void* grad;
  void* param_copy;
  float* param_average;

  // Whether the parameters take the slow weights of Lookahead in this step.
  bool takes_slow_weights() const { return lookahead != 0 && average_rate != 0; }

  // The number of an element's row, as grad_mean and row_decay count them.
  std::int64_t row_of(std::int64_t i) const { return (first + i) / row_length - first / row_length; }

  // In a step that has nothing to do with the slow weights, the tensor is one without them.
  void leave_idle_slow_weights() {
    if (lookahead != 0 && !takes_slow_weights()) param_average = nullptr;
  }
};

// Bit k is set if the tensor has state buffer k.
template <class Pointer>
unsigned present_state(Pointer const* state, int count) {
  unsigned present = 0;
  for (int k = 0; k < count; ++k) present |= (state[k] != nullptr ? 1u : 0u) << k;
  return present;
}

using Kernel = void (*)(const radam_coefficients&, const Buffers&, std::int64_t begin, std::int64_t end);

// A step of any types and options. The kernel is the float32 kernel for c.
using StepBlocks = void (*)(const radam_coefficients& c, Kernel, const Tensor&, std::int64_t begin,
                            std::int64_t end);

// grad: element 0 of a tensor of some RADAM_TYPE_....
using GradientStatistics = void (*)(std::int32_t grad_type, const void* grad, std::int64_t begin, std::int64_t end,
                                    radam_statistics&);

// grad: element 0 of row 0. mean: that of row 0.
using GradientMeans = void (*)(std::int32_t grad_type, std::int64_t row_length, std::int64_t begin, std::int64_t end,
                               const void* grad, float* mean);

// Sums over a range of a tensor for a step by c, of which there are as many as its algorithm says. Of an algorithm by
// rows: a range of rows, and the sums of row 0.
using TensorSumsKernel = void (*)(const radam_coefficients& c, const Tensor&, std::int64_t begin, std::int64_t end,
                                  double* sums);

struct KernelTable {
  const Kernel* kernels[Algorithms::kCount];  // for each algorithm, those of its rules; null where it has none
  TensorSumsKernel tensor_sums[Algorithms::kCount];  // of layer-wise algorithms; null for the others
  StepBlocks step_blocks;
  GradientStatistics gradient_statistics;
  GradientMeans gradient_means;
  unsigned patterns;  // that there are kernels for: pattern.h

  // The kernel for checked coefficients, and for the state that is present.
  template <class Algorithm>
  Kernel kernel(const radam_coefficients& c, unsigned present) const {
    return kernels[Algorithm::kId][Algorithm::index_of(Algorithm::rule_of(c, present))];
  }

  Kernel kernel(const radam_coefficients& c, unsigned present) const {
    return with_kernels(c.algorithm, Kernel{nullptr}, [&](auto a) { return kernel<decltype(a)>(c, present); });
  }
};

}  // namespace radam

#endif
