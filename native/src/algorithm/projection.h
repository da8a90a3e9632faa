// Steps without their part along the parameters, which would only make these longer: Heo et al., "AdamP: Slowing Down
// the Slowdown for Momentum Optimizers on Scale-invariant Weights", ICLR 2021. radam.h documents it
// (radam_coefficients_reduce_rows).
#ifndef RADAM_SRC_ALGORITHM_PROJECTION_H
#define RADAM_SRC_ALGORITHM_PROJECTION_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "hyperparameters.h"
#include "layerwise.h"

namespace {

// What AdamP and SGDP have alike. Each has, besides Stepped and kSummedBuffers of layerwise.h,
//
//   Terms<V>       made from coefficients; its of(x) makes of x.grad the gradient as the rule has it, and returns the
//                  update, also on devices
//   plain(c)       the coefficients of Stepped for a step that is not projected
//   projection(c)  what the projection depends on
//
// An update u without its part along p is u - p (p . u) / (|p| + epsilon)^2. So the step is one with another decay,
// which each row has for itself.
struct Projecting : Layerwise {
  static constexpr bool kByRows = true;

  enum Sum { kGradParam, kGradGrad, kParamParam, kUpdateParam, kSums };
  static_assert(int{kSums} == RADAM_ROW_SUMS);

  RADAM_DEVICE static radam_status check(double delta, double wd_ratio) {
    if (!non_negative(delta) || !finite_as_float(delta)) return RADAM_ERROR_DELTA;
    return non_negative(wd_ratio) && finite_as_float(wd_ratio) ? RADAM_OK : RADAM_ERROR_WD_RATIO;
  }

  template <class Coefficients>
  static bool is_valid(const Coefficients& k) {
    return non_negative(static_cast<double>(k.delta)) && non_negative(static_cast<double>(k.projection_epsilon)) &&
           non_negative(static_cast<double>(k.wd_ratio));
  }
};

struct Projection {
  double delta, epsilon, wd_ratio, step_size, decay;

  // Whether all rows of a view of the tensor are nearly orthogonal to their gradients.
  bool acts(std::int64_t row_length, std::int64_t rows, const double* sums) const {
    const double limit = delta / std::sqrt(static_cast<double>(row_length));
    for (std::int64_t row = 0; row < rows; ++row) {
      const double* const of = sums + row * RADAM_ROW_SUMS;
      const double norms = std::sqrt(of[Projecting::kGradGrad] * of[Projecting::kParamParam]);
      const double cosine = std::fabs(of[Projecting::kGradParam]) / (norms < epsilon ? epsilon : norms);
      if (!(cosine < limit)) return false;  // also where it is NaN
    }
    return true;
  }

  // Where the update is not finite, so that NaN stays with its elements, there is only the weight decay.
  float decay_of(const double* sums) const {
    const double along = sums[Projecting::kUpdateParam];
    const double norm = std::sqrt(sums[Projecting::kParamParam]) + epsilon;
    const double part = step_size * along / (norm * norm);
    return reduced(decay * wd_ratio - (std::isfinite(part) ? part : 0), 1);
  }
};

// Fills r, and row_decay where rows are projected. Returns a RADAM_PROJECTION_....
template <class Algorithm>
std::int32_t project(const radam_coefficients& c, std::int64_t row_length, std::int64_t rows, const double* sums,
                     float* row_decay, radam_coefficients& r) {
  r = Algorithm::plain(c);
  if (rows == 0) return RADAM_PROJECTION_NONE;
  const Projection projection = Algorithm::projection(c);
  if (projection.acts(row_length, rows, sums)) {
    for (std::int64_t row = 0; row < rows; ++row) row_decay[row] = projection.decay_of(sums + row * RADAM_ROW_SUMS);
    return RADAM_PROJECTION_ROWS;
  }
  double all[RADAM_ROW_SUMS] = {};
  for (std::int64_t i = 0; i < rows * RADAM_ROW_SUMS; ++i) all[i % RADAM_ROW_SUMS] += sums[i];
  if (!projection.acts(row_length * rows, 1, all)) return RADAM_PROJECTION_NONE;
  Algorithm::Stepped::decay(r) = projection.decay_of(all);
  return RADAM_PROJECTION_TENSOR;
}

}  // namespace

#endif
