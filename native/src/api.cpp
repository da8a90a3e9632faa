// The C ABI: checks arguments, then hands over. Nothing is changed before every check has passed.
#include <radam/radam.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "algorithm/algorithms.h"
#include "check_buffers.h"
#include "dispatch.h"
#include "fp_environment.h"
#include "kernels.h"
#include "pattern.h"
#include "status_sentence.h"
#include "versioned.h"

namespace {

// The target to run; null if there is none.
const radam::Target* runnable(std::int32_t id) {
  const radam::Target* target = id == RADAM_TARGET_AUTO ? radam::default_target() : radam::find_target(id);
  return target != nullptr && radam::can_run(*target) ? target : nullptr;
}

// The float32 step of one algorithm. That is known here, so that nothing below asks for it again: for a small tensor
// the questions would take as long as the step.
template <class Algorithm>
radam_status step_f32(int32_t target, const radam_coefficients& c, int64_t begin, int64_t end, float* param,
                      const float* grad, float* const* state) {
  if (const radam_status status = check<Algorithm>(c)) return status;
  radam::Buffers buffers{param, grad, {}};
  if (state != nullptr)
    for (int k = 0; k < step_buffers<Algorithm>(c); ++k) buffers.state[k] = state[k];
  const unsigned present = radam::present_state(buffers.state, Algorithm::kBuffers);
  if (const radam_status status = radam::check_buffers<Algorithm>(c, buffers, present, begin, end)) return status;
  const radam::Target* found = runnable(target);
  if (found == nullptr) return RADAM_ERROR_TARGET;
  found->kernels->kernel<Algorithm>(c, present)(c, buffers, begin, end);
  return RADAM_OK;
}

// The step of a tensor by checked coefficients.
radam_status step(int32_t target, const radam_coefficients& c, radam::Tensor& tensor, int64_t begin, int64_t end) {
  if (const radam_status status = radam::check_tensor(c, tensor, begin, end)) return status;
  const radam::Target* found = runnable(target);
  if (found == nullptr) return RADAM_ERROR_TARGET;
  if (begin == end) return RADAM_OK;

  tensor.leave_idle_slow_weights();
  const int count = with_algorithm(c.algorithm, 0, [&](auto a) { return step_buffers<decltype(a)>(c); });
  const unsigned present = radam::present_state(tensor.state, count);
  const radam::Kernel kernel = found->kernels->kernel(c, present);
  if (radam::is_plain(tensor)) {
    radam::Buffers buffers{static_cast<float*>(tensor.param), static_cast<const float*>(tensor.grad), {}};
    for (int k = 0; k < count; ++k) buffers.state[k] = static_cast<float*>(tensor.state[k]);
    kernel(c, buffers, begin, end);
  } else {
    found->kernels->step_blocks(c, kernel, tensor, begin, end);
  }
  return RADAM_OK;
}

// Gives coefficients a decay, so that their kernel is one with decay. Each row then has its own.
radam_status take_row_decay(radam_coefficients& c) {
  float* const decay = row_decay_of(c);
  if (decay == nullptr) return RADAM_ERROR_ALGORITHM;
  *decay = 1;
  return check(c);
}

// Whether sums of an older header have all that an algorithm's step depends on.
bool has_all_sums(std::int32_t algorithm, const radam_sums& s) {
  const std::size_t values = static_cast<std::size_t>(sum_count(algorithm)) * sizeof(double);
  return s.struct_size >= offsetof(radam_sums, values) + values;
}

// A tensor to which nothing is written. What follows the step is not there.
radam::Tensor to_read(const radam_tensor& t, const void* param, const void* grad, const void* param_copy) {
  const bool split = t.param_type == RADAM_TYPE_SPLIT;
  radam::Tensor tensor{t, const_cast<void*>(param), const_cast<void*>(grad),
                       split ? const_cast<void*>(param_copy) : nullptr, nullptr};
  tensor.lookahead = 0;
  tensor.average_rate = 0;
  tensor.row_decay = nullptr;
  return tensor;
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

int32_t radam_best_target(void) { return radam::best_target().id; }

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

const char* radam_target_pattern(int32_t target) {
  const radam::Target* found = runnable(target);
  return found != nullptr ? radam::name_of(radam::pattern_in_use(found->id)) : nullptr;
}

radam_status radam_set_target_pattern(int32_t target, const char* pattern) {
  const radam::Target* found = runnable(target);
  if (found == nullptr) return RADAM_ERROR_TARGET;
  if (pattern == nullptr) {
    radam::use_pattern(found->id, radam::suited_pattern(found->id));
    return RADAM_OK;
  }
  for (const radam::Pattern each : radam::kEveryPattern) {
    if ((found->kernels->patterns & radam::set_of(each)) == 0 || std::strcmp(radam::name_of(each), pattern) != 0)
      continue;
    radam::use_pattern(found->id, each);
    return RADAM_OK;
  }
  return RADAM_ERROR_PATTERN;
}

const char* radam_algorithm_name(int32_t algorithm) {
  return with_algorithm(algorithm, static_cast<const char*>(nullptr), [](auto a) { return decltype(a)::kName; });
}

radam_status radam_hyperparameters_init(radam_hyperparameters* h, int32_t preset) {
  if (h == nullptr) return RADAM_ERROR_NULL;
  if (!radam::has_room(*h)) return RADAM_ERROR_STRUCT_SIZE;
  radam_hyperparameters filled{};
  if (!fill_preset(preset, filled)) return RADAM_ERROR_PRESET;
  radam::write(filled, *h);
  return RADAM_OK;
}

radam_status radam_hyperparameters_check(const radam_hyperparameters* h) {
  if (h == nullptr) return RADAM_ERROR_NULL;
  const radam::Versioned<radam_hyperparameters> known(*h);
  if (!known.is_known()) return RADAM_ERROR_STRUCT_SIZE;
  const radam::FpEnvironment environment;
  return check(known.get());
}

int32_t radam_state_count(int32_t algorithm) { return state_count(algorithm); }

radam_status radam_state_describe(const radam_hyperparameters* h, int32_t index, radam_state_buffer* b) {
  if (h == nullptr || b == nullptr) return RADAM_ERROR_NULL;
  const radam::Versioned<radam_hyperparameters> known(*h);
  if (!known.is_known() || !radam::has_room(*b)) return RADAM_ERROR_STRUCT_SIZE;
  const radam::FpEnvironment environment;
  if (const radam_status status = check(known.get())) return status;
  if (index < 0 || index >= state_count(known.get().algorithm)) return RADAM_ERROR_STATE;
  radam_state_buffer filled = describe_state(known.get(), index);
  radam::write(filled, *b);
  return RADAM_OK;
}

radam_status radam_coefficients_at(const radam_hyperparameters* h, int64_t step, radam_coefficients* c) {
  if (h == nullptr || c == nullptr) return RADAM_ERROR_NULL;
  const radam::Versioned<radam_hyperparameters> known(*h);
  if (!known.is_known() || !radam::has_room(*c)) return RADAM_ERROR_STRUCT_SIZE;
  if (step < 1) return RADAM_ERROR_STEP;
  const radam::FpEnvironment environment;
  if (const radam_status status = check(known.get())) return status;
  radam_coefficients filled{};
  coefficients_at(known.get(), step, filled);
  radam::write(filled, *c);
  return RADAM_OK;
}

radam_status radam_step_f32(int32_t target, const radam_coefficients* c, int64_t begin, int64_t end, float* param,
                            const float* grad, float* const* state) {
  if (c == nullptr) return RADAM_ERROR_NULL;
  const radam::Versioned<radam_coefficients> coefficients(*c);
  if (!coefficients.is_known()) return RADAM_ERROR_STRUCT_SIZE;
  // Before the checks, because they compare coefficients, which could trap or flush in the caller's environment.
  const radam::FpEnvironment environment;
  const radam_status none = is_layerwise(coefficients.get().algorithm) ? RADAM_ERROR_SUMS : RADAM_ERROR_ALGORITHM;
  return with_kernels(coefficients.get().algorithm, none, [&](auto a) {
    return step_f32<decltype(a)>(target, coefficients.get(), begin, end, param, grad, state);
  });
}

radam_status radam_step(int32_t target, const radam_coefficients* c, const radam_tensor* t, int64_t begin, int64_t end,
                        void* param, void* grad, void* param_copy, float* param_average) {
  if (c == nullptr || t == nullptr) return RADAM_ERROR_NULL;
  const radam::Versioned<radam_coefficients> coefficients(*c);
  const radam::Versioned<radam_tensor> settings(*t);
  if (!coefficients.is_known() || !settings.is_known()) return RADAM_ERROR_STRUCT_SIZE;
  const radam::FpEnvironment environment;
  if (const radam_status status = check(coefficients.get())) return status;
  if (is_layerwise(coefficients.get().algorithm)) return RADAM_ERROR_SUMS;
  radam::Tensor tensor{settings.get(), param, grad, param_copy, param_average};
  if (tensor.row_decay != nullptr) {
    radam_coefficients by_rows = coefficients.get();
    if (const radam_status status = take_row_decay(by_rows)) return status;
    return step(target, by_rows, tensor, begin, end);
  }
  return step(target, coefficients.get(), tensor, begin, end);
}

radam_status radam_gradient_statistics(int32_t target, int32_t grad_type, int64_t begin, int64_t end,
                                       const void* grad, radam_statistics* s) {
  if (s == nullptr) return RADAM_ERROR_NULL;
  if (!radam::has_room(*s)) return RADAM_ERROR_STRUCT_SIZE;
  if (const radam_status status = radam::check_gradient(grad_type, grad, begin, end)) return status;
  const radam::Target* found = runnable(target);
  if (found == nullptr) return RADAM_ERROR_TARGET;
  const radam::FpEnvironment environment;
  radam_statistics filled{};
  // Of no elements, the pointer may be null, and there is no adding to that.
  if (begin < end) found->kernels->gradient_statistics(grad_type, grad, begin, end, filled);
  radam::write(filled, *s);
  return RADAM_OK;
}

radam_status radam_gradient_means(int32_t target, int32_t grad_type, int64_t row_length, int64_t begin, int64_t end,
                                  const void* grad, float* mean) {
  if (const radam_status status = radam::check_rows(grad_type, row_length, grad, mean, begin, end)) return status;
  const radam::Target* found = runnable(target);
  if (found == nullptr) return RADAM_ERROR_TARGET;
  const radam::FpEnvironment environment;
  if (begin < end) found->kernels->gradient_means(grad_type, row_length, begin, end, grad, mean);
  return RADAM_OK;
}

radam_status radam_tensor_sums(int32_t target, const radam_coefficients* c, const radam_tensor* t, int64_t begin,
                               int64_t end, const void* param, const void* grad, const void* param_copy,
                               radam_sums* s) {
  if (c == nullptr || t == nullptr || s == nullptr) return RADAM_ERROR_NULL;
  const radam::Versioned<radam_coefficients> coefficients(*c);
  const radam::Versioned<radam_tensor> settings(*t);
  if (!coefficients.is_known() || !settings.is_known() || !radam::has_room(*s)) return RADAM_ERROR_STRUCT_SIZE;
  const radam::FpEnvironment environment;
  if (const radam_status status = check(coefficients.get())) return status;
  if (!is_layerwise(coefficients.get().algorithm)) return RADAM_ERROR_ALGORITHM;
  if (!has_all_sums(coefficients.get().algorithm, *s)) return RADAM_ERROR_STRUCT_SIZE;
  const radam::Tensor tensor = to_read(settings.get(), param, grad, param_copy);
  if (const radam_status status = radam::check_tensor(coefficients.get(), tensor, begin, end)) return status;
  const radam::Target* found = runnable(target);
  if (found == nullptr) return RADAM_ERROR_TARGET;
  radam_sums filled{};
  const std::int32_t algorithm = coefficients.get().algorithm;
  if (begin < end && !is_by_rows(algorithm))
    found->kernels->tensor_sums[algorithm](coefficients.get(), tensor, begin, end, filled.values);
  radam::write(filled, *s);
  return RADAM_OK;
}

radam_status radam_row_sums(int32_t target, const radam_coefficients* c, const radam_tensor* t, int64_t begin,
                            int64_t end, const void* param, const void* grad, const void* param_copy, double* sums) {
  if (c == nullptr || t == nullptr) return RADAM_ERROR_NULL;
  const radam::Versioned<radam_coefficients> coefficients(*c);
  const radam::Versioned<radam_tensor> settings(*t);
  if (!coefficients.is_known() || !settings.is_known()) return RADAM_ERROR_STRUCT_SIZE;
  const radam::FpEnvironment environment;
  if (const radam_status status = check(coefficients.get())) return status;
  if (!is_by_rows(coefficients.get().algorithm)) return RADAM_ERROR_ALGORITHM;
  const radam::Tensor tensor = to_read(settings.get(), param, grad, param_copy);
  if (const radam_status status = radam::check_row_sums(coefficients.get(), tensor, begin, end, sums)) return status;
  const radam::Target* found = runnable(target);
  if (found == nullptr) return RADAM_ERROR_TARGET;
  if (begin < end)
    found->kernels->tensor_sums[coefficients.get().algorithm](coefficients.get(), tensor, begin, end, sums);
  return RADAM_OK;
}

radam_status radam_coefficients_reduce(const radam_coefficients* c, int64_t length, const radam_sums* s,
                                       double* numbers, radam_coefficients* r) {
  if (c == nullptr || s == nullptr || r == nullptr) return RADAM_ERROR_NULL;
  const radam::Versioned<radam_coefficients> coefficients(*c);
  const radam::Versioned<radam_sums> sums(*s);
  if (!coefficients.is_known() || !sums.is_known() || !radam::has_room(*r)) return RADAM_ERROR_STRUCT_SIZE;
  if (length < 0) return RADAM_ERROR_RANGE;
  if (sums.get().reserved != 0) return RADAM_ERROR_SETTING;
  const radam::FpEnvironment environment;
  if (const radam_status status = check(coefficients.get())) return status;
  if (!is_layerwise(coefficients.get().algorithm)) return RADAM_ERROR_ALGORITHM;
  if (!has_all_sums(coefficients.get().algorithm, *s)) return RADAM_ERROR_STRUCT_SIZE;
  if (const radam_status status = check_numbers(coefficients.get().algorithm, numbers)) return status;
  radam_coefficients filled = reduce(coefficients.get(), length, sums.get().values, numbers);
  radam::write(filled, *r);
  return RADAM_OK;
}

radam_status radam_coefficients_reduce_rows(const radam_coefficients* c, int64_t row_length, int64_t rows,
                                            const double* sums, float* row_decay, int32_t* projection,
                                            radam_coefficients* r) {
  if (c == nullptr || projection == nullptr || r == nullptr) return RADAM_ERROR_NULL;
  const radam::Versioned<radam_coefficients> coefficients(*c);
  if (!coefficients.is_known() || !radam::has_room(*r)) return RADAM_ERROR_STRUCT_SIZE;
  const radam::FpEnvironment environment;
  if (const radam_status status = check(coefficients.get())) return status;
  if (!is_by_rows(coefficients.get().algorithm)) return RADAM_ERROR_ALGORITHM;
  if (row_length < 1) return RADAM_ERROR_ROW_LENGTH;
  if (rows < 0 || rows > radam::kMaxElements / row_length) return RADAM_ERROR_RANGE;
  if (rows > 0 && (sums == nullptr || row_decay == nullptr)) return RADAM_ERROR_NULL;
  radam_coefficients filled{};
  *projection = reduce_rows(coefficients.get(), row_length, rows, sums, row_decay, filled);
  radam::write(filled, *r);
  return RADAM_OK;
}
