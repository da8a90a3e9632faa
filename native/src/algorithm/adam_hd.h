// Adam with hypergradient descent: the learning rate grows where a gradient points along the last update.
#ifndef RADAM_SRC_ALGORITHM_ADAM_HD_H
#define RADAM_SRC_ALGORITHM_ADAM_HD_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "../power.h"
#include "adam.h"
#include "hypergradient.h"
#include "layerwise.h"

namespace {

struct AdamHd : LayerwiseByAdam, Hypergradient {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_ADAM_HD;
  static constexpr const char* kName = "adam_hd";
  static constexpr int kNumbers = Hypergradient::kNumbers;
  static constexpr bool kProducts = true;

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_ADAM_HD_AUTHORS) return false;
    fill_common(kId, 1e-3, RADAM_WEIGHT_DECAY_L2, h);
    h.of.adam_hd = {0.9, 0.999, 1e-8, 1e-8};
    return true;
  }

  RADAM_DEVICE static radam_hyperparameters adam_of(const radam_hyperparameters& h) {
    const radam_adam_hd a = h.of.adam_hd;
    return AdamSchedule::adam_of(h, a.beta1, a.beta2, a.epsilon, RADAM_EPSILON_PLAIN);
  }

  using LayerwiseByAdam::adam_of;

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    if (h.weight_decay_mode != RADAM_WEIGHT_DECAY_L2) return RADAM_ERROR_SETTING;
    if (const radam_status status = AdamSchedule::check(adam_of(h))) return status;
    const radam_adam_hd& a = h.of.adam_hd;
    // As the learning rate, it is divided by 1 - beta1 at most.
    if (!finite_as_float(a.hypergrad_lr / (1 - a.beta1))) return RADAM_ERROR_HYPERGRAD_LR;
    return check_hypergrad_lr(a.hypergrad_lr);
  }

  // By what Adam's update is multiplied in a step, besides the learning rate.
  RADAM_DEVICE static double correction(const radam_adam_hd& a, std::int64_t step) {
    return std::sqrt(beta_power(a.beta2, step).complement) / beta_power(a.beta1, step).complement;
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_adam_hd& a = h.of.adam_hd;
    fill_common(h, h.learning_rate, c);
    radam_adam_hd_coefficients& k = c.of.adam_hd;
    k.adam = AdamSchedule::adam_coefficients_at(adam_of(h), step);
    // The update whose product with the gradient is taken is that of the step before.
    k.hypergrad_lr = step == 1 ? 0 : static_cast<float>(a.hypergrad_lr * correction(a, step - 1));
    k.scale = static_cast<float>(correction(a, step));
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_adam_hd_coefficients& a = c.of.adam_hd;
    const bool adam = c.mode == 0 && a.adam.decay == 0 && Adam::check(adam_of(c, a.adam)) == RADAM_OK;
    return adam && is_valid(a.hypergrad_lr, a.scale) ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  static constexpr int kSums = 1;
  static bool needs_param(const radam_coefficients& c) { return c.of.adam_hd.adam.l2 != 0; }

  template <class V>
  struct Terms {
    DecayedGradient<V> decayed;
    typename V::Register epsilon;

    RADAM_DEVICE explicit Terms(const radam_coefficients& c)
        : decayed(c.grad_scale, c.of.adam_hd.adam.l2), epsilon(V::broadcast(c.of.adam_hd.adam.epsilon)) {}

    RADAM_INLINE_MEMBER void of(const Adam::Lanes<V>& x, typename V::Register (&terms)[2 * kSums]) const {
      terms[0] = decayed.of(x.param, x.grad);
      terms[1] = V::div(x.state[kExpAvg], V::add(V::sqrt(x.state[kExpAvgSq]), epsilon));
    }
  };

  static radam_coefficients reduce(const radam_coefficients& c, std::int64_t, const double* sums, double* numbers) {
    const radam_adam_hd_coefficients& a = c.of.adam_hd;
    radam_coefficients adam = adam_of(c, a.adam);
    adam.of.adam.step_size = descend(a.hypergrad_lr, a.scale, a.adam.l2, sums[0], numbers, adam);
    return adam;
  }
};

}  // namespace

#endif
