// What a step does with an element before and after the rule. GPUs do it too.
#ifndef RADAM_SRC_AROUND_RULE_H
#define RADAM_SRC_AROUND_RULE_H

#include <radam/radam.h>

#include "inline.h"

namespace {

// Scales gradients and cuts them to [-value, value]. A value of 0: does neither.
template <class V>
struct Clip {
  bool active;
  typename V::Register scale, low, high;
  radam_coefficients rest;  // for the rule: where gradients were scaled here, their scale has only the sign left

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

// The next moving average of the parameters. The distance may overflow where parameter and average are finite, so it is
// cut.
template <class V>
RADAM_INLINE typename V::Register next_average(float rate, typename V::Register param, typename V::Register average) {
  const auto largest = V::broadcast(0x1.fffffep127f), least = V::broadcast(-0x1.fffffep127f);
  const auto distance = V::min(largest, V::max(least, V::sub(param, average)));
  return V::fma(V::broadcast(rate), distance, average);
}

}  // namespace

#endif
