// The sums over rows that a step of AdamP and SGDP depends on: the part of a thread in those of a row. row_sums.h has
// the same for the host. radam.h documents the order (radam_row_sums).
#ifndef RADAM_SRC_CUDA_THREAD_ROW_SUMS_H
#define RADAM_SRC_CUDA_THREAD_ROW_SUMS_H

#include <cstdint>

#include "kernels.h"
#include "thread_reader.h"

namespace {

// One of the sums of each product that are kept apart; and all of a row, once those of other threads have been added.
struct RowSums {
  double of[RADAM_ROW_SUMS] = {};
};

// A thread has every eighth element of a row. So short rows have few threads without one, and neighbouring threads are
// at neighbouring elements, wherever rows begin. Each element is loaded by itself, since a row may begin anywhere in a
// block; of four lanes the compiler keeps one.
template <class Algorithm>
RADAM_DEVICE inline RowSums row_sums(const radam::cuda::DeviceTensor& t, const radam::cuda::Group* groups,
                                     std::int64_t row, int thread) {
  RowSums s;
  if (t.group == RADAM_CUDA_NO_GROUP) return s;
  const ThreadReader<Algorithm> reader(groups[t.group]);
  const std::int64_t begin = row * t.row_length;
  for (std::int64_t i = thread; i < t.row_length; i += radam::cuda::kRowThreads) {
    auto x = reader.read(t, {begin + i, 1}, false);
    const auto param = static_cast<double>(x.param.lane[0]);
    const auto update = static_cast<double>(reader.terms.of(x).lane[0]);
    const auto grad = static_cast<double>(x.grad.lane[0]);
    s.of[Projecting::kGradParam] += grad * param;  // the products are exact
    s.of[Projecting::kGradGrad] += grad * grad;
    s.of[Projecting::kParamParam] += param * param;
    s.of[Projecting::kUpdateParam] += update * param;
  }
  return s;
}

RADAM_INLINE void add(RowSums& s, const RowSums& other) {
  RADAM_UNROLL for (int k = 0; k < RADAM_ROW_SUMS; ++k) s.of[k] += other.of[k];
}

// Stores the sums of a row of a tensor among those of all rows of the plan.
RADAM_INLINE void put(double* sums, const radam::cuda::DeviceTensor& t, std::int64_t row, const RowSums& s) {
  double* const to = sums + (t.place_of_rows + row) * RADAM_ROW_SUMS;
  for (int k = 0; k < RADAM_ROW_SUMS; ++k) to[k] = s.of[k];
}

}  // namespace

#endif
