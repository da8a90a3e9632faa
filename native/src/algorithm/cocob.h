// COCOB-Backprop: gradients as bets on a coin, without a learning rate, as its author has it.
//
// He keeps x0, the parameter before training. How far p is from it follows from the state, so that it is computed again
// from the state before the step, and p moves by the difference.
#ifndef RADAM_SRC_ALGORITHM_COCOB_H
#define RADAM_SRC_ALGORITHM_COCOB_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "hyperparameters.h"
#include "one_kernel.h"
#include "parts.h"

namespace {

struct Cocob : OneKernel {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_COCOB;
  static constexpr const char* kName = "cocob";

  enum Buffer { kSumNegativeGradients, kGradNormSum, kL, kReward, kBuffers };

  // The author's L begins as epsilon. It is at least that in every step, so that the state of all tensors begins as bytes
  // of 0.
  RADAM_DEVICE static constexpr StateBuffer buffer(int k) {
    return k == kSumNegativeGradients ? StateBuffer{"sum_negative_gradients", true, 0}
           : k == kGradNormSum        ? StateBuffer{"grad_norm_sum", false, 0}
           : k == kL                  ? StateBuffer{"L", false, 0}
                                      : StateBuffer{"reward", false, 0};
  }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_COCOB_AUTHORS) return false;
    fill_common(kId, 1, RADAM_WEIGHT_DECAY_L2, h);
    h.of.cocob = {100, 1e-8};
    return true;
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_cocob& c = h.of.cocob;
    if (const radam_status status = check_settings(h)) return status;
    if (const radam_status status = check_learning_rate(h)) return status;
    if (!(c.alpha >= 0 && c.alpha <= 0x1p63)) return RADAM_ERROR_ALPHA;
    if (!is_positive_float(c.epsilon)) return RADAM_ERROR_EPSILON;
    if (const radam_status status = check_weight_decay(h, h.learning_rate)) return status;
    return check_grad_scale(h);
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t, radam_coefficients& c) {
    fill_common(h, h.learning_rate, c);
    radam_cocob_coefficients& k = c.of.cocob;
    k.l2 = l2_of(h);
    k.decay = decay_of(h, h.learning_rate);
    k.step_size = 1;
    k.rate = static_cast<float>(std::fabs(h.learning_rate));
    k.alpha = static_cast<float>(std::fabs(h.of.cocob.alpha));
    k.epsilon = static_cast<float>(h.of.cocob.epsilon);
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_cocob_coefficients& k = c.of.cocob;
    const bool numbers = finite(k.rate, k.alpha, k.epsilon) && k.rate >= 0 && k.alpha >= 0 && k.epsilon >= 0;
    const bool all = c.mode == 0 && numbers && finite(k.l2, k.decay, k.step_size) && one_decay(k.l2, k.decay);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  template <class V>
  struct Constants : OneKernelConstants<V> {
    typename V::Register rate, alpha, epsilon;

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : OneKernelConstants<V>(c, c.of.cocob),
          rate(V::broadcast(c.of.cocob.rate)),
          alpha(V::broadcast(c.of.cocob.alpha)),
          epsilon(V::broadcast(c.of.cocob.epsilon)) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  // How far the parameter is from x0. The first quotient is at most 1, but for rounded state. The second is kept finite,
  // so that no product of them is NaN.
  template <class V>
  RADAM_INLINE typename V::Register offset(const Constants<V>& k, const Lanes<V>& x, typename V::Register largest) {
    const auto bets = V::max(V::add(x.state[kGradNormSum], largest), V::mul(k.alpha, largest));
    const auto wealth = V::div(V::add(x.state[kReward], largest), largest);
    const auto one = V::broadcast(1.0f), minus_one = V::broadcast(-1.0f);
    const auto share = V::min(one, V::max(minus_one, V::div(x.state[kSumNegativeGradients], bets)));
    return V::mul(share, V::min(V::broadcast(0x1p126f), wealth));
  }

  // Writes the update into x.grad. Sums are kept finite; with this order of operands a NaN stays NaN.
  template <class V>
  RADAM_INLINE void move_state(const Rule&, const Constants<V>& k, Lanes<V>& x) {
    const auto g = bounded<V>(V::mul(k.rate, scaled_gradient<V>(k, x)));
    const auto magnitude = V::as_float(V::and_int(V::as_int(g), V::broadcast_int(0x7FFFFFFF)));
    auto &sum = x.state[kSumNegativeGradients], &norms = x.state[kGradNormSum], &reward = x.state[kReward];
    const auto last = V::max(k.epsilon, x.state[kL]);
    const auto before = offset<V>(k, x, last);
    const auto most = V::broadcast(0x1p127f);
    x.state[kL] = V::max(last, magnitude);
    sum = V::min(most, V::max(V::broadcast(-0x1p127f), V::sub(sum, g)));
    norms = V::min(most, V::add(norms, magnitude));
    // The sum with 0 is for a -0, which a small loss is rounded to: no reward is negative.
    const auto zero = V::broadcast(0.0f);
    reward = V::min(V::broadcast(0x1p126f), V::add(V::max(zero, V::fnma(g, before, reward)), zero));
    x.grad = V::sub(before, offset<V>(k, x, x.state[kL]));
  }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule&, const Constants<V>&, const Lanes<V>& x) {
    return x.grad;
  }
};

}  // namespace

#endif
