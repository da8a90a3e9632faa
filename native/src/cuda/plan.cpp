#include "plan.h"

#include <algorithm>

#include "../storage/sizes.h"

namespace radam::cuda {
namespace {

std::int64_t aligned(std::int64_t offset) { return (offset + kAlignment - 1) / kAlignment * kAlignment; }

std::uint8_t bytes_of(std::int32_t type) { return static_cast<std::uint8_t>(size_of_type(type)); }

// Tensors without elements come first in each combination: see search.h.
int place_of(const radam_tensor& t) {
  // The kernels for bfloat16 are also those for it with a lower half.
  const std::int32_t param_type = t.param_type == RADAM_TYPE_SPLIT ? RADAM_TYPE_BF16 : t.param_type;
  return 2 * combination_of(param_type, t.grad_type, t.state_type) + (t.length > 0 ? 1 : 0);
}

DeviceTensor device_tensor(const radam_cuda_tensor& from, std::int64_t index, bool by_rows) {
  const radam_tensor& t = from.tensor;
  DeviceTensor to{};
  to.param = from.param;
  to.grad = from.grad;
  to.param_copy = from.param_copy;
  to.param_average = from.param_average;
  for (int i = 0; i < RADAM_MAX_STATE; ++i) {
    to.state[i] = t.state[i];
    to.scales[i] = t.state_scale[i];
    if (t.state[i] != nullptr) to.present = static_cast<std::uint8_t>(to.present | 1 << i);
  }
  to.grad_mean = const_cast<float*>(t.grad_mean);  // radam_cuda_gradient_means writes it
  to.row_length = by_rows || t.grad_mean != nullptr ? t.row_length : 0;
  to.seed = t.seed;
  to.length = t.length;
  to.first = t.first;
  to.index = index;
  to.average_rate = t.average_rate;
  to.group = from.group;
  to.param_type = static_cast<std::uint8_t>(t.param_type);
  to.grad_type = static_cast<std::uint8_t>(t.grad_type);
  to.state_type = static_cast<std::uint8_t>(t.state_type);
  to.copy_type = static_cast<std::uint8_t>(t.copy_type);
  to.stochastic_param = t.param_rounding == RADAM_ROUND_STOCHASTIC;
  to.nearest_state = t.state_rounding == RADAM_ROUND_NEAREST;
  to.output = static_cast<std::uint8_t>(t.output);
  to.lookahead = static_cast<std::uint8_t>(t.lookahead);
  to.param_bytes = bytes_of(t.param_type);
  to.grad_bytes = bytes_of(t.grad_type);
  to.rest_is_wide = rest_is_aligned(from, 4);
  to.wide = is_wide(to);
  return to;
}

// Updates what the host remembers of all tensors together.
void remember(const radam_tensor& t, Opaque& opaque) {
  const std::uint8_t param = bytes_of(t.param_type), grad = bytes_of(t.grad_type);
  if (param > opaque.param_bytes) opaque.param_bytes = param;
  if (grad > opaque.grad_bytes) opaque.grad_bytes = grad;
  if (t.output == RADAM_OUTPUT_UPDATE) opaque.has_updates = 1;
  if (t.grad_mean != nullptr && t.length > 0) opaque.has_means = 1;
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
  layout.places = place(tensors, sizeof(std::int32_t));
  layout.group_of = place(tensors, sizeof(std::int32_t));
  layout.first_pieces = place(tensors, sizeof(std::int64_t));
  layout.pieces = place(pieces, std::max(sizeof(PieceResult), sizeof(SumsOfPiece)));
  layout.size = size;
  return layout;
}

void fill(const Tensors& tensors, bool by_rows, const Tables& tables, Opaque& opaque) {
  // A counting sort, so that the caller's order stays within each combination.
  std::int64_t next[2 * kCombinations] = {}, sum = 0;
  for (std::int64_t i = 0; i < tensors.count(); ++i) ++next[place_of(tensors[i].tensor)];
  for (std::int64_t& place : next) {
    const std::int64_t number = place;
    place = sum;
    sum += number;
  }
  for (int c = 0; c < kCombinations; ++c) opaque.steps[c] = {next[2 * c], 0, 0, 0};
  std::int64_t rows = 0, pieces_before = 0;
  for (std::int64_t i = 0; i < tensors.count(); ++i) {
    const radam_cuda_tensor t = tensors[i];
    const std::int64_t place = next[place_of(t.tensor)]++;
    tables.tensors[place] = device_tensor(t, i, by_rows);
    tables.tensors[place].place_of_rows = rows;
    rows += row_count(tables.tensors[place]);
    tables.places[i] = static_cast<std::int32_t>(place);
    tables.group_of[i] = t.group;
    tables.first_pieces[i] = pieces_before;
    pieces_before += piece_count(t.tensor.first, t.tensor.length);
    remember(t.tensor, opaque);
  }
  constexpr int kOfGradType = kCombinations / kGradTypes;
  std::int64_t piece = 0;
  for (int c = 0; c < kCombinations; ++c) {
    Opaque::Range& range = opaque.steps[c];
    Opaque::Pieces& pieces = opaque.statistics[c / kOfGradType];
    if (c % kOfGradType == 0) pieces = {range.first, 0, piece, 0, 0};
    range.count = next[2 * c + 1] - range.first;
    for (std::int64_t i = range.first; i < range.first + range.count; ++i) {
      DeviceTensor& t = tables.tensors[i];
      t.first_block = range.units;
      t.first_piece = piece;
      t.first_row = opaque.rows;
      range.units += blocks_of(t.length);
      piece += piece_count(t.first, t.length);
      opaque.rows += row_count(t);
    }
    pieces.count += range.count;
    pieces.pieces = piece - pieces.first_piece;
  }
  opaque.pieces = piece;
}

}  // namespace radam::cuda
