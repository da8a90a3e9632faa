// What algorithms with hypergradient descent have alike: a learning rate that is one of their numbers.
#ifndef RADAM_SRC_ALGORITHM_HYPERGRADIENT_H
#define RADAM_SRC_ALGORITHM_HYPERGRADIENT_H

#include <cmath>

#include <radam/radam.h>

#include "../inline.h"
#include "hyperparameters.h"
#include "layerwise.h"

namespace {

struct Hypergradient {
  enum Number { kLearningRate, kNumbers };

  RADAM_DEVICE static radam_status check_hypergrad_lr(double hypergrad_lr) {
    const bool in_range = non_negative(hypergrad_lr) && finite_as_float(hypergrad_lr);
    return in_range ? RADAM_OK : RADAM_ERROR_HYPERGRAD_LR;
  }

  static bool is_valid(float hypergrad_lr, float scale) {
    return std::isfinite(hypergrad_lr) && std::isfinite(scale);
  }

  static bool are_numbers(const double* numbers) { return non_negative(numbers[kLearningRate]); }

  // The gradient as SGD's and Adam's rules have it. Without decay it does not depend on the parameter, which may be
  // infinite.
  template <class V>
  struct DecayedGradient {
    typename V::Register grad_scale, l2;
    bool decays;

    RADAM_DEVICE DecayedGradient(float scale, float decay)
        : grad_scale(V::broadcast(scale)), l2(V::broadcast(decay)), decays(decay != 0) {}

    RADAM_INLINE_MEMBER typename V::Register of(typename V::Register param, typename V::Register grad) const {
      const auto g = V::mul(grad_scale, grad);
      return bounded<V>(decays ? V::fma(l2, param, g) : g);
    }
  };

  // Moves the learning rate by the product of gradient and update. Returns the step size, which is `scale` times it.
  // Its limit is such that it passes for a hyperparameter.
  static float descend(float hypergrad_lr, float scale, float l2, double product, double* numbers,
                       radam_coefficients& c) {
    double& rate = numbers[kLearningRate];
    const double moved = rate + static_cast<double>(hypergrad_lr) * product;
    const double limit = l2 > 1 ? 0x1p63 / static_cast<double>(l2) : 0x1p63;
    if (std::isfinite(moved)) rate = moved > 0 ? moved < limit ? moved : limit : 0;
    c.learning_rate = rate;
    return reduced(rate, scale);
  }
};

}  // namespace

#endif
