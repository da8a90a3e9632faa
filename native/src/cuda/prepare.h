// The preparation of a step on the device.
#ifndef RADAM_SRC_CUDA_PREPARE_H
#define RADAM_SRC_CUDA_PREPARE_H

#include <cmath>
#include <cstdint>

#include "../algorithm/algorithms.h"
#include "kernels.h"

namespace {

// The factor by which clipping multiplies gradients of a norm, as in torch.nn.utils.clip_grad_norm_.
RADAM_DEVICE inline double clip_factor(const radam_cuda_step_options& o, double norm) {
  if (!(o.max_grad_norm > 0)) return 1;
  const double factor = o.max_grad_norm / (norm + 1e-6);
  return factor < 1 ? factor : 1;
}

RADAM_DEVICE inline bool skips_non_finite(const radam_cuda_step_options& o) {
  return o.skip_non_finite != 0 || o.max_grad_norm > 0;
}

// The hyperparameters of the step that a control asks for.
RADAM_DEVICE inline radam_hyperparameters hyperparameters_of_step(radam_hyperparameters h,
                                                                  const radam_cuda_control& control, double factor) {
  h.learning_rate = control.learning_rate;
  h.grad_scale *= control.grad_scale * factor;
  return h;
}

RADAM_DEVICE inline double larger_or_nan(double a, double b) { return a > b || a != a ? a : b; }

// Statistics of all gradients, scaled as in the step.
struct TotalStatistics {
  double sum_of_squares = 0, max_abs = 0;
  std::int64_t non_finite = 0;
};

RADAM_DEVICE inline TotalStatistics scaled(const radam::cuda::Preparation& p, std::int64_t tensor) {
  const std::int32_t group = p.group_of[tensor];
  TotalStatistics total;
  if (group == RADAM_CUDA_NO_GROUP) return total;
  const radam_statistics& s = p.statistics[tensor];
  const double scale = p.hyperparameters[group].grad_scale * p.controls[group].grad_scale;
  total.sum_of_squares = s.sum_of_squares * scale * scale;
  total.max_abs = static_cast<double>(s.max_abs) * scale;
  total.non_finite = s.non_finite;
  return total;
}

RADAM_DEVICE inline void add(TotalStatistics& total, const TotalStatistics& other) {
  total.sum_of_squares += other.sum_of_squares;
  total.max_abs = larger_or_nan(total.max_abs, other.max_abs);
  total.non_finite += other.non_finite;
}

RADAM_DEVICE inline radam_statistics statistics_of(const TotalStatistics& total) {
  return {sizeof(radam_statistics), static_cast<float>(total.max_abs), total.sum_of_squares, total.non_finite};
}

// What holds for all groups.
struct Decision {
  double factor = 1;  // of clipping by norm
  bool skipped = false;
};

RADAM_DEVICE inline Decision decide(const radam_cuda_step_options& o, const TotalStatistics& total) {
  Decision d;
  d.factor = clip_factor(o, std::sqrt(total.sum_of_squares));
  d.skipped = skips_non_finite(o) && total.non_finite > 0;
  return d;
}

// Whether values of a group are out of range. Writes the reason into its control.
RADAM_DEVICE inline bool has_invalid_values(const radam::cuda::Preparation& p, const Decision& d, std::int64_t group) {
  radam_cuda_control& control = p.controls[group];
  // For gradients that are not finite, the factor may be NaN. The step is skipped anyway then, and the values are not
  // to blame.
  control.status = RADAM_OK;
  if (!d.skipped && (control.step < 0 || control.step == INT64_MAX)) {
    control.status = RADAM_ERROR_STEP;
  } else if (!d.skipped) {
    control.status = check(hyperparameters_of_step(p.hyperparameters[group], control, d.factor));
  }
  return control.status != RADAM_OK;
}

// Computes the group's coefficients for its next step and counts the step; or counts a skipped step.
RADAM_DEVICE inline void prepare_group(const radam::cuda::Preparation& p, const Decision& d, std::int64_t number) {
  radam_cuda_control& control = p.controls[number];
  radam::cuda::Group& group = p.groups[number];
  control.was_skipped = group.skip = d.skipped ? 1 : 0;
  if (d.skipped) {
    ++control.skipped;
    return;
  }
  ++control.step;
  const radam_hyperparameters h = hyperparameters_of_step(p.hyperparameters[number], control, d.factor);
  coefficients_at(h, control.step, group.coefficients);
  group.step = control.step;
  group.clip_value = p.options.clip_value;
  group.zero_grad = p.options.zero_grad;
}

}  // namespace

#endif
