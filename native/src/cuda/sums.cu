// Sums of layer-wise algorithms, first over pieces, then over tensors, or over rows; and means of rows.
#include "kernels.h"
#include "rows.h"
#include "thread_row_sums.h"
#include "thread_sums.h"
#include "unit_loop.h"

namespace {

using radam::cuda::DeviceTensor;
using radam::cuda::Group;
using radam::cuda::kThreads;
using radam::cuda::SumsOfPiece;

static_assert(kSums == radam::cuda::kWarp);  // a thread of a warp has one sum of a tensor, or of a row

template <class Algorithm>
__device__ inline ThreadSums<Algorithm> from_lane(const ThreadSums<Algorithm>& s, int distance) {
  ThreadSums<Algorithm> other;
  RADAM_UNROLL for (int k = 0; k < Algorithm::kSums; ++k)
    RADAM_UNROLL for (int j = 0; j < 4; ++j) other.sums[k][j] = __shfl_down_sync(~0u, s.sums[k][j], distance);
  return other;
}

template <class Algorithm>
__device__ inline void add(ThreadSums<Algorithm>& s, const ThreadSums<Algorithm>& other) {
  s.add(other);
}

template <class Algorithm>
__global__ void __launch_bounds__(kThreads)
    piece_sums_kernel(radam::cuda::Segment segment, const Group* groups, SumsOfPiece* results) {
  for_units<&DeviceTensor::first_piece, ThreadSums<Algorithm>>(
      segment, 0,
      [=](const DeviceTensor& t, std::int64_t piece, int thread) {
        ThreadSums<Algorithm> s;
        s.add_piece(t, groups, piece, thread);
        return s;
      },
      [=](const DeviceTensor& t, std::int64_t piece, const ThreadSums<Algorithm>& s) {
        results[t.first_piece + piece] = s.totals();
      });
}

__device__ inline RowSums from_lane(const RowSums& s, int distance) {
  RowSums other;
  RADAM_UNROLL for (int k = 0; k < RADAM_ROW_SUMS; ++k) other.of[k] = __shfl_down_sync(~0u, s.of[k], distance);
  return other;
}

template <class Algorithm>
__global__ void __launch_bounds__(kThreads)
    row_sums_of_plan(radam::cuda::Segment segment, const Group* groups, double* sums) {
  for_units<&DeviceTensor::first_row, RowSums>(
      segment, 0,
      [=](const DeviceTensor& t, std::int64_t row, int thread) { return row_sums<Algorithm>(t, groups, row, thread); },
      [=](const DeviceTensor& t, std::int64_t row, const RowSums& s) { put(sums, t, row, s); });
}

// A warp for each tensor.
__global__ void __launch_bounds__(kThreads)
    add_pieces_kernel(radam::cuda::Segment segment, const SumsOfPiece* results, radam_sums* sums) {
  const int lane = static_cast<int>(threadIdx.x) % kSums;
  const std::int64_t stride = static_cast<std::int64_t>(gridDim.x) * (kThreads / kSums);
  std::int64_t index = (static_cast<std::int64_t>(blockIdx.x) * kThreads + threadIdx.x) / kSums;
  for (; index < segment.count; index += stride) {
    const DeviceTensor& t = segment.tensors[index];
    AllSums s = add_pieces(t, results, lane);
    for (int distance = kSums / 2; distance > 0; distance /= 2) {
      AllSums other;
      for (int k = 0; k < RADAM_MAX_SUMS; ++k) other.of[k] = __shfl_down_sync(~0u, s.of[k], distance);
      add(s, other);
    }
    if (lane == 0) sums[t.index] = sums_of(s);
  }
}

// A warp for each row.
__global__ void __launch_bounds__(kThreads) row_means_kernel(radam::cuda::Segment segment) {
  const int lane = static_cast<int>(threadIdx.x) % kSums;
  const std::int64_t stride = static_cast<std::int64_t>(gridDim.x) * (kThreads / kSums);
  std::int64_t row = (static_cast<std::int64_t>(blockIdx.x) * kThreads + threadIdx.x) / kSums, index = 0;
  for (; row < segment.units; row += stride) {
    index = find<&DeviceTensor::first_row>(segment.tensors, index, segment.count, row);
    const DeviceTensor& t = segment.tensors[index];
    RowSum s = add_row(t, row - t.first_row, lane);
    for (int distance = kSums / 2; distance > 0; distance /= 2) s.sum += __shfl_down_sync(~0u, s.sum, distance);
    if (lane == 0 && s.is_whole) put_mean(t, row - t.first_row, s.sum);
  }
}

}  // namespace

namespace radam::cuda {

SumsKernel sums_kernel(std::int32_t algorithm) {
  return with_algorithm(algorithm, SumsKernel{nullptr}, [](auto a) -> SumsKernel {
    if constexpr (kIsLayerwise<decltype(a)> && !is_by_rows<decltype(a)>()) return piece_sums_kernel<decltype(a)>;
    else return nullptr;
  });
}

RowSumsKernel row_sums_kernel(std::int32_t algorithm) {
  return with_algorithm(algorithm, RowSumsKernel{nullptr}, [](auto a) -> RowSumsKernel {
    if constexpr (is_by_rows<decltype(a)>()) return row_sums_of_plan<decltype(a)>;
    else return nullptr;
  });
}

const TensorSumsKernel tensor_sums_kernel = add_pieces_kernel;
const MeansKernel means_kernel = row_means_kernel;

}  // namespace radam::cuda
