// A target's vector type with one pattern, whatever the processor is.
#ifndef RADAM_TEST_DECIDED_H
#define RADAM_TEST_DECIDED_H

#include "../src/pattern.h"

namespace {

template <class V, radam::Pattern chosen>
struct Decided : V {
  static constexpr unsigned kPatterns = radam::set_of(radam::Pattern::kDivider) | radam::set_of(chosen);
  static constexpr radam::Pattern pattern() { return chosen; }
};

}  // namespace

#endif
