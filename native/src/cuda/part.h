// The step of a block of 256 elements by a warp: what one of its 32 threads does.
//
// A thread has two times four elements, so that the warp's accesses are contiguous and of 16 bytes each for float32.
// Between the two halves of the step the warp agrees on the largest moments of the block, which 8-bit state is scaled by.
// The kernels call the halves for each thread of a warp; the tests of the host, for one after the other.
#ifndef RADAM_SRC_CUDA_PART_H
#define RADAM_SRC_CUDA_PART_H

#include <cstdint>

#include "../rule.h"
#include "../storage/bf16.h"
#include "../storage/f16.h"
#include "../storage/f32.h"
#include "../storage/state.h"
#include "elements.h"
#include "layout.h"

namespace {

using radam::cuda::DeviceTensor;
using radam::cuda::Group;
using radam::cuda::kExpAvg;
using radam::cuda::kExpAvgSq;
using radam::cuda::kMaxExpAvgSq;
using radam::cuda::kMomentCount;

constexpr int kWarp = 32, kQuads = RADAM_BLOCK_SIZE / (4 * kWarp);

// What the parts of a rule come to for a group, and the coefficients as a thread wants them.
struct GroupRule {
  Rule rule;
  Clip<Quad> clip;
  Constants<Quad> k;
  bool zero_grad;

  RADAM_DEVICE explicit GroupRule(const Group& g, bool amsgrad)
      : rule{g.coefficients.mode, g.coefficients.l2 != 0, g.coefficients.decay != 0, amsgrad, true},
        clip(g.coefficients, g.clip_value),
        k(clip.rest),
        zero_grad(g.zero_grad != 0) {}
};

// A block of a tensor, and which of the warp's threads.
struct Share {
  std::int64_t block;
  int thread;
};

// Whether a block can be had in wide accesses: it is complete, and all buffers are aligned for it.
RADAM_INLINE bool is_wide(const DeviceTensor& t, std::int64_t block) {
  return t.wide && (block + 1) * RADAM_BLOCK_SIZE <= t.length;
}

template <class Param, class Grad, template <bool> class State, bool wide>
class Part {
 public:
  using First = State<true>;
  using Second = State<false>;

  // Loads, and applies the rule. The moments' largest magnitudes, as bits, are then in largest().
  RADAM_DEVICE void step(const DeviceTensor& t, const GroupRule& g, const Share& share) {
    const bool reads_param = g.rule.reads_param() || t.param_copy != nullptr || t.param_average != nullptr;
    Quad::Int param[kQuads], grad[kQuads], moments[kMomentCount][kQuads];
    float scales[kMomentCount] = {};
    RADAM_UNROLL for (int q = 0; q < kQuads; ++q) {
      const Elements at = place(t, share, q);
      grad[q] = load<Grad::kBytes, wide>(t.grad, at);
      if (reads_param) param[q] = load<Param::kBytes, wide>(t.param, at);
      if (g.rule.moves_exp_avg()) moments[kExpAvg][q] = load<First::kBytes, wide>(t.moments[kExpAvg], at);
      moments[kExpAvgSq][q] = load<Second::kBytes, wide>(t.moments[kExpAvgSq], at);
      if (g.rule.amsgrad) moments[kMaxExpAvgSq][q] = load<Second::kBytes, wide>(t.moments[kMaxExpAvgSq], at);
    }
    if constexpr (First::kScaled) {
      RADAM_UNROLL for (int k = 0; k < kMomentCount; ++k)
        if (t.scales[k] != nullptr) scales[k] = get<float>(t.scales[k] + share.block);
    }
    RADAM_UNROLL for (int q = 0; q < kQuads; ++q) {
      Lanes<Quad>& x = x_[q];
      x.param = reads_param ? Param::template decode<Quad>(param[q]) : Quad::broadcast(0);
      x.grad = g.clip(Grad::template decode<Quad>(grad[q]));
      x.exp_avg = g.rule.moves_exp_avg() ? First::template decode<Quad>(moments[kExpAvg][q], scales[kExpAvg])
                                         : Quad::broadcast(0);
      x.exp_avg_sq = Second::template decode<Quad>(moments[kExpAvgSq][q], scales[kExpAvgSq]);
      x.max_exp_avg_sq = g.rule.amsgrad
                             ? Second::template decode<Quad>(moments[kMaxExpAvgSq][q], scales[kMaxExpAvgSq])
                             : Quad::broadcast(0);
      apply<Quad>(g.rule, g.k, x);
    }
  }

  // The largest magnitude of a moment among the thread's elements, as bits.
  RADAM_DEVICE std::uint32_t largest(int k) const {
    std::uint32_t most = 0;
    RADAM_UNROLL for (int q = 0; q < kQuads; ++q) {
      const Quad::Int bits = Quad::as_int(moment(x_[q], k));
      const std::uint32_t m = Quad::max_of_lanes(Quad::and_int(bits, Quad::broadcast_int(0x7FFFFFFF)));
      most = m > most ? m : most;
    }
    return most;
  }

  // Stores everything; the largest magnitudes are now those of the block.
  RADAM_DEVICE void store_all(const DeviceTensor& t, const GroupRule& g, std::uint64_t seed_of_step, const Share& share,
                              const std::uint32_t (&largest)[kMomentCount]) {
    const bool stored[kMomentCount] = {g.rule.moves_exp_avg(), true, g.rule.amsgrad};
    float scales[kMomentCount] = {};
    if constexpr (First::kScaled) {
      scales[kExpAvg] = First::scale(largest[kExpAvg]);
      scales[kExpAvgSq] = Second::scale(largest[kExpAvgSq]);
      scales[kMaxExpAvgSq] = Second::scale(largest[kMaxExpAvgSq]);
      RADAM_UNROLL for (int k = 0; k < kMomentCount; ++k)
        if (stored[k] && share.thread == 0) put(t.scales[k] + share.block, scales[k]);
    }
    const bool random_state = First::kRounded && !t.nearest_state;
    RADAM_UNROLL for (int q = 0; q < kQuads; ++q) {
      const Elements at = place(t, share, q);
      Quad::Int word = kToNearest(), other = kToNearest();
      if (random_state) word = random(seed_of_step, share, q, kMoments);
      if (t.stochastic_param || (random_state && g.rule.amsgrad)) other = random(seed_of_step, share, q, kParamAndMax);
      const Lanes<Quad>& x = x_[q];
      if (stored[kExpAvg]) store_moment<First>(t.moments[kExpAvg], at, x.exp_avg, word, scales[kExpAvg]);
      store_moment<Second>(t.moments[kExpAvgSq], at, x.exp_avg_sq, word, scales[kExpAvgSq]);
      if (stored[kMaxExpAvgSq])
        store_moment<Second>(t.moments[kMaxExpAvgSq], at, x.max_exp_avg_sq, random_state ? other : kToNearest(),
                             scales[kMaxExpAvgSq]);
      store_param(t, g.rule.moves_param(), at, x.param, Random<Quad>::lower(other));
      if (g.zero_grad) store<Grad::kBytes, wide>(t.grad, at, Quad::broadcast_int(0));
    }
  }

 private:
  RADAM_INLINE Quad::Int kToNearest() { return Quad::broadcast_int(kNearestWord); }

  RADAM_INLINE std::int64_t first_of(const Share& share, int q) { return 4 * (q * kWarp + share.thread); }

  RADAM_INLINE Elements place(const DeviceTensor& t, const Share& share, int q) {
    const std::int64_t begin = share.block * RADAM_BLOCK_SIZE + first_of(share, q), rest = t.length - begin;
    const int count = rest >= 4 ? 4 : rest > 0 ? static_cast<int>(rest) : 0;
    return {begin, count};
  }

  RADAM_INLINE Quad::Int random(std::uint64_t seed_of_step, const Share& share, int q, Stream stream) {
    return Random<Quad>(seed_of_step, share.block, first_of(share, q), stream).next();
  }

  RADAM_INLINE Quad::Register moment(const Lanes<Quad>& x, int k) {
    return k == kExpAvg ? x.exp_avg : k == kExpAvgSq ? x.exp_avg_sq : x.max_exp_avg_sq;
  }

  template <class Format>
  RADAM_INLINE void store_moment(void* to, const Elements& at, const Quad::Register& x, const Quad::Int& word,
                                 float scale) {
    Quad::Int code = Format::template encode<Quad>(x, word, scale);
    if constexpr (Format::kScaled) {
      // Where a moment of the block is not a number, the scale says so, and there is nothing to tell its elements apart.
      if (scale != scale) code = Quad::broadcast_int(0);
    }
    store<Format::kBytes, wide>(to, at, code);
  }

  template <class Type>
  RADAM_INLINE Quad::Int rounded(const DeviceTensor& t, const Quad::Register& x, const Quad::Int& random) {
    return t.stochastic_param ? Type::template stochastic<Quad, true>(x, random) : Type::template nearest<Quad, true>(x);
  }

  RADAM_INLINE void store_param(const DeviceTensor& t, bool moved, const Elements& at, Quad::Register x,
                                const Quad::Int& random) {
    if (moved) {
      const Quad::Int code = rounded<Param>(t, x, random);
      store<Param::kBytes, wide>(t.param, at, code);
      x = Param::template decode<Quad>(code);  // what follows sees the parameter as it is stored
    }
    if (t.param_copy != nullptr)
      store<2, wide>(t.param_copy, at,
               t.copy_type == RADAM_TYPE_BF16 ? rounded<Bf16>(t, x, random) : rounded<F16>(t, x, random));
    if (t.param_average != nullptr) {
      const Quad::Register old = Quad::as_float(load<4, wide>(t.param_average, at));
      store<4, wide>(t.param_average, at, Quad::as_int(next_average<Quad>(t.average_rate, x, old)));
    }
  }

  Lanes<Quad> x_[kQuads];
};

}  // namespace

#endif
