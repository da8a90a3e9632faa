// What the device decides before a step.
#ifndef RADAM_SRC_CUDA_PREPARE_H
#define RADAM_SRC_CUDA_PREPARE_H

#include <cmath>
#include <cstdint>

#include "../schedule.h"
#include "layout.h"

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

// Whether a step can be made.
RADAM_DEVICE inline radam_status check_step(const radam_hyperparameters& h, const radam_cuda_control& control) {
  if (control.step < 0) return RADAM_ERROR_STEP;
  return check(h);
}

// Makes the group ready for the control's next step, and counts it.
RADAM_DEVICE inline void make_ready(const radam_hyperparameters& h, const radam_cuda_step_options& o,
                                    radam_cuda_control& control, radam::cuda::Group& group) {
  ++control.step;
  control.was_skipped = 0;
  coefficients_at(h, control.step, group.coefficients);
  group.step = control.step;
  group.clip_value = o.clip_value;
  group.zero_grad = o.zero_grad;
  group.skip = 0;
}

RADAM_DEVICE inline void skip(radam_cuda_control& control, radam::cuda::Group& group) {
  ++control.skipped;
  control.was_skipped = 1;
  group.skip = 1;
}

}  // namespace

#endif
