// The baseline of the vector type V. Included by baseline_*.cpp.
#ifndef RADAM_BENCH_BASELINE_OF_H
#define RADAM_BENCH_BASELINE_OF_H

#include <utility>

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

// Adds the gradient to `written`, as many buffers as are counted.
template <class V, int count>
void update_loop(const float* grad, float* const* written, std::int64_t begin, std::int64_t end) {
  float* to[count];
  for (int k = 0; k < count; ++k) to[k] = written[k];
  for (std::int64_t i = begin; end - i >= V::kLanes; i += V::kLanes) {
    const auto g = V::load(grad + i);
    unroll(std::make_integer_sequence<int, count>(), [&](auto k) __attribute__((always_inline)) {
      V::store(to[k.value] + i, V::add(V::load(to[k.value] + i), g));
    });
  }
}

// Reads as many buffers. Four sums of each, so that additions do not wait for each other.
template <class V, int count>
void read_loop(const float* const* read, std::int64_t begin, std::int64_t end) {
  constexpr int kSumsOfEach = 4;
  const float* from[count];
  for (int k = 0; k < count; ++k) from[k] = read[k];
  typename V::Register sums[count * kSumsOfEach];
  for (auto& sum : sums) sum = V::broadcast(0);
  for (std::int64_t i = begin; end - i >= kSumsOfEach * V::kLanes; i += kSumsOfEach * V::kLanes) {
    unroll(std::make_integer_sequence<int, count * kSumsOfEach>(), [&](auto k) __attribute__((always_inline)) {
      sums[k.value] = V::add(sums[k.value], V::load(from[k.value % count] + i + k.value / count * V::kLanes));
    });
  }
  float sink[V::kLanes];
  for (const auto& sum : sums) {
    V::store(sink, sum);
    asm volatile("" : : "r"(sink) : "memory");  // as if the sum were used
  }
}

template <class V, int... numbers>
void update(int count, const float* grad, float* const* written, std::int64_t begin, std::int64_t end,
            std::integer_sequence<int, numbers...>) {
  (void)((count == numbers + 1 && (update_loop<V, numbers + 1>(grad, written, begin, end), true)) || ...);
}

template <class V, int... numbers>
void read(int count, const float* const* buffers, std::int64_t begin, std::int64_t end,
          std::integer_sequence<int, numbers...>) {
  (void)((count == numbers + 1 && (read_loop<V, numbers + 1>(buffers, begin, end), true)) || ...);
}

template <class V>
void limit(const Streams& s, const radam::Buffers& b, std::int64_t begin, std::int64_t end) {
  if (s.sums) {
    const float* buffers[2 + RADAM_MAX_STATE];
    int count = 0;
    buffers[count++] = b.grad;
    if (s.summed_param) buffers[count++] = b.param;
    for (int k = 0; k < RADAM_MAX_STATE; ++k)
      if (s.summed_state >> k & 1) buffers[count++] = b.state[k];
    read<V>(count, buffers, begin, end, std::make_integer_sequence<int, 2 + RADAM_MAX_STATE>());
  }
  float* written[1 + RADAM_MAX_STATE];
  int count = 0;
  if (s.param) written[count++] = b.param;
  for (int k = 0; k < RADAM_MAX_STATE; ++k)
    if (s.state >> k & 1) written[count++] = b.state[k];
  update<V>(count, b.grad, written, begin, end, std::make_integer_sequence<int, 1 + RADAM_MAX_STATE>());
}

}  // namespace

#endif
