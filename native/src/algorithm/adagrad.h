// Adagrad, as torch.optim.Adagrad has it.
#ifndef RADAM_SRC_ALGORITHM_ADAGRAD_H
#define RADAM_SRC_ALGORITHM_ADAGRAD_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../by_fma.h"
#include "../inline.h"
#include "hyperparameters.h"
#include "parts.h"

namespace {

struct Adagrad {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_ADAGRAD;
  static constexpr const char* kName = "adagrad";

  enum Buffer { kSum, kBuffers };

  // initial_accumulator is added in step 1, so that the state of all tensors begins as bytes of 0.
  RADAM_DEVICE static constexpr StateBuffer buffer(int) { return {"sum", false, 0}; }

  RADAM_DEVICE static bool is_present(const radam_hyperparameters&, int) { return true; }

  RADAM_DEVICE static bool is_required(const radam_coefficients&, int) { return true; }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_ADAGRAD_PYTORCH) return false;
    fill_common(kId, 1e-2, RADAM_WEIGHT_DECAY_L2, h);
    h.of.adagrad = {1e-10, 0, 0};
    return true;
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_adagrad& a = h.of.adagrad;
    if (const radam_status status = check_settings(h)) return status;
    if (const radam_status status = check_learning_rate(h)) return status;
    if (const radam_status status = check_epsilon(a.epsilon)) return status;
    if (!non_negative(a.learning_rate_decay)) return RADAM_ERROR_LEARNING_RATE_DECAY;
    if (!is_initial_accumulator(a.initial_accumulator)) return RADAM_ERROR_INITIAL_ACCUMULATOR;
    if (const radam_status status = check_weight_decay(h, h.learning_rate)) return status;
    return check_grad_scale(h);
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_adagrad& a = h.of.adagrad;
    const double learning_rate = h.learning_rate / (1 + static_cast<double>(step - 1) * a.learning_rate_decay);
    fill_common(h, learning_rate, c);
    radam_adagrad_coefficients& k = c.of.adagrad;
    k.l2 = l2_of(h);
    k.decay = decay_of(h, learning_rate);
    k.step_size = static_cast<float>(learning_rate);
    k.epsilon = static_cast<float>(a.epsilon);
    k.initial_accumulator = step == 1 ? static_cast<float>(a.initial_accumulator) : 0;
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_adagrad_coefficients& a = c.of.adagrad;
    const bool numbers = finite(a.epsilon, a.initial_accumulator, 0) && a.epsilon >= 0 && a.initial_accumulator >= 0;
    const bool all = c.mode == 0 && numbers && finite(a.l2, a.decay, a.step_size) && one_decay(a.l2, a.decay);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  struct Rule {
    WeightDecay weight_decay;

    RADAM_DEVICE constexpr bool moves_param() const { return true; }
    RADAM_DEVICE constexpr bool reads_param() const { return true; }
    RADAM_DEVICE constexpr bool moves(int) const { return true; }
    RADAM_DEVICE constexpr bool divides() const { return true; }
    RADAM_DEVICE constexpr bool is_common() const { return false; }
  };

  RADAM_DEVICE static Rule rule_of(const radam_coefficients& c, unsigned) {
    return {weight_decay_of(c.of.adagrad.l2, c.of.adagrad.decay)};
  }

  static constexpr int kRules = kWeightDecays;

  RADAM_DEVICE static constexpr int index_of(const Rule& rule) { return rule.weight_decay; }

  static constexpr Rule rule(int index) { return {static_cast<WeightDecay>(index)}; }

  template <class V>
  struct Constants {
    typename V::Register grad_scale, l2, step_size, decay, epsilon, initial_accumulator;

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : grad_scale(V::broadcast(c.grad_scale)),
          l2(V::broadcast(c.of.adagrad.l2)),
          step_size(V::broadcast(c.of.adagrad.step_size)),
          decay(V::broadcast(c.of.adagrad.decay)),
          epsilon(V::broadcast(c.of.adagrad.epsilon)),
          initial_accumulator(V::broadcast(c.of.adagrad.initial_accumulator)) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  // Writes the gradient as the rule uses it into x.grad. kBounded is as in adam.h.
  template <class V, bool kBounded = true>
  RADAM_INLINE void move_state(const Rule& rule, const Constants<V>& k, Lanes<V>& x) {
    auto g = V::mul(k.grad_scale, x.grad);
    if (rule.weight_decay == kL2) g = V::fma(k.l2, x.param, g);
    if constexpr (kBounded) g = bounded<V>(g);
    x.grad = g;
    auto& s = x.state[kSum];
    // The sum of many squares at the bound would be infinite. With this order of operands a NaN stays NaN.
    s = V::min(V::broadcast(0x1p127f), V::fma(g, g, V::add(s, k.initial_accumulator)));
  }

  // The update in parts, as in adam.h.
  template <class V>
  RADAM_INLINE typename V::Register numerator(const Rule&, const Lanes<V>& x) {
    return x.grad;
  }

  template <class V>
  RADAM_INLINE typename V::Register radicand(const Rule&, const Lanes<V>& x) {
    return x.state[kSum];
  }

  template <class V, class Unit>
  RADAM_INLINE typename V::Register denominator(const Rule& rule, const Constants<V>& k, const Lanes<V>& x) {
    return V::add(Unit::sqrt(radicand<V>(rule, x)), k.epsilon);
  }

  RADAM_DEVICE static bool may_go_by_fma(const radam_coefficients& c) {
    return c.of.adagrad.epsilon <= guard::kMaxEpsilon;
  }

  // As in adam.h: a sum that was not negative is now at least 2^126, and one that was negative is 0 or a multiple of
  // 2^80.
  RADAM_DEVICE static constexpr bool radicand_shows_bound(const Rule&) { return true; }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule& rule, const Constants<V>& k, const Lanes<V>& x) {
    return V::div(numerator<V>(rule, x), denominator<V, ByDivider<V>>(rule, k, x));
  }
};

}  // namespace

#endif
