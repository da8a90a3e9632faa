// Padam: Adam whose denominator is raised to a power below 1, between those of SGD and Adam, as its authors have it.
#ifndef RADAM_SRC_ALGORITHM_PADAM_H
#define RADAM_SRC_ALGORITHM_PADAM_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "adam_schedule.h"
#include "element_functions.h"
#include "hyperparameters.h"
#include "one_kernel.h"
#include "parts.h"

namespace {

struct Padam : OneKernelWithMaximum<2> {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_PADAM;
  static constexpr const char* kName = "padam";

  enum Buffer { kExpAvg, kExpAvgSq, kMaxExpAvgSq, kBuffers };

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) {
    return k == kExpAvg     ? StateBuffer{"exp_avg", true, 0}
           : k == kExpAvgSq ? StateBuffer{"exp_avg_sq", false, 0}
                            : StateBuffer{"max_exp_avg_sq", false, 0};
  }

  RADAM_DEVICE static bool is_present(const radam_hyperparameters& h, int k) {
    return k != kMaxExpAvgSq || h.of.padam.amsgrad != 0;
  }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_PADAM_AUTHORS) return false;
    fill_common(kId, 0.1, RADAM_WEIGHT_DECAY_L2, h);
    h.of.padam = {0.9, 0.999, 1e-8, 0.25, 1, 0};
    return true;
  }

  RADAM_DEVICE static radam_hyperparameters adam_of(const radam_hyperparameters& h) {
    const radam_padam p = h.of.padam;
    return AdamSchedule::adam_of(h, p.beta1, p.beta2, p.epsilon, RADAM_EPSILON_PLAIN);
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_padam& p = h.of.padam;
    if (!is_flag(p.amsgrad) || p.reserved != 0) return RADAM_ERROR_SETTING;
    if (const radam_status status = AdamSchedule::check(adam_of(h))) return status;
    return is_positive_float(p.partial) && p.partial <= 0.5 ? RADAM_OK : RADAM_ERROR_PARTIAL;
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_adam_coefficients a = AdamSchedule::adam_coefficients_at(adam_of(h), step);
    const float power = static_cast<float>(2 * h.of.padam.partial);
    fill_common(h, h.learning_rate, c);
    c.of.padam = {a.l2, a.decay, a.step_size, a.beta1, a.one_minus_beta1, a.beta2, a.one_minus_beta2, power, a.epsilon};
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_padam_coefficients& p = c.of.padam;
    const bool betas = in_unit_interval(p.beta1) && in_unit_interval(p.one_minus_beta1) && in_unit_interval(p.beta2) &&
                       in_unit_interval(p.one_minus_beta2);
    const bool numbers = in_unit_interval(p.power) && std::isfinite(p.epsilon) && p.epsilon >= 0;
    const bool all = c.mode == 0 && betas && numbers && finite(p.l2, p.decay, p.step_size) && one_decay(p.l2, p.decay);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  template <class V>
  struct Constants : OneKernelConstants<V> {
    typename V::Register epsilon;
    Exponent<V> exponent;
    Average<V> first, second;

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : OneKernelConstants<V>(c, c.of.padam),
          epsilon(V::broadcast(c.of.padam.epsilon)),
          exponent(c.of.padam.power, 0),
          first(c.of.padam.beta1, c.of.padam.one_minus_beta1),
          second(c.of.padam.beta2, c.of.padam.one_minus_beta2) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  template <class V>
  RADAM_INLINE void move_state(const Rule& rule, const Constants<V>& k, Lanes<V>& x) {
    const auto raised = base<V>(rule, k, x);
    with_power<V>(rule, k, x, power<V>(raised, k.exponent));
  }

  // The step in two parts, as step_by_stages.h has it.
  template <class V>
  RADAM_INLINE typename V::Register base(const Rule& rule, const Constants<V>& k, Lanes<V>& x) {
    const auto g = scaled_gradient<V>(k, x);
    x.state[kExpAvg] = next<V>(k.first, true, x.state[kExpAvg], g);
    x.state[kExpAvgSq] = next_of_square<V>(k.second, true, x.state[kExpAvgSq], g);
    if (rule.amsgrad) x.state[kMaxExpAvgSq] = V::max(x.state[kMaxExpAvgSq], x.state[kExpAvgSq]);
    return V::add(V::sqrt(rule.amsgrad ? x.state[kMaxExpAvgSq] : x.state[kExpAvgSq]), k.epsilon);
  }

  static constexpr bool moves_with_power(int) { return false; }

  // Writes the update into x.grad.
  template <class V>
  RADAM_INLINE void with_power(const Rule&, const Constants<V>&, Lanes<V>& x, typename V::Register p) {
    x.grad = V::div(x.state[kExpAvg], p);
  }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule&, const Constants<V>&, const Lanes<V>& x) {
    return x.grad;
  }
};

}  // namespace

#endif
