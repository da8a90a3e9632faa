// Eight numbers in double, which row_sums.h adds up. Of targets that have no Eight of their own, which has the same
// functions, and of(x) besides, the g-th eight elements of a vector.
#ifndef RADAM_SRC_EIGHT_DOUBLES_H
#define RADAM_SRC_EIGHT_DOUBLES_H

#include <cstdint>

#include "inline.h"

namespace {

class EightDoubles {
 public:
  // Of floats.
  RADAM_INLINE EightDoubles load(const float* from) { return load(from, ~Mask{}, ~Mask{}); }

  // Of those from `place` on, as many as counted; the others, which are read too, count as 0.
  RADAM_INLINE EightDoubles load_part(const float* from, std::int64_t place, std::int64_t count) {
    static constexpr std::int32_t kMasks[24] = {0,  0,  0,  0,  0,  0,  0, 0, -1, -1, -1, -1,
                                                -1, -1, -1, -1, 0,  0,  0, 0, 0,  0,  0,  0};
    Mask after[2], before[2];
    __builtin_memcpy(after, kMasks + 8 - place, sizeof after);
    __builtin_memcpy(before, kMasks + 16 - (place + count), sizeof before);
    return load(from, after[0] & before[0], after[1] & before[1]);
  }

  // Adds the products, which are exact.
  RADAM_INLINE_MEMBER void add_products(const EightDoubles& a, const EightDoubles& b) {
    low_ += a.low_ * b.low_;
    high_ += a.high_ * b.high_;
  }

  // Of each sum: those 4 apart are added, then 2, then 1.
  RADAM_INLINE void store_totals(const EightDoubles (&sums)[4], double* to) {
    for (int s = 0; s < 4; ++s) {
      const Doubles four = sums[s].low_ + sums[s].high_;  // not by way of an array, which would have to be stored first
      to[s] = (four[0] + four[2]) + (four[1] + four[3]);
    }
  }

 private:
  typedef std::int32_t Mask __attribute__((vector_size(16)));
  typedef float Floats __attribute__((vector_size(16)));
  typedef double Doubles __attribute__((vector_size(32)));

  RADAM_INLINE EightDoubles load(const float* from, const Mask& low, const Mask& high) {
    EightDoubles x;
    convert(from, low, x.low_);
    convert(from + 4, high, x.high_);
    return x;
  }

  // By reference, because how vectors are passed depends on the target.
  RADAM_INLINE void convert(const float* from, const Mask& mask, Doubles& to) {
    Mask bits;
    __builtin_memcpy(&bits, from, sizeof bits);
    bits &= mask;
    Floats x;
    __builtin_memcpy(&x, &bits, sizeof x);
    to = Doubles{x[0], x[1], x[2], x[3]};  // which gcc makes better code of than of __builtin_convertvector
  }

  Doubles low_ = {}, high_ = {};
};

}  // namespace

#endif
