// The sums that a step of a layer-wise algorithm depends on: the part of a thread in those of a piece, and the sums of
// pieces. tensor_sums.h has the same for the host. radam_cuda.h documents the order.
#ifndef RADAM_SRC_CUDA_THREAD_SUMS_H
#define RADAM_SRC_CUDA_THREAD_SUMS_H

#include <cstdint>

#include "kernels.h"
#include "pieces.h"
#include "thread_reader.h"

namespace {

// Four of the 32 of each sum, next to each other.
template <class Algorithm>
struct ThreadSums {
  // The numbers of an element that are squared, or multiplied in pairs.
  static constexpr int kTerms = Algorithm::kProducts ? 2 * Algorithm::kSums : Algorithm::kSums;

  double sums[Algorithm::kSums][4] = {};

  RADAM_DEVICE void add_piece(const radam::cuda::DeviceTensor& t, const radam::cuda::Group* groups, std::int64_t piece,
                              int thread) {
    if (t.group == RADAM_CUDA_NO_GROUP) return;
    const ThreadReader<Algorithm> reader(groups[t.group]);
    const PieceRange range = range_of(t, piece);
    for (int i = 4 * thread; i < range.count; i += kSums) {
      const Elements at{range.begin + i, range.count - i < 4 ? range.count - i : 4};
      auto x = reader.read(t, at, t.wide && at.count == 4);
      Quad::Register terms[kTerms];
      reader.terms.of(x, terms);
      add_terms(terms, at.count);
    }
  }

  // Adds the sums of another thread.
  RADAM_DEVICE void add(const ThreadSums& other) {
    RADAM_UNROLL for (int s = 0; s < Algorithm::kSums; ++s)
      RADAM_UNROLL for (int j = 0; j < 4; ++j) sums[s][j] += other.sums[s][j];
  }

  // The totals of a piece, once the sums of the other threads have been added.
  RADAM_DEVICE radam::cuda::SumsOfPiece totals() const {
    radam::cuda::SumsOfPiece all{};
    RADAM_UNROLL for (int s = 0; s < Algorithm::kSums; ++s)
      all.of[s] = (sums[s][0] + sums[s][2]) + (sums[s][1] + sums[s][3]);
    return all;
  }

 private:
  // Terms of elements that are missing are made of zeros, but need not be 0.
  RADAM_DEVICE void add_terms(const Quad::Register (&terms)[kTerms], int count) {
    RADAM_UNROLL for (int s = 0; s < Algorithm::kSums; ++s) {
      const Quad::Register& a = terms[Algorithm::kProducts ? 2 * s : s];
      const Quad::Register& b = terms[Algorithm::kProducts ? 2 * s + 1 : s];
      RADAM_UNROLL for (int j = 0; j < 4; ++j)
        if (j < count) sums[s][j] += static_cast<double>(a.lane[j]) * static_cast<double>(b.lane[j]);  // exact
    }
  }
};

// The sums of a tensor's pieces. Each of a warp's threads adds every 32nd piece.
struct AllSums {
  double of[RADAM_MAX_SUMS] = {};
};

RADAM_DEVICE inline AllSums add_pieces(const radam::cuda::DeviceTensor& t, const radam::cuda::SumsOfPiece* results,
                                       int thread) {
  AllSums s;
  if (t.group == RADAM_CUDA_NO_GROUP) return s;
  const std::int64_t pieces = radam::cuda::piece_count(t.first, t.length);
  for (std::int64_t i = first_of_sum(t, thread); i < pieces; i += kSums)
    for (int k = 0; k < RADAM_MAX_SUMS; ++k) s.of[k] += results[t.first_piece + i].of[k];
  return s;
}

RADAM_INLINE void add(AllSums& s, const AllSums& other) {
  for (int k = 0; k < RADAM_MAX_SUMS; ++k) s.of[k] += other.of[k];
}

RADAM_INLINE radam_sums sums_of(const AllSums& s) {
  radam_sums all{sizeof(radam_sums), 0, {}};
  for (int k = 0; k < RADAM_MAX_SUMS; ++k) all.values[k] = s.of[k];
  return all;
}

}  // namespace

#endif
