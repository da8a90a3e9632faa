// What the device decides before a step.
#ifndef RADAM_SRC_CUDA_PREPARE_H
#define RADAM_SRC_CUDA_PREPARE_H

#include <cmath>
#include <cstdint>

#include "../algorithm/algorithms.h"
#include "kernels.h"

namespace {

// What gradients of a norm are multiplied by: as torch.nn.utils.clip_grad_norm_ has it.
RADAM_DEVICE inline double clip_factor(const radam_cuda_step_options& o, double norm) {
  if (!(o.max_grad_norm > 0)) return 1;
  const double factor = o.max_grad_norm / (norm + 1e-6);
  return factor < 1 ? factor : 1;
}

RADAM_DEVICE inline bool skips_non_finite(const radam_cuda_step_options& o) {
  return o.skip_non_finite != 0 || o.max_grad_norm > 0;
}

// The hyperparameters of the step that a control asks for.
RADAM_DEVICE inline radam_hyperparameters present(radam_hyperparameters h, const radam_cuda_control& control,
                                                  double factor) {
  h.learning_rate = control.learning_rate;
  h.grad_scale *= control.grad_scale * factor;
  return h;
}

RADAM_DEVICE inline double larger_or_nan(double a, double b) { return a > b || a != a ? a : b; }

// Of all gradients, scaled as they are stepped by.
struct Total {
  double sum_of_squares = 0, max_abs = 0;
  std::int64_t non_finite = 0;
};

RADAM_DEVICE inline Total scaled(const radam::cuda::Preparation& p, std::int64_t tensor) {
  const std::int32_t group = p.group_of[tensor];
  Total total;
  if (group == RADAM_CUDA_NO_GROUP) return total;
  const radam_statistics& s = p.statistics[tensor];
  const double scale = p.hyperparameters[group].grad_scale * p.controls[group].grad_scale;
  total.sum_of_squares = s.sum_of_squares * scale * scale;
  total.max_abs = static_cast<double>(s.max_abs) * scale;
  total.non_finite = s.non_finite;
  return total;
}

RADAM_DEVICE inline void add(Total& total, const Total& other) {
  total.sum_of_squares += other.sum_of_squares;
  total.max_abs = larger_or_nan(total.max_abs, other.max_abs);
  total.non_finite += other.non_finite;
}

RADAM_DEVICE inline radam_statistics statistics_of(const Total& total) {
  return {sizeof(radam_statistics), static_cast<float>(total.max_abs), total.sum_of_squares, total.non_finite};
}

// What all groups do alike.
struct Decision {
  double factor = 1;  // that gradients are clipped by
  bool skipped = false;
};

RADAM_DEVICE inline Decision decide(const radam_cuda_step_options& o, const Total& total) {
  Decision d;
  d.factor = clip_factor(o, std::sqrt(total.sum_of_squares));
  d.skipped = skips_non_finite(o) && total.non_finite > 0;
  return d;
}

// Whether a group refuses the step; its control says why.
RADAM_DEVICE inline bool refuses(const radam::cuda::Preparation& p, const Decision& d, std::int64_t group) {
  radam_cuda_control& control = p.controls[group];
  // A factor for gradients that are not finite need not be a number; it is not what is wrong then.
  control.status = RADAM_OK;
  if (!d.skipped)
    control.status = control.step < 0 ? RADAM_ERROR_STEP : check(present(p.hyperparameters[group], control, d.factor));
  return control.status != RADAM_OK;
}

// Makes the group ready for its control's next step, and counts it; or lets it skip.
RADAM_DEVICE inline void conclude(const radam::cuda::Preparation& p, const Decision& d, std::int64_t number) {
  radam_cuda_control& control = p.controls[number];
  radam::cuda::Group& group = p.groups[number];
  control.was_skipped = group.skip = d.skipped ? 1 : 0;
  if (d.skipped) {
    ++control.skipped;
    return;
  }
  ++control.step;
  coefficients_at(present(p.hyperparameters[number], control, d.factor), control.step, group.coefficients);
  group.step = control.step;
  group.clip_value = p.options.clip_value;
  group.zero_grad = p.options.zero_grad;
}

}  // namespace

#endif
