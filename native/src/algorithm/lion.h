// Lion: the sign of an average of the gradients.
#ifndef RADAM_SRC_ALGORITHM_LION_H
#define RADAM_SRC_ALGORITHM_LION_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "hyperparameters.h"
#include "parts.h"

namespace {

struct Lion {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_LION;
  static constexpr const char* kName = "lion";

  enum Buffer { kExpAvg, kBuffers };

  RADAM_DEVICE static constexpr StateBuffer buffer(int) { return {"exp_avg", true, 0}; }

  RADAM_DEVICE static bool is_present(const radam_hyperparameters&, int) { return true; }

  RADAM_DEVICE static bool is_required(const radam_coefficients&, int) { return true; }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_LION_AUTHORS) return false;
    fill_common(kId, 1e-4, RADAM_WEIGHT_DECAY_DECOUPLED, h);
    h.of.lion = {0.9, 0.99};
    return true;
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_lion& l = h.of.lion;
    if (const radam_status status = check_settings(h)) return status;
    // The sign of the average would hide a decay that is added to the gradient.
    if (h.weight_decay_mode == RADAM_WEIGHT_DECAY_L2) return RADAM_ERROR_SETTING;
    if (const radam_status status = check_learning_rate(h)) return status;
    if (!is_rate(l.beta1)) return RADAM_ERROR_BETA1;
    if (!is_rate(l.beta2)) return RADAM_ERROR_BETA2;
    if (const radam_status status = check_weight_decay(h, h.learning_rate)) return status;
    return check_grad_scale(h);
  }

  // Fills all of c but struct_size, for checked hyperparameters. All steps are alike.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t, radam_coefficients& c) {
    const radam_lion& l = h.of.lion;
    fill_common(h, h.learning_rate, c);
    radam_lion_coefficients& k = c.of.lion;
    k.decay = decay_of(h, h.learning_rate);
    k.step_size = static_cast<float>(h.learning_rate);
    k.beta1 = static_cast<float>(l.beta1);
    k.one_minus_beta1 = static_cast<float>(1 - l.beta1);
    k.beta2 = static_cast<float>(l.beta2);
    k.one_minus_beta2 = static_cast<float>(1 - l.beta2);
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_lion_coefficients& l = c.of.lion;
    const bool betas = in_unit_interval(l.beta1) && in_unit_interval(l.one_minus_beta1) &&
                       in_unit_interval(l.beta2) && in_unit_interval(l.one_minus_beta2);
    const bool known_mode = c.mode == 0 || c.mode == RADAM_MODE_CAUTIOUS;
    return known_mode && betas && finite(l.decay, l.step_size, 0) ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  struct Rule {
    WeightDecay weight_decay;  // never kL2
    bool step_back;            // some 1 - beta >= 0.5
    bool cautious;

    RADAM_DEVICE constexpr bool moves_param() const { return true; }
    RADAM_DEVICE constexpr bool reads_param() const { return true; }
    RADAM_DEVICE constexpr bool moves(int) const { return true; }
    RADAM_DEVICE constexpr bool divides() const { return false; }
    RADAM_DEVICE constexpr bool is_common() const { return !step_back && !cautious; }
  };

  RADAM_DEVICE static Rule rule_of(const radam_coefficients& c, unsigned) {
    const radam_lion_coefficients& l = c.of.lion;
    return {weight_decay_of(0.0f, l.decay), steps_back(l.one_minus_beta1) || steps_back(l.one_minus_beta2),
            c.mode == RADAM_MODE_CAUTIOUS};
  }

  static constexpr int kRules = 8;

  RADAM_DEVICE static constexpr int index_of(const Rule& rule) {
    return rule.cautious * 4 + rule.step_back * 2 + (rule.weight_decay == kDecoupled);
  }

  // Of cautious steps there are but two kernels.
  static constexpr Rule rule(int index) {
    return {(index & 1) != 0 ? kDecoupled : kNoDecay, index >= 2, index >= 4};
  }

  template <class V>
  struct Constants {
    typename V::Register grad_scale, step_size, decay;
    Average<V> of_update, of_state;
    bool plain;  // gradients are not scaled, and the step size has no sign

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : grad_scale(V::broadcast(c.grad_scale)),
          step_size(V::broadcast(c.of.lion.step_size)),
          decay(V::broadcast(c.of.lion.decay)),
          of_update(c.of.lion.beta1, c.of.lion.one_minus_beta1),
          of_state(c.of.lion.beta2, c.of.lion.one_minus_beta2),
          plain(c.grad_scale == 1 && !std::signbit(c.of.lion.step_size)) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  // Writes the step into x.grad, because it is computed from the average before that moves. Multiplications are what
  // limits the speed, and steps that are `plain` can do without two of them: a step size that takes a sign has the bits
  // of a product with 1 or -1.
  template <class V>
  RADAM_INLINE void move_state(const Rule& rule, const Constants<V>& k, Lanes<V>& x) {
    auto g = x.grad;
    if (!k.plain) g = V::mul(k.grad_scale, g);
    g = bounded<V>(g);
    const auto m = V::in_register(x.state[kExpAvg]);
    auto update = next<V>(k.of_update, rule.step_back, m, g);
    if (rule.cautious) {
      update = sign<V>(update);
      update = V::mul(update, mask<V>(update, g));
    }
    x.grad = k.plain ? V::times_sign(k.step_size, update) : V::mul(k.step_size, sign<V>(update));
    x.state[kExpAvg] = next<V>(k.of_state, rule.step_back, m, g);
  }

  template <class V>
  RADAM_INLINE typename V::Register moved(const Rule& rule, const Constants<V>& k, const Lanes<V>& x) {
    return moved_by<V>(rule.weight_decay, k.decay, V::in_register(x.param), x.grad);
  }
};

}  // namespace

#endif
