// The bytes of a fuzzer, read as numbers. After the last byte there are zeros, which stand for what is ordinary.
#ifndef RADAM_TEST_FUZZ_INPUT_H
#define RADAM_TEST_FUZZ_INPUT_H

#include <cfloat>
#include <climits>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace radam_test {

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : next_(data), end_(data + size) {}

  template <class T>
  T bits() {
    T value{};
    const auto left = static_cast<std::size_t>(end_ - next_);
    const std::size_t size = left < sizeof value ? left : sizeof value;
    if (size > 0) std::memcpy(&value, next_, size);
    next_ += size;
    return value;
  }

  std::uint8_t byte() { return bits<std::uint8_t>(); }

  // Below n, which is 256 at most.
  unsigned below(unsigned n) { return byte() % n; }

  // True for one byte of so many.
  bool rarely(unsigned one_of) { return byte() % one_of == one_of - 1; }

  // The value of an enumeration that has so many, from 0; rarely another.
  std::int32_t choice(std::int32_t count) {
    const std::uint8_t b = byte();
    if (b < 248) return b % count;
    const std::int32_t wrong[] = {-1, count, INT_MIN, INT_MAX, count + 1, 256, 1 << 20};
    return b < 255 ? wrong[b - 248] : bits<std::int32_t>();
  }

  std::int64_t integer() {
    const std::int64_t known[] = {0,         1,         2,         3,  255,            256, 257, 2000,
                                  INT32_MAX, INT64_MAX, INT64_MIN, -1, INT64_MAX - 256};
    const std::uint8_t b = byte();
    return b < sizeof known / sizeof *known ? known[b] : b < 128 ? b : bits<std::int64_t>();
  }

  float any_float() {
    const float known[] = {0,        -0.0f,       1,    -1,      FLT_MIN,  FLT_MAX,   HUGE_VALF, -HUGE_VALF,
                           -FLT_MAX, FLT_MIN / 2, 0.5f, 0x1p63f, -0x1p63f, 0x1p-149f, 0.9f,      std::nanf("")};
    const std::uint8_t b = byte();
    return b < 128 ? known[b % 16] : bits<float>();
  }

  double any_double() {
    const double known[] = {0,       -0.0, 1,    -1,   0.5,  0.9,      0.999, 1 - 0x1p-53, 1e-8, 1e308, DBL_MIN,
                            HUGE_VAL, -HUGE_VAL, 4, 0x1p128, std::nan("")};
    const std::uint8_t b = byte();
    return b < 64 ? known[b % 16] : b < 128 ? static_cast<double>(any_float()) : bits<double>();
  }

 private:
  const std::uint8_t* next_;
  const std::uint8_t* end_;
};

}  // namespace radam_test

#endif
