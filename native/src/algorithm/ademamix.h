// AdEMAMix: Adam whose update has a second, slow average of the gradients beside the first, as its authors have it.
#ifndef RADAM_SRC_ALGORITHM_ADEMAMIX_H
#define RADAM_SRC_ALGORITHM_ADEMAMIX_H

#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "../power.h"
#include "adam_schedule.h"
#include "half_life.h"
#include "hyperparameters.h"
#include "one_kernel.h"
#include "parts.h"

namespace {

struct AdEmaMix : OneKernel {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_ADEMAMIX;
  static constexpr const char* kName = "ademamix";

  enum Buffer { kExpAvgFast, kExpAvgSlow, kExpAvgSq, kBuffers };

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) {
    return k == kExpAvgFast   ? StateBuffer{"exp_avg_fast", true, 0}
           : k == kExpAvgSlow ? StateBuffer{"exp_avg_slow", true, 0}
                              : StateBuffer{"exp_avg_sq", false, 0};
  }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_ADEMAMIX_AUTHORS) return false;
    fill_common(kId, 1e-3, RADAM_WEIGHT_DECAY_DECOUPLED, h);
    h.of.ademamix = {0.9, 0.999, 0.9999, 2, 1e-8, 0, 0};
    return true;
  }

  RADAM_DEVICE static radam_hyperparameters adam_of(const radam_hyperparameters& h) {
    const radam_ademamix a = h.of.ademamix;
    return AdamSchedule::adam_of(h, a.beta1, a.beta2, a.epsilon, RADAM_EPSILON_BIAS_CORRECTED);
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_ademamix& a = h.of.ademamix;
    if (const radam_status status = AdamSchedule::check(adam_of(h))) return status;
    if (!is_rate(a.beta3)) return RADAM_ERROR_BETA3;
    // Times a bounded average it is finite.
    if (!(a.alpha >= 0 && a.alpha <= 0x1p63)) return RADAM_ERROR_ALPHA;
    if (a.alpha_warmup_steps < 0) return RADAM_ERROR_ALPHA_WARMUP_STEPS;
    const bool warms_up = HalfLife::has_logarithm(a.beta1) && HalfLife::has_logarithm(a.beta3);
    return a.beta3_warmup_steps == 0 || (a.beta3_warmup_steps > 0 && warms_up) ? RADAM_OK
                                                                              : RADAM_ERROR_BETA3_WARMUP_STEPS;
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_ademamix& x = h.of.ademamix;
    const radam_adam_coefficients a = AdamSchedule::adam_coefficients_at(adam_of(h), step);
    fill_common(h, h.learning_rate, c);
    radam_ademamix_coefficients& k = c.of.ademamix;
    k.l2 = a.l2;
    k.decay = a.decay;
    k.step_size = a.step_size;
    k.beta1 = a.beta1;
    k.one_minus_beta1 = a.one_minus_beta1;
    k.beta2 = a.beta2;
    k.one_minus_beta2 = a.one_minus_beta2;
    k.epsilon = a.epsilon;
    HalfLife::Rate slow = {x.beta3, 1 - x.beta3};
    if (step < x.beta3_warmup_steps) slow = HalfLife::between(x.beta1, x.beta3, part_of(step, x.beta3_warmup_steps));
    k.beta3 = static_cast<float>(slow.rate);
    k.one_minus_beta3 = static_cast<float>(slow.complement);
    const double alpha =
        step < x.alpha_warmup_steps ? part_of(step, x.alpha_warmup_steps) * x.alpha : x.alpha;
    // step_size has the first moment's correction, which the slow average does not.
    k.alpha = static_cast<float>(alpha * beta_power(x.beta1, step).complement);
  }

  RADAM_DEVICE static double part_of(std::int64_t step, std::int64_t steps) {
    return static_cast<double>(step) / static_cast<double>(steps);
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_ademamix_coefficients& a = c.of.ademamix;
    const bool betas = in_unit_interval(a.beta1) && in_unit_interval(a.one_minus_beta1) && in_unit_interval(a.beta2) &&
                       in_unit_interval(a.one_minus_beta2) && in_unit_interval(a.beta3) &&
                       in_unit_interval(a.one_minus_beta3);
    const bool numbers = finite(a.alpha, a.epsilon, 0) && a.alpha >= 0 && a.epsilon >= 0;
    const bool all = c.mode == 0 && betas && numbers && finite(a.l2, a.decay, a.step_size) && one_decay(a.l2, a.decay);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  template <class V>
  struct Constants : OneKernelConstants<V> {
    typename V::Register alpha, epsilon;
    Average<V> fast, slow, second;

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : OneKernelConstants<V>(c, c.of.ademamix),
          alpha(V::broadcast(c.of.ademamix.alpha)),
          epsilon(V::broadcast(c.of.ademamix.epsilon)),
          fast(c.of.ademamix.beta1, c.of.ademamix.one_minus_beta1),
          slow(c.of.ademamix.beta3, c.of.ademamix.one_minus_beta3),
          second(c.of.ademamix.beta2, c.of.ademamix.one_minus_beta2) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  template <class V>
  RADAM_INLINE void move_state(const Rule&, const Constants<V>& k, Lanes<V>& x) {
    const auto g = scaled_gradient<V>(k, x);
    x.state[kExpAvgFast] = next<V>(k.fast, true, x.state[kExpAvgFast], g);
    x.state[kExpAvgSlow] = next<V>(k.slow, true, x.state[kExpAvgSlow], g);
    x.state[kExpAvgSq] = next_of_square<V>(k.second, true, x.state[kExpAvgSq], g);
  }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule&, const Constants<V>& k, const Lanes<V>& x) {
    const auto numerator = V::fma(k.alpha, x.state[kExpAvgSlow], x.state[kExpAvgFast]);
    return V::div(numerator, V::add(V::sqrt(x.state[kExpAvgSq]), k.epsilon));
  }
};

}  // namespace

#endif
