// The statistics of gradients: first of pieces, then of tensors.
#include "../storage/bf16.h"
#include "../storage/f16.h"
#include "../storage/f32.h"
#include "kernels.h"
#include "pieces.h"
#include "unit_loop.h"

namespace {

using radam::cuda::DeviceTensor;
using radam::cuda::kThreads;

static_assert(kSums == radam::cuda::kWarp);  // a thread of a warp has one sum of a tensor

__device__ inline PieceSums from_lane(const PieceSums& s, int distance) {
  PieceSums other;
  RADAM_UNROLL for (int j = 0; j < 4; ++j) other.sums[j] = __shfl_down_sync(~0u, s.sums[j], distance);
  other.largest = __shfl_down_sync(~0u, s.largest, distance);
  other.non_finite = __shfl_down_sync(~0u, s.non_finite, distance);
  return other;
}

template <class Grad>
__global__ void __launch_bounds__(kThreads)
    piece_kernel(radam::cuda::Segment segment, std::int64_t first_piece, radam::cuda::PieceResult* results) {
  for_units<&DeviceTensor::first_piece, PieceSums>(
      segment, first_piece,
      [](const DeviceTensor& t, std::int64_t piece, int thread) {
        return t.wide ? add_piece<Grad, true>(t, piece, thread) : add_piece<Grad, false>(t, piece, thread);
      },
      [=](const DeviceTensor& t, std::int64_t piece, const PieceSums& s) {
        results[t.first_piece + piece] = {last_sum(s), s.largest, s.non_finite};
      });
}

// A warp for each tensor.
__global__ void __launch_bounds__(kThreads)
    tensor_kernel(radam::cuda::Segment segment, const radam::cuda::PieceResult* results, radam_statistics* statistics) {
  const int lane = static_cast<int>(threadIdx.x) % kSums;
  const std::int64_t stride = static_cast<std::int64_t>(gridDim.x) * (kThreads / kSums);
  std::int64_t index = (static_cast<std::int64_t>(blockIdx.x) * kThreads + threadIdx.x) / kSums;
  for (; index < segment.count; index += stride) {
    const DeviceTensor& t = segment.tensors[index];
    TensorSums s = add_pieces(t, results, lane);
    for (int distance = kSums / 2; distance > 0; distance /= 2) {
      TensorSums other;
      other.sum = __shfl_down_sync(~0u, s.sum, distance);
      other.largest = __shfl_down_sync(~0u, s.largest, distance);
      other.non_finite = __shfl_down_sync(~0u, static_cast<long long>(s.non_finite), distance);
      add(s, other);
    }
    if (lane == 0) statistics[t.index] = statistics_of(s);
  }
}

}  // namespace

namespace radam::cuda {

const PieceKernel piece_kernels[kGradTypes] = {piece_kernel<F32>, piece_kernel<Bf16>, piece_kernel<F16>};

const TensorKernel tensor_statistics_kernel = tensor_kernel;

}  // namespace radam::cuda
