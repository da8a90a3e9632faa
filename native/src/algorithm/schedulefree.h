// What Schedule-Free optimizers have in common.
//
// Their authors keep two iterates: z, which moves as without Schedule-Free, and y, between z and the average x of all z
// so far, where gradients are taken: y = b * x + (1 - b) * z. The parameter is y, and d = z - y is state, which begins
// as 0 and may be stored in small types. With k for the weight of the newest z in the average, and u for the direction
// that z moves in, z - lr * u and (1 - k) * x + k * z become
//
//   y = y + k * d - lr * (1 - b * (1 - k)) * u
//   d = (1 - k) * (d - lr * b * u)
#ifndef RADAM_SRC_ALGORITHM_SCHEDULEFREE_H
#define RADAM_SRC_ALGORITHM_SCHEDULEFREE_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "hyperparameters.h"
#include "one_kernel.h"
#include "parts.h"
#include "schedulefree_weights.h"

namespace {

struct ScheduleFree {
  // b, which y is divided by to have x.
  RADAM_DEVICE static bool is_interpolation(double b) { return b > 0 && b < 1 && finite_as_float(1 / b); }

  RADAM_DEVICE static bool is_power(double x) { return x >= 0 && x <= ScheduleFreeWeights::kMostPower; }

  RADAM_DEVICE static double learning_rate_at(const radam_hyperparameters& h, std::int64_t warmup_steps,
                                              std::int64_t step) {
    return step < warmup_steps ? h.learning_rate * (static_cast<double>(step) / static_cast<double>(warmup_steps))
                               : h.learning_rate;
  }

  // Fills what the coefficients of all have. u is `scale` times what kernels compute, and decay. lr: that of the step.
  template <class Coefficients>
  RADAM_DEVICE static void fill(const radam_hyperparameters& h, double b, double weight, double lr, double scale,
                                Coefficients& k) {
    const double newest = weight < 1 ? weight : 1, of_y = (1 - b) + b * newest;
    k.l2 = l2_of(h);
    k.decay = decay_of(h, lr * of_y);
    k.step_size = 1;
    k.ckp1 = static_cast<float>(newest);
    k.rate = static_cast<float>(lr * of_y * scale);
    k.z_rate = static_cast<float>(lr * b * scale);
    k.z_decay = decay_of(h, lr * b);
  }

  template <class Coefficients>
  static bool are_valid(const Coefficients& k) {
    return in_unit_interval(k.ckp1) && finite(k.l2, k.decay, k.step_size) && finite(k.rate, k.z_rate, k.z_decay) &&
           one_decay(k.l2, k.decay);
  }

  template <class V>
  struct Constants : OneKernelConstants<V> {
    typename V::Register ckp1, rate, z_rate, z_decay;

    template <class Coefficients>
    RADAM_DEVICE Constants(const radam_coefficients& c, const Coefficients& k)
        : OneKernelConstants<V>(c, k),
          ckp1(V::broadcast(k.ckp1)),
          rate(V::broadcast(k.rate)),
          z_rate(V::broadcast(k.z_rate)),
          z_decay(V::broadcast(k.z_decay)) {}
  };

  // With this order of operands a NaN stays NaN.
  template <class V>
  RADAM_INLINE typename V::Register kept_finite(typename V::Register x) {
    return V::min(V::broadcast(0x1p127f), V::max(V::broadcast(-0x1p127f), x));
  }

  // Moves d by n, which is u but for its scale and decay, and returns the parameter's update.
  template <class V>
  RADAM_INLINE typename V::Register move(const Constants<V>& k, typename V::Register p, typename V::Register n,
                                         typename V::Register& d) {
    const auto update = V::fms(k.rate, n, V::mul(k.ckp1, d));
    d = kept_finite<V>(V::fnma(k.z_rate, n, d));
    if (k.weight_decay == kDecoupled) {
      // Not the parameter itself: one of 16 bits may have become infinite, and then NaN.
      const auto bounded_p = V::min(V::max(p, V::broadcast(-0x1p127f)), V::broadcast(0x1p127f));
      d = kept_finite<V>(V::fnma(k.z_decay, bounded_p, d));
    }
    d = V::fnma(k.ckp1, d, d);
    return update;
  }
};

}  // namespace

#endif
