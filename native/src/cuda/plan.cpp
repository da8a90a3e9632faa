#include "plan.h"

#include "../check_buffers.h"

namespace radam::cuda {
namespace {

constexpr std::int64_t kMostElements = std::int64_t{1} << 40, kMostTensors = std::int64_t{1} << 31;

std::int64_t aligned(std::int64_t offset) { return (offset + 255) / 256 * 256; }

std::int64_t parts(std::int64_t length, std::int64_t size) { return (length + size - 1) / size; }

std::uintptr_t size_of_type(std::int32_t type) { return type == RADAM_TYPE_F32 ? 4 : 2; }

std::uintptr_t size_of_state(std::int32_t type) {
  return type == RADAM_STATE_F32 ? 4 : type == RADAM_STATE_BF16 ? 2 : 1;
}

// Whether each buffer of a tensor is aligned to so many of its elements.
bool is_aligned(const radam_cuda_tensor& t, std::uintptr_t elements) {
  const std::uintptr_t state = size_of_state(t.tensor.state_type);
  const struct {
    const void* buffer;
    std::uintptr_t element_bytes;
  } buffers[] = {{t.param, size_of_type(t.tensor.param_type)},
                 {t.grad, size_of_type(t.tensor.grad_type)},
                 {t.param_copy, 2},
                 {t.param_average, 4},
                 {t.tensor.exp_avg, state},
                 {t.tensor.exp_avg_sq, state},
                 {t.tensor.max_exp_avg_sq, state}};
  for (const auto& b : buffers)
    if (reinterpret_cast<std::uintptr_t>(b.buffer) % (elements * b.element_bytes) != 0) return false;
  return true;
}

bool scales_are_aligned(const radam_tensor& t) {
  if (t.state_type != RADAM_STATE_BLOCK8) return true;
  const float* const scales[] = {t.exp_avg_scale, t.exp_avg_sq_scale,
                                 t.max_exp_avg_sq != nullptr ? t.max_exp_avg_sq_scale : nullptr};
  for (const float* scale : scales)
    if (reinterpret_cast<std::uintptr_t>(scale) % sizeof(float) != 0) return false;
  return true;
}

// Tensors without elements come first in each combination: see search.h.
int place_of(const radam_tensor& t) {
  return 2 * combination_of(t.param_type, t.grad_type, t.state_type) + (t.length > 0 ? 1 : 0);
}

DeviceTensor device_tensor(const radam_cuda_tensor& from, std::int64_t index) {
  const radam_tensor& t = from.tensor;
  const bool scaled = t.state_type == RADAM_STATE_BLOCK8;
  DeviceTensor to{};
  to.param = from.param;
  to.grad = from.grad;
  to.param_copy = from.param_copy;
  to.param_average = from.param_average;
  to.moments[kExpAvg] = t.exp_avg;
  to.moments[kExpAvgSq] = t.exp_avg_sq;
  to.moments[kMaxExpAvgSq] = t.max_exp_avg_sq;
  to.scales[kExpAvg] = scaled ? t.exp_avg_scale : nullptr;
  to.scales[kExpAvgSq] = scaled ? t.exp_avg_sq_scale : nullptr;
  to.scales[kMaxExpAvgSq] = scaled && t.max_exp_avg_sq != nullptr ? t.max_exp_avg_sq_scale : nullptr;
  to.seed = t.seed;
  to.length = t.length;
  to.index = index;
  to.average_rate = t.average_rate;
  to.group = from.group;
  to.copy_type = t.copy_type;
  to.stochastic_param = t.param_rounding == RADAM_ROUND_STOCHASTIC;
  to.nearest_state = t.state_rounding == RADAM_ROUND_NEAREST;
  to.wide = is_aligned(from, 4);
  return to;
}

}  // namespace

PlanLayout layout_of(std::int64_t tensors, std::int64_t groups, std::int64_t pieces) {
  PlanLayout layout{};
  std::int64_t size = 0;
  const auto place = [&](std::int64_t count, std::size_t bytes) {
    const std::int64_t offset = size;
    size = aligned(size + count * static_cast<std::int64_t>(bytes));
    return offset;
  };
  layout.groups = place(groups, sizeof(Group));
  layout.hyperparameters = place(groups, sizeof(radam_hyperparameters));
  layout.tensors = place(tensors, sizeof(DeviceTensor));
  layout.group_of = place(tensors, sizeof(std::int32_t));
  layout.pieces = place(pieces, sizeof(PieceResult));
  layout.size = size;
  return layout;
}

radam_status count_pieces(const radam_cuda_tensor* tensors, std::int64_t count, std::int32_t groups,
                          std::int64_t* pieces) {
  if (count < 1 || count >= kMostTensors || groups < 1) return RADAM_ERROR_RANGE;
  std::int64_t elements = 0;
  *pieces = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const radam_tensor& t = tensors[i].tensor;
    if (t.struct_size != sizeof t) return RADAM_ERROR_STRUCT_SIZE;
    if (t.length < 0 || t.length > kMostElements - elements) return RADAM_ERROR_RANGE;
    elements += t.length;
    *pieces += parts(t.length, kPiece);
  }
  return RADAM_OK;
}

radam_status check_tensor(const radam_cuda_tensor& t, std::int32_t groups) {
  // What belongs to a step is checked with it.
  radam_tensor settings = t.tensor;
  settings.step = 1;
  settings.clip_value = 0;
  settings.zero_grad = 0;
  const Tensor tensor{settings, t.param, t.grad, t.param_copy, t.param_average};
  if (const radam_status status = check(tensor, 0, settings.length)) return status;
  if (t.group < 0 || t.group >= groups) return RADAM_CUDA_ERROR_GROUP;
  if (t.reserved != 0) return RADAM_ERROR_SETTING;
  if (!is_aligned(t, 1) || !scales_are_aligned(settings)) return RADAM_CUDA_ERROR_ALIGNMENT;
  return RADAM_OK;
}

void fill_table(const radam_cuda_tensor* tensors, std::int64_t count, DeviceTensor* table, std::int32_t* group_of,
                Opaque& ranges) {
  // A counting sort, so that the caller's order stays within each combination.
  std::int64_t next[2 * kCombinations] = {}, sum = 0;
  for (std::int64_t i = 0; i < count; ++i) ++next[place_of(tensors[i].tensor)];
  for (std::int64_t& place : next) {
    const std::int64_t number = place;
    place = sum;
    sum += number;
  }
  for (int c = 0; c < kCombinations; ++c) ranges.steps[c] = {next[2 * c], 0, 0, 0};
  for (std::int64_t i = 0; i < count; ++i) {
    table[next[place_of(tensors[i].tensor)]++] = device_tensor(tensors[i], i);
    group_of[i] = tensors[i].group;
  }
  constexpr int kOfGradType = kCombinations / kGradTypes;
  std::int64_t piece = 0;
  for (int c = 0; c < kCombinations; ++c) {
    Opaque::Range& range = ranges.steps[c];
    Opaque::Pieces& pieces = ranges.statistics[c / kOfGradType];
    if (c % kOfGradType == 0) pieces = {range.first, 0, piece, 0, 0};
    range.count = next[2 * c + 1] - range.first;
    for (std::int64_t i = range.first; i < range.first + range.count; ++i) {
      table[i].first_block = range.units;
      table[i].first_piece = piece;
      range.units += parts(table[i].length, RADAM_BLOCK_SIZE);
      piece += parts(table[i].length, kPiece);
    }
    pieces.count += range.count;
    pieces.pieces = piece - pieces.first_piece;
  }
}

}  // namespace radam::cuda
