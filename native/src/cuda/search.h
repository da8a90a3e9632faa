// Finds the tensor that has a block or piece.
#ifndef RADAM_SRC_CUDA_SEARCH_H
#define RADAM_SRC_CUDA_SEARCH_H

#include <cstdint>

#include "../inline.h"
#include "layout.h"

namespace {

// The last tensor from `low` on, and before `end`, whose first unit is not beyond `unit`. A binary search. The result
// is never a tensor without units: the next one that has some begins with the same.
template <std::int64_t radam::cuda::DeviceTensor::*first>
RADAM_INLINE std::int64_t find(const radam::cuda::DeviceTensor* tensors, std::int64_t low, std::int64_t end,
                               std::int64_t unit) {
  while (end - low > 1) {
    const std::int64_t middle = low + (end - low) / 2;
    if (tensors[middle].*first <= unit) {
      low = middle;
    } else {
      end = middle;
    }
  }
  return low;
}

}  // namespace

#endif
