// Yogi: Adam whose second moment moves by a part of the squared gradient, whatever its distance from it.
#ifndef RADAM_SRC_ALGORITHM_YOGI_H
#define RADAM_SRC_ALGORITHM_YOGI_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "adam_schedule.h"
#include "hyperparameters.h"
#include "one_kernel.h"
#include "parts.h"

namespace {

struct Yogi : OneKernel {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_YOGI;
  static constexpr const char* kName = "yogi";

  enum Buffer { kExpAvg, kExpAvgSq, kBuffers };

  // initial_accumulator is added in step 1, so that the state of all tensors begins as bytes of 0.
  RADAM_DEVICE static constexpr StateBuffer buffer(int k) {
    return k == kExpAvg ? StateBuffer{"exp_avg", true, 0} : StateBuffer{"exp_avg_sq", false, 0};
  }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_YOGI_TORCH_OPTIMIZER) return false;
    fill_common(kId, 1e-2, RADAM_WEIGHT_DECAY_L2, h);
    h.of.yogi = {0.9, 0.999, 1e-3, 1e-6};
    return true;
  }

  RADAM_DEVICE static radam_hyperparameters adam_of(const radam_hyperparameters& h) {
    const radam_yogi y = h.of.yogi;
    return AdamSchedule::adam_of(h, y.beta1, y.beta2, y.epsilon, RADAM_EPSILON_BIAS_CORRECTED);
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    if (const radam_status status = AdamSchedule::check(adam_of(h))) return status;
    return is_initial_accumulator(h.of.yogi.initial_accumulator) ? RADAM_OK : RADAM_ERROR_INITIAL_ACCUMULATOR;
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_adam_coefficients a = AdamSchedule::adam_coefficients_at(adam_of(h), step);
    fill_common(h, h.learning_rate, c);
    radam_yogi_coefficients& k = c.of.yogi;
    k.l2 = a.l2;
    k.decay = a.decay;
    k.step_size = a.step_size;
    k.beta1 = a.beta1;
    k.one_minus_beta1 = a.one_minus_beta1;
    k.one_minus_beta2 = a.one_minus_beta2;
    k.epsilon = a.epsilon;
    k.initial_accumulator = step == 1 ? static_cast<float>(h.of.yogi.initial_accumulator) : 0;
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_yogi_coefficients& y = c.of.yogi;
    const bool betas =
        in_unit_interval(y.beta1) && in_unit_interval(y.one_minus_beta1) && in_unit_interval(y.one_minus_beta2);
    const bool numbers =
        std::isfinite(y.epsilon) && y.epsilon >= 0 && is_initial_accumulator(double{y.initial_accumulator});
    const bool all = c.mode == 0 && betas && numbers && finite(y.l2, y.decay, y.step_size) && one_decay(y.l2, y.decay);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  template <class V>
  struct Constants : OneKernelConstants<V> {
    typename V::Register one_minus_beta2, epsilon, initial_accumulator;
    Average<V> first;

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : OneKernelConstants<V>(c, c.of.yogi),
          one_minus_beta2(V::broadcast(c.of.yogi.one_minus_beta2)),
          epsilon(V::broadcast(c.of.yogi.epsilon)),
          initial_accumulator(V::broadcast(c.of.yogi.initial_accumulator)),
          first(c.of.yogi.beta1, c.of.yogi.one_minus_beta1) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  template <class V>
  RADAM_INLINE void move_state(const Rule&, const Constants<V>& k, Lanes<V>& x) {
    const auto g = scaled_gradient<V>(k, x);
    auto& m = x.state[kExpAvg];
    m = next<V>(k.first, true, V::add(m, k.initial_accumulator), g);
    auto& v = x.state[kExpAvgSq];
    v = V::add(v, k.initial_accumulator);
    v = V::fma(k.one_minus_beta2, V::mul(sign<V>(V::fms(g, g, v)), V::mul(g, g)), v);
  }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule&, const Constants<V>& k, const Lanes<V>& x) {
    return V::div(x.state[kExpAvg], V::add(V::sqrt(x.state[kExpAvgSq]), k.epsilon));
  }
};

}  // namespace

#endif
