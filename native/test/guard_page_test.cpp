// Nothing outside a range is read or written: memory that may not be touched begins where the range ends. A kernel that
// touches it ends this program with a segmentation fault; the last line that it printed says where.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "algorithms.h"
#include "guarded_page.h"
#include "targets.h"
#include "values.h"

namespace radam_test {
namespace {

constexpr std::size_t kMaxLength = 257;

using GuardPages = EveryTarget;

enum Side { kAtBegin, kAtEnd };

// Memory that a step does not write may be read-only.
bool is_written(const Combination& parts, int buffer) {
  const AlgorithmCase& algorithm = algorithm_of(parts.typical);
  switch (buffer) {
    case kParam: return algorithm.moves_param(parts.typical);
    case kGrad: return false;
    default: return algorithm.moves_state(parts.typical, parts.present, buffer - kState);
  }
}

class Step {
 public:
  explicit Step(const Combination& parts)
      : parts_(parts),
        before_(Values(0x94a2d).arrays(algorithm_of(parts.typical), kMaxLength, &Values::tame_element)),
        after_(reference_step(parts.typical, before_, parts.present)) {}

  const std::string& text() const { return parts_.name; }

  // Elements begin to begin + n; those before lie, if they lie anywhere, on a page that may not be touched.
  void run(std::int32_t target, std::size_t n, std::size_t begin, Side side) {
    unsigned char* data[kBufferCount];
    Pointers pointers{};
    for (const int b : buffers_) {
      pages_[b].allow_writes(true);
      data[b] = side == kAtBegin ? pages_[b].begin() : pages_[b].end() - n * sizeof(float);
      std::memcpy(data[b], before_.values[b].data(), n * sizeof(float));
      pages_[b].allow_writes(is_written(parts_, b));
      pointers[b] = advance(data[b], -static_cast<std::ptrdiff_t>(begin * sizeof(float)));
    }
    const auto first = static_cast<std::int64_t>(begin);
    ASSERT_EQ(step(target, parts_.typical, first, first + static_cast<std::int64_t>(n), pointers), RADAM_OK);
    for (const int b : buffers_)
      ASSERT_EQ(std::memcmp(data[b], after_.values[b].data(), n * sizeof(float)), 0)
          << kBufferNames[b] << ", " << radam_target_name(target) << ", " << text() << ", n " << n << ", begin "
          << begin;
  }

 private:
  const Combination& parts_;
  Arrays before_, after_;
  std::vector<int> buffers_ = buffers_of(parts_);
  GuardedPage pages_[kBufferCount];
};

void announce(std::int32_t target, const Step& step) {
  std::printf("%s, %s\n", radam_target_name(target), step.text().c_str());
  std::fflush(stdout);
}

TEST_F(GuardPages, RightAfterTheRange) {
  for (const Combination& parts : all_combinations()) {
    Step step(parts);
    for (const std::int32_t target : available_targets()) {
      announce(target, step);
      for (std::size_t n = 0; n <= kMaxLength; ++n) step.run(target, n, 0, kAtEnd);
      if (HasFatalFailure()) return;
    }
  }
}

TEST_F(GuardPages, RightBeforeTheRange) {
  for (const Combination& parts : all_combinations()) {
    Step step(parts);
    for (const std::int32_t target : available_targets()) {
      announce(target, step);
      for (std::size_t n = 0; n <= kMaxLength; ++n) step.run(target, n, 0, kAtBegin);
      if (HasFatalFailure()) return;
    }
  }
}

TEST_F(GuardPages, WhereTheElementsBeforeBeginWouldBe) {
  for (const Combination& parts : all_combinations()) {
    Step step(parts);
    for (const std::int32_t target : available_targets()) {
      announce(target, step);
      for (const std::size_t begin : {1u, 3u, 8u, 17u, 1000u})
        for (std::size_t n = 0; n <= 67; ++n) {
          step.run(target, n, begin, kAtBegin);
          step.run(target, n, begin, kAtEnd);
        }
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace radam_test
