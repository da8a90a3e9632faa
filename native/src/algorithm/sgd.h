// SGD with momentum, as torch.optim.SGD has it, and SGDW.
#ifndef RADAM_SRC_ALGORITHM_SGD_H
#define RADAM_SRC_ALGORITHM_SGD_H

#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "hyperparameters.h"
#include "parts.h"

namespace {

struct Sgd {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_SGD;
  static constexpr const char* kName = "sgd";

  // Only steps of other algorithms, which are layer-wise, have the second one.
  enum Buffer { kMomentumBuffer, kSecond, kBuffers };
  static constexpr int kOwnBuffers = 1;

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) {
    return {k == kSecond ? "second" : "momentum_buffer", true, 0};
  }

  RADAM_DEVICE static bool is_present(const radam_hyperparameters& h, int k) {
    return k == kMomentumBuffer && h.of.sgd.momentum > 0;
  }

  // A step without the buffer would silently ignore the momentum.
  RADAM_DEVICE static bool is_required(const radam_coefficients& c, int k) {
    if (has_second(c)) return true;
    return k == kMomentumBuffer && (c.of.sgd.momentum != 0 || c.of.sgd.nesterov != 0);
  }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_SGD_PYTORCH && preset != RADAM_PRESET_SGDW) return false;
    const bool decoupled = preset == RADAM_PRESET_SGDW;
    fill_common(kId, 1e-3, decoupled ? RADAM_WEIGHT_DECAY_DECOUPLED : RADAM_WEIGHT_DECAY_L2, h);
    return true;
  }

  // dampens_first: the first gradient, too, so that a dampening of 1 would be of all.
  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h, bool dampens_first = false) {
    const radam_sgd& s = h.of.sgd;
    if (!is_flag(s.nesterov) || s.reserved != 0) return RADAM_ERROR_SETTING;
    if (const radam_status status = check_settings(h)) return status;
    if (const radam_status status = check_learning_rate(h)) return status;
    if (!is_rate(s.momentum)) return RADAM_ERROR_MOMENTUM;
    if (!(s.dampening >= 0 && s.dampening <= 1) || (dampens_first && s.dampening == 1)) return RADAM_ERROR_DAMPENING;
    if (s.nesterov != 0 && !(s.momentum > 0 && s.dampening == 0)) return RADAM_ERROR_NESTEROV;
    if (const radam_status status = check_weight_decay(h, h.learning_rate)) return status;
    return check_grad_scale(h);
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_sgd& s = h.of.sgd;
    fill_common(h, h.learning_rate, c);
    radam_sgd_coefficients& k = c.of.sgd;
    k.l2 = l2_of(h);
    k.decay = decay_of(h, h.learning_rate);
    k.step_size = static_cast<float>(h.learning_rate);
    // The buffer begins as the whole first gradient.
    k.momentum = step == 1 ? 0 : static_cast<float>(s.momentum);
    k.one_minus_dampening = step == 1 ? 1 : static_cast<float>(1 - s.dampening);
    k.nesterov = s.nesterov != 0 ? static_cast<float>(s.momentum) : 0;
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_sgd_coefficients& s = c.of.sgd;
    const bool rates = in_unit_interval(s.momentum) && in_unit_interval(s.one_minus_dampening) &&
                       in_unit_interval(s.nesterov);
    const bool decays = has_second(c) ? s.decay == 0 : c.mode == 0 && one_decay(s.l2, s.decay);
    const bool all = decays && rates && finite(s.l2, s.decay, s.step_size);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  static float& decay(radam_coefficients& c) { return c.of.sgd.decay; }

  // Whether these are of a step with the second buffer.
  RADAM_DEVICE static bool has_second(const radam_coefficients& c) {
    return c.mode == RADAM_MODE_KEEPS_UPDATE || c.mode == RADAM_MODE_AVERAGES_GRADIENT;
  }

  enum Momentum { kNone, kPlain, kNesterov, kKept, kAveraged };

  struct Rule {
    WeightDecay weight_decay;
    Momentum momentum;

    RADAM_DEVICE constexpr bool moves_param() const { return true; }
    RADAM_DEVICE constexpr bool reads_param() const { return true; }
    RADAM_DEVICE constexpr bool moves(int k) const {
      return k == kSecond ? momentum >= kKept : momentum != kNone;
    }
    RADAM_DEVICE constexpr bool divides() const { return false; }
    RADAM_DEVICE constexpr bool is_common() const { return momentum == kPlain || momentum == kNesterov; }
  };

  RADAM_DEVICE static Rule rule_of(const radam_coefficients& c, unsigned present) {
    const radam_sgd_coefficients& s = c.of.sgd;
    const WeightDecay weight_decay = weight_decay_of(s.l2, s.decay);
    const bool has_buffer = (present >> kMomentumBuffer & 1) != 0, has_both = has_buffer && present >> kSecond & 1;
    if (has_second(c) && has_both) return {weight_decay, c.mode == RADAM_MODE_KEEPS_UPDATE ? kKept : kAveraged};
    // Of a step that averages gradients, nesterov is what the average takes up.
    const bool plain = c.mode == RADAM_MODE_AVERAGES_GRADIENT || s.nesterov == 0;
    return {weight_decay, !has_buffer ? kNone : plain ? kPlain : kNesterov};
  }

  // Steps with the second buffer have no decoupled decay.
  static constexpr int kFirstSecond = kWeightDecays * kKept, kRules = kFirstSecond + 2 * 2;

  RADAM_DEVICE static constexpr int index_of(const Rule& rule) {
    if (rule.momentum < kKept) return rule.momentum * kWeightDecays + rule.weight_decay;
    return kFirstSecond + (rule.momentum - kKept) * 2 + (rule.weight_decay == kL2);
  }

  static constexpr Rule rule(int index) {
    if (index < kFirstSecond)
      return {static_cast<WeightDecay>(index % kWeightDecays), static_cast<Momentum>(index / kWeightDecays)};
    return {(index - kFirstSecond) % 2 != 0 ? kL2 : kNoDecay, index < kFirstSecond + 2 ? kKept : kAveraged};
  }

  template <class V>
  struct Constants {
    typename V::Register grad_scale, l2, step_size, decay, momentum, one_minus_dampening, nesterov;
    Average<V> of_gradient;  // of steps that have one: its one_minus_beta is where Nesterov's momentum otherwise is

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : grad_scale(V::broadcast(c.grad_scale)),
          l2(V::broadcast(c.of.sgd.l2)),
          step_size(V::broadcast(c.of.sgd.step_size)),
          decay(V::broadcast(c.of.sgd.decay)),
          momentum(V::broadcast(c.of.sgd.momentum)),
          one_minus_dampening(V::broadcast(c.of.sgd.one_minus_dampening)),
          nesterov(V::broadcast(c.of.sgd.nesterov)),
          of_gradient(1 - c.of.sgd.nesterov, c.of.sgd.nesterov) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  // Writes the gradient as the rule uses it into x.grad, since the update may need it.
  template <class V>
  RADAM_INLINE void move_state(const Rule& rule, const Constants<V>& k, Lanes<V>& x) {
    auto g = V::mul(k.grad_scale, x.grad);
    if (rule.momentum == kAveraged)
      x.state[kSecond] = ::next<V>(k.of_gradient, true, x.state[kSecond], bounded<V>(g));
    if (rule.weight_decay == kL2) g = V::fma(k.l2, x.param, g);
    x.grad = bounded<V>(g);
    if (rule.momentum == kNone) return;
    auto& b = x.state[kMomentumBuffer];
    b = V::fma(k.momentum, b, V::mul(k.one_minus_dampening, x.grad));
    if (rule.momentum == kKept) x.state[kSecond] = V::fma(k.nesterov, b, x.grad);
  }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule& rule, const Constants<V>& k, const Lanes<V>& x) {
    switch (rule.momentum) {
      case kNone: return x.grad;
      case kPlain:
      case kAveraged: return x.state[kMomentumBuffer];
      case kKept: return x.state[kSecond];
      default: return V::fma(k.nesterov, x.state[kMomentumBuffer], x.grad);
    }
  }
};

}  // namespace

#endif
