// Rows: the means of gradients, gradients less these, and decays.
#ifndef RADAM_SRC_CUDA_ROWS_H
#define RADAM_SRC_CUDA_ROWS_H

#include <cstdint>

#include "../sums.h"
#include "any_type.h"
#include "elements.h"
#include "layout.h"

namespace {

// A row, by its number, and an element in it.
struct InRow {
  std::int64_t row, element;
};

// Divides by 32 bits where that will do, because a GPU takes several times as long for 64.
RADAM_INLINE InRow in_row_of(std::int64_t element, std::int64_t row_length) {
  const std::int64_t row = static_cast<std::uint64_t>(element | row_length) >> 32 == 0
                               ? static_cast<std::uint32_t>(element) / static_cast<std::uint32_t>(row_length)
                               : element / row_length;
  return {row, element - row * row_length};
}

// Calls body(i, row) for elements i of four, which begin there, and the numbers of their rows.
template <class Body>
RADAM_INLINE void for_rows_of(const radam::cuda::DeviceTensor& t, InRow next, int count, const Body& body) {
  RADAM_UNROLL for (int i = 0; i < 4; ++i) {
    if (i < count) body(i, next.row);
    if (++next.element == t.row_length) {
      next.element = 0;
      ++next.row;
    }
  }
}

// Four gradients less the means of their rows. radam.h documents it (radam_step). The first mean is that of the row in
// which the tensor begins. Not inline, because steps need it rarely: there is a copy of it in each kernel otherwise.
RADAM_NOT_INLINE inline Quad::Register centralized(const radam::cuda::DeviceTensor& t, const Elements& at,
                                                   Quad::Register g) {
  InRow begin = in_row_of(t.first + at.begin, t.row_length);
  begin.row -= in_row_of(t.first, t.row_length).row;
  for_rows_of(t, begin, at.count,
              [&](int i, std::int64_t row) { g.lane[i] = Cuda::sub(g.lane[i], t.grad_mean[row]); });
  return g;
}

// The decays of four elements, which are those of their rows. A tensor of a plan by rows begins with one.
RADAM_DEVICE inline Quad::Register decays_of(const radam::cuda::DeviceTensor& t, const float* row_decay,
                                             const Elements& at) {
  Quad::Register decay = Quad::broadcast(0);
  for_rows_of(t, in_row_of(at.begin, t.row_length), at.count,
              [&](int i, std::int64_t row) { decay.lane[i] = row_decay[t.place_of_rows + row]; });
  return decay;
}

// The part of a thread in the sum of a row: one of the 32 sums. 0 where there is nothing to do: of a tensor without
// means or a group, and of a row of which the buffers have a part only.
struct RowSum {
  double sum;
  bool is_whole;
};

RADAM_DEVICE inline RowSum add_row(const radam::cuda::DeviceTensor& t, std::int64_t row, int thread) {
  RowSum s{0, false};
  if (t.grad_mean == nullptr) return s;
  const std::int64_t begin = (t.first / t.row_length + row) * t.row_length - t.first;
  s.is_whole = t.group != RADAM_CUDA_NO_GROUP && begin >= 0 && t.row_length <= t.length - begin;
  if (!s.is_whole) return s;
  for (std::int64_t i = thread; i < t.row_length; i += kSums)
    s.sum += static_cast<double>(load_type(t.grad_type, t.grad, {begin + i, 1}, false).lane[0]);
  return s;
}

RADAM_DEVICE inline void put_mean(const radam::cuda::DeviceTensor& t, std::int64_t row, double sum) {
  t.grad_mean[row] = static_cast<float>(sum / static_cast<double>(t.row_length));
}

}  // namespace

#endif
