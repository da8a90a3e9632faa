// Steps of whole blocks with small state, for the rules that are common in training. One loop decodes the state,
// applies the rule and finds the largest magnitudes. Units that would otherwise wait for the divider do this work, and
// it saves passes over buffers in the cache.
#ifndef RADAM_SRC_STEP_FUSED_H
#define RADAM_SRC_STEP_FUSED_H

#include <cstdint>
#include <utility>

#include "algorithm/algorithms.h"
#include "step_vector.h"
#include "storage/convert.h"
#include "storage/random.h"
#include "storage/small_state.h"

namespace {

// One buffer of the state: as it is stored, and the float32 buffer for its new values.
template <class V, class Codes>
struct FusedState {
  Codes codes;
  const unsigned char* from;
  float* next;
};

template <class V, template <class, bool> class Codes, class Algorithm, int k>
struct NumberedState : FusedState<V, Codes<V, Algorithm::buffer(k).is_signed>> {};

// The buffers of a block: parameters and gradients as float32, and the state. Without an array, so that the compiler
// keeps all of it in registers.
template <class V, template <class, bool> class Codes, class Algorithm, class Numbers>
struct FusedBuffers;

template <class V, template <class, bool> class Codes, class Algorithm, int... numbers>
struct FusedBuffers<V, Codes, Algorithm, std::integer_sequence<int, numbers...>>
    : NumberedState<V, Codes, Algorithm, numbers>... {
  float* param;
  const float* grad;

  FusedBuffers(float* params, const float* grads, const radam::Tensor& t, const BlockRange& at,
               float (*new_state)[RADAM_BLOCK_SIZE])
      : NumberedState<V, Codes, Algorithm, numbers>{{{t.state[numbers], t.state_scale[numbers], at},
                                                     nullptr, new_state[numbers]}}...,
        param(params), grad(grads) {
    for_all([&](auto& state) { state.from = state.codes.place; });
  }

  template <int k>
  RADAM_INLINE_MEMBER NumberedState<V, Codes, Algorithm, k>& state() {
    return *this;
  }

 private:
  template <class Body>
  void for_all(Body body) {
    (body(state<numbers>()), ...);
  }
};

template <class V, class Algorithm, typename Algorithm::Rule rule, template <class, bool> class Codes, class Numbers>
RADAM_INLINE void load_state(typename Algorithm::template Lanes<V>& x, FusedBuffers<V, Codes, Algorithm, Numbers>& b,
                             std::int64_t i) {
  x.grad = V::load(b.grad + i);
  for_state<Algorithm, rule>([&](auto k) __attribute__((always_inline)) {
    auto& state = b.template state<k.value>();
    x.state[k.value] = state.codes.load(state.from + i * state.codes.kBytes);
  });
}

template <class V, class Algorithm, typename Algorithm::Rule rule, template <class, bool> class Codes, class Numbers>
RADAM_INLINE void store_state(const typename Algorithm::template Lanes<V>& x,
                              FusedBuffers<V, Codes, Algorithm, Numbers>& b, std::int64_t i) {
  for_state<Algorithm, rule>([&](auto k) __attribute__((always_inline)) {
    auto& state = b.template state<k.value>();
    state.codes.watch(x.state[k.value]);
    V::store(state.next + i, x.state[k.value]);
  });
}

// A step of the whole block `at`.
using FusedStep = void (*)(const radam_coefficients&, const radam::Tensor&, std::uint64_t seed, const BlockRange& at,
                           float* param, const float* grad);

// The number of buffers that a rule moves, which must be the first ones. step_fused needs all of them in random stream
// 0.
template <class Algorithm>
constexpr int moved_buffers(const typename Algorithm::Rule& rule) {
  int count = 0;
  while (count < Algorithm::kBuffers && rule.moves(count)) ++count;
  return count;
}

template <class V, class Algorithm, typename Algorithm::Rule rule, template <class, bool> class Codes>
void step_fused(const radam_coefficients& c, const radam::Tensor& t, std::uint64_t seed, const BlockRange& at,
                float* param, const float* grad) {
  constexpr int kMoved = moved_buffers<Algorithm>(rule);
  static_assert(kMoved > 0 && random_half(kMoved - 1).stream == 0);
  const typename Algorithm::template Constants<V> k(c);
  alignas(64) float next[kMoved][RADAM_BLOCK_SIZE];
  FusedBuffers<V, Codes, Algorithm, std::make_integer_sequence<int, kMoved>> b(
      param, grad, t, at, next);
  // One vector at a time: there are not enough registers for a group of them, as in step_group.h.
  for (std::int64_t i = 0; i < RADAM_BLOCK_SIZE; i += V::kLanes) step_vector<V, Algorithm, rule>(k, b, i);
  for_state<Algorithm, rule>([&](auto number) { b.template state<number.value>().codes.choose_scale(); });
  Random<V> random(seed, at.block, at.first, 0);
  for (std::int64_t i = 0; i < RADAM_BLOCK_SIZE; i += kRun) {
    typename V::Int words[kRun / V::kLanes];
    for (auto& word : words) word = random.next();
    for_state<Algorithm, rule>([&](auto number) __attribute__((always_inline)) {
      auto& state = b.template state<number.value>();
      typename V::Register x[kRun / V::kLanes];
      load_run<V>(state.next + i, x);
      state.codes.template encode_run<random_half(number.value).upper>(state.codes.place + i * state.codes.kBytes, x,
                                                                       words);
    });
  }
  for_state<Algorithm, rule>([&](auto number) {
    auto& codes = b.template state<number.value>().codes;
    codes.finish(codes.place, RADAM_BLOCK_SIZE);
  });
}

template <class V, class Algorithm, int index, template <class, bool> class Codes>
constexpr FusedStep fused_step_of_rule() {
  if constexpr (Algorithm::rule(index).is_common()) return step_fused<V, Algorithm, Algorithm::rule(index), Codes>;
  return nullptr;
}

template <class V, class Algorithm, template <class, bool> class Codes, class Numbers>
struct FusedSteps;

template <class V, class Algorithm, template <class, bool> class Codes, int... numbers>
struct FusedSteps<V, Algorithm, Codes, std::integer_sequence<int, numbers...>> {
  static constexpr FusedStep of_rule[] = {fused_step_of_rule<V, Algorithm, numbers, Codes>()...};
};

template <class V, class Algorithm, template <class, bool> class Codes>
using AllFusedSteps = FusedSteps<V, Algorithm, Codes, std::make_integer_sequence<int, Algorithm::kRules>>;

// The fused step for coefficients and a tensor; null if there is none. The scalar target has none, because it would
// gain nothing.
template <class V>
FusedStep fused_step(const radam_coefficients& c, const radam::Tensor& b) {
  if constexpr (V::kLanes == 1) {
    return nullptr;
  } else {
    if (b.state_type == RADAM_STATE_F32 || b.state_rounding == RADAM_ROUND_NEAREST) return nullptr;
    return with_algorithm(c.algorithm, FusedStep{nullptr}, [&](auto a) {
      using Algorithm = decltype(a);
      const int index = a.index_of(a.rule_of(c, radam::present_state(b.state, a.kBuffers)));
      return b.state_type == RADAM_STATE_BF16 ? AllFusedSteps<V, Algorithm, Bf16Codes>::of_rule[index]
                                              : AllFusedSteps<V, Algorithm, Block8Codes>::of_rule[index];
    });
  }
}

}  // namespace

#endif
