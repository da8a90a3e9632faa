// The baseline of the vector type V. Included by baseline_*.cpp.
#ifndef RADAM_BENCH_BASELINE_OF_H
#define RADAM_BENCH_BASELINE_OF_H

#include "baseline.h"
#include "driver.h"
#include "unroll.h"

namespace {

template <class V>
struct Plain : V {
  static constexpr unsigned kPatterns = radam::set_of(radam::Pattern::kDivider);
};

template <class V>
constexpr radam::KernelTable plain_kernels = kernel_table<Plain<V>>();

template <class V, bool param, unsigned state>
void limit_loop(const radam::Buffers& buffers, std::int64_t begin, std::int64_t end) {
  const radam::Buffers b = buffers;
  for (std::int64_t i = begin; end - i >= V::kLanes; i += V::kLanes) {
    const auto g = V::load(b.grad + i);
    if constexpr (param) V::store(b.param + i, V::add(V::load(b.param + i), g));
    unroll(std::make_integer_sequence<int, 4>(), [&](auto k) __attribute__((always_inline)) {
      if constexpr (state >> k.value & 1) V::store(b.state[k.value] + i, V::add(V::load(b.state[k.value] + i), g));
    });
  }
}

template <class V>
void limit(const Streams& s, const radam::Buffers& b, std::int64_t begin, std::int64_t end) {
  switch (s.state) {
    case 0: return limit_loop<V, true, 0>(b, begin, end);
    case 1: return limit_loop<V, true, 1>(b, begin, end);
    case 2: return limit_loop<V, false, 2>(b, begin, end);
    case 3: return s.param ? limit_loop<V, true, 3>(b, begin, end) : limit_loop<V, false, 3>(b, begin, end);
    case 5: return limit_loop<V, true, 5>(b, begin, end);
    case 7: return limit_loop<V, true, 7>(b, begin, end);
    default: return limit_loop<V, true, 15>(b, begin, end);
  }
}

}  // namespace

#endif
