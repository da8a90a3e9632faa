// Adadelta, as torch.optim.Adadelta has it.
#ifndef RADAM_SRC_ALGORITHM_ADADELTA_H
#define RADAM_SRC_ALGORITHM_ADADELTA_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "hyperparameters.h"
#include "parts.h"

namespace {

struct Adadelta {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_ADADELTA;
  static constexpr const char* kName = "adadelta";

  enum Buffer { kSquareAvg, kAccDelta, kBuffers };

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) {
    return k == kSquareAvg ? StateBuffer{"square_avg", false, 0} : StateBuffer{"acc_delta", false, 0};
  }

  RADAM_DEVICE static bool is_present(const radam_hyperparameters&, int) { return true; }

  RADAM_DEVICE static bool is_required(const radam_coefficients&, int) { return true; }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_ADADELTA_PYTORCH) return false;
    fill_common(kId, 1, RADAM_WEIGHT_DECAY_L2, h);
    h.of.adadelta = {0.9, 1e-6};
    return true;
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_adadelta& a = h.of.adadelta;
    if (const radam_status status = check_settings(h)) return status;
    if (const radam_status status = check_learning_rate(h)) return status;
    if (!is_rate(a.rho)) return RADAM_ERROR_RHO;
    if (const radam_status status = check_epsilon(a.epsilon)) return status;
    // Updates grow from its root. From 0 they would stay 0.
    if (static_cast<float>(a.epsilon) == 0) return RADAM_ERROR_EPSILON;
    if (const radam_status status = check_weight_decay(h, h.learning_rate)) return status;
    return check_grad_scale(h);
  }

  // Fills all of c but struct_size, for checked hyperparameters. All steps are alike.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t, radam_coefficients& c) {
    const radam_adadelta& a = h.of.adadelta;
    fill_common(h, h.learning_rate, c);
    radam_adadelta_coefficients& k = c.of.adadelta;
    k.l2 = l2_of(h);
    k.decay = decay_of(h, h.learning_rate);
    k.step_size = static_cast<float>(h.learning_rate);
    k.rho = static_cast<float>(a.rho);
    k.one_minus_rho = static_cast<float>(1 - a.rho);
    k.epsilon = static_cast<float>(a.epsilon);
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_adadelta_coefficients& a = c.of.adadelta;
    const bool all = c.mode == 0 && in_unit_interval(a.rho) && in_unit_interval(a.one_minus_rho) &&
                     finite(a.l2, a.decay, a.step_size) && std::isfinite(a.epsilon) && a.epsilon >= 0 &&
                     one_decay(a.l2, a.decay);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  // Kernels ask in each step whether the average steps back.
  static constexpr bool kMayStepBack = true;

  struct Rule {
    WeightDecay weight_decay;

    RADAM_DEVICE constexpr bool moves_param() const { return true; }
    RADAM_DEVICE constexpr bool reads_param() const { return true; }
    RADAM_DEVICE constexpr bool moves(int) const { return true; }
    // It does, but not by the root of one number and an epsilon, which kernels know how to share.
    RADAM_DEVICE constexpr bool divides() const { return false; }
    RADAM_DEVICE constexpr bool is_common() const { return false; }
  };

  RADAM_DEVICE static Rule rule_of(const radam_coefficients& c, unsigned) {
    const radam_adadelta_coefficients& a = c.of.adadelta;
    return {weight_decay_of(a.l2, a.decay)};
  }

  static constexpr int kRules = kWeightDecays;

  RADAM_DEVICE static constexpr int index_of(const Rule& rule) { return rule.weight_decay; }

  static constexpr Rule rule(int index) { return {static_cast<WeightDecay>(index)}; }

  template <class V>
  struct Constants {
    typename V::Register grad_scale, l2, step_size, decay, epsilon;
    Average<V> average;

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : grad_scale(V::broadcast(c.grad_scale)),
          l2(V::broadcast(c.of.adadelta.l2)),
          step_size(V::broadcast(c.of.adadelta.step_size)),
          decay(V::broadcast(c.of.adadelta.decay)),
          epsilon(V::broadcast(c.of.adadelta.epsilon)),
          average(c.of.adadelta.rho, c.of.adadelta.one_minus_rho) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  // Writes the update into x.grad. It is bounded, as gradients are, so that its square is finite.
  template <class V>
  RADAM_INLINE void move_state(const Rule& rule, const Constants<V>& k, Lanes<V>& x) {
    auto g = V::mul(k.grad_scale, x.grad);
    if (rule.weight_decay == kL2) g = V::fma(k.l2, x.param, g);
    g = bounded<V>(g);
    auto &v = x.state[kSquareAvg], &u = x.state[kAccDelta];
    v = next_of_square<V>(k.average, kMayStepBack, v, g);
    const auto ratio = V::div(V::sqrt(V::add(u, k.epsilon)), V::sqrt(V::add(v, k.epsilon)));
    x.grad = bounded<V>(V::mul(ratio, g));
    u = next_of_square<V>(k.average, kMayStepBack, u, x.grad);
  }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule&, const Constants<V>&, const Lanes<V>& x) {
    return x.grad;
  }
};

}  // namespace

#endif
