// A multiplication and an addition in double that are rounded once: those by integers against the instruction, or
// against the C library's.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>

#include <gtest/gtest.h>

#include "../src/fma_by_integers.h"

namespace {

std::uint64_t bits_of(double x) {
  std::uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

// Numbers of which many have few bits, so that sums are halfway between two doubles, and of which many are subnormal.
class Numbers {
 public:
  // A finite number with an exponent around one.
  double near(int exponent) {
    const int biased = std::clamp(exponent + 1023 + static_cast<int>(random_() % 9) - 4, 0, 2046);
    std::uint64_t fraction = random_() >> 12;
    switch (random_() % 4) {
      case 0: fraction &= ~std::uint64_t{0} << (random_() % 52); break;
      case 1: fraction = (std::uint64_t{1} << 52) - 1 - (fraction >> (random_() % 52)); break;
      case 2: fraction >>= random_() % 52; break;
      default: break;
    }
    const std::uint64_t bits = (random_() & 1) << 63 | static_cast<std::uint64_t>(biased) << 52 | fraction;
    double x;
    std::memcpy(&x, &bits, sizeof x);
    return x;
  }
  int exponent(int least, int most) {
    return least + static_cast<int>(random_() % static_cast<unsigned>(most - least + 1));
  }

 private:
  std::mt19937_64 random_{0xf3a};
};

void expect_same(double a, double b, double c) {
  const double expected = std::fma(a, b, c), actual = fma_by_integers(a, b, c);
  ASSERT_EQ(bits_of(actual), bits_of(expected)) << std::hexfloat << a << " * " << b << " + " << c;
}

TEST(Fma, AtAllDistancesOfTheAddend) {
  Numbers numbers;
  for (int distance = -140; distance <= 140; ++distance)
    for (int i = 0; i < 4000; ++i) {
      const int x = numbers.exponent(-300, 300), y = numbers.exponent(-300, 300);
      expect_same(numbers.near(x), numbers.near(y), numbers.near(x + y + distance));
      if (HasFatalFailure()) return;
    }
}

// Where all but the last bits cancel: what double-double arithmetic takes from it.
TEST(Fma, OfTheErrorOfAProduct) {
  Numbers numbers;
  for (int i = 0; i < 400'000; ++i) {
    const double a = numbers.near(numbers.exponent(-540, 300)), b = numbers.near(numbers.exponent(-540, 300));
    const double product = a * b;
    expect_same(a, b, -product);
    expect_same(a, b, -std::nextafter(product, 0));
    if (HasFatalFailure()) return;
  }
}

TEST(Fma, OfResultsThatAreSubnormalOrOverflow) {
  Numbers numbers;
  for (int i = 0; i < 400'000; ++i) {
    const int small = numbers.exponent(-1100, -1000), large = numbers.exponent(1000, 1030);
    const int x = numbers.exponent(-500, 20);
    expect_same(numbers.near(x), numbers.near(small - x), numbers.near(numbers.exponent(-1100, -1000)));
    expect_same(numbers.near(500), numbers.near(large - 500), numbers.near(numbers.exponent(900, 1023)));
    if (HasFatalFailure()) return;
  }
}

TEST(Fma, OfZeros) {
  for (const double a : {0.0, -0.0, 1.5, -3e-310})
    for (const double b : {0.0, -0.0, 2e-308, 1e300})
      for (const double c : {0.0, -0.0, 7.0, -5e-324}) expect_same(a, b, c);
}

}  // namespace
