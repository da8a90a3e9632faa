// The parts that rules are made of. radam.h documents the rules line by line (radam_coefficients). The order and the
// rounding of each operation are promised to users, so nothing here may be rearranged.
//
// V is a vector type of simd/: a register type and static functions on it.
#ifndef RADAM_SRC_ALGORITHM_PARTS_H
#define RADAM_SRC_ALGORITHM_PARTS_H

#include <radam/radam.h>

#include "../inline.h"

namespace {

// One of an algorithm's buffers of state.
struct StateBuffer {
  const char* name;
  bool is_signed;  // otherwise its elements are never negative
  float initial;   // what they are before step 1
};

// How weight decay enters a step.
enum WeightDecay { kNoDecay, kL2, kDecoupled };
constexpr int kWeightDecays = 3;

RADAM_DEVICE constexpr WeightDecay weight_decay_of(float l2, float decay) {
  return l2 != 0 ? kL2 : decay != 0 ? kDecoupled : kNoDecay;
}

// One vector of elements: what a rule reads and writes.
template <class V, int kBuffers>
struct Lanes {
  typename V::Register param, grad, state[kBuffers];
};

// Cuts a gradient to the bound, so that its square is finite. With this order of operands a NaN stays NaN.
template <class V>
RADAM_INLINE typename V::Register bounded(typename V::Register g) {
  return V::min(V::broadcast(0x1p63f), V::max(V::broadcast(-0x1p63f), g));
}

// An average is computed as a + (1 - beta)(x - a). The textbook form beta a + (1 - beta) x would not settle on a
// constant x, because float(beta) + float(1 - beta) is not exactly 1. If 1 - beta is large, the average is computed
// from its new value instead, as x + beta (a - x): otherwise a small x would be lost in the rounding of x - a. This is
// called stepping back.
RADAM_DEVICE constexpr bool steps_back(float one_minus_beta) { return one_minus_beta >= 0.5f; }

template <class V>
struct Average {
  typename V::Register beta, one_minus_beta;
  bool step_back;

  RADAM_DEVICE Average(float beta_of_all, float one_minus)
      : beta(V::broadcast(beta_of_all)), one_minus_beta(V::broadcast(one_minus)), step_back(steps_back(one_minus)) {}
};

// The next average. any_step_back: whether any average of the rule steps back. Kernels of rules in which none does have
// no branch here.
template <class V>
RADAM_INLINE typename V::Register next(const Average<V>& k, bool any_step_back, typename V::Register a,
                                       typename V::Register x) {
  if (any_step_back && k.step_back) return V::fma(k.beta, V::sub(a, x), x);
  return V::fma(k.one_minus_beta, V::sub(x, a), a);
}

// The next average of the square of g. The square is not rounded.
template <class V>
RADAM_INLINE typename V::Register next_of_square(const Average<V>& k, bool any_step_back, typename V::Register a,
                                                 typename V::Register g) {
  if (any_step_back && k.step_back) return V::fma(k.beta, V::fnma(g, g, a), V::mul(g, g));
  return V::fma(k.one_minus_beta, V::fms(g, g, a), a);
}

// 1, -1, or x itself where it is 0 or NaN.
template <class V>
RADAM_INLINE typename V::Register sign(typename V::Register x) {
  return V::times_sign(V::broadcast(1.0f), x);
}

// What the update of a cautious step is multiplied by, so that a NaN stays: 1 where it has the sign of the gradient,
// and 0 elsewhere.
template <class V>
RADAM_INLINE typename V::Register mask(typename V::Register update, typename V::Register g) {
  const auto agrees = V::greater_float(V::mul(update, g), V::broadcast(0.0f));
  return V::as_float(V::and_int(agrees, V::as_int(V::broadcast(1.0f))));
}

// The parameter after its update and decay. Decay is part of the update, so that p is rounded once: 1 - lr * wd as a
// float would lose digits of lr * wd.
template <class V>
RADAM_INLINE typename V::Register moved(WeightDecay weight_decay, typename V::Register step_size,
                                        typename V::Register decay, typename V::Register p,
                                        typename V::Register update) {
  if (weight_decay == kDecoupled) return V::sub(p, V::fma(step_size, update, V::mul(decay, p)));
  return V::fnma(step_size, update, p);
}

// The same of a step, which is an update that the step size has multiplied already.
template <class V>
RADAM_INLINE typename V::Register moved_by(WeightDecay weight_decay, typename V::Register decay,
                                           typename V::Register p, typename V::Register step) {
  return V::sub(p, weight_decay == kDecoupled ? V::add(step, V::mul(decay, p)) : step);
}

}  // namespace

#endif
