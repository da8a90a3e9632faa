#include "check_buffers.h"

namespace radam {
namespace {

// So many elements of any type fit the address space in bytes, as a signed number.
constexpr std::int64_t kMaxElements = INT64_MAX / static_cast<std::int64_t>(sizeof(float));

// The memory of some buffers within a range of elements.
class Spans {
 public:
  // Adds elements [begin, end) of so many bytes each. A null buffer has none.
  radam_status add(const void* buffer, std::uintptr_t element_bytes, std::int64_t begin, std::int64_t end) {
    if (buffer == nullptr) return RADAM_OK;
    const auto address = reinterpret_cast<std::uintptr_t>(buffer);
    if (static_cast<std::uintptr_t>(end) > (UINTPTR_MAX - address) / element_bytes) return RADAM_ERROR_RANGE;
    const Span added{address + static_cast<std::uintptr_t>(begin) * element_bytes,
                     address + static_cast<std::uintptr_t>(end) * element_bytes};
    for (int i = 0; i < count_; ++i)
      if (spans_[i].first < added.last && added.first < spans_[i].last) return RADAM_ERROR_OVERLAP;
    spans_[count_] = added;
    ++count_;
    return RADAM_OK;
  }

 private:
  struct Span {
    std::uintptr_t first, last;  // last is one past the end
  };
  static constexpr int kMost = 10;
  Span spans_[kMost];
  int count_ = 0;
};

bool is_range(std::int64_t begin, std::int64_t end) { return 0 <= begin && begin <= end && end <= kMaxElements; }

bool is_type(std::int32_t type) { return type >= RADAM_TYPE_F32 && type <= RADAM_TYPE_F16; }
bool is_state_type(std::int32_t type) { return type >= RADAM_STATE_F32 && type <= RADAM_STATE_BLOCK8; }
bool is_rounding(std::int32_t rounding) {
  return rounding >= RADAM_ROUND_DEFAULT && rounding <= RADAM_ROUND_STOCHASTIC;
}
std::uintptr_t size_of_type(std::int32_t type) { return type == RADAM_TYPE_F32 ? 4 : 2; }
std::uintptr_t size_of_state(std::int32_t type) {
  return type == RADAM_STATE_F32 ? 4 : type == RADAM_STATE_BF16 ? 2 : 1;
}

radam_status check_settings(const Tensor& b) {
  if (!is_type(b.param_type) || !is_type(b.grad_type) || !is_state_type(b.state_type) ||
      !is_rounding(b.param_rounding) || !is_rounding(b.state_rounding))
    return RADAM_ERROR_TYPE;
  if (b.param_copy != nullptr) {
    if (!is_type(b.copy_type)) return RADAM_ERROR_TYPE;
    if (b.param_type != RADAM_TYPE_F32 || b.copy_type == RADAM_TYPE_F32) return RADAM_ERROR_COPY;
  }
  if (b.zero_grad != 0 && b.zero_grad != 1) return RADAM_ERROR_SETTING;
  if (b.step < 1) return RADAM_ERROR_STEP;
  if (!(b.clip_value >= 0)) return RADAM_ERROR_CLIP;
  if (!(b.average_rate >= 0 && b.average_rate <= 1)) return RADAM_ERROR_AVERAGE;
  return RADAM_OK;
}

radam_status check_memory(const Tensor& b, std::int64_t begin, std::int64_t end) {
  const bool block8 = b.state_type == RADAM_STATE_BLOCK8;
  if (!b.param || !b.grad || !b.exp_avg || !b.exp_avg_sq) return RADAM_ERROR_NULL;
  if (block8 && (!b.exp_avg_scale || !b.exp_avg_sq_scale || (b.max_exp_avg_sq && !b.max_exp_avg_sq_scale)))
    return RADAM_ERROR_NULL;

  const std::uintptr_t state_bytes = size_of_state(b.state_type);
  const struct {
    const void* buffer;
    std::uintptr_t element_bytes;
  } buffers[] = {{b.param, size_of_type(b.param_type)}, {b.grad, size_of_type(b.grad_type)},
                 {b.exp_avg, state_bytes},              {b.exp_avg_sq, state_bytes},
                 {b.max_exp_avg_sq, state_bytes},       {b.param_copy, size_of_type(b.copy_type)},
                 {b.param_average, sizeof(float)}};
  Spans spans;
  for (const auto& buffer : buffers)
    if (const radam_status status = spans.add(buffer.buffer, buffer.element_bytes, begin, end)) return status;
  if (!block8) return RADAM_OK;
  const float* const scales[] = {b.exp_avg_scale, b.exp_avg_sq_scale,
                                 b.max_exp_avg_sq != nullptr ? b.max_exp_avg_sq_scale : nullptr};
  for (const float* scale : scales) {
    const std::int64_t last = (end - 1) / RADAM_BLOCK_SIZE + 1;
    if (const radam_status status = spans.add(scale, sizeof(float), begin / RADAM_BLOCK_SIZE, last)) return status;
  }
  return RADAM_OK;
}

}  // namespace

radam_status check(const Buffers& b, std::int64_t begin, std::int64_t end) {
  if (!is_range(begin, end)) return RADAM_ERROR_RANGE;
  if (begin == end) return RADAM_OK;
  if (!b.param || !b.grad || !b.exp_avg || !b.exp_avg_sq) return RADAM_ERROR_NULL;
  Spans spans;
  const float* const buffers[] = {b.param, b.grad, b.exp_avg, b.exp_avg_sq, b.max_exp_avg_sq};
  for (const float* buffer : buffers)
    if (const radam_status status = spans.add(buffer, sizeof(float), begin, end)) return status;
  return RADAM_OK;
}

radam_status check(const Tensor& b, std::int64_t begin, std::int64_t end) {
  if (const radam_status status = check_settings(b)) return status;
  if (!is_range(begin, end) || end > b.length) return RADAM_ERROR_RANGE;
  if (b.state_type == RADAM_STATE_BLOCK8 &&
      (begin % RADAM_BLOCK_SIZE != 0 || (end % RADAM_BLOCK_SIZE != 0 && end != b.length)))
    return RADAM_ERROR_BLOCK;
  return begin == end ? RADAM_OK : check_memory(b, begin, end);
}

radam_status check_gradient(std::int32_t type, const void* grad, std::int64_t begin, std::int64_t end) {
  if (!is_type(type)) return RADAM_ERROR_TYPE;
  if (!is_range(begin, end)) return RADAM_ERROR_RANGE;
  if (begin == end) return RADAM_OK;
  if (grad == nullptr) return RADAM_ERROR_NULL;
  return Spans().add(grad, size_of_type(type), begin, end);
}

bool is_plain(const Tensor& b) {
  return b.param_type == RADAM_TYPE_F32 && b.grad_type == RADAM_TYPE_F32 && b.state_type == RADAM_STATE_F32 &&
         b.param_copy == nullptr && b.param_average == nullptr && b.zero_grad == 0 && b.clip_value == 0;
}

}  // namespace radam
