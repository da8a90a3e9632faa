// diffGrad: Adam whose update is shorter where the gradient hardly changes, as its authors have it.
#ifndef RADAM_SRC_ALGORITHM_DIFFGRAD_H
#define RADAM_SRC_ALGORITHM_DIFFGRAD_H

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

struct DiffGrad : OneKernel {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_DIFFGRAD;
  static constexpr const char* kName = "diffgrad";

  enum Buffer { kExpAvg, kExpAvgSq, kPreviousGrad, kBuffers };

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) {
    return k == kExpAvg     ? StateBuffer{"exp_avg", true, 0}
           : k == kExpAvgSq ? StateBuffer{"exp_avg_sq", false, 0}
                            : StateBuffer{"previous_grad", true, 0};
  }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_DIFFGRAD_AUTHORS) return false;
    fill_common(kId, 1e-3, RADAM_WEIGHT_DECAY_L2, h);
    h.of.diffgrad = {0.9, 0.999, 1e-8};
    return true;
  }

  RADAM_DEVICE static radam_hyperparameters adam_of(const radam_hyperparameters& h) {
    const radam_diffgrad d = h.of.diffgrad;
    return AdamSchedule::adam_of(h, d.beta1, d.beta2, d.epsilon, RADAM_EPSILON_PLAIN);
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) { return AdamSchedule::check(adam_of(h)); }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_adam_coefficients a = AdamSchedule::adam_coefficients_at(adam_of(h), step);
    fill_common(h, h.learning_rate, c);
    c.of.diffgrad = {a.l2, a.decay, a.step_size, a.beta1, a.one_minus_beta1, a.beta2, a.one_minus_beta2, a.epsilon};
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_diffgrad_coefficients& d = c.of.diffgrad;
    const bool betas = in_unit_interval(d.beta1) && in_unit_interval(d.one_minus_beta1) && in_unit_interval(d.beta2) &&
                       in_unit_interval(d.one_minus_beta2);
    const bool epsilon = std::isfinite(d.epsilon) && d.epsilon >= 0;
    const bool all = c.mode == 0 && betas && epsilon && finite(d.l2, d.decay, d.step_size) && one_decay(d.l2, d.decay);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  template <class V>
  struct Constants : OneKernelConstants<V> {
    typename V::Register epsilon;
    Average<V> first, second;

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : OneKernelConstants<V>(c, c.of.diffgrad),
          epsilon(V::broadcast(c.of.diffgrad.epsilon)),
          first(c.of.diffgrad.beta1, c.of.diffgrad.one_minus_beta1),
          second(c.of.diffgrad.beta2, c.of.diffgrad.one_minus_beta2) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  // Writes into x.grad what the update is divided by for the change of the gradient: 1 over its logistic function.
  template <class V>
  RADAM_INLINE void move_state(const Rule&, const Constants<V>& k, Lanes<V>& x) {
    const auto g = scaled_gradient<V>(k, x);
    x.state[kExpAvg] = next<V>(k.first, true, x.state[kExpAvg], g);
    x.state[kExpAvgSq] = next_of_square<V>(k.second, true, x.state[kExpAvgSq], g);
    const auto change = V::and_int(V::as_int(V::sub(x.state[kPreviousGrad], g)), V::broadcast_int(0x7FFFFFFF));
    x.state[kPreviousGrad] = g;
    // To the base of 2. Below -64 nothing is left of it beside 1. With this order of operands a NaN stays NaN.
    constexpr float kMinusLog2OfE = -0x1.715476p+0f;
    const auto exponent = V::mul(V::broadcast(kMinusLog2OfE), V::as_float(change));
    x.grad = V::add(V::broadcast(1.0f), exp2<V>(V::max(V::broadcast(-64.0f), exponent)));
  }

  // One quotient for both factors.
  template <class V>
  RADAM_INLINE typename V::Register update(const Rule&, const Constants<V>& k, const Lanes<V>& x) {
    return V::div(x.state[kExpAvg], V::mul(x.grad, V::add(V::sqrt(x.state[kExpAvgSq]), k.epsilon)));
  }
};

}  // namespace

#endif
