// Schedule-Free SGD, as its authors have it.
#ifndef RADAM_SRC_ALGORITHM_SCHEDULEFREE_SGD_H
#define RADAM_SRC_ALGORITHM_SCHEDULEFREE_SGD_H

#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "hyperparameters.h"
#include "one_kernel.h"
#include "parts.h"
#include "schedulefree.h"
#include "schedulefree_weights.h"

namespace {

struct ScheduleFreeSgd : OneKernel {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_SCHEDULEFREE_SGD;
  static constexpr const char* kName = "schedulefree_sgd";

  enum Buffer { kZMinusParam, kBuffers };

  RADAM_DEVICE static constexpr StateBuffer buffer(int) { return {"z_minus_param", true, 0}; }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_SCHEDULEFREE_SGD_AUTHORS) return false;
    fill_common(kId, 1, RADAM_WEIGHT_DECAY_L2, h);
    h.of.schedulefree_sgd = {0.9, 0, 2, 0};
    return true;
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_schedulefree_sgd& s = h.of.schedulefree_sgd;
    if (const radam_status status = check_settings(h)) return status;
    if (const radam_status status = check_learning_rate(h)) return status;
    if (!ScheduleFree::is_interpolation(s.momentum)) return RADAM_ERROR_MOMENTUM;
    if (const radam_status status = check_weight_decay(h, h.learning_rate)) return status;
    if (const radam_status status = check_grad_scale(h)) return status;
    if (!ScheduleFree::is_power(s.r)) return RADAM_ERROR_R;
    if (!ScheduleFree::is_power(s.weight_lr_power)) return RADAM_ERROR_WEIGHT_LR_POWER;
    return s.warmup_steps < 0 ? RADAM_ERROR_WARMUP_STEPS : RADAM_OK;
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_schedulefree_sgd& s = h.of.schedulefree_sgd;
    const double learning_rate = ScheduleFree::learning_rate_at(h, s.warmup_steps, step);
    fill_common(h, learning_rate, c);
    const double weight = ScheduleFreeWeights::of_newest(s.r, s.weight_lr_power, s.warmup_steps, step);
    ScheduleFree::fill(h, s.momentum, weight, learning_rate, 1, c.of.schedulefree_sgd);
  }

  static radam_status check(const radam_coefficients& c) {
    return c.mode == 0 && ScheduleFree::are_valid(c.of.schedulefree_sgd) ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  template <class V>
  struct Constants : ScheduleFree::Constants<V> {
    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : ScheduleFree::Constants<V>(c, c.of.schedulefree_sgd) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  // Writes the update into x.grad.
  template <class V>
  RADAM_INLINE void move_state(const Rule&, const Constants<V>& k, Lanes<V>& x) {
    x.grad = ScheduleFree::move<V>(k, x.param, scaled_gradient<V>(k, x), x.state[kZMinusParam]);
  }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule&, const Constants<V>&, const Lanes<V>& x) {
    return x.grad;
  }
};

}  // namespace

#endif
