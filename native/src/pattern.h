// How the vectors of a step are shared between the divider and the units that multiply and add (by_fma.h). Which way is
// fastest depends on the processor; the bits do not depend on it.
#ifndef RADAM_SRC_PATTERN_H
#define RADAM_SRC_PATTERN_H

#include <cstdint>

namespace radam {

enum class Pattern : std::int32_t {
  kDivider,  // the divider alone
  kQuarter,  // one vector of four takes its quotient by FMA
  kHalf,     // one vector of two takes root and quotient by FMA
};
constexpr Pattern kEveryPattern[] = {Pattern::kDivider, Pattern::kQuarter, Pattern::kHalf};

constexpr const char* name_of(Pattern pattern) {
  constexpr const char* names[] = {"divider", "quarter", "half"};
  return names[static_cast<int>(pattern)];
}

// The patterns that a target's kernels are compiled for, as bits.
constexpr unsigned set_of(Pattern pattern) { return 1u << static_cast<int>(pattern); }

// One pattern for a vector type: the vectors of a group, and what is done by FMA.
struct Share {
  int group;
  unsigned by_fma;       // bit j is set if vector j takes its quotient by FMA
  bool sqrt_by_fma;      // and its root too
  bool bound_by_guard;   // what the guard watches shows, too, whether gradients are within their bound
};

// The pattern of a target's steps now: of RADAM_TARGET_..., by what use_pattern was told last. Before that, the one
// that suits this processor.
Pattern pattern_in_use(std::int32_t target);
void use_pattern(std::int32_t target, Pattern);

// What was fastest where it was measured, on this vendor's or family's processors; on others the divider alone.
Pattern suited_pattern(std::int32_t target);

}  // namespace radam

#endif
