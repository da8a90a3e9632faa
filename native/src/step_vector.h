// One vector's worth of elements, from the buffers and back.
#ifndef RADAM_SRC_STEP_VECTOR_H
#define RADAM_SRC_STEP_VECTOR_H

#include <cstdint>

#include "inline.h"
#include "kernels.h"
#include "rule.h"

namespace {

template <class V, Rule rule>
RADAM_INLINE void load_moments(Lanes<V>& x, const radam::Buffers& b, std::int64_t i) {
  x.grad = V::load(b.grad + i);
  if constexpr (rule.moves_exp_avg()) x.exp_avg = V::load(b.exp_avg + i);
  x.exp_avg_sq = V::load(b.exp_avg_sq + i);
  if constexpr (rule.amsgrad) x.max_exp_avg_sq = V::load(b.max_exp_avg_sq + i);
}

template <class V, Rule rule>
RADAM_INLINE void store_moments(const Lanes<V>& x, const radam::Buffers& b, std::int64_t i) {
  if constexpr (rule.moves_exp_avg()) V::store(b.exp_avg + i, x.exp_avg);
  V::store(b.exp_avg_sq + i, x.exp_avg_sq);
  if constexpr (rule.amsgrad) V::store(b.max_exp_avg_sq + i, x.max_exp_avg_sq);
}

// Buffers are radam::Buffers, or others with overloads of the above.
template <class V, Rule rule, class Buffers>
RADAM_INLINE void step_vector(const Constants<V>& k, Buffers& b, std::int64_t i) {
  Lanes<V> x;
  if constexpr (rule.reads_param()) x.param = V::load(b.param + i);
  load_moments<V, rule>(x, b, i);
  apply<V>(rule, k, x);
  if constexpr (rule.moves_param()) V::store(b.param + i, x.param);
  store_moments<V, rule>(x, b, i);
}

}  // namespace

#endif
