#include "check_buffers.h"

#include "algorithm/algorithms.h"
#include "spans.h"
#include "storage/sizes.h"

namespace radam {
namespace {

bool is_type(std::int32_t type) { return type >= RADAM_TYPE_F32 && type <= RADAM_TYPE_F16; }
bool is_param_type(std::int32_t type) { return is_type(type) || type == RADAM_TYPE_SPLIT; }
bool is_state_type(std::int32_t type) { return type >= RADAM_STATE_F32 && type <= RADAM_STATE_BLOCK8; }
bool is_rounding(std::int32_t rounding) {
  return rounding >= RADAM_ROUND_DEFAULT && rounding <= RADAM_ROUND_STOCHASTIC;
}

// The state that an algorithm has.
struct State {
  int count;
  unsigned required;  // bit k is set where a step needs buffer k
};

State state_of(const radam_coefficients& c) {
  return with_algorithm(c.algorithm, State{0, 0}, [&](auto a) {
    return State{step_buffers<decltype(a)>(c), required_state<decltype(a)>(c)};
  });
}

// No coefficients are known yet. Coefficients of 0 require the buffers that all steps require.
State state_of_plan(std::int32_t algorithm) {
  radam_coefficients c{};
  c.algorithm = algorithm;
  return {kernel_buffers(algorithm), state_of(c).required};
}

radam_status check_settings(const Tensor& b) {
  if (!is_param_type(b.param_type) || !is_type(b.grad_type) || !is_state_type(b.state_type) ||
      !is_rounding(b.param_rounding) || !is_rounding(b.state_rounding))
    return RADAM_ERROR_TYPE;
  const bool copy = b.param_copy != nullptr && b.param_type != RADAM_TYPE_SPLIT;
  if (copy) {
    if (!is_type(b.copy_type)) return RADAM_ERROR_TYPE;
    if (b.param_type != RADAM_TYPE_F32 || b.copy_type == RADAM_TYPE_F32) return RADAM_ERROR_COPY;
  }
  if ((b.zero_grad != 0 && b.zero_grad != 1) || (b.lookahead != 0 && b.lookahead != 1)) return RADAM_ERROR_SETTING;
  if (b.output != RADAM_OUTPUT_PARAM && b.output != RADAM_OUTPUT_UPDATE) return RADAM_ERROR_OUTPUT;
  const bool average = b.param_average != nullptr && b.lookahead == 0;
  if (b.output == RADAM_OUTPUT_UPDATE && (copy || average || b.zero_grad != 0)) return RADAM_ERROR_OUTPUT;
  if ((b.grad_mean != nullptr || b.row_decay != nullptr) && b.row_length < 1) return RADAM_ERROR_ROW_LENGTH;
  if (b.step < 1) return RADAM_ERROR_STEP;
  if (!(b.clip_value >= 0)) return RADAM_ERROR_CLIP;
  if (!(b.average_rate >= 0 && b.average_rate <= 1)) return RADAM_ERROR_AVERAGE;
  return RADAM_OK;
}

radam_status check_memory(const State& state, const Tensor& b, std::int64_t begin, std::int64_t end, bool unbound) {
  const bool split = b.param_type == RADAM_TYPE_SPLIT;
  if ((!unbound && (!b.param || !b.grad)) || (split && !b.param_copy)) return RADAM_ERROR_NULL;
  if (b.lookahead != 0 && !b.param_average) return RADAM_ERROR_NULL;
  if ((state.required & ~present_state(b.state, state.count)) != 0) return RADAM_ERROR_NULL;
  const struct {
    const void* buffer;
    std::int64_t element_bytes;
  } buffers[] = {{b.param, size_of_type(b.param_type)},
                 {b.grad, size_of_type(b.grad_type)},
                 {b.param_copy, size_of_type(split ? b.param_type : b.copy_type)},
                 {b.param_average, sizeof(float)}};
  Spans spans;
  for (const auto& buffer : buffers)
    if (const radam_status status = spans.add(buffer.buffer, buffer.element_bytes, begin, end)) return status;
  const float* const all_of_rows[] = {b.grad_mean, b.row_decay};
  for (const float* of_rows : all_of_rows) {
    if (of_rows == nullptr) continue;
    if (const radam_status status = spans.add(of_rows, sizeof(float), b.row_of(begin), b.row_of(end - 1) + 1))
      return status;
  }
  const std::int64_t first_block = begin / RADAM_BLOCK_SIZE, last_block = blocks_of(end);
  for (int k = 0; k < state.count; ++k) {
    if (b.state[k] == nullptr) continue;
    if (const radam_status status = spans.add(b.state[k], size_of_state(b.state_type), begin, end)) return status;
    if (b.state_type != RADAM_STATE_BLOCK8) continue;
    if (b.state_scale[k] == nullptr) return RADAM_ERROR_NULL;
    if (const radam_status status = spans.add(b.state_scale[k], sizeof(float), first_block, last_block)) return status;
  }
  return RADAM_OK;
}

radam_status check(const State& state, const Tensor& b, std::int64_t begin, std::int64_t end, bool unbound) {
  if (const radam_status status = check_settings(b)) return status;
  if (!is_range(begin, end) || end > b.length || b.first < 0 || b.first > INT64_MAX - b.length)
    return RADAM_ERROR_RANGE;
  if (b.state_type == RADAM_STATE_BLOCK8 &&
      (begin % RADAM_BLOCK_SIZE != 0 || (end % RADAM_BLOCK_SIZE != 0 && end != b.length) ||
       b.first % RADAM_BLOCK_SIZE != 0))
    return RADAM_ERROR_BLOCK;
  return begin == end ? RADAM_OK : check_memory(state, b, begin, end, unbound);
}

}  // namespace

radam_status check_tensor(const radam_coefficients& c, const Tensor& b, std::int64_t begin, std::int64_t end) {
  return check(state_of(c), b, begin, end, false);
}

radam_status check_tensor_of_plan(std::int32_t algorithm, const Tensor& b, bool unbound) {
  return check(state_of_plan(algorithm), b, 0, b.length, unbound);
}

radam_status check_row_sums(const radam_coefficients& c, const Tensor& b, std::int64_t begin, std::int64_t end,
                            const double* sums) {
  if (b.row_length < 1) return RADAM_ERROR_ROW_LENGTH;
  if (const radam_status status = check_tensor(c, b, 0, b.length)) return status;
  if (b.first % b.row_length != 0) return RADAM_ERROR_ROW_LENGTH;
  if (!is_range(begin, end) || end > b.length / b.row_length) return RADAM_ERROR_RANGE;
  return begin < end && sums == nullptr ? RADAM_ERROR_NULL : RADAM_OK;
}

radam_status check_gradient(std::int32_t type, const void* grad, std::int64_t begin, std::int64_t end) {
  if (!is_type(type)) return RADAM_ERROR_TYPE;
  if (!is_range(begin, end)) return RADAM_ERROR_RANGE;
  if (begin == end) return RADAM_OK;
  if (grad == nullptr) return RADAM_ERROR_NULL;
  return Spans().add(grad, size_of_type(type), begin, end);
}

radam_status check_rows(std::int32_t type, std::int64_t row_length, const void* grad, const float* mean,
                        std::int64_t begin, std::int64_t end) {
  if (!is_type(type)) return RADAM_ERROR_TYPE;
  if (row_length < 1) return RADAM_ERROR_ROW_LENGTH;
  if (!is_range(begin, end) || end > kMaxElements / row_length) return RADAM_ERROR_RANGE;
  if (begin == end) return RADAM_OK;
  if (grad == nullptr || mean == nullptr) return RADAM_ERROR_NULL;
  Spans spans;
  if (const radam_status status = spans.add(grad, size_of_type(type), begin * row_length, end * row_length))
    return status;
  return spans.add(mean, sizeof(float), begin, end);
}

bool is_plain(const Tensor& b) {
  return b.param_type == RADAM_TYPE_F32 && b.grad_type == RADAM_TYPE_F32 && b.state_type == RADAM_STATE_F32 &&
         b.param_copy == nullptr && b.param_average == nullptr && b.zero_grad == 0 && b.clip_value == 0 &&
         b.grad_mean == nullptr && b.row_decay == nullptr && b.output == RADAM_OUTPUT_PARAM;
}

}  // namespace radam
