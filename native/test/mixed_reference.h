// radam_step as radam.h documents it, one element after the other, with nothing of the library in it.
#ifndef RADAM_TEST_MIXED_REFERENCE_H
#define RADAM_TEST_MIXED_REFERENCE_H

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include <radam/radam.h>

#include "half_types.h"
#include "reference.h"

namespace radam_test {

// The random word of an element.
inline std::uint32_t random_word(std::uint64_t seed, std::int64_t step, std::int64_t element, unsigned stream) {
  const auto mix = [](std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
  };
  const std::uint64_t golden = 0x9E3779B97F4A7C15u;
  const auto block = static_cast<std::uint64_t>(element) / 256;
  const std::uint64_t key = mix(mix(seed + static_cast<std::uint64_t>(step) * golden) + (2 * block + stream) * golden);
  auto x = static_cast<std::uint32_t>(key);
  x += static_cast<std::uint32_t>(element % 256) * 0x9E3779B9u;
  x = (x ^ (x >> 16)) * 0x7FEB352Du;
  x = (x ^ (x >> 15) ^ static_cast<std::uint32_t>(key >> 32)) * 0x846CA68Bu;
  return x ^ (x >> 16);
}

inline float block8_value(std::uint8_t byte, float scale, bool is_signed) {
  const int code = is_signed ? byte & 127 : byte;
  const auto bracket = static_cast<float>((1 + (code & 7) / 8.0) * std::ldexp(1.0, code >> 3) - 1);
  return is_signed && byte & 128 ? -(scale * bracket) : scale * bracket;
}

inline float block8_scale(const std::vector<float>& x, bool is_signed) {
  std::uint32_t largest = 0;
  for (const float value : x) {
    if (!std::isfinite(value)) return std::numeric_limits<float>::quiet_NaN();
    largest = std::max(largest, bits_of(std::fabs(value)));
  }
  const int exponent = static_cast<int>((largest + (1u << 20)) >> 23) - 127;
  return std::ldexp(1.0f, std::max(exponent - (is_signed ? 15 : 31), -126));
}

inline std::uint8_t block8_code(float x, float scale, bool is_signed, std::uint32_t r) {
  if (std::isnan(scale)) return 0;
  const float t = std::fabs(x) + scale;
  std::uint32_t code = (bits_of(t) - bits_of(scale) + (r << 4) + 8) >> 20;
  code = std::min(code, is_signed ? 127u : 255u);
  if (!is_signed && x != 0) code = std::max(code, 1u);
  return static_cast<std::uint8_t>(code | (is_signed && std::signbit(x) ? 128u : 0u));
}

// All arguments of radam_step that belong to a tensor.
struct MixedBuffers : radam_tensor {
  void* param = nullptr;
  void* grad = nullptr;
  void* param_copy = nullptr;
  float* param_average = nullptr;
};

inline radam_status step_mixed(std::int32_t target, const radam_coefficients* c, const MixedBuffers* b,
                               std::int64_t begin, std::int64_t end) {
  return radam_step(target, c, b, begin, end, b->param, b->grad, b->param_copy, b->param_average);
}

// A tensor of any types, in exactly as much memory as it needs.
struct MixedTensor {
  radam_tensor settings{};
  std::vector<std::uint8_t> param, grad, moments[3], copy;
  std::vector<float> scales[3], average;

  bool amsgrad() const { return !moments[2].empty(); }

  static std::size_t bytes_of(std::int32_t type) { return type == RADAM_TYPE_F32 ? 4 : 2; }
  std::size_t state_bytes() const {
    return settings.state_type == RADAM_STATE_F32 ? 4 : settings.state_type == RADAM_STATE_BF16 ? 2 : 1;
  }

  MixedBuffers buffers() {
    MixedBuffers b{settings};
    b.param = param.data();
    b.grad = grad.data();
    b.exp_avg = moments[0].data();
    b.exp_avg_sq = moments[1].data();
    b.max_exp_avg_sq = amsgrad() ? moments[2].data() : nullptr;
    b.exp_avg_scale = scales[0].data();
    b.exp_avg_sq_scale = scales[1].data();
    b.max_exp_avg_sq_scale = scales[2].data();
    b.param_copy = copy.empty() ? nullptr : copy.data();
    b.param_average = average.empty() ? nullptr : average.data();
    return b;
  }
};

inline float load(const std::vector<std::uint8_t>& from, std::int32_t type, std::size_t i) {
  if (type == RADAM_TYPE_F32) {
    float x;
    std::memcpy(&x, &from[4 * i], sizeof x);
    return x;
  }
  std::uint16_t code;
  std::memcpy(&code, &from[2 * i], sizeof code);
  return value_of(type, code);
}

inline void store(std::vector<std::uint8_t>& to, std::int32_t type, std::size_t i, float x, int r) {
  if (type == RADAM_TYPE_F32) {
    std::memcpy(&to[4 * i], &x, sizeof x);
    return;
  }
  const std::uint16_t code = code_of(type, x, r);
  std::memcpy(&to[2 * i], &code, sizeof code);
}

// Stores one of the moments of a whole tensor.
inline void store_moment(MixedTensor& t, int moment, const std::vector<float>& x) {
  const radam_tensor& s = t.settings;
  const bool is_signed = moment == 0;
  const auto r_of = [&](std::size_t i) {
    if (s.state_rounding == RADAM_ROUND_NEAREST) return 0x8000u;
    const std::uint32_t word = random_word(s.seed, s.step, static_cast<std::int64_t>(i), moment == 2 ? 1 : 0);
    return moment == 0 ? word & 0xFFFF : word >> 16;
  };
  for (std::size_t i = 0; i < x.size(); ++i) {
    switch (s.state_type) {
      case RADAM_STATE_F32: store(t.moments[moment], RADAM_TYPE_F32, i, x[i], kNearest); break;
      case RADAM_STATE_BF16: {
        std::uint16_t code = code_of(RADAM_TYPE_BF16, x[i], static_cast<int>(r_of(i)));
        if (moment > 0 && x[i] > 0 && code == 0) code = 1;
        std::memcpy(&t.moments[moment][2 * i], &code, sizeof code);
        break;
      }
      default: {
        if (i % 256 == 0) {
          const auto first = x.begin() + static_cast<std::ptrdiff_t>(i);
          const auto last = x.begin() + static_cast<std::ptrdiff_t>(std::min(x.size(), i + 256));
          t.scales[moment][i / 256] = block8_scale({first, last}, is_signed);
        }
        t.moments[moment][i] = block8_code(x[i], t.scales[moment][i / 256], is_signed, r_of(i));
      }
    }
  }
}

inline float load_moment(const MixedTensor& t, int moment, std::size_t i) {
  switch (t.settings.state_type) {
    case RADAM_STATE_F32: return load(t.moments[moment], RADAM_TYPE_F32, i);
    case RADAM_STATE_BF16: return load(t.moments[moment], RADAM_TYPE_BF16, i);
    default: return block8_value(t.moments[moment][i], t.scales[moment][i / 256], moment == 0);
  }
}

inline void reference_step(radam_coefficients c, MixedTensor& t) {
  const radam_tensor& s = t.settings;
  const auto n = static_cast<std::size_t>(s.length);
  const float scale = c.grad_scale;
  if (s.clip_value > 0) c.grad_scale = std::copysign(1.0f, scale);
  std::vector<float> moments[3];
  for (auto& moment : moments) moment.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    Element x{};
    x[kParam] = load(t.param, s.param_type, i);
    x[kGrad] = load(t.grad, s.grad_type, i);
    if (s.clip_value > 0) {
      x[kGrad] *= std::fabs(scale);
      if (x[kGrad] > s.clip_value) x[kGrad] = s.clip_value;
      if (x[kGrad] < -s.clip_value) x[kGrad] = -s.clip_value;
    }
    for (int k = 0; k < (t.amsgrad() ? 3 : 2); ++k) x[static_cast<std::size_t>(kExpAvg + k)] = load_moment(t, k, i);
    x = reference_step(c, x, t.amsgrad());
    for (int k = 0; k < 3; ++k) moments[k][i] = x[static_cast<std::size_t>(kExpAvg + k)];

    const auto r = s.param_rounding == RADAM_ROUND_STOCHASTIC
                       ? static_cast<int>(random_word(s.seed, s.step, static_cast<std::int64_t>(i), 1) & 0xFFFF)
                       : kNearest;
    const bool moves_param = c.mode == RADAM_MODE_ADAPTIVE || c.mode == RADAM_MODE_MOMENTUM;
    if (moves_param) store(t.param, s.param_type, i, x[kParam], r);
    const float p = load(t.param, s.param_type, i);
    if (!t.copy.empty()) store(t.copy, s.copy_type, i, p, r);
    if (!t.average.empty()) t.average[i] = std::fma(s.average_rate, p - t.average[i], t.average[i]);
    if (s.zero_grad) {
      const std::size_t bytes = MixedTensor::bytes_of(s.grad_type);
      std::memset(&t.grad[i * bytes], 0, bytes);
    }
  }
  if (c.mode != RADAM_MODE_SECOND_MOMENT_ONLY) store_moment(t, 0, moments[0]);
  store_moment(t, 1, moments[1]);
  if (t.amsgrad()) store_moment(t, 2, moments[2]);
}

}  // namespace radam_test

#endif
