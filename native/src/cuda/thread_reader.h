// Reads what a step of a layer-wise algorithm would read, as float32. sum_reader.h has the same for the host.
#ifndef RADAM_SRC_CUDA_THREAD_READER_H
#define RADAM_SRC_CUDA_THREAD_READER_H

#include <utility>

#include "../algorithm/algorithms.h"
#include "../around_rule.h"
#include "../unroll.h"
#include "any_type.h"
#include "layout.h"
#include "rows.h"

namespace {

template <class Algorithm>
struct ThreadReader {
  Clip<Quad> clip;
  typename Algorithm::template Terms<Quad> terms;

  RADAM_DEVICE explicit ThreadReader(const radam::cuda::Group& group)
      : clip(group.coefficients, group.clip_value), terms(clip.rest) {}

  // All elements are of one block.
  RADAM_DEVICE typename Algorithm::Stepped::template Lanes<Quad> read(const radam::cuda::DeviceTensor& t,
                                                                      const Elements& at, bool wide) const {
    typename Algorithm::Stepped::template Lanes<Quad> x;
    x.param = load_param(t, at, wide);
    x.grad = load_type(t.grad_type, t.grad, at, wide);
    if (t.grad_mean != nullptr) x.grad = centralized(t, at, x.grad);
    x.grad = clip(x.grad);
    if constexpr (Algorithm::kSummedBuffers > 0)
      unroll(std::make_integer_sequence<int, Algorithm::kSummedBuffers>(), [&](auto index) {
        constexpr int k = decltype(index)::value;
        const int number = Algorithm::summed_buffer(clip.rest, k);
        // As on the host, a buffer that is not there is one of zeros.
        x.state[k] = (t.present >> number & 1) != 0
                         ? load_state<Algorithm::buffer(k).is_signed>(t, number, at, wide)
                         : Quad::broadcast(0);
      });
    return x;
  }
};

}  // namespace

#endif
