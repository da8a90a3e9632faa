// Computes coefficients from hyperparameters and a step number. Adam, AdamW, RAdam and their dialects differ here
// alone. In a header, because GPUs compute coefficients too.
#ifndef RADAM_SRC_ALGORITHM_ADAM_SCHEDULE_H
#define RADAM_SRC_ALGORITHM_ADAM_SCHEDULE_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "../power.h"
#include "hyperparameters.h"

namespace {

struct AdamSchedule {
  // Section 3.3 of the RAdam paper: the length of the simple moving average that the exponential one approximates, in
  // the limit. rho of step t approaches it from below.
  RADAM_DEVICE static double rho_infinity(double beta2) { return 2 / (1 - beta2) - 1; }

  RADAM_DEVICE static bool never_rectifies(const radam_adam& a) {
    return a.rectify != 0 && rho_infinity(a.beta2) <= a.rho_threshold;
  }

  // The linear warm-up of the RAdam authors' AdamW.
  RADAM_DEVICE static double learning_rate_at(const radam_hyperparameters& h, double t) {
    const double steps = static_cast<double>(h.of.adam.warmup_steps);
    return t < steps ? 1e-8 + t * h.learning_rate / steps : h.learning_rate;
  }

  // The Adam that has the same schedule as another algorithm with moments.
  RADAM_DEVICE static radam_hyperparameters adam_of(const radam_hyperparameters& h, double beta1, double beta2,
                                                    double epsilon, std::int32_t epsilon_placement) {
    radam_hyperparameters adam = h;
    adam.algorithm = RADAM_ALGORITHM_ADAM;
    adam.of.adam = {};
    adam.of.adam.beta1 = beta1;
    adam.of.adam.beta2 = beta2;
    adam.of.adam.epsilon = epsilon;
    adam.of.adam.epsilon_placement = epsilon_placement;
    return adam;
  }

  struct Rectification {
    bool rectified;
    double rho;
    double factor;
  };

  // Algorithm 2 of the RAdam paper.
  RADAM_DEVICE static Rectification rectification_at(const radam_adam& a, double t, BetaPower beta2) {
    if (a.rectify == 0) return {true, 0, 1};
    const double limit = rho_infinity(a.beta2);
    const double rho = limit - 2 * t * beta2.power / beta2.complement;
    const bool reached = a.rectify_at_threshold ? rho >= a.rho_threshold : rho > a.rho_threshold;
    if (!reached || never_rectifies(a)) return {false, rho, 0};
    return {true, rho, std::sqrt((rho - 4) * (rho - 2) * limit / ((limit - 4) * (limit - 2) * rho))};
  }

  // The status that names the first hyperparameter at fault, or RADAM_OK.
  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_adam& a = h.of.adam;
    if (!is_flag(a.unrectified) || !is_flag(a.rectify_at_threshold) || !is_flag(a.epsilon_placement) ||
        !is_flag(a.amsgrad) || !is_flag(a.rectify) || a.reserved != 0)
      return RADAM_ERROR_SETTING;
    if (const radam_status status = check_settings(h)) return status;
    if (!non_negative(h.learning_rate)) return RADAM_ERROR_LEARNING_RATE;
    if (!is_rate(a.beta1)) return RADAM_ERROR_BETA1;
    if (!is_rate(a.beta2)) return RADAM_ERROR_BETA2;
    // No step size is larger than learning_rate / (1 - beta1), with the largest learning rate, which warm-up may raise
    // by its 1e-8. So no coefficient of any step overflows.
    const double largest_learning_rate = a.warmup_steps > 0 ? 1e-8 + h.learning_rate : h.learning_rate;
    if (!finite_as_float(largest_learning_rate / (1 - a.beta1))) return RADAM_ERROR_LEARNING_RATE;
    if (!non_negative(a.epsilon) || !finite_as_float(a.epsilon)) return RADAM_ERROR_EPSILON;
    if (const radam_status status = check_weight_decay(h, largest_learning_rate)) return status;
    if (const radam_status status = check_grad_scale(h)) return status;
    if (a.rectify && !(a.rho_threshold >= 4 && std::isfinite(a.rho_threshold))) return RADAM_ERROR_RHO_THRESHOLD;
    if (a.warmup_steps < 0) return RADAM_ERROR_WARMUP_STEPS;
    if (a.frozen_steps < 0) return RADAM_ERROR_FROZEN_STEPS;
    if (a.unrectified == RADAM_UNRECTIFIED_SKIP && never_rectifies(a)) return RADAM_ERROR_NEVER_RECTIFIES;
    return RADAM_OK;
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_adam& a = h.of.adam;
    const double t = static_cast<double>(step);
    const BetaPower beta1 = beta_power(a.beta1, step), beta2 = beta_power(a.beta2, step);
    const Rectification rectification = rectification_at(a, t, beta2);
    const double learning_rate = learning_rate_at(h, t);
    const double sqrt_bias_correction2 = std::sqrt(beta2.complement);
    const bool frozen = step <= a.frozen_steps;
    const bool skipped = !rectification.rectified && a.unrectified == RADAM_UNRECTIFIED_SKIP;

    int mode = RADAM_MODE_ADAPTIVE;
    double step_size = learning_rate / beta1.complement;
    if (frozen) {
      mode = RADAM_MODE_SECOND_MOMENT_ONLY;
    } else if (rectification.rectified) {
      step_size = learning_rate * sqrt_bias_correction2 * rectification.factor / beta1.complement;
    } else if (!skipped) {
      mode = RADAM_MODE_MOMENTUM;
    } else if (h.weight_decay_mode == RADAM_WEIGHT_DECAY_DECOUPLED && h.weight_decay != 0) {
      mode = RADAM_MODE_MOMENTUM;  // decay of every step, and no update
      step_size = 0;
    } else {
      mode = RADAM_MODE_MOMENTS_ONLY;
    }

    fill_common(h, learning_rate, c);
    c.mode = mode;
    c.rho = rectification.rho;
    c.rectification = rectification.factor;
    c.rectified = rectification.rectified;
    radam_adam_coefficients& k = c.of.adam;
    k.l2 = frozen ? 0 : l2_of(h);
    k.decay = decay_of(h, learning_rate);
    k.step_size = static_cast<float>(step_size);
    k.beta1 = static_cast<float>(a.beta1);
    k.one_minus_beta1 = static_cast<float>(1 - a.beta1);
    k.beta2 = static_cast<float>(a.beta2);
    k.one_minus_beta2 = static_cast<float>(1 - a.beta2);
    k.epsilon = static_cast<float>(
        a.epsilon_placement == RADAM_EPSILON_BIAS_CORRECTED ? a.epsilon * sqrt_bias_correction2 : a.epsilon);
  }

  RADAM_DEVICE static radam_adam_coefficients adam_coefficients_at(const radam_hyperparameters& h, std::int64_t step) {
    radam_coefficients c;
    coefficients_at(h, step, c);
    return c.of.adam;
  }
};

}  // namespace

#endif
