// Reads the parameters and gradients of a tensor of any types as float32, block by block. Included by target/*.cpp.
#ifndef RADAM_SRC_BLOCK_READER_H
#define RADAM_SRC_BLOCK_READER_H

#include <cstdint>

#include "around_rule.h"
#include "inline.h"
#include "kernels.h"
#include "storage/convert.h"
#include "storage/sizes.h"

namespace {

// A block as float32, with room for a vector that begins within it.
struct Staged {
  alignas(64) float values[RADAM_BLOCK_SIZE + 16];
};

template <class V>
class BlockReader {
 protected:
  BlockReader(const radam_coefficients& c, const radam::Tensor& b) : clip_(c, b.clip_value), b_(b) {}

  template <class Body>
  void for_blocks(std::int64_t begin, std::int64_t end, Body body) {
    // Blocks are counted in the whole tensor, of which the buffers may be a slice.
    while (begin < end) {
      const std::int64_t place = b_.first + begin, rest = RADAM_BLOCK_SIZE - place % RADAM_BLOCK_SIZE;
      const std::int64_t count = end - begin < rest ? end - begin : rest;
      body(BlockRange{place / RADAM_BLOCK_SIZE, begin, place % RADAM_BLOCK_SIZE, count});
      begin += count;
    }
  }

  void unpack_param_to(const BlockRange& at, float* to) {
    unsigned char* const from = bytes(b_.param, b_.param_type, at);
    if (b_.param_type == RADAM_TYPE_SPLIT) return unpack_split<V>(from, lower_half(at), at.count, to);
    unpack<V>(b_.param_type, from, at.count, to);
  }

  unsigned char* lower_half(const BlockRange& at) { return bytes(b_.param_copy, RADAM_TYPE_SPLIT, at); }

  const float* unpack_grad(const BlockRange& at) {
    const bool centralizes = b_.grad_mean != nullptr;
    if (b_.grad_type == RADAM_TYPE_F32 && !clip_.active && !centralizes)
      return static_cast<const float*>(b_.grad) + at.begin;
    unpack<V>(b_.grad_type, bytes(b_.grad, b_.grad_type, at), at.count, grad_.values);
    if (centralizes) centralize(at);
    if (clip_.active) {
      const Clip<V> clip = clip_;  // a copy, so that the compiler knows that no store changes it
      for (std::int64_t i = 0; i < at.count; i += V::kLanes)
        V::store(grad_.values + i, clip(V::load(grad_.values + i)));
    }
    return grad_.values;
  }

  // Calls body(row, begin, end) for each row that the range has a part of.
  template <class Body>
  void for_rows(std::int64_t begin, std::int64_t end, Body body) {
    std::int64_t row = b_.row_of(begin), rest = b_.row_length - (b_.first + begin) % b_.row_length;
    for (; begin < end; ++row, rest = b_.row_length) {
      const std::int64_t stop = end - begin < rest ? end : begin + rest;
      body(row, begin, stop);
      begin = stop;
    }
  }

  // Subtracts from the gradients of each row what the row has for it.
  void centralize(const BlockRange& at) {
    for_rows(at.begin, at.begin + at.count, [&](std::int64_t row, std::int64_t begin, std::int64_t end) {
      const float mean = b_.grad_mean[row];
      for (std::int64_t i = begin - at.begin; i < end - at.begin; ++i) grad_.values[i] -= mean;
    });
  }

  Clip<V> clip_;
  const radam::Tensor b_;  // a copy, so that the compiler knows that no store to a buffer changes it
  Staged grad_;
};

}  // namespace

#endif
