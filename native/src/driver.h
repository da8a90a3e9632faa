// The loop over a range, and the table of its instances. Included by target/*.cpp with the vector type of each.
#ifndef RADAM_SRC_DRIVER_H
#define RADAM_SRC_DRIVER_H

#include <cstdint>
#include <utility>

#include "gradient_statistics.h"
#include "kernels.h"
#include "rule.h"
#include "step_blocks.h"
#include "step_group.h"
#include "step_vector.h"

namespace {

// The last elements, fewer than a vector: staged through full vectors, so that they see the very same operations and
// nothing beyond the range is touched.
template <class V, Rule rule>
__attribute__((noinline)) void step_tail(const Constants<V>& k, const radam::Buffers& b, std::int64_t i,
                                         std::int64_t n) {
  float param[V::kLanes] = {}, grad[V::kLanes] = {}, exp_avg[V::kLanes] = {}, exp_avg_sq[V::kLanes] = {},
        max_exp_avg_sq[V::kLanes] = {};
  const auto bytes = static_cast<std::size_t>(n) * sizeof(float);
  if constexpr (rule.reads_param()) __builtin_memcpy(param, b.param + i, bytes);
  __builtin_memcpy(grad, b.grad + i, bytes);
  if constexpr (rule.moves_exp_avg()) __builtin_memcpy(exp_avg, b.exp_avg + i, bytes);
  __builtin_memcpy(exp_avg_sq, b.exp_avg_sq + i, bytes);
  if constexpr (rule.amsgrad) __builtin_memcpy(max_exp_avg_sq, b.max_exp_avg_sq + i, bytes);

  const radam::Buffers staged{param, grad, exp_avg, exp_avg_sq, max_exp_avg_sq};
  step_vector<V, rule>(k, staged, 0);

  if constexpr (rule.moves_param()) __builtin_memcpy(b.param + i, param, bytes);
  if constexpr (rule.moves_exp_avg()) __builtin_memcpy(b.exp_avg + i, exp_avg, bytes);
  __builtin_memcpy(b.exp_avg_sq + i, exp_avg_sq, bytes);
  if constexpr (rule.amsgrad) __builtin_memcpy(b.max_exp_avg_sq + i, max_exp_avg_sq, bytes);
}

template <class V, Rule rule>
void step_range(const radam_coefficients& c, const radam::Buffers& buffers, std::int64_t begin, std::int64_t end) {
  const Constants<V> k(c);
  const radam::Buffers b = buffers;  // a copy, which a store to one of the buffers cannot change
  std::int64_t i = begin;
  if constexpr (rule.mode == RADAM_MODE_ADAPTIVE && V::kByFma != 0) {
    if (c.epsilon <= guard::kMaxEpsilon) i = step_groups<V, rule>(k, b, i, end);
  }
  for (; end - i >= V::kLanes; i += V::kLanes) step_vector<V, rule>(k, b, i);
  if constexpr (V::kLanes > 1) {
    if (i < end) step_tail<V, rule>(k, b, i, end - i);
  }
}

// Parts that a mode ignores do not make another kernel.
constexpr Rule rule_of(unsigned index) {
  const int mode = static_cast<int>(index & radam::kModeMask);
  const bool moves_param = mode == RADAM_MODE_ADAPTIVE || mode == RADAM_MODE_MOMENTUM;
  return {mode, (index & radam::kL2) != 0, moves_param && (index & radam::kDecay) != 0,
          (index & radam::kAmsgrad) != 0, (index & radam::kStepBack) != 0};
}

template <class V, unsigned... index>
constexpr radam::KernelTable table_of(std::integer_sequence<unsigned, index...>) {
  return {{step_range<V, rule_of(index)>...}, step_blocks<V>, gradient_statistics<V>};
}

template <class V>
constexpr radam::KernelTable kernel_table() {
  return table_of<V>(std::make_integer_sequence<unsigned, radam::kKernelCount>());
}

}  // namespace

#endif
