// Means of rows of gradients, for steps that centralize them. The order of the sums makes them the same on every
// target. Included by target/*.cpp.
#ifndef RADAM_SRC_GRADIENT_MEANS_H
#define RADAM_SRC_GRADIENT_MEANS_H

#include <cstdint>

#include "kernels.h"
#include "storage/convert.h"
#include "storage/sizes.h"
#include "sums.h"

namespace {

// The sum of a row that begins at from.
template <class V>
double sum_of_row(std::int32_t type, const unsigned char* from, std::int64_t length) {
  constexpr std::int64_t kAtOnce = RADAM_BLOCK_SIZE;
  static_assert(kAtOnce % kSums == 0);
  alignas(64) float elements[kAtOnce + 16];
  double sums[kSums] = {};
  for (std::int64_t i = 0; i < length; i += kAtOnce) {
    const std::int64_t count = length - i < kAtOnce ? length - i : kAtOnce;
    unpack<V>(type, from + i * size_of_type(type), count, elements);
    for (std::int64_t j = count; j % kSums != 0; ++j) elements[j] = -0.0f;  // which changes no sum
    for (std::int64_t j = 0; j < count; j += kSums)
      for (int k = 0; k < kSums; ++k) sums[k] += static_cast<double>(elements[j + k]);
  }
  add_pairwise(sums, [](double& a, double b) { a += b; });
  return sums[0];
}

template <class V>
void gradient_means(std::int32_t grad_type, std::int64_t row_length, std::int64_t begin, std::int64_t end,
                    const void* grad, float* mean) {
  const std::int64_t row_bytes = row_length * size_of_type(grad_type);
  for (std::int64_t row = begin; row < end; ++row)
    mean[row] = static_cast<float>(
        sum_of_row<V>(grad_type, static_cast<const unsigned char*>(grad) + row * row_bytes, row_length) /
        static_cast<double>(row_length));
}

}  // namespace

#endif
