// The C ABI: checks arguments, then hands over. Nothing is changed before every check has passed.
#include <radam/radam.h>

#include <cstdint>

#include "check_buffers.h"
#include "check_coefficients.h"
#include "dispatch.h"
#include "fp_environment.h"
#include "kernels.h"
#include "presets.h"
#include "schedule.h"
#include "status_sentence.h"

namespace {

unsigned kernel_index(const radam_coefficients& c, bool amsgrad) {
  unsigned index = static_cast<unsigned>(c.mode);
  if (c.l2 != 0) index |= radam::kL2;
  if (c.decay != 0) index |= radam::kDecay;
  if (amsgrad) index |= radam::kAmsgrad;
  if (c.one_minus_beta1 >= 0.5f || c.one_minus_beta2 >= 0.5f) index |= radam::kStepBack;
  return index;
}

// The target to run; null if there is none.
const radam::Target* runnable(std::int32_t id) {
  const radam::Target* target = id == RADAM_TARGET_AUTO ? radam::default_target() : radam::find_target(id);
  return target != nullptr && radam::can_run(*target) ? target : nullptr;
}

}  // namespace

int32_t radam_abi_version(void) { return RADAM_ABI_VERSION; }

const char* radam_version(void) { return RADAM_VERSION; }

const char* radam_status_string(radam_status status) {
  return status == RADAM_ERROR_TARGET ? radam::available_targets_message() : radam::status_sentence(status);
}

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
  return check(*h);
}

radam_status radam_coefficients_at(const radam_hyperparameters* h, int64_t step, radam_coefficients* c) {
  if (h == nullptr || c == nullptr) return RADAM_ERROR_NULL;
  if (h->struct_size != sizeof *h || c->struct_size != sizeof *c) return RADAM_ERROR_STRUCT_SIZE;
  if (step < 1) return RADAM_ERROR_STEP;
  const radam::FpEnvironment environment;
  if (const radam_status status = check(*h)) return status;
  coefficients_at(*h, step, *c);
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
  if (const radam_status status = radam::check(buffers, begin, end)) return status;
  const radam::Target* found = runnable(target);
  if (found == nullptr) return RADAM_ERROR_TARGET;

  found->kernels->kernels[kernel_index(*c, max_exp_avg_sq != nullptr)](*c, buffers, begin, end);
  return RADAM_OK;
}

radam_status radam_step(int32_t target, const radam_coefficients* c, const radam_tensor* t, int64_t begin, int64_t end,
                        void* param, void* grad, void* param_copy, float* param_average) {
  if (c == nullptr || t == nullptr) return RADAM_ERROR_NULL;
  if (c->struct_size != sizeof *c || t->struct_size != sizeof *t) return RADAM_ERROR_STRUCT_SIZE;
  const radam::FpEnvironment environment;
  if (const radam_status status = check(*c)) return status;
  const radam::Tensor tensor{*t, param, grad, param_copy, param_average};
  if (const radam_status status = radam::check(tensor, begin, end)) return status;
  const radam::Target* found = runnable(target);
  if (found == nullptr) return RADAM_ERROR_TARGET;
  if (begin == end) return RADAM_OK;

  const radam::Kernel kernel = found->kernels->kernels[kernel_index(*c, t->max_exp_avg_sq != nullptr)];
  if (radam::is_plain(tensor)) {
    kernel(*c,
           {static_cast<float*>(param), static_cast<const float*>(grad), static_cast<float*>(t->exp_avg),
            static_cast<float*>(t->exp_avg_sq), static_cast<float*>(t->max_exp_avg_sq)},
           begin, end);
  } else {
    found->kernels->step_blocks(*c, kernel, tensor, begin, end);
  }
  return RADAM_OK;
}

radam_status radam_gradient_statistics(int32_t target, int32_t grad_type, int64_t begin, int64_t end,
                                       const void* grad, radam_statistics* s) {
  if (s == nullptr) return RADAM_ERROR_NULL;
  if (s->struct_size != sizeof *s) return RADAM_ERROR_STRUCT_SIZE;
  if (const radam_status status = radam::check_gradient(grad_type, grad, begin, end)) return status;
  const radam::Target* found = runnable(target);
  if (found == nullptr) return RADAM_ERROR_TARGET;
  const radam::FpEnvironment environment;
  found->kernels->gradient_statistics(grad_type, grad, begin, end, *s);
  return RADAM_OK;
}
