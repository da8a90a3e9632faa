// Checks of hyperparameters that all algorithms have. GPUs make them too.
#ifndef RADAM_SRC_ALGORITHM_HYPERPARAMETERS_H
#define RADAM_SRC_ALGORITHM_HYPERPARAMETERS_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"

namespace {

RADAM_DEVICE inline bool is_flag(std::int32_t x) { return x == 0 || x == 1; }

RADAM_DEVICE inline bool non_negative(double x) { return x >= 0 && std::isfinite(x); }

RADAM_DEVICE inline bool finite_as_float(double x) { return std::isfinite(static_cast<float>(x)); }

RADAM_DEVICE inline bool is_positive_float(double x) { return static_cast<float>(x) > 0 && finite_as_float(x); }

// A decay rate of an average, or a momentum.
RADAM_DEVICE inline bool is_rate(double x) { return x >= 0 && x < 1; }

RADAM_DEVICE inline radam_status check_settings(const radam_hyperparameters& h) {
  const bool known_decay = h.weight_decay_mode >= RADAM_WEIGHT_DECAY_L2 &&
                           h.weight_decay_mode <= RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE;
  return known_decay && is_flag(h.maximize) ? RADAM_OK : RADAM_ERROR_SETTING;
}

// Of algorithms whose largest step size is the learning rate itself.
RADAM_DEVICE inline radam_status check_learning_rate(const radam_hyperparameters& h) {
  return non_negative(h.learning_rate) && finite_as_float(h.learning_rate) ? RADAM_OK : RADAM_ERROR_LEARNING_RATE;
}

RADAM_DEVICE inline radam_status check_epsilon(double epsilon) {
  return non_negative(epsilon) && finite_as_float(epsilon) ? RADAM_OK : RADAM_ERROR_EPSILON;
}

// No more than a sum of squares may become.
RADAM_DEVICE inline bool is_initial_accumulator(double x) { return x >= 0 && x <= 0x1p127; }

// largest_learning_rate: the largest of all steps.
RADAM_DEVICE inline radam_status check_weight_decay(const radam_hyperparameters& h, double largest_learning_rate) {
  const bool finite = finite_as_float(h.weight_decay) && finite_as_float(largest_learning_rate * h.weight_decay);
  return non_negative(h.weight_decay) && finite ? RADAM_OK : RADAM_ERROR_WEIGHT_DECAY;
}

RADAM_DEVICE inline radam_status check_grad_scale(const radam_hyperparameters& h) {
  return is_positive_float(h.grad_scale) ? RADAM_OK : RADAM_ERROR_GRAD_SCALE;
}

// Fills a preset but for the algorithm's own fields, which are 0.
inline void fill_common(std::int32_t algorithm, double learning_rate, std::int32_t weight_decay_mode,
                        radam_hyperparameters& h) {
  radam_hyperparameters filled{};
  filled.struct_size = h.struct_size;
  filled.algorithm = algorithm;
  filled.learning_rate = learning_rate;
  filled.grad_scale = 1;
  filled.weight_decay_mode = weight_decay_mode;
  h = filled;
}

// Fills the fields that all algorithms have. learning_rate: that of the step.
RADAM_DEVICE inline void fill_common(const radam_hyperparameters& h, double learning_rate, radam_coefficients& c) {
  c.algorithm = h.algorithm;
  c.mode = 0;
  c.grad_scale = static_cast<float>(h.maximize ? -h.grad_scale : h.grad_scale);
  c.learning_rate = learning_rate;
  c.rho = 0;
  c.rectification = 0;
  c.rectified = 0;
  c.reserved = 0;
}

RADAM_DEVICE inline float l2_of(const radam_hyperparameters& h) {
  return static_cast<float>(h.weight_decay_mode == RADAM_WEIGHT_DECAY_L2 ? h.weight_decay : 0);
}

RADAM_DEVICE inline float decay_of(const radam_hyperparameters& h, double learning_rate) {
  return static_cast<float>(h.weight_decay_mode == RADAM_WEIGHT_DECAY_L2 ? 0 : learning_rate * h.weight_decay);
}

// Checks of coefficients, which a caller may have filled by hand.

inline bool in_unit_interval(float x) { return x >= 0 && x <= 1; }

inline bool finite(float a, float b, float c) { return std::isfinite(a) && std::isfinite(b) && std::isfinite(c); }

// l2 and decay exclude each other, so that no kernel has both.
inline bool one_decay(float l2, float decay) { return l2 == 0 || decay == 0; }

}  // namespace

#endif
