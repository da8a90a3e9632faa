// One element at a time, on a GPU. It has the operations of scalar.h, by the device's instructions that round as
// IEEE-754 does. Compiled for the host, it has those of scalar.h itself, so that code for the device can be tested
// anywhere.
#ifndef RADAM_SRC_SIMD_CUDA_H
#define RADAM_SRC_SIMD_CUDA_H

#include "scalar.h"

namespace {

struct Cuda : Scalar {
#ifdef __CUDA_ARCH__
  // Intrinsics rather than operators, because no compiler option changes what they do: contraction, flushing of
  // subnormals and approximate division are all a flag away.
  RADAM_INLINE Register add(Register a, Register b) { return __fadd_rn(a, b); }
  RADAM_INLINE Register sub(Register a, Register b) { return __fsub_rn(a, b); }
  RADAM_INLINE Register mul(Register a, Register b) { return __fmul_rn(a, b); }
  RADAM_INLINE Register div(Register a, Register b) { return __fdiv_rn(a, b); }
  RADAM_INLINE Register sqrt(Register a) { return __fsqrt_rn(a); }
  RADAM_INLINE Register fma(Register a, Register b, Register c) { return __fmaf_rn(a, b, c); }
  RADAM_INLINE Register fms(Register a, Register b, Register c) { return __fmaf_rn(a, b, -c); }
  RADAM_INLINE Register fnma(Register a, Register b, Register c) { return __fmaf_rn(-a, b, c); }
  RADAM_INLINE Int as_int(Register a) { return __float_as_uint(a); }
  RADAM_INLINE Register as_float(Int a) { return __uint_as_float(a); }
#endif
};

}  // namespace

#endif
