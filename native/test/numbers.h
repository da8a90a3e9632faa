// How many algorithms and presets there are.
#ifndef RADAM_TEST_NUMBERS_H
#define RADAM_TEST_NUMBERS_H

#include <cstdint>

#include <radam/radam.h>

namespace radam_test {

constexpr std::int32_t kAlgorithms = RADAM_ALGORITHM_CAUTIOUS_LION + 1;
// From this on they are layer-wise, and have no rule of their own.
constexpr std::int32_t kFirstLayerwise = RADAM_ALGORITHM_LAMB;
constexpr std::int32_t kPresets = RADAM_PRESET_CAUTIOUS_LION_TIMM + 1;

}  // namespace radam_test

#endif
