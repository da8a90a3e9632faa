// The loop over a range, and the table of its kernels. Included by target/*.cpp with the vector type of each.
#ifndef RADAM_SRC_DRIVER_H
#define RADAM_SRC_DRIVER_H

#include <cstdint>
#include <utility>

#include "algorithm/algorithms.h"
#include "gradient_means.h"
#include "gradient_statistics.h"
#include "kernels.h"
#include "pattern.h"
#include "row_sums.h"
#include "step_by_stages.h"
#include "step_blocks.h"
#include "step_group.h"
#include "step_vector.h"
#include "tensor_sums.h"

namespace {

// Steps the last elements, which are fewer than a vector. They are copied to a full vector and back, so that they go
// through the same operations, and nothing beyond the range is accessed.
template <class V, class Algorithm, typename Algorithm::Rule rule, bool own_decays>
__attribute__((noinline)) void step_tail(const typename Algorithm::template Constants<V>& k, const radam::Buffers& b,
                                         std::int64_t i, std::int64_t n) {
  float param[V::kLanes] = {}, grad[V::kLanes] = {}, state[Algorithm::kBuffers][V::kLanes] = {}, decay[V::kLanes] = {};
  const auto bytes = static_cast<std::size_t>(n) * sizeof(float);
  radam::Buffers staged{param, grad, {}};
  if constexpr (rule.reads_param()) __builtin_memcpy(param, b.param + i, bytes);
  __builtin_memcpy(grad, b.grad + i, bytes);
  for_state<Algorithm, rule>([&](auto index) {
    staged.state[index.value] = state[index.value];
    __builtin_memcpy(state[index.value], b.state[index.value] + i, bytes);
  });
  if constexpr (own_decays) {
    staged.decay = decay;
    __builtin_memcpy(decay, b.decay + i, bytes);
  }

  step_vector<V, Algorithm, rule, own_decays>(k, staged, 0);

  if constexpr (rule.moves_param()) __builtin_memcpy(b.param + i, param, bytes);
  for_state<Algorithm, rule>([&](auto index) {
    __builtin_memcpy(b.state[index.value] + i, state[index.value], bytes);
  });
}

constexpr int kSmallestGroup = 4;  // its vectors

// Steps whole groups by the pattern in use, if the kernels are compiled for it, and returns where it ended.
template <class V, class Algorithm, typename Algorithm::Rule rule, radam::Pattern pattern, bool own_decays>
RADAM_INLINE std::int64_t step_groups_of(radam::Pattern in_use, const typename Algorithm::template Constants<V>& k,
                                         const radam::Buffers& b, std::int64_t begin, std::int64_t end) {
  if constexpr ((V::kPatterns & radam::set_of(pattern)) != 0) {
    static_assert(V::share(pattern).group >= kSmallestGroup);
    if (in_use == pattern) return step_groups<V, Algorithm, rule, V::share(pattern), own_decays>(k, b, begin, end);
  }
  return begin;
}

// Whether elements may have decays of their own in steps by a rule.
template <class Algorithm, typename Algorithm::Rule rule>
constexpr bool may_have_own_decays() {
  if constexpr (requires(radam_coefficients & c) { Algorithm::decay(c); }) return rule.weight_decay == kDecoupled;
  else return false;
}

template <class V, class Algorithm, typename Algorithm::Rule rule, bool own_decays>
RADAM_INLINE void step_elements(const radam_coefficients& c, const radam::Buffers& buffers, std::int64_t begin,
                                std::int64_t end) {
  const typename Algorithm::template Constants<V> k(c);
  const radam::Buffers b = buffers;  // a copy, so that the compiler knows that no store to a buffer changes it
  std::int64_t i = begin;
  if constexpr (rule.divides() && V::kPatterns != radam::set_of(radam::Pattern::kDivider)) {
    // Small tensors have no whole group, and do not ask.
    if (end - i >= kSmallestGroup * V::kLanes && Algorithm::may_go_by_fma(c)) {
      const radam::Pattern in_use = V::pattern();
      i = step_groups_of<V, Algorithm, rule, radam::Pattern::kQuarter, own_decays>(in_use, k, b, i, end);
      i = step_groups_of<V, Algorithm, rule, radam::Pattern::kHalf, own_decays>(in_use, k, b, i, end);
    }
  }
  if constexpr (kRaises<Algorithm> && V::kLanes > 1) i = step_by_stages<V, Algorithm, rule>(k, b, i, end);
  for (; end - i >= V::kLanes; i += V::kLanes) step_vector<V, Algorithm, rule, own_decays>(k, b, i);
  if constexpr (V::kLanes > 1) {
    if (i < end) step_tail<V, Algorithm, rule, own_decays>(k, b, i, end - i);
  }
}

// Not inline, so that the kernel without it stays as it is.
template <class V, class Algorithm, typename Algorithm::Rule rule>
__attribute__((noinline)) void step_by_own_decays(const radam_coefficients& c, const radam::Buffers& b,
                                                  std::int64_t begin, std::int64_t end) {
  step_elements<V, Algorithm, rule, true>(c, b, begin, end);
}

template <class V, class Algorithm, typename Algorithm::Rule rule>
void step_range(const radam_coefficients& c, const radam::Buffers& b, std::int64_t begin, std::int64_t end) {
  if constexpr (may_have_own_decays<Algorithm, rule>()) {
    if (b.decay != nullptr) return step_by_own_decays<V, Algorithm, rule>(c, b, begin, end);
  }
  step_elements<V, Algorithm, rule, false>(c, b, begin, end);
}

template <class V, class Algorithm, class Numbers>
struct Kernels;

template <class V, class Algorithm, int... numbers>
struct Kernels<V, Algorithm, std::integer_sequence<int, numbers...>> {
  static constexpr radam::Kernel of_rule[] = {step_range<V, Algorithm, Algorithm::rule(numbers)>...};
};

template <class V, class Algorithm>
constexpr const radam::Kernel* kernels_of() {
  if constexpr (kIsLayerwise<Algorithm>) return nullptr;
  else return Kernels<V, Algorithm, std::make_integer_sequence<int, Algorithm::kRules>>::of_rule;
}

template <class V, class Algorithm>
constexpr radam::TensorSumsKernel tensor_sums_of() {
  if constexpr (is_by_rows<Algorithm>()) return row_sums<V, Algorithm>;
  else if constexpr (kIsLayerwise<Algorithm>) return tensor_sums<V, Algorithm>;
  else return nullptr;
}

template <class V, class... Of>
constexpr radam::KernelTable kernel_table(List<Of...>) {
  return {{kernels_of<V, Of>()...},
          {tensor_sums_of<V, Of>()...},
          step_blocks<V>,
          gradient_statistics<V>,
          gradient_means<V>,
          V::kPatterns};
}

template <class V>
constexpr radam::KernelTable kernel_table() {
  return kernel_table<V>(Algorithms());
}

}  // namespace

#endif
