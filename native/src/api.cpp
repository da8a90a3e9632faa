// The C ABI: checks arguments, then hands over. Nothing is changed before every check has passed.
#include <radam/radam.h>

#include <cmath>
#include <cstdint>

#include "dispatch.h"
#include "fp_environment.h"
#include "kernels.h"
#include "presets.h"
#include "schedule.h"

namespace {

bool in_unit_interval(float x) { return x >= 0 && x <= 1; }

radam_status check(const radam_coefficients& c) {
  const bool known_mode = c.mode >= RADAM_MODE_ADAPTIVE && c.mode <= RADAM_MODE_SECOND_MOMENT_ONLY;
  const bool betas = in_unit_interval(c.beta1) && in_unit_interval(c.one_minus_beta1) && in_unit_interval(c.beta2) &&
                     in_unit_interval(c.one_minus_beta2);
  const bool finite = std::isfinite(c.grad_scale) && std::isfinite(c.l2) && std::isfinite(c.step_size) &&
                      std::isfinite(c.epsilon) && std::isfinite(c.decay);
  return known_mode && betas && finite && c.epsilon >= 0 ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
}

// A buffer's bytes within the range; empty for a null buffer.
struct Span {
  std::uintptr_t first, last;  // last is one past the end
};

constexpr std::uintptr_t kMaxAddress = UINTPTR_MAX;

// Whether elements [0, end) of the buffer fit the address space.
bool fits(const float* buffer, std::int64_t end) {
  const auto address = reinterpret_cast<std::uintptr_t>(buffer);
  return buffer == nullptr || static_cast<std::uint64_t>(end) <= (kMaxAddress - address) / sizeof(float);
}

Span span_of(const float* buffer, std::int64_t begin, std::int64_t end) {
  if (buffer == nullptr) return {0, 0};
  const auto address = reinterpret_cast<std::uintptr_t>(buffer);
  return {address + static_cast<std::uintptr_t>(begin) * sizeof(float),
          address + static_cast<std::uintptr_t>(end) * sizeof(float)};
}

bool overlap(const Span& a, const Span& b) { return a.first < b.last && b.first < a.last; }

radam_status check(const radam::Buffers& b, std::int64_t begin, std::int64_t end) {
  if (begin < 0 || end < begin || end > INT64_MAX / static_cast<std::int64_t>(sizeof(float))) return RADAM_ERROR_RANGE;
  if (begin == end) return RADAM_OK;
  if (!b.param || !b.grad || !b.exp_avg || !b.exp_avg_sq) return RADAM_ERROR_NULL;
  const float* const buffers[] = {b.param, b.grad, b.exp_avg, b.exp_avg_sq, b.max_exp_avg_sq};
  constexpr int count = sizeof buffers / sizeof buffers[0];
  Span spans[count];
  for (int i = 0; i < count; ++i) {
    if (!fits(buffers[i], end)) return RADAM_ERROR_RANGE;
    spans[i] = span_of(buffers[i], begin, end);
    for (int j = 0; j < i; ++j)
      if (overlap(spans[i], spans[j])) return RADAM_ERROR_OVERLAP;
  }
  return RADAM_OK;
}

unsigned kernel_index(const radam_coefficients& c, const radam::Buffers& b) {
  unsigned index = static_cast<unsigned>(c.mode);
  if (c.l2 != 0) index |= radam::kL2;
  if (c.decay != 0) index |= radam::kDecay;
  if (b.max_exp_avg_sq != nullptr) index |= radam::kAmsgrad;
  if (c.one_minus_beta1 >= 0.5f || c.one_minus_beta2 >= 0.5f) index |= radam::kStepBack;
  return index;
}

}  // namespace

int32_t radam_abi_version(void) { return RADAM_ABI_VERSION; }

const char* radam_version(void) { return RADAM_VERSION; }

radam_status radam_select_target(const char* name, int32_t* target) {
  if (target == nullptr) return RADAM_ERROR_NULL;
  const bool named = name != nullptr && *name != '\0';
  const radam::Target* found = named ? radam::find_target(name) : radam::default_target();
  if (found == nullptr || !radam::can_run(*found)) return RADAM_ERROR_TARGET;
  *target = found->id;
  return RADAM_OK;
}

int32_t radam_target_available(int32_t target) {
  if (target == RADAM_TARGET_AUTO) return radam::default_target() != nullptr;
  const radam::Target* found = radam::find_target(target);
  return found != nullptr && radam::can_run(*found);
}

const char* radam_target_name(int32_t target) {
  if (target == RADAM_TARGET_AUTO) return "auto";
  const radam::Target* found = radam::find_target(target);
  return found != nullptr ? found->name : nullptr;
}

radam_status radam_hyperparameters_init(radam_hyperparameters* h, int32_t preset) {
  if (h == nullptr) return RADAM_ERROR_NULL;
  if (h->struct_size != sizeof *h) return RADAM_ERROR_STRUCT_SIZE;
  return radam::fill_preset(*h, preset) ? RADAM_OK : RADAM_ERROR_PRESET;
}

radam_status radam_hyperparameters_check(const radam_hyperparameters* h) {
  if (h == nullptr) return RADAM_ERROR_NULL;
  if (h->struct_size != sizeof *h) return RADAM_ERROR_STRUCT_SIZE;
  const radam::FpEnvironment environment;
  return radam::check(*h);
}

radam_status radam_coefficients_at(const radam_hyperparameters* h, int64_t step, radam_coefficients* c) {
  if (h == nullptr || c == nullptr) return RADAM_ERROR_NULL;
  if (h->struct_size != sizeof *h || c->struct_size != sizeof *c) return RADAM_ERROR_STRUCT_SIZE;
  if (step < 1) return RADAM_ERROR_STEP;
  const radam::FpEnvironment environment;
  if (const radam_status status = radam::check(*h)) return status;
  radam::coefficients_at(*h, step, *c);
  return RADAM_OK;
}

radam_status radam_step_f32(int32_t target, const radam_coefficients* c, int64_t begin, int64_t end, float* param,
                            const float* grad, float* exp_avg, float* exp_avg_sq, float* max_exp_avg_sq) {
  if (c == nullptr) return RADAM_ERROR_NULL;
  if (c->struct_size != sizeof *c) return RADAM_ERROR_STRUCT_SIZE;
  // Before the checks, which compare coefficients: that would trap or flush in the caller's environment.
  const radam::FpEnvironment environment;
  if (const radam_status status = check(*c)) return status;
  const radam::Buffers buffers{param, grad, exp_avg, exp_avg_sq, max_exp_avg_sq};
  if (const radam_status status = check(buffers, begin, end)) return status;
  const radam::Target* found = target == RADAM_TARGET_AUTO ? radam::default_target() : radam::find_target(target);
  if (found == nullptr || !radam::can_run(*found)) return RADAM_ERROR_TARGET;

  found->kernels->kernels[kernel_index(*c, buffers)](*c, buffers, begin, end);
  return RADAM_OK;
}
