// Steps of rules that raise a number to a power, for many vectors at once. A power is a chain of some thirty
// operations, each of which waits for the one before. A processor works on several vectors at a time, but does not look
// far enough ahead for as many as it takes; within a part of the chain, it does.
#ifndef RADAM_SRC_STEP_BY_STAGES_H
#define RADAM_SRC_STEP_BY_STAGES_H

#include <cstdint>
#include <type_traits>

#include "algorithm/algorithms.h"
#include "algorithm/element_functions.h"
#include "inline.h"
#include "kernels.h"
#include "step_vector.h"

namespace {

// Whether an algorithm's rules raise to a power. Such an algorithm has, besides move_state,
//
//   base(rule, k, x)            moves the state that does not depend on the power, and returns what is raised
//   with_power(rule, k, x, p)   the rest of move_state; x has the parameter, the gradient as it was, and the state
//   moves_with_power(k)         whether that moves buffer k of the state, which base does not
//
// and in its constants the exponent.
template <class Algorithm>
constexpr bool kRaises = requires { Algorithm::moves_with_power(0); };

// Steps whole groups, and returns where it ended.
template <class V, class Algorithm, typename Algorithm::Rule rule>
RADAM_INLINE std::int64_t step_by_stages(const typename Algorithm::template Constants<V>& k, const radam::Buffers& b,
                                         std::int64_t begin, std::int64_t end) {
  constexpr std::int64_t kGroup = 16 * V::kLanes;
  static_assert(rule.reads_param() && rule.moves_param());
  alignas(64) float base[kGroup], whole[kGroup];
  std::int64_t i = begin;
  for (; end - i >= kGroup; i += kGroup) {
    typename Algorithm::template Lanes<V> x;
    const auto load = [&](std::int64_t j) __attribute__((always_inline)) {
      x.param = V::load(b.param + i + j);
      load_state<V, Algorithm, rule>(x, b, i + j);
    };
    const auto store = [&](std::int64_t j, auto with_power) __attribute__((always_inline)) {
      constexpr bool last = decltype(with_power)::value;
      for_state<Algorithm, rule>([&](auto n) __attribute__((always_inline)) {
        if constexpr (Algorithm::moves_with_power(decltype(n)::value) == last)
          V::store(b.state[n.value] + i + j, x.state[n.value]);
      });
    };
    for (std::int64_t j = 0; j < kGroup; j += V::kLanes) {
      load(j);
      V::store(base + j, Algorithm::template base<V>(rule, k, x));
      store(j, std::false_type());
    }
    for (std::int64_t j = 0; j < kGroup; j += V::kLanes) {
      const auto logarithm = scaled_log2<V>(V::load(base + j), k.exponent);
      V::store(base + j, logarithm.rest);
      V::store(whole + j, V::as_float(logarithm.whole));
    }
    for (std::int64_t j = 0; j < kGroup; j += V::kLanes) {
      load(j);
      const Logarithm<V> logarithm{V::load(base + j), V::as_int(V::load(whole + j))};
      Algorithm::template with_power<V>(rule, k, x, exp2<V>(logarithm));
      const auto update = Algorithm::template update<V>(rule, k, x);
      V::store(b.param + i + j, moved<V>(weight_decay_of(rule, k), k.step_size, k.decay, x.param, update));
      store(j, std::true_type());
    }
  }
  return i;
}

}  // namespace

#endif
