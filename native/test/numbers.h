// How many algorithms and presets there are.
#ifndef RADAM_TEST_NUMBERS_H
#define RADAM_TEST_NUMBERS_H

#include <cstdint>

#include <radam/radam.h>

namespace radam_test {

constexpr std::int32_t kAlgorithms = RADAM_ALGORITHM_SGDP + 1;
// From this on they are layer-wise, and have no rule of their own.
constexpr std::int32_t kFirstLayerwise = RADAM_ALGORITHM_LAMB;
constexpr std::int32_t kPresets = RADAM_PRESET_SGDP_AUTHORS + 1;

// The algorithm whose kernels step a layer-wise one.
constexpr std::int32_t stepped_by(std::int32_t layerwise) {
  const bool sgd = layerwise == RADAM_ALGORITHM_LARS || layerwise == RADAM_ALGORITHM_NOVOGRAD ||
                   layerwise == RADAM_ALGORITHM_SGD_HD || layerwise == RADAM_ALGORITHM_YELLOWFIN ||
                   layerwise == RADAM_ALGORITHM_SGDP;
  return sgd                                           ? RADAM_ALGORITHM_SGD
         : layerwise == RADAM_ALGORITHM_ADAMP         ? RADAM_ALGORITHM_NADAM
         : layerwise == RADAM_ALGORITHM_CAUTIOUS_LION ? RADAM_ALGORITHM_LION
                                                      : RADAM_ALGORITHM_ADAM;
}

// How many numbers it keeps.
constexpr int numbers_of(std::int32_t algorithm) {
  return algorithm == RADAM_ALGORITHM_NOVOGRAD                                             ? 2
         : algorithm == RADAM_ALGORITHM_YELLOWFIN                                          ? RADAM_MAX_NUMBERS
         : algorithm == RADAM_ALGORITHM_SGD_HD || algorithm == RADAM_ALGORITHM_ADAM_HD ? 1
                                                                                           : 0;
}

// Whether a number that is kept is the learning rate.
constexpr bool moves_learning_rate(std::int32_t algorithm) {
  return algorithm == RADAM_ALGORITHM_SGD_HD || algorithm == RADAM_ALGORITHM_ADAM_HD;
}

// Whether its sums are of rows.
constexpr bool is_by_rows(std::int32_t algorithm) {
  return algorithm == RADAM_ALGORITHM_ADAMP || algorithm == RADAM_ALGORITHM_SGDP;
}

// Of those that have no decoupled decay.
constexpr bool has_l2_alone(std::int32_t layerwise) {
  if (is_by_rows(layerwise)) return false;
  return stepped_by(layerwise) == RADAM_ALGORITHM_SGD || layerwise == RADAM_ALGORITHM_ADAM_HD;
}

}  // namespace radam_test

#endif
