// Every length from 0 to 257 at every byte offset of a vector, for each buffer: right results, neighbours untouched.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "algorithms.h"
#include "targets.h"
#include "values.h"

namespace radam_test {
namespace {

constexpr std::size_t kMaxLength = 257;
constexpr std::size_t kVectorBytes = 64;  // of the widest target
constexpr std::size_t kRulesAtOnce = 4;

using Alignment = EveryTarget;
using Offsets = std::array<std::size_t, kBufferCount>;

// Stretches of memory, each of which begins at a multiple of kVectorBytes. A buffer lies at an offset in it, with
// at least a vector of known bytes on both sides.
class Memory {
 public:
  Pointers place(const Arrays& values, std::size_t n, const Offsets& offsets, unsigned present) {
    Pointers pointers;
    for (int b = 0; b < kBufferCount; ++b) {
      std::memset(bytes_[b], kNeighbour, kSize);
      std::memcpy(bytes_[b] + kVectorBytes + offsets[b], values.values[b].data(), n * sizeof(float));
      pointers[b] = advance(bytes_[b], static_cast<std::ptrdiff_t>(kVectorBytes + offsets[b]));
    }
    for (int k = 0; k < RADAM_MAX_STATE; ++k)
      if (!(present >> k & 1)) pointers[kState + k] = nullptr;
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
  const Combination* parts;
  Arrays before, after;
};

std::vector<Case> cases() {
  Values random(0xa119);
  std::vector<Case> result;
  for (const Combination& parts : all_combinations()) {
    const Arrays before = random.arrays(algorithm_of(parts.typical), kMaxLength, &Values::tame_element);
    result.push_back({&parts, before, reference_step(parts.typical, before, parts.present)});
  }
  return result;
}

void check(std::int32_t target, const Case& k, std::size_t n, const Offsets& offsets) {
  static Memory memory;
  const Pointers pointers = memory.place(k.before, n, offsets, k.parts->present);
  ASSERT_EQ(step(target, k.parts->typical, 0, static_cast<std::int64_t>(n), pointers), RADAM_OK);
  const int wrong = memory.first_wrong(k.after, n, offsets);
  ASSERT_EQ(wrong, kBufferCount) << kBufferNames[wrong] << " or its neighbours, " << radam_target_name(target) << ", "
                                 << k.parts->name << ", n " << n << ", offsets " << testing::PrintToString(offsets);
}

TEST_F(Alignment, EveryOffsetOfEachBuffer) {
  const std::vector<Case> all = cases();
  for (const std::int32_t target : available_targets()) {
    for (unsigned buffer = 0; buffer < kState + 3u; ++buffer) {  // as many as any algorithm has so far
      for (std::size_t offset = 0; offset < kVectorBytes; ++offset) {
        for (std::size_t n = 0; n <= kMaxLength; ++n) {
          Offsets offsets{};
          offsets[buffer] = offset;
          // A few rules at every place, and all of them in turn.
          for (std::size_t i = 0; i < kRulesAtOnce; ++i) {
            check(target, all[((buffer + offset + n) * kRulesAtOnce + i) % all.size()], n, offsets);
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
      check(target, all[random.below(static_cast<unsigned>(all.size()))], random.below(kMaxLength + 1), offsets);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace radam_test
