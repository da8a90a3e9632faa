// NovoGrad: SGD with momentum, of gradients divided by the root of a second moment that is one number for a tensor.
#ifndef RADAM_SRC_ALGORITHM_NOVOGRAD_H
#define RADAM_SRC_ALGORITHM_NOVOGRAD_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "layerwise.h"
#include "sgd.h"

namespace {

struct NovoGrad : LayerwiseBySgd {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_NOVOGRAD;
  static constexpr const char* kName = "novograd";

  enum Buffer { kExpAvg, kBuffers };
  enum Number { kExpAvgSq, kMaxExpAvgSq, kAllNumbers };
  static constexpr int kNumbers = kAllNumbers;

  RADAM_DEVICE static constexpr StateBuffer buffer(int) { return {"exp_avg", true, 0}; }

  RADAM_DEVICE static bool is_present(const radam_hyperparameters& h, int) { return h.of.novograd.beta1 > 0; }

  RADAM_DEVICE static bool is_required(const radam_coefficients& c, int k) {
    return Sgd::is_required(sgd_of(c, c.of.novograd.sgd), k);
  }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_NOVOGRAD_NVIDIA) return false;
    fill_common(kId, 1e-3, RADAM_WEIGHT_DECAY_L2, h);
    radam_novograd& n = h.of.novograd;
    n.beta1 = 0.95;
    n.beta2 = 0.98;
    n.epsilon = 1e-8;
    return true;
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_novograd& n = h.of.novograd;
    if (!is_flag(n.grad_averaging) || !is_flag(n.amsgrad) || h.weight_decay_mode != RADAM_WEIGHT_DECAY_L2)
      return RADAM_ERROR_SETTING;
    if (!is_flag(h.maximize)) return RADAM_ERROR_SETTING;
    if (const radam_status status = check_learning_rate(h)) return status;
    if (!is_rate(n.beta1)) return RADAM_ERROR_BETA1;
    if (!is_rate(n.beta2)) return RADAM_ERROR_BETA2;
    if (const radam_status status = check_epsilon(n.epsilon)) return status;
    if (const radam_status status = check_weight_decay(h, h.learning_rate)) return status;
    return check_grad_scale(h);
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_novograd& n = h.of.novograd;
    radam_coefficients sgd;
    // Without the averaging of gradients, which SGD's dampening leaves out in step 1.
    Sgd::coefficients_at(sgd_of(h, radam_sgd{n.beta1, 0, 0, 0}), step, sgd);
    fill_common(h, h.learning_rate, c);
    radam_novograd_coefficients& k = c.of.novograd;
    k.sgd = sgd.of.sgd;
    if (n.grad_averaging != 0) k.sgd.one_minus_dampening = static_cast<float>(1 - n.beta1);
    k.one_minus_beta2 = static_cast<float>(1 - n.beta2);
    k.epsilon = static_cast<float>(n.epsilon);
    k.amsgrad = n.amsgrad != 0 ? 1 : 0;
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_novograd_coefficients& n = c.of.novograd;
    const bool all = is_sgd(c, n.sgd) && in_unit_interval(n.one_minus_beta2) &&
                     non_negative(static_cast<double>(n.epsilon)) && (n.amsgrad == 0 || n.amsgrad == 1);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  static constexpr int kSums = 1;
  static bool needs_param(const radam_coefficients&) { return false; }

  template <class V>
  struct Terms {
    typename V::Register grad_scale;

    RADAM_DEVICE explicit Terms(const radam_coefficients& c) : grad_scale(V::broadcast(c.grad_scale)) {}

    RADAM_INLINE_MEMBER void of(const Sgd::Lanes<V>& x, typename V::Register (&terms)[kSums]) const {
      terms[0] = bounded<V>(V::mul(grad_scale, x.grad));
    }
  };

  static bool are_numbers(const double* numbers) {
    return non_negative(numbers[kExpAvgSq]) && non_negative(numbers[kMaxExpAvgSq]);
  }

  static radam_coefficients reduce(const radam_coefficients& c, std::int64_t, const double* sums, double* numbers) {
    const radam_novograd_coefficients& n = c.of.novograd;
    const bool known = non_negative(sums[0]);
    double &v = numbers[kExpAvgSq], &most = numbers[kMaxExpAvgSq];
    if (known) {
      const double weight = n.one_minus_beta2;
      v = v == 0 ? sums[0] : (1 - weight) * v + weight * sums[0];
      if (n.amsgrad != 0 && v > most) most = v;
    }
    const double second = n.amsgrad != 0 ? most : v;
    const double divisor = known || second > 0 ? std::sqrt(second) + static_cast<double>(n.epsilon) : 1;
    radam_coefficients sgd = sgd_of(c, n.sgd);
    sgd.grad_scale = scaled(divisor > 0 ? 1 / divisor : 1, c.grad_scale);
    return sgd;
  }
};

}  // namespace

#endif
