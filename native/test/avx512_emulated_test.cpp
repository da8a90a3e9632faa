// The AVX-512 kernels on machines that have no AVX-512: their source, with intrinsics that SIMDe makes of AVX2. What
// the compiler makes of the real intrinsics is tested where the machine can run it, by all other tests.
#if !defined(__AVX2__) || !defined(__FMA__)
#error "without FMA, SIMDe rounds a fused operation twice"
#endif
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <gtest/gtest.h>

// SIMDe has no approximations. These are as bad as the instructions' definition lets them be: 2^-14 off, to either
// side.
static inline __m512 as_bad_as_may_be(__m512 x) {
  alignas(64) float error[16];
  for (int lane = 0; lane < 16; ++lane) error[lane] = 1 + (lane & 1 ? 0x0.fffp-14f : -0x0.fffp-14f);
  return _mm512_mul_ps(x, _mm512_loadu_ps(error));
}
static inline __m512 rcp14(__m512 x) { return as_bad_as_may_be(_mm512_div_ps(_mm512_set1_ps(1), x)); }
static inline __m512 rsqrt14(__m512 x) { return as_bad_as_may_be(_mm512_div_ps(_mm512_set1_ps(1), _mm512_sqrt_ps(x))); }
#define _mm512_rcp14_ps rcp14
#define _mm512_rsqrt14_ps rsqrt14
#include "simde_gaps.h"

#include "../src/driver.h"
#include "../src/simd/avx512.h"
#include "algorithms.h"
#include "mixed_cases.h"
#include "values.h"

namespace radam_test {
namespace {

TEST(Avx512Emulated, AsTheDocumentedRule) {
  constexpr radam::KernelTable table = kernel_table<Avx512>();
  constexpr std::size_t kLength = 1031;  // prime, so that there is a tail
  Values random(0x512e512e);
  for (const Combination& parts : all_combinations()) {
    for (int draw = 0; draw < 6; ++draw) {
      const radam_coefficients c = random.coefficients(parts);
      // Every other time with values as in training. Otherwise the guard would accept hardly any group.
      const Arrays before = random.arrays(algorithm_of(c), kLength, draw % 2 ? &Values::tame_element : &Values::element);
      Arrays actual = before;
      const Pointers p = actual.pointers(parts.present);
      radam::Buffers buffers{p[kParam], p[kGrad], {}};
      std::copy_n(&p[kState], RADAM_MAX_STATE, buffers.state);
      table.kernel(c, parts.present)(c, buffers, 0, static_cast<std::int64_t>(kLength));
      ASSERT_EQ(first_difference(actual, reference_step(c, before, parts.present), before), "") << parts.name;
    }
  }
}

TEST(Avx512Emulated, MixedAsDocumented) {
  constexpr radam::KernelTable table = kernel_table<Avx512>();
  const auto step = [&](const radam_coefficients& c, MixedTensor& t) {
    const MixedBuffers b = t.buffers();
    table.step_blocks(c, table.kernel(c, t.present), {b, b.param, b.grad, b.param_copy, b.param_average}, 0, b.length);
  };
  ASSERT_EQ(first_mixed_difference(0x512e, step), "");
}

TEST(Avx512Emulated, StatisticsAsOfScalar) {
  constexpr radam::KernelTable table = kernel_table<Avx512>();
  Values random(0x512e);
  for (int draw = 0; draw < 300; ++draw) {
    const std::int32_t type = draw % 3;
    const std::size_t n = random.below(500);
    std::vector<std::uint8_t> grad(n * MixedTensor::bytes_of(type));
    for (std::size_t i = 0; i < n; ++i) store(grad, type, i, random.ordinary(), kNearest);
    radam_statistics emulated{}, scalar{};
    scalar.struct_size = sizeof scalar;
    const auto end = static_cast<std::int64_t>(n);
    table.gradient_statistics(type, grad.data(), 0, end, emulated);
    ASSERT_EQ(radam_gradient_statistics(RADAM_TARGET_SCALAR, type, 0, end, grad.data(), &scalar), RADAM_OK);
    ASSERT_EQ(emulated.sum_of_squares, scalar.sum_of_squares);
    ASSERT_EQ(emulated.max_abs, scalar.max_abs);
    ASSERT_EQ(emulated.non_finite, scalar.non_finite);
  }
}

}  // namespace
}  // namespace radam_test
