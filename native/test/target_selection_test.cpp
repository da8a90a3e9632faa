// RADAM_TARGET, which a process reads once: each case runs print_target in an environment of its own.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "environment_variable.h"
#include "targets.h"

namespace radam_test {
namespace {

std::string output_with(const char* value, const char* changed_to) {
  set_variable("RADAM_TARGET", value);
  const std::string command = std::string("\"") + RADAM_PRINT_TARGET + "\" " + changed_to;
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "popen failed";
  std::string output;
  for (int c; (c = std::fgetc(pipe)) != EOF;) output += static_cast<char>(c);
  const int status = pclose(pipe);
  set_variable("RADAM_TARGET", nullptr);
  return status == 0 ? output : "exit status " + std::to_string(status);
}

std::string chosen(const std::string& name) {
  std::int32_t target = 0;
  radam_select_target(name.c_str(), &target);
  return "0 " + name + "\n0 " + name + "\n1\n0\n" + radam_target_pattern(target) + "\n0 scalar\n0 " + name + "\n";
}

std::string refused() {
  const std::string error = std::to_string(RADAM_ERROR_TARGET);
  return error + " none\n" + error + " none\n0\n" + error + "\nnone\n0 scalar\n" + error + " none\n";
}

TEST(TargetSelection, TheBestOneByDefault) {
  const std::string best = radam_target_name(radam_best_target());
  EXPECT_EQ(output_with(nullptr, "scalar"), chosen(best));
  EXPECT_EQ(output_with("", "scalar"), chosen(best));
}

// The variable is for Java too, where "java" means Java's own code.
TEST(TargetSelection, JavaIsNoWishOfACProgram) {
  const std::string best = radam_target_name(radam_best_target());
  EXPECT_EQ(output_with("java", "scalar"), chosen(best));
}

TEST(TargetSelection, TheVariableChoosesAnyThatThisMachineCanRun) {
  for (const std::int32_t target : available_targets()) {
    const char* const name = radam_target_name(target);
    EXPECT_EQ(output_with(name, "scalar"), chosen(name));
    EXPECT_EQ(output_with(name, "none-such"), chosen(name));
  }
}

TEST(TargetSelection, AnUnknownNameIsAnErrorAndNotTheDefault) {
  for (const char* const name : {"NEON", "AVX2", "scalar ", "auto", "0"})
    EXPECT_EQ(output_with(name, "scalar"), refused()) << name;
}

TEST(TargetSelection, SoIsOneThatThisMachineCannotRun) {
  for (const std::int32_t target : {RADAM_TARGET_AVX2, RADAM_TARGET_AVX512, RADAM_TARGET_NEON}) {
    const char* const name = radam_target_name(target);
    if (name == nullptr || radam_target_available(target)) continue;
    EXPECT_EQ(output_with(name, "scalar"), refused()) << name;
  }
}

}  // namespace
}  // namespace radam_test
