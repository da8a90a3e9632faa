// The statistics of gradients: the part of a thread in the sums of a piece, and the sums of pieces. radam_cuda.h
// documents the order of the sums.
#ifndef RADAM_SRC_CUDA_PIECES_H
#define RADAM_SRC_CUDA_PIECES_H

#include <cstdint>

#include "elements.h"
#include "kernels.h"

namespace {

// The part of a thread in the sums of a piece: four of the 32, next to each other, so that its accesses are wide.
struct PieceSums {
  double sums[4] = {};
  std::uint32_t largest = 0, non_finite = 0;
};

// Missing elements are zeros, which change nothing.
template <class Grad>
RADAM_INLINE void add_elements(PieceSums& s, const Quad::Int& bits) {
  const Quad::Register x = Grad::template decode<Quad>(bits);
  RADAM_UNROLL for (int j = 0; j < 4; ++j) {
    const double value = static_cast<double>(x.lane[j]);
    s.sums[j] += value * value;  // the product is exact
    const std::uint32_t magnitude = Cuda::as_int(x.lane[j]) & 0x7FFFFFFF;
    s.largest = magnitude > s.largest ? magnitude : s.largest;
    s.non_finite += magnitude >= 0x7F800000;
  }
}

// The elements of a piece, which a slice may begin within, and end within.
struct PieceRange {
  std::int64_t begin;
  int count;
};

RADAM_DEVICE inline PieceRange range_of(const radam::cuda::DeviceTensor& t, std::int64_t piece) {
  const std::int64_t begin = piece * radam::cuda::kPiece - radam::cuda::before_first_piece(t.first);
  const std::int64_t end = begin + radam::cuda::kPiece;
  const std::int64_t first = begin > 0 ? begin : 0;
  return {first, static_cast<int>((end < t.length ? end : t.length) - first)};
}

// wide: the gradient is aligned for it.
template <class Grad, bool wide>
RADAM_INLINE PieceSums add_piece(const radam::cuda::DeviceTensor& t, std::int64_t piece, int thread) {
  PieceSums s;
  if (t.group == RADAM_CUDA_NO_GROUP) return s;
  const auto [first, count] = range_of(t, piece);
  int i = 4 * thread;
  if constexpr (wide) {
    // Eight loads before their results are used, so that several are under way at once.
    for (; i + 7 * kSums + 4 <= count; i += 8 * kSums) {
      Quad::Int bits[8];
      RADAM_UNROLL for (int j = 0; j < 8; ++j)
        bits[j] = load<Grad::kBytes, true>(t.grad, {first + i + j * kSums, 4});
      RADAM_UNROLL for (int j = 0; j < 8; ++j) add_elements<Grad>(s, bits[j]);
    }
  }
  for (; i < count; i += kSums)
    add_elements<Grad>(s, load<Grad::kBytes, false>(t.grad, {first + i, count - i < 4 ? count - i : 4}));
  return s;
}

// Adds the sums of another thread.
RADAM_INLINE void add(PieceSums& s, const PieceSums& other) {
  for (int j = 0; j < 4; ++j) s.sums[j] += other.sums[j];
  s.largest = other.largest > s.largest ? other.largest : s.largest;
  s.non_finite += other.non_finite;
}

// The total of a piece, from the four sums that are left when those of the other threads have been added.
RADAM_INLINE double last_sum(const PieceSums& s) { return (s.sums[0] + s.sums[2]) + (s.sums[1] + s.sums[3]); }

// The first piece of a tensor that is added to a sum: piece i of the whole tensor to sum i mod 32.
RADAM_DEVICE inline std::int64_t first_of_sum(const radam::cuda::DeviceTensor& t, int sum) {
  return (sum - t.first / radam::cuda::kPiece % kSums + kSums) % kSums;
}

// The sums of a tensor's pieces. Each of a warp's threads adds every 32nd piece.
struct TensorSums {
  double sum = 0;
  std::uint32_t largest = 0;
  std::int64_t non_finite = 0;
};

RADAM_DEVICE inline TensorSums add_pieces(const radam::cuda::DeviceTensor& t, const radam::cuda::PieceResult* results,
                                          int thread) {
  TensorSums s;
  if (t.group == RADAM_CUDA_NO_GROUP) return s;
  const std::int64_t pieces = radam::cuda::piece_count(t.first, t.length);
  for (std::int64_t i = first_of_sum(t, thread); i < pieces; i += kSums) {
    const radam::cuda::PieceResult& piece = results[t.first_piece + i];
    s.sum += piece.sum_of_squares;
    s.largest = piece.largest > s.largest ? piece.largest : s.largest;
    s.non_finite += piece.non_finite;
  }
  return s;
}

RADAM_INLINE void add(TensorSums& s, const TensorSums& other) {
  s.sum += other.sum;
  s.largest = other.largest > s.largest ? other.largest : s.largest;
  s.non_finite += other.non_finite;
}

RADAM_INLINE radam_statistics statistics_of(const TensorSums& s) {
  return {sizeof(radam_statistics), Cuda::as_float(s.largest), s.sum, s.non_finite};
}

}  // namespace

#endif
