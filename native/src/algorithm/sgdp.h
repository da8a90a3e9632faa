// SGDP: SGD whose update is projected, as AdamP's.
#ifndef RADAM_SRC_ALGORITHM_SGDP_H
#define RADAM_SRC_ALGORITHM_SGDP_H

#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "projection.h"
#include "sgd.h"

namespace {

struct SgdP : Projecting {
  using Stepped = Sgd;
  static constexpr std::int32_t kId = RADAM_ALGORITHM_SGDP;
  static constexpr const char* kName = "sgdp";

  enum Buffer { kMomentumBuffer, kBuffers };
  static constexpr int kSummedBuffers = kBuffers;

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) { return Sgd::buffer(k); }

  RADAM_DEVICE static bool is_present(const radam_hyperparameters& h, int) { return h.of.sgdp.momentum > 0; }

  RADAM_DEVICE static bool is_required(const radam_coefficients& c, int k) { return Sgd::is_required(plain(c), k); }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_SGDP_AUTHORS) return false;
    fill_common(kId, 1e-3, RADAM_WEIGHT_DECAY_DECOUPLED, h);
    h.of.sgdp = {0, 0, 1e-8, 0.1, 0.1, 0, 0};
    return true;
  }

  // The decay is that of the learning rate which a constant gradient has.
  RADAM_DEVICE static double decay_rate(const radam_hyperparameters& h) {
    return h.learning_rate / (1 - h.of.sgdp.momentum);
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_sgdp& s = h.of.sgdp;
    if (s.reserved != 0 || h.weight_decay_mode == RADAM_WEIGHT_DECAY_L2) return RADAM_ERROR_SETTING;
    if (const radam_status status = Sgd::check(LayerwiseBySgd::sgd_of(h, s), true)) return status;
    if (!finite_as_float(decay_rate(h) * h.weight_decay)) return RADAM_ERROR_WEIGHT_DECAY;
    if (const radam_status status = check_epsilon(s.epsilon)) return status;
    return Projecting::check(s.delta, s.wd_ratio);
  }

  // Fills all of c but struct_size, for checked hyperparameters.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t, radam_coefficients& c) {
    const radam_sgdp& s = h.of.sgdp;
    fill_common(h, h.learning_rate, c);
    radam_sgdp_coefficients& k = c.of.sgdp;
    // Without a momentum there is no buffer, and dampening is of the step.
    const double kept = 1 - s.dampening;
    k.sgd.l2 = 0;
    k.sgd.decay = decay_of(h, decay_rate(h));
    k.sgd.step_size = static_cast<float>(s.momentum > 0 ? h.learning_rate : h.learning_rate * kept);
    k.sgd.momentum = static_cast<float>(s.momentum);
    k.sgd.one_minus_dampening = static_cast<float>(s.momentum > 0 ? kept : 1);
    k.sgd.nesterov = s.nesterov != 0 ? static_cast<float>(s.momentum) : 0;
    k.delta = static_cast<float>(s.delta);
    k.projection_epsilon = static_cast<float>(s.epsilon);
    k.wd_ratio = static_cast<float>(s.wd_ratio);
  }

  RADAM_DEVICE static radam_coefficients plain(const radam_coefficients& c) {
    return LayerwiseBySgd::sgd_of(c, c.of.sgdp.sgd);
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_sgdp_coefficients& s = c.of.sgdp;
    const bool all = s.sgd.l2 == 0 && Sgd::check(plain(c)) == RADAM_OK && is_valid(s);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  // Whether it is, as it is read: without a buffer, and without a factor.
  static bool update_is_gradient(const radam_coefficients& c, void* const* state) {
    const radam_sgd_coefficients& s = c.of.sgdp.sgd;
    return state[kMomentumBuffer] == nullptr && s.momentum == 0 && s.one_minus_dampening == 1 && s.nesterov == 0;
  }

  static Projection projection(const radam_coefficients& c) {
    const radam_sgdp_coefficients& s = c.of.sgdp;
    return {s.delta, s.projection_epsilon, s.wd_ratio, s.sgd.step_size, s.sgd.decay};
  }

  template <class V>
  struct Terms {
    Sgd::Constants<V> k;
    Sgd::Rule rule;

    RADAM_DEVICE explicit Terms(const radam_coefficients& c)
        : k(plain(c)), rule{kNoDecay, c.of.sgdp.sgd.nesterov == 0 ? Sgd::kPlain : Sgd::kNesterov} {}

    RADAM_INLINE_MEMBER typename V::Register of(Sgd::Lanes<V>& x) const {
      Sgd::move_state<V>(rule, k, x);
      return Sgd::update<V>(rule, k, x);
    }
  };
};

}  // namespace

#endif
