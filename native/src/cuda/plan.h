// A plan: what the host knows of it, and how its device memory is laid out.
#ifndef RADAM_SRC_CUDA_PLAN_H
#define RADAM_SRC_CUDA_PLAN_H

#include <cstdint>

#include <radam/radam_cuda.h>

#include "kernels.h"

namespace radam::cuda {

// Offsets in the device memory.
struct PlanLayout {
  std::int64_t groups, hyperparameters, tensors, group_of, pieces, size;
};

// For counts that were checked.
PlanLayout layout_of(std::int64_t tensors, std::int64_t groups, std::int64_t pieces);

// RADAM_OK if the counts and lengths are in range; *pieces is then the number of pieces of all tensors.
radam_status count_pieces(const radam_cuda_tensor* tensors, std::int64_t count, std::int32_t groups,
                          std::int64_t* pieces);

// Everything about a tensor that can be checked without a device.
radam_status check_tensor(const radam_cuda_tensor& t, std::int32_t groups);

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
  std::int32_t tensor_grid;
};
constexpr std::uint64_t kMagic = 0x6d61646172616475;

static_assert(sizeof(Opaque) <= sizeof radam_cuda_plan{}.opaque);

// Fills the table, which has room for all tensors, the groups of the tensors in the caller's order, and the ranges; but not
// the grids. All tensors were checked.
void fill_table(const radam_cuda_tensor* tensors, std::int64_t count, DeviceTensor* table, std::int32_t* group_of,
                Opaque& ranges);

}  // namespace radam::cuda

#endif
