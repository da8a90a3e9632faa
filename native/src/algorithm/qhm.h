// QHM: SGD whose update is between that of the momentum and that of the gradient alone, as its authors have it.
#ifndef RADAM_SRC_ALGORITHM_QHM_H
#define RADAM_SRC_ALGORITHM_QHM_H

#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "hyperparameters.h"
#include "one_kernel.h"
#include "parts.h"

namespace {

// SGD's rule with Nesterov momentum has no coefficients for it: its factor would be nu / (1 - nu), which is infinite
// for a nu of 1, and for one of 0 means momentum without Nesterov.
struct Qhm : OneKernel {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_QHM;
  static constexpr const char* kName = "qhm";

  enum Buffer { kMomentumBuffer, kBuffers };

  RADAM_DEVICE static constexpr StateBuffer buffer(int) { return {"momentum_buffer", true, 0}; }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_QHM_AUTHORS) return false;
    fill_common(kId, 1, RADAM_WEIGHT_DECAY_L2, h);
    h.of.qhm = {0.999, 0.7};
    return true;
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_qhm& q = h.of.qhm;
    if (const radam_status status = check_settings(h)) return status;
    if (const radam_status status = check_learning_rate(h)) return status;
    if (!is_rate(q.momentum)) return RADAM_ERROR_MOMENTUM;
    if (!(q.nu >= 0 && q.nu <= 1)) return RADAM_ERROR_NU;
    if (const radam_status status = check_weight_decay(h, h.learning_rate)) return status;
    return check_grad_scale(h);
  }

  // Fills all of c but struct_size, for checked hyperparameters. All steps are alike.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t, radam_coefficients& c) {
    const radam_qhm& q = h.of.qhm;
    fill_common(h, h.learning_rate, c);
    radam_qhm_coefficients& k = c.of.qhm;
    k.l2 = l2_of(h);
    k.decay = decay_of(h, h.learning_rate);
    k.step_size = static_cast<float>(h.learning_rate);
    k.momentum = static_cast<float>(q.momentum);
    k.one_minus_momentum = static_cast<float>(1 - q.momentum);
    k.nu = static_cast<float>(q.nu);
    k.one_minus_nu = static_cast<float>(1 - q.nu);
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_qhm_coefficients& q = c.of.qhm;
    const bool rates = in_unit_interval(q.momentum) && in_unit_interval(q.one_minus_momentum) &&
                       in_unit_interval(q.nu) && in_unit_interval(q.one_minus_nu);
    const bool all = c.mode == 0 && rates && finite(q.l2, q.decay, q.step_size) && one_decay(q.l2, q.decay);
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  template <class V>
  struct Constants : OneKernelConstants<V> {
    typename V::Register nu, one_minus_nu;
    Average<V> average;

    RADAM_DEVICE explicit Constants(const radam_coefficients& c)
        : OneKernelConstants<V>(c, c.of.qhm),
          nu(V::broadcast(c.of.qhm.nu)),
          one_minus_nu(V::broadcast(c.of.qhm.one_minus_nu)),
          average(c.of.qhm.momentum, c.of.qhm.one_minus_momentum) {}
  };

  template <class V>
  using Lanes = ::Lanes<V, kBuffers>;

  // Writes the gradient as the rule uses it into x.grad, since the update needs it.
  template <class V>
  RADAM_INLINE void move_state(const Rule&, const Constants<V>& k, Lanes<V>& x) {
    x.grad = scaled_gradient<V>(k, x);
    x.state[kMomentumBuffer] = next<V>(k.average, true, V::in_register(x.state[kMomentumBuffer]), x.grad);
  }

  template <class V>
  RADAM_INLINE typename V::Register update(const Rule&, const Constants<V>& k, const Lanes<V>& x) {
    return V::fma(k.nu, x.state[kMomentumBuffer], V::mul(k.one_minus_nu, x.grad));
  }
};

}  // namespace

#endif
