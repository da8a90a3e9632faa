// Which targets there are: as the library says, and as the operating system says.
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "algorithms.h"
#include "targets.h"
#include "values.h"

namespace radam_test {
namespace {

#if defined(__x86_64__) && defined(__linux__)
// The words of the first line of /proc/cpuinfo that begins with this name.
std::vector<std::string> cpuinfo(const std::string& name) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || line.substr(0, line.find_last_not_of(" \t", colon - 1) + 1) != name) continue;
    std::istringstream words(line.substr(colon + 1));
    std::vector<std::string> found;
    for (std::string word; words >> word;) found.push_back(word);
    return found;
  }
  return {};
}

// What the processor has. The kernel lists a feature only if it also saves its registers.
std::set<std::string> cpu_flags() {
  const std::vector<std::string> flags = cpuinfo("flags");
  return {flags.begin(), flags.end()};
}
#endif

TEST(Targets, AvailableAsTheOperatingSystemSays) {
#if defined(__x86_64__) && defined(__linux__)
  const std::set<std::string> flags = cpu_flags();
  ASSERT_FALSE(flags.empty()) << "/proc/cpuinfo has no line of flags";
  const bool avx2 = flags.count("avx2") && flags.count("fma") && flags.count("f16c");
  EXPECT_EQ(radam_target_available(RADAM_TARGET_AVX2), avx2);
  const bool avx512 = flags.count("avx512f") && flags.count("avx512bw") && flags.count("avx512dq") &&
                      flags.count("avx512vl");
  EXPECT_EQ(radam_target_available(RADAM_TARGET_AVX512), avx2 && avx512);
#elif defined(__aarch64__)
  EXPECT_EQ(radam_target_available(RADAM_TARGET_NEON), 1) << "every AArch64 has it";
#else
  GTEST_SKIP() << "there is nothing to compare with on this machine";
#endif
}

TEST(Targets, TheBestIsTheWidestButWhereItLowersTheClock) {
  std::int32_t widest = RADAM_TARGET_SCALAR;
  for (const std::int32_t target : available_targets()) widest = target;  // ids are in the order of instruction sets
#if defined(__x86_64__) && !defined(__linux__)
  if (widest == RADAM_TARGET_AVX512) GTEST_SKIP() << "this system does not say which processor it is";
#elif defined(__x86_64__)
  using Words = std::vector<std::string>;
  if (widest == RADAM_TARGET_AVX512 && radam_target_available(RADAM_TARGET_AVX2) &&
      cpuinfo("vendor_id") == Words{"GenuineIntel"} && cpuinfo("cpu family") == Words{"6"} &&
      cpuinfo("model") == Words{"85"})
    widest = RADAM_TARGET_AVX2;
#endif
  EXPECT_EQ(radam_best_target(), widest);
}

TEST(Targets, ScalarRunsEverywhere) { EXPECT_EQ(radam_target_available(RADAM_TARGET_SCALAR), 1); }

TEST(Targets, NamesAndIdsBelongTogether) {
  EXPECT_STREQ(radam_target_name(RADAM_TARGET_AUTO), "auto");
  EXPECT_STREQ(radam_target_name(RADAM_TARGET_SCALAR), "scalar");
#if defined(__x86_64__)
  EXPECT_STREQ(radam_target_name(RADAM_TARGET_AVX2), "avx2");
  EXPECT_STREQ(radam_target_name(RADAM_TARGET_AVX512), "avx512");
#elif defined(__aarch64__)
  EXPECT_STREQ(radam_target_name(RADAM_TARGET_NEON), "neon");
#endif
  for (const std::int32_t target : available_targets()) {
    std::int32_t selected = -1;
    EXPECT_EQ(radam_select_target(radam_target_name(target), &selected), RADAM_OK);
    EXPECT_EQ(selected, target);
  }
}

TEST(Targets, TheErrorListsThem) {
  std::string list;
  for (const std::int32_t target : available_targets()) {  // ids are in the order of instruction sets
    const char* const separator = list.empty() ? "" : target == available_targets()[1] ? " and " : ", ";
    list = radam_target_name(target) + (separator + list);
  }
  EXPECT_EQ(radam_status_string(RADAM_ERROR_TARGET),
            "no such target, or not on this machine, which can run " + list);
}

// Says in the list of tests which targets were not tested on this machine.
TEST(Targets, ThisMachineCanRunAllOfThem) {
  for (std::int32_t target = RADAM_TARGET_AUTO + 1; target < kTargetIds; ++target) {
    if (radam_target_name(target) != nullptr && !radam_target_available(target))
      GTEST_SKIP() << "this machine cannot run " << radam_target_name(target);
  }
}

// The check that guards the other tests must itself be able to fail.
TEST(Targets, OnlyAStepThatDoesSomethingCountsAsExercise) {
  Values random(0x7a3e91);
  Arrays a = random.arrays(algorithms()[0], 3, &Values::tame_element);
  const radam_coefficients c = adam_coefficients(RADAM_MODE_ADAPTIVE, false, false, false);
  exercised_targets().clear();
  EXPECT_EQ(step(RADAM_TARGET_SCALAR, c, 2, 2, a.pointers(3)), RADAM_OK);
  EXPECT_EQ(step(RADAM_TARGET_SCALAR, c, 2, 1, a.pointers(3)), RADAM_ERROR_RANGE);
  EXPECT_TRUE(exercised_targets().empty());
  EXPECT_EQ(step(RADAM_TARGET_SCALAR, c, 2, 3, a.pointers(3)), RADAM_OK);
  EXPECT_EQ(exercised_targets().count(RADAM_TARGET_SCALAR), 1u);
}

}  // namespace
}  // namespace radam_test
