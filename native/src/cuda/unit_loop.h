// How the threads of a kernel share pieces and rows: eight take one, so a warp has four.
#ifndef RADAM_SRC_CUDA_UNIT_LOOP_H
#define RADAM_SRC_CUDA_UNIT_LOOP_H

#include <cstdint>

#include "kernels.h"
#include "search.h"

namespace {

constexpr int kUnitThreads = radam::cuda::kPieceThreads;
static_assert(kUnitThreads == radam::cuda::kRowThreads);

// For each piece or row of a segment, whose units are numbered from first_unit on: part(tensor, unit of the tensor,
// thread of the eight) is what a thread has of the sums, add(sums, those of another thread) adds them up,
// from_lane(sums, distance) exchanges them, and store(tensor, unit of the tensor, all sums) is called by one thread.
// first: where a tensor has the number of its first unit.
template <std::int64_t radam::cuda::DeviceTensor::*first, class Sums, class Part, class Store>
__device__ inline void for_units(const radam::cuda::Segment& segment, std::int64_t first_unit, const Part& part,
                                 const Store& store) {
  using radam::cuda::DeviceTensor;
  using radam::cuda::kThreads;
  const std::int64_t stride = static_cast<std::int64_t>(gridDim.x) * (kThreads / kUnitThreads);
  const int thread = static_cast<int>(threadIdx.x) % kUnitThreads;
  std::int64_t unit = static_cast<std::int64_t>(blockIdx.x) * (kThreads / kUnitThreads) + threadIdx.x / kUnitThreads;
  std::int64_t index = 0;
  // All threads of a warp have the same number of iterations, because they exchange their sums.
  for (std::int64_t warp = unit - threadIdx.x / kUnitThreads; warp < segment.units; warp += stride, unit += stride) {
    Sums s;
    if (unit < segment.units) {
      index = find<first>(segment.tensors, index, segment.count, first_unit + unit);
      const DeviceTensor& t = segment.tensors[index];
      s = part(t, first_unit + unit - t.*first, thread);
    }
    for (int distance = kUnitThreads / 2; distance > 0; distance /= 2) add(s, from_lane(s, distance));
    if (thread == 0 && unit < segment.units) {
      const DeviceTensor& t = segment.tensors[index];
      store(t, first_unit + unit - t.*first, s);
    }
  }
}

}  // namespace

#endif
