// Checks of coefficients, which a caller may have filled by hand.
#ifndef RADAM_SRC_CHECK_COEFFICIENTS_H
#define RADAM_SRC_CHECK_COEFFICIENTS_H

#include <cmath>

#include <radam/radam.h>

namespace {

inline bool in_unit_interval(float x) { return x >= 0 && x <= 1; }

inline radam_status check(const radam_coefficients& c) {
  const bool known_mode = c.mode >= RADAM_MODE_ADAPTIVE && c.mode <= RADAM_MODE_SECOND_MOMENT_ONLY;
  const bool betas = in_unit_interval(c.beta1) && in_unit_interval(c.one_minus_beta1) && in_unit_interval(c.beta2) &&
                     in_unit_interval(c.one_minus_beta2);
  const bool finite = std::isfinite(c.grad_scale) && std::isfinite(c.l2) && std::isfinite(c.step_size) &&
                      std::isfinite(c.epsilon) && std::isfinite(c.decay);
  return known_mode && betas && finite && c.epsilon >= 0 ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
}

}  // namespace

#endif
