// Steps, and what goes before them: checks arguments, then launches. Nothing is queued before every check has passed.
#include <cstring>

#include "../algorithm/algorithms.h"
#include "../fp_environment.h"
#include "launch.h"
#include "structs.h"

namespace radam::cuda {

radam_status open(const radam_cuda_plan* plan, Opaque& opaque) {
  if (plan == nullptr) return RADAM_ERROR_NULL;
  if (!radam::Versioned<radam_cuda_plan>(*plan).is_known()) return RADAM_ERROR_STRUCT_SIZE;
  std::memcpy(&opaque, plan->opaque, sizeof opaque);
  if (opaque.magic != kMagic) return RADAM_CUDA_ERROR_PLAN;
  return RADAM_OK;
}

namespace {

// Copies and checks the options of a step, which may be null. is_prepared: also those of prepared steps alone.
radam_status take_options(const radam_cuda_step_options* from, const Opaque& opaque, bool is_prepared,
                          radam_cuda_step_options& to) {
  to = {};
  if (from == nullptr) return RADAM_OK;
  if (const radam_status status = take(*from, to)) return status;
  if (is_prepared) {
    to.clip_values = nullptr;
    to.projections = nullptr;
  } else {
    to.skip_non_finite = 0;
    to.max_grad_norm = 0;
  }
  if (!is_flag(to.zero_grad) || !is_flag(to.skip_non_finite)) return RADAM_ERROR_SETTING;
  if (!(to.clip_value >= 0) || !(to.max_grad_norm >= 0)) return RADAM_ERROR_CLIP;
  return to.zero_grad != 0 && opaque.has_updates != 0 ? RADAM_ERROR_OUTPUT : RADAM_OK;
}

bool projects_rows(const radam_cuda_step_options& o, std::int64_t group) {
  return o.projections != nullptr && o.projections[group] == RADAM_PROJECTION_ROWS;
}

// Checks the projection of a group, of options that have some, with coefficients of a plan of that algorithm, which are
// checked.
radam_status check_projection(const radam_cuda_step_options& o, std::int64_t group, std::int32_t algorithm,
                              radam_coefficients c) {
  const std::int32_t projection = o.projections[group];
  if (projection < RADAM_PROJECTION_NONE || projection > RADAM_PROJECTION_TENSOR) return RADAM_ERROR_SETTING;
  if (projection != RADAM_PROJECTION_ROWS) return RADAM_OK;
  if (!is_by_rows(algorithm) || c.algorithm != stepped_by(algorithm)) return RADAM_ERROR_ALGORITHM;
  *row_decay_of(c) = 1;  // as if it were that of a row
  if (const radam_status status = check(c)) return status;
  if (o.row_decay == nullptr) return RADAM_ERROR_NULL;
  if (!is_aligned(o.row_decay, 1, sizeof(float))) return RADAM_CUDA_ERROR_ALIGNMENT;
  return RADAM_OK;
}

}  // namespace
}  // namespace radam::cuda

using namespace radam::cuda;

radam_status radam_cuda_set_coefficients(radam_cuda_plan* plan, const radam_coefficients* coefficients,
                                         const int64_t* steps, const radam_cuda_step_options* options, void* stream) {
  Opaque opaque;
  if (const radam_status status = open(plan, opaque)) return status;
  if (coefficients == nullptr || steps == nullptr) return RADAM_ERROR_NULL;
  const radam::FpEnvironment environment;
  const Structs<radam_coefficients> all(coefficients);
  radam_coefficients first;
  if (const radam_status status = all.get(0, first)) return status;
  if (first.algorithm != plan->algorithm && first.algorithm != stepped_by(plan->algorithm))
    return RADAM_ERROR_ALGORITHM;
  for (std::int32_t i = 0; i < plan->groups; ++i) {
    radam_coefficients c;
    if (const radam_status status = all.get(i, c)) return status;
    if (c.algorithm != first.algorithm) return RADAM_ERROR_ALGORITHM;
    if (const radam_status status = check(c)) return status;
    if (steps[i] < 1) return RADAM_ERROR_STEP;
  }
  radam_cuda_step_options o;
  if (const radam_status status = take_options(options, opaque, false, o)) return status;
  bool any_rows = false;
  for (std::int32_t i = 0; i < plan->groups; ++i) {
    if (o.clip_values != nullptr && !(o.clip_values[i] >= 0)) return RADAM_ERROR_CLIP;
    if (o.projections == nullptr) continue;
    radam_coefficients c;
    all.get(i, c);
    if (const radam_status status = check_projection(o, i, plan->algorithm, c)) return status;
    any_rows = any_rows || projects_rows(o, i);
  }
  const OnDevice current(plan->device);
  if (current.status() != RADAM_OK) return current.status();
  if (any_rows)
    if (const radam_status status = check_pointer(plan->device, o.row_decay)) return status;

  if (is_layerwise(plan->algorithm)) {
    opaque.set_algorithm = first.algorithm;
    std::memcpy(plan->opaque, &opaque, sizeof opaque);
  }
  return launch_batches(
      upload_groups_kernel, plan->groups, stream,
      [&](std::int64_t i) {
        Group group{};
        all.get(i, group.coefficients);
        group.step = steps[i];
        group.clip_value = o.clip_values != nullptr ? o.clip_values[i] : o.clip_value;
        group.zero_grad = o.zero_grad;
        group.row_decay = projects_rows(o, i) ? o.row_decay : nullptr;
        return group;
      },
      at<Group>(*plan, opaque.layout.groups));
}

radam_status radam_cuda_step(radam_cuda_plan* plan, void* stream) {
  Opaque opaque;
  if (const radam_status status = open(plan, opaque)) return status;
  const bool is_reduced = opaque.set_algorithm == stepped_by(plan->algorithm);
  if (is_layerwise(plan->algorithm) && !is_reduced) return RADAM_ERROR_SUMS;
  const OnDevice current(plan->device);
  if (current.status() != RADAM_OK) return current.status();
  const auto* const tensors = at<DeviceTensor>(*plan, opaque.layout.tensors);
  const auto* const groups = at<Group>(*plan, opaque.layout.groups);
  for (int c = 0; c < kCombinations; ++c) {
    const Opaque::Range& range = opaque.steps[c];
    if (range.units == 0) continue;
    const Segment segment{tensors + range.first, range.count, range.units};
    if (const radam_status status =
            launch(step_kernel_of(plan->algorithm, c), range.grid, kThreads, stream, segment, groups))
      return status;
  }
  return RADAM_OK;
}

radam_status radam_cuda_prepare(radam_cuda_plan* plan, const radam_hyperparameters* hyperparameters,
                                radam_cuda_control* controls, const radam_statistics* statistics,
                                const radam_cuda_step_options* options, radam_statistics* total, void* stream) {
  Opaque opaque;
  if (const radam_status status = open(plan, opaque)) return status;
  if (hyperparameters == nullptr || controls == nullptr) return RADAM_ERROR_NULL;
  if (is_layerwise(plan->algorithm)) return RADAM_ERROR_SUMS;
  const radam::FpEnvironment environment;
  const Structs<radam_hyperparameters> all(hyperparameters);
  for (std::int32_t i = 0; i < plan->groups; ++i) {
    radam_hyperparameters h;
    if (const radam_status status = all.get(i, h)) return status;
    if (h.algorithm != plan->algorithm) return RADAM_ERROR_ALGORITHM;
    if (const radam_status status = check(h)) return status;
  }
  Preparation p{};
  if (const radam_status status = take_options(options, opaque, true, p.options)) return status;
  const bool needs_statistics = p.options.skip_non_finite != 0 || p.options.max_grad_norm > 0 || total != nullptr;
  if (statistics == nullptr && needs_statistics) return RADAM_ERROR_NULL;
  const OnDevice current(plan->device);
  if (current.status() != RADAM_OK) return current.status();

  auto* const to = at<radam_hyperparameters>(*plan, opaque.layout.hyperparameters);
  const auto item = [&](std::int64_t i) {
    radam_hyperparameters h;
    all.get(i, h);
    return h;
  };
  if (const radam_status status = launch_batches(upload_hyperparameters_kernel, plan->groups, stream, item, to))
    return status;
  p.hyperparameters = to;
  p.controls = controls;
  p.groups = at<Group>(*plan, opaque.layout.groups);
  p.group_count = plan->groups;
  p.group_of = at<std::int32_t>(*plan, opaque.layout.group_of);
  p.statistics = statistics;
  p.tensors = plan->tensors;
  p.total = total;
  return launch(prepare_kernel, 1, kPrepareThreads, stream, p);
}
