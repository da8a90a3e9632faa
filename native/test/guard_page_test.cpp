// Nothing outside a range is read or written: memory that may not be touched begins where the range ends. A kernel that
// touches it ends this program with a segmentation fault; the last line that it printed says where.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "algorithms.h"
#include "guarded_page.h"
#include "layerwise_reference.h"
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

// The buffers of a layer-wise algorithm, of which the sums write none. Pages get the first elements of a whole tensor.
class SumsOfPages {
 public:
  SumsOfPages(const radam_coefficients& c, const MixedTensor& whole)
      : c_(c), whole_(whole), buffers_(whole_.buffers()) {}

  void run(std::int64_t n, std::int64_t begin, Side side) {
    MixedBuffers b = buffers_;
    b.length = begin + n;
    int page = 0;
    const auto place = [&](auto& buffer, std::int64_t size, std::int64_t count, std::int64_t first) {
      GuardedPage& of_buffer = pages_[page++];
      const auto bytes = static_cast<std::size_t>(size * count);
      unsigned char* const at = side == kAtBegin ? of_buffer.begin() : of_buffer.end() - bytes;
      of_buffer.allow_writes(true);
      std::memcpy(at, buffer, bytes);
      of_buffer.allow_writes(false);
      buffer = reinterpret_cast<std::remove_reference_t<decltype(buffer)>>(
          advance(reinterpret_cast<float*>(at), -static_cast<std::ptrdiff_t>(size * first)));
    };
    place(b.param, static_cast<std::int64_t>(MixedTensor::bytes_of(b.param_type)), n, begin);
    place(b.grad, static_cast<std::int64_t>(MixedTensor::bytes_of(b.grad_type)), n, begin);
    if (b.param_type == RADAM_TYPE_SPLIT) place(b.param_copy, 2, n, begin);
    for (int k = 0; k < 2; ++k) {
      place(b.state[k], static_cast<std::int64_t>(whole_.state_bytes()), n, begin);
      if (b.state_type == RADAM_STATE_BLOCK8) place(b.state_scale[k], 4, (n + 255) / 256, 0);
    }
    MixedTensor moved = whole_;
    moved.settings.first += begin;
    const radam_sums expected = reference_sums(c_, moved, 0, n);
    for (const std::int32_t target : available_targets()) {
      radam_sums s = no_sums();
      ASSERT_EQ(radam_tensor_sums(target, &c_, &b, begin, begin + n, b.param, b.grad, b.param_copy, &s), RADAM_OK);
      for (int k = 0; k < RADAM_MAX_SUMS; ++k)
        ASSERT_TRUE(same_sum(s.values[k], expected.values[k])) << radam_target_name(target) << ", n " << n;
    }
  }

 private:
  radam_coefficients c_;
  MixedTensor whole_;
  MixedBuffers buffers_;
  GuardedPage pages_[7];
};

TEST_F(GuardPages, AroundTheRangeOfSums) {
  Values random(0x5a35);
  for (const radam_coefficients& c : layerwise_coefficients()) {
    for (int types = 0; types < 4 * 3 * 3; ++types) {
      radam_tensor settings{};
      settings.param_type = types % 4;
      settings.grad_type = types / 4 % 3;
      settings.state_type = types / 12;
      settings.step = 1;
      settings.length = kMaxLength;
      std::printf("sums, algorithm %d, types %d\n", static_cast<int>(c.algorithm), types);
      std::fflush(stdout);
      MixedTensor t = tensor(random, settings, 3, false, false, true);
      new_gradients(random, t, true);
      for (int k = 0; k < 2; ++k) store_state(t, k, k == 0, std::vector<float>(kMaxLength, 0.25f));
      SumsOfPages pages(c, t);
      for (const std::int64_t n : {0, 1, 2, 7, 8, 15, 16, 17, 31, 32, 33, 63, 65, 127, 254, 255, 256, 257})
        for (const std::int64_t begin : {0, 3, 17, 40}) {
          if (begin != 0 && settings.state_type == RADAM_STATE_BLOCK8) continue;
          pages.run(n, begin, kAtEnd);
          pages.run(n, begin, kAtBegin);
          if (HasFatalFailure()) return;
        }
    }
  }
  for (const std::int32_t target : available_targets()) exercised_targets().insert(target);
}

}  // namespace
}  // namespace radam_test
