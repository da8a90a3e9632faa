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
    this->for_blocks(begin, end, [&](const BlockRange& at) { add_block(at); });
    for (int s = 0; s < Algorithm::kSums; ++s) {
      double each[kSums];
      sums_[s].store(each);
      add_pairwise(each, [](double& a, double b) { a += b; });
      sums[s] = each[0];
    }
  }

 private:
  using Sums = typename V::ProductSums;
  // The numbers of an element that are squared, or multiplied in pairs.
  static constexpr int kTerms = Algorithm::kProducts ? 2 * Algorithm::kSums : Algorithm::kSums;

  void add_block(const BlockRange& at) {
    const radam::Buffers f32 = this->read(at);
    Sums sums[Algorithm::kSums];  // copies, which the compiler keeps in registers
    for (int s = 0; s < Algorithm::kSums; ++s) sums[s] = sums_[s];
    // Groups of kSums elements begin where the place in the tensor is a multiple of that.
    for (std::int64_t i = -(at.first % kSums); i < at.count; i += kSums) {
      if (i >= 0 && at.count - i >= kSums) add_group(f32, i, sums);
      else add_part(f32, i, at.count, sums);
    }
    for (int s = 0; s < Algorithm::kSums; ++s) sums_[s] = sums[s];
  }

  RADAM_INLINE_MEMBER void terms_at(const radam::Buffers& f32, std::int64_t i,
                                    typename V::Register (&terms)[kTerms]) const {
    auto x = this->lanes_at(f32, i);
    this->terms_.of(x, terms);
  }

  RADAM_INLINE void add_terms(Sums* sums, int j, const typename V::Register (&terms)[kTerms]) {
    for (int s = 0; s < Algorithm::kSums; ++s) {
      if constexpr (Algorithm::kProducts) sums[s].add(j, terms[2 * s], terms[2 * s + 1]);
      else sums[s].add(j, terms[s], terms[s]);
    }
  }

  RADAM_INLINE_MEMBER void add_group(const radam::Buffers& f32, std::int64_t i, Sums* sums) const {
    unroll(std::make_integer_sequence<int, kSums / static_cast<int>(V::kLanes)>(),
           [&](auto index) __attribute__((always_inline)) {
      constexpr int j = decltype(index)::value;
      typename V::Register terms[kTerms];
      terms_at(f32, i + j * V::kLanes, terms);
      add_terms(sums, j, terms);
    });
  }

  // A group at i of which only the elements from 0 to count are there. Terms of the others count as 0.
  void add_part(const radam::Buffers& f32, std::int64_t i, std::int64_t count, Sums* sums) const {
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
    for (int j = 0; j < kSums / static_cast<int>(V::kLanes); ++j) {
      typename V::Register terms[kTerms];
      for (int k = 0; k < kTerms; ++k) terms[k] = V::load(some[k] + j * V::kLanes);
      add_terms(sums, j, terms);
    }
  }

  Sums sums_[Algorithm::kSums];
};

template <class V, class Algorithm>
void tensor_sums(const radam_coefficients& c, const radam::Tensor& b, std::int64_t begin, std::int64_t end,
                 double* sums) {
  TensorSums<V, Algorithm>(c, b).run(begin, end, sums);
}

}  // namespace

#endif
