// Adan: Adam with an average of the differences of successive gradients beside that of the gradients, as its authors
// have it. It clips no gradients: that is done for all algorithms alike, by the factor of gradients.
#ifndef RADAM_SRC_ALGORITHM_ADAN_H
#define RADAM_SRC_ALGORITHM_ADAN_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "../power.h"
#include "adam_schedule.h"
#include "hyperparameters.h"
#include "one_kernel.h"
#include "parts.h"

namespace {

struct Adan : OneKernel {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_ADAN;
  static constexpr const char* kName = "adan";

  enum Buffer { kExpAvg, kExpAvgSq, kExpAvgDiff, kNegPreGrad, kBuffers };

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) {
    return k == kExpAvg       ? StateBuffer{"exp_avg", true, 0}
           : k == kExpAvgSq   ? StateBuffer{"exp_avg_sq", false, 0}
           : k == kExpAvgDiff ? StateBuffer{"exp_avg_diff", true, 0}
                              : StateBuffer{"neg_pre_grad", true, 0};
  }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_ADAN_AUTHORS) return false;
    fill_common(kId, 1e-3, RADAM_WEIGHT_DECAY_DECOUPLED, h);
    h.of.adan = {0.98, 0.92, 0.99, 1e-8, 0, 0};
    return true;
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_adan& a = h.of.adan;
    if (!is_flag(a.no_prox) || a.reserved != 0) return RADAM_ERROR_SETTING;
    // Adam's step sizes are as large, and it has a beta2 alike.
    const auto adam = AdamSchedule::adam_of(h, a.beta1, a.beta2, a.epsilon, RADAM_EPSILON_BIAS_CORRECTED);
    if (const radam_status status = AdamSchedule::check(adam)) return status;
    return is_rate(a.beta3) ? RADAM_OK : RADAM_ERROR_BETA3;
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_adan& a = h.of.adan;
    const double complement1 = beta_power(a.beta1, step).complement, complement2 = beta_power(a.beta2, step).complement;
    const double sqrt_bias_correction3 = std::sqrt(beta_power(a.beta3, step).complement);
    const bool is_l2 = h.weight_decay_mode == RADAM_WEIGHT_DECAY_L2;
    const double decay = is_l2 ? 0 : h.learning_rate * h.weight_decay;
    const double divisor = a.no_prox ? 1 : 1 + decay;
    fill_common(h, h.learning_rate, c);
    radam_adan_coefficients& k = c.of.adan;
    k.l2 = l2_of(h);
    k.decay = static_cast<float>(decay / divisor);
    k.step_size = static_cast<float>(h.learning_rate * sqrt_bias_correction3 / complement1 / divisor);
    k.beta1 = static_cast<float>(a.beta1);
    k.one_minus_beta1 = static_cast<float>(1 - a.beta1);
    k.beta2 = static_cast<float>(a.beta2);
    k.one_minus_beta2 = static_cast<float>(1 - a.beta2);
    k.beta3 = static_cast<float>(a.beta3);
    k.one_minus_beta3 = static_cast<float>(1 - a.beta3);
    k.diff_scale = step == 1 ? 0 : 1;
    // step_size has the correction of the average of gradients, which that of differences does not need.
    k.diff_factor = static_cast<float>(a.beta2 * complement1 / complement2);
    k.epsilon = static_cast<float>(a.epsilon * sqrt_bias_correction3);
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_adan_coefficients& a = c.of.adan;
    const bool betas = in_unit_interval(a.beta1) && in_unit_interval(a.one_minus_beta1) && in_unit_interval(a.beta2) &&
                       in_unit_interval(a.one_minus_beta2) && in_unit_interval(a.beta3) &&
                       in_unit_interval(a.one_minus_beta3);
    const bool numbers = in_unit_interval(a.diff_scale) && finite(a.diff_factor, a.epsilon, 0) && a.diff_factor >= 0 &&
                         a.epsilon >= 0;
    const bool all = c.mode == 0 && betas && numbers && finite(a.l2, a.decay, a.step_size) && one_decay(a.l2, a.decay);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  template <class V>
  struct Constants : OneKernelConstants<V> {
    typename V::Register beta2, diff_scale, diff_factor, epsilon;
    Average<V> first, of_differences, second;

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : OneKernelConstants<V>(c, c.of.adan),
          beta2(V::broadcast(c.of.adan.beta2)),
          diff_scale(V::broadcast(c.of.adan.diff_scale)),
          diff_factor(V::broadcast(c.of.adan.diff_factor)),
          epsilon(V::broadcast(c.of.adan.epsilon)),
          first(c.of.adan.beta1, c.of.adan.one_minus_beta1),
          of_differences(c.of.adan.beta2, c.of.adan.one_minus_beta2),
          second(c.of.adan.beta3, c.of.adan.one_minus_beta3) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  template <class V>
  RADAM_INLINE void move_state(const Rule&, const Constants<V>& k, Lanes<V>& x) {
    const auto g = scaled_gradient<V>(k, x);
    const auto d = V::mul(k.diff_scale, V::add(g, x.state[kNegPreGrad]));
    x.state[kExpAvg] = next<V>(k.first, true, x.state[kExpAvg], g);
    x.state[kExpAvgDiff] = next<V>(k.of_differences, true, x.state[kExpAvgDiff], d);
    x.state[kExpAvgSq] = next_of_square<V>(k.second, true, x.state[kExpAvgSq], bounded<V>(V::fma(k.beta2, d, g)));
    x.state[kNegPreGrad] = V::mul(V::broadcast(-1.0f), g);
  }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule&, const Constants<V>& k, const Lanes<V>& x) {
    const auto numerator = V::fma(k.diff_factor, x.state[kExpAvgDiff], x.state[kExpAvg]);
    return V::div(numerator, V::add(V::sqrt(x.state[kExpAvgSq]), k.epsilon));
  }
};

}  // namespace

#endif
