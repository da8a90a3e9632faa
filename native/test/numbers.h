// How many algorithms and presets there are.
#ifndef RADAM_TEST_NUMBERS_H
#define RADAM_TEST_NUMBERS_H

#include <cstdint>

#include <radam/radam.h>

namespace radam_test {

constexpr std::int32_t kAlgorithms = RADAM_ALGORITHM_SCHEDULEFREE_ADAMW + 1;
constexpr std::int32_t kPresets = RADAM_PRESET_SCHEDULEFREE_RADAM_AUTHORS + 1;

}  // namespace radam_test

#endif
