// Statistics of gradients, in one pass: what clipping and skipping need before a step. The order of the sums makes them
// the same on every target. Included by target/*.cpp.
#ifndef RADAM_SRC_GRADIENT_STATISTICS_H
#define RADAM_SRC_GRADIENT_STATISTICS_H

#include <cstdint>
#include <utility>

#include "inline.h"
#include "kernels.h"
#include "storage/bf16.h"
#include "storage/f16.h"
#include "storage/f32.h"
#include "sums.h"
#include "unroll.h"

namespace {

template <class V>
struct Totals {
  typename V::ProductSums squares[kSums / V::kLanes];
  typename V::Int largest = V::broadcast_int(0);
  typename V::Int non_finite;  // of a span
};

// Adds kSums elements.
template <class V, class Type>
RADAM_INLINE void add_elements(Totals<V>& totals, const unsigned char* from) {
  constexpr int lanes = static_cast<int>(V::kLanes);
  unroll(std::make_integer_sequence<int, kSums / lanes>(), [&](auto index) __attribute__((always_inline)) {
    constexpr int j = decltype(index)::value;
    const auto x = Type::template load<V>(from + j * lanes * Type::kBytes);
    totals.squares[j].add(x, x);
    const auto magnitude = V::and_int(V::as_int(x), V::broadcast_int(0x7FFFFFFF));
    totals.largest = V::max_int(totals.largest, magnitude);  // floats are ordered like their bits, NaN above all
    const auto above = V::greater(magnitude, V::broadcast_int(0x7F7FFFFF));
    totals.non_finite = V::sub_int(totals.non_finite, above);
  });
}

template <class V>
std::int64_t sum_of_lanes(typename V::Int x) {
  float lanes[V::kLanes];
  V::store(lanes, V::as_float(x));
  std::uint32_t counts[V::kLanes];
  __builtin_memcpy(counts, lanes, sizeof counts);
  std::int64_t sum = 0;
  for (const std::uint32_t count : counts) sum += count;
  return sum;
}

template <class V, class Type>
void statistics_of(const void* grad, std::int64_t begin, std::int64_t end, radam_statistics& s) {
  const auto* const from = static_cast<const unsigned char*>(grad) + begin * Type::kBytes;
  const std::int64_t n = end - begin;
  // Non-finite elements are counted in lanes of 32 bits, which do not overflow within a span.
  constexpr std::int64_t span = std::int64_t{1} << 20;
  Totals<V> totals;
  std::int64_t non_finite = 0, i = 0;
  while (i < n) {
    totals.non_finite = V::broadcast_int(0);
    const std::int64_t stop = n - i < span ? n : i + span;
    for (; stop - i >= kSums; i += kSums) add_elements<V, Type>(totals, from + i * Type::kBytes);
    if (i < stop) {
      unsigned char last[kSums * Type::kBytes] = {};  // zeros, which change nothing
      __builtin_memcpy(last, from + i * Type::kBytes, static_cast<std::size_t>((stop - i) * Type::kBytes));
      add_elements<V, Type>(totals, last);
      i = stop;
    }
    non_finite += sum_of_lanes<V>(totals.non_finite);
  }
  double sums[kSums];
  for (int j = 0; j < kSums; j += V::kLanes) totals.squares[j / V::kLanes].store(sums + j);
  add_pairwise(sums, [](double& a, double b) { a += b; });
  const std::uint32_t largest = V::max_of_lanes(totals.largest);
  __builtin_memcpy(&s.max_abs, &largest, sizeof s.max_abs);
  s.sum_of_squares = sums[0];
  s.non_finite = non_finite;
}

template <class V>
void gradient_statistics(std::int32_t grad_type, const void* grad, std::int64_t begin, std::int64_t end,
                         radam_statistics& s) {
  switch (grad_type) {
    case RADAM_TYPE_BF16: return statistics_of<V, Bf16>(grad, begin, end, s);
    case RADAM_TYPE_F16: return statistics_of<V, F16>(grad, begin, end, s);
    default: return statistics_of<V, F32>(grad, begin, end, s);
  }
}

}  // namespace

#endif
