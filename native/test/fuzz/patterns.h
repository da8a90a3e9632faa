// Steps of all patterns, where a target has several.
#ifndef RADAM_TEST_FUZZ_PATTERNS_H
#define RADAM_TEST_FUZZ_PATTERNS_H

#include <cstdint>

#include <radam/radam.h>

namespace radam_test {

inline constexpr const char* kPatterns[] = {"divider", "quarter", "half"};

// Sets the pattern of a number, or that of the divider where the target does not have it.
inline void use_pattern(std::int32_t target, std::uint64_t number) {
  radam_set_target_pattern(target, kPatterns[0]);
  radam_set_target_pattern(target, kPatterns[number % 3]);
}

}  // namespace radam_test

#endif
