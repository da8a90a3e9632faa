// float32, unchanged, with the functions of the smaller types.
#ifndef RADAM_SRC_STORAGE_F32_H
#define RADAM_SRC_STORAGE_F32_H

#include "../inline.h"

namespace {

struct F32 {
  static constexpr int kBytes = 4;

  template <class V>
  RADAM_INLINE typename V::Register load(const unsigned char* from) {
    return V::load(reinterpret_cast<const float*>(from));
  }

  template <class V>
  RADAM_INLINE typename V::Register decode(typename V::Int bits) {
    return V::as_float(bits);
  }

  template <class V, bool kAll>
  RADAM_INLINE typename V::Int nearest(typename V::Register x) {
    return V::as_int(x);
  }

  template <class V, bool kAll>
  RADAM_INLINE typename V::Int stochastic(typename V::Register x, typename V::Int) {
    return V::as_int(x);
  }
};

}  // namespace

#endif
