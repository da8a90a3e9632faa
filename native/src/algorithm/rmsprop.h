// RMSprop, centered or not, with momentum or without, as torch.optim.RMSprop has it.
#ifndef RADAM_SRC_ALGORITHM_RMSPROP_H
#define RADAM_SRC_ALGORITHM_RMSPROP_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../by_fma.h"
#include "../inline.h"
#include "hyperparameters.h"
#include "parts.h"

namespace {

struct RmsProp {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_RMSPROP;
  static constexpr const char* kName = "rmsprop";

  enum Buffer { kSquareAvg, kMomentumBuffer, kGradAvg, kBuffers };

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) {
    return k == kSquareAvg ? StateBuffer{"square_avg", false, 0}
           : k == kMomentumBuffer ? StateBuffer{"momentum_buffer", true, 0}
                                  : StateBuffer{"grad_avg", true, 0};
  }

  RADAM_DEVICE static bool is_present(const radam_hyperparameters& h, int k) {
    return k == kSquareAvg || (k == kMomentumBuffer ? h.of.rmsprop.momentum > 0 : h.of.rmsprop.centered != 0);
  }

  // Whether the second moment is centered, the presence of grad_avg tells, as that of max_exp_avg_sq tells AMSGrad.
  RADAM_DEVICE static bool is_required(const radam_coefficients& c, int k) {
    return k == kSquareAvg || (k == kMomentumBuffer && c.of.rmsprop.momentum != 0);
  }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_RMSPROP_PYTORCH) return false;
    fill_common(kId, 1e-2, RADAM_WEIGHT_DECAY_L2, h);
    h.of.rmsprop = {0.99, 1e-8, 0, 0, 0};
    return true;
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_rmsprop& r = h.of.rmsprop;
    if (!is_flag(r.centered) || !is_flag(r.epsilon_in_root)) return RADAM_ERROR_SETTING;
    if (const radam_status status = check_settings(h)) return status;
    if (const radam_status status = check_learning_rate(h)) return status;
    if (!is_rate(r.alpha)) return RADAM_ERROR_ALPHA;
    if (const radam_status status = check_epsilon(r.epsilon)) return status;
    if (!is_rate(r.momentum)) return RADAM_ERROR_MOMENTUM;
    if (const radam_status status = check_weight_decay(h, h.learning_rate)) return status;
    return check_grad_scale(h);
  }

  // Fills all of c but struct_size, for checked hyperparameters. All steps are alike.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t, radam_coefficients& c) {
    const radam_rmsprop& r = h.of.rmsprop;
    fill_common(h, h.learning_rate, c);
    radam_rmsprop_coefficients& k = c.of.rmsprop;
    k.l2 = l2_of(h);
    k.decay = decay_of(h, h.learning_rate);
    k.step_size = static_cast<float>(h.learning_rate);
    k.alpha = static_cast<float>(r.alpha);
    k.one_minus_alpha = static_cast<float>(1 - r.alpha);
    k.epsilon = static_cast<float>(r.epsilon_in_root != 0 ? 0 : r.epsilon);
    k.epsilon_in_root = static_cast<float>(r.epsilon_in_root != 0 ? r.epsilon : 0);
    k.momentum = static_cast<float>(r.momentum);
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_rmsprop_coefficients& r = c.of.rmsprop;
    const bool rates = in_unit_interval(r.alpha) && in_unit_interval(r.one_minus_alpha) && in_unit_interval(r.momentum);
    const bool epsilons = finite(r.epsilon, r.epsilon_in_root, 0) && r.epsilon >= 0 && r.epsilon_in_root >= 0;
    const bool all = c.mode == 0 && rates && epsilons && finite(r.l2, r.decay, r.step_size) &&
                     one_decay(r.l2, r.decay);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  // Only the plain rule has a kernel of its own for averages that step back. The others ask, in each step.
  enum Form { kPlain, kSteppingBack, kMomentum, kCentered, kCenteredMomentum, kForms };

  struct Rule {
    WeightDecay weight_decay;
    Form form;

    RADAM_DEVICE constexpr bool has_momentum() const { return form == kMomentum || form == kCenteredMomentum; }
    RADAM_DEVICE constexpr bool is_centered() const { return form == kCentered || form == kCenteredMomentum; }
    RADAM_DEVICE constexpr bool may_step_back() const { return form != kPlain; }

    RADAM_DEVICE constexpr bool moves_param() const { return true; }
    RADAM_DEVICE constexpr bool reads_param() const { return true; }
    RADAM_DEVICE constexpr bool moves(int k) const {
      return k == kSquareAvg || (k == kMomentumBuffer ? has_momentum() : is_centered());
    }
    // Whether it is worth kernels by FMA. With momentum the quotient is no update yet.
    RADAM_DEVICE constexpr bool divides() const { return form == kPlain; }
    RADAM_DEVICE constexpr bool is_common() const { return false; }
  };

  RADAM_DEVICE static Rule rule_of(const radam_coefficients& c, unsigned present) {
    const radam_rmsprop_coefficients& r = c.of.rmsprop;
    const bool momentum = (present >> kMomentumBuffer & 1) != 0, centered = (present >> kGradAvg & 1) != 0;
    const Form plain = steps_back(r.one_minus_alpha) ? kSteppingBack : kPlain;
    return {weight_decay_of(r.l2, r.decay),
            centered ? (momentum ? kCenteredMomentum : kCentered) : momentum ? kMomentum : plain};
  }

  static constexpr int kRules = kWeightDecays * kForms;

  RADAM_DEVICE static constexpr int index_of(const Rule& rule) {
    return rule.form * kWeightDecays + rule.weight_decay;
  }

  static constexpr Rule rule(int index) {
    return {static_cast<WeightDecay>(index % kWeightDecays), static_cast<Form>(index / kWeightDecays)};
  }

  template <class V>
  struct Constants {
    typename V::Register grad_scale, l2, step_size, decay, epsilon, epsilon_in_root, momentum;
    Average<V> average;

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : grad_scale(V::broadcast(c.grad_scale)),
          l2(V::broadcast(c.of.rmsprop.l2)),
          step_size(V::broadcast(c.of.rmsprop.step_size)),
          decay(V::broadcast(c.of.rmsprop.decay)),
          epsilon(V::broadcast(c.of.rmsprop.epsilon)),
          epsilon_in_root(V::broadcast(c.of.rmsprop.epsilon_in_root)),
          momentum(V::broadcast(c.of.rmsprop.momentum)),
          average(c.of.rmsprop.alpha, c.of.rmsprop.one_minus_alpha) {}
  };

  template <class V>
  struct Lanes : ::Lanes<V, kBuffers> {
    typename V::Register under_root;
  };

  // Writes the gradient as the rule uses it into x.grad, and what the root is taken of into x.under_root. kBounded is
  // as in adam.h.
  template <class V, bool kBounded = true>
  RADAM_INLINE void move_state(const Rule& rule, const Constants<V>& k, Lanes<V>& x) {
    auto g = V::mul(k.grad_scale, x.grad);
    if (rule.weight_decay == kL2) g = V::fma(k.l2, x.param, g);
    if constexpr (kBounded) g = bounded<V>(g);
    x.grad = g;

    auto& v = x.state[kSquareAvg];
    v = next_of_square<V>(k.average, rule.may_step_back(), v, g);
    auto variance = v;
    if (rule.is_centered()) {
      auto& a = x.state[kGradAvg];
      a = next<V>(k.average, rule.may_step_back(), a, g);
      // Rounding may make it negative. With this order of operands a NaN stays NaN.
      variance = V::max(V::broadcast(0.0f), V::fnma(a, a, v));
    }
    x.under_root = V::add(variance, k.epsilon_in_root);
    if (!rule.has_momentum()) return;
    auto& b = x.state[kMomentumBuffer];
    b = V::fma(k.momentum, b, V::div(g, denominator<V, ByDivider<V>>(rule, k, x)));
  }

  // The update in parts, as in adam.h.
  template <class V>
  RADAM_INLINE typename V::Register numerator(const Rule&, const Lanes<V>& x) {
    return x.grad;
  }

  template <class V>
  RADAM_INLINE typename V::Register radicand(const Rule&, const Lanes<V>& x) {
    return x.under_root;
  }

  template <class V, class Unit>
  RADAM_INLINE typename V::Register denominator(const Rule& rule, const Constants<V>& k, const Lanes<V>& x) {
    return V::add(Unit::sqrt(radicand<V>(rule, x)), k.epsilon);
  }

  RADAM_DEVICE static bool may_go_by_fma(const radam_coefficients& c) {
    const radam_rmsprop_coefficients& r = c.of.rmsprop;
    return r.epsilon <= guard::kMaxEpsilon && r.epsilon_in_root == 0 && r.one_minus_alpha >= 0x1p-30f;
  }

  RADAM_DEVICE static constexpr bool radicand_shows_bound(const Rule&) { return true; }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule& rule, const Constants<V>& k, const Lanes<V>& x) {
    if (rule.has_momentum()) return x.state[kMomentumBuffer];
    return V::div(numerator<V>(rule, x), denominator<V, ByDivider<V>>(rule, k, x));
  }
};

}  // namespace

#endif
