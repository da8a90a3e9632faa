// LAMB: Adam's update, with decay, times the ratio of the norms of a tensor and of this update.
#ifndef RADAM_SRC_ALGORITHM_LAMB_H
#define RADAM_SRC_ALGORITHM_LAMB_H

#include <cmath>
#include <cstdint>
#include <limits>

#include <radam/radam.h>

#include "../inline.h"
#include "layerwise.h"

namespace {

struct Lamb : LayerwiseByAdam {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_LAMB;
  static constexpr const char* kName = "lamb";

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    const bool nvidia = preset == RADAM_PRESET_LAMB_NVIDIA;
    if (!nvidia && preset != RADAM_PRESET_LAMB_CYBERTRONAI) return false;
    fill_common(kId, 1e-3, RADAM_WEIGHT_DECAY_DECOUPLED, h);
    h.weight_decay = nvidia ? 0.01 : 0;
    radam_lamb& l = h.of.lamb;
    l.beta1 = 0.9;
    l.beta2 = 0.999;
    l.epsilon = 1e-6;
    l.max_param_norm = nvidia ? std::numeric_limits<double>::infinity() : 10;
    l.bias_correction = nvidia;
    l.grad_averaging = 1;
    l.adapt = nvidia ? RADAM_ADAPT_WITH_DECAY : RADAM_ADAPT_ALWAYS;
    return true;
  }

  RADAM_DEVICE static radam_hyperparameters adam_of(const radam_hyperparameters& h) {
    const radam_lamb l = h.of.lamb;
    const bool corrected = l.bias_correction != 0;
    return AdamSchedule::adam_of(h, l.beta1, l.beta2, l.epsilon,
                                 corrected ? RADAM_EPSILON_BIAS_CORRECTED : RADAM_EPSILON_PLAIN);
  }

  using LayerwiseByAdam::adam_of;

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_lamb& l = h.of.lamb;
    if (!is_flag(l.bias_correction) || !is_flag(l.grad_averaging) || !is_flag(l.trust_clip) ||
        !is_flag(l.decay_apart) || l.adapt < RADAM_ADAPT_NEVER || l.adapt > RADAM_ADAPT_ALWAYS || l.reserved != 0)
      return RADAM_ERROR_SETTING;
    if (const radam_status status = check_moments(adam_of(h))) return status;
    // Without averaging, the step size is divided by 1 - beta1 once more.
    const double largest = h.learning_rate / (1 - l.beta1);
    if (l.grad_averaging == 0 && !finite_as_float(largest / (1 - l.beta1))) return RADAM_ERROR_LEARNING_RATE;
    return static_cast<float>(l.max_param_norm) > 0 ? RADAM_OK : RADAM_ERROR_MAX_PARAM_NORM;
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_lamb& l = h.of.lamb;
    const double correction1 = beta_power(l.beta1, step).complement, correction2 = beta_power(l.beta2, step).complement;
    double scale = l.bias_correction != 0 ? std::sqrt(correction2) / correction1 : 1;
    if (l.grad_averaging == 0) scale /= 1 - l.beta1;
    const bool apart = l.decay_apart != 0;
    const bool decays = h.weight_decay != 0;

    fill_common(h, h.learning_rate, c);
    radam_lamb_coefficients& k = c.of.lamb;
    k.adam = AdamSchedule::adam_coefficients_at(adam_of(h), step);
    k.adam.step_size = static_cast<float>(h.learning_rate * scale);
    k.update_scale = static_cast<float>(scale);
    k.weight_decay = static_cast<float>(apart ? 0 : h.weight_decay);
    k.max_param_norm = static_cast<float>(l.max_param_norm);
    k.param_scale = static_cast<float>(apart ? std::fabs(1 - h.learning_rate * h.weight_decay) : 1);
    k.max_ratio = l.trust_clip != 0 ? 1 : HUGE_VALF;  // which device code has
    k.adapts = l.adapt == RADAM_ADAPT_ALWAYS || (l.adapt == RADAM_ADAPT_WITH_DECAY && decays) ? 1 : 0;
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_lamb_coefficients& l = c.of.lamb;
    const bool all = are_adam(c, l.adam) && finite(l.update_scale, l.weight_decay, l.param_scale) &&
                     l.max_param_norm > 0 && l.max_ratio > 0 && (l.adapts == 0 || l.adapts == 1);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  static constexpr int kSums = 2;

  template <class V>
  struct Terms : Moments<V> {
    typename V::Register update_scale, weight_decay;

    RADAM_DEVICE explicit Terms(const radam_coefficients& c)
        : Moments<V>(adam_of(c, c.of.lamb.adam)),
          update_scale(V::broadcast(c.of.lamb.update_scale)),
          weight_decay(V::broadcast(c.of.lamb.weight_decay)) {}

    RADAM_INLINE_MEMBER void of(Adam::Lanes<V>& x, typename V::Register (&terms)[kSums]) const {
      this->move(x);
      terms[0] = x.param;
      terms[1] = V::fma(update_scale, this->update(x), V::mul(weight_decay, x.param));
    }
  };

  static radam_coefficients reduce(const radam_coefficients& c, std::int64_t, const double* sums) {
    const radam_lamb_coefficients& l = c.of.lamb;
    const auto most = static_cast<double>(l.max_param_norm), max_ratio = static_cast<double>(l.max_ratio);
    const double norm = std::sqrt(sums[0]) * static_cast<double>(l.param_scale);
    const double of_param = most < norm ? most : norm;  // NaN remains
    const double of_update = std::sqrt(sums[1]), quotient = of_param / of_update;
    double ratio = 1;
    if (l.adapts != 0 && of_param > 0 && of_update > 0 && std::isfinite(quotient))
      ratio = quotient < max_ratio ? quotient : max_ratio;
    radam_coefficients adam = adam_of(c, l.adam);
    adam.of.adam.step_size = reduced(ratio, l.adam.step_size);
    if (l.weight_decay != 0) adam.of.adam.decay = reduced(ratio, l.adam.decay);
    return adam;
  }
};

}  // namespace

#endif
