// Sums over a tensor that a step of a layer-wise algorithm depends on. The order of the sums makes them the same on
// every target, and for all types of the same values. Included by target/*.cpp.
#ifndef RADAM_SRC_TENSOR_SUMS_H
#define RADAM_SRC_TENSOR_SUMS_H

#include <cstdint>
#include <utility>

#include "algorithm/algorithms.h"
#include "block_reader.h"
#include "kernels.h"
#include "storage/small_state.h"
#include "sums.h"
#include "unroll.h"

namespace {

template <class V, class Algorithm>
class TensorSums : BlockReader<V> {
 public:
  TensorSums(const radam_coefficients& c, const radam::Tensor& b)
      : BlockReader<V>(c, b), terms_(this->clip_.rest) {}

  void run(std::int64_t begin, std::int64_t end, double* sums) {
    this->for_blocks(begin, end, [&](const BlockRange& at) { add_block(at); });
    for (int s = 0; s < Algorithm::kSums; ++s) {
      double each[kSums];
      squares_[s].store(each);
      add_pairwise(each, [](double& a, double b) { a += b; });
      sums[s] = each[0];
    }
  }

 private:
  using Squares = typename V::SquareSums;
  using Lanes = typename Algorithm::Stepped::template Lanes<V>;
  using BlockReader<V>::b_;

  void add_block(const BlockRange& at) {
    radam::Buffers f32{param(at), this->unpack_grad(at), {}};
    for (int k = 0; k < Algorithm::kSummedBuffers; ++k) f32.state[k] = state(at, k);
    Squares squares[Algorithm::kSums];  // copies, which the compiler keeps in registers
    for (int s = 0; s < Algorithm::kSums; ++s) squares[s] = squares_[s];
    // Groups of kSums elements begin where the place in the tensor is a multiple of that.
    for (std::int64_t i = -(at.first % kSums); i < at.count; i += kSums) {
      if (i >= 0 && at.count - i >= kSums) add_group(f32, i, squares);
      else add_part(f32, i, at.count, squares);
    }
    for (int s = 0; s < Algorithm::kSums; ++s) squares_[s] = squares[s];
  }

  float* param(const BlockRange& at) {
    if (b_.param_type == RADAM_TYPE_F32) return static_cast<float*>(b_.param) + at.begin;
    this->unpack_param_to(at, param_.values);
    return param_.values;
  }

  float* state(const BlockRange& at, int k) {
    if (b_.state_type == RADAM_STATE_F32) return static_cast<float*>(b_.state[k]) + at.begin;
    unpack_state<V>(b_, k, Algorithm::buffer(k).is_signed, at, state_[k].values);
    return state_[k].values;
  }

  RADAM_INLINE_MEMBER void terms_at(const radam::Buffers& f32, std::int64_t i,
                                    typename V::Register (&terms)[Algorithm::kSums]) const {
    Lanes x;
    x.param = V::load(f32.param + i);
    x.grad = V::load(f32.grad + i);
    for (int k = 0; k < Algorithm::kSummedBuffers; ++k) x.state[k] = V::load(f32.state[k] + i);
    terms_.of(x, terms);
  }

  RADAM_INLINE_MEMBER void add_group(const radam::Buffers& f32, std::int64_t i, Squares* squares) const {
    unroll(std::make_integer_sequence<int, kSums / static_cast<int>(V::kLanes)>(),
           [&](auto index) __attribute__((always_inline)) {
      constexpr int j = decltype(index)::value;
      typename V::Register terms[Algorithm::kSums];
      terms_at(f32, i + j * V::kLanes, terms);
      for (int s = 0; s < Algorithm::kSums; ++s) squares[s].add(j, terms[s]);
    });
  }

  // A group at i of which only the elements from 0 to count are there. Terms of the others count as 0.
  void add_part(const radam::Buffers& f32, std::int64_t i, std::int64_t count, Squares* squares) const {
    const std::int64_t from = i < 0 ? 0 : i, to = count - i < kSums ? count : i + kSums;
    const auto size = static_cast<std::size_t>(to - from) * sizeof(float);
    float param[kSums] = {}, grad[kSums] = {}, state[Algorithm::kSummedBuffers + 1][kSums] = {};
    radam::Buffers staged{param, grad, {}};
    __builtin_memcpy(param + (from - i), f32.param + from, size);
    __builtin_memcpy(grad + (from - i), f32.grad + from, size);
    for (int k = 0; k < Algorithm::kSummedBuffers; ++k) {
      staged.state[k] = state[k];
      __builtin_memcpy(state[k] + (from - i), f32.state[k] + from, size);
    }
    float all[Algorithm::kSums][kSums];
    for (int j = 0; j < kSums; j += V::kLanes) {
      typename V::Register terms[Algorithm::kSums];
      terms_at(staged, j, terms);
      for (int s = 0; s < Algorithm::kSums; ++s) V::store(all[s] + j, terms[s]);
    }
    for (int s = 0; s < Algorithm::kSums; ++s) {
      float some[kSums] = {};
      __builtin_memcpy(some + (from - i), all[s] + (from - i), size);
      for (int j = 0; j < kSums / static_cast<int>(V::kLanes); ++j)
        squares[s].add(j, V::load(some + j * V::kLanes));
    }
  }

  const typename Algorithm::template Terms<V> terms_;
  Squares squares_[Algorithm::kSums];
  Staged param_, state_[Algorithm::kSummedBuffers + 1];  // an array may not be empty
};

template <class V, class Algorithm>
void tensor_sums(const radam_coefficients& c, const radam::Tensor& b, std::int64_t begin, std::int64_t end,
                 double* sums) {
  TensorSums<V, Algorithm>(c, b).run(begin, end, sums);
}

}  // namespace

#endif
