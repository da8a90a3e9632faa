// What a step is compared with, for each target.
#ifndef RADAM_BENCH_BASELINE_H
#define RADAM_BENCH_BASELINE_H

#include <cstdint>

#include "kernels.h"

constexpr int count_of(unsigned buffers) {
  int count = 0;
  for (; buffers != 0; buffers &= buffers - 1) ++count;
  return count;
}

// The buffers that a step reads and writes, besides the gradient, which it reads.
struct Streams {
  bool param;
  unsigned state;  // bit k: buffer k of the state
  // A layer-wise algorithm reads the gradient before its step, too, and what else its sums depend on.
  bool sums;
  bool summed_param;
  unsigned summed_state;

  constexpr int bytes() const {
    const int summed = sums ? 1 + summed_param + count_of(summed_state) : 0;
    return 4 * (1 + 2 * (param + count_of(state)) + summed);
  }
};

struct Baseline {
  std::int32_t target;
  // The kernels with every root and quotient on the divider.
  const radam::KernelTable* plain;
  // The same loads and stores, and an addition for each value that is written, the gradient's, or summed.
  void (*limit)(const Streams& streams, const radam::Buffers& buffers, std::int64_t begin, std::int64_t end);
};

extern const Baseline baseline_scalar;
extern const Baseline baseline_avx2;
extern const Baseline baseline_avx512;
extern const Baseline baseline_neon;

#endif
