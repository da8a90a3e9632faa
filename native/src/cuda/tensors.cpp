#include "tensors.h"

#include <cstring>

#include "../algorithm/algorithms.h"
#include "../check_buffers.h"
#include "../storage/sizes.h"
#include "layout.h"
#include "status.h"
#include "structs.h"

namespace radam::cuda {
namespace {

constexpr std::int64_t kMostElements = std::int64_t{1} << 40, kMostTensors = std::int64_t{1} << 31;

bool floats_are_aligned(const radam_tensor& t) {
  for (const float* scale : t.state_scale)
    if (!is_aligned(scale, 1, sizeof(float))) return false;
  return is_aligned(t.grad_mean, 1, sizeof(float));
}

// Whether rows make up the tensor, or there are none.
bool has_whole_rows(const radam_tensor& t) {
  return t.row_length == 0 || (t.row_length > 0 && t.first % t.row_length == 0 && t.length % t.row_length == 0);
}

}  // namespace

radam_status Tensors::get(std::int64_t i, radam_cuda_tensor& t) const {
  // The fields after the radam_tensor are those of this version. They begin where the caller's radam_tensor ends.
  constexpr std::size_t kTail = sizeof t - sizeof t.tensor;
  const std::size_t size = first_->tensor.struct_size;
  if (size % alignof(radam_tensor) != 0) return RADAM_ERROR_STRUCT_SIZE;
  const auto* const bytes = reinterpret_cast<const unsigned char*>(first_);
  const auto* const from = bytes + static_cast<std::size_t>(i) * (size + kTail);
  const auto* const tensor = reinterpret_cast<const radam_tensor*>(from);
  if (tensor->struct_size != size) return RADAM_ERROR_STRUCT_SIZE;
  if (const radam_status status = take(*tensor, t.tensor)) return status;
  std::memcpy(reinterpret_cast<unsigned char*>(&t) + sizeof t.tensor, from + size, kTail);

  const bool scaled = t.tensor.state_type == RADAM_STATE_BLOCK8;
  for (int k = 0; k < RADAM_MAX_STATE; ++k) {
    if (k >= buffers_) t.tensor.state[k] = nullptr;
    if (!scaled || t.tensor.state[k] == nullptr) t.tensor.state_scale[k] = nullptr;
  }
  if (t.group == RADAM_CUDA_NO_GROUP) t.param = t.grad = nullptr;
  return RADAM_OK;
}

radam_cuda_tensor Tensors::operator[](std::int64_t i) const {
  radam_cuda_tensor t{};
  get(i, t);
  return t;
}

radam_status count_pieces(const Tensors& tensors, std::int32_t groups, std::int64_t* pieces) {
  if (tensors.count() < 1 || tensors.count() >= kMostTensors || groups < 1) return RADAM_ERROR_RANGE;
  std::int64_t elements = 0;
  *pieces = 0;
  for (std::int64_t i = 0; i < tensors.count(); ++i) {
    radam_cuda_tensor t;
    if (const radam_status status = tensors.get(i, t)) return status;
    if (t.tensor.length < 0 || t.tensor.length > kMostElements - elements || t.tensor.first < 0)
      return RADAM_ERROR_RANGE;
    elements += t.tensor.length;
    *pieces += piece_count(t.tensor.first, t.tensor.length);
  }
  return RADAM_OK;
}

radam_status check_tensor(const radam_cuda_tensor& t, std::int32_t algorithm, std::int32_t groups) {
  // Fields of a step are not checked here, but with the step.
  radam_tensor settings = t.tensor;
  settings.step = 1;
  settings.clip_value = 0;
  settings.zero_grad = 0;
  const Tensor tensor{settings, t.param, t.grad, t.param_copy, t.param_average};
  const bool unbound = t.group == RADAM_CUDA_NO_GROUP;
  if (const radam_status status = check_tensor_of_plan(algorithm, tensor, unbound)) return status;
  if (settings.first % RADAM_BLOCK_SIZE != 0) return RADAM_ERROR_BLOCK;
  if (settings.row_decay != nullptr) return RADAM_ERROR_ROW_LENGTH;
  if (is_by_rows(algorithm) && !has_whole_rows(settings)) return RADAM_ERROR_ROW_LENGTH;
  if (t.group < RADAM_CUDA_NO_GROUP || t.group >= groups) return RADAM_CUDA_ERROR_GROUP;
  if (t.reserved != 0) return RADAM_ERROR_SETTING;
  if (!main_is_aligned(t, 1) || !rest_is_aligned(t, 1) || !floats_are_aligned(settings))
    return RADAM_CUDA_ERROR_ALIGNMENT;
  return RADAM_OK;
}

radam_status check_memory(const radam_cuda_tensor& t, std::int32_t device) {
  if (t.tensor.length == 0) return RADAM_OK;
  const auto check_all = [&](const auto& buffers) -> radam_status {
    for (const void* buffer : buffers) {
      if (buffer == nullptr) continue;
      if (const radam_status status = check_pointer(device, buffer)) return status;
    }
    return RADAM_OK;
  };
  const void* const own[] = {t.param, t.grad, t.param_copy, t.param_average, t.tensor.grad_mean};
  if (const radam_status status = check_all(own)) return status;
  if (const radam_status status = check_all(t.tensor.state)) return status;
  return check_all(t.tensor.state_scale);
}

bool main_is_aligned(const radam_cuda_tensor& t, std::int64_t elements) {
  return is_aligned(t.param, elements, size_of_type(t.tensor.param_type)) &&
         is_aligned(t.grad, elements, size_of_type(t.tensor.grad_type));
}

bool rest_is_aligned(const radam_cuda_tensor& t, std::int64_t elements) {
  if (!is_aligned(t.param_copy, elements, 2) || !is_aligned(t.param_average, elements, 4)) return false;
  for (const void* state : t.tensor.state)
    if (!is_aligned(state, elements, size_of_state(t.tensor.state_type))) return false;
  return true;
}

}  // namespace radam::cuda
