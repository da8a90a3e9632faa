// The update rule, once for every target. radam.h documents it line by line (radam_coefficients); the order and the
// rounding of each operation are part of what users are promised, so nothing here may be rearranged.
//
// V is a vector type of simd/: a register type and static functions on it.
#ifndef RADAM_SRC_RULE_H
#define RADAM_SRC_RULE_H

#include <radam/radam.h>

#include "by_fma.h"
#include "inline.h"

namespace {

// What differs between kernels; everything else is data. On processors a kernel is compiled for each combination, and the
// conditions below vanish from it; on a GPU they are asked at run time, for four elements at once.
struct Rule {
  int mode;        // RADAM_MODE_...
  bool l2;         // add l2 * p to the gradient
  bool decay;      // decoupled decay
  bool amsgrad;    // divide by the running maximum of v
  bool step_back;  // some 1 - beta >= 0.5

  RADAM_DEVICE constexpr bool moves_param() const { return mode == RADAM_MODE_ADAPTIVE || mode == RADAM_MODE_MOMENTUM; }
  RADAM_DEVICE constexpr bool moves_exp_avg() const { return mode != RADAM_MODE_SECOND_MOMENT_ONLY; }
  RADAM_DEVICE constexpr bool reads_param() const { return l2 || moves_param(); }
};

// One vector of elements on its way through the rule.
template <class V>
struct Lanes {
  typename V::Register param, grad, exp_avg, exp_avg_sq, max_exp_avg_sq;
};

// The coefficients, broadcast.
template <class V>
struct Constants {
  typename V::Register grad_scale, l2, beta1, one_minus_beta1, beta2, one_minus_beta2, step_size, epsilon, decay;
  bool step_back1, step_back2;

  RADAM_DEVICE explicit Constants(const radam_coefficients& c)
      : grad_scale(V::broadcast(c.grad_scale)),
        l2(V::broadcast(c.l2)),
        beta1(V::broadcast(c.beta1)),
        one_minus_beta1(V::broadcast(c.one_minus_beta1)),
        beta2(V::broadcast(c.beta2)),
        one_minus_beta2(V::broadcast(c.one_minus_beta2)),
        step_size(V::broadcast(c.step_size)),
        epsilon(V::broadcast(c.epsilon)),
        decay(V::broadcast(c.decay)),
        step_back1(c.one_minus_beta1 >= 0.5f),
        step_back2(c.one_minus_beta2 >= 0.5f) {}
};

// The moments step towards their new value, m + (1 - beta)(g - m), because float(beta) + float(1 - beta) is not 1: the
// textbook form beta m + (1 - beta) g settles beside g, not on it. Where 1 - beta is large they step back from the new
// value instead, g + beta (m - g): otherwise a small g would drown in the rounding of g - m.

template <class V>
RADAM_INLINE typename V::Register next_exp_avg(const Rule& rule, const Constants<V>& k, typename V::Register m,
                                               typename V::Register g) {
  if (rule.step_back && k.step_back1) return V::fma(k.beta1, V::sub(m, g), g);
  return V::fma(k.one_minus_beta1, V::sub(g, m), m);
}

template <class V>
RADAM_INLINE typename V::Register next_exp_avg_sq(const Rule& rule, const Constants<V>& k, typename V::Register v,
                                                  typename V::Register g) {
  if (rule.step_back && k.step_back2) return V::fma(k.beta2, V::fnma(g, g, v), V::mul(g, g));
  return V::fma(k.one_minus_beta2, V::fms(g, g, v), v);
}

// The moments.
template <class V>
RADAM_INLINE void move_moments(const Rule& rule, const Constants<V>& k, Lanes<V>& x) {
  auto g = V::mul(k.grad_scale, x.grad);
  if (rule.l2) g = V::fma(k.l2, x.param, g);

  if (rule.moves_exp_avg()) x.exp_avg = next_exp_avg<V>(rule, k, x.exp_avg, g);
  x.exp_avg_sq = next_exp_avg_sq<V>(rule, k, x.exp_avg_sq, g);
  if (rule.amsgrad) x.max_exp_avg_sq = V::max(x.max_exp_avg_sq, x.exp_avg_sq);
}

template <class V>
RADAM_INLINE typename V::Register second_moment(const Rule& rule, const Lanes<V>& x) {
  return rule.amsgrad ? x.max_exp_avg_sq : x.exp_avg_sq;
}

// What the first moment is divided by. Unit is ByFma<V> or ByDivider<V>: the same bits by other instructions.
template <class V, class Unit>
RADAM_INLINE typename V::Register denominator(const Rule& rule, const Constants<V>& k, const Lanes<V>& x) {
  return V::add(Unit::sqrt(second_moment<V>(rule, x)), k.epsilon);
}

template <class V>
RADAM_INLINE void move_param(const Rule& rule, const Constants<V>& k, Lanes<V>& x, typename V::Register update) {
  // Decay is part of the update, so that p is rounded once: 1 - lr * wd as a float would lose the digits of lr * wd.
  if (rule.decay) {
    x.param = V::sub(x.param, V::fma(k.step_size, update, V::mul(k.decay, x.param)));
  } else {
    x.param = V::fnma(k.step_size, update, x.param);
  }
}

template <class V>
RADAM_INLINE void apply(const Rule& rule, const Constants<V>& k, Lanes<V>& x) {
  move_moments<V>(rule, k, x);
  if (rule.moves_param()) {
    auto update = x.exp_avg;
    if (rule.mode == RADAM_MODE_ADAPTIVE)
      update = V::div(x.exp_avg, denominator<V, ByDivider<V>>(rule, k, x));
    move_param<V>(rule, k, x, update);
  }
}

// Around the rule.

// Gradients cut to [-value, value] once they are scaled; a value of 0: they are not.
template <class V>
struct Clip {
  bool active;
  typename V::Register scale, low, high;
  radam_coefficients rest;  // for the rule, which has only the sign left to apply where gradients were scaled here

  RADAM_DEVICE Clip(const radam_coefficients& c, float value)
      : active(value > 0),
        scale(V::broadcast(c.grad_scale < 0 ? -c.grad_scale : c.grad_scale)),
        low(V::broadcast(-value)),
        high(V::broadcast(value)),
        rest(c) {
    if (active) rest.grad_scale = c.grad_scale < 0 ? -1.0f : 1.0f;
  }

  RADAM_INLINE_MEMBER typename V::Register operator()(typename V::Register g) const {
    return active ? V::min(high, V::max(low, V::mul(scale, g))) : g;  // in this order a NaN stays
  }
};

// Moving average of the parameters.
template <class V>
RADAM_INLINE typename V::Register next_average(float rate, typename V::Register param, typename V::Register average) {
  return V::fma(V::broadcast(rate), V::sub(param, average), average);
}

}  // namespace

#endif
