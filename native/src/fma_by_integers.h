// a * b + c in double, rounded once, by integers alone: for where there may be no instruction for it, and the C library
// rounds more than once.
#ifndef RADAM_SRC_FMA_BY_INTEGERS_H
#define RADAM_SRC_FMA_BY_INTEGERS_H

#include <cstdint>

namespace {

// What a double is: mantissa * 2^exponent. The mantissa has 53 bits, the highest of them set.
struct Parts {
  std::uint64_t mantissa;
  int exponent;
  bool negative;

  explicit Parts(double x) {
    std::uint64_t bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    const int biased = static_cast<int>(bits >> 52 & 0x7FF);
    mantissa = (bits & ((std::uint64_t{1} << 52) - 1)) | (biased != 0 ? std::uint64_t{1} << 52 : 0);
    const int missing = mantissa != 0 ? __builtin_clzll(mantissa) - 11 : 0;  // of a subnormal
    mantissa <<= missing;
    exponent = (biased != 0 ? biased : 1) - 1075 - missing;
    negative = bits >> 63 != 0;
  }
};

__extension__ typedef unsigned __int128 Wide;

// magnitude * 2^exponent as a double, rounded to nearest, ties to even.
inline double round_to_double(bool negative, Wide magnitude, int exponent) {
  const auto high = static_cast<std::uint64_t>(magnitude >> 64);
  const auto low = static_cast<std::uint64_t>(magnitude);
  const int length = high != 0 ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll(low);
  // The exponent of the last bit that stays.
  const int last = exponent + length - 53 > -1074 ? exponent + length - 53 : -1074;
  const int cut = last - exponent;
  std::uint64_t kept;
  if (cut <= 0) {
    kept = low << -cut;
  } else if (cut > 127) {
    kept = 0;
  } else {
    const Wide rest = magnitude & ((Wide{1} << cut) - 1), half = Wide{1} << (cut - 1);
    kept = static_cast<std::uint64_t>(magnitude >> cut);
    if (rest > half || (rest == half && (kept & 1) != 0)) ++kept;
  }
  // The mantissa's highest bit adds 1 to the exponent's field, and so does a carry out of it.
  std::uint64_t bits = kept < std::uint64_t{1} << 52 ? kept : kept + (static_cast<std::uint64_t>(last + 1074) << 52);
  constexpr std::uint64_t kInfinity = std::uint64_t{0x7FF} << 52;
  if (last > 971 || bits > kInfinity) bits = kInfinity;
  bits |= std::uint64_t{negative} << 63;
  double result;
  __builtin_memcpy(&result, &bits, sizeof result);
  return result;
}

// By integers, for finite numbers. Product and addend are brought to the same exponent with 20 bits or more to spare;
// what falls off at the right is remembered in the last bit.
inline double fma_by_integers(double a, double b, double c) {
  if (a == 0 || b == 0) return a * b + c;
  if (c == 0) return a * b;
  const Parts x(a), y(b), z(c);
  Wide product = static_cast<Wide>(x.mantissa) * y.mantissa << 20, addend = static_cast<Wide>(z.mantissa) << 73;
  int exponent = x.exponent + y.exponent - 20;
  const int behind = exponent - (z.exponent - 73);  // how many bits the addend is to be moved to the right
  Wide& smaller = behind > 0 ? addend : product;
  const int distance = behind > 0 ? behind : -behind;
  if (distance > 127) {
    smaller = 1;
  } else {
    const bool lost = (smaller & ((Wide{1} << distance) - 1)) != 0;
    smaller = smaller >> distance | lost;
  }
  if (behind < 0) exponent -= behind;

  const bool negative = x.negative != y.negative;
  if (negative == z.negative) return round_to_double(negative, product + addend, exponent);
  if (product == addend) return 0;
  return product > addend ? round_to_double(negative, product - addend, exponent)
                          : round_to_double(z.negative, addend - product, exponent);
}

}  // namespace

#endif
