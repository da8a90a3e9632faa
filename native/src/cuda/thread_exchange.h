// The part of a thread in what several ranks exchange: a piece of a table, or four elements of a gradient.
#ifndef RADAM_SRC_CUDA_THREAD_EXCHANGE_H
#define RADAM_SRC_CUDA_THREAD_EXCHANGE_H

#include <cstdint>

#include "any_type.h"
#include "exchange.h"
#include "pieces.h"
#include "search.h"
#include "thread_sums.h"

namespace {

RADAM_DEVICE inline radam_statistics entry_of(const radam::cuda::PieceResult& piece) {
  return statistics_of(TensorSums{piece.sum_of_squares, piece.largest, piece.non_finite});
}

RADAM_DEVICE inline radam_sums entry_of(const radam::cuda::SumsOfPiece& piece) {
  AllSums s;
  for (int k = 0; k < RADAM_MAX_SUMS; ++k) s.of[k] = piece.of[k];
  return sums_of(s);
}

// Writes the entry of a piece of the plan.
template <class Result, class Entry>
RADAM_DEVICE inline void put_piece(const radam::cuda::Segment& all, const std::int64_t* first_pieces,
                                   const Result* results, std::int64_t piece, Entry* table) {
  const radam::cuda::DeviceTensor& t =
      all.tensors[find<&radam::cuda::DeviceTensor::first_piece>(all.tensors, 0, all.count, piece)];
  // Nothing was measured of a tensor without a group.
  table[first_pieces[t.index] + piece - t.first_piece] =
      entry_of(t.group == RADAM_CUDA_NO_GROUP ? Result{} : results[piece]);
}

RADAM_DEVICE inline void round_elements(const radam::cuda::Rounding& r, std::int64_t begin) {
  const std::int64_t left = r.length - begin;
  const Elements at{begin, left < 4 ? static_cast<int>(left) : 4};
  const bool wide = r.wide != 0 && at.count == 4;
  const Quad::Int rounded = Bf16::nearest<Quad, true>(load_type(r.type, r.grad, at, wide));
  if (wide) store<Bf16::kBytes, true>(r.rounded, at, rounded);
  else store<Bf16::kBytes, false>(r.rounded, at, rounded);
}

}  // namespace

#endif
