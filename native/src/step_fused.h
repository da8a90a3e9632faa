// The step of whole blocks with small moments, for the rules that training runs on: moments are decoded where the rule
// wants them, and watched and their random words drawn where it leaves them. That work goes to units which would
// otherwise wait for the divider, and saves a pass over buffers in the cache.
#ifndef RADAM_SRC_STEP_FUSED_H
#define RADAM_SRC_STEP_FUSED_H

#include <cstdint>

#include "rule.h"
#include "step_vector.h"
#include "storage/convert.h"
#include "storage/moments.h"
#include "storage/random.h"

namespace {

// What the new moments and the random words of a block are left in.
struct NewMoments {
  alignas(64) float exp_avg[RADAM_BLOCK_SIZE], exp_avg_sq[RADAM_BLOCK_SIZE], words[RADAM_BLOCK_SIZE];
};

// A block: parameters and gradients as float32, moments as they are stored, and where the new ones go. Small, and with
// no array in it, so that all of it is kept in registers.
template <class V, class First, class Second>
struct FusedBuffers {
  float* param;
  const float* grad;
  const unsigned char *m_from, *v_from;
  First m;
  Second v;
  Random<V> random;
  float *exp_avg, *exp_avg_sq, *words;
};

template <class V, Rule rule, class First, class Second>
RADAM_INLINE void load_moments(Lanes<V>& x, FusedBuffers<V, First, Second>& b, std::int64_t i) {
  x.grad = V::load(b.grad + i);
  x.exp_avg = b.m.load(b.m_from + i * First::kBytes);
  x.exp_avg_sq = b.v.load(b.v_from + i * Second::kBytes);
}

// Called once for each vector, in order.
template <class V, Rule rule, class First, class Second>
RADAM_INLINE void store_moments(const Lanes<V>& x, FusedBuffers<V, First, Second>& b, std::int64_t i) {
  b.m.watch(x.exp_avg);
  b.v.watch(x.exp_avg_sq);
  V::store(b.exp_avg + i, x.exp_avg);
  V::store(b.exp_avg_sq + i, x.exp_avg_sq);
  V::store(b.words + i, V::as_float(b.random.next()));
}

// at is a whole block.
using FusedStep = void (*)(const radam_coefficients&, const radam::Tensor&, std::uint64_t seed, const Place& at,
                           float* param, const float* grad);

template <class V, Rule rule, template <class, bool> class Moment>
void step_fused(const radam_coefficients& c, const radam::Tensor& t, std::uint64_t seed, const Place& at, float* param,
                const float* grad) {
  const Constants<V> k(c);
  const Moment<V, true> m(t.exp_avg, t.exp_avg_scale, at);
  const Moment<V, false> v(t.exp_avg_sq, t.exp_avg_sq_scale, at);
  NewMoments next;
  FusedBuffers<V, Moment<V, true>, Moment<V, false>> b{
      param, grad, m.place, v.place, m, v, Random<V>(seed, at.block, at.first, kMoments),
      next.exp_avg, next.exp_avg_sq, next.words};
  // One vector at a time: the state of a group, as in step_group.h, does not fit the registers beside all of this.
  for (std::int64_t i = 0; i < RADAM_BLOCK_SIZE; i += V::kLanes) step_vector<V, rule>(k, b, i);
  b.m.choose_scale();
  b.v.choose_scale();
  for (std::int64_t i = 0; i < RADAM_BLOCK_SIZE; i += kRun) {
    typename V::Register x[kRun / V::kLanes];
    typename V::Int words[kRun / V::kLanes];
    for (std::int64_t j = 0; j < kRun / V::kLanes; ++j) words[j] = V::as_int(V::load(b.words + i + j * V::kLanes));
    load_run<V>(b.exp_avg + i, x);
    b.m.encode_run(m.place + i * m.kBytes, x, words);
    load_run<V>(b.exp_avg_sq + i, x);
    b.v.encode_run(v.place + i * v.kBytes, x, words);
  }
  b.m.finish(m.place, RADAM_BLOCK_SIZE);
  b.v.finish(v.place, RADAM_BLOCK_SIZE);
}

template <class V, template <class, bool> class Moment>
FusedStep fused_step_of(bool l2, bool decay) {
  constexpr auto rule = [](bool with_l2, bool with_decay) {
    return Rule{RADAM_MODE_ADAPTIVE, with_l2, with_decay, false, false};
  };
  if (l2) return decay ? step_fused<V, rule(true, true), Moment> : step_fused<V, rule(true, false), Moment>;
  return decay ? step_fused<V, rule(false, true), Moment> : step_fused<V, rule(false, false), Moment>;
}

// Null where there is none. The scalar target has nothing to gain.
template <class V>
FusedStep fused_step(const radam_coefficients& c, const radam::Tensor& b) {
  const bool step_back = c.one_minus_beta1 >= 0.5f || c.one_minus_beta2 >= 0.5f;
  if (V::kLanes == 1 || b.state_type == RADAM_STATE_F32 || b.state_rounding == RADAM_ROUND_NEAREST ||
      b.max_exp_avg_sq != nullptr || c.mode != RADAM_MODE_ADAPTIVE || step_back)
    return nullptr;
  if constexpr (V::kLanes > 1) {
    return b.state_type == RADAM_STATE_BF16 ? fused_step_of<V, Bf16Moment>(c.l2 != 0, c.decay != 0)
                                            : fused_step_of<V, Block8Moment>(c.l2 != 0, c.decay != 0);
  }
  return nullptr;
}

}  // namespace

#endif
