// How the threads of a kernel share pieces: eight take one, so a warp has four.
#ifndef RADAM_SRC_CUDA_PIECE_LOOP_H
#define RADAM_SRC_CUDA_PIECE_LOOP_H

#include <cstdint>

#include "kernels.h"
#include "search.h"

namespace {

// For each piece of a segment, whose pieces are numbered from first_piece on: part(tensor, piece of the tensor, thread
// of the eight) is what a thread has of the sums, add(sums, those of another thread) adds them up, from_lane(sums,
// distance) exchanges them, and store(piece of the plan, all sums) is called by one thread.
template <class Sums, class Part, class Store>
__device__ inline void for_pieces(const radam::cuda::Segment& segment, std::int64_t first_piece, const Part& part,
                                  const Store& store) {
  using radam::cuda::kPieceThreads;
  using radam::cuda::kThreads;
  const std::int64_t stride = static_cast<std::int64_t>(gridDim.x) * (kThreads / kPieceThreads);
  const int thread = static_cast<int>(threadIdx.x) % kPieceThreads;
  std::int64_t piece = static_cast<std::int64_t>(blockIdx.x) * (kThreads / kPieceThreads) + threadIdx.x / kPieceThreads;
  std::int64_t index = 0;
  // All threads of a warp have the same number of iterations, because they exchange their sums.
  for (std::int64_t warp = piece - threadIdx.x / kPieceThreads; warp < segment.units; warp += stride, piece += stride) {
    Sums s;
    if (piece < segment.units) {
      using radam::cuda::DeviceTensor;
      index = find<&DeviceTensor::first_piece>(segment.tensors, index, segment.count, first_piece + piece);
      const DeviceTensor& t = segment.tensors[index];
      s = part(t, first_piece + piece - t.first_piece, thread);
    }
    for (int distance = kPieceThreads / 2; distance > 0; distance /= 2) add(s, from_lane(s, distance));
    if (thread == 0 && piece < segment.units) store(first_piece + piece, s);
  }
}

}  // namespace

#endif
