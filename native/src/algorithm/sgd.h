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

  enum Buffer { kMomentumBuffer, kBuffers };

  RADAM_DEVICE static constexpr StateBuffer buffer(int) { return {"momentum_buffer", true, 0}; }

  RADAM_DEVICE static bool is_present(const radam_hyperparameters& h, int) { return h.of.sgd.momentum > 0; }

  // A step without the buffer would silently ignore the momentum.
  RADAM_DEVICE static bool is_required(const radam_coefficients& c, int) {
    return c.of.sgd.momentum != 0 || c.of.sgd.nesterov != 0;
  }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_SGD_PYTORCH && preset != RADAM_PRESET_SGDW) return false;
    const bool decoupled = preset == RADAM_PRESET_SGDW;
    fill_common(kId, 1e-3, decoupled ? RADAM_WEIGHT_DECAY_DECOUPLED : RADAM_WEIGHT_DECAY_L2, h);
    return true;
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_sgd& s = h.of.sgd;
    if (!is_flag(s.nesterov) || s.reserved != 0) return RADAM_ERROR_SETTING;
    if (const radam_status status = check_settings(h)) return status;
    if (const radam_status status = check_learning_rate(h)) return status;
    if (!is_rate(s.momentum)) return RADAM_ERROR_MOMENTUM;
    if (!(s.dampening >= 0 && s.dampening <= 1)) return RADAM_ERROR_DAMPENING;
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
    const bool all = c.mode == 0 && rates && finite(s.l2, s.decay, s.step_size) && one_decay(s.l2, s.decay);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  static float& decay(radam_coefficients& c) { return c.of.sgd.decay; }

  enum Momentum { kNone, kPlain, kNesterov };

  struct Rule {
    WeightDecay weight_decay;
    Momentum momentum;

    RADAM_DEVICE constexpr bool moves_param() const { return true; }
    RADAM_DEVICE constexpr bool reads_param() const { return true; }
    RADAM_DEVICE constexpr bool moves(int) const { return momentum != kNone; }
    RADAM_DEVICE constexpr bool divides() const { return false; }
    RADAM_DEVICE constexpr bool is_common() const { return momentum != kNone; }
  };

  RADAM_DEVICE static Rule rule_of(const radam_coefficients& c, unsigned present) {
    const radam_sgd_coefficients& s = c.of.sgd;
    return {weight_decay_of(s.l2, s.decay), present == 0 ? kNone : s.nesterov == 0 ? kPlain : kNesterov};
  }

  static constexpr int kRules = kWeightDecays * 3;

  RADAM_DEVICE static constexpr int index_of(const Rule& rule) {
    return rule.momentum * kWeightDecays + rule.weight_decay;
  }

  static constexpr Rule rule(int index) {
    return {static_cast<WeightDecay>(index % kWeightDecays), static_cast<Momentum>(index / kWeightDecays)};
  }

  template <class V>
  struct Constants {
    typename V::Register grad_scale, l2, step_size, decay, momentum, one_minus_dampening, nesterov;

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : grad_scale(V::broadcast(c.grad_scale)),
          l2(V::broadcast(c.of.sgd.l2)),
          step_size(V::broadcast(c.of.sgd.step_size)),
          decay(V::broadcast(c.of.sgd.decay)),
          momentum(V::broadcast(c.of.sgd.momentum)),
          one_minus_dampening(V::broadcast(c.of.sgd.one_minus_dampening)),
          nesterov(V::broadcast(c.of.sgd.nesterov)) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  // Writes the gradient as the rule uses it into x.grad, since the update may need it.
  template <class V>
  RADAM_INLINE void move_state(const Rule& rule, const Constants<V>& k, Lanes<V>& x) {
    auto g = V::mul(k.grad_scale, x.grad);
    if (rule.weight_decay == kL2) g = V::fma(k.l2, x.param, g);
    x.grad = bounded<V>(g);
    if (rule.momentum == kNone) return;
    auto& b = x.state[kMomentumBuffer];
    b = V::fma(k.momentum, b, V::mul(k.one_minus_dampening, x.grad));
  }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule& rule, const Constants<V>& k, const Lanes<V>& x) {
    switch (rule.momentum) {
      case kNone: return x.grad;
      case kPlain: return x.state[kMomentumBuffer];
      default: return V::fma(k.nesterov, x.state[kMomentumBuffer], x.grad);
    }
  }
};

}  // namespace

#endif
