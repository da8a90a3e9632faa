// The rule as radam.h documents it, line by line, with nothing of the library in it.
#ifndef RADAM_TEST_REFERENCE_H
#define RADAM_TEST_REFERENCE_H

#include <cmath>
#include <cstddef>
#include <string>

#include <radam/radam.h>

#include "buffers.h"

namespace radam_test {

inline Element reference_step(const radam_coefficients& c, Element x, bool amsgrad) {
  float& p = x[kParam];
  float& m = x[kExpAvg];
  float& v = x[kExpAvgSq];
  float& w = x[kMaxExpAvgSq];
  float g = c.grad_scale * x[kGrad];
  if (c.l2 != 0) g = std::fma(c.l2, p, g);
  if (c.mode != RADAM_MODE_SECOND_MOMENT_ONLY)
    m = c.one_minus_beta1 < 0.5f ? std::fma(c.one_minus_beta1, g - m, m) : std::fma(c.beta1, m - g, g);
  v = c.one_minus_beta2 < 0.5f ? std::fma(c.one_minus_beta2, std::fma(g, g, -v), v)
                               : std::fma(c.beta2, std::fma(-g, g, v), g * g);
  if (amsgrad) w = w > v ? w : v;
  if (c.mode == RADAM_MODE_MOMENTS_ONLY || c.mode == RADAM_MODE_SECOND_MOMENT_ONLY) return x;
  const float s = std::sqrt(amsgrad ? w : v);
  const float u = c.mode == RADAM_MODE_ADAPTIVE ? m / (s + c.epsilon) : m;
  p = c.decay == 0 ? std::fma(-c.step_size, u, p) : p - std::fma(c.step_size, u, c.decay * p);
  return x;
}

inline Arrays reference_step(const radam_coefficients& c, const Arrays& before, bool amsgrad) {
  Arrays after;
  for (std::size_t i = 0; i < before.size(); ++i) after.push_back(reference_step(c, before.at(i), amsgrad));
  return after;
}

// The parts that a step can have. The library has a kernel of its own for each combination.
struct Combination {
  int mode;
  bool l2, decay, amsgrad, step_back;
};

constexpr unsigned kCombinations = 64;

constexpr Combination combination(unsigned number) {
  return {static_cast<int>(number & 3), (number & 4) != 0, (number & 8) != 0, (number & 16) != 0, (number & 32) != 0};
}

inline std::string describe(const Combination& k) {
  return "mode " + std::to_string(k.mode) + (k.l2 ? ", l2" : "") + (k.decay ? ", decay" : "") +
         (k.amsgrad ? ", AMSGrad" : "") + (k.step_back ? ", step back" : "");
}

// Coefficients such as a training run has.
inline radam_coefficients typical_coefficients(const Combination& k) {
  radam_coefficients c{};
  c.struct_size = sizeof c;
  c.mode = k.mode;
  c.grad_scale = 0.25f;
  c.l2 = k.l2 ? 0.01f : 0;
  c.beta1 = k.step_back ? 0.375f : 0.9f;
  c.one_minus_beta1 = k.step_back ? 0.625f : 0.1f;
  c.beta2 = 0.999f;
  c.one_minus_beta2 = 0.001f;
  c.step_size = 0.003f;
  c.epsilon = 1e-8f;
  c.decay = k.decay ? 1e-5f : 0;
  return c;
}

}  // namespace radam_test

#endif
