// A few vectors together, which share the divider and the units that multiply and add.
#ifndef RADAM_SRC_STEP_GROUP_H
#define RADAM_SRC_STEP_GROUP_H

#include <cstdint>
#include <utility>

#include "by_fma.h"
#include "inline.h"
#include "kernels.h"
#include "rule.h"
#include "step_vector.h"
#include "unroll.h"

namespace {

// Steps V::kGroup vectors; V::kByFma says which of them go by FMA. False if they could not, and the divider did it all.
template <class V, Rule rule>
RADAM_INLINE bool step_group(const Constants<V>& k, const radam::Buffers& b, std::int64_t begin) {
  constexpr auto vectors = std::make_integer_sequence<int, V::kGroup>();
  constexpr auto by_fma = [](int j) { return (V::kByFma >> j & 1) != 0; };
  Lanes<V> x[V::kGroup];
  typename V::Register divisor[V::kGroup], update[V::kGroup];
  typename V::Guard guard;

  unroll(vectors, [&](auto index) __attribute__((always_inline)) {
    constexpr int j = decltype(index)::value;
    const std::int64_t i = begin + j * V::kLanes;
    if constexpr (rule.l2) x[j].param = V::load(b.param + i);
    load_moments<V, rule>(x[j], b, i);
    move_moments<V>(rule, k, x[j]);
    store_moments<V, rule>(x[j], b, i);
    if constexpr (by_fma(j)) {
      divisor[j] = denominator<V, ByFma<V>>(rule, k, x[j]);
      guard.watch(x[j].exp_avg, second_moment<V>(rule, x[j]), divisor[j]);
    } else {
      divisor[j] = denominator<V, ByDivider<V>>(rule, k, x[j]);
    }
  });
  unroll(vectors, [&](auto index) __attribute__((always_inline)) {
    constexpr int j = decltype(index)::value;
    update[j] = by_fma(j) ? ByFma<V>::div(x[j].exp_avg, divisor[j]) : V::div(x[j].exp_avg, divisor[j]);
  });
  const bool accepted = guard.accepts();
  if (__builtin_expect(!accepted, false)) {
    unroll(vectors, [&](auto index) __attribute__((always_inline)) {
      constexpr int j = decltype(index)::value;
      if constexpr (by_fma(j)) update[j] = V::div(x[j].exp_avg, denominator<V, ByDivider<V>>(rule, k, x[j]));
    });
  }
  unroll(vectors, [&](auto index) __attribute__((always_inline)) {
    constexpr int j = decltype(index)::value;
    const std::int64_t i = begin + j * V::kLanes;
    if constexpr (!rule.l2) x[j].param = V::load(b.param + i);
    move_param<V>(rule, k, x[j], update[j]);
    V::store(b.param + i, x[j].param);
  });
  return accepted;
}

// Steps groups for as long as there are whole ones; returns where it ended. Elements that the guard turns down come in
// long runs (rows of an embedding that no gradient has touched, say): after one of them the divider works alone for a
// while, and longer each time, so that trying costs next to nothing.
template <class V, Rule rule>
RADAM_INLINE std::int64_t step_groups(const Constants<V>& k, const radam::Buffers& b, std::int64_t begin,
                                      std::int64_t end) {
  constexpr std::int64_t group = V::kGroup * V::kLanes, longest_pause = 64;
  std::int64_t i = begin, pause = 1;
  while (end - i >= group) {
    const bool accepted = step_group<V, rule>(k, b, i);
    i += group;
    if (__builtin_expect(accepted, true)) {
      pause = 1;
      continue;
    }
    const std::int64_t whole = (end - i) / V::kLanes, paused = pause * V::kGroup;
    for (std::int64_t n = whole < paused ? whole : paused; n > 0; --n, i += V::kLanes) step_vector<V, rule>(k, b, i);
    pause = pause < longest_pause ? 2 * pause : longest_pause;
  }
  return i;
}

}  // namespace

#endif
