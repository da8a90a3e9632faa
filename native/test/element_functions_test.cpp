// 2^x and x^y of elements are as close to the C library's as radam.h says. That all targets have their bits is what
// same_bits_test shows, by the rules that use them.
#include <cmath>
#include <cstdint>
#include <cstring>

#include <gtest/gtest.h>

#include "../src/simd/scalar.h"

#include "../src/algorithm/element_functions.h"

namespace radam_test {
namespace {

float from_bits(std::uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

TEST(ElementFunctions, Exp2IsNearTheExactOne) {
  // From 0 to 127, and from -0 to -126.
  for (const std::uint32_t sign : {0u, 0x80000000u}) {
    for (std::uint32_t bits = 0; bits <= (sign == 0 ? 0x42FE0000u : 0x42FC0000u); bits += 1031) {
      const float x = from_bits(sign | bits);
      const double exact = std::exp2(static_cast<double>(x));
      ASSERT_LE(std::fabs(exp2<Scalar>(x) - exact), 1.5 * 0x1p-24 * exact) << x;
    }
  }
}

TEST(ElementFunctions, Exp2OfWholeNumbersIsExact) {
  for (int n = -126; n <= 127; ++n) ASSERT_EQ(exp2<Scalar>(static_cast<float>(n)), std::ldexp(1.0f, n)) << n;
}

TEST(ElementFunctions, PowerIsNearTheExactOne) {
  for (const double y : {1.0, 0x1.fcb5bp-1, 0x1.f78d3ep-1, 0.9, 0.75, 0.6, 0.5, 1.0 / 3, 0.25, 0.1, 1e-3, 1e-10}) {
    const auto high = static_cast<float>(y);
    const Exponent<Scalar> exponent(high, static_cast<float>(y - static_cast<double>(high)));
    for (std::uint32_t bits = 0x01000000; bits <= 0x7E800000; bits += 16411) {  // from 2^-125 to 2^126
      const float x = from_bits(bits);
      const double exact = std::pow(static_cast<double>(x), y);
      ASSERT_LE(std::fabs(power<Scalar>(x, exponent) - exact), 2.25 * 0x1p-24 * exact) << x << " to the " << y;
    }
    // Where errors are largest: near half of the next power of 2.
    for (float x = 0.345f; x < 0.36f; x = std::nextafter(x, 1.0f) + 0x1p-22f) {
      const double exact = std::pow(static_cast<double>(x), y);
      ASSERT_LE(std::fabs(power<Scalar>(x, exponent) - exact), 2.25 * 0x1p-24 * exact) << x << " to the " << y;
    }
  }
}

TEST(ElementFunctions, PowerCutsWhatIsOutOfItsRange) {
  const Exponent<Scalar> half(0.5f, 0);
  const float least = power<Scalar>(0x1p-125f, half), most = power<Scalar>(0x1p126f, half);
  for (const float x : {-1.0f, -0.0f, 0.0f, 0x1p-149f, 0x1p-126f}) EXPECT_EQ(power<Scalar>(x, half), least) << x;
  for (const float x : {0x1p127f, INFINITY}) EXPECT_EQ(power<Scalar>(x, half), most) << x;
  EXPECT_EQ(most, 0x1p63f);
}

TEST(ElementFunctions, NaNStaysNaN) {
  for (const std::uint32_t bits : {0x7FC00000u, 0xFFC00000u, 0x7F800001u, 0xFFFFFFFFu}) {
    EXPECT_TRUE(std::isnan(exp2<Scalar>(from_bits(bits)))) << bits;
    EXPECT_TRUE(std::isnan(power<Scalar>(from_bits(bits), Exponent<Scalar>(0.5f, 0)))) << bits;
  }
}

}  // namespace
}  // namespace radam_test
