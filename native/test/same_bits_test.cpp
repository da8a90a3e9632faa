// The same bits from every target, for any input and any split into ranges.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "algorithms.h"
#include "targets.h"
#include "values.h"

namespace radam_test {
namespace {

using SameBits = EveryTarget;

// The number of cases of each kind. A generator that misses a kind would make the test weaker than it claims.
struct Census {
  std::size_t elements = 0, zeros = 0, subnormals = 0, infinities = 0, nans = 0, huge = 0, tiny = 0;
  std::size_t finite_results = 0;

  void add(const Arrays& before, const Arrays& after) {
    elements += before.size();
    for (const auto& values : before.values) {
      for (const float x : values) {
        zeros += x == 0;
        subnormals += std::fpclassify(x) == FP_SUBNORMAL;
        infinities += std::isinf(x);
        nans += std::isnan(x);
        huge += std::isfinite(x) && std::fabs(x) > 1e30f;
        tiny += x != 0 && std::fabs(x) < 1e-30f;
      }
    }
    for (std::size_t i = 0; i < after.size(); ++i)
      finite_results += std::isfinite(after.values[kParam][i]) && std::isfinite(after.values[kState][i]);
  }
};

TEST_F(SameBits, AsTheDocumentedRule) {
  constexpr int kDraws = kOneOf == 1 ? 20 : 5;
  constexpr std::size_t kLength = 4099;  // prime, so that every target has a tail
  Values random(0x51f0c3d2);
  Census census;
  for (const Combination& parts : all_combinations()) {
    for (int draw = 0; draw < kDraws; ++draw) {
      const radam_coefficients c = random.coefficients(parts);
      const Arrays before = random.arrays(algorithm_of(parts.typical), kLength, &Values::element);
      const Arrays expected = reference_step(c, before, parts.present);
      census.add(before, expected);
      for (const std::int32_t target : available_targets()) {
        Arrays actual = before;
        ASSERT_EQ(step(target, c, 0, kLength, actual.pointers(parts.present)), RADAM_OK);
        ASSERT_EQ(first_difference(actual, expected, before), "")
            << radam_target_name(target) << ", " << parts.name << ", " << describe(c);
      }
    }
  }
  EXPECT_GE(census.elements, kDraws * 500'000u);
  EXPECT_GT(census.finite_results, census.elements / 3);
  for (const std::size_t kind : {census.zeros, census.subnormals, census.infinities, census.nans, census.huge,
                                 census.tiny})
    EXPECT_GT(kind, census.elements / 20);
}

// Long runs of what training meets, where roots and quotients go by FMA, broken by runs of zeros and of trouble, where
// the divider takes over for a while.
TEST_F(SameBits, InRunsOfEveryKind) {
  constexpr std::size_t kLength = 30'011;
  Values random(0x9a7de5);
  for (const Combination& parts : all_combinations()) {
    const AlgorithmCase& algorithm = algorithm_of(parts.typical);
    const radam_coefficients c = random.coefficients(parts);
    Arrays before;
    while (before.size() < kLength) {
      const unsigned kind = random.below(8);
      for (unsigned n = 1 + random.below(kind < 4 ? 4000 : 400); n > 0 && before.size() < kLength; --n)
        before.push_back(kind < 5    ? random.tame_element(algorithm)
                         : kind == 5 ? random.element(algorithm)
                                     : Element{random.ordinary()});
    }
    const Arrays expected = reference_step(c, before, parts.present);
    for (const std::int32_t target : available_targets()) {
      Arrays actual = before;
      ASSERT_EQ(step(target, c, 0, kLength, actual.pointers(parts.present)), RADAM_OK);
      ASSERT_EQ(first_difference(actual, expected, before), "") << radam_target_name(target) << ", " << parts.name;
    }
  }
}

TEST_F(SameBits, InAnySplitIntoRanges) {
  constexpr std::int64_t kLength = 1000;
  Values random(0x0dd5eed5);
  for (const Combination& parts : all_combinations()) {
    const radam_coefficients c = random.coefficients(parts);
    const Arrays before = random.arrays(algorithm_of(parts.typical), kLength, &Values::element);
    const Arrays expected = reference_step(c, before, parts.present);
    for (const std::int32_t target : available_targets()) {
      for (const unsigned longest : {1u, 7u, 64u, 400u}) {
        Arrays actual = before;
        for (std::int64_t begin = 0, end; begin < kLength; begin = end) {
          end = std::min<std::int64_t>(kLength, begin + 1 + random.below(longest));
          ASSERT_EQ(step(target, c, begin, end, actual.pointers(parts.present)), RADAM_OK);
        }
        ASSERT_EQ(first_difference(actual, expected, before), "")
            << radam_target_name(target) << ", " << parts.name << ", ranges of at most " << longest;
      }
    }
  }
}

TEST_F(SameBits, OnAnyNumberOfThreads) {
  constexpr std::int64_t kLength = 30011, kChunk = 997;
  Values random(0x7412ead);
  const Combination& parts = combination("adam, mode 0");
  const radam_coefficients& c = parts.typical;
  const Arrays before = random.arrays(algorithm_of(parts.typical), kLength, &Values::element);
  const Arrays expected = reference_step(c, before, parts.present);
  for (const std::int32_t target : available_targets()) {
    for (const int count : {2, 5}) {
      Arrays actual = before;
      const Pointers pointers = actual.pointers(parts.present);
      std::vector<radam_status> statuses(static_cast<std::size_t>(count), RADAM_OK);
      std::vector<std::thread> threads;
      for (int thread = 0; thread < count; ++thread) {
        threads.emplace_back([&, thread] {
          for (std::int64_t begin = thread * kChunk; begin < kLength; begin += count * kChunk) {
            const radam_status status =
                radam_step_f32(target, &c, begin, std::min(kLength, begin + kChunk), pointers[kParam], pointers[kGrad],
                               &pointers[kState]);
            if (status != RADAM_OK) statuses[static_cast<std::size_t>(thread)] = status;
          }
        });
      }
      for (std::thread& thread : threads) thread.join();
      for (const radam_status status : statuses) ASSERT_EQ(status, RADAM_OK);
      exercised_targets().insert(target);  // not by step(), whose record is not for several threads
      ASSERT_EQ(first_difference(actual, expected, before), "") << radam_target_name(target) << ", " << count;
    }
  }
}

// Sums that end next to the middle between two floats, where an FMA that rounds twice takes the wrong one: l2 * p is
// half a unit in the last place of g, give or take less than a double can hold beside g. Among subnormals too, whose
// units are all the same. With beta1 = 0 the first moment becomes fma(l2, p, g) itself.
TEST_F(SameBits, FusedOperationsRoundOnce) {
  constexpr std::size_t kLength = 509;
  Values random(0xf0a1);
  radam_coefficients c = adam_coefficients(RADAM_MODE_MOMENTS_ONLY, true, false, false);
  c.grad_scale = 1;
  c.of.adam.beta1 = 0;
  c.of.adam.one_minus_beta1 = 1;
  for (const int exponent : {-127, -126, -125, -100, 0, 100}) {  // of g; -127 stands for subnormals
    for (int k = 8; k <= 23; ++k) {
      const int half_unit = std::max(exponent, -126) - 24;
      const int of_l2 = half_unit / 2;
      c.of.adam.l2 = std::ldexp(1 + std::ldexp(1.0f, -k), of_l2);
      Arrays before;
      for (std::size_t i = 0; i < kLength; ++i) {
        const float sign = random.below(2) ? 1.0f : -1.0f, near_one = 1 + sign * std::ldexp(1.0f, -k);
        const float units = static_cast<float>(random.below(1u << 23) + (exponent == -127 ? 0 : 1u << 23));
        const float p = std::ldexp(near_one, half_unit - of_l2);
        before.push_back({random.below(2) ? p : -p, std::ldexp(units, half_unit + 1), 0, 0});
      }
      const Arrays expected = reference_step(c, before, 3u);
      for (const std::int32_t target : available_targets()) {
        Arrays actual = before;
        ASSERT_EQ(step(target, c, 0, kLength, actual.pointers(3)), RADAM_OK);
        ASSERT_EQ(first_difference(actual, expected, before), "")
            << radam_target_name(target) << ", l2 " << std::hexfloat << c.of.adam.l2;
      }
    }
  }
}

// "max(w, v) is w where w > v and v otherwise" decides between zeros of different sign and between numbers and NaN.
TEST_F(SameBits, MaximumOfZerosAndNaNs) {
  radam_coefficients c = adam_coefficients(RADAM_MODE_MOMENTS_ONLY, false, false, false);
  c.of.adam.beta2 = 1;  // v stays what it is: fma(0, g * g - v, v)
  c.of.adam.one_minus_beta2 = 0;
  const float nan = std::nanf(""), infinity = HUGE_VALF;
  for (const std::int32_t target : available_targets()) {
    Arrays a;
    for (const float w : {0.0f, -0.0f, 1.0f, nan, infinity})
      for (const float v : {0.0f, -0.0f, 2.0f, nan, infinity}) a.push_back({1, 0, 1, v, w});
    const Arrays before = a;
    ASSERT_EQ(step(target, c, 0, static_cast<std::int64_t>(a.size()), a.pointers(7)), RADAM_OK);
    for (std::size_t i = 0; i < a.size(); ++i) {
      const float w = before.values[kState + 2][i], v = a.values[kState + 1][i];
      EXPECT_TRUE(same(a.values[kState + 2][i], w > v ? w : v)) << radam_target_name(target) << " " << w << " " << v;
    }
  }
}

}  // namespace
}  // namespace radam_test
