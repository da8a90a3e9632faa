// Steps a group of vectors together. They share the work between the divider and the units that multiply and add.
#ifndef RADAM_SRC_STEP_GROUP_H
#define RADAM_SRC_STEP_GROUP_H

#include <cstdint>
#include <utility>

#include "algorithm/algorithms.h"
#include "by_fma.h"
#include "inline.h"
#include "kernels.h"
#include "pattern.h"
#include "step_vector.h"
#include "unroll.h"

namespace {

// Steps a group of vectors. Those of share.by_fma compute the quotient, and perhaps the root, by FMA. Returns false if
// the guard rejected them, so that the divider computed all.
template <class V, class Algorithm, typename Algorithm::Rule rule, radam::Share share, bool own_decays>
RADAM_INLINE bool step_group(const typename Algorithm::template Constants<V>& k, const radam::Buffers& b,
                             std::int64_t begin) {
  constexpr auto vectors = std::make_integer_sequence<int, share.group>();
  using ByFma = ::ByFma<V, share.sqrt_by_fma>;
  constexpr auto by_fma = [](int j) { return (share.by_fma >> j & 1) != 0; };
  // A gradient beyond the bound makes a radicand that the guard rejects. So gradients need not be bounded if the guard
  // accepts the group. The new state must not be stored before that is known.
  constexpr bool guarded = share.bound_by_guard && Algorithm::radicand_shows_bound(rule);
  typename Algorithm::template Lanes<V> x[share.group];
  typename V::Register divisor[share.group], update[share.group];
  typename V::Guard guard;

  unroll(vectors, [&](auto index) __attribute__((always_inline)) {
    constexpr int j = decltype(index)::value;
    const std::int64_t i = begin + j * V::kLanes;
    if constexpr (rule.weight_decay == kL2) x[j].param = V::load(b.param + i);
    load_state<V, Algorithm, rule>(x[j], b, i);
    Algorithm::template move_state<V, !guarded>(rule, k, x[j]);
    if constexpr (!guarded) store_state<V, Algorithm, rule>(x[j], b, i);
    const auto radicand = Algorithm::template radicand<V>(rule, x[j]);
    if constexpr (by_fma(j)) {
      divisor[j] = Algorithm::template denominator<V, ByFma>(rule, k, x[j]);
      guard.watch(Algorithm::template numerator<V>(rule, x[j]), radicand, divisor[j]);
    } else {
      divisor[j] = Algorithm::template denominator<V, ByDivider<V>>(rule, k, x[j]);
      if constexpr (guarded) guard.watch(radicand);
    }
  });
  if constexpr (guarded) {
    if (__builtin_expect(!guard.accepts(), false)) {
      for (int j = 0; j < share.group; ++j) step_vector<V, Algorithm, rule, own_decays>(k, b, begin + j * V::kLanes);
      return false;
    }
  }
  unroll(vectors, [&](auto index) __attribute__((always_inline)) {
    constexpr int j = decltype(index)::value;
    if constexpr (guarded) store_state<V, Algorithm, rule>(x[j], b, begin + j * V::kLanes);
    const auto numerator = Algorithm::template numerator<V>(rule, x[j]);
    if constexpr (by_fma(j)) {
      update[j] = ByFma::div(numerator, divisor[j]);
    } else {
      update[j] = V::div(numerator, divisor[j]);
    }
  });
  const bool accepted = guarded || guard.accepts();
  if (__builtin_expect(!accepted, false)) {
    unroll(vectors, [&](auto index) __attribute__((always_inline)) {
      constexpr int j = decltype(index)::value;
      if constexpr (by_fma(j)) update[j] = Algorithm::template update<V>(rule, k, x[j]);
    });
  }
  unroll(vectors, [&](auto index) __attribute__((always_inline)) {
    constexpr int j = decltype(index)::value;
    const std::int64_t i = begin + j * V::kLanes;
    // Where L2 decay has loaded it before, again: there are not enough registers to keep it.
    if constexpr (guarded || rule.weight_decay != kL2) x[j].param = V::load(b.param + i);
    auto decay = k.decay;
    if constexpr (own_decays) decay = V::load(b.decay + i);
    V::store(b.param + i, moved<V>(rule.weight_decay, k.step_size, decay, x[j].param, update[j]));
  });
  return accepted;
}

// Steps whole groups, and returns where it ended. Elements that the guard rejects come in long runs, such as rows of an
// embedding that have had no gradient yet. So after a rejected group the divider works alone for a while, and for
// longer each time, so that attempts cost next to nothing.
template <class V, class Algorithm, typename Algorithm::Rule rule, radam::Share share, bool own_decays>
RADAM_INLINE std::int64_t step_groups(const typename Algorithm::template Constants<V>& k, const radam::Buffers& b,
                                      std::int64_t begin, std::int64_t end) {
  constexpr std::int64_t group = share.group * V::kLanes, longest_pause = 64;
  std::int64_t i = begin, pause = 1;
  while (end - i >= group) {
    const bool accepted = step_group<V, Algorithm, rule, share, own_decays>(k, b, i);
    i += group;
    if (__builtin_expect(accepted, true)) {
      pause = 1;
      continue;
    }
    const std::int64_t whole = (end - i) / V::kLanes, paused = pause * share.group;
    for (std::int64_t n = whole < paused ? whole : paused; n > 0; --n, i += V::kLanes)
      step_vector<V, Algorithm, rule, own_decays>(k, b, i);
    pause = pause < longest_pause ? 2 * pause : longest_pause;
  }
  return i;
}

}  // namespace

#endif
