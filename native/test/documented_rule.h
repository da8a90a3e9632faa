// A table of kernels against the documented rule.
#ifndef RADAM_TEST_DOCUMENTED_RULE_H
#define RADAM_TEST_DOCUMENTED_RULE_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "../src/kernels.h"
#include "algorithms.h"
#include "values.h"

namespace radam_test {

// Steps arrays of random values by all combinations of algorithms and settings. Says where a result differs from the
// rule's; "" if none does.
inline std::string first_departure(const radam::KernelTable& table, std::uint32_t seed) {
  constexpr std::size_t kLength = 1031;  // prime, so that there is a tail
  Values random(seed);
  for (const Combination& parts : all_combinations()) {
    for (int draw = 0; draw < 6; ++draw) {
      const radam_coefficients c = random.coefficients(parts);
      // Every other time with values as in training. Otherwise the guard would accept hardly any group.
      const Arrays before = random.arrays(algorithm_of(c), kLength, draw % 2 ? &Values::tame_element : &Values::element);
      Arrays actual = before;
      const Pointers p = actual.pointers(parts.present);
      radam::Buffers buffers{p[kParam], p[kGrad], {}};
      std::copy_n(&p[kState], RADAM_MAX_STATE, buffers.state);
      table.kernel(c, parts.present)(c, buffers, 0, static_cast<std::int64_t>(kLength));
      const std::string difference = first_difference(actual, reference_step(c, before, parts.present), before);
      if (!difference.empty()) return parts.name + ": " + difference;
    }
  }
  return "";
}

}  // namespace radam_test

#endif
