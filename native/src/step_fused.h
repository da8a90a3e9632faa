// Steps of whole blocks with small state, for the rules that are common in training, and for Adam's also with
// parameters or gradients of 16 bits. A loop decodes, applies the rule and finds the largest magnitudes. Units that
// would otherwise wait for the divider do this work, and it saves passes over buffers in the cache.
#ifndef RADAM_SRC_STEP_FUSED_H
#define RADAM_SRC_STEP_FUSED_H

#include <cstdint>
#include <type_traits>
#include <utility>

#include "algorithm/algorithms.h"
#include "step_vector.h"
#include "storage/bf16.h"
#include "storage/convert.h"
#include "storage/f16.h"
#include "storage/f32.h"
#include "storage/random.h"
#include "storage/small_state.h"
#include "storage/split.h"

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

// float32 parameters with bfloat16 gradients.
struct F32ByBf16 : F32 {};

// The type of gradients that go with parameters of a type.
template <class Value>
using GradOf = std::conditional_t<std::is_same_v<Value, Split> || std::is_same_v<Value, F32ByBf16>, Bf16, Value>;

// The parameters of a block, which are of the type Value, and its gradients.
template <class V, class Value>
class BlockValues {
 public:
  using Register = typename V::Register;

  BlockValues(const radam::Tensor& t, std::uint64_t seed, const BlockRange& at, void* param, const void* grad)
      : param_(static_cast<unsigned char*>(param)), grad_(static_cast<const unsigned char*>(grad)),
        lower_(kSplit ? bytes(t.param_copy, RADAM_TYPE_SPLIT, at) : nullptr),
        stochastic_(t.param_rounding == RADAM_ROUND_STOCHASTIC), random_(seed, at.block, at.first, kParamStream) {}

  RADAM_INLINE_MEMBER Register param(std::int64_t i) const {
    if constexpr (kSplit) return Split::load<V>(param_ + i * Split::kBytes, lower_ + i * Split::kBytes);
    else return Value::template load<V>(param_ + i * Value::kBytes);
  }
  RADAM_INLINE_MEMBER Register grad(std::int64_t i) const { return Grad::template load<V>(grad_ + i * Grad::kBytes); }

  // Takes the new parameters of the vector at i. Those of 16 bits are packed by runs alone.
  RADAM_INLINE_MEMBER void set_param(std::int64_t i, Register x) {
    static_assert(kFloat);
    V::store(reinterpret_cast<float*>(param_) + i, x);
  }

  // Takes the new parameters of the run at i.
  RADAM_INLINE_MEMBER void put_run(std::int64_t i, const Register* x) {
    if constexpr (kFloat) {
      for (std::int64_t k = 0; k < V::kRun / V::kLanes; ++k)
        V::store(reinterpret_cast<float*>(param_) + i + k * V::kLanes, x[k]);
    } else {
      unsigned char* const to = param_ + i * Value::kBytes;
      if constexpr (kSplit) {
        pack_run<V, UpperHalf, false>(x, nullptr, to);
        pack_run<V, LowerHalf, false>(x, nullptr, lower_ + i * Split::kBytes);
      } else if (stochastic_) {
        typename V::Int words[V::kRun / V::kLanes];
        for (auto& word : words) word = random_.next();
        pack_run<V, Value, true>(x, words, to);
      } else {
        pack_run<V, Value, false>(x, nullptr, to);
      }
    }
  }

 private:
  using Grad = GradOf<Value>;
  static constexpr bool kFloat = std::is_base_of_v<F32, Value>, kSplit = std::is_same_v<Value, Split>;
  unsigned char* param_;
  const unsigned char* grad_;
  unsigned char* lower_;  // halves of the parameters
  bool stochastic_;
  Random<V> random_;
};

// A step of the whole block `at`.
using FusedStep = void (*)(const radam_coefficients&, const radam::Tensor&, std::uint64_t seed, const BlockRange& at,
                           void* param, const void* grad);

// The number of buffers that a rule moves, which must be the first ones. A fused step needs all of them in random
// stream 0.
template <class Algorithm>
constexpr int moved_buffers(const typename Algorithm::Rule& rule) {
  int count = 0;
  while (count < Algorithm::kBuffers && rule.moves(count)) ++count;
  return count;
}

template <class V, class Algorithm, typename Algorithm::Rule rule, template <class, bool> class Codes, class Value>
class Fused {
 public:
  static void step(const radam_coefficients& c, const radam::Tensor& t, std::uint64_t seed, const BlockRange& at,
                   void* param, const void* grad) {
    const typename Algorithm::template Constants<V> k(c);
    All codes(t, at);
    Random<V> random(seed, at.block, at.first, 0);
    Values values(t, seed, at, param, grad);
    if constexpr (Codes<V, true>::kWatches) {
      step_twice(k, c, codes, random, values);
    } else {
      if constexpr (kDividesLater) {
        if (c.grad_scale == 1) return step_once<false>(k, codes, random, values);
      }
      step_once<true>(k, codes, random, values);
    }
  }

 private:
  static constexpr int kMoved = moved_buffers<Algorithm>(rule);
  static_assert(kMoved > 0 && random_half(kMoved - 1).stream == 0);
  static constexpr bool kEncodes = Codes<V, true>::kEncodes;
  // Whether quotients and parameters wait until state and roots of a run are found, or with 8-bit state those of the
  // block. So both loops have work for the divider and for the other units, and less has to be in registers at a time.
  static constexpr bool kDividesLater = std::is_same_v<Algorithm, Adam>;
  static constexpr std::int64_t kVectors = V::kRun / V::kLanes;
  using Constants = typename Algorithm::template Constants<V>;
  using Lanes = typename Algorithm::template Lanes<V>;
  using Values = BlockValues<V, Value>;
  using All = AllCodes<V, Codes, Algorithm, std::make_integer_sequence<int, kMoved>>;

  // Encodes each run as soon as it is stepped, while the divider works on the next.
  template <bool kScaled>
  RADAM_INLINE void step_once(const Constants& k, All& codes, Random<V>& random, Values& values) {
    for (std::int64_t i = 0; i < RADAM_BLOCK_SIZE; i += V::kRun) {
      alignas(64) float next[kMoved][V::kRun], divisors[kDividesLater ? V::kRun : 1];
      if constexpr (kDividesLater) {
        for (std::int64_t n = 0; n < V::kRun; n += V::kLanes)
          move_state<true, kScaled>(k, codes, values, i + n, next, divisors, n);
      } else {
        step_run(k, codes, values, i, next, 0);
      }
      // Before the parameters, which have yet to wait for their quotients.
      if constexpr (kEncodes) encode_run(codes, random, i, next, 0);
      if constexpr (kDividesLater) move_params(k, codes, values, i, next, divisors, 0);
    }
  }

  // Encodes the block in a second loop, once its scales can be chosen.
  RADAM_INLINE void step_twice(const Constants& k, const radam_coefficients& c, All& codes, Random<V>& random,
                               Values& values) {
    alignas(64) float next[kMoved][RADAM_BLOCK_SIZE], divisors[kDividesLater ? RADAM_BLOCK_SIZE : 1];
    if constexpr (kDividesLater) {
      if (!move_states_of_bounded(k, c, codes, values, next, divisors))
        move_states<true, true>(k, codes, values, next, divisors);
    } else {
      for (std::int64_t i = 0; i < RADAM_BLOCK_SIZE; i += V::kRun) step_run(k, codes, values, i, next, i);
    }
    for_each(codes, [](auto& of) __attribute__((always_inline)) { of.choose_scale(); });
    for (std::int64_t i = 0; i < RADAM_BLOCK_SIZE; i += V::kRun) {
      if constexpr (kDividesLater) move_params(k, codes, values, i, next, divisors, i);
      encode_run(codes, random, i, next, i);
    }
    for_state<Algorithm, rule>([&](auto number) __attribute__((always_inline)) {
      auto& of = codes.template of<decltype(number)::value>();
      of.finish(of.place, RADAM_BLOCK_SIZE, next[number.value]);
    });
  }

  template <class Body>
  RADAM_INLINE void for_each(All& codes, Body body) {
    for_state<Algorithm, rule>([&](auto number) __attribute__((always_inline)) {
      body(codes.template of<decltype(number)::value>());
    });
  }

  // Steps the run at i, and stores its new state at j of `next`, or where it belongs if it is not encoded.
  template <std::size_t size>
  RADAM_INLINE void step_run(const Constants& k, All& codes, Values& values, std::int64_t i,
                             float (&next)[kMoved][size], std::int64_t j) {
    // One vector at a time: there are not enough registers for a group of them, as in step_group.h.
    for (std::int64_t n = 0; n < V::kRun; n += V::kLanes) step_vector(k, codes, values, i, n, next, j);
  }

  // Steps the vector at n of the run at i.
  template <std::size_t size>
  RADAM_INLINE void step_vector(const Constants& k, All& codes, Values& values, std::int64_t i, std::int64_t n,
                                float (&next)[kMoved][size], std::int64_t j) {
    Lanes x;
    if constexpr (rule.reads_param()) x.param = values.param(i + n);
    x.grad = values.grad(i + n);
    for_state<Algorithm, rule>([&](auto number) __attribute__((always_inline)) {
      auto& of = codes.template of<decltype(number)::value>();
      x.state[number.value] = of.load(of.place + (i + n) * of.kBytes);
    });
    apply<Algorithm, V>(rule, k, x);
    if constexpr (rule.moves_param()) values.set_param(i + n, x.param);
    for_state<Algorithm, rule>([&](auto number) __attribute__((always_inline)) {
      auto& of = codes.template of<decltype(number)::value>();
      of.watch(x.state[number.value]);
      V::store(new_state<number.value>(codes, i, next, j) + n, x.state[number.value]);
    });
  }

  // Where the new state at i belongs: at j of `next`, or where it stays if it is not encoded.
  template <int number, std::size_t size>
  RADAM_INLINE float* new_state(All& codes, std::int64_t i, float (&next)[kMoved][size], std::int64_t j) {
    if constexpr (kEncodes) return next[number] + j;
    else return reinterpret_cast<float*>(codes.template of<number>().place) + i;
  }

  // The first part of a step: all but quotients and parameters. kBounded and kScaled are as in adam.h.
  template <bool kBounded, bool kScaled>
  RADAM_INLINE void move_states(const Constants& k, All& codes, Values& values,
                                float (&next)[kMoved][RADAM_BLOCK_SIZE], float* divisors) {
    for (std::int64_t i = 0; i < RADAM_BLOCK_SIZE; i += V::kLanes)
      move_state<kBounded, kScaled>(k, codes, values, i, next, divisors, i);
  }

  // The same where no gradient is beyond the bound. Returns false, having changed nothing, if one may be.
  RADAM_INLINE bool move_states_of_bounded(const Constants& k, const radam_coefficients& c, All& codes, Values& values,
                                           float (&next)[kMoved][RADAM_BLOCK_SIZE], float* divisors) {
    static_assert(Algorithm::radicand_shows_bound(rule) && !Algorithm::buffer(Algorithm::kExpAvgSq).is_signed);
    auto& squares = codes.template of<Algorithm::kExpAvgSq>();
    // What may go by FMA has radicands that show the bound.
    if (!Algorithm::may_go_by_fma(c) || !squares.positive()) return false;
    if (c.grad_scale == 1) move_states<false, false>(k, codes, values, next, divisors);
    else move_states<false, true>(k, codes, values, next, divisors);
    if (__builtin_expect(squares.most() < guard::kTooLarge, true)) return true;
    for_each(codes, [](auto& of) __attribute__((always_inline)) { of.forget(); });
    return false;
  }

  // The same of the vector at i, whose new state and divisors belong to j.
  template <bool kBounded, bool kScaled, std::size_t size>
  RADAM_INLINE void move_state(const Constants& k, All& codes, Values& values, std::int64_t i,
                               float (&next)[kMoved][size], float* divisors, std::int64_t j) {
    Lanes x;
    if constexpr (rule.weight_decay == kL2) x.param = values.param(i);
    x.grad = values.grad(i);
    for_state<Algorithm, rule>([&](auto number) __attribute__((always_inline)) {
      auto& of = codes.template of<decltype(number)::value>();
      x.state[number.value] = of.load(of.place + i * of.kBytes);
    });
    Algorithm::template move_state<V, kBounded, kScaled>(rule, k, x);
    for_state<Algorithm, rule>([&](auto number) __attribute__((always_inline)) {
      codes.template of<decltype(number)::value>().watch(x.state[number.value]);
      V::store(new_state<number.value>(codes, i, next, j), x.state[number.value]);
    });
    V::store(divisors + j, Algorithm::template denominator<V, ByDivider<V>>(rule, k, x));
  }

  // The rest of a step of the run at i.
  template <std::size_t size>
  RADAM_INLINE void move_params(const Constants& k, All& codes, Values& values, std::int64_t i,
                                float (&next)[kMoved][size], const float* divisors, std::int64_t j) {
    typename V::Register param[kVectors];
    for (std::int64_t m = 0; m < kVectors; ++m) {
      const std::int64_t n = m * V::kLanes;
      Lanes x;
      for_state<Algorithm, rule>([&](auto number) __attribute__((always_inline)) {
        x.state[number.value] = V::load(new_state<number.value>(codes, i, next, j) + n);
      });
      const auto update = V::div(Algorithm::template numerator<V>(rule, x), V::load(divisors + j + n));
      param[m] = moved<V>(rule.weight_decay, k.step_size, k.decay, values.param(i + n), update);
    }
    values.put_run(i, param);
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

// Parameters or gradients of 16 bits only for Adam, because each type makes as many kernels again to compile.
template <class V, class Algorithm, int index, template <class, bool> class Codes, class Value>
constexpr FusedStep fused_step_of_rule() {
  if constexpr (Algorithm::rule(index).is_common() && (std::is_same_v<Value, F32> || std::is_same_v<Algorithm, Adam>))
    return Fused<V, Algorithm, Algorithm::rule(index), Codes, Value>::step;
  return nullptr;
}

template <class V, class Algorithm, template <class, bool> class Codes, class Value, class Numbers>
struct FusedSteps;

template <class V, class Algorithm, template <class, bool> class Codes, class Value, int... numbers>
struct FusedSteps<V, Algorithm, Codes, Value, std::integer_sequence<int, numbers...>> {
  static constexpr FusedStep of_rule[] = {fused_step_of_rule<V, Algorithm, numbers, Codes, Value>()...};
};

template <class V, class Algorithm, template <class, bool> class Codes, class Value>
using AllFusedSteps = FusedSteps<V, Algorithm, Codes, Value, std::make_integer_sequence<int, Algorithm::kRules>>;

// The fused step for coefficients, and for a tensor's state with parameters and gradients of the type Value; null if
// there is none, or if rows have decays of their own. The scalar target has none, because it would gain nothing.
template <class V, class Value>
FusedStep fused_step(const radam_coefficients& c, const radam::Tensor& b) {
  if constexpr (V::kLanes == 1) {
    return nullptr;
  } else {
    if (b.row_decay != nullptr) return nullptr;
    return with_kernels(c.algorithm, FusedStep{nullptr}, [&](auto a) {
      using Algorithm = decltype(a);
      const int index = a.index_of(a.rule_of(c, radam::present_state(b.state, a.kBuffers)));
      if (b.state_type == RADAM_STATE_F32) {
        if constexpr (std::is_same_v<Value, F32>) return FusedStep{nullptr};  // driver.h has the kernels for that
        else return AllFusedSteps<V, Algorithm, F32Codes, Value>::of_rule[index];
      }
      if constexpr (std::is_same_v<Value, Split> || std::is_same_v<Value, F32ByBf16>) {
        return FusedStep{nullptr};  // with smaller state it would be little faster, and much more code
      } else {
        if (b.state_rounding == RADAM_ROUND_NEAREST) return FusedStep{nullptr};
        return b.state_type == RADAM_STATE_BF16 ? AllFusedSteps<V, Algorithm, Bf16Codes, Value>::of_rule[index]
                                                : AllFusedSteps<V, Algorithm, Block8Codes, Value>::of_rule[index];
      }
    });
  }
}

// The fused step that takes parameters and gradients as they are stored, where one of them has 16 bits; null where there
// is none, or where gradients or new parameters are wanted in a buffer of their own.
template <class V>
FusedStep fused_step_as_stored(const radam_coefficients& c, const radam::Tensor& b) {
  if (b.clip_value > 0 || b.grad_mean != nullptr || b.output != RADAM_OUTPUT_PARAM || b.param_average != nullptr)
    return nullptr;
  if (b.param_type == RADAM_TYPE_SPLIT && b.grad_type == RADAM_TYPE_BF16) return fused_step<V, Split>(c, b);
  if (b.param_type == RADAM_TYPE_F32 && b.grad_type == RADAM_TYPE_BF16) return fused_step<V, F32ByBf16>(c, b);
  if (b.param_type != b.grad_type) return nullptr;
  if (b.param_type == RADAM_TYPE_BF16) return fused_step<V, Bf16>(c, b);
  if (b.param_type == RADAM_TYPE_F16) return fused_step<V, F16>(c, b);
  return nullptr;
}

}  // namespace

#endif
