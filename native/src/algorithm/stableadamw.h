// StableAdamW: AdamW that goes slower where gradients are larger than the second moment knows them.
#ifndef RADAM_SRC_ALGORITHM_STABLEADAMW_H
#define RADAM_SRC_ALGORITHM_STABLEADAMW_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "layerwise.h"
#include "qhadam.h"

namespace {

struct StableAdamW : LayerwiseByAdam {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_STABLEADAMW;
  static constexpr const char* kName = "stableadamw";

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_STABLEADAMW_AUTHORS) return false;
    fill_common(kId, 2e-3, RADAM_WEIGHT_DECAY_DECOUPLED, h);
    h.weight_decay = 0.2;
    h.of.stableadamw = {0.9, 0.99, 1e-6, 1};
    return true;
  }

  RADAM_DEVICE static radam_hyperparameters adam_of(const radam_hyperparameters& h) {
    const radam_stableadamw s = h.of.stableadamw;
    return AdamSchedule::adam_of(h, s.beta1, s.beta2, s.epsilon, RADAM_EPSILON_PLAIN);
  }

  using LayerwiseByAdam::adam_of;

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    if (const radam_status status = check_moments(adam_of(h))) return status;
    return is_positive_float(h.of.stableadamw.clip_threshold) ? RADAM_OK : RADAM_ERROR_CLIP_THRESHOLD;
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_stableadamw& s = h.of.stableadamw;
    fill_common(h, h.learning_rate, c);
    radam_stableadamw_coefficients& k = c.of.stableadamw;
    k.adam = AdamSchedule::adam_coefficients_at(adam_of(h), step);
    k.adam.step_size = static_cast<float>(h.learning_rate);
    QhAdam::fill_rates(s.beta1, step, k.adam.beta1, k.adam.one_minus_beta1);
    QhAdam::fill_rates(s.beta2, step, k.adam.beta2, k.adam.one_minus_beta2);
    k.clip_threshold = static_cast<float>(s.clip_threshold);
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_stableadamw_coefficients& s = c.of.stableadamw;
    const bool all = are_adam(c, s.adam) && s.clip_threshold > 0 && std::isfinite(s.clip_threshold);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  static constexpr int kSums = 1;
  static bool needs_param(const radam_coefficients&) { return false; }

  template <class V>
  struct Terms : Moments<V> {
    RADAM_DEVICE explicit Terms(const radam_coefficients& c) : Moments<V>(adam_of(c, c.of.stableadamw.adam)) {}

    RADAM_INLINE_MEMBER void of(Adam::Lanes<V>& x, typename V::Register (&terms)[kSums]) const {
      const auto g = bounded<V>(V::mul(this->k.grad_scale, x.grad));
      this->move(x);
      terms[0] = V::div(g, V::max(this->k.epsilon, V::sqrt(x.state[kExpAvgSq])));
    }
  };

  static radam_coefficients reduce(const radam_coefficients& c, std::int64_t length, const double* sums) {
    const radam_stableadamw_coefficients& s = c.of.stableadamw;
    const double mean = sums[0] / static_cast<double>(length);
    const double excess = std::sqrt(mean) / static_cast<double>(s.clip_threshold);
    radam_coefficients adam = adam_of(c, s.adam);
    if (excess > 1) {
      adam.of.adam.step_size = static_cast<float>(static_cast<double>(s.adam.step_size) / excess);
      adam.of.adam.decay = static_cast<float>(static_cast<double>(s.adam.decay) / excess);
    }
    return adam;
  }
};

}  // namespace

#endif
