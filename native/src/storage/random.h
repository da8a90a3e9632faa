// The random bits of stochastic rounding. They follow from seed, step and element, so that they do not depend on the
// order of computation. radam.h (radam_tensor) documents them.
#ifndef RADAM_SRC_STORAGE_RANDOM_H
#define RADAM_SRC_STORAGE_RANDOM_H

#include <cstdint>

#include "../inline.h"

namespace {

constexpr std::uint64_t kGolden64 = 0x9E3779B97F4A7C15u;
// What a word is more than that of the element before. Multiples of it, up to the 255th, are spread evenly over the
// words. So are their lowest 20 and 16 bits, and the pairs of highest and lowest bits.
constexpr std::uint32_t kIncrement = 0x43B68FBFu;

// Where the random bits of a buffer come from: a stream of words, and the lowest or the highest bits of each.
struct RandomHalf {
  int stream;
  bool upper;
};
constexpr int kRandomStreams = 4, kParamStream = 1;  // of parameters and copies, which take the lowest bits

// The half of state buffer k. Two buffers share a stream, but in stream 1 the parameters have the lowest bits.
RADAM_DEVICE constexpr RandomHalf random_half(int k) {
  if (k < 2) return {0, k == 1};
  return {(k + 1) / 2, k % 2 == 0};
}

RADAM_INLINE std::uint64_t mix(std::uint64_t x) {
  x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
  x = (x ^ x >> 27) * 0x94D049BB133111EBu;
  return x ^ x >> 31;
}

// One 32-bit word for each element of a block, vector by vector: an affine sequence, whose beginning is a hash of seed,
// step and block. Each word alone is any of 2^32 with the same probability, so that rounding has no bias, and words of
// other steps and blocks are independent of it. Within a block the words are spread more evenly than independent ones,
// so that errors of rounding cancel better. An element costs one addition.
template <class V>
class Random {
 public:
  using Int = typename V::Int;

  // first: the first element, counted within the block.
  RADAM_DEVICE Random(std::uint64_t seed_of_step, std::int64_t block, std::int64_t first, int stream) {
    const auto pair = static_cast<std::uint64_t>(stream >> 1), of_pair = static_cast<std::uint64_t>(stream & 1);
    const std::uint64_t base = pair == 0 ? seed_of_step : mix(seed_of_step + pair);
    const std::uint64_t key = mix(base + (2 * static_cast<std::uint64_t>(block) + of_pair) * kGolden64);
    const auto begin = static_cast<std::uint32_t>(key) + static_cast<std::uint32_t>(first) * kIncrement;
    next_ = V::add_int(V::broadcast_int(begin), V::mul_int(V::index(), V::broadcast_int(kIncrement)));
  }

  // The words of the next V::kLanes elements.
  RADAM_INLINE_MEMBER Int next() {
    const Int words = next_;
    next_ = V::add_int(next_, V::broadcast_int(static_cast<std::uint32_t>(V::kLanes) * kIncrement));
    return words;
  }

  // The random bits of a word for a format that takes so many.
  template <int bits, bool upper>
  RADAM_INLINE Int half(Int word) {
    return upper ? V::template shift_right<32 - bits>(word) : V::and_int(word, V::broadcast_int((1u << bits) - 1));
  }

  // A word whose random bits round to nearest.
  RADAM_DEVICE static constexpr std::uint32_t nearest(int bits, bool upper) { return 1u << (upper ? 31 : bits - 1); }

  RADAM_DEVICE static std::uint64_t seed_of_step(std::uint64_t seed, std::int64_t step) {
    return mix(seed + static_cast<std::uint64_t>(step) * kGolden64);
  }

 private:
  Int next_;
};

}  // namespace

#endif
