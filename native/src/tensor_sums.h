// Sums over a tensor that a step of a layer-wise algorithm depends on. The order of the sums makes them the same on
// every target, and for all types of the same values. Included by target/*.cpp.
#ifndef RADAM_SRC_TENSOR_SUMS_H
#define RADAM_SRC_TENSOR_SUMS_H

#include <cstdint>
#include <utility>

#include "kernels.h"
#include "sum_reader.h"
#include "sums.h"
#include "unroll.h"

namespace {

template <class V, class Algorithm>
class TensorSums : SumReader<V, Algorithm> {
 public:
  using SumReader<V, Algorithm>::SumReader;

  void run(std::int64_t begin, std::int64_t end, double* sums) {
    this->for_reads(begin, end, [&](const BlockRange& at) { add_block(at); });
    for (int s = 0; s < Algorithm::kSums; ++s) {
      double each[kSums];
      for (int j = 0; j < kVectors; ++j) sums_[s][j].store(each + j * V::kLanes);
      add_pairwise(each, [](double& a, double b) { a += b; });
      sums[s] = each[0];
    }
  }

 private:
  using Sums = typename V::ProductSums;
  // The numbers of an element that are squared, or multiplied in pairs.
  static constexpr int kTerms = Algorithm::kProducts ? 2 * Algorithm::kSums : Algorithm::kSums;
  static constexpr int kVectors = kSums / static_cast<int>(V::kLanes);  // of a group
  // Of so many, the sums fit the registers, and are enough not to wait for one another.
  static constexpr int kFit = Algorithm::kSums > 1 ? 2 : 4, kTogether = kVectors < kFit ? kVectors : kFit;

  void add_block(const BlockRange& at) {
    const radam::Buffers f32 = this->read(at);
    // Groups of kSums elements begin where the place in the tensor is a multiple of that.
    std::int64_t i = -(at.first % kSums);
    if (i < 0) {
      add_part(f32, i, at.count);
      i += kSums;
    }
    const std::int64_t groups = (at.count - i) / kSums;
    if (groups > 0) add_groups(f32, i, i + groups * kSums);
    i += groups * kSums;
    if (i < at.count) add_part(f32, i, at.count);
  }

  RADAM_INLINE_MEMBER void terms_at(const radam::Buffers& f32, std::int64_t i,
                                    typename V::Register (&terms)[kTerms]) const {
    auto x = this->lanes_at(f32, i);
    this->terms_.of(x, terms);
  }

  // The vectors from j on of each group, then the others. Not inline, because with what is around it the compiler
  // would keep the sums in memory.
  __attribute__((noinline)) void add_groups(const radam::Buffers& f32, std::int64_t begin, std::int64_t end) {
    for (int first = 0; first < kVectors; first += kTogether) {
      Sums sums[Algorithm::kSums][kTogether];
      for (int s = 0; s < Algorithm::kSums; ++s)
        for (int j = 0; j < kTogether; ++j) sums[s][j] = sums_[s][first + j];
      for (std::int64_t i = begin + first * V::kLanes; i < end; i += kSums)
        unroll(std::make_integer_sequence<int, kTogether>(), [&](auto index) __attribute__((always_inline)) {
          constexpr int j = decltype(index)::value;
          typename V::Register terms[kTerms];
          terms_at(f32, i + j * V::kLanes, terms);
          unroll(std::make_integer_sequence<int, Algorithm::kSums>(), [&](auto number) __attribute__((always_inline)) {
            constexpr int s = decltype(number)::value;
            add(terms, s, sums[s][j]);
          });
        });
      for (int s = 0; s < Algorithm::kSums; ++s)
        for (int j = 0; j < kTogether; ++j) sums_[s][first + j] = sums[s][j];
    }
  }

  RADAM_INLINE void add(const typename V::Register (&terms)[kTerms], int s, Sums& sum) {
    if constexpr (Algorithm::kProducts) sum.add(terms[2 * s], terms[2 * s + 1]);
    else sum.add(terms[s], terms[s]);
  }

  // A group at i of which only the elements from 0 to count are there. Terms of the others count as 0.
  __attribute__((noinline)) void add_part(const radam::Buffers& f32, std::int64_t i, std::int64_t count) {
    const std::int64_t from = i < 0 ? 0 : i, to = count - i < kSums ? count : i + kSums;
    const auto size = static_cast<std::size_t>(to - from) * sizeof(float);
    const typename SumReader<V, Algorithm>::template Part<kSums> part(f32, from, to - from, from - i);
    float all[kTerms][kSums], some[kTerms][kSums] = {};
    for (int j = 0; j < kSums; j += V::kLanes) {
      typename V::Register terms[kTerms];
      terms_at(part.buffers, j, terms);
      for (int k = 0; k < kTerms; ++k) V::store(all[k] + j, terms[k]);
    }
    for (int k = 0; k < kTerms; ++k) __builtin_memcpy(some[k] + (from - i), all[k] + (from - i), size);
    for (int j = 0; j < kVectors; ++j) {
      typename V::Register terms[kTerms];
      for (int k = 0; k < kTerms; ++k) terms[k] = V::load(some[k] + j * V::kLanes);
      for (int s = 0; s < Algorithm::kSums; ++s) add(terms, s, sums_[s][j]);
    }
  }

  Sums sums_[Algorithm::kSums][kVectors];
};

template <class V, class Algorithm>
void tensor_sums(const radam_coefficients& c, const radam::Tensor& b, std::int64_t begin, std::int64_t end,
                 double* sums) {
  TensorSums<V, Algorithm>(c, b).run(begin, end, sums);
}

}  // namespace

#endif
