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

// The codes of a block's buffers that a rule moves. Without an array, so that the compiler keeps them in registers.
template <class V, template <class, bool> class Codes, class Algorithm, int k>
struct NumberedCodes : Codes<V, Algorithm::buffer(k).is_signed> {
  using Codes<V, Algorithm::buffer(k).is_signed>::Codes;
};

template <class V, template <class, bool> class Codes, class Algorithm, class Numbers>
struct AllCodes;

template <class V, template <class, bool> class Codes, class Algorithm, int... numbers>
struct AllCodes<V, Codes, Algorithm, std::integer_sequence<int, numbers...>>
    : NumberedCodes<V, Codes, Algorithm, numbers>... {
  AllCodes(const radam::Tensor& t, const BlockRange& at)
      : NumberedCodes<V, Codes, Algorithm, numbers>{t.state[numbers], t.state_scale[numbers], at}... {}

  template <int k>
  RADAM_INLINE_MEMBER NumberedCodes<V, Codes, Algorithm, k>& of() {
    return *this;
  }
};

// A step of the whole block `at`.
using FusedStep = void (*)(const radam_coefficients&, const radam::Tensor&, std::uint64_t seed, const BlockRange& at,
                           float* param, const float* grad);

// The number of buffers that a rule moves, which must be the first ones. A fused step needs all of them in random
// stream 0.
template <class Algorithm>
constexpr int moved_buffers(const typename Algorithm::Rule& rule) {
  int count = 0;
  while (count < Algorithm::kBuffers && rule.moves(count)) ++count;
  return count;
}

template <class V, class Algorithm, typename Algorithm::Rule rule, template <class, bool> class Codes>
class Fused {
 public:
  static void step(const radam_coefficients& c, const radam::Tensor& t, std::uint64_t seed, const BlockRange& at,
                   float* param, const float* grad) {
    const typename Algorithm::template Constants<V> k(c);
    All codes(t, at);
    Random<V> random(seed, at.block, at.first, 0);
    Codes<V, true>::kWatches ? step_twice(k, codes, random, param, grad) : step_once(k, codes, random, param, grad);
  }

 private:
  static constexpr int kMoved = moved_buffers<Algorithm>(rule);
  static_assert(kMoved > 0 && random_half(kMoved - 1).stream == 0);
  static constexpr std::int64_t kVectors = V::kRun / V::kLanes;
  using Constants = typename Algorithm::template Constants<V>;
  using Lanes = typename Algorithm::template Lanes<V>;
  using All = AllCodes<V, Codes, Algorithm, std::make_integer_sequence<int, kMoved>>;

  // Encodes each run as soon as it is stepped, while the divider works on the next.
  RADAM_INLINE void step_once(const Constants& k, All& codes, Random<V>& random, float* param, const float* grad) {
    for (std::int64_t i = 0; i < RADAM_BLOCK_SIZE; i += V::kRun) {
      alignas(64) float next[kMoved][V::kRun];
      for (std::int64_t j = 0; j < V::kRun; j += V::kLanes) step_vector(k, codes, param, grad, i + j, next, j);
      encode_run(codes, random, i, next, 0);
    }
  }

  // Encodes the block in a second loop, once its scales can be chosen.
  RADAM_INLINE void step_twice(const Constants& k, All& codes, Random<V>& random, float* param, const float* grad) {
    alignas(64) float next[kMoved][RADAM_BLOCK_SIZE];
    // One vector at a time: there are not enough registers for a group of them, as in step_group.h.
    for (std::int64_t i = 0; i < RADAM_BLOCK_SIZE; i += V::kLanes) step_vector(k, codes, param, grad, i, next, i);
    for_each(codes, [](auto& of) __attribute__((always_inline)) { of.choose_scale(); });
    for (std::int64_t i = 0; i < RADAM_BLOCK_SIZE; i += V::kRun) encode_run(codes, random, i, next, i);
    for_each(codes, [](auto& of) __attribute__((always_inline)) { of.finish(of.place, RADAM_BLOCK_SIZE); });
  }

  template <class Body>
  RADAM_INLINE void for_each(All& codes, Body body) {
    for_state<Algorithm, rule>([&](auto number) __attribute__((always_inline)) {
      body(codes.template of<decltype(number)::value>());
    });
  }

  // Steps the vector at i, and stores its new state at j of `next`.
  template <std::size_t size>
  RADAM_INLINE void step_vector(const Constants& k, All& codes, float* param, const float* grad, std::int64_t i,
                                float (&next)[kMoved][size], std::int64_t j) {
    Lanes x;
    if constexpr (rule.reads_param()) x.param = V::load(param + i);
    x.grad = V::load(grad + i);
    for_state<Algorithm, rule>([&](auto number) __attribute__((always_inline)) {
      auto& of = codes.template of<decltype(number)::value>();
      x.state[number.value] = of.load(of.place + i * of.kBytes);
    });
    apply<Algorithm, V>(rule, k, x);
    if constexpr (rule.moves_param()) V::store(param + i, x.param);
    for_state<Algorithm, rule>([&](auto number) __attribute__((always_inline)) {
      constexpr int n = decltype(number)::value;
      codes.template of<n>().watch(x.state[n]);
      V::store(next[n] + j, x.state[n]);
    });
  }

  // Encodes the run at i, which is at j of `next`. To be called for each run, in order.
  template <std::size_t size>
  RADAM_INLINE void encode_run(All& codes, Random<V>& random, std::int64_t i, const float (&next)[kMoved][size],
                               std::int64_t j) {
    typename V::Int words[kVectors];
    for (auto& word : words) word = random.next();
    for_state<Algorithm, rule>([&](auto number) __attribute__((always_inline)) {
      constexpr int n = decltype(number)::value;
      auto& of = codes.template of<n>();
      typename V::Register x[kVectors];
      load_run<V>(next[n] + j, x);
      of.template encode_run<random_half(n).upper>(of.place + i * of.kBytes, x, words);
    });
  }
};

template <class V, class Algorithm, int index, template <class, bool> class Codes>
constexpr FusedStep fused_step_of_rule() {
  if constexpr (Algorithm::rule(index).is_common()) return Fused<V, Algorithm, Algorithm::rule(index), Codes>::step;
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
