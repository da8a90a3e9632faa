// ADOPT: gradients are divided by the second moment of those before, and only then averaged; as its authors have it.
#ifndef RADAM_SRC_ALGORITHM_ADOPT_H
#define RADAM_SRC_ALGORITHM_ADOPT_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "hyperparameters.h"
#include "parts.h"

namespace {

struct Adopt {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_ADOPT;
  static constexpr const char* kName = "adopt";

  enum Buffer { kExpAvg, kExpAvgSq, kBuffers };

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) {
    return k == kExpAvg ? StateBuffer{"exp_avg", true, 0} : StateBuffer{"exp_avg_sq", false, 0};
  }

  RADAM_DEVICE static bool is_present(const radam_hyperparameters&, int) { return true; }

  RADAM_DEVICE static bool is_required(const radam_coefficients&, int) { return true; }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_ADOPT_AUTHORS) return false;
    fill_common(kId, 1e-3, RADAM_WEIGHT_DECAY_L2, h);
    h.of.adopt = {0.9, 0.9999, 1e-6, 1, 0};
    return true;
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_adopt& a = h.of.adopt;
    if (!is_flag(a.clip) || a.reserved != 0) return RADAM_ERROR_SETTING;
    if (const radam_status status = check_settings(h)) return status;
    if (const radam_status status = check_learning_rate(h)) return status;
    if (!is_rate(a.beta1)) return RADAM_ERROR_BETA1;
    if (!is_rate(a.beta2)) return RADAM_ERROR_BETA2;
    if (const radam_status status = check_epsilon(a.epsilon)) return status;
    if (const radam_status status = check_weight_decay(h, h.learning_rate)) return status;
    return check_grad_scale(h);
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1. Step 1 makes v the square of the
  // gradient, and leaves m and p as they are. Rates and a step size do that, so that it needs no kernel of its own.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_adopt& a = h.of.adopt;
    const bool first = step == 1;
    const double beta1 = first ? 1 : a.beta1, beta2 = first ? 0 : a.beta2;
    fill_common(h, h.learning_rate, c);
    radam_adopt_coefficients& k = c.of.adopt;
    k.l2 = l2_of(h);
    k.decay = first ? 0 : decay_of(h, h.learning_rate);
    k.step_size = static_cast<float>(first ? 0 : h.learning_rate);
    k.beta1 = static_cast<float>(beta1);
    k.one_minus_beta1 = static_cast<float>(1 - beta1);
    k.beta2 = static_cast<float>(beta2);
    k.one_minus_beta2 = static_cast<float>(1 - beta2);
    k.epsilon = static_cast<float>(first ? 1 : a.epsilon);
    k.bound = static_cast<float>(a.clip != 0 ? std::sqrt(std::sqrt(static_cast<double>(step - 1))) : 0x1p63);
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_adopt_coefficients& a = c.of.adopt;
    const bool betas = in_unit_interval(a.beta1) && in_unit_interval(a.one_minus_beta1) &&
                       in_unit_interval(a.beta2) && in_unit_interval(a.one_minus_beta2);
    const bool limits = finite(a.epsilon, a.bound, 0) && a.epsilon >= 0 && a.bound >= 0;
    const bool all = c.mode == 0 && betas && limits && finite(a.l2, a.decay, a.step_size) && one_decay(a.l2, a.decay);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  // Kernels ask in each step whether averages step back.
  static constexpr bool kMayStepBack = true;

  struct Rule {
    WeightDecay weight_decay;

    RADAM_DEVICE constexpr bool moves_param() const { return true; }
    RADAM_DEVICE constexpr bool reads_param() const { return true; }
    RADAM_DEVICE constexpr bool moves(int) const { return true; }
    // It does, but the quotient is no update yet.
    RADAM_DEVICE constexpr bool divides() const { return false; }
    RADAM_DEVICE constexpr bool is_common() const { return false; }
  };

  RADAM_DEVICE static Rule rule_of(const radam_coefficients& c, unsigned) {
    return {weight_decay_of(c.of.adopt.l2, c.of.adopt.decay)};
  }

  static constexpr int kRules = kWeightDecays;

  RADAM_DEVICE static constexpr int index_of(const Rule& rule) { return rule.weight_decay; }

  static constexpr Rule rule(int index) { return {static_cast<WeightDecay>(index)}; }

  template <class V>
  struct Constants {
    typename V::Register grad_scale, l2, step_size, decay, epsilon, bound, minus_bound;
    Average<V> first, second;

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : grad_scale(V::broadcast(c.grad_scale)),
          l2(V::broadcast(c.of.adopt.l2)),
          step_size(V::broadcast(c.of.adopt.step_size)),
          decay(V::broadcast(c.of.adopt.decay)),
          epsilon(V::broadcast(c.of.adopt.epsilon)),
          bound(V::broadcast(c.of.adopt.bound)),
          minus_bound(V::broadcast(-c.of.adopt.bound)),
          first(c.of.adopt.beta1, c.of.adopt.one_minus_beta1),
          second(c.of.adopt.beta2, c.of.adopt.one_minus_beta2) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  template <class V>
  RADAM_INLINE void move_state(const Rule& rule, const Constants<V>& k, Lanes<V>& x) {
    auto g = V::mul(k.grad_scale, x.grad);
    if (rule.weight_decay == kL2) g = V::fma(k.l2, x.param, g);
    g = bounded<V>(g);
    auto& m = x.state[kExpAvg];
    auto& v = x.state[kExpAvgSq];
    // By the second moment before this gradient. With this order of operands a NaN stays NaN.
    const auto normed = V::div(g, V::max(k.epsilon, V::sqrt(v)));
    m = next<V>(k.first, kMayStepBack, m, V::min(k.bound, V::max(k.minus_bound, normed)));
    v = next_of_square<V>(k.second, kMayStepBack, v, g);
  }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule&, const Constants<V>&, const Lanes<V>& x) {
    return x.state[kExpAvg];
  }
};

}  // namespace

#endif
