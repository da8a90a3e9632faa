// The baseline of the vector type V. Included by baseline_*.cpp.
#ifndef RADAM_BENCH_BASELINE_OF_H
#define RADAM_BENCH_BASELINE_OF_H

#include "baseline.h"
#include "driver.h"

namespace {

template <class V>
struct Plain : V {
  static constexpr unsigned kByFma = 0;
};

template <class V>
constexpr radam::KernelTable plain_kernels = kernel_table<Plain<V>>();

template <class V, bool param, bool exp_avg, bool max_exp_avg_sq>
void limit_loop(const radam::Buffers& buffers, std::int64_t begin, std::int64_t end) {
  const radam::Buffers b = buffers;
  for (std::int64_t i = begin; end - i >= V::kLanes; i += V::kLanes) {
    const auto g = V::load(b.grad + i);
    if constexpr (param) V::store(b.param + i, V::add(V::load(b.param + i), g));
    if constexpr (exp_avg) V::store(b.exp_avg + i, V::add(V::load(b.exp_avg + i), g));
    V::store(b.exp_avg_sq + i, V::add(V::load(b.exp_avg_sq + i), g));
    if constexpr (max_exp_avg_sq) V::store(b.max_exp_avg_sq + i, V::add(V::load(b.max_exp_avg_sq + i), g));
  }
}

template <class V>
void limit(const Streams& s, const radam::Buffers& b, std::int64_t begin, std::int64_t end) {
  if (s.param && s.max_exp_avg_sq) return limit_loop<V, true, true, true>(b, begin, end);
  if (s.param) return limit_loop<V, true, true, false>(b, begin, end);
  if (s.exp_avg) return limit_loop<V, false, true, false>(b, begin, end);
  return limit_loop<V, false, false, false>(b, begin, end);
}

}  // namespace

#endif
