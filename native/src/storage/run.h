// Runs: V::kRun elements, which are converted together.
#ifndef RADAM_SRC_STORAGE_RUN_H
#define RADAM_SRC_STORAGE_RUN_H

#include <cstddef>
#include <cstdint>

#include "../inline.h"

namespace {

// A run of float32, vector by vector.
template <class V>
RADAM_INLINE void load_run(const float* from, typename V::Register* to) {
  for (std::int64_t k = 0; k < V::kRun / V::kLanes; ++k) to[k] = V::load(from + k * V::kLanes);
}

// Calls body(from, to) for the runs of n elements of given sizes, in order. The last run is copied, with zeros after
// its elements, so that nothing beyond the n elements is accessed.
template <std::int64_t kRun, int kFromBytes, int kToBytes, class Body>
RADAM_INLINE void for_runs(const unsigned char* from, unsigned char* to, std::int64_t n, Body body) {
  std::int64_t i = 0;
  for (; n - i >= kRun; i += kRun) body(from + i * kFromBytes, to + i * kToBytes);
  if (i < n) {
    unsigned char last_from[kRun * kFromBytes] = {}, last_to[kRun * kToBytes];
    __builtin_memcpy(last_from, from + i * kFromBytes, static_cast<std::size_t>((n - i) * kFromBytes));
    body(last_from, last_to);
    __builtin_memcpy(to + i * kToBytes, last_to, static_cast<std::size_t>((n - i) * kToBytes));
  }
}

}  // namespace

#endif
