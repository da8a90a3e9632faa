// a * b + c in double, rounded once.
#ifndef RADAM_SRC_FMA_H
#define RADAM_SRC_FMA_H

#include "inline.h"

#ifdef _WIN32
#include "fma_by_integers.h"
#else
#include <cmath>
#endif

namespace {

RADAM_DEVICE inline double fused_multiply_add(double a, double b, double c) {
#ifdef _WIN32
  return fma_by_integers(a, b, c);  // that of MinGW's C library rounds several times
#else
  return std::fma(a, b, c);
#endif
}

}  // namespace

#endif
