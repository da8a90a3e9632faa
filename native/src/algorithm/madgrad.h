// MADGRAD: dual averaging with momentum and a cube root, as its authors have it.
//
// They keep x0, the parameter before training. Here is kept how far p is from it: with q for what is subtracted from
// x0, p = momentum * p + (1 - momentum) * (x0 - q) is p - (1 - momentum) * (q - (x0 - p)). So state begins as 0, and may
// be stored in small types.
#ifndef RADAM_SRC_ALGORITHM_MADGRAD_H
#define RADAM_SRC_ALGORITHM_MADGRAD_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "element_functions.h"
#include "hyperparameters.h"
#include "one_kernel.h"
#include "parts.h"

namespace {

struct Madgrad : OneKernel {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_MADGRAD;
  static constexpr const char* kName = "madgrad";

  enum Buffer { kGradSumSq, kS, kX0MinusParam, kBuffers };
  static constexpr float kMost = 0x1p127f;  // the limit of sums

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) {
    return k == kGradSumSq ? StateBuffer{"grad_sum_sq", false, 0}
           : k == kS       ? StateBuffer{"s", true, 0}
                           : StateBuffer{"x0_minus_param", true, 0};
  }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_MADGRAD_AUTHORS) return false;
    fill_common(kId, 1e-2, RADAM_WEIGHT_DECAY_L2, h);
    h.of.madgrad = {0.9, 1e-6};
    return true;
  }

  // The authors add epsilon to a learning rate that is not 0.
  RADAM_DEVICE static double learning_rate_of(const radam_hyperparameters& h) {
    return h.learning_rate == 0 ? 0 : h.learning_rate + h.of.madgrad.epsilon;
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_madgrad& m = h.of.madgrad;
    if (const radam_status status = check_settings(h)) return status;
    if (const radam_status status = check_learning_rate(h)) return status;
    if (!is_rate(m.momentum)) return RADAM_ERROR_MOMENTUM;
    if (const radam_status status = check_epsilon(m.epsilon)) return status;
    if (const radam_status status = check_weight_decay(h, learning_rate_of(h))) return status;
    return check_grad_scale(h);
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const double learning_rate = learning_rate_of(h);
    fill_common(h, h.learning_rate, c);
    radam_madgrad_coefficients& k = c.of.madgrad;
    k.l2 = l2_of(h);
    k.decay = decay_of(h, learning_rate);
    k.step_size = static_cast<float>(1 - h.of.madgrad.momentum);
    const double rate = learning_rate * std::sqrt(static_cast<double>(step));
    k.rate = static_cast<float>(rate < 0x1p63 ? rate : 0x1p63);
    k.epsilon = static_cast<float>(h.of.madgrad.epsilon);
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_madgrad_coefficients& m = c.of.madgrad;
    const bool numbers = finite(m.rate, m.epsilon, 0) && m.rate >= 0 && m.epsilon >= 0;
    const bool all = c.mode == 0 && numbers && finite(m.l2, m.decay, m.step_size) && one_decay(m.l2, m.decay);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  template <class V>
  struct Constants : OneKernelConstants<V> {
    typename V::Register rate, epsilon;
    Exponent<V> exponent;  // 1/3
    // Without momentum the authors keep no x0, so that decay moves it, too.
    bool decays_from_x0;

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : OneKernelConstants<V>(c, c.of.madgrad),
          rate(V::broadcast(c.of.madgrad.rate)),
          epsilon(V::broadcast(c.of.madgrad.epsilon)),
          exponent(0x1.555556p-2f, -0x1.555556p-27f),
          decays_from_x0(c.of.madgrad.decay != 0 && c.of.madgrad.step_size != 1) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  template <class V>
  RADAM_INLINE void move_state(const Rule& rule, const Constants<V>& k, Lanes<V>& x) {
    const auto raised = base<V>(rule, k, x);
    with_power<V>(rule, k, x, power<V>(raised, k.exponent));
  }

  // The step in two parts, as step_by_stages.h has it. Sums are kept finite; with this order of operands a NaN stays
  // NaN.
  template <class V>
  RADAM_INLINE typename V::Register base(const Rule&, const Constants<V>& k, Lanes<V>& x) {
    const auto g = scaled_gradient<V>(k, x);
    auto &sum_sq = x.state[kGradSumSq], &s = x.state[kS];
    sum_sq = V::min(V::broadcast(kMost), V::fma(k.rate, V::mul(g, g), sum_sq));
    s = V::min(V::broadcast(kMost), V::max(V::broadcast(-kMost), V::fma(k.rate, g, s)));
    return sum_sq;
  }

  static constexpr bool moves_with_power(int k) { return k == kX0MinusParam; }

  // Writes the update into x.grad.
  template <class V>
  RADAM_INLINE void with_power(const Rule&, const Constants<V>& k, Lanes<V>& x, typename V::Register p) {
    auto& d = x.state[kX0MinusParam];
    const auto most = V::broadcast(kMost), least = V::broadcast(-kMost);
    x.grad = V::sub(V::div(x.state[kS], V::add(p, k.epsilon)), d);
    d = V::fma(k.step_size, x.grad, d);
    // Not the parameter itself: one of 16 bits may have become infinite, and then NaN.
    if (k.decays_from_x0) d = V::fma(k.decay, V::min(V::max(x.param, least), most), d);
    d = V::min(most, V::max(least, d));
  }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule&, const Constants<V>&, const Lanes<V>& x) {
    return x.grad;
  }
};

}  // namespace

#endif
