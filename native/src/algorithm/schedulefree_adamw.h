// Schedule-Free AdamW, and with rectification Schedule-Free RAdam, as their authors have them.
#ifndef RADAM_SRC_ALGORITHM_SCHEDULEFREE_ADAMW_H
#define RADAM_SRC_ALGORITHM_SCHEDULEFREE_ADAMW_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "adam_schedule.h"
#include "hyperparameters.h"
#include "one_kernel.h"
#include "parts.h"
#include "schedulefree.h"
#include "schedulefree_weights.h"

namespace {

struct ScheduleFreeAdamW {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_SCHEDULEFREE_ADAMW;
  static constexpr const char* kName = "schedulefree_adamw";

  enum Buffer { kZMinusParam, kExpAvgSq, kExpAvg, kBuffers };

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) {
    return k == kZMinusParam ? StateBuffer{"z_minus_param", true, 0}
           : k == kExpAvgSq  ? StateBuffer{"exp_avg_sq", false, 0}
                             : StateBuffer{"exp_avg", true, 0};
  }

  RADAM_DEVICE static bool is_present(const radam_hyperparameters& h, int k) {
    return k != kExpAvg || h.of.schedulefree_adamw.inner_momentum != 0;
  }

  RADAM_DEVICE static bool is_required(const radam_coefficients&, int k) { return k != kExpAvg; }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    const bool rectified = preset == RADAM_PRESET_SCHEDULEFREE_RADAM_AUTHORS;
    if (preset != RADAM_PRESET_SCHEDULEFREE_ADAMW_AUTHORS && !rectified) return false;
    fill_common(kId, 0.0025, RADAM_WEIGHT_DECAY_DECOUPLED, h);
    h.of.schedulefree_adamw = {0.9, 0.999, 1e-8, 0, 2, 0, 0, rectified, rectified};
    return true;
  }

  // The Adam or RAdam whose update is the same but for its first moment, which has inner_momentum here.
  RADAM_DEVICE static radam_hyperparameters adam_of(const radam_hyperparameters& h) {
    const radam_schedulefree_adamw s = h.of.schedulefree_adamw;
    radam_hyperparameters adam =
        AdamSchedule::adam_of(h, s.inner_momentum, s.beta2, s.epsilon, RADAM_EPSILON_BIAS_CORRECTED);
    adam.of.adam.rho_threshold = 4;
    adam.of.adam.rectify = s.rectify;
    adam.of.adam.unrectified = s.silent_sgd_phase != 0 ? RADAM_UNRECTIFIED_SKIP : RADAM_UNRECTIFIED_MOMENTUM;
    return adam;
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_schedulefree_adamw& s = h.of.schedulefree_adamw;
    if (!is_flag(s.rectify) || !is_flag(s.silent_sgd_phase)) return RADAM_ERROR_SETTING;
    if (const radam_status status = check_settings(h)) return status;
    if (!non_negative(h.learning_rate)) return RADAM_ERROR_LEARNING_RATE;
    if (!ScheduleFree::is_interpolation(s.beta1)) return RADAM_ERROR_BETA1;
    if (!is_rate(s.inner_momentum)) return RADAM_ERROR_INNER_MOMENTUM;
    if (!ScheduleFree::is_power(s.r)) return RADAM_ERROR_R;
    if (!ScheduleFree::is_power(s.weight_lr_power)) return RADAM_ERROR_WEIGHT_LR_POWER;
    if (s.warmup_steps < 0 || (s.rectify != 0 && s.warmup_steps != 0)) return RADAM_ERROR_WARMUP_STEPS;
    return AdamSchedule::check(adam_of(h));
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_schedulefree_adamw s = h.of.schedulefree_adamw;
    // With a learning rate of 1, so that its step size is what multiplies the step's learning rate.
    radam_hyperparameters adam = adam_of(h);
    adam.learning_rate = 1;
    AdamSchedule::coefficients_at(adam, step, c);
    const radam_adam_coefficients a = c.of.adam;
    const bool adaptive = c.rectified != 0, silent = !adaptive && s.silent_sgd_phase != 0;
    const BetaPower inner = beta_power(s.inner_momentum, step);
    const double root = adaptive ? std::sqrt(beta_power(s.beta2, step).complement) : 1;
    const double learning_rate = ScheduleFree::learning_rate_at(h, s.warmup_steps, step);
    const double factor = silent ? 0 : adaptive ? c.rectification : 1;
    // Where unrectified steps have the learning rate itself, that is the largest, from step 1 on.
    const double weight =
        s.rectify != 0 && s.silent_sgd_phase != 0
            ? ScheduleFreeWeights::of_newest_rectified(s.r, s.weight_lr_power, s.beta2, step)
            : ScheduleFreeWeights::of_newest(s.r, s.weight_lr_power, s.warmup_steps, step);
    // A step that leaves p as it is, is one of length 0, so that it needs no kernel of its own.
    c.mode = adaptive ? RADAM_MODE_ADAPTIVE : RADAM_MODE_MOMENTUM;
    c.algorithm = kId;
    c.learning_rate = learning_rate;
    radam_schedulefree_adamw_coefficients& k = c.of.schedulefree_adamw;
    ScheduleFree::fill(h, s.beta1, silent ? 0 : weight, learning_rate * factor, root / inner.complement, k);
    k.inner_momentum = static_cast<float>(s.inner_momentum);
    k.one_minus_inner_momentum = static_cast<float>(1 - s.inner_momentum);
    k.beta2 = a.beta2;
    k.one_minus_beta2 = a.one_minus_beta2;
    k.epsilon = a.epsilon;
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_schedulefree_adamw_coefficients& k = c.of.schedulefree_adamw;
    const bool known_mode = c.mode == RADAM_MODE_ADAPTIVE || c.mode == RADAM_MODE_MOMENTUM;
    const bool betas = in_unit_interval(k.inner_momentum) && in_unit_interval(k.one_minus_inner_momentum) &&
                       in_unit_interval(k.beta2) && in_unit_interval(k.one_minus_beta2);
    const bool all = known_mode && betas && std::isfinite(k.epsilon) && k.epsilon >= 0 && ScheduleFree::are_valid(k);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  struct Rule : OneRule {
    bool averages;  // there is an average of gradients, in the place of the gradient

    RADAM_DEVICE constexpr explicit Rule(bool has_average) : averages(has_average) {}

    RADAM_DEVICE constexpr bool moves(int k) const { return k != kExpAvg || averages; }
  };

  RADAM_DEVICE static Rule rule_of(const radam_coefficients&, unsigned present) {
    return Rule((present >> kExpAvg & 1) != 0);
  }

  static constexpr int kRules = 2;

  RADAM_DEVICE static constexpr int index_of(const Rule& rule) { return rule.averages; }

  static constexpr Rule rule(int index) { return Rule(index != 0); }

  template <class V>
  struct Constants : ScheduleFree::Constants<V> {
    typename V::Register epsilon;
    Average<V> inner, second;
    bool adaptive;

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : ScheduleFree::Constants<V>(c, c.of.schedulefree_adamw),
          epsilon(V::broadcast(c.of.schedulefree_adamw.epsilon)),
          inner(c.of.schedulefree_adamw.inner_momentum, c.of.schedulefree_adamw.one_minus_inner_momentum),
          second(c.of.schedulefree_adamw.beta2, c.of.schedulefree_adamw.one_minus_beta2),
          adaptive(c.mode == RADAM_MODE_ADAPTIVE) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  // Writes the update into x.grad.
  template <class V>
  RADAM_INLINE void move_state(const Rule& rule, const Constants<V>& k, Lanes<V>& x) {
    auto n = scaled_gradient<V>(k, x);
    auto& v = x.state[kExpAvgSq];
    v = next_of_square<V>(k.second, true, v, n);
    if (rule.averages) n = x.state[kExpAvg] = next<V>(k.inner, true, x.state[kExpAvg], n);
    if (k.adaptive) n = bounded<V>(V::div(n, V::add(V::sqrt(v), k.epsilon)));
    x.grad = ScheduleFree::move<V>(k, x.param, n, x.state[kZMinusParam]);
  }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule&, const Constants<V>&, const Lanes<V>& x) {
    return x.grad;
  }
};

}  // namespace

#endif
