// AdaMod: Adam whose learning rates are bounded by an average of them, as its authors have it.
#ifndef RADAM_SRC_ALGORITHM_ADAMOD_H
#define RADAM_SRC_ALGORITHM_ADAMOD_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "adam_schedule.h"
#include "hyperparameters.h"
#include "one_kernel.h"
#include "parts.h"

namespace {

struct AdaMod : OneKernel {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_ADAMOD;
  static constexpr const char* kName = "adamod";

  enum Buffer { kExpAvg, kExpAvgSq, kExpAvgLr, kBuffers };

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) {
    return k == kExpAvg     ? StateBuffer{"exp_avg", true, 0}
           : k == kExpAvgSq ? StateBuffer{"exp_avg_sq", false, 0}
                            : StateBuffer{"exp_avg_lr", false, 0};
  }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_ADAMOD_AUTHORS) return false;
    fill_common(kId, 1e-3, RADAM_WEIGHT_DECAY_DECOUPLED, h);
    h.of.adamod = {0.9, 0.999, 0.999, 1e-8};
    return true;
  }

  RADAM_DEVICE static radam_hyperparameters adam_of(const radam_hyperparameters& h) {
    const radam_adamod a = h.of.adamod;
    return AdamSchedule::adam_of(h, a.beta1, a.beta2, a.epsilon, RADAM_EPSILON_PLAIN);
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    if (const radam_status status = AdamSchedule::check(adam_of(h))) return status;
    return is_rate(h.of.adamod.beta3) ? RADAM_OK : RADAM_ERROR_BETA3;
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_adam_coefficients a = AdamSchedule::adam_coefficients_at(adam_of(h), step);
    const double beta3 = h.of.adamod.beta3;
    fill_common(h, h.learning_rate, c);
    radam_adamod_coefficients& k = c.of.adamod;
    k.l2 = a.l2;
    k.decay = a.decay;
    k.step_size = 1;
    k.beta1 = a.beta1;
    k.one_minus_beta1 = a.one_minus_beta1;
    k.beta2 = a.beta2;
    k.one_minus_beta2 = a.one_minus_beta2;
    k.beta3 = static_cast<float>(beta3);
    k.one_minus_beta3 = static_cast<float>(1 - beta3);
    // Of a learning rate of -0, too: of +0 and -0, languages differ in which is the minimum.
    k.rate = std::fabs(a.step_size);
    k.epsilon = a.epsilon;
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_adamod_coefficients& a = c.of.adamod;
    const bool betas = in_unit_interval(a.beta1) && in_unit_interval(a.one_minus_beta1) && in_unit_interval(a.beta2) &&
                       in_unit_interval(a.one_minus_beta2) && in_unit_interval(a.beta3) &&
                       in_unit_interval(a.one_minus_beta3);
    const bool numbers = finite(a.rate, a.epsilon, 0) && a.rate >= 0 && a.epsilon >= 0;
    const bool all = c.mode == 0 && betas && numbers && finite(a.l2, a.decay, a.step_size) && one_decay(a.l2, a.decay);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  template <class V>
  struct Constants : OneKernelConstants<V> {
    typename V::Register rate, epsilon;
    Average<V> first, second, of_rates;

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : OneKernelConstants<V>(c, c.of.adamod),
          rate(V::broadcast(c.of.adamod.rate)),
          epsilon(V::broadcast(c.of.adamod.epsilon)),
          first(c.of.adamod.beta1, c.of.adamod.one_minus_beta1),
          second(c.of.adamod.beta2, c.of.adamod.one_minus_beta2),
          of_rates(c.of.adamod.beta3, c.of.adamod.one_minus_beta3) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  // Writes the element's learning rate into x.grad, since the update needs it.
  template <class V>
  RADAM_INLINE void move_state(const Rule&, const Constants<V>& k, Lanes<V>& x) {
    const auto g = scaled_gradient<V>(k, x);
    auto &v = x.state[kExpAvgSq], &n = x.state[kExpAvgLr];
    x.state[kExpAvg] = next<V>(k.first, true, x.state[kExpAvg], g);
    v = next_of_square<V>(k.second, true, v, g);
    // With this order of operands a NaN stays NaN.
    x.grad = V::min(V::broadcast(0x1p63f), V::div(k.rate, V::add(V::sqrt(v), k.epsilon)));
    n = next<V>(k.of_rates, true, n, x.grad);
  }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule&, const Constants<V>&, const Lanes<V>& x) {
    return V::mul(V::min(x.grad, x.state[kExpAvgLr]), x.state[kExpAvg]);
  }
};

}  // namespace

#endif
