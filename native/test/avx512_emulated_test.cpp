// The AVX-512 kernels on machines that have no AVX-512: their source, with intrinsics that SIMDe makes of AVX2. What
// the compiler makes of the real intrinsics is tested where the machine can run it, by all other tests.
#if !defined(__AVX2__) || !defined(__FMA__)
#error "without FMA, SIMDe rounds a fused operation twice"
#endif
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

// SIMDe has no approximations. These are as bad as the instructions' definition lets them be: 2^-14 off, to either
// side.
static inline __m512 as_bad_as_may_be(__m512 x) {
  alignas(64) float error[16];
  for (int lane = 0; lane < 16; ++lane) error[lane] = 1 + (lane & 1 ? 0x0.fffp-14f : -0x0.fffp-14f);
  return _mm512_mul_ps(x, _mm512_loadu_ps(error));
}
static int reciprocals, rsqrts;  // how often they were asked for
static inline __m512 rcp14(__m512 x) {
  ++reciprocals;
  return as_bad_as_may_be(_mm512_div_ps(_mm512_set1_ps(1), x));
}
static inline __m512 rsqrt14(__m512 x) {
  ++rsqrts;
  return as_bad_as_may_be(_mm512_div_ps(_mm512_set1_ps(1), _mm512_sqrt_ps(x)));
}
#define _mm512_rcp14_ps rcp14
#define _mm512_rsqrt14_ps rsqrt14
#include "simde_gaps.h"

#include "../src/driver.h"
#include "../src/simd/avx512.h"
#include "algorithms.h"
#include "conversions.h"
#include "decided.h"
#include "documented_rule.h"
#include "layerwise_reference.h"
#include "mixed_cases.h"
#include "values.h"

namespace radam_test {
namespace {

using radam::Pattern;
constexpr radam::KernelTable kernels = kernel_table<Decided<Avx512>>();
Pattern& pattern = Decided<Avx512>::chosen;

TEST(Avx512Emulated, AsTheDocumentedRule) {
  for (const Pattern each : radam::kEveryPattern) {
    pattern = each;
    EXPECT_EQ(first_departure(kernels, 0x512e512e), "") << radam::name_of(each);
  }
}

// All patterns give the same bits, so the bits do not tell which is at work.
TEST(Avx512Emulated, AsManyVectorsByFmaAsThePatternSays) {
  constexpr std::int64_t kGroups = 10, kLength = kGroups * 4 * 16;
  const Combination& parts = combination("adam, mode 0");
  const auto count = [&](Pattern each) {
    pattern = each;
    std::vector<float> param(kLength, 1), grad(kLength, 0.5f), exp_avg(kLength, 0.25f), exp_avg_sq(kLength, 0.75f);
    reciprocals = rsqrts = 0;
    kernels.kernel(parts.typical, parts.present)(
        parts.typical, {param.data(), grad.data(), {exp_avg.data(), exp_avg_sq.data()}}, 0, kLength);
    return std::pair(reciprocals, rsqrts);
  };
  EXPECT_EQ(count(Pattern::kDivider), std::pair(0, 0));
  EXPECT_EQ(count(Pattern::kQuarter), std::pair(int{kGroups}, 0));
  EXPECT_EQ(count(Pattern::kHalf), std::pair(int{2 * kGroups}, int{2 * kGroups}));
}

void step(radam_coefficients c, MixedTensor& t) {
  const MixedBuffers b = t.buffers();
  radam::Tensor tensor{b, b.param, b.grad, b.param_copy, b.param_average};
  tensor.leave_idle_slow_weights();
  if (tensor.row_decay != nullptr) *row_decay_of(c) = 1;  // the kernel with decay, as radam_step has it
  kernels.step_blocks(c, kernels.kernel(c, t.present), tensor, 0, b.length);
}

TEST(Avx512Emulated, MixedAsDocumented) {
  std::vector<Stepper> steppers;
  for (const Pattern each : {Pattern::kQuarter, Pattern::kHalf})
    steppers.push_back({radam::name_of(each), [each](const radam_coefficients& c, MixedTensor& t) {
                          pattern = each;
                          step(c, t);
                        }});
  ASSERT_EQ(first_mixed_difference(0x512e, steppers, 4), "");
}

TEST(Avx512Emulated, ConversionsOfAllCodes) {
  for (const std::int32_t type : {RADAM_TYPE_BF16, RADAM_TYPE_F16})
    for (const std::int32_t rounding : {RADAM_ROUND_NEAREST, RADAM_ROUND_STOCHASTIC})
      EXPECT_EQ(first_conversion_difference(type, rounding, step), "");
}

TEST(Avx512Emulated, StatisticsAsOfScalar) {
  Values random(0x512e);
  for (int draw = 0; draw < 300; ++draw) {
    const std::int32_t type = draw % 3;
    const std::size_t n = random.below(500);
    std::vector<std::uint8_t> grad(n * MixedTensor::bytes_of(type));
    for (std::size_t i = 0; i < n; ++i) store(grad, type, i, random.ordinary(), kNearest);
    radam_statistics emulated{}, scalar{};
    scalar.struct_size = sizeof scalar;
    const auto end = static_cast<std::int64_t>(n);
    kernels.gradient_statistics(type, grad.data(), 0, end, emulated);
    ASSERT_EQ(radam_gradient_statistics(RADAM_TARGET_SCALAR, type, 0, end, grad.data(), &scalar), RADAM_OK);
    ASSERT_EQ(emulated.sum_of_squares, scalar.sum_of_squares);
    ASSERT_EQ(emulated.max_abs, scalar.max_abs);
    ASSERT_EQ(emulated.non_finite, scalar.non_finite);
  }
}

TEST(Avx512Emulated, TensorSumsAsDocumented) {
  Values random(0x512e);
  for (unsigned number = 0; number < LayerwiseCase::count(); ++number) {
    LayerwiseCase k(number, random);
    ASSERT_EQ(k.departure([&](const MixedBuffers& b, std::int64_t begin, std::int64_t end) {
      radam_sums s = no_sums();
      const radam::Tensor tensor{b, b.param, b.grad, b.param_copy, nullptr};
      if (begin < end) kernels.tensor_sums[k.c.algorithm](k.c, tensor, begin, end, s.values);
      return s;
    }), "") << "case " << number;
  }
}

}  // namespace
}  // namespace radam_test
