// NAdam's momentum, which grows from step to step, and the coefficients that follow from it.
#ifndef RADAM_SRC_ALGORITHM_NADAM_SCHEDULE_H
#define RADAM_SRC_ALGORITHM_NADAM_SCHEDULE_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../fma.h"
#include "../inline.h"
#include "../power.h"
#include "hyperparameters.h"
#include "real_power.h"

namespace {

struct NAdamSchedule {
  // 0.96^x for x >= 0, which may be infinite; 0x1.e275048da0ba8p-5 is -log2 of the double 0.96.
  RADAM_DEVICE static double power_of_096(double x) { return RealPower::two_to(x * -0x1.e275048da0ba8p-5); }

  // The part of beta1 by which the momentum of step t is less.
  RADAM_DEVICE static double lack_at(const radam_nadam& n, double t) { return 0.5 * power_of_096(t * n.momentum_decay); }

  // 1 - (1 - lack(1)) (1 - lack(2)) ... (1 - lack(t)). A sum of positive numbers, so that no digits are lost where the
  // product is near 1. It ends when the sum stands still: after 55 steps with PyTorch's momentum_decay, and after fewer
  // than 600 with any.
  RADAM_DEVICE static double lack_of_product(const radam_nadam& n, std::int64_t t) {
    const double ratio = power_of_096(n.momentum_decay);
    double lack = 0.5 * ratio, sum = 0;
    for (std::int64_t i = 1; i <= t; ++i, lack *= ratio) {
      const double next = fused_multiply_add(1 - sum, lack, sum);
      if (next == sum) break;
      sum = next;
    }
    return sum;
  }

  // The status that names the first hyperparameter at fault, or RADAM_OK.
  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_nadam& n = h.of.nadam;
    if (const radam_status status = check_settings(h)) return status;
    if (const radam_status status = check_learning_rate(h)) return status;
    if (!is_rate(n.beta1)) return RADAM_ERROR_BETA1;
    if (!is_rate(n.beta2)) return RADAM_ERROR_BETA2;
    if (const radam_status status = check_epsilon(n.epsilon)) return status;
    if (!non_negative(n.momentum_decay)) return RADAM_ERROR_MOMENTUM_DECAY;
    if (const radam_status status = check_weight_decay(h, h.learning_rate)) return status;
    return check_grad_scale(h);
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1. Differences from 1 are sums of positive
  // numbers here too.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_nadam& n = h.of.nadam;
    const double t = static_cast<double>(step);
    const BetaPower beta1 = beta_power(n.beta1, step), beta2 = beta_power(n.beta2, step);
    const double sqrt_bias_correction2 = std::sqrt(beta2.complement);
    const double lack = lack_at(n, t), next_lack = lack_at(n, t + 1), product_lack = lack_of_product(n, step);
    const double one_minus_momentum = (1 - n.beta1) + n.beta1 * lack;
    const double next_momentum = n.beta1 * (1 - next_lack);
    const double one_minus_next_momentum = (1 - n.beta1) + n.beta1 * next_lack;
    const double product = beta1.power * (1 - product_lack);
    const double one_minus_product = beta1.complement + beta1.power * product_lack;
    const double one_minus_next_product = one_minus_product + product * one_minus_next_momentum;

    fill_common(h, h.learning_rate, c);
    radam_nadam_coefficients& k = c.of.nadam;
    k.l2 = l2_of(h);
    k.decay = decay_of(h, h.learning_rate);
    k.step_size = static_cast<float>(h.learning_rate * sqrt_bias_correction2);
    k.grad_factor = static_cast<float>(one_minus_momentum / one_minus_product);
    k.exp_avg_factor = static_cast<float>(next_momentum / one_minus_next_product);
    k.beta1 = static_cast<float>(n.beta1);
    k.one_minus_beta1 = static_cast<float>(1 - n.beta1);
    k.beta2 = static_cast<float>(n.beta2);
    k.one_minus_beta2 = static_cast<float>(1 - n.beta2);
    k.epsilon = static_cast<float>(n.epsilon * sqrt_bias_correction2);
  }
};

}  // namespace

#endif
