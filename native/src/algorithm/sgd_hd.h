// SGD with hypergradient descent: the learning rate grows where a gradient points along the last update.
#ifndef RADAM_SRC_ALGORITHM_SGD_HD_H
#define RADAM_SRC_ALGORITHM_SGD_HD_H

#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "hypergradient.h"
#include "layerwise.h"
#include "sgd.h"

namespace {

struct SgdHd : LayerwiseBySgd, Hypergradient {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_SGD_HD;
  static constexpr const char* kName = "sgd_hd";

  enum Buffer { kMomentumBuffer, kLastUpdate, kBuffers };
  static constexpr int kSummedBuffers = 1;
  static constexpr int kNumbers = Hypergradient::kNumbers;
  static constexpr bool kProducts = true;

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) {
    return {k == kLastUpdate ? "last_update" : "momentum_buffer", true, 0};
  }

  // The buffer of momentum is the last update, but under Nesterov's. Without momentum it has the last gradient.
  RADAM_DEVICE static bool is_present(const radam_hyperparameters& h, int k) {
    return k == kMomentumBuffer || h.of.sgd_hd.nesterov != 0;
  }

  RADAM_DEVICE static bool is_required(const radam_coefficients& c, int k) {
    return k == kMomentumBuffer || is_nesterov(c);
  }

  RADAM_DEVICE static bool is_nesterov(const radam_coefficients& c) { return c.of.sgd_hd.sgd.nesterov != 0; }

  RADAM_DEVICE static int summed_buffer(const radam_coefficients& c, int) {
    return is_nesterov(c) ? kLastUpdate : kMomentumBuffer;
  }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    const bool nesterov = preset == RADAM_PRESET_SGDN_HD_AUTHORS;
    if (preset != RADAM_PRESET_SGD_HD_AUTHORS && !nesterov) return false;
    fill_common(kId, 1e-3, RADAM_WEIGHT_DECAY_L2, h);
    h.of.sgd_hd.hypergrad_lr = 1e-6;
    if (nesterov) {
      h.of.sgd_hd.momentum = 0.9;
      h.of.sgd_hd.nesterov = 1;
    }
    return true;
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_sgd_hd& s = h.of.sgd_hd;
    if (s.reserved != 0 || h.weight_decay_mode != RADAM_WEIGHT_DECAY_L2) return RADAM_ERROR_SETTING;
    if (const radam_status status = Sgd::check(sgd_of(h, s))) return status;
    return check_hypergrad_lr(s.hypergrad_lr);
  }

  // Fills all of c but struct_size, for checked hyperparameters and step >= 1.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t step, radam_coefficients& c) {
    radam_coefficients sgd;
    Sgd::coefficients_at(sgd_of(h, h.of.sgd_hd), step, sgd);
    fill_common(h, h.learning_rate, c);
    c.of.sgd_hd.sgd = sgd.of.sgd;
    // SGD ignores dampening without momentum, since it has no buffer then.
    if (h.of.sgd_hd.momentum == 0) c.of.sgd_hd.sgd.one_minus_dampening = 1;
    c.of.sgd_hd.hypergrad_lr = static_cast<float>(h.of.sgd_hd.hypergrad_lr);
    c.of.sgd_hd.scale = 1;
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_sgd_hd_coefficients& s = c.of.sgd_hd;
    const bool all = is_sgd(c, s.sgd) && is_valid(s.hypergrad_lr, s.scale);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  static constexpr int kSums = 1;
  static bool needs_param(const radam_coefficients& c) { return c.of.sgd_hd.sgd.l2 != 0; }

  template <class V>
  struct Terms {
    DecayedGradient<V> decayed;

    RADAM_DEVICE explicit Terms(const radam_coefficients& c) : decayed(c.grad_scale, c.of.sgd_hd.sgd.l2) {}

    RADAM_INLINE_MEMBER void of(const Sgd::Lanes<V>& x, typename V::Register (&terms)[2 * kSums]) const {
      terms[0] = decayed.of(x.param, x.grad);
      terms[1] = x.state[0];  // the only one that is loaded
    }
  };

  static radam_coefficients reduce(const radam_coefficients& c, std::int64_t, const double* sums, double* numbers) {
    const radam_sgd_hd_coefficients& s = c.of.sgd_hd;
    radam_coefficients sgd = sgd_of(c, s.sgd);
    if (is_nesterov(c)) sgd.mode = RADAM_MODE_KEEPS_UPDATE;
    sgd.of.sgd.step_size = descend(s.hypergrad_lr, s.scale, s.sgd.l2, sums[0], numbers, sgd);
    return sgd;
  }
};

}  // namespace

#endif
