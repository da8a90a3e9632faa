// AdaBelief: Adam with the variance of the gradient about its average, as the authors' adabelief_pytorch 0.2 has it.
#ifndef RADAM_SRC_ALGORITHM_ADABELIEF_H
#define RADAM_SRC_ALGORITHM_ADABELIEF_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "adam_schedule.h"
#include "hyperparameters.h"
#include "parts.h"

namespace {

struct AdaBelief {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_ADABELIEF;
  static constexpr const char* kName = "adabelief";

  enum Buffer { kExpAvg, kExpAvgVar, kMaxExpAvgVar, kBuffers };

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) {
    return k == kExpAvg ? StateBuffer{"exp_avg", true, 0}
           : k == kExpAvgVar ? StateBuffer{"exp_avg_var", false, 0}
                             : StateBuffer{"max_exp_avg_var", false, 0};
  }

  // The authors' rectified step does not use the maximum.
  RADAM_DEVICE static bool is_present(const radam_hyperparameters& h, int k) {
    return k != kMaxExpAvgVar || (h.of.adabelief.amsgrad != 0 && h.of.adabelief.rectify == 0);
  }

  RADAM_DEVICE static bool is_required(const radam_coefficients&, int k) { return k != kMaxExpAvgVar; }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_ADABELIEF_AUTHORS) return false;
    fill_common(kId, 1e-3, RADAM_WEIGHT_DECAY_DECOUPLED, h);
    h.of.adabelief = {0.9, 0.999, 1e-16, 0, 1, RADAM_UNRECTIFIED_MOMENTUM, 0};
    return true;
  }

  // The Adam or RAdam that has the same schedule.
  RADAM_DEVICE static radam_hyperparameters adam_of(const radam_hyperparameters& h) {
    const radam_adabelief b = h.of.adabelief;
    radam_hyperparameters adam = AdamSchedule::adam_of(
        h, b.beta1, b.beta2, b.epsilon, b.rectify != 0 ? RADAM_EPSILON_PLAIN : RADAM_EPSILON_BIAS_CORRECTED);
    adam.of.adam.rho_threshold = 5;
    adam.of.adam.rectify = b.rectify;
    adam.of.adam.unrectified = b.unrectified;
    adam.of.adam.rectify_at_threshold = 1;
    return adam;
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_adabelief& b = h.of.adabelief;
    if (!is_flag(b.amsgrad) || !is_flag(b.rectify) || !is_flag(b.unrectified) || !is_flag(b.fixed_weight_decay))
      return RADAM_ERROR_SETTING;
    return AdamSchedule::check(adam_of(h));
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    AdamSchedule::coefficients_at(adam_of(h), step, c);
    const radam_adam_coefficients a = c.of.adam;
    // A step that leaves p as it is, is one of length 0, so that it needs no kernel of its own.
    const bool skips = c.mode == RADAM_MODE_MOMENTS_ONLY;
    if (skips) c.mode = RADAM_MODE_MOMENTUM;
    c.algorithm = kId;
    radam_adabelief_coefficients& k = c.of.adabelief;
    k.l2 = a.l2;
    k.decay = skips ? 0 : h.of.adabelief.fixed_weight_decay != 0 ? decay_of(h, 1) : a.decay;
    k.step_size = skips ? 0 : a.step_size;
    k.beta1 = a.beta1;
    k.one_minus_beta1 = a.one_minus_beta1;
    k.beta2 = a.beta2;
    k.one_minus_beta2 = a.one_minus_beta2;
    k.var_epsilon = static_cast<float>(h.of.adabelief.epsilon);
    k.epsilon = a.epsilon;
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_adabelief_coefficients& b = c.of.adabelief;
    const bool known_mode = c.mode == RADAM_MODE_ADAPTIVE || c.mode == RADAM_MODE_MOMENTUM;
    const bool betas = in_unit_interval(b.beta1) && in_unit_interval(b.one_minus_beta1) &&
                       in_unit_interval(b.beta2) && in_unit_interval(b.one_minus_beta2);
    const bool epsilons = finite(b.var_epsilon, b.epsilon, 0) && b.var_epsilon >= 0 && b.epsilon >= 0;
    const bool all = known_mode && betas && epsilons && finite(b.l2, b.decay, b.step_size) &&
                     one_decay(b.l2, b.decay);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  // Kernels ask in each step whether averages step back, and whether the step is rectified.
  static constexpr bool kMayStepBack = true;

  struct Rule {
    WeightDecay weight_decay;
    bool amsgrad;  // divide by the running maximum of s

    RADAM_DEVICE constexpr bool moves_param() const { return true; }
    RADAM_DEVICE constexpr bool reads_param() const { return true; }
    RADAM_DEVICE constexpr bool moves(int k) const { return k != kMaxExpAvgVar || amsgrad; }
    // It does, but has no kernels by FMA: those of Adam take most of the time that the library takes to compile.
    RADAM_DEVICE constexpr bool divides() const { return false; }
    RADAM_DEVICE constexpr bool is_common() const { return false; }
  };

  RADAM_DEVICE static Rule rule_of(const radam_coefficients& c, unsigned present) {
    const radam_adabelief_coefficients& b = c.of.adabelief;
    return {weight_decay_of(b.l2, b.decay), (present >> kMaxExpAvgVar & 1) != 0};
  }

  static constexpr int kRules = kWeightDecays * 2;

  RADAM_DEVICE static constexpr int index_of(const Rule& rule) {
    return rule.amsgrad * kWeightDecays + rule.weight_decay;
  }

  static constexpr Rule rule(int index) {
    return {static_cast<WeightDecay>(index % kWeightDecays), index / kWeightDecays != 0};
  }

  template <class V>
  struct Constants {
    typename V::Register grad_scale, l2, step_size, decay, var_epsilon, epsilon;
    Average<V> first, second;
    bool adaptive;

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : grad_scale(V::broadcast(c.grad_scale)),
          l2(V::broadcast(c.of.adabelief.l2)),
          step_size(V::broadcast(c.of.adabelief.step_size)),
          decay(V::broadcast(c.of.adabelief.decay)),
          var_epsilon(V::broadcast(c.of.adabelief.var_epsilon)),
          epsilon(V::broadcast(c.of.adabelief.epsilon)),
          first(c.of.adabelief.beta1, c.of.adabelief.one_minus_beta1),
          second(c.of.adabelief.beta2, c.of.adabelief.one_minus_beta2),
          adaptive(c.mode == RADAM_MODE_ADAPTIVE) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  template <class V>
  RADAM_INLINE void move_state(const Rule& rule, const Constants<V>& k, Lanes<V>& x) {
    auto g = V::mul(k.grad_scale, x.grad);
    if (rule.weight_decay == kL2) g = V::fma(k.l2, x.param, g);
    g = bounded<V>(g);
    auto& m = x.state[kExpAvg];
    m = next<V>(k.first, kMayStepBack, m, g);
    auto& s = x.state[kExpAvgVar];
    s = next_of_square<V>(k.second, kMayStepBack, s, bounded<V>(V::sub(g, m)));
    // Bounded, because epsilon is added again and again. With this order of operands a NaN stays NaN.
    s = V::min(V::broadcast(0x1p127f), V::add(s, k.var_epsilon));
    if (rule.amsgrad) x.state[kMaxExpAvgVar] = V::max(x.state[kMaxExpAvgVar], s);
  }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule& rule, const Constants<V>& k, const Lanes<V>& x) {
    if (!k.adaptive) return x.state[kExpAvg];
    const auto root = V::sqrt(x.state[rule.amsgrad ? kMaxExpAvgVar : kExpAvgVar]);
    return V::div(x.state[kExpAvg], V::add(root, k.epsilon));
  }
};

}  // namespace

#endif
