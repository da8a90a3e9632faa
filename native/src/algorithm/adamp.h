// AdamP: AdamW whose update is projected, for weights whose scale does not matter to the model.
#ifndef RADAM_SRC_ALGORITHM_ADAMP_H
#define RADAM_SRC_ALGORITHM_ADAMP_H

#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "adam_schedule.h"
#include "nadam.h"
#include "projection.h"

namespace {

// It steps by NAdam, which has the numerator of Nesterov's update.
struct AdamP : Projecting {
  using Stepped = NAdam;
  static constexpr std::int32_t kId = RADAM_ALGORITHM_ADAMP;
  static constexpr const char* kName = "adamp";

  enum Buffer { kExpAvg, kExpAvgSq, kBuffers };
  static constexpr int kSummedBuffers = kBuffers;

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) { return NAdam::buffer(k); }

  RADAM_DEVICE static bool is_present(const radam_hyperparameters&, int) { return true; }

  RADAM_DEVICE static bool is_required(const radam_coefficients&, int) { return true; }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_ADAMP_AUTHORS) return false;
    fill_common(kId, 1e-3, RADAM_WEIGHT_DECAY_DECOUPLED, h);
    h.of.adamp = {0.9, 0.999, 1e-8, 0.1, 0.1, 0, 0};
    return true;
  }

  RADAM_DEVICE static radam_hyperparameters adam_of(const radam_hyperparameters& h) {
    const radam_adamp a = h.of.adamp;
    return AdamSchedule::adam_of(h, a.beta1, a.beta2, a.epsilon, RADAM_EPSILON_BIAS_CORRECTED);
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_adamp& a = h.of.adamp;
    if (!is_flag(a.nesterov) || a.reserved != 0) return RADAM_ERROR_SETTING;
    if (const radam_status status = LayerwiseByAdam::check_moments(adam_of(h))) return status;
    return Projecting::check(a.delta, a.wd_ratio);
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_adamp& a = h.of.adamp;
    const radam_adam_coefficients adam = AdamSchedule::adam_coefficients_at(adam_of(h), step);
    fill_common(h, h.learning_rate, c);
    radam_adamp_coefficients& k = c.of.adamp;
    k.nadam = {0,
               adam.decay,
               adam.step_size,
               a.nesterov != 0 ? adam.one_minus_beta1 : 0,
               a.nesterov != 0 ? adam.beta1 : 1,
               adam.beta1,
               adam.one_minus_beta1,
               adam.beta2,
               adam.one_minus_beta2,
               adam.epsilon};
    k.delta = static_cast<float>(a.delta);
    k.projection_epsilon = static_cast<float>(a.epsilon);
    k.wd_ratio = static_cast<float>(a.wd_ratio);
  }

  RADAM_DEVICE static radam_coefficients plain(const radam_coefficients& c) {
    radam_coefficients nadam = c;
    nadam.algorithm = RADAM_ALGORITHM_NADAM;
    for (float& x : nadam.of.values) x = 0;  // the rest of the union too
    nadam.of.nadam = c.of.adamp.nadam;
    return nadam;
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_adamp_coefficients& a = c.of.adamp;
    const bool all = a.nadam.l2 == 0 && NAdam::check(plain(c)) == RADAM_OK && is_valid(a);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  static Projection projection(const radam_coefficients& c) {
    const radam_adamp_coefficients& a = c.of.adamp;
    return {a.delta, a.projection_epsilon, a.wd_ratio, a.nadam.step_size, a.nadam.decay};
  }

  template <class V>
  struct Terms {
    NAdam::Constants<V> k;

    RADAM_DEVICE explicit Terms(const radam_coefficients& c) : k(plain(c)) {}

    RADAM_INLINE_MEMBER typename V::Register of(NAdam::Lanes<V>& x) const {
      const auto g = bounded<V>(V::mul(k.grad_scale, x.grad));
      NAdam::move_state<V>(rule(), k, x);
      const auto update = NAdam::update<V>(rule(), k, x);
      x.grad = g;
      return update;
    }

   private:
    // A function, because device code has no address of a static member.
    RADAM_DEVICE static constexpr NAdam::Rule rule() { return {kNoDecay, true}; }
  };
};

}  // namespace

#endif
