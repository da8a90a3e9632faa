// QHAdam: Adam whose update is between that of the moments and that of the gradient alone, as its authors have it.
#ifndef RADAM_SRC_ALGORITHM_QHADAM_H
#define RADAM_SRC_ALGORITHM_QHADAM_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "../power.h"
#include "hyperparameters.h"
#include "one_kernel.h"
#include "parts.h"

namespace {

struct QhAdam : OneKernel {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_QHADAM;
  static constexpr const char* kName = "qhadam";

  enum Buffer { kExpAvg, kExpAvgSq, kBuffers };

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) {
    return k == kExpAvg ? StateBuffer{"exp_avg", true, 0} : StateBuffer{"exp_avg_sq", false, 0};
  }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_QHADAM_AUTHORS) return false;
    fill_common(kId, 1e-3, RADAM_WEIGHT_DECAY_L2, h);
    h.of.qhadam = {0.9, 0.999, 1, 1, 1e-8};
    return true;
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_qhadam& q = h.of.qhadam;
    if (const radam_status status = check_settings(h)) return status;
    if (const radam_status status = check_learning_rate(h)) return status;
    if (!is_rate(q.beta1)) return RADAM_ERROR_BETA1;
    if (!is_rate(q.beta2)) return RADAM_ERROR_BETA2;
    if (!(q.nu1 >= 0 && q.nu1 <= 1)) return RADAM_ERROR_NU1;
    if (!(q.nu2 >= 0 && q.nu2 <= 1)) return RADAM_ERROR_NU2;
    if (const radam_status status = check_epsilon(q.epsilon)) return status;
    if (const radam_status status = check_weight_decay(h, h.learning_rate)) return status;
    return check_grad_scale(h);
  }

  // The rates of step t: the average of all gradients so far with weights that fall by beta from one to the one before.
  // So it needs no bias correction.
  RADAM_DEVICE static void fill_rates(double beta, std::int64_t step, float& rate, float& one_minus_rate) {
    const BetaPower power = beta_power(beta, step);
    const double complement = (1 - beta) / power.complement;
    // Neither form loses digits where it is used.
    rate = static_cast<float>(beta < 0.5 ? (beta - power.power) / power.complement : 1 - complement);
    one_minus_rate = static_cast<float>(complement);
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_qhadam& q = h.of.qhadam;
    fill_common(h, h.learning_rate, c);
    radam_qhadam_coefficients& k = c.of.qhadam;
    k.l2 = l2_of(h);
    k.decay = decay_of(h, h.learning_rate);
    k.step_size = static_cast<float>(h.learning_rate);
    fill_rates(q.beta1, step, k.beta1, k.one_minus_beta1);
    fill_rates(q.beta2, step, k.beta2, k.one_minus_beta2);
    k.nu1 = static_cast<float>(q.nu1);
    k.one_minus_nu1 = static_cast<float>(1 - q.nu1);
    k.nu2 = static_cast<float>(q.nu2);
    k.one_minus_nu2 = static_cast<float>(1 - q.nu2);
    k.epsilon = static_cast<float>(q.epsilon);
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_qhadam_coefficients& q = c.of.qhadam;
    const bool betas = in_unit_interval(q.beta1) && in_unit_interval(q.one_minus_beta1) &&
                       in_unit_interval(q.beta2) && in_unit_interval(q.one_minus_beta2);
    const bool nus = in_unit_interval(q.nu1) && in_unit_interval(q.one_minus_nu1) && in_unit_interval(q.nu2) &&
                     in_unit_interval(q.one_minus_nu2);
    const bool epsilon = std::isfinite(q.epsilon) && q.epsilon >= 0;
    const bool all =
        c.mode == 0 && betas && nus && epsilon && finite(q.l2, q.decay, q.step_size) && one_decay(q.l2, q.decay);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  template <class V>
  struct Constants : OneKernelConstants<V> {
    typename V::Register nu1, one_minus_nu1, nu2, one_minus_nu2, epsilon;
    Average<V> first, second;

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : OneKernelConstants<V>(c, c.of.qhadam),
          nu1(V::broadcast(c.of.qhadam.nu1)),
          one_minus_nu1(V::broadcast(c.of.qhadam.one_minus_nu1)),
          nu2(V::broadcast(c.of.qhadam.nu2)),
          one_minus_nu2(V::broadcast(c.of.qhadam.one_minus_nu2)),
          epsilon(V::broadcast(c.of.qhadam.epsilon)),
          first(c.of.qhadam.beta1, c.of.qhadam.one_minus_beta1),
          second(c.of.qhadam.beta2, c.of.qhadam.one_minus_beta2) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  // Writes the gradient as the rule uses it into x.grad.
  template <class V>
  RADAM_INLINE void move_state(const Rule&, const Constants<V>& k, Lanes<V>& x) {
    const auto g = scaled_gradient<V>(k, x);
    x.grad = g;
    x.state[kExpAvg] = next<V>(k.first, true, x.state[kExpAvg], g);
    x.state[kExpAvgSq] = next_of_square<V>(k.second, true, x.state[kExpAvgSq], g);
  }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule&, const Constants<V>& k, const Lanes<V>& x) {
    const auto g = x.grad;
    const auto numerator = V::fma(k.nu1, x.state[kExpAvg], V::mul(k.one_minus_nu1, g));
    const auto radicand = V::fma(k.nu2, x.state[kExpAvgSq], V::mul(k.one_minus_nu2, V::mul(g, g)));
    return V::div(numerator, V::add(V::sqrt(radicand), k.epsilon));
  }
};

}  // namespace

#endif
