// From hyperparameters and a step number to coefficients: all that makes Adam, AdamW, RAdam and their dialects differ.
// In a header, because GPUs do it too.
#ifndef RADAM_SRC_SCHEDULE_H
#define RADAM_SRC_SCHEDULE_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "inline.h"
#include "power.h"

namespace {

RADAM_DEVICE inline bool is_flag(std::int32_t x) { return x == 0 || x == 1; }

RADAM_DEVICE inline bool non_negative(double x) { return x >= 0 && std::isfinite(x); }

RADAM_DEVICE inline bool finite_as_float(double x) { return std::isfinite(static_cast<float>(x)); }

// Section 3.3 of the RAdam paper: the length of the simple moving average that the exponential one approximates, in the
// limit. rho of step t approaches it from below.
RADAM_DEVICE inline double rho_infinity(double beta2) { return 2 / (1 - beta2) - 1; }

RADAM_DEVICE inline bool never_rectifies(const radam_hyperparameters& h) {
  return h.algorithm == RADAM_ALGORITHM_RADAM && rho_infinity(h.beta2) <= h.rho_threshold;
}

// The linear warm-up of the RAdam authors' AdamW.
RADAM_DEVICE inline double learning_rate_at(const radam_hyperparameters& h, double t) {
  const double steps = static_cast<double>(h.warmup_steps);
  return t < steps ? 1e-8 + t * h.learning_rate / steps : h.learning_rate;
}

struct Rectification {
  bool rectified;
  double rho;
  double factor;
};

// Algorithm 2 of the RAdam paper.
RADAM_DEVICE inline Rectification rectification_at(const radam_hyperparameters& h, double t, BetaPower beta2) {
  if (h.algorithm == RADAM_ALGORITHM_ADAM) return {true, 0, 1};
  const double limit = rho_infinity(h.beta2);
  const double rho = limit - 2 * t * beta2.power / beta2.complement;
  const bool reached = h.rectify_at_threshold ? rho >= h.rho_threshold : rho > h.rho_threshold;
  if (!reached || never_rectifies(h)) return {false, rho, 0};
  return {true, rho, std::sqrt((rho - 4) * (rho - 2) * limit / ((limit - 4) * (limit - 2) * rho))};
}

// The status that names the first hyperparameter at fault, or RADAM_OK.
RADAM_DEVICE inline radam_status check(const radam_hyperparameters& h) {
  const bool radam = h.algorithm == RADAM_ALGORITHM_RADAM;
  if (!radam && h.algorithm != RADAM_ALGORITHM_ADAM) return RADAM_ERROR_SETTING;
  if (!is_flag(h.unrectified) || !is_flag(h.rectify_at_threshold) || !is_flag(h.epsilon_placement) ||
      !is_flag(h.maximize) || h.reserved != 0)
    return RADAM_ERROR_SETTING;
  if (h.weight_decay_mode < RADAM_WEIGHT_DECAY_L2 || h.weight_decay_mode > RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE)
    return RADAM_ERROR_SETTING;
  if (!non_negative(h.learning_rate)) return RADAM_ERROR_LEARNING_RATE;
  if (!(h.beta1 >= 0 && h.beta1 < 1)) return RADAM_ERROR_BETA1;
  if (!(h.beta2 >= 0 && h.beta2 < 1)) return RADAM_ERROR_BETA2;
  // No step is larger than that of an uncorrected first moment at the largest learning rate, which warm-up may exceed
  // by its 1e-8, so no later coefficient can overflow.
  const double largest_learning_rate = h.warmup_steps > 0 ? 1e-8 + h.learning_rate : h.learning_rate;
  if (!finite_as_float(largest_learning_rate / (1 - h.beta1))) return RADAM_ERROR_LEARNING_RATE;
  if (!non_negative(h.epsilon) || !finite_as_float(h.epsilon)) return RADAM_ERROR_EPSILON;
  if (!non_negative(h.weight_decay) || !finite_as_float(h.weight_decay) ||
      !finite_as_float(largest_learning_rate * h.weight_decay))
    return RADAM_ERROR_WEIGHT_DECAY;
  const float grad_scale = static_cast<float>(h.grad_scale);
  if (!(grad_scale > 0) || !std::isfinite(grad_scale)) return RADAM_ERROR_GRAD_SCALE;
  if (radam && !(h.rho_threshold >= 4 && std::isfinite(h.rho_threshold))) return RADAM_ERROR_RHO_THRESHOLD;
  if (h.warmup_steps < 0) return RADAM_ERROR_WARMUP_STEPS;
  if (h.frozen_steps < 0) return RADAM_ERROR_FROZEN_STEPS;
  if (h.unrectified == RADAM_UNRECTIFIED_SKIP && never_rectifies(h)) return RADAM_ERROR_NEVER_RECTIFIES;
  return RADAM_OK;
}

// Fills c for checked hyperparameters and step >= 1.
RADAM_DEVICE inline void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
  const double t = static_cast<double>(step);
  const BetaPower beta1 = beta_power(h.beta1, step), beta2 = beta_power(h.beta2, step);
  const Rectification rectification = rectification_at(h, t, beta2);
  const double learning_rate = learning_rate_at(h, t);
  const double sqrt_bias_correction2 = std::sqrt(beta2.complement);
  const bool frozen = step <= h.frozen_steps;
  const bool skipped = !rectification.rectified && h.unrectified == RADAM_UNRECTIFIED_SKIP;

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

  const bool l2 = h.weight_decay_mode == RADAM_WEIGHT_DECAY_L2;

  c.mode = mode;
  c.grad_scale = static_cast<float>(h.maximize ? -h.grad_scale : h.grad_scale);
  c.l2 = static_cast<float>(l2 && !frozen ? h.weight_decay : 0);
  c.beta1 = static_cast<float>(h.beta1);
  c.one_minus_beta1 = static_cast<float>(1 - h.beta1);
  c.beta2 = static_cast<float>(h.beta2);
  c.one_minus_beta2 = static_cast<float>(1 - h.beta2);
  c.step_size = static_cast<float>(step_size);
  c.epsilon = static_cast<float>(h.epsilon_placement == RADAM_EPSILON_BIAS_CORRECTED ? h.epsilon * sqrt_bias_correction2
                                                                                     : h.epsilon);
  c.decay = static_cast<float>(l2 ? 0 : learning_rate * h.weight_decay);
  c.rectified = rectification.rectified;
  c.rho = rectification.rho;
  c.rectification = rectification.factor;
  c.learning_rate = learning_rate;
}

}  // namespace

#endif
