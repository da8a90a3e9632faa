// Cautious AdamW and cautious Lion: the steps of these, but for elements whose update points against the gradient. The
// others go the further the fewer they are.
#ifndef RADAM_SRC_ALGORITHM_CAUTIOUS_H
#define RADAM_SRC_ALGORITHM_CAUTIOUS_H

#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "layerwise.h"
#include "lion.h"

namespace {

// What a step size is multiplied by, once it is known how many of the elements are stepped.
inline double cautious_factor(double stepped, std::int64_t length) {
  constexpr double kLeast = 1e-3;
  const double mean = stepped / static_cast<double>(length);
  if (length == 0 || !(mean >= 0)) return 1;  // neither of no elements nor of sums that no tensor has
  return 1 / (mean > kLeast ? mean : kLeast);
}

struct CautiousAdamW : LayerwiseByAdam {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_CAUTIOUS_ADAMW;
  static constexpr const char* kName = "cautious_adamw";
  static constexpr int kSummedBuffers = 1;

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_CAUTIOUS_ADAMW_AUTHORS) return false;
    fill_common(kId, 1e-3, RADAM_WEIGHT_DECAY_DECOUPLED, h);
    h.of.cautious_adamw = {0.9, 0.999, 1e-6, 1, 0};
    return true;
  }

  RADAM_DEVICE static radam_hyperparameters adam_of(const radam_hyperparameters& h) {
    const radam_cautious_adamw a = h.of.cautious_adamw;
    return AdamSchedule::adam_of(h, a.beta1, a.beta2, a.epsilon, RADAM_EPSILON_PLAIN);
  }

  using LayerwiseByAdam::adam_of;

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_cautious_adamw& a = h.of.cautious_adamw;
    return !is_flag(a.correct_bias) || a.reserved != 0 ? RADAM_ERROR_SETTING : check_moments(adam_of(h));
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    fill_common(h, h.learning_rate, c);
    radam_adam_coefficients& k = c.of.cautious_adamw;
    k = AdamSchedule::adam_coefficients_at(adam_of(h), step);
    if (h.of.cautious_adamw.correct_bias == 0) k.step_size = static_cast<float>(h.learning_rate);
  }

  static radam_status check(const radam_coefficients& c) {
    return are_adam(c, c.of.cautious_adamw) ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  static constexpr int kSums = 1;
  static bool needs_param(const radam_coefficients&) { return false; }

  template <class V>
  struct Terms {
    typename V::Register grad_scale;
    Average<V> first;

    RADAM_DEVICE explicit Terms(const radam_coefficients& c)
        : grad_scale(V::broadcast(c.grad_scale)),
          first(c.of.cautious_adamw.beta1, c.of.cautious_adamw.one_minus_beta1) {}

    RADAM_INLINE_MEMBER void of(const Adam::Lanes<V>& x, typename V::Register (&terms)[kSums]) const {
      const auto g = bounded<V>(V::mul(grad_scale, x.grad));
      terms[0] = mask<V>(next<V>(first, true, x.state[kExpAvg], g), g);
    }
  };

  static radam_coefficients reduce(const radam_coefficients& c, std::int64_t length, const double* sums) {
    radam_coefficients adam = adam_of(c, c.of.cautious_adamw);
    adam.mode = RADAM_MODE_CAUTIOUS;
    adam.of.adam.step_size = reduced(cautious_factor(sums[0], length), c.of.cautious_adamw.step_size);
    return adam;
  }
};

struct CautiousLion : Layerwise {
  using Stepped = Lion;
  static constexpr std::int32_t kId = RADAM_ALGORITHM_CAUTIOUS_LION;
  static constexpr const char* kName = "cautious_lion";

  enum Buffer { kExpAvg, kBuffers };
  static constexpr int kSummedBuffers = 1;

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) { return Lion::buffer(k); }

  RADAM_DEVICE static bool is_present(const radam_hyperparameters&, int) { return true; }

  RADAM_DEVICE static bool is_required(const radam_coefficients&, int) { return true; }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_CAUTIOUS_LION_TIMM) return false;
    Lion::fill_preset(RADAM_PRESET_LION_AUTHORS, h);
    h.algorithm = kId;
    return true;
  }

  // The union's members for both are of one type, but different ones.
  RADAM_DEVICE static radam_hyperparameters lion_of(const radam_hyperparameters& h) {
    radam_hyperparameters lion = h;
    lion.algorithm = RADAM_ALGORITHM_LION;
    lion.of.lion = h.of.cautious_lion;
    return lion;
  }

  RADAM_DEVICE static radam_coefficients lion_of(const radam_coefficients& c) {
    radam_coefficients lion = c;
    lion.algorithm = RADAM_ALGORITHM_LION;
    for (float& x : lion.of.values) x = 0;  // the rest of the union too
    lion.of.lion = c.of.cautious_lion;
    return lion;
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) { return Lion::check(lion_of(h)); }

  // Fills all of c but struct_size, for checked hyperparameters.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    Lion::coefficients_at(lion_of(h), step, c);
    c.algorithm = kId;
  }

  static radam_status check(const radam_coefficients& c) {
    return c.mode == 0 ? Lion::check(lion_of(c)) : RADAM_ERROR_COEFFICIENTS;
  }

  static constexpr int kSums = 1;
  static bool needs_param(const radam_coefficients&) { return false; }

  template <class V>
  struct Terms {
    Lion::Constants<V> k;

    RADAM_DEVICE explicit Terms(const radam_coefficients& c) : k(lion_of(c)) {}

    RADAM_INLINE_MEMBER void of(const Lion::Lanes<V>& x, typename V::Register (&terms)[kSums]) const {
      const auto g = bounded<V>(V::mul(k.grad_scale, x.grad));
      terms[0] = mask<V>(sign<V>(next<V>(k.of_update, true, x.state[kExpAvg], g)), g);
    }
  };

  static radam_coefficients reduce(const radam_coefficients& c, std::int64_t length, const double* sums) {
    radam_coefficients lion = lion_of(c);
    lion.mode = RADAM_MODE_CAUTIOUS;
    lion.of.lion.step_size = reduced(cautious_factor(sums[0], length), c.of.cautious_lion.step_size);
    return lion;
  }
};

}  // namespace

#endif
