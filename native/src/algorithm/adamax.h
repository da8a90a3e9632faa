// Adamax: Adam by the infinity norm, as torch.optim.Adamax has it.
#ifndef RADAM_SRC_ALGORITHM_ADAMAX_H
#define RADAM_SRC_ALGORITHM_ADAMAX_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "../power.h"
#include "hyperparameters.h"
#include "parts.h"

namespace {

struct Adamax {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_ADAMAX;
  static constexpr const char* kName = "adamax";

  enum Buffer { kExpAvg, kExpInf, kBuffers };

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) {
    return k == kExpAvg ? StateBuffer{"exp_avg", true, 0} : StateBuffer{"exp_inf", false, 0};
  }

  RADAM_DEVICE static bool is_present(const radam_hyperparameters&, int) { return true; }

  RADAM_DEVICE static bool is_required(const radam_coefficients&, int) { return true; }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_ADAMAX_PYTORCH) return false;
    fill_common(kId, 2e-3, RADAM_WEIGHT_DECAY_L2, h);
    h.of.adamax = {0.9, 0.999, 1e-8};
    return true;
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_adamax& a = h.of.adamax;
    if (const radam_status status = check_settings(h)) return status;
    if (!non_negative(h.learning_rate)) return RADAM_ERROR_LEARNING_RATE;
    if (!is_rate(a.beta1)) return RADAM_ERROR_BETA1;
    if (!is_rate(a.beta2)) return RADAM_ERROR_BETA2;
    // The largest step size.
    if (!finite_as_float(h.learning_rate / (1 - a.beta1))) return RADAM_ERROR_LEARNING_RATE;
    if (const radam_status status = check_epsilon(a.epsilon)) return status;
    if (const radam_status status = check_weight_decay(h, h.learning_rate)) return status;
    return check_grad_scale(h);
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_adamax& a = h.of.adamax;
    fill_common(h, h.learning_rate, c);
    radam_adamax_coefficients& k = c.of.adamax;
    k.l2 = l2_of(h);
    k.decay = decay_of(h, h.learning_rate);
    k.step_size = static_cast<float>(h.learning_rate / beta_power(a.beta1, step).complement);
    k.beta1 = static_cast<float>(a.beta1);
    k.one_minus_beta1 = static_cast<float>(1 - a.beta1);
    k.beta2 = static_cast<float>(a.beta2);
    k.epsilon = static_cast<float>(a.epsilon);
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_adamax_coefficients& a = c.of.adamax;
    const bool rates = in_unit_interval(a.beta1) && in_unit_interval(a.one_minus_beta1) && in_unit_interval(a.beta2);
    const bool all = c.mode == 0 && rates && finite(a.l2, a.decay, a.step_size) && std::isfinite(a.epsilon) &&
                     a.epsilon >= 0 && one_decay(a.l2, a.decay);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  // Kernels ask in each step whether the average steps back.
  static constexpr bool kMayStepBack = true;

  struct Rule {
    WeightDecay weight_decay;

    RADAM_DEVICE constexpr bool moves_param() const { return true; }
    RADAM_DEVICE constexpr bool reads_param() const { return true; }
    RADAM_DEVICE constexpr bool moves(int) const { return true; }
    // It does, but takes no root: the divider is fast enough alone.
    RADAM_DEVICE constexpr bool divides() const { return false; }
    RADAM_DEVICE constexpr bool is_common() const { return false; }
  };

  RADAM_DEVICE static Rule rule_of(const radam_coefficients& c, unsigned) {
    const radam_adamax_coefficients& a = c.of.adamax;
    return {weight_decay_of(a.l2, a.decay)};
  }

  static constexpr int kRules = kWeightDecays;

  RADAM_DEVICE static constexpr int index_of(const Rule& rule) { return rule.weight_decay; }

  static constexpr Rule rule(int index) { return {static_cast<WeightDecay>(index)}; }

  template <class V>
  struct Constants {
    typename V::Register grad_scale, l2, step_size, decay, beta2, epsilon;
    Average<V> first;

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : grad_scale(V::broadcast(c.grad_scale)),
          l2(V::broadcast(c.of.adamax.l2)),
          step_size(V::broadcast(c.of.adamax.step_size)),
          decay(V::broadcast(c.of.adamax.decay)),
          beta2(V::broadcast(c.of.adamax.beta2)),
          epsilon(V::broadcast(c.of.adamax.epsilon)),
          first(c.of.adamax.beta1, c.of.adamax.one_minus_beta1) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  template <class V>
  RADAM_INLINE void move_state(const Rule& rule, const Constants<V>& k, Lanes<V>& x) {
    auto g = V::mul(k.grad_scale, x.grad);
    if (rule.weight_decay == kL2) g = V::fma(k.l2, x.param, g);
    g = bounded<V>(g);
    auto& m = x.state[kExpAvg];
    m = next<V>(k.first, kMayStepBack, m, g);
    auto& u = x.state[kExpInf];
    const auto magnitude = V::as_float(V::and_int(V::as_int(g), V::broadcast_int(0x7FFFFFFF)));
    // Bounded, so that 8-bit state can hold it. With this order of operands a NaN stays NaN.
    u = V::min(V::broadcast(0x1p127f), V::max(V::add(magnitude, k.epsilon), V::mul(k.beta2, u)));
  }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule&, const Constants<V>&, const Lanes<V>& x) {
    return V::div(x.state[kExpAvg], x.state[kExpInf]);
  }
};

}  // namespace

#endif
