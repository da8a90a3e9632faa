// How many algorithms and presets there are.
#ifndef RADAM_TEST_NUMBERS_H
#define RADAM_TEST_NUMBERS_H

#include <cstdint>

#include <radam/radam.h>

namespace radam_test {

constexpr std::int32_t kAlgorithms = RADAM_ALGORITHM_LARS + 1;
// From this on they are layer-wise, and have no rule of their own.
constexpr std::int32_t kFirstLayerwise = RADAM_ALGORITHM_LAMB;
constexpr std::int32_t kPresets = RADAM_PRESET_LARS_BARLOWTWINS + 1;

}  // namespace radam_test

#endif
