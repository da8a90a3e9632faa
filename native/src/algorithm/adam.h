// Adam, and with it AdamW and RAdam, which differ from it only in their coefficients.
#ifndef RADAM_SRC_ALGORITHM_ADAM_H
#define RADAM_SRC_ALGORITHM_ADAM_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../by_fma.h"
#include "../inline.h"
#include "adam_presets.h"
#include "adam_schedule.h"
#include "parts.h"

namespace {

struct Adam : AdamSchedule, AdamPresets {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_ADAM;
  static constexpr const char* kName = "adam";

  enum Buffer { kExpAvg, kExpAvgSq, kMaxExpAvgSq, kBuffers };

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) {
    return k == kExpAvg ? StateBuffer{"exp_avg", true, 0}
           : k == kExpAvgSq ? StateBuffer{"exp_avg_sq", false, 0}
                            : StateBuffer{"max_exp_avg_sq", false, 0};
  }

  RADAM_DEVICE static bool is_present(const radam_hyperparameters& h, int k) {
    return k != kMaxExpAvgSq || h.of.adam.amsgrad != 0;
  }

  // Whether a step with these coefficients needs the buffer.
  RADAM_DEVICE static bool is_required(const radam_coefficients&, int k) { return k != kMaxExpAvgSq; }

  using AdamSchedule::check;
  static radam_status check(const radam_coefficients& c) {
    const radam_adam_coefficients& a = c.of.adam;
    const bool known_mode = c.mode >= RADAM_MODE_ADAPTIVE && c.mode <= RADAM_MODE_CAUTIOUS;
    const bool betas = in_unit_interval(a.beta1) && in_unit_interval(a.one_minus_beta1) &&
                       in_unit_interval(a.beta2) && in_unit_interval(a.one_minus_beta2);
    const bool without_l2 = c.mode == RADAM_MODE_SECOND_MOMENT_ONLY || c.mode == RADAM_MODE_CAUTIOUS;
    const bool decays = one_decay(a.l2, a.decay) && (!without_l2 || a.l2 == 0);
    const bool all = known_mode && betas && decays && finite(a.l2, a.decay, a.step_size) &&
                     std::isfinite(a.epsilon) && a.epsilon >= 0;
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  // What differs between kernels. Everything else is data. For processors, a kernel is compiled for each rule, in which
  // the conditions below are constants. On a GPU they are evaluated at run time, for four elements at once.
  struct Rule {
    int mode;  // RADAM_MODE_...
    WeightDecay weight_decay;
    bool amsgrad;    // divide by the running maximum of v
    bool step_back;  // some 1 - beta >= 0.5

    RADAM_DEVICE constexpr bool moves_param() const {
      return mode == RADAM_MODE_ADAPTIVE || mode == RADAM_MODE_MOMENTUM || is_cautious();
    }
    RADAM_DEVICE constexpr bool is_cautious() const { return mode == RADAM_MODE_CAUTIOUS; }
    RADAM_DEVICE constexpr bool reads_param() const { return weight_decay == kL2 || moves_param(); }
    // Whether buffer k of the state is read and written.
    RADAM_DEVICE constexpr bool moves(int k) const {
      return k == kExpAvg ? mode != RADAM_MODE_SECOND_MOMENT_ONLY : k == kExpAvgSq || amsgrad;
    }
    // Whether there are kernels by FMA, too. Cautious updates go by the divider alone, for fewer kernels.
    RADAM_DEVICE constexpr bool divides() const { return mode == RADAM_MODE_ADAPTIVE; }
    // Whether the rule is common in training, so that it is worth a fused kernel for small state.
    RADAM_DEVICE constexpr bool is_common() const { return divides() && !amsgrad && !step_back; }
  };

  // present: bit k is set if the tensor has buffer k.
  RADAM_DEVICE static Rule rule_of(const radam_coefficients& c, unsigned present) {
    const radam_adam_coefficients& a = c.of.adam;
    const bool by_maximum = (present >> kMaxExpAvgSq & 1) != 0 && c.mode != RADAM_MODE_CAUTIOUS;
    return {c.mode, weight_decay_of(a.l2, a.decay), by_maximum,
            steps_back(a.one_minus_beta1) || steps_back(a.one_minus_beta2)};
  }

  // Rules have numbers, by which kernels are found.
  static constexpr int kModes = 5, kRules = kModes * kWeightDecays * 2 * 2;

  RADAM_DEVICE static constexpr int index_of(const Rule& rule) {
    return ((rule.step_back * 2 + rule.amsgrad) * kWeightDecays + rule.weight_decay) * kModes + rule.mode;
  }

  // A decay that the mode ignores makes no other kernel. Of cautious steps there are but two kernels.
  static constexpr Rule rule(int index) {
    const int flags = index / (kModes * kWeightDecays);
    Rule r{index % kModes, static_cast<WeightDecay>(index / kModes % kWeightDecays), (flags & 1) != 0,
           (flags & 2) != 0};
    if (!r.moves_param() && r.weight_decay == kDecoupled) r.weight_decay = kNoDecay;
    if (!r.moves(kExpAvg)) r.weight_decay = kNoDecay;
    if (r.is_cautious()) r = {r.mode, r.weight_decay == kL2 ? kNoDecay : r.weight_decay, false, true};
    return r;
  }

  // The coefficients, broadcast.
  template <class V>
  struct Constants {
    typename V::Register grad_scale, l2, step_size, decay, epsilon;
    Average<V> first, second;

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : grad_scale(V::broadcast(c.grad_scale)),
          l2(V::broadcast(c.of.adam.l2)),
          step_size(V::broadcast(c.of.adam.step_size)),
          decay(V::broadcast(c.of.adam.decay)),
          epsilon(V::broadcast(c.of.adam.epsilon)),
          first(c.of.adam.beta1, c.of.adam.one_minus_beta1),
          second(c.of.adam.beta2, c.of.adam.one_minus_beta2) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  // Leaves the mask of a cautious step in x.grad.
  // kBounded: false only if the caller makes sure that no gradient is beyond the bound. kScaled: false only if the scale
  // of gradients is 1.
  template <class V, bool kBounded = true, bool kScaled = true>
  RADAM_INLINE void move_state(const Rule& rule, const Constants<V>& k, Lanes<V>& x) {
    auto g = x.grad;
    if constexpr (kScaled) g = V::mul(k.grad_scale, g);
    if (rule.weight_decay == kL2) g = V::fma(k.l2, x.param, g);
    if constexpr (kBounded) g = bounded<V>(g);

    if (rule.moves(kExpAvg)) x.state[kExpAvg] = next<V>(k.first, rule.step_back, x.state[kExpAvg], g);
    x.state[kExpAvgSq] = next_of_square<V>(k.second, rule.step_back, x.state[kExpAvgSq], g);
    if (rule.amsgrad) x.state[kMaxExpAvgSq] = V::max(x.state[kMaxExpAvgSq], x.state[kExpAvgSq]);
    if (rule.is_cautious()) x.grad = mask<V>(x.state[kExpAvg], g);
  }

  // The update of a rule that divides, in parts: numerator / (sqrt(radicand) + epsilon).
  template <class V>
  RADAM_INLINE typename V::Register numerator(const Rule&, const Lanes<V>& x) {
    return x.state[kExpAvg];
  }

  template <class V>
  RADAM_INLINE typename V::Register radicand(const Rule& rule, const Lanes<V>& x) {
    return rule.amsgrad ? x.state[kMaxExpAvgSq] : x.state[kExpAvgSq];
  }

  // Unit is ByFma or ByDivider: the same bits by other instructions.
  template <class V, class Unit>
  RADAM_INLINE typename V::Register denominator(const Rule& rule, const Constants<V>& k, const Lanes<V>& x) {
    return V::add(Unit::sqrt(radicand<V>(rule, x)), k.epsilon);
  }

  // Whether vectors may share the divider, as in step_group.h.
  RADAM_DEVICE static bool may_go_by_fma(const radam_coefficients& c) {
    return c.of.adam.epsilon <= guard::kMaxEpsilon && c.of.adam.one_minus_beta2 >= 0x1p-30f;
  }

  // Whether an unbounded gradient g beyond 2^63 always gives a radicand that the guard rejects, which is one outside of
  // [2^-95, 2^33). If v was not negative, it is now at least one_minus_beta2 * 2^126. If v was negative, v and the
  // product that is added to it are multiples of 2^50 or too far apart to cancel, so their sum is 0 or has a magnitude
  // of at least 2^50. (max_exp_avg_sq would hide a v that is negative.)
  RADAM_DEVICE static constexpr bool radicand_shows_bound(const Rule& rule) { return !rule.amsgrad; }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule& rule, const Constants<V>& k, const Lanes<V>& x) {
    if (!rule.divides() && !rule.is_cautious()) return x.state[kExpAvg];
    const auto u = V::div(numerator<V>(rule, x), denominator<V, ByDivider<V>>(rule, k, x));
    return rule.is_cautious() ? V::mul(u, x.grad) : u;
  }
};

}  // namespace

#endif
