// The patterns by which a target takes roots and quotients: names, errors, and the same bits by all of them.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "algorithms.h"
#include "targets.h"
#include "values.h"

namespace radam_test {
namespace {

// The patterns of a target, as radam.h lists them.
std::vector<std::string> patterns_of(std::int32_t target) {
  switch (target) {
    case RADAM_TARGET_AVX512: return {"divider", "quarter", "half"};
    case RADAM_TARGET_AVX2: return {"divider", "quarter"};
    default: return {"divider"};
  }
}

class Patterns : public EveryTarget {
 protected:
  void TearDown() override {
    for (const std::int32_t target : available_targets()) radam_set_target_pattern(target, nullptr);
    EveryTarget::TearDown();
  }
};

// Parts of a tensor in runs, in which roots and quotients go by FMA, and others in which the divider takes over.
Arrays in_runs(Values& random, const AlgorithmCase& algorithm, std::size_t length) {
  Arrays arrays;
  while (arrays.size() < length) {
    const bool tame = random.below(4) != 0;
    for (unsigned n = 1 + random.below(tame ? 3000 : 300); n > 0 && arrays.size() < length; --n)
      arrays.push_back(tame ? random.tame_element(algorithm) : random.element(algorithm));
  }
  return arrays;
}

TEST_F(Patterns, OfEachTargetGiveTheDocumentedBits) {
  constexpr std::int64_t kLength = 10'007;
  Values random(0xbead);
  for (const Combination& parts : all_combinations()) {
    const radam_coefficients c = random.coefficients(parts);
    const Arrays before = in_runs(random, algorithm_of(parts.typical), kLength);
    const Arrays expected = reference_step(c, before, parts.present);
    for (const std::int32_t target : available_targets()) {
      for (const std::string& pattern : patterns_of(target)) {
        ASSERT_EQ(radam_set_target_pattern(target, pattern.c_str()), RADAM_OK);
        Arrays actual = before;
        ASSERT_EQ(step(target, c, 0, kLength, actual.pointers(parts.present)), RADAM_OK);
        ASSERT_EQ(first_difference(actual, expected, before), "")
            << radam_target_name(target) << ", " << pattern << ", " << parts.name << ", " << describe(c);
      }
    }
  }
}

TEST_F(Patterns, ChangeWhileOthersStep) {
  constexpr std::int64_t kLength = 3001;
  constexpr int kSteps = 200;
  Values random(0x9a7);
  const Combination& parts = combination("adam, mode 0");
  const Arrays before = in_runs(random, algorithm_of(parts.typical), kLength);
  const Arrays expected = reference_step(parts.typical, before, parts.present);
  for (const std::int32_t target : available_targets()) {
    std::string difference;
    std::atomic<bool> started{false}, done{false};
    std::thread stepper([&] {
      started = true;
      for (int i = 0; i < kSteps && difference.empty(); ++i) {
        Arrays actual = before;
        if (step(target, parts.typical, 0, kLength, actual.pointers(parts.present)) != RADAM_OK) difference = "refused";
        if (difference.empty()) difference = first_difference(actual, expected, before);
      }
      done = true;
    });
    while (!started) std::this_thread::yield();
    while (!done)
      for (const std::string& pattern : patterns_of(target)) radam_set_target_pattern(target, pattern.c_str());
    stepper.join();
    ASSERT_EQ(difference, "") << radam_target_name(target);
  }
}

TEST(PatternNames, AreTheDocumentedOnes) {
  for (const std::int32_t target : available_targets()) {
    for (const std::string& pattern : patterns_of(target)) {
      EXPECT_EQ(radam_set_target_pattern(target, pattern.c_str()), RADAM_OK) << pattern;
      EXPECT_EQ(radam_target_pattern(target), pattern);
    }
    EXPECT_EQ(radam_set_target_pattern(target, nullptr), RADAM_OK);
  }
}

TEST(PatternNames, OthersAreErrorsAndChangeNothing) {
  for (const std::int32_t target : available_targets()) {
    const std::vector<std::string> patterns = patterns_of(target);
    ASSERT_EQ(radam_set_target_pattern(target, patterns.back().c_str()), RADAM_OK);
    for (const char* name : {"", "Divider", "divider ", "third", "quarter", "half"}) {
      if (std::find(patterns.begin(), patterns.end(), name) != patterns.end()) continue;
      EXPECT_EQ(radam_set_target_pattern(target, name), RADAM_ERROR_PATTERN) << name;
      EXPECT_EQ(radam_target_pattern(target), patterns.back());
    }
    EXPECT_EQ(radam_set_target_pattern(target, nullptr), RADAM_OK);
  }
}

TEST(PatternNames, WithoutAWishThatOfTheProcessor) {
  for (const std::int32_t target : available_targets()) {
    const std::string at_first = radam_target_pattern(target);
    const std::vector<std::string> patterns = patterns_of(target);
    EXPECT_NE(std::find(patterns.begin(), patterns.end(), at_first), patterns.end()) << at_first;
    for (const std::string& pattern : patterns) {
      ASSERT_EQ(radam_set_target_pattern(target, pattern.c_str()), RADAM_OK);
      ASSERT_EQ(radam_set_target_pattern(target, nullptr), RADAM_OK);
      EXPECT_EQ(radam_target_pattern(target), at_first);
    }
  }
}

TEST(PatternNames, AutoIsTheBestTarget) {
  const std::int32_t best = radam_best_target();
  for (const std::string& pattern : patterns_of(best)) {
    ASSERT_EQ(radam_set_target_pattern(RADAM_TARGET_AUTO, pattern.c_str()), RADAM_OK);
    EXPECT_EQ(radam_target_pattern(best), pattern);
    EXPECT_EQ(radam_target_pattern(RADAM_TARGET_AUTO), pattern);
  }
  EXPECT_EQ(radam_set_target_pattern(RADAM_TARGET_AUTO, nullptr), RADAM_OK);
}

TEST(PatternNames, ThereAreNoneOfATargetThatThisMachineCannotRun) {
  for (std::int32_t target = -2; target < kTargetIds; ++target) {
    if (target == RADAM_TARGET_AUTO || radam_target_available(target)) continue;
    EXPECT_EQ(radam_target_pattern(target), nullptr) << target;
    EXPECT_EQ(radam_set_target_pattern(target, "divider"), RADAM_ERROR_TARGET) << target;
    EXPECT_EQ(radam_set_target_pattern(target, nullptr), RADAM_ERROR_TARGET) << target;
  }
}

}  // namespace
}  // namespace radam_test
