// Sums over rows that a step of AdamP and SGDP depends on. The order of the sums makes them the same on every target,
// and for all types of the same values. Included by target/*.cpp.
#ifndef RADAM_SRC_ROW_SUMS_H
#define RADAM_SRC_ROW_SUMS_H

#include <cstdint>
#include <type_traits>
#include <utility>

#include "algorithm/projection.h"
#include "eight_doubles.h"
#include "kernels.h"
#include "sum_reader.h"
#include "unroll.h"

namespace {

// Eight numbers in double: the target's, where it has them.
template <class V, class = void>
struct EightOf {
  using Type = EightDoubles;
};
template <class V>
struct EightOf<V, std::void_t<typename V::Eight>> {
  using Type = typename V::Eight;
};

// update_is_gradient: the update is the gradient, so that two of the sums are one. Only the sign of a zero, which changes
// no sum, may be another.
template <class V, class Algorithm, bool update_is_gradient>
class RowSums : SumReader<V, Algorithm> {
 public:
  using SumReader<V, Algorithm>::SumReader;

  // sums: those of row 0.
  void run(std::int64_t begin, std::int64_t end, double* sums) {
    const std::int64_t length = b_.row_length;
    to_ = sums + begin * RADAM_ROW_SUMS;
    if constexpr (kAddsVectors) {
      if (length % V::kLanes == 0)
        return this->for_reads(begin * length, end * length, [&](const BlockRange& at) { add_vectors(at); });
    }
    this->for_blocks(begin * length, end * length, [&](const BlockRange& at) {
      read_terms(at);
      add_block(at.count);
    });
  }

 private:
  using SumReader<V, Algorithm>::b_;
  using Eight = typename EightOf<V>::Type;
  using Sums = Eight[RADAM_ROW_SUMS];
  static constexpr int kApart = 8;  // element i of a row is added to sum i mod kApart
  // The groups of so many elements that a vector has. 0: it has less than one, or cannot be added as it is.
  static constexpr int kGroupsOfVector = std::is_same_v<Eight, EightDoubles> ? 0 : V::kLanes / kApart;
  // Whether rows of whole vectors are added as they are read. Where updates are quotients, that takes longer with
  // registers for one group: roots and sums wait for one another.
  static constexpr bool kAddsVectors = kGroupsOfVector > (Algorithm::Stepped::rule(0).divides() ? 1 : 0);

  // A number of each element of a block, with room before and after, so that all groups of kApart can be loaded whole.
  struct Column {
    alignas(64) float room[kApart + RADAM_BLOCK_SIZE + 16] = {};
    float* const values = room + kApart;
  };

  // Adds a block of rows of whole vectors.
  void add_vectors(const BlockRange& at) {
    const radam::Buffers f32 = this->read(at);
    for (std::int64_t i = 0; i < at.count;) {
      Sums sums;
      copy(sums_, sums);
      const std::int64_t stop = stop_of_row(i, at.count);
      in_row_ += stop - i;
      for (; i < stop; i += V::kLanes) {
        auto x = this->lanes_at(f32, i);
        const auto update = this->terms_.of(x);
        unroll(std::make_integer_sequence<int, kGroupsOfVector>(), [&](auto group) __attribute__((always_inline)) {
          constexpr int g = decltype(group)::value;
          add(Eight::template of<g>(x.grad), Eight::template of<g>(x.param), Eight::template of<g>(update), sums);
        });
      }
      end_part(sums);
    }
  }

  // The elements of a block from i on that are of one row.
  std::int64_t stop_of_row(std::int64_t i, std::int64_t count) const {
    const std::int64_t rest = b_.row_length - in_row_;
    return count - i < rest ? count : i + rest;
  }

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
    const auto update = this->terms_.of(x);
    if (!update_is_gradient) V::store(updates_.values + i, update);
    V::store(gradients_.values + i, x.grad);
  }

  // Adds a block whose terms are read.
  void add_block(std::int64_t count) {
    const std::int64_t length = b_.row_length;
    double* to = to_;
    std::int64_t i = 0;
    if (in_row_ > 0) i = add_part(i, count), to = to_;
    for (; count - i >= length; i += length, to += RADAM_ROW_SUMS) {
      Sums sums = {};
      add_elements(i, length, 0, sums);
      store_totals(sums, to);
    }
    to_ = to;
    if (i < count) add_part(i, count);
  }

  // Adds the elements of a row of which the block has a part only, and returns where they end.
  std::int64_t add_part(std::int64_t i, std::int64_t count) {
    const std::int64_t stop = stop_of_row(i, count);
    Sums sums;
    copy(sums_, sums);
    add_elements(i, stop - i, in_row_ % kApart, sums);
    in_row_ += stop - i;
    end_part(sums);
    return stop;
  }

  // Adds elements of a row, of which the first one is number `place` of its group.
  RADAM_INLINE_MEMBER void add_elements(std::int64_t i, std::int64_t count, std::int64_t place, Sums& to) const {
    Sums sums;  // a copy, which the compiler keeps in registers
    copy(to, sums);
    if (place > 0) {
      const std::int64_t rest = kApart - place, n = count < rest ? count : rest;
      add_some(i - place, place, n, sums);
      i += n;
      count -= n;
    }
    for (; count >= kApart; i += kApart, count -= kApart)
      add(Eight::load(gradients_.values + i), Eight::load(parameters_.values + i), Eight::load(updates_.values + i),
          sums);
    if (count > 0) add_some(i, 0, count, sums);
    copy(sums, to);
  }

  // Adds a part of the group at i. Zeros, which change no sum, take the place of the others.
  RADAM_INLINE_MEMBER void add_some(std::int64_t i, std::int64_t place, std::int64_t count, Sums& sums) const {
    add(Eight::load_part(gradients_.values + i, place, count), Eight::load_part(parameters_.values + i, place, count),
        Eight::load_part(updates_.values + i, place, count), sums);
  }

  RADAM_INLINE void add(const Eight& grad, const Eight& param, const Eight& update, Sums& sums) {
    sums[Projecting::kGradParam].add_products(grad, param);
    sums[Projecting::kGradGrad].add_products(grad, grad);
    sums[Projecting::kParamParam].add_products(param, param);
    if (!update_is_gradient) sums[Projecting::kUpdateParam].add_products(update, param);
  }

  RADAM_INLINE void store_totals(Sums& sums, double* to) {
    if (update_is_gradient) sums[Projecting::kUpdateParam] = sums[Projecting::kGradParam];
    Eight::store_totals(sums, to);
  }

  // Keeps the sums of a row, of which the rest is to come, or stores its totals, and begins with the next.
  RADAM_INLINE_MEMBER void end_part(Sums& sums) {
    if (in_row_ < b_.row_length) return copy(sums, sums_);
    store_totals(sums, to_);
    to_ += RADAM_ROW_SUMS;
    in_row_ = 0;
    copy(Sums{}, sums_);
  }

  // One by one, because for so many bytes the compiler would call for a copy that takes longer than a short row.
  RADAM_INLINE void copy(const Sums& from, Sums& to) {
    unroll(std::make_integer_sequence<int, RADAM_ROW_SUMS>(), [&](auto s) __attribute__((always_inline)) {
      to[s.value] = from[s.value];
    });
  }

  Column gradients_, parameters_, updates_;
  Sums sums_ = {};
  double* to_ = nullptr;  // where the totals of the row go
  std::int64_t in_row_ = 0;
};

template <class V, class Algorithm>
void row_sums(const radam_coefficients& c, const radam::Tensor& b, std::int64_t begin, std::int64_t end,
              double* sums) {
  if constexpr (requires { Algorithm::update_is_gradient(c, b.state); }) {
    if (Algorithm::update_is_gradient(c, b.state)) return RowSums<V, Algorithm, true>(c, b).run(begin, end, sums);
  }
  RowSums<V, Algorithm, false>(c, b).run(begin, end, sums);
}

}  // namespace

#endif
