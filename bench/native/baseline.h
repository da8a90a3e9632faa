// What a step is compared with, for each target.
#ifndef RADAM_BENCH_BASELINE_H
#define RADAM_BENCH_BASELINE_H

#include <cstdint>

#include "kernels.h"

// The buffers that a step reads and writes. All read the gradient and the second moment, and write the latter.
struct Streams {
  bool param;           // read and written
  bool exp_avg;         // read and written
  bool max_exp_avg_sq;  // read and written

  constexpr int bytes() const { return 4 * (3 + 2 * param + 2 * exp_avg + 2 * max_exp_avg_sq); }
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

#endif
