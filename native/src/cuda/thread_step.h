// The step of a block of 256 elements by a warp: the part of one of its 32 threads.
//
// A thread has two times four elements, so that the warp's accesses are contiguous, and of 16 bytes each for float32.
// The step has two halves, step() and store_all(). Between them the warp computes the largest magnitudes of the block,
// which the scales of 8-bit state need. In kernels, all threads of a warp call the halves at once. The tests on the
// host call them for one thread after the other.
#ifndef RADAM_SRC_CUDA_THREAD_STEP_H
#define RADAM_SRC_CUDA_THREAD_STEP_H

#include <cstdint>
#include <type_traits>
#include <utility>

#include "../algorithm/algorithms.h"
#include "../around_rule.h"
#include "../storage/bf16.h"
#include "../storage/f16.h"
#include "../storage/f32.h"
#include "../storage/random.h"
#include "../storage/split.h"
#include "../storage/state.h"
#include "../unroll.h"
#include "elements.h"
#include "kernels.h"
#include "rows.h"

namespace {

using radam::cuda::DeviceTensor;
using radam::cuda::Group;
using radam::cuda::kWarp;

constexpr int kQuads = RADAM_BLOCK_SIZE / (4 * kWarp);

// An algorithm whose rows may have decays of their own, by which AdamP and SGDP step. Its kernels are others than those
// of the algorithm, which is not slower for it.
template <class Algorithm>
struct ByRows : Algorithm {};

template <class Algorithm>
constexpr bool kHasRowDecay = false;
template <class Algorithm>
constexpr bool kHasRowDecay<ByRows<Algorithm>> = true;

// The rule and the coefficients of a group's step for a tensor, as a thread uses them.
template <class Algorithm>
struct GroupRule {
  typename Algorithm::Rule rule;
  Clip<Quad> clip;
  typename Algorithm::template Constants<Quad> k;
  bool zero_grad, skip;
  const float* row_decay;  // or null

  RADAM_DEVICE GroupRule(const Group& g, const DeviceTensor& t)
      : rule(Algorithm::rule_of(g.coefficients, t.present)),
        clip(g.coefficients, g.clip_value),
        k(clip.rest),
        zero_grad(g.zero_grad != 0),
        skip(g.skip != 0),
        row_decay(nullptr) {
    if constexpr (kHasRowDecay<Algorithm>) {
      if (t.row_length == 0 || g.row_decay == nullptr) return;
      row_decay = g.row_decay;
      rule.weight_decay = kDecoupled;  // also where decays are 0
    }
  }
};

// Applies the rule to four elements.
template <class Algorithm>
RADAM_INLINE void apply(const DeviceTensor& t, const GroupRule<Algorithm>& g, const Elements& at,
                        typename Algorithm::template Lanes<Quad>& x) {
  if constexpr (kHasRowDecay<Algorithm>) {
    auto k = g.k;
    if (g.row_decay != nullptr) k.decay = decays_of(t, g.row_decay, at);
    apply<Algorithm, Quad>(g.rule, k, x);
  } else {
    apply<Algorithm, Quad>(g.rule, g.k, x);
  }
}

// Calls body(index) for each of the algorithm's buffers; the index is a constant.
template <class Algorithm, class Body>
RADAM_INLINE void for_state(Body body) {
  unroll(std::make_integer_sequence<int, Algorithm::kBuffers>(), body);
}

// A block of a tensor, and one of the warp's threads.
struct BlockThread {
  std::int64_t block;
  int thread;
};

// Whether wide accesses can load a block: it is complete, and all buffers are aligned.
RADAM_INLINE bool is_wide(const DeviceTensor& t, std::int64_t block) {
  return t.wide && (block + 1) * RADAM_BLOCK_SIZE <= t.length;
}

template <class Algorithm, class Param, class Grad, template <bool> class State, bool wide>
class ThreadStep {
 public:
  static constexpr int kBuffers = Algorithm::kBuffers;  // not all of which a tensor need have

  // Loads the elements and applies the rule. After it, largest() has the largest magnitude of each buffer.
  RADAM_DEVICE void step(const DeviceTensor& t, const GroupRule<Algorithm>& g, const BlockThread& which) {
    const bool averages = t.lookahead != 0 ? t.average_rate != 0 : t.param_average != nullptr;
    const bool reads_param = g.rule.reads_param() || t.param_copy != nullptr || averages;
    Quad::Int param[kQuads], grad[kQuads], state[kBuffers][kQuads];
    float scales[kBuffers] = {};
    RADAM_UNROLL for (int q = 0; q < kQuads; ++q) {
      const Elements at = place(t, which, q);
      grad[q] = load<Grad::kBytes, wide>(t.grad, at);
      if (reads_param) param[q] = load<Param::kBytes, wide>(t.param, at);
      RADAM_UNROLL for (int i = 0; i < kBuffers; ++i)
        if (g.rule.moves(i)) state[i][q] = load<kStateBytes, wide>(t.state[i], at);
    }
    if constexpr (kScaled) {
      RADAM_UNROLL for (int i = 0; i < kBuffers; ++i)
        if (g.rule.moves(i)) scales[i] = get<float>(t.scales[i] + which.block);
    }
    RADAM_UNROLL for (int q = 0; q < kQuads; ++q) {
      Lanes& x = x_[q];
      x.param = reads_param ? decode_param(t, place(t, which, q), param[q]) : Quad::broadcast(0);
      x.grad = Grad::template decode<Quad>(grad[q]);
      if (t.grad_mean != nullptr) x.grad = centralized(t, place(t, which, q), x.grad);
      x.grad = g.clip(x.grad);
      for_state<Algorithm>([&](auto index) {
        constexpr int i = decltype(index)::value;
        x.state[i] = g.rule.moves(i) ? Format<i>::template decode<Quad>(state[i][q], scales[i])
                                           : Quad::broadcast(0);
      });
      apply(t, g, place(t, which, q), x);
      if constexpr (kScaled && !wide) forget_missing(x, place(t, which, q).count);
    }
  }

  // The largest magnitude of a state buffer among the thread's elements, as bits. A sign that the buffer cannot have
  // counts too, so that the block becomes NaN as on the host.
  RADAM_DEVICE std::uint32_t largest(int buffer) const {
    const std::uint32_t magnitude = Algorithm::buffer(buffer).is_signed ? 0x7FFFFFFF : 0xFFFFFFFF;
    std::uint32_t most = 0;
    RADAM_UNROLL for (int q = 0; q < kQuads; ++q) {
      const Quad::Int bits = Quad::as_int(x_[q].state[buffer]);
      const std::uint32_t m = Quad::max_of_lanes(Quad::and_int(bits, Quad::broadcast_int(magnitude)));
      most = m > most ? m : most;
    }
    return most;
  }

  // Stores the results. largest: the largest magnitudes of the block, as bits.
  RADAM_DEVICE void store_all(const DeviceTensor& t, const GroupRule<Algorithm>& g, std::uint64_t seed_of_step,
                              const BlockThread& which, const std::uint32_t (&largest)[kBuffers]) {
    float scales[kBuffers] = {};
    if constexpr (kScaled) {
      for_state<Algorithm>([&](auto index) {
        constexpr int i = decltype(index)::value;
        scales[i] = Format<i>::scale(largest[i]);
        if (g.rule.moves(i) && which.thread == 0) put(t.scales[i] + which.block, scales[i]);
      });
    }
    const bool random_state = kRounded && !t.nearest_state;
    RADAM_UNROLL for (int q = 0; q < kQuads; ++q) {
      const Elements at = place(t, which, q);
      Quad::Int words[kStreams];
      RADAM_UNROLL for (int s = 0; s < kStreams; ++s)
        words[s] = random_state || (s == kParamStream && t.stochastic_param) ? random(t, seed_of_step, which, q, s)
                                                                             : Quad::broadcast_int(0);
      Lanes& x = x_[q];
      for_state<Algorithm>([&](auto index) {
        constexpr int i = decltype(index)::value;
        constexpr RandomHalf own = random_half(i);
        constexpr int bits = Format<i>::kRandomBits;
        const Quad::Int word = random_state ? words[own.stream]
                                            : Quad::broadcast_int(Random<Quad>::nearest(bits, own.upper));
        if (g.rule.moves(i))
          store_state<Format<i>>(t.state[i], at, x.state[i], Random<Quad>::half<bits, own.upper>(word), scales[i]);
      });
      const bool slow = takes_slow_weights(t), moved = g.rule.moves_param() || slow;
      if (slow) x.param = average(t, at, x.param);
      if (t.output == RADAM_OUTPUT_UPDATE) {
        store_update(t, moved, at, x.param);
        continue;
      }
      store_param(t, moved, at, x.param,
                  Random<Quad>::half<Bf16::kRandomBits, false>(words[kParamStream]));
      if (g.zero_grad) store<Grad::kBytes, wide>(t.grad, at, Quad::broadcast_int(0));
    }
  }

  // Stores updates of 0, for a step that is skipped.
  RADAM_DEVICE void store_no_update(const DeviceTensor& t, const BlockThread& which) {
    RADAM_UNROLL for (int q = 0; q < kQuads; ++q)
      store<Grad::kBytes, wide>(t.grad, place(t, which, q), Quad::broadcast_int(0));
  }

 private:
  // Missing elements must not count in the scale. A rule may have made NaN of their zeros.
  RADAM_INLINE void forget_missing(typename Algorithm::template Lanes<Quad>& x, int count) {
    RADAM_UNROLL for (int k = 0; k < kBuffers; ++k)
      RADAM_UNROLL for (int i = 0; i < 4; ++i)
        if (i >= count) x.state[k].lane[i] = 0;
  }

  template <int buffer>
  using Format = State<Algorithm::buffer(buffer).is_signed>;
  using Lanes = typename Algorithm::template Lanes<Quad>;
  static constexpr int kStateBytes = State<true>::kBytes;
  static constexpr bool kScaled = State<true>::kScaled, kRounded = State<true>::kRounded;
  // The number of streams of random words. That of parameters is always among them.
  static constexpr int kStreams = (kBuffers > 3 ? random_half(kBuffers - 1).stream : kParamStream) + 1;

  RADAM_INLINE std::int64_t first_of(const BlockThread& which, int q) { return 4 * (q * kWarp + which.thread); }

  RADAM_INLINE Elements place(const DeviceTensor& t, const BlockThread& which, int q) {
    const std::int64_t begin = which.block * RADAM_BLOCK_SIZE + first_of(which, q), rest = t.length - begin;
    const int count = rest >= 4 ? 4 : rest > 0 ? static_cast<int>(rest) : 0;
    return {begin, count};
  }

  RADAM_INLINE Quad::Int random(const DeviceTensor& t, std::uint64_t seed_of_step, const BlockThread& which, int q,
                                int stream) {
    const std::int64_t block = t.first / RADAM_BLOCK_SIZE + which.block;
    return Random<Quad>(seed_of_step, block, first_of(which, q), stream).next();
  }

  template <class Format>
  RADAM_INLINE void store_state(void* to, const Elements& at, const Quad::Register& x, const Quad::Int& random,
                                float scale) {
    Quad::Int code = Format::template encode<Quad>(x, random, scale);
    if constexpr (Format::kScaled) {
      // If an element of the block is infinite or NaN, the scale is NaN, and all bytes are 0.
      if (scale != scale) code = Quad::broadcast_int(0);
    }
    store<Format::kBytes, wide>(to, at, code);
  }

  template <class Type>
  RADAM_INLINE Quad::Int rounded(const DeviceTensor& t, const Quad::Register& x, const Quad::Int& random) {
    return t.stochastic_param ? Type::template stochastic<Quad, true>(x, random)
                              : Type::template nearest<Quad, true>(x);
  }

  // Parameters in bfloat16 have no copy. What stands in its place are their lower halves.
  RADAM_INLINE bool is_split(const DeviceTensor& t) {
    return std::is_same_v<Param, Bf16> && t.param_copy != nullptr;
  }

  RADAM_INLINE Quad::Register decode_param(const DeviceTensor& t, const Elements& at, const Quad::Int& code) {
    const Quad::Register x = Param::template decode<Quad>(code);
    return is_split(t) ? Split::decode<Quad>(x, load<Split::kBytes, wide>(t.param_copy, at)) : x;
  }

  RADAM_INLINE void store_param(const DeviceTensor& t, bool moved, const Elements& at, Quad::Register x,
                                const Quad::Int& random) {
    if (is_split(t)) {
      if (moved) {
        store<Split::kBytes, wide>(t.param, at, UpperHalf::nearest<Quad, true>(x));
        store<Split::kBytes, wide>(t.param_copy, at, LowerHalf::nearest<Quad, true>(x));
      }
    } else if (moved) {
      const Quad::Int code = rounded<Param>(t, x, random);
      store<Param::kBytes, wide>(t.param, at, code);
      x = Param::template decode<Quad>(code);  // what follows sees the parameter as it is stored
    }
    if (std::is_same_v<Param, F32> && t.param_copy != nullptr)
      store<2, wide>(t.param_copy, at,
               t.copy_type == RADAM_TYPE_BF16 ? rounded<Bf16>(t, x, random) : rounded<F16>(t, x, random));
    if (t.param_average != nullptr && t.lookahead == 0) average(t, at, x);
  }

  RADAM_INLINE bool takes_slow_weights(const DeviceTensor& t) {
    return t.lookahead != 0 && t.average_rate != 0;
  }

  // Moves the average, which is the result.
  RADAM_INLINE Quad::Register average(const DeviceTensor& t, const Elements& at, const Quad::Register& x) {
    const Quad::Register old = Quad::as_float(load<4, wide>(t.param_average, at));
    const Quad::Register next = next_average<Quad>(t.average_rate, x, old);
    store<4, wide>(t.param_average, at, Quad::as_int(next));
    return next;
  }

  // The old parameter is loaded again. Keeping it would cost registers in all other steps too.
  RADAM_INLINE void store_update(const DeviceTensor& t, bool moved, const Elements& at, const Quad::Register& x) {
    Quad::Int code = Quad::broadcast_int(0);
    if (moved) {
      const Quad::Register old = decode_param(t, at, load<Param::kBytes, wide>(t.param, at));
      code = Grad::template nearest<Quad, true>(Quad::sub(old, x));
    }
    store<Grad::kBytes, wide>(t.grad, at, code);
  }

  Lanes x_[kQuads];
};

}  // namespace

#endif
