// Steps one vector of elements.
#ifndef RADAM_SRC_STEP_VECTOR_H
#define RADAM_SRC_STEP_VECTOR_H

#include <cstdint>
#include <utility>

#include "algorithm/algorithms.h"
#include "inline.h"
#include "kernels.h"
#include "unroll.h"

namespace {

// Calls body(k) for each buffer of the state that the rule moves.
template <class Algorithm, typename Algorithm::Rule rule, class Body>
RADAM_INLINE void for_state(Body body) {
  unroll(std::make_integer_sequence<int, Algorithm::kBuffers>(), [&](auto index) __attribute__((always_inline)) {
    if constexpr (rule.moves(decltype(index)::value)) body(index);
  });
}

template <class V, class Algorithm, typename Algorithm::Rule rule>
RADAM_INLINE void load_state(typename Algorithm::template Lanes<V>& x, const radam::Buffers& b, std::int64_t i) {
  x.grad = V::load(b.grad + i);
  for_state<Algorithm, rule>([&](auto k) __attribute__((always_inline)) {
    x.state[k.value] = V::load(b.state[k.value] + i);
  });
}

template <class V, class Algorithm, typename Algorithm::Rule rule>
RADAM_INLINE void store_state(const typename Algorithm::template Lanes<V>& x, const radam::Buffers& b, std::int64_t i) {
  for_state<Algorithm, rule>([&](auto k) __attribute__((always_inline)) {
    V::store(b.state[k.value] + i, x.state[k.value]);
  });
}

// own_decays: elements have decays of their own.
template <class V, class Algorithm, typename Algorithm::Rule rule, bool own_decays = false>
RADAM_INLINE void step_vector(const typename Algorithm::template Constants<V>& k, const radam::Buffers& b,
                              std::int64_t i) {
  typename Algorithm::template Lanes<V> x;
  if constexpr (rule.reads_param()) x.param = V::load(b.param + i);
  load_state<V, Algorithm, rule>(x, b, i);
  if constexpr (own_decays) {
    auto own = k;
    own.decay = V::load(b.decay + i);
    apply<Algorithm, V>(rule, own, x);
  } else {
    apply<Algorithm, V>(rule, k, x);
  }
  if constexpr (rule.moves_param()) V::store(b.param + i, x.param);
  store_state<V, Algorithm, rule>(x, b, i);
}

}  // namespace

#endif
