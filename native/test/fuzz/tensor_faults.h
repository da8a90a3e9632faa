// The faults of a radam_tensor and its buffers.
#ifndef RADAM_TEST_FUZZ_TENSOR_FAULTS_H
#define RADAM_TEST_FUZZ_TENSOR_FAULTS_H

#include <cstdint>

#include <radam/radam.h>

#include "faults.h"

namespace radam_test {

struct TensorBuffers {
  void* param = nullptr;
  void* grad = nullptr;
  void* param_copy = nullptr;
  float* param_average = nullptr;
};

inline Faults faults_of_settings(const radam_tensor& t, const TensorBuffers& b) {
  Faults f = 0;
  for (const std::int32_t choice : {t.grad_type, t.state_type, t.param_rounding, t.state_rounding})
    f |= fault_if(!is_one_of(choice, 3), RADAM_ERROR_TYPE);
  f |= fault_if(!is_one_of(t.param_type, 4), RADAM_ERROR_TYPE);
  const bool copy = b.param_copy != nullptr && t.param_type != RADAM_TYPE_SPLIT;
  const bool update = t.output == RADAM_OUTPUT_UPDATE;
  f |= fault_if(copy && !is_one_of(t.copy_type, 3), RADAM_ERROR_TYPE);
  f |= fault_if(copy && (t.param_type != RADAM_TYPE_F32 || t.copy_type == RADAM_TYPE_F32), RADAM_ERROR_COPY);
  f |= fault_if(!is_one_of(t.zero_grad, 2) || !is_one_of(t.lookahead, 2), RADAM_ERROR_SETTING);
  const bool average = b.param_average != nullptr && t.lookahead != 1;
  f |= fault_if(!is_one_of(t.output, 2) || (update && (copy || average || t.zero_grad != 0)), RADAM_ERROR_OUTPUT);
  const bool rows = t.grad_mean != nullptr || t.row_decay != nullptr;
  f |= fault_if(rows && t.row_length < 1, RADAM_ERROR_ROW_LENGTH);
  f |= fault_if(t.step < 1, RADAM_ERROR_STEP);
  f |= fault_if(!(t.clip_value >= 0), RADAM_ERROR_CLIP);
  return f | fault_if(!is_in_unit_interval(static_cast<double>(t.average_rate)), RADAM_ERROR_AVERAGE);
}

inline std::int64_t bytes_of_type(std::int32_t type) { return type == RADAM_TYPE_F32 ? 4 : 2; }

inline std::int64_t bytes_of_state(std::int32_t type) {
  return type == RADAM_STATE_F32 ? 4 : type == RADAM_STATE_BF16 ? 2 : 1;
}

// For coefficients without a fault, and steps with some buffers. needs_main: param and grad must not be null.
inline Faults faults_of_tensor(const radam_coefficients& c, int buffers, const radam_tensor& t, const TensorBuffers& b,
                               std::int64_t begin, std::int64_t end, bool needs_main = true) {
  const Faults of_settings = faults_of_settings(t, b);
  const bool blocks = t.state_type == RADAM_STATE_BLOCK8;
  Faults of_range = faults_of_range(begin, end);
  of_range |= fault_if(end > t.length || t.first < 0 || t.length > INT64_MAX - t.first, RADAM_ERROR_RANGE);
  if (blocks && of_range == 0)
    of_range |= fault_if(begin % RADAM_BLOCK_SIZE != 0 || t.first % RADAM_BLOCK_SIZE != 0 ||
                             (end % RADAM_BLOCK_SIZE != 0 && end != t.length), RADAM_ERROR_BLOCK);
  if ((of_settings | of_range) != 0 || begin == end) return of_settings | of_range;

  Faults f = fault_if(needs_main && (b.param == nullptr || b.grad == nullptr), RADAM_ERROR_NULL);
  const bool split = t.param_type == RADAM_TYPE_SPLIT;
  f |= fault_if(split && b.param_copy == nullptr, RADAM_ERROR_NULL);
  f |= fault_if(t.lookahead == 1 && b.param_average == nullptr, RADAM_ERROR_NULL);
  Extents extents;
  extents.add(b.param, bytes_of_type(t.param_type), begin, end);
  extents.add(b.grad, bytes_of_type(t.grad_type), begin, end);
  extents.add(b.param_copy, split ? 2 : bytes_of_type(t.copy_type), begin, end);
  extents.add(b.param_average, 4, begin, end);
  for (const float* of_rows : {t.grad_mean, t.row_decay}) {
    if (of_rows == nullptr) continue;
    const std::int64_t first_row = t.first / t.row_length;
    extents.add(of_rows, 4, (t.first + begin) / t.row_length - first_row,
                (t.first + end - 1) / t.row_length - first_row + 1);
  }
  for (int k = 0; k < buffers; ++k) {
    if (t.state[k] == nullptr) {
      f |= fault_if(needs_state(c, k), RADAM_ERROR_NULL);
      continue;
    }
    extents.add(t.state[k], bytes_of_state(t.state_type), begin, end);
    if (!blocks) continue;
    f |= fault_if(t.state_scale[k] == nullptr, RADAM_ERROR_NULL);
    extents.add(t.state_scale[k], 4, begin / RADAM_BLOCK_SIZE, (end + RADAM_BLOCK_SIZE - 1) / RADAM_BLOCK_SIZE);
  }
  return f | extents.faults();
}

}  // namespace radam_test

#endif
