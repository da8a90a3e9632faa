// Every length from 0 to 257 at every byte offset of a vector, for each buffer, and every alignment of the stack: right
// results, neighbours untouched.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "algorithms.h"
#include "layerwise_reference.h"
#include "targets.h"
#include "values.h"

namespace radam_test {
namespace {

constexpr std::size_t kMaxLength = 257;
constexpr std::size_t kVectorBytes = 64;  // of the widest target

using Alignment = EveryTarget;
using Offsets = std::array<std::size_t, kBufferCount>;

// A stretch of memory for each buffer, which begins at a multiple of kVectorBytes. The buffer lies at an offset in it,
// with at least a vector of known bytes on both sides.
class Memory {
 public:
  Pointers place(const std::vector<int>& buffers, const Arrays& values, std::size_t n, const Offsets& offsets) {
    Pointers pointers{};
    for (const int b : buffers) {
      std::memset(bytes_[b], kNeighbour, kSize);
      std::memcpy(bytes_[b] + kVectorBytes + offsets[b], values.values[b].data(), n * sizeof(float));
      pointers[b] = advance(bytes_[b], static_cast<std::ptrdiff_t>(kVectorBytes + offsets[b]));
    }
    return pointers;
  }

  // The buffer whose stretch is not the first n values with nothing but known bytes around; kBufferCount if all are.
  int first_wrong(const std::vector<int>& buffers, const Arrays& values, std::size_t n, const Offsets& offsets) const {
    unsigned char expected[kSize];
    for (const int b : buffers) {
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
  const Combination& parts;
  std::vector<int> buffers;
  Arrays before, after;
};

std::vector<Case> cases() {
  Values random(0xa119);
  std::vector<Case> result;
  for (const Combination& parts : all_combinations()) {
    const Arrays before = random.arrays(algorithm_of(parts.typical), kMaxLength, &Values::tame_element);
    result.push_back({parts, buffers_of(parts), before, reference_step(parts.typical, before, parts.present)});
  }
  return result;
}

void check(std::int32_t target, const Case& k, std::size_t n, const Offsets& offsets) {
  static Memory memory;
  const Pointers pointers = memory.place(k.buffers, k.before, n, offsets);
  ASSERT_EQ(step(target, k.parts.typical, 0, static_cast<std::int64_t>(n), pointers), RADAM_OK);
  const int wrong = memory.first_wrong(k.buffers, k.after, n, offsets);
  ASSERT_EQ(wrong, kBufferCount) << kBufferNames[wrong] << " or its neighbours, " << radam_target_name(target) << ", "
                                 << k.parts.name << ", n " << n << ", offsets " << testing::PrintToString(offsets);
}

// The cases of each algorithm and mode.
std::vector<std::vector<Case>> by_mode(const std::vector<Case>& all) {
  std::map<std::pair<std::int32_t, std::int32_t>, std::vector<Case>> groups;
  for (const Case& k : all) groups[{k.parts.typical.algorithm, k.parts.typical.mode}].push_back(k);
  std::vector<std::vector<Case>> result;
  for (auto& group : groups) result.push_back(std::move(group.second));
  return result;
}

TEST_F(Alignment, EveryOffsetOfEachBuffer) {
  const std::vector<std::vector<Case>> modes = by_mode(cases());
  for (const std::int32_t target : available_targets()) {
    for (const std::vector<Case>& mode : modes) {
      const auto buffers = static_cast<std::size_t>(kState + algorithm_of(mode[0].parts.typical).buffers());
      for (std::size_t buffer = 0; buffer < buffers; ++buffer) {
        for (std::size_t offset = 0; offset < kVectorBytes; ++offset) {
          for (std::size_t n = 0; n <= kMaxLength; ++n) {
            Offsets offsets{};
            offsets[buffer] = offset;
            // Every mode at every place, and all other parts of its rules in turn.
            check(target, mode[(buffer + offset + n) % mode.size()], n, offsets);
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

// With so much on the stack that it ends elsewhere. Windows aligns it to 16 bytes, whatever vectors a kernel keeps there.
__attribute__((noinline)) void check_deeper(std::size_t bytes, std::int32_t target, const Case& k, std::size_t n) {
  auto* const room = static_cast<volatile unsigned char*>(__builtin_alloca(bytes));
  room[0] = 1;
  check(target, k, n, {});
}

TEST_F(Alignment, OfTheStack) {
  const std::vector<Case> all = cases();
  for (const std::int32_t target : available_targets()) {
    for (const Case& k : all) {
      for (std::size_t bytes = 16; bytes <= kVectorBytes; bytes += 16) {
        for (const std::size_t n : {1, 31, 67, 257}) check_deeper(bytes, target, k, n);
        if (HasFatalFailure()) return;
      }
    }
  }
}

__attribute__((noinline)) radam_sums sums_deeper(std::size_t bytes, std::int32_t target, const radam_coefficients& c,
                                                 const MixedBuffers& b, std::int64_t begin, std::int64_t end) {
  auto* const room = static_cast<volatile unsigned char*>(__builtin_alloca(bytes));
  room[0] = 1;
  radam_sums s = no_sums();
  EXPECT_EQ(radam_tensor_sums(target, &c, &b, begin, end, b.param, b.grad, b.param_copy, &s), RADAM_OK);
  return s;
}

TEST_F(Alignment, OfTheStackOfSums) {
  Values random(0x5ac5);
  for (unsigned number = 0; number < LayerwiseCase::count(); number += 7) {
    LayerwiseCase k(number, random);
    for (const std::int32_t target : available_targets()) {
      for (std::size_t bytes = 16; bytes <= kVectorBytes; bytes += 16)
        ASSERT_EQ(k.departure([&](const MixedBuffers& b, std::int64_t begin, std::int64_t end) {
          return sums_deeper(bytes, target, k.c, b, begin, end);
        }), "") << radam_target_name(target) << ", case " << number;
      exercised_targets().insert(target);
    }
  }
}

}  // namespace
}  // namespace radam_test
