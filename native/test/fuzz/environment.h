// A caller's floating-point environment, which the library overrides and restores: any rounding, subnormals flushed,
// exceptions that trap.
#ifndef RADAM_TEST_FUZZ_ENVIRONMENT_H
#define RADAM_TEST_FUZZ_ENVIRONMENT_H

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#include "faults.h"
#include "input.h"

namespace radam_test {

// Makes the call in an environment that the input chooses.
template <class Call>
radam_status in_environment(Input& in, const Call& call) {
#if defined(__SSE2__)
  constexpr unsigned kControl = 0xFFC0, kTraps = 0x1F80;
  const unsigned ours = _mm_getcsr(), odd = in.bits<std::uint16_t>() & kControl;
  if ((odd & ~kTraps) == 0) return call();
  _mm_setcsr(odd);
  const radam_status status = call();
  const unsigned after = _mm_getcsr();
  _mm_setcsr(ours);
  require((after & kControl) == odd, "the floating-point environment was not restored");
  return status;
#else
  (void)in;
  return call();
#endif
}

}  // namespace radam_test

#endif
