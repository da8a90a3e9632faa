// AdaBound: Adam whose learning rates, one for each element, lie between bounds that close in on one, as its authors
// have it, and with it AMSBound and AdaBoundW.
#ifndef RADAM_SRC_ALGORITHM_ADABOUND_H
#define RADAM_SRC_ALGORITHM_ADABOUND_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "adam_schedule.h"
#include "hyperparameters.h"
#include "one_kernel.h"
#include "parts.h"

namespace {

struct AdaBound : OneKernelWithMaximum<2> {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_ADABOUND;
  static constexpr const char* kName = "adabound";

  enum Buffer { kExpAvg, kExpAvgSq, kMaxExpAvgSq, kBuffers };

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) {
    return k == kExpAvg     ? StateBuffer{"exp_avg", true, 0}
           : k == kExpAvgSq ? StateBuffer{"exp_avg_sq", false, 0}
                            : StateBuffer{"max_exp_avg_sq", false, 0};
  }

  RADAM_DEVICE static bool is_present(const radam_hyperparameters& h, int k) {
    return k != kMaxExpAvgSq || h.of.adabound.amsgrad != 0;
  }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset < RADAM_PRESET_ADABOUND_AUTHORS || preset > RADAM_PRESET_ADABOUNDW_AUTHORS) return false;
    const bool decoupled = preset == RADAM_PRESET_ADABOUNDW_AUTHORS, amsgrad = preset == RADAM_PRESET_AMSBOUND_AUTHORS;
    fill_common(kId, 1e-3, decoupled ? RADAM_WEIGHT_DECAY_DECOUPLED : RADAM_WEIGHT_DECAY_L2, h);
    h.of.adabound = {0.9, 0.999, 1e-8, 0.1, 1e-3, 1e-3, amsgrad, decoupled};
    return true;
  }

  RADAM_DEVICE static radam_hyperparameters adam_of(const radam_hyperparameters& h) {
    const radam_adabound a = h.of.adabound;
    return AdamSchedule::adam_of(h, a.beta1, a.beta2, a.epsilon, RADAM_EPSILON_PLAIN);
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_adabound& a = h.of.adabound;
    if (!is_flag(a.amsgrad) || !is_flag(a.fixed_weight_decay)) return RADAM_ERROR_SETTING;
    if (const radam_status status = AdamSchedule::check(adam_of(h))) return status;
    if (!is_positive_float(a.final_learning_rate)) return RADAM_ERROR_FINAL_LEARNING_RATE;
    if (!is_positive_float(a.base_learning_rate)) return RADAM_ERROR_BASE_LEARNING_RATE;
    return is_positive_float(a.gamma) && a.gamma < 1 ? RADAM_OK : RADAM_ERROR_GAMMA;
  }

  // A bound on learning rates, which is kept finite: infinity times an average of 0 would be NaN.
  RADAM_DEVICE static float bound_of(double rate) { return static_cast<float>(rate < 0x1p63 ? rate : 0x1p63); }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_adabound& own = h.of.adabound;
    const radam_adam_coefficients a = AdamSchedule::adam_coefficients_at(adam_of(h), step);
    // Of a learning rate of -0, too: of +0 and -0, languages differ in which is the minimum.
    const double end = own.final_learning_rate * (std::fabs(h.learning_rate) / own.base_learning_rate);
    const double way = own.gamma * static_cast<double>(step);
    fill_common(h, h.learning_rate, c);
    radam_adabound_coefficients& k = c.of.adabound;
    k.l2 = a.l2;
    k.decay = own.fixed_weight_decay != 0 ? decay_of(h, 1) : a.decay;
    k.step_size = 1;
    k.beta1 = a.beta1;
    k.one_minus_beta1 = a.one_minus_beta1;
    k.beta2 = a.beta2;
    k.one_minus_beta2 = a.one_minus_beta2;
    k.rate = std::fabs(a.step_size);
    // 1 - 1 / (way + 1) and 1 + 1 / way, in forms that lose no digits.
    k.lower = bound_of(end * (way / (way + 1)));
    k.upper = bound_of(end * ((way + 1) / way));
    k.epsilon = a.epsilon;
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_adabound_coefficients& a = c.of.adabound;
    const bool betas = in_unit_interval(a.beta1) && in_unit_interval(a.one_minus_beta1) && in_unit_interval(a.beta2) &&
                       in_unit_interval(a.one_minus_beta2);
    const bool rates = finite(a.rate, a.lower, a.upper) && a.rate >= 0 && a.lower >= 0 && a.upper >= 0;
    const bool epsilon = std::isfinite(a.epsilon) && a.epsilon >= 0;
    const bool all = c.mode == 0 && betas && rates && epsilon && finite(a.l2, a.decay, a.step_size) &&
                     one_decay(a.l2, a.decay);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  template <class V>
  struct Constants : OneKernelConstants<V> {
    typename V::Register rate, lower, upper, epsilon;
    Average<V> first, second;

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : OneKernelConstants<V>(c, c.of.adabound),
          rate(V::broadcast(c.of.adabound.rate)),
          lower(V::broadcast(c.of.adabound.lower)),
          upper(V::broadcast(c.of.adabound.upper)),
          epsilon(V::broadcast(c.of.adabound.epsilon)),
          first(c.of.adabound.beta1, c.of.adabound.one_minus_beta1),
          second(c.of.adabound.beta2, c.of.adabound.one_minus_beta2) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  template <class V>
  RADAM_INLINE void move_state(const Rule& rule, const Constants<V>& k, Lanes<V>& x) {
    const auto g = scaled_gradient<V>(k, x);
    x.state[kExpAvg] = next<V>(k.first, true, x.state[kExpAvg], g);
    x.state[kExpAvgSq] = next_of_square<V>(k.second, true, x.state[kExpAvgSq], g);
    if (rule.amsgrad) x.state[kMaxExpAvgSq] = V::max(x.state[kMaxExpAvgSq], x.state[kExpAvgSq]);
  }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule& rule, const Constants<V>& k, const Lanes<V>& x) {
    const auto v = rule.amsgrad ? x.state[kMaxExpAvgSq] : x.state[kExpAvgSq];
    // With this order of operands a NaN stays NaN.
    const auto rate = V::min(k.upper, V::max(k.lower, V::div(k.rate, V::add(V::sqrt(v), k.epsilon))));
    return V::mul(rate, x.state[kExpAvg]);
  }
};

}  // namespace

#endif
