// The weight of Schedule-Free's newest iterate against sums of all weights, term by term in long double, and at steps
// too many to add up against formulas that the library does not use.
#include <cmath>
#include <cstdint>

#include <gtest/gtest.h>

#include "../src/algorithm/schedulefree_weights.h"

namespace radam_test {
namespace {

using Weights = ScheduleFreeWeights;
using Long = long double;

Long power(Long x, double y) { return std::pow(x, static_cast<Long>(y)); }

// Ever fewer, from all of the first ones.
std::int64_t after(std::int64_t t) { return t + 1 + t / 50; }

void expect_near(double actual, Long exact) {
  EXPECT_LE(std::fabs(static_cast<double>(actual / exact - 1)), 1e-10) << actual;
  EXPECT_LE(actual, 1);
}

TEST(ScheduleFreeWeights, AreThoseOfAllStepsAddedUp) {
  for (const double r : {0.0, 0.5, 1.0, 3.7, 16.0}) {
    for (const double p : {0.0, 0.3, 1.0, 2.0, 16.0}) {
      for (const std::int64_t warmup_steps : {0, 1, 10, 1000}) {
        SCOPED_TRACE(testing::Message() << "r " << r << ", p " << p << ", warm-up " << warmup_steps);
        Long sum = 0;
        for (std::int64_t t = 1, next = 1; t <= 6'000; ++t) {
          const Long rate = t < warmup_steps ? static_cast<Long>(t) / static_cast<Long>(warmup_steps) : 1;
          const Long weight = power(static_cast<Long>(t), r) * power(rate, p);
          sum += weight;
          if (t < next) continue;
          next = after(t);
          expect_near(Weights::of_newest(r, p, warmup_steps, t), weight / sum);
          if (HasFailure()) return;
        }
      }
    }
  }
}

// The sums of the first integers, squares and cubes.
TEST(ScheduleFreeWeights, OfManySteps) {
  for (const std::int64_t t : {std::int64_t{1'000'000}, std::int64_t{1'000'000'000}, INT64_MAX}) {
    const auto n = static_cast<Long>(static_cast<double>(t));
    expect_near(Weights::of_newest(0, 2, 0, t), 1 / n);
    expect_near(Weights::of_newest(1, 2, 0, t), n / (n * (n + 1) / 2));
    expect_near(Weights::of_newest(2, 2, 0, t), n * n / (n * (n + 1) * (2 * n + 1) / 6));
    expect_near(Weights::of_newest(3, 2, 0, t), n * n * n / (n * n * (n + 1) * (n + 1) / 4));
    // Within a warm-up, and after one that ends half-way.
    expect_near(Weights::of_newest(0, 2, t, t), n * n / (n * (n + 1) * (2 * n + 1) / 6));
    const auto half = static_cast<Long>(t / 2);
    const Long squares = half * (half + 1) * (2 * half + 1) / 6 / half / half;
    expect_near(Weights::of_newest(0, 2, t / 2, t), 1 / (n - half + squares));
  }
}

// The square of RAdam's factor; 0 where rho is at most 4. The limit of rho less 4 is (5 b - 3) / (1 - b), here of exact
// differences, as rho's limit and 4 may have all digits but a few in common.
Long square_of_rectification(double beta2, std::int64_t t) {
  const Long b = beta2, limit = ((b - 0.5L) + 4 * (b - 0.625L)) / (1 - b);
  const Long log_power = static_cast<Long>(t) * std::log1p(b - 1);
  const Long excess = limit + 2 * static_cast<Long>(t) * std::exp(log_power) / std::expm1(log_power);
  return excess > 0 ? excess * (excess + 2) * (limit + 4) / (limit * (limit + 2) * (excess + 4)) : 0;
}

TEST(ScheduleFreeWeights, OfRAdamAreThoseOfAllStepsAddedUp) {
  for (const double beta2 : {0.600000000001, 0.6000001, 0.605, 0.61, 0.7, 0.9, 0.99, 0.999, 0.9999, 0.999999}) {
    for (const double r : {0.0, 0.5, 16.0}) {
      for (const double p : {0.3, 1.0, 2.0, 16.0}) {
        SCOPED_TRACE(testing::Message() << "beta2 " << beta2 << ", r " << r << ", p " << p);
        Long sum = 0;
        for (std::int64_t t = 1, next = 1; t <= 6'000; ++t) {
          const Long square = square_of_rectification(beta2, t);
          const Long weight = power(static_cast<Long>(t), r) * power(square, p / 2);
          sum += weight;
          if (t < next) continue;
          next = after(t);
          const double actual = Weights::of_newest_rectified(r, p, beta2, t);
          if (square > 0) expect_near(actual, weight / sum);
          else EXPECT_EQ(actual, 0);
          if (HasFailure()) return;
        }
      }
    }
  }
}

// After a million steps the factor is 1 to the last bit of a double.
TEST(ScheduleFreeWeights, OfRAdamAfterManySteps) {
  for (const double beta2 : {0.7, 0.999, 0.9999}) {
    constexpr std::int64_t kAddedUp = 1'000'000;
    Long sum = 0;
    for (std::int64_t t = 1; t <= kAddedUp; ++t) sum += square_of_rectification(beta2, t);
    for (const std::int64_t t : {kAddedUp, std::int64_t{1'000'000'000}, INT64_MAX})
      expect_near(Weights::of_newest_rectified(0, 2, beta2, t), 1 / (sum + static_cast<Long>(t - kAddedUp)));
  }
}

// The authors' 0^0 is 1: with a power of 0 silent steps count as others.
TEST(ScheduleFreeWeights, OfRAdamWithoutPower) {
  for (const std::int64_t t : {1, 2, 1000}) EXPECT_EQ(Weights::of_newest_rectified(0, 0, 0.999, t), 1.0 / t);
}

}  // namespace
}  // namespace radam_test
