// The random bits of stochastic rounding. They are a hash of seed, step and element, so that they do not depend on the
// order of computation. radam.h (radam_tensor) documents it.
#ifndef RADAM_SRC_STORAGE_RANDOM_H
#define RADAM_SRC_STORAGE_RANDOM_H

#include <cstdint>

#include "../inline.h"

namespace {

constexpr std::uint64_t kGolden64 = 0x9E3779B97F4A7C15u;
constexpr std::uint32_t kGolden32 = 0x9E3779B9u;
// A word whose halves both are 2^15, after lower and upper have made its last operation.
constexpr std::uint32_t kNearestWord = 0x80000000u;

// Where the random bits of a buffer come from: a stream of words, and the lower or the upper half of each.
struct RandomHalf {
  int stream;
  bool upper;
};
constexpr int kRandomStreams = 4, kParamStream = 1;  // of parameters and copies, in the lower half

// The half of state buffer k. Two buffers share a stream, but stream 1 has the parameters in its lower half.
RADAM_DEVICE constexpr RandomHalf random_half(int k) {
  if (k < 2) return {0, k == 1};
  return {(k + 1) / 2, k % 2 == 0};
}

RADAM_INLINE std::uint64_t mix(std::uint64_t x) {
  x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
  x = (x ^ x >> 27) * 0x94D049BB133111EBu;
  return x ^ x >> 31;
}

// One 32-bit word for each element of a block, vector by vector. The key of a block is computed once, so that an
// element costs only two multiplications.
template <class V>
class Random {
 public:
  using Int = typename V::Int;

  // first: the first element, counted within the block.
  RADAM_DEVICE Random(std::uint64_t seed_of_step, std::int64_t block, std::int64_t first, int stream) {
    const auto pair = static_cast<std::uint64_t>(stream >> 1), of_pair = static_cast<std::uint64_t>(stream & 1);
    const std::uint64_t base = pair == 0 ? seed_of_step : mix(seed_of_step + pair);
    const std::uint64_t key = mix(base + (2 * static_cast<std::uint64_t>(block) + of_pair) * kGolden64);
    const auto low = static_cast<std::uint32_t>(key) + static_cast<std::uint32_t>(first) * kGolden32;
    counter_ = V::add_int(V::broadcast_int(low), V::mul_int(V::index(), V::broadcast_int(kGolden32)));
    high_ = V::broadcast_int(static_cast<std::uint32_t>(key >> 32));
  }

  // The words of the next V::kLanes elements, without their last operation, x ^ x >> 16, which lower and upper make.
  RADAM_INLINE_MEMBER Int next() {
    Int x = counter_;
    counter_ = V::add_int(counter_, V::broadcast_int(static_cast<std::uint32_t>(V::kLanes) * kGolden32));
    x = V::mul_int(V::xor_int(x, V::template shift_right<16>(x)), V::broadcast_int(0x7FEB352Du));
    return V::mul_int(V::xor_int(V::xor_int(x, V::template shift_right<15>(x)), high_), V::broadcast_int(0x846CA68Bu));
  }

  // 16 bits of a word, as bits 0 to 15.
  RADAM_INLINE Int lower(Int word) {
    return V::and_int(V::xor_int(word, V::template shift_right<16>(word)), V::broadcast_int(0xFFFF));
  }
  RADAM_INLINE Int upper(Int word) { return V::template shift_right<16>(word); }
  // As bits 4 to 19.
  RADAM_INLINE Int lower_by_16(Int word) {
    return V::and_int(V::xor_int(V::template shift_left<4>(word), V::template shift_right<12>(word)),
                      V::broadcast_int(0xFFFF0));
  }
  RADAM_INLINE Int upper_by_16(Int word) {
    return V::and_int(V::template shift_right<12>(word), V::broadcast_int(0xFFFF0));
  }

  RADAM_DEVICE static std::uint64_t seed_of_step(std::uint64_t seed, std::int64_t step) {
    return mix(seed + static_cast<std::uint64_t>(step) * kGolden64);
  }

 private:
  Int counter_, high_;
};

}  // namespace

#endif
