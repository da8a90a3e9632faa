// A target's vector type with the pattern that a test chooses, whatever the processor is.
#ifndef RADAM_TEST_DECIDED_H
#define RADAM_TEST_DECIDED_H

#include "../src/pattern.h"

namespace {

template <class V>
struct Decided : V {
  static inline radam::Pattern chosen = radam::Pattern::kDivider;
  static radam::Pattern pattern() { return chosen; }
};

}  // namespace

#endif
