// The targets of this machine, and proof that a test ran each of them.
#ifndef RADAM_TEST_TARGETS_H
#define RADAM_TEST_TARGETS_H

#include <cstdint>
#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "buffers.h"

namespace radam_test {

// More than the number of targets. Ids of targets that do not exist are not available.
constexpr std::int32_t kTargetIds = 64;

// What the library says it can run here. targets_test.cpp compares it with what the operating system says.
inline std::vector<std::int32_t> available_targets() {
  std::vector<std::int32_t> targets;
  for (std::int32_t target = RADAM_TARGET_AUTO + 1; target < kTargetIds; ++target)
    if (radam_target_available(target)) targets.push_back(target);
  return targets;
}

inline std::set<std::int32_t>& exercised_targets() {
  static std::set<std::int32_t> targets;
  return targets;
}

// radam_step_f32, which counts as an exercise of the target if it succeeds and there is something to do.
inline radam_status step(std::int32_t target, const radam_coefficients& c, std::int64_t begin, std::int64_t end,
                         const Pointers& b) {
  const radam_status status = radam_step_f32(target, &c, begin, end, b[kParam], b[kGrad], &b[kState]);
  if (status == RADAM_OK && begin < end) exercised_targets().insert(target);
  return status;
}

// A test that claims to hold for every target: it fails if there is one that this machine can run and that it did not.
class EveryTarget : public testing::Test {
 protected:
  void SetUp() override { exercised_targets().clear(); }
  void TearDown() override {
    if (HasFatalFailure() || IsSkipped()) return;
    for (const std::int32_t target : available_targets())
      EXPECT_TRUE(exercised_targets().count(target))
          << "this machine can run " << radam_target_name(target) << ", but the test did not exercise it";
  }
};

}  // namespace radam_test

#endif
