// A plan: what the host knows of it, and how its device memory is laid out.
#ifndef RADAM_SRC_CUDA_PLAN_H
#define RADAM_SRC_CUDA_PLAN_H

#include <cstdint>

#include <radam/radam_cuda.h>

#include "kernels.h"
#include "tensors.h"

namespace radam::cuda {

// The alignment of a plan's device memory, and of each part of it.
constexpr std::int64_t kAlignment = 256;

// Offsets of the parts.
struct PlanLayout {
  std::int64_t groups, hyperparameters, tensors, places, group_of, first_pieces, pieces, size;
};

// The layout for counts that were checked.
PlanLayout layout_of(std::int64_t tensors, std::int64_t groups, std::int64_t pieces);

// What radam_cuda_plan::opaque holds.
struct Opaque {
  std::uint64_t magic;  // kMagic once it is filled
  PlanLayout layout;
  struct Range {
    std::int64_t first, count, units;
    std::int32_t grid;
  };
  Range steps[kCombinations];  // tensors, and blocks
  struct Pieces {
    std::int64_t first, count, first_piece, pieces;
    std::int32_t grid;
  } statistics[kGradTypes];
  std::int64_t pieces, rows;  // of all tensors
  std::int32_t tensor_grid, rows_grid;
  std::int32_t sums_grid;                // of pieces, or of rows
  std::int32_t set_algorithm;            // of a layer-wise plan: that of the coefficients that were set last
  std::uint8_t param_bytes, grad_bytes;  // of the largest element
  std::uint8_t has_updates;              // whether a tensor has RADAM_OUTPUT_UPDATE
  std::uint8_t has_means;                // whether a tensor that is not empty has a grad_mean
};
constexpr std::int32_t kNoneSet = -1;
constexpr std::uint64_t kMagic = 0x6d61646172616476;

static_assert(sizeof(Opaque) <= sizeof radam_cuda_plan{}.opaque);

// The tables that are copied to the device: the description of each tensor; and, in the caller's order, its place among
// the descriptions, its group, and the number of pieces of the tensors before it.
struct Tables {
  DeviceTensor* tensors;
  std::int32_t *places, *group_of;
  std::int64_t* first_pieces;
};

// Fills the tables, which have room for all tensors, and `opaque` except its layout and grids. All tensors must have
// been checked. by_rows: the algorithm has sums of rows.
void fill(const Tensors& tensors, bool by_rows, const Tables& tables, Opaque& opaque);

}  // namespace radam::cuda

#endif
