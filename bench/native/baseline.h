// What a step is compared with, for each target.
#ifndef RADAM_BENCH_BASELINE_H
#define RADAM_BENCH_BASELINE_H

#include <cstdint>

#include "kernels.h"

// The buffers that a step reads and writes, besides the gradient, which it reads.
struct Streams {
  bool param;
  unsigned state;  // bit k: buffer k of the state

  constexpr int bytes() const {
    int written = param;
    for (unsigned rest = state; rest != 0; rest &= rest - 1) ++written;
    return 4 * (1 + 2 * written);
  }
};

struct Baseline {
  std::int32_t target;
  // The kernels with every root and quotient on the divider.
  const radam::KernelTable* plain;
  // The same loads and stores, and an addition for each value that is written: the gradient's.
  void (*limit)(const Streams& streams, const radam::Buffers& buffers, std::int64_t begin, std::int64_t end);
};

extern const Baseline baseline_scalar;
extern const Baseline baseline_avx2;
extern const Baseline baseline_avx512;
extern const Baseline baseline_neon;

#endif
