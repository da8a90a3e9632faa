// The part of a thread in the sum of the gradients of several ranks.
#ifndef RADAM_SRC_CUDA_RANK_SUM_H
#define RADAM_SRC_CUDA_RANK_SUM_H

#include <cstdint>

#include "any_type.h"
#include "kernels.h"

namespace {

// Adds four elements, in the order of the ranks.
RADAM_DEVICE inline void add_ranks(const radam::cuda::RankSum& s, std::int64_t begin) {
  const std::int64_t left = s.length - begin;
  const Elements at{begin, left < 4 ? static_cast<int>(left) : 4};
  const bool wide = s.wide != 0 && at.count == 4;
  Quad::Register sum = Quad::broadcast(0);
  for (std::int32_t rank = 0; rank < s.ranks; ++rank) {
    const void* const from = rank == s.rank ? s.own : s.messages + (rank < s.rank ? rank : rank - 1) * s.stride;
    const Quad::Register next = load_type(s.type, from, at, wide);
    sum = rank == 0 ? next : Quad::add(sum, next);
  }
  if (wide) store<4, true>(s.sum, at, Quad::as_int(sum));
  else store<4, false>(s.sum, at, Quad::as_int(sum));
}

}  // namespace

#endif
