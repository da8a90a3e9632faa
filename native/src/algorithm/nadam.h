// NAdam, whose update looks ahead by the momentum of the next step, and NAdamW.
#ifndef RADAM_SRC_ALGORITHM_NADAM_H
#define RADAM_SRC_ALGORITHM_NADAM_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../by_fma.h"
#include "../inline.h"
#include "hyperparameters.h"
#include "nadam_schedule.h"
#include "parts.h"

namespace {

struct NAdam : NAdamSchedule {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_NADAM;
  static constexpr const char* kName = "nadam";

  enum Buffer { kExpAvg, kExpAvgSq, kBuffers };

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) {
    return k == kExpAvg ? StateBuffer{"exp_avg", true, 0} : StateBuffer{"exp_avg_sq", false, 0};
  }

  RADAM_DEVICE static bool is_present(const radam_hyperparameters&, int) { return true; }

  RADAM_DEVICE static bool is_required(const radam_coefficients&, int) { return true; }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_NADAM_PYTORCH && preset != RADAM_PRESET_NADAMW_PYTORCH) return false;
    const bool decoupled = preset == RADAM_PRESET_NADAMW_PYTORCH;
    fill_common(kId, 2e-3, decoupled ? RADAM_WEIGHT_DECAY_DECOUPLED : RADAM_WEIGHT_DECAY_L2, h);
    h.of.nadam = {0.9, 0.999, 1e-8, 4e-3};
    return true;
  }

  using NAdamSchedule::check;
  static radam_status check(const radam_coefficients& c) {
    const radam_nadam_coefficients& n = c.of.nadam;
    const bool betas = in_unit_interval(n.beta1) && in_unit_interval(n.one_minus_beta1) &&
                       in_unit_interval(n.beta2) && in_unit_interval(n.one_minus_beta2);
    const bool factors = finite(n.step_size, n.grad_factor, n.exp_avg_factor);
    const bool all = c.mode == 0 && betas && factors && finite(n.l2, n.decay, n.epsilon) && n.epsilon >= 0 &&
                     one_decay(n.l2, n.decay);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  static float& decay(radam_coefficients& c) { return c.of.nadam.decay; }

  struct Rule {
    WeightDecay weight_decay;
    bool step_back;  // some 1 - beta >= 0.5

    RADAM_DEVICE constexpr bool moves_param() const { return true; }
    RADAM_DEVICE constexpr bool reads_param() const { return true; }
    RADAM_DEVICE constexpr bool moves(int) const { return true; }
    RADAM_DEVICE constexpr bool divides() const { return true; }
    RADAM_DEVICE constexpr bool is_common() const { return !step_back; }
  };

  RADAM_DEVICE static Rule rule_of(const radam_coefficients& c, unsigned) {
    const radam_nadam_coefficients& n = c.of.nadam;
    return {weight_decay_of(n.l2, n.decay), steps_back(n.one_minus_beta1) || steps_back(n.one_minus_beta2)};
  }

  static constexpr int kRules = kWeightDecays * 2;

  RADAM_DEVICE static constexpr int index_of(const Rule& rule) {
    return rule.step_back * kWeightDecays + rule.weight_decay;
  }

  static constexpr Rule rule(int index) {
    return {static_cast<WeightDecay>(index % kWeightDecays), index / kWeightDecays != 0};
  }

  template <class V>
  struct Constants {
    typename V::Register grad_scale, l2, step_size, decay, grad_factor, exp_avg_factor, epsilon;
    Average<V> first, second;

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : grad_scale(V::broadcast(c.grad_scale)),
          l2(V::broadcast(c.of.nadam.l2)),
          step_size(V::broadcast(c.of.nadam.step_size)),
          decay(V::broadcast(c.of.nadam.decay)),
          grad_factor(V::broadcast(c.of.nadam.grad_factor)),
          exp_avg_factor(V::broadcast(c.of.nadam.exp_avg_factor)),
          epsilon(V::broadcast(c.of.nadam.epsilon)),
          first(c.of.nadam.beta1, c.of.nadam.one_minus_beta1),
          second(c.of.nadam.beta2, c.of.nadam.one_minus_beta2) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  // Writes the update's numerator into x.grad. kBounded is as in adam.h.
  template <class V, bool kBounded = true>
  RADAM_INLINE void move_state(const Rule& rule, const Constants<V>& k, Lanes<V>& x) {
    auto g = V::mul(k.grad_scale, x.grad);
    if (rule.weight_decay == kL2) g = V::fma(k.l2, x.param, g);
    if constexpr (kBounded) g = bounded<V>(g);

    auto& m = x.state[kExpAvg];
    m = next<V>(k.first, rule.step_back, m, g);
    x.state[kExpAvgSq] = next_of_square<V>(k.second, rule.step_back, x.state[kExpAvgSq], g);
    x.grad = V::fma(k.grad_factor, g, V::mul(k.exp_avg_factor, m));
  }

  // The update in parts, as in adam.h.
  template <class V>
  RADAM_INLINE typename V::Register numerator(const Rule&, const Lanes<V>& x) {
    return x.grad;
  }

  template <class V>
  RADAM_INLINE typename V::Register radicand(const Rule&, const Lanes<V>& x) {
    return x.state[kExpAvgSq];
  }

  template <class V, class Unit>
  RADAM_INLINE typename V::Register denominator(const Rule& rule, const Constants<V>& k, const Lanes<V>& x) {
    return V::add(Unit::sqrt(radicand<V>(rule, x)), k.epsilon);
  }

  RADAM_DEVICE static bool may_go_by_fma(const radam_coefficients& c) {
    return c.of.nadam.epsilon <= guard::kMaxEpsilon && c.of.nadam.one_minus_beta2 >= 0x1p-30f;
  }

  RADAM_DEVICE static constexpr bool radicand_shows_bound(const Rule&) { return true; }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule& rule, const Constants<V>& k, const Lanes<V>& x) {
    return V::div(numerator<V>(rule, x), denominator<V, ByDivider<V>>(rule, k, x));
  }
};

}  // namespace

#endif
