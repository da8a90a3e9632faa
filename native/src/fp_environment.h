// The floating-point environment that the promise of equal bits needs: round to nearest even, subnormals kept.
#ifndef RADAM_SRC_FP_ENVIRONMENT_H
#define RADAM_SRC_FP_ENVIRONMENT_H

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace radam {

// Sets the environment for as long as it lives. Callers do change it: PyTorch's set_flush_denormal, or any library
// that was linked with -ffast-math, whose start-up code flushes subnormals to zero in the thread that loads it.
// Reading the control register is cheap, writing it is not, so it is written only where it differs.
class FpEnvironment {
 public:
#if defined(__x86_64__)
  FpEnvironment() : caller_(_mm_getcsr()) {
    if ((caller_ & kControl) != kMasked) _mm_setcsr((caller_ & ~kControl) | kMasked);
  }
  ~FpEnvironment() {
    if ((caller_ & kControl) != kMasked) _mm_setcsr(caller_);
  }

 private:
  // Bits of MXCSR: denormals-are-zero 0x0040, exception masks 0x1F80, rounding control 0x6000, flush-to-zero 0x8000.
  static constexpr unsigned kMasked = 0x1F80, kControl = 0x0040 | kMasked | 0x6000 | 0x8000;
  unsigned caller_;

 public:
#else
  FpEnvironment() {}
#endif
  FpEnvironment(const FpEnvironment&) = delete;
  FpEnvironment& operator=(const FpEnvironment&) = delete;
};

}  // namespace radam

#endif
