// A target's vector type on a processor that is faster with vectors by FMA, or on one that is not, whatever this one
// is.
#ifndef RADAM_TEST_DECIDED_H
#define RADAM_TEST_DECIDED_H

namespace {

template <class V, bool pays>
struct Decided : V {
  static bool pays_by_fma() { return pays; }
};

}  // namespace

#endif
