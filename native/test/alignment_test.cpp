// Every length from 0 to 257 at every byte offset of a vector, for each buffer: right results, neighbours untouched.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "reference.h"
#include "targets.h"
#include "values.h"

namespace radam_test {
namespace {

constexpr std::size_t kMaxLength = 257;
constexpr std::size_t kVectorBytes = 64;  // of the widest target

using Alignment = EveryTarget;
using Offsets = std::array<std::size_t, kBufferCount>;

// Five stretches of memory, each of which begins at a multiple of kVectorBytes. A buffer lies at an offset in it, with
// at least a vector of known bytes on both sides.
class Memory {
 public:
  Pointers place(const Arrays& values, std::size_t n, const Offsets& offsets, bool amsgrad) {
    Pointers pointers;
    for (int b = 0; b < kBufferCount; ++b) {
      std::memset(bytes_[b], kNeighbour, kSize);
      std::memcpy(bytes_[b] + kVectorBytes + offsets[b], values.values[b].data(), n * sizeof(float));
      pointers[b] = advance(bytes_[b], static_cast<std::ptrdiff_t>(kVectorBytes + offsets[b]));
    }
    if (!amsgrad) pointers[kMaxExpAvgSq] = nullptr;
    return pointers;
  }

  // The buffer whose stretch is not the first n values with nothing but known bytes around; kBufferCount if all are.
  int first_wrong(const Arrays& values, std::size_t n, const Offsets& offsets) const {
    unsigned char expected[kSize];
    for (int b = 0; b < kBufferCount; ++b) {
      std::memset(expected, kNeighbour, kSize);
      std::memcpy(expected + kVectorBytes + offsets[b], values.values[b].data(), n * sizeof(float));
      if (std::memcmp(expected, bytes_[b], kSize) != 0) return b;
    }
    return kBufferCount;
  }

 private:
  static constexpr int kNeighbour = 0xA5;
  static constexpr std::size_t kSize = (kMaxLength * sizeof(float) / kVectorBytes + 4) * kVectorBytes;
  alignas(kVectorBytes) unsigned char bytes_[kBufferCount][kSize];
};

// Every kernel's input and result; results do not depend on how many elements follow.
struct Case {
  Combination parts;
  radam_coefficients c;
  Arrays before, after;
};

std::vector<Case> cases() {
  Values random(0xa119);
  std::vector<Case> result;
  for (unsigned number = 0; number < kCombinations; ++number) {
    const Combination parts = combination(number);
    const radam_coefficients c = typical_coefficients(parts);
    const Arrays before = random.arrays(kMaxLength, &Values::tame_element);
    result.push_back({parts, c, before, reference_step(c, before, parts.amsgrad)});
  }
  return result;
}

void check(std::int32_t target, const Case& k, std::size_t n, const Offsets& offsets) {
  static Memory memory;
  const Pointers pointers = memory.place(k.before, n, offsets, k.parts.amsgrad);
  ASSERT_EQ(step(target, k.c, 0, static_cast<std::int64_t>(n), pointers), RADAM_OK);
  const int wrong = memory.first_wrong(k.after, n, offsets);
  ASSERT_EQ(wrong, kBufferCount) << kBufferNames[wrong] << " or its neighbours, " << radam_target_name(target) << ", "
                                 << describe(k.parts) << ", n " << n << ", offsets " << testing::PrintToString(offsets);
}

TEST_F(Alignment, EveryOffsetOfEachBuffer) {
  const std::vector<Case> all = cases();
  for (const std::int32_t target : available_targets()) {
    for (unsigned buffer = 0; buffer < kBufferCount; ++buffer) {
      for (std::size_t offset = 0; offset < kVectorBytes; ++offset) {
        for (std::size_t n = 0; n <= kMaxLength; ++n) {
          Offsets offsets{};
          offsets[buffer] = offset;
          // All modes at every place, and all other parts of the rule in turn.
          const std::size_t others = (buffer + offset + n) % (kCombinations / 4);
          for (std::size_t mode = 0; mode < 4; ++mode) {
            check(target, all[others * 4 + mode], n, offsets);
            if (HasFatalFailure()) return;
          }
        }
      }
    }
  }
}

TEST_F(Alignment, AllBuffersAtOffsetsOfTheirOwn) {
  const std::vector<Case> all = cases();
  Values random(0x0ff5e7);
  for (const std::int32_t target : available_targets()) {
    for (int draw = 0; draw < 20000; ++draw) {
      Offsets offsets;
      for (std::size_t& offset : offsets) offset = random.below(kVectorBytes);
      check(target, all[random.below(kCombinations)], random.below(kMaxLength + 1), offsets);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace radam_test
