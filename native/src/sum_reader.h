// Reads what a step of a layer-wise algorithm would read, as float32, block by block. Included by target/*.cpp.
#ifndef RADAM_SRC_SUM_READER_H
#define RADAM_SRC_SUM_READER_H

#include <cstdint>

#include "block_reader.h"
#include "kernels.h"
#include "storage/small_state.h"

namespace {

template <class V, class Algorithm>
class SumReader : protected BlockReader<V> {
 public:
  SumReader(const radam_coefficients& c, const radam::Tensor& b) : BlockReader<V>(c, b), terms_(this->clip_.rest) {
    for (int k = 0; k < Algorithm::kSummedBuffers; ++k) summed_[k] = Algorithm::summed_buffer(c, k);
    needs_param_ = Algorithm::needs_param(c);
    is_f32_ = b.param_type == RADAM_TYPE_F32 && b.grad_type == RADAM_TYPE_F32 && b.state_type == RADAM_STATE_F32 &&
              !this->clip_.active && b.grad_mean == nullptr;
    for (int k = 0; k < Algorithm::kSummedBuffers; ++k) is_f32_ = is_f32_ && b.state[summed_[k]] != nullptr;
  }

 protected:
  using BlockReader<V>::b_;
  using Lanes = typename Algorithm::Stepped::template Lanes<V>;

  // The same as for_blocks, but with several blocks as one where these are read as they are.
  template <class Body>
  void for_reads(std::int64_t begin, std::int64_t end, Body body) {
    if (!is_f32_) return this->for_blocks(begin, end, body);
    constexpr std::int64_t kTogether = 4 * RADAM_BLOCK_SIZE;  // they stay in the L1 cache
    while (begin < end) {
      const std::int64_t place = b_.first + begin, first = place % RADAM_BLOCK_SIZE;
      const std::int64_t most = kTogether - first, count = end - begin < most ? end - begin : most;
      body(BlockRange{place / RADAM_BLOCK_SIZE, begin, first, count});
      begin += count;
    }
  }

  radam::Buffers read(const BlockRange& at) {
    radam::Buffers f32{nullptr, this->unpack_grad(at), {}};
    // What nothing depends on need not come from memory. The loop loads something in its place, which is in the cache.
    f32.param = needs_param_ ? param(at) : const_cast<float*>(f32.grad);
    for (int k = 0; k < Algorithm::kSummedBuffers; ++k) f32.state[k] = state(at, k);
    return f32;
  }

  // A vector of the elements from i.
  RADAM_INLINE_MEMBER Lanes lanes_at(const radam::Buffers& f32, std::int64_t i) const {
    Lanes x;
    x.param = V::load(f32.param + i);
    x.grad = V::load(f32.grad + i);
    for (int k = 0; k < Algorithm::kSummedBuffers; ++k) x.state[k] = V::load(f32.state[k] + i);
    return x;
  }

  // Some elements, at most so many, with zeros before and after them.
  template <int kCount>
  struct Part {
    float values[2 + Algorithm::kSummedBuffers][kCount] = {};
    radam::Buffers buffers{values[0], values[1], {}};

    // Elements from to from + count of the buffers become those from `place` on.
    Part(const radam::Buffers& f32, std::int64_t from, std::int64_t count, std::int64_t place) {
      const auto size = static_cast<std::size_t>(count) * sizeof(float);
      __builtin_memcpy(values[0] + place, f32.param + from, size);
      __builtin_memcpy(values[1] + place, f32.grad + from, size);
      for (int k = 0; k < Algorithm::kSummedBuffers; ++k) {
        buffers.state[k] = values[2 + k];
        __builtin_memcpy(values[2 + k] + place, f32.state[k] + from, size);
      }
    }
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;
  };

  const typename Algorithm::template Terms<V> terms_;

 private:
  float* param(const BlockRange& at) {
    if (b_.param_type == RADAM_TYPE_F32) return static_cast<float*>(b_.param) + at.begin;
    this->unpack_param_to(at, param_.values);
    return param_.values;
  }

  // That which is summed as the k-th. A buffer that is not there is one of zeros.
  float* state(const BlockRange& at, int k) {
    const int number = summed_[k];
    if (b_.state[number] == nullptr) return state_[k].values;
    if (b_.state_type == RADAM_STATE_F32) return static_cast<float*>(b_.state[number]) + at.begin;
    unpack_state<V>(b_, number, Algorithm::buffer(number).is_signed, at, state_[k].values);
    return state_[k].values;
  }

  bool is_f32_;                                // whether read() returns the tensor's own buffers
  bool needs_param_;
  int summed_[Algorithm::kSummedBuffers + 1];  // an array may not be empty
  Staged param_, state_[Algorithm::kSummedBuffers + 1] = {};
};

}  // namespace

#endif
