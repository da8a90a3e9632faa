// The floating-point environment in which results have the same bits everywhere: round to nearest, keep subnormals, no
// traps.
#ifndef RADAM_SRC_FP_ENVIRONMENT_H
#define RADAM_SRC_FP_ENVIRONMENT_H

#if defined(__x86_64__)
#include <xmmintrin.h>
#elif defined(__aarch64__)
#include <cstdint>
#endif

namespace radam {

// Sets the environment, and restores that of the caller when it is destroyed. Programs do have other environments: by
// PyTorch's set_flush_denormal, or by a library that was linked with -ffast-math, whose start-up code flushes
// subnormals to zero in the thread that loads it. Reading the control register is cheap, but writing it is not. So it
// is written only where it differs.
class FpEnvironment {
 public:
  FpEnvironment() : caller_(read()) {
    if ((caller_ & kControl) != kWanted) write((caller_ & ~kControl) | kWanted);
  }
  ~FpEnvironment() {
    if ((caller_ & kControl) != kWanted) write(caller_);
  }
  FpEnvironment(const FpEnvironment&) = delete;
  FpEnvironment& operator=(const FpEnvironment&) = delete;

 private:
#if defined(__x86_64__)
  using Register = unsigned;  // MXCSR
  static Register read() { return _mm_getcsr(); }
  static void write(Register value) { _mm_setcsr(value); }
  // Denormals-are-zero 0x0040, exception masks 0x1F80, rounding control 0x6000, flush-to-zero 0x8000.
  static constexpr Register kWanted = 0x1F80, kControl = 0x0040 | kWanted | 0x6000 | 0x8000;
#elif defined(__aarch64__)
  using Register = std::uint64_t;  // FPCR: Arm Architecture Reference Manual for A-profile, C5.2
  static Register read() {
    Register value;
    __asm__ volatile("mrs %0, fpcr" : "=r"(value));
    return value;
  }
  // No floating-point operation on memory may be moved across it.
  static void write(Register value) { __asm__ volatile("msr fpcr, %0" : : "r"(value) : "memory"); }
  // The alternate behaviours FIZ, AH and NEP 0x7; traps 0x9F00; FZ16 0x80000; rounding mode 0xC00000; FZ, which flushes
  // subnormals, 0x1000000; default NaN 0x2000000; alternative half precision 0x4000000.
  static constexpr Register kWanted = 0;
  static constexpr Register kControl = 0x7 | 0x9F00 | 0x80000 | 0xC00000 | 0x1000000 | 0x2000000 | 0x4000000;
#else
  // Other processors have no settings that are handled here.
  using Register = unsigned;
  static Register read() { return 0; }
  static void write(Register) {}
  static constexpr Register kWanted = 0, kControl = 0;
#endif
  Register caller_;
};

}  // namespace radam

#endif
