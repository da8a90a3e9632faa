// Sums over rows that a step of AdamP and SGDP depends on. The order of the sums makes them the same on every target,
// and for all types of the same values. Included by target/*.cpp.
#ifndef RADAM_SRC_ROW_SUMS_H
#define RADAM_SRC_ROW_SUMS_H

#include <cstdint>

#include "algorithm/projection.h"
#include "kernels.h"
#include "sum_reader.h"

namespace {

template <class V, class Algorithm>
class RowSums : SumReader<V, Algorithm> {
 public:
  using SumReader<V, Algorithm>::SumReader;

  // sums: those of row 0.
  void run(std::int64_t begin, std::int64_t end, double* sums) {
    const std::int64_t length = b_.row_length;
    std::int64_t row = begin;
    this->for_blocks(begin * length, end * length, [&](const BlockRange& at) {
      read_terms(at);
      for (std::int64_t i = 0; i < at.count;) {
        const std::int64_t rest = length - in_row_, stop = at.count - i < rest ? at.count : i + rest;
        add(i, stop);
        i = stop;
        if (in_row_ == length) finish(sums + row++ * RADAM_ROW_SUMS);
      }
    });
  }

 private:
  using SumReader<V, Algorithm>::b_;
  static constexpr int kApart = 8;  // element i of a row is added to sum i mod kApart
  static constexpr int kLanes = 4;  // of which so many are a vector here, whatever the target
  static constexpr int kVectors = kApart / kLanes;
  typedef std::int32_t Mask __attribute__((vector_size(kLanes * sizeof(std::int32_t))));
  typedef float Floats __attribute__((vector_size(kLanes * sizeof(float))));
  typedef double Doubles __attribute__((vector_size(kLanes * sizeof(double))));

  // A number of each element of a block, with room before and after, so that all groups of kApart can be loaded whole.
  struct Column {
    alignas(64) float room[kApart + RADAM_BLOCK_SIZE + 16] = {};
    float* const values = room + kApart;
  };

  void read_terms(const BlockRange& at) {
    const radam::Buffers f32 = this->read(at);
    std::int64_t i = 0;
    for (; at.count - i >= V::kLanes; i += V::kLanes) store_terms(this->lanes_at(f32, i), i);
    if (i == at.count) return;
    const typename SumReader<V, Algorithm>::template Part<V::kLanes> part(f32, i, at.count - i, 0);
    store_terms(this->lanes_at(part.buffers, 0), i);
  }

  RADAM_INLINE_MEMBER void store_terms(typename SumReader<V, Algorithm>::Lanes x, std::int64_t i) {
    V::store(parameters_.values + i, x.param);
    V::store(updates_.values + i, this->terms_.of(x));
    V::store(gradients_.values + i, x.grad);
  }

  // Adds elements of the block to the sums of the row that they continue.
  void add(std::int64_t i, std::int64_t end) {
    Doubles sums[RADAM_ROW_SUMS][kVectors];  // copies, which the compiler keeps in registers
    for_vectors([&](int s, int k) { sums[s][k] = sums_[s][k]; });
    if (in_row_ % kApart != 0) i += add_part(i, end, sums);
    for (; end - i >= kApart; i += kApart, in_row_ += kApart)
      for (int k = 0; k < kVectors; ++k) add_vector(i + k * kLanes, ~Mask{}, k, sums);
    if (i < end) add_part(i, end, sums);
    for_vectors([&](int s, int k) { sums_[s][k] = sums[s][k]; });
  }

  // By vectors, because for so many bytes the compiler would call for a copy that takes longer than a short row.
  template <class Body>
  RADAM_INLINE void for_vectors(Body body) {
    for (int s = 0; s < RADAM_ROW_SUMS; ++s)
      for (int k = 0; k < kVectors; ++k) body(s, k);
  }

  // The same of those that are a part of a group. Zeros, which change no sum, take the place of the others. Returns how
  // many there were.
  RADAM_INLINE_MEMBER std::int64_t add_part(std::int64_t i, std::int64_t end,
                                            Doubles (&sums)[RADAM_ROW_SUMS][kVectors]) {
    static constexpr std::int32_t kMasks[3 * kApart] = {0,  0,  0,  0,  0,  0,  0,  0, -1, -1, -1, -1,
                                                        -1, -1, -1, -1, 0,  0,  0,  0, 0,  0,  0,  0};
    const std::int64_t place = in_row_ % kApart, rest = kApart - place, count = end - i < rest ? end - i : rest;
    for (int k = 0; k < kVectors; ++k) {
      Mask after, before;
      __builtin_memcpy(&after, kMasks + kApart - place + k * kLanes, sizeof after);
      __builtin_memcpy(&before, kMasks + 2 * kApart - (place + count) + k * kLanes, sizeof before);
      add_vector(i - place + k * kLanes, after & before, k, sums);
    }
    in_row_ += count;
    return count;
  }

  RADAM_INLINE_MEMBER void add_vector(std::int64_t i, const Mask& mask, int k,
                                      Doubles (&sums)[RADAM_ROW_SUMS][kVectors]) const {
    Doubles grad, param, update;
    load(gradients_.values + i, mask, grad);
    load(parameters_.values + i, mask, param);
    load(updates_.values + i, mask, update);
    sums[Projecting::kGradParam][k] += grad * param;  // the products are exact
    sums[Projecting::kGradGrad][k] += grad * grad;
    sums[Projecting::kParamParam][k] += param * param;
    sums[Projecting::kUpdateParam][k] += update * param;
  }

  // By reference, because how vectors are passed depends on the target.
  RADAM_INLINE void load(const float* from, const Mask& mask, Doubles& to) {
    Mask bits;
    __builtin_memcpy(&bits, from, sizeof bits);
    bits &= mask;
    Floats x;
    __builtin_memcpy(&x, &bits, sizeof x);
    static_assert(kLanes == 4);
    to = Doubles{x[0], x[1], x[2], x[3]};  // which gcc makes better code of than of __builtin_convertvector
  }

  // Stores the sums of a row, and begins with the next.
  void finish(double* to) {
    static_assert(kVectors == 2 && kLanes == 4);
    for (int s = 0; s < RADAM_ROW_SUMS; ++s) {
      // Those 4 apart, 2 and 1; not by way of an array, which would have to be stored first.
      const Doubles four = sums_[s][0] + sums_[s][1];
      to[s] = (four[0] + four[2]) + (four[1] + four[3]);
    }
    for_vectors([&](int s, int k) { sums_[s][k] = Doubles{}; });
    in_row_ = 0;
  }

  Column gradients_, parameters_, updates_;
  Doubles sums_[RADAM_ROW_SUMS][kVectors] = {};
  std::int64_t in_row_ = 0;
};

template <class V, class Algorithm>
void row_sums(const radam_coefficients& c, const radam::Tensor& b, std::int64_t begin, std::int64_t end,
              double* sums) {
  RowSums<V, Algorithm>(c, b).run(begin, end, sums);
}

}  // namespace

#endif
