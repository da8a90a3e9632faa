// LARS: SGD with momentum, of gradients times the ratio of the norms of a tensor and of its gradient.
#ifndef RADAM_SRC_ALGORITHM_LARS_H
#define RADAM_SRC_ALGORITHM_LARS_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "layerwise.h"
#include "sgd.h"

namespace {

struct Lars : LayerwiseBySgd {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_LARS;
  static constexpr const char* kName = "lars";

  enum Buffer { kMomentumBuffer, kBuffers };

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) { return Sgd::buffer(k); }

  RADAM_DEVICE static bool is_present(const radam_hyperparameters& h, int) { return h.of.lars.momentum > 0; }

  RADAM_DEVICE static bool is_required(const radam_coefficients& c, int k) {
    return Sgd::is_required(sgd_of(c, c.of.lars.sgd), k);
  }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    const bool timm = preset == RADAM_PRESET_LARS_TIMM;
    if (!timm && preset != RADAM_PRESET_LARS_BARLOWTWINS) return false;
    fill_common(kId, timm ? 1 : 0.2, RADAM_WEIGHT_DECAY_L2, h);
    radam_lars& l = h.of.lars;
    l.momentum = timm ? 0 : 0.9;
    l.trust_coefficient = 1e-3;
    l.epsilon = timm ? 1e-8 : 0;
    l.adapt = timm ? RADAM_ADAPT_WITH_DECAY : RADAM_ADAPT_ALWAYS;
    l.decayed_norm = timm ? 0 : 1;
    return true;
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_lars& l = h.of.lars;
    const bool adapts_somehow = l.adapt >= RADAM_ADAPT_NEVER && l.adapt <= RADAM_ADAPT_ALWAYS;
    if (!is_flag(l.trust_clip) || !is_flag(l.decayed_norm) || !adapts_somehow ||
        h.weight_decay_mode != RADAM_WEIGHT_DECAY_L2)
      return RADAM_ERROR_SETTING;
    if (const radam_status status = Sgd::check(sgd_of(h, l))) return status;
    if (!is_positive_float(l.trust_coefficient)) return RADAM_ERROR_TRUST_COEFFICIENT;
    return check_epsilon(l.epsilon);
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    const radam_lars& l = h.of.lars;
    radam_coefficients sgd;
    Sgd::coefficients_at(sgd_of(h, l), step, sgd);
    fill_common(h, h.learning_rate, c);
    radam_lars_coefficients& k = c.of.lars;
    k.sgd = sgd.of.sgd;
    const bool decayed = l.decayed_norm != 0;
    k.norm_l2 = static_cast<float>(decayed ? h.weight_decay : 0);
    k.param_weight = static_cast<float>(decayed ? 0 : h.weight_decay);
    k.trust_coefficient = static_cast<float>(l.trust_coefficient);
    k.epsilon = static_cast<float>(l.epsilon);
    // A learning rate of -0 is one of 0. Divided by it, the ratio would be below its limit.
    k.divisor = l.trust_clip != 0 ? std::fabs(static_cast<float>(h.learning_rate)) : 1;
    k.max_ratio = l.trust_clip != 0 ? 1 : HUGE_VALF;
    const bool decays = h.weight_decay != 0;
    k.adapts = l.adapt == RADAM_ADAPT_ALWAYS || (l.adapt == RADAM_ADAPT_WITH_DECAY && decays) ? 1 : 0;
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_lars_coefficients& l = c.of.lars;
    const bool all = is_sgd(c, l.sgd) && finite(l.norm_l2, l.param_weight, l.trust_coefficient) &&
                     std::isfinite(l.epsilon) && std::isfinite(l.divisor) && l.max_ratio > 0 &&
                     (l.adapts == 0 || l.adapts == 1);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  static constexpr int kSums = 2;

  template <class V>
  struct Terms {
    typename V::Register grad_scale, norm_l2;

    RADAM_DEVICE explicit Terms(const radam_coefficients& c)
        : grad_scale(V::broadcast(c.grad_scale)), norm_l2(V::broadcast(c.of.lars.norm_l2)) {}

    RADAM_INLINE_MEMBER void of(const Sgd::Lanes<V>& x, typename V::Register (&terms)[kSums]) const {
      terms[0] = x.param;
      terms[1] = bounded<V>(V::fma(norm_l2, x.param, V::mul(grad_scale, x.grad)));
    }
  };

  static radam_coefficients reduce(const radam_coefficients& c, std::int64_t, const double* sums) {
    const radam_lars_coefficients& l = c.of.lars;
    const double trust = l.trust_coefficient, weight = l.param_weight, epsilon = l.epsilon, divisor = l.divisor;
    const double max_ratio = l.max_ratio;
    const double of_param = std::sqrt(sums[0]), of_grad = std::sqrt(sums[1]);
    const double adapted = trust * of_param / (of_grad + weight * of_param + epsilon);
    double ratio = 1;
    if (l.adapts != 0) {
      const bool known = of_param > 0 && of_grad > 0 && std::isfinite(adapted);
      const double quotient = (known ? adapted : 1) / divisor;
      ratio = quotient < max_ratio ? quotient : max_ratio;
    }
    radam_coefficients sgd = sgd_of(c, l.sgd);
    sgd.grad_scale = scaled(ratio, c.grad_scale);
    if (l.sgd.l2 != 0) sgd.of.sgd.l2 = reduced(ratio, l.sgd.l2);  // by a divisor of 0, the ratio may be infinite
    return sgd;
  }
};

}  // namespace

#endif
