// Every code of the types of 16 bits, and float32 values around each place where rounding changes, by steps.
#ifndef RADAM_TEST_CONVERSIONS_H
#define RADAM_TEST_CONVERSIONS_H

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <radam/radam.h>

#include "mixed_cases.h"

namespace radam_test {

constexpr std::uint64_t kConversionSeed = 7;

inline int conversion_bits(std::int32_t rounding, std::size_t i) {
  if (rounding == RADAM_ROUND_NEAREST) return kNearest;
  return static_cast<int>(random_word(kConversionSeed, 1, static_cast<std::int64_t>(i), 1) & 0xFFFF);
}

// Values around a code, and around the place from which on the element `first` and its successors are rounded to the
// next code.
constexpr std::size_t kAroundCode = 8;
inline std::array<float, kAroundCode> around(std::int32_t type, std::uint16_t code, std::int32_t rounding,
                                             std::size_t first) {
  const float x = value_of(type, code);
  if (!std::isfinite(x)) return {x, x, x, x, x, x, x, x};
  const std::size_t magnitude = code & 0x7FFFu;
  const double low = magnitudes(type)[magnitude], high = magnitudes(type)[magnitude + 1];
  const auto between = [&](double f) { return std::copysign(static_cast<float>(low + (high - low) * f), x); };
  const auto place = [&](std::size_t k) {
    const int r = conversion_bits(rounding, first + k);
    return between(r == kNearest ? 0.5 : 1 - (r + 0.5) / 65536);
  };
  const float further = std::copysign(static_cast<float>(high), x);
  return {x,
          place(1),
          std::nextafter(place(2), x),
          std::nextafter(place(3), further),
          std::nextafter(x, further),
          std::nextafter(further, x),
          between(0.5),
          std::nextafter(between(0.5), x)};
}

// As copies of float32 masters that do not move, and as gradients that become the first moment. Returns what is first
// converted otherwise than documented. step(c, tensor) is what is tested.
template <class Step>
std::string first_conversion_difference(std::int32_t type, std::int32_t rounding, const Step& step) {
  constexpr std::size_t kCodes = 65536;
  std::vector<float> values;
  for (std::size_t code = 0; code < kCodes; ++code)
    for (const float x : around(type, static_cast<std::uint16_t>(code), rounding, values.size())) values.push_back(x);
  radam_tensor settings{};
  settings.param_type = RADAM_TYPE_F32;
  settings.grad_type = type;
  settings.copy_type = type;
  settings.param_rounding = rounding;
  settings.length = static_cast<std::int64_t>(values.size());
  settings.step = 1;
  settings.seed = kConversionSeed;
  Values random(1);
  MixedTensor t = tensor(random, settings, 3, true, false, true);
  radam_coefficients c = adam_coefficients(RADAM_MODE_MOMENTS_ONLY, false, false, false);
  c.grad_scale = 1;
  c.of.adam.one_minus_beta1 = 1;  // the first moment becomes the gradient
  c.of.adam.beta1 = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    store(t.param, RADAM_TYPE_F32, i, values[i], kNearest);
    const auto code = static_cast<std::uint16_t>(i % kCodes);
    std::memcpy(&t.grad[2 * i], &code, sizeof code);
  }
  step(c, t);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float expected = value_of(type, code_of(type, values[i], conversion_bits(rounding, i)));
    const float copied = load(t.copy, type, i);
    if (!same(copied, expected))
      return std::to_string(values[i]) + " as type " + std::to_string(type) + " is " + std::to_string(copied) +
             " and not " + std::to_string(expected);
    const float gradient = load(t.grad, type, i), m = load(t.state[0], RADAM_TYPE_F32, i);
    if (!(std::isnan(gradient) ? std::isnan(m) : m == bounded(gradient)))
      return "code " + std::to_string(i % kCodes) + " of type " + std::to_string(type) + " is " + std::to_string(m);
  }
  return "";
}

}  // namespace radam_test

#endif
