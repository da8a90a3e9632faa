// Roots and quotients by FMA have the bits of the instructions that round correctly: for any starting value that an
// instruction may return (with arithmetic in place of a proof by hand), and on this machine.
//
// Four billion random pairs take most of a minute, and are left to
//   by_fma_test --gtest_also_run_disabled_tests
// On an EPYC of the Zen 4 generation they all passed, on AVX2 and on AVX-512 (2026-11-28).
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "../src/by_fma.h"
#include "by_fma_units.h"
#include "documented_rule.h"

namespace radam_test {
namespace {

constexpr std::int64_t kOne = 1 << 23;  // the significand of 1, as an integer
constexpr double kReciprocalError = 1.5 * 0x1p-12, kRsqrtError = 0x1p-14;  // the largest that any target has

// One element, whose starting values the test chooses.
struct Chosen {
  using Register = float;
  static constexpr bool kSqrtByFma = true;
  static inline float start = 0;
  static float broadcast(float x) { return x; }
  static float mul(float a, float b) { return a * b; }
  static float fma(float a, float b, float c) { return std::fma(a, b, c); }
  static float fnma(float a, float b, float c) { return std::fma(-a, b, c); }
  static float sqrt(float x) { return std::sqrt(x); }
  static float approximate_reciprocal(float) { return start; }
  static float approximate_rsqrt(float) { return start; }
};

float scaled(std::int64_t significand, int exponent) {
  return std::ldexp(static_cast<float>(significand), exponent - 23);
}

// --- For any starting value -----------------------------------------------------------------------------------------

// The floats in [1, 4) whose root is nearest to a midpoint of two floats. With x an integer multiple of 2^-48, so is
// the square of a midpoint, and the root's distance from it is their difference / 2^48 / (2 root).
std::vector<float> hard_radicands(std::int64_t largest_difference) {
  std::vector<float> found;
  for (std::int64_t k = kOne; k < 2 * kOne; ++k) {
    const std::int64_t square = (2 * k + 1) * (2 * k + 1);
    for (const int exponent : {0, 1}) {
      const int shift = 25 + exponent;
      const std::int64_t x = (square + (std::int64_t{1} << (shift - 1))) >> shift;
      if (x >= kOne && x < 2 * kOne && std::abs((x << shift) - square) <= largest_difference)
        found.push_back(scaled(x, exponent));
    }
  }
  return found;
}

TEST(ByFma, RootsNearestToAMidpointFromAnyStart) {
  const std::vector<float> radicands = hard_radicands(24);  // the estimate in by_fma.h leaves 11
  ASSERT_GT(radicands.size(), 5u);
  for (const float x : radicands) {
    const double exact = 1 / std::sqrt(static_cast<double>(x));
    const auto last = static_cast<float>(exact * (1 + kRsqrtError));
    for (Chosen::start = static_cast<float>(exact * (1 - kRsqrtError)); Chosen::start <= last;
         Chosen::start = std::nextafter(Chosen::start, 2.0f))
      ASSERT_EQ(ByFma<Chosen>::sqrt(x), std::sqrt(x)) << std::hexfloat << x << " from " << Chosen::start;
  }
}

TEST(ByFma, EveryRootFromTheWorstStarts) {
  for (const double error : {-kRsqrtError, 0.0, kRsqrtError}) {
    for (std::int64_t x = kOne; x < 2 * kOne; ++x) {
      for (const int exponent : {0, 1}) {
        const float radicand = scaled(x, exponent);
        Chosen::start = static_cast<float>((1 + error) / std::sqrt(static_cast<double>(radicand)));
        ASSERT_EQ(ByFma<Chosen>::sqrt(radicand), std::sqrt(radicand)) << std::hexfloat << radicand;
      }
    }
  }
}

std::int64_t inverse(std::int64_t a, std::int64_t modulus) {
  std::int64_t t = 0, next_t = 1, r = modulus, next_r = a % modulus;
  while (next_r != 0) {
    const std::int64_t factor = r / next_r;
    t = std::exchange(next_t, t - factor * next_t);
    r = std::exchange(next_r, r - factor * next_r);
  }
  return t < 0 ? t + modulus : t;
}

// All numerators in [1, 2), as integers, whose quotient by b is nearest to a midpoint: with a 2^shift - b odd = N,
// where |N| <= 5. The quotient is in [1, 2) with a shift of 24, and in (1/2, 1) with 25.
template <class Body>
void for_hard_numerators(std::int64_t b, Body body) {
  for (const int shift : {24, 25}) {
    const std::int64_t first = shift == 24 ? b : kOne, end = shift == 24 ? 2 * kOne : b;
    const std::int64_t power = std::int64_t{1} << shift, common = std::gcd(power, b), modulus = b / common;
    const std::int64_t factor = modulus == 1 ? 0 : inverse(power / common % modulus, modulus);
    for (std::int64_t n = -5; n <= 5; ++n) {
      if (n == 0 || n % common != 0) continue;
      const std::int64_t residue = (n / common % modulus + modulus) % modulus * factor % modulus;
      for (std::int64_t a = first + ((residue - first) % modulus + modulus) % modulus; a < end; a += modulus)
        if (((a * power - n) / b & 1) != 0) body(a);
    }
  }
}

// Tries every reciprocal that may come out of reciprocal(): those that are off by half an ulp and 2^-34.
struct QuotientCount {
  std::int64_t tried = 0, wrong = 0;
};

QuotientCount try_hard_quotients(std::int64_t divisor) {
  QuotientCount count;
  const float b = scaled(divisor, 0), rounded = 1 / b;
  for (const float y : {std::nextafter(rounded, 0.0f), rounded, std::nextafter(rounded, 2.0f)}) {
    const double error = std::fabs(static_cast<double>(y) * b - 1);  // exact
    if (error > 0x1p-25 * b + 0x1p-34) continue;
    for_hard_numerators(divisor, [&](std::int64_t numerator) {
      const float a = scaled(numerator, 0);
      ++count.tried;
      count.wrong += ByFma<Chosen>::quotient(a, b, y) != a / b;
    });
  }
  return count;
}

constexpr std::int64_t kFirstExcluded = 2 * kOne - guard::kLastSignificands;

TEST(ByFma, QuotientsNearestToAMidpointWithAnyReciprocal) {
  QuotientCount accepted, excluded;
  for (std::int64_t b = kOne; b < 2 * kOne; ++b) {
    const QuotientCount count = try_hard_quotients(b);
    QuotientCount& sum = b < kFirstExcluded ? accepted : excluded;
    sum.tried += count.tried;
    sum.wrong += count.wrong;
  }
  EXPECT_GT(accepted.tried, 10'000'000);
  EXPECT_EQ(accepted.wrong, 0) << "of " << accepted.tried;
  EXPECT_GT(excluded.wrong, 0) << "then the guard need not turn them down";
}

// The assumptions of the proof above.
TEST(ByFma, ReciprocalsFromAnyStartAreOffByHalfAnUlpAndLittleMore) {
  std::mt19937 random(0x5eed);
  for (int draw = 0; draw < 2000; ++draw) {
    const float b = scaled(kOne + static_cast<std::int64_t>(random() % kOne), 0);
    const auto last = static_cast<float>((1 + kReciprocalError) / b);
    for (Chosen::start = static_cast<float>((1 - kReciprocalError) / b); Chosen::start <= last;
         Chosen::start = std::nextafter(Chosen::start, 2.0f)) {
      const double error = std::fabs(static_cast<double>(ByFma<Chosen>::reciprocal(b)) * b - 1);
      ASSERT_LE(error, 0x1p-25 * b + 0x1p-34) << std::hexfloat << b << " from " << Chosen::start;
    }
  }
}

// --- On this machine ------------------------------------------------------------------------------------------------

class ByFmaUnits : public testing::TestWithParam<const Units*> {
 protected:
  void SetUp() override {
    if (!radam_target_available(units.target))
      GTEST_SKIP() << "this machine has no " << radam_target_name(units.target);
  }

  // The function of 16 floats at a time, for all significands of [1, 4).
  template <class Body>
  void for_all_significands(void (*function)(const float*, float*), Body body) {
    for (const int exponent : {0, 1}) {
      for (std::int64_t first = kOne; first < 2 * kOne; first += 16) {
        float x[16], y[16];
        for (int lane = 0; lane < 16; ++lane) x[lane] = scaled(first + lane, exponent);
        function(x, y);
        for (int lane = 0; lane < 16; ++lane) body(x[lane], y[lane]);
      }
    }
  }

  void divide_random_pairs(std::int64_t pairs) {
    std::mt19937_64 random(0xd1f);
    for (std::int64_t done = 0; done < pairs; done += 16) {
      float a[16], b[16], q[16];
      for (int lane = 0; lane < 16; ++lane) {
        const std::uint64_t bits = random();
        // Exponents as far apart as the guard and a root let them be.
        const auto a_bits = static_cast<std::uint32_t>((32 + (bits >> 32 & 127)) << 23 | (bits & 0x7FFFFF));
        const auto b_bits = static_cast<std::uint32_t>((80 + (bits >> 40 & 63)) << 23 | (bits >> 41 & 0x7FFFFF));
        std::memcpy(&a[lane], &a_bits, sizeof a_bits);
        std::memcpy(&b[lane], &b_bits, sizeof b_bits);
        if ((b_bits & 0x7FFFFF) >= kFirstExcluded - kOne) b[lane] = 1.5f;
      }
      units.div(a, b, q);
      for (int lane = 0; lane < 16; ++lane)
        ASSERT_EQ(q[lane], a[lane] / b[lane]) << std::hexfloat << a[lane] << " / " << b[lane];
    }
  }

  const Units& units = *GetParam();
};

TEST_P(ByFmaUnits, StartsAsNearAsTheirInstructionsPromise) {
  double worst = 0;
  for_all_significands(units.approximate_reciprocal, [&](float x, float y) {
    worst = std::fmax(worst, std::fabs(static_cast<double>(x) * y - 1));
  });
  EXPECT_LE(worst, units.reciprocal_error);
  EXPECT_LE(units.reciprocal_error, kReciprocalError);
  if (units.rsqrt_error == 0) return;
  worst = 0;
  for_all_significands(units.approximate_rsqrt, [&](float x, float y) {
    worst = std::fmax(worst, std::fabs(std::sqrt(static_cast<double>(x)) * y - 1));
  });
  EXPECT_LE(worst, units.rsqrt_error);
  EXPECT_LE(units.rsqrt_error, kRsqrtError);
}

TEST_P(ByFmaUnits, EveryRoot) {
  for_all_significands(units.sqrt, [](float x, float y) { ASSERT_EQ(y, std::sqrt(x)) << std::hexfloat << x; });
}

TEST_P(ByFmaUnits, QuotientsOfRandomPairs) { divide_random_pairs(std::int64_t{1} << 23); }
TEST_P(ByFmaUnits, DISABLED_QuotientsOfFourBillionRandomPairs) { divide_random_pairs(std::int64_t{1} << 32); }

TEST_P(ByFmaUnits, QuotientsNearestToAMidpoint) {
  for (std::int64_t divisor = kOne; divisor < kFirstExcluded; divisor += 97) {
    for_hard_numerators(divisor, [&](std::int64_t numerator) {
      float a[16], b[16], q[16];
      for (int lane = 0; lane < 16; ++lane) a[lane] = scaled(numerator, 0), b[lane] = scaled(divisor, 0);
      units.div(a, b, q);
      ASSERT_EQ(q[15], a[15] / b[15]) << std::hexfloat << a[15] << " / " << b[15];
    });
  }
}

TEST_P(ByFmaUnits, TheGuardTurnsDownWhatTheProofLeavesOut) {
  const auto accepts = [&](float numerator, float radicand, float divisor, int lane) {
    float a[16], v[16], b[16];
    for (int i = 0; i < 16; ++i) a[i] = 1, v[i] = 1, b[i] = 1;
    a[lane] = numerator, v[lane] = radicand, b[lane] = divisor;
    return units.accepts(a, v, b);
  };
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (int lane = 0; lane < 16; ++lane) {
    for (const float good : {0x1p-95f, 1.0f, 0x1.fffffep32f}) {
      EXPECT_TRUE(accepts(good, 1, 1, lane) && accepts(-good, 1, 1, lane) && accepts(1, good, 1, lane)) << good;
    }
    for (const float bad : {0.0f, -0.0f, 0x1p-149f, 0x1p-126f, 0x1.fffffep-96f, 0x1p33f, 0x1p34f, 0x1p127f, kInfinity,
                            std::numeric_limits<float>::quiet_NaN()}) {
      EXPECT_FALSE(accepts(bad, 1, 1, lane) || accepts(-bad, 1, 1, lane) || accepts(1, bad, 1, lane)) << bad;
    }
    for (const int exponent : {-40, -1, 0, 1, 10}) {
      EXPECT_TRUE(accepts(1, 1, scaled(kFirstExcluded - 1, exponent), lane));
      EXPECT_FALSE(accepts(1, 1, scaled(kFirstExcluded, exponent), lane));
      EXPECT_FALSE(accepts(1, 1, scaled(2 * kOne - 1, exponent), lane));
    }
  }
}

TEST_P(ByFmaUnits, KernelsOfEveryPatternFollowTheDocumentedRule) {
  for (const radam::Pattern pattern : radam::kEveryPattern) {
    if ((units.kernels->patterns & radam::set_of(pattern)) == 0) continue;
    *units.pattern = pattern;
    EXPECT_EQ(first_departure(*units.kernels, 0xf3a), "") << radam::name_of(pattern);
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, ByFmaUnits, testing::Values(&avx2_units, &avx512_units), [](const auto& test) {
  return std::string(test.param == &avx2_units ? "avx2" : "avx512");
});

}  // namespace
}  // namespace radam_test
