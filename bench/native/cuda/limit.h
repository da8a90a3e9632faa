// What a step and the statistics are compared with: kernels that have the same loads and stores, and do nothing else.
#ifndef RADAM_BENCH_CUDA_LIMIT_H
#define RADAM_BENCH_CUDA_LIMIT_H

#include <cstdint>
#include <vector>

#include "measure.h"

// Bytes for each element of a buffer, 0 where there is none.
struct Traffic {
  int param, grad, state;
  int buffers;        // of state
  int copy, average;  // written; read and written

  bool operator==(const Traffic&) const = default;
  bool scaled() const { return state == 1; }
  double bytes() const;
};

// The buffers, aligned to 16 bytes.
struct Streams {
  void *param, *grad, *copy, *average;
  void* state[3];
  float* scales[3];
};

// Lengths are multiples of this.
constexpr std::int64_t kLongestTile = 4096;

// Ways to do it, which differ in what a thread has under way at once, in the number of thread blocks and in cache
// hints: the fastest is the limit. They leave every value as it was, but for those of the copy.
std::vector<Pass> step_limits(const Traffic& traffic, const Streams& streams, std::int64_t n, int multiprocessors,
                              void* stream);

// The same for a buffer that is only read.
std::vector<Pass> read_limits(const void* buffer, std::int64_t bytes, int multiprocessors, void* stream);

#endif
