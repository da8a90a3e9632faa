// The types of 16 bits, with nothing of the library: values are rounded by looking up the two neighbours in a table of
// all that there are, and comparing distances in double.
#ifndef RADAM_TEST_HALF_TYPES_H
#define RADAM_TEST_HALF_TYPES_H

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include <radam/radam.h>

namespace radam_test {

inline float float_of(std::uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

// The value of a 16-bit code.
inline float value_of(std::int32_t type, std::uint16_t code) {
  if (type == RADAM_TYPE_BF16) return float_of(static_cast<std::uint32_t>(code) << 16);
  const int exponent = code >> 10 & 31, fraction = code & 1023;
  float magnitude;
  if (exponent == 31) {
    magnitude = fraction ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity();
  } else {
    magnitude = exponent == 0 ? std::ldexp(static_cast<float>(fraction), -24)
                              : std::ldexp(static_cast<float>(1024 + fraction), exponent - 25);
  }
  return code & 0x8000 ? -magnitude : magnitude;
}

// All magnitudes of a type, by code; where the type has infinity, the number that would come next.
inline const std::vector<double>& magnitudes(std::int32_t type) {
  static const auto make = [](std::int32_t of) {
    std::vector<double> all;
    for (std::uint16_t code = 0; std::isfinite(value_of(of, code)); ++code) all.push_back(value_of(of, code));
    all.push_back(2 * all.back() - all[all.size() - 2]);
    return all;
  };
  static const std::vector<double> bf16 = make(RADAM_TYPE_BF16), f16 = make(RADAM_TYPE_F16);
  return type == RADAM_TYPE_BF16 ? bf16 : f16;
}

constexpr int kNearest = -1;

// The code of x, rounded to nearest even, or stochastically with the 16 bits r.
inline std::uint16_t code_of(std::int32_t type, float x, int r) {
  const std::vector<double>& all = magnitudes(type);
  const auto infinity = static_cast<std::uint16_t>(all.size() - 1);
  std::uint16_t code;
  const double magnitude = std::fabs(static_cast<double>(x));
  if (std::isnan(x)) {
    code = infinity + 1;
  } else if (magnitude >= all.back()) {
    code = infinity;
  } else {
    const auto above = std::upper_bound(all.begin(), all.end(), magnitude);
    const double high = *above, low = *(above - 1), f = (magnitude - low) / (high - low);
    code = static_cast<std::uint16_t>(above - all.begin() - 1);
    const bool up = r == kNearest ? f > 0.5 || (f == 0.5 && code % 2 == 1) : f + (r + 0.5) / 65536 >= 1;
    code = static_cast<std::uint16_t>(code + up);
  }
  return static_cast<std::uint16_t>(code | (std::signbit(x) ? 0x8000 : 0));
}

// The halves of a float32 of RADAM_TYPE_SPLIT. Of two bfloat16s that are as near, the one further from zero is the code
// to which half of all random bits lead.
struct Halves {
  std::uint16_t upper, lower;
};

inline Halves halves_of(float x) {
  if (std::isnan(x)) return {0x7FC0, 0};
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  const std::uint16_t upper = code_of(RADAM_TYPE_BF16, x, 0x8000);
  return {upper, static_cast<std::uint16_t>(bits - upper * 0x10000u)};
}

inline float value_of(const Halves& x) {
  const int magnitude = (x.upper & 0x7FFF) * 0x10000 + (x.lower < 0x8000 ? x.lower : x.lower - 0x10000);
  return std::copysign(float_of(static_cast<std::uint32_t>(std::max(magnitude, 0))), x.upper & 0x8000 ? -1.0f : 1.0f);
}

}  // namespace radam_test

#endif
