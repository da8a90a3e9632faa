// The roots and quotients by FMA of each target, as functions on arrays. They are compiled apart, for the target's
// instructions, and nothing else is.
#ifndef RADAM_TEST_BY_FMA_UNITS_H
#define RADAM_TEST_BY_FMA_UNITS_H

#include <cstdint>

#include "../src/kernels.h"
#include "../src/pattern.h"

namespace radam_test {

// Every function but those of the tables handles 16 elements.
struct Units {
  std::int32_t target;
  double reciprocal_error;  // of the starting values, relative
  double rsqrt_error;       // 0 where the target takes roots by the divider
  void (*approximate_reciprocal)(const float* x, float* y);
  void (*approximate_rsqrt)(const float* x, float* y);
  void (*sqrt)(const float* x, float* root);
  void (*div)(const float* a, const float* b, float* quotient);
  bool (*accepts)(const float* numerator, const float* radicand, const float* divisor);
  // The target's kernels, and the pattern that they use.
  const radam::KernelTable* kernels;
  radam::Pattern* pattern;
};

extern const Units avx2_units;
extern const Units avx512_units;

}  // namespace radam_test

#endif
