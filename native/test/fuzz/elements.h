// Elements of buffers: what training meets, what it does not, and single ones that the fuzzer chooses.
#ifndef RADAM_TEST_FUZZ_ELEMENTS_H
#define RADAM_TEST_FUZZ_ELEMENTS_H

#include <cstddef>
#include <cstdint>
#include <cstring>

#include <radam/radam.h>

#include "input.h"
#include "memory.h"

namespace radam_test {

// SplitMix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t x = state_ += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
  }

 private:
  std::uint64_t state_;
};

// Fills a buffer of floats of some type.
inline void fill_elements(Input& in, unsigned char* to, Kind kind, std::size_t count, bool is_signed) {
  enum { kOrdinary, kFlat, kAnyBits, kZeros, kMixed, kWide, kFlavours };
  const unsigned flavour = in.below(kFlavours);
  Random random(in.bits<std::uint16_t>());
  const std::size_t size = size_of(kind);
  const unsigned mantissa = kind == Kind::kF32 ? 23 : kind == Kind::kBf16 ? 7 : 10;
  const unsigned bias = kind == Kind::kF16 ? 15 : 127;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t r = random.next();
    auto bits = static_cast<std::uint32_t>(r);  // any
    const bool broken = flavour == kMixed && (r >> 60) == 0;
    if (flavour == kZeros) bits = 0;
    if (flavour == kOrdinary || (flavour == kMixed && !broken) || flavour == kWide) {
      const unsigned spread = flavour == kWide ? 2 * bias : 16;
      const auto exponent = static_cast<unsigned>(bias - spread / 2 + (r >> 32) % spread);
      bits = (bits & ((1u << mantissa) - 1)) | (exponent << mantissa);
      if (is_signed) bits |= static_cast<std::uint32_t>(r >> 63) << (8 * size - 1);
    }
    if (flavour == kFlat) bits = (bias - 3) << mantissa;
    std::memcpy(to + i * size, &bits, size);
  }
  for (unsigned n = count > 0 ? in.below(4) : 0; n > 0; --n) {
    const std::size_t i = in.bits<std::uint16_t>() % count;
    const float x = in.any_float();
    std::uint32_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    if (kind == Kind::kBf16) bits >>= 16;
    std::memcpy(to + i * size, &bits, size);
  }
}

inline void fill_bytes(Input& in, unsigned char* to, std::size_t count) {
  Random random(in.bits<std::uint16_t>());
  const bool zero = in.rarely(4);
  for (std::size_t i = 0; i < count; ++i) to[i] = zero ? 0 : static_cast<unsigned char>(random.next());
}

// A number of elements: mostly few.
inline std::int64_t element_count(Input& in) {
  const std::uint8_t b = in.byte();
  return b < 250 ? b % 41 : in.bits<std::uint16_t>() % 1100;
}

// Where a range begins: mostly at 0, or so far that a buffer of that many elements could not be there.
inline std::int64_t range_begin(Input& in) {
  const std::uint8_t b = in.byte();
  return b < 200 ? 0 : b < 250 ? b - 200 : in.bits<std::uint32_t>();
}

// The address of element 0 of a buffer of which only the elements from `begin` exist.
inline void* element_zero(void* first, std::int64_t begin, std::size_t bytes) {
  return reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(first) - static_cast<std::uintptr_t>(begin) * bytes);
}

// The ends of the parts of a range: up to three cuts at multiples of `unit`.
class Parts {
 public:
  Parts(Input& in, std::int64_t begin, std::int64_t end, std::int64_t unit) {
    for (int i = 0; i < kCuts; ++i) {
      std::int64_t cut = begin + in.bits<std::uint16_t>() % (end - begin + 1);
      cut -= cut % unit;
      ends_[i] = cut < begin ? begin : cut;
    }
    ends_[kCuts] = end;
    std::sort(ends_, ends_ + kCuts);
  }
  const std::int64_t* begin() const { return ends_; }
  const std::int64_t* end() const { return ends_ + kCuts + 1; }

 private:
  static constexpr int kCuts = 3;
  std::int64_t ends_[kCuts + 1];
};

}  // namespace radam_test

#endif
