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

#include "algorithms.h"
#include "half_types.h"

namespace radam_test {

// The random word of an element, counted in the whole tensor.
inline std::uint32_t random_word(std::uint64_t seed, std::int64_t step, std::int64_t element, unsigned stream) {
  const auto mix = [](std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
  };
  const std::uint64_t golden = 0x9E3779B97F4A7C15u;
  const auto block = static_cast<std::uint64_t>(element) / 256;
  const std::uint64_t of_step = mix(seed + static_cast<std::uint64_t>(step) * golden);
  const std::uint64_t base = stream < 2 ? of_step : mix(of_step + stream / 2);
  const std::uint64_t key = mix(base + (2 * block + stream % 2) * golden);
  return static_cast<std::uint32_t>(key + static_cast<std::uint64_t>(element % 256) * 0x43B68FBFu);
}

// The random bits of a state buffer's element: radam.h has the table of streams and ends of words.
inline std::uint32_t state_bits(std::uint64_t seed, std::int64_t step, std::int64_t element, int buffer, unsigned bits) {
  constexpr struct {
    unsigned stream;
    bool highest;
  } kTable[RADAM_MAX_STATE] = {{0, false}, {0, true}, {1, true}, {2, false}, {2, true}, {3, false}};
  const std::uint32_t word = random_word(seed, step, element, kTable[buffer].stream);
  return kTable[buffer].highest ? word / (1u << (32 - bits)) : word % (1u << bits);
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
  std::uint32_t code = (bits_of(t) - bits_of(scale) + r) >> 20;
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
  std::vector<std::uint8_t> param, grad, state[RADAM_MAX_STATE], copy;
  std::vector<float> scales[RADAM_MAX_STATE], average;
  std::vector<float> means;   // of rows, where gradients are centralized
  std::vector<float> decays;  // of rows, where these have their own
  unsigned present = 0;  // bit k: buffer k of the state is there

  static std::size_t bytes_of(std::int32_t type) { return type == RADAM_TYPE_F32 ? 4 : 2; }
  std::size_t state_bytes() const {
    return settings.state_type == RADAM_STATE_F32 ? 4 : settings.state_type == RADAM_STATE_BF16 ? 2 : 1;
  }
  bool has(int k) const { return (present >> k & 1) != 0; }

  MixedBuffers buffers() {
    MixedBuffers b{settings};
    b.param = param.data();
    b.grad = grad.data();
    for (int k = 0; k < RADAM_MAX_STATE; ++k) {
      b.state[k] = has(k) ? state[k].data() : nullptr;
      b.state_scale[k] = has(k) ? scales[k].data() : nullptr;
    }
    b.param_copy = copy.empty() ? nullptr : copy.data();
    b.param_average = average.empty() ? nullptr : average.data();
    b.grad_mean = means.empty() ? nullptr : means.data();
    b.row_decay = decays.empty() ? nullptr : decays.data();
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

inline float load_param(const MixedTensor& t, std::size_t i) {
  if (t.settings.param_type != RADAM_TYPE_SPLIT) return load(t.param, t.settings.param_type, i);
  Halves x;
  std::memcpy(&x.upper, &t.param[2 * i], 2);
  std::memcpy(&x.lower, &t.copy[2 * i], 2);
  return value_of(x);
}

inline void store_param(MixedTensor& t, std::size_t i, float x, int r) {
  if (t.settings.param_type != RADAM_TYPE_SPLIT) return store(t.param, t.settings.param_type, i, x, r);
  const Halves halves = halves_of(x);
  std::memcpy(&t.param[2 * i], &halves.upper, 2);
  std::memcpy(&t.copy[2 * i], &halves.lower, 2);
}

// Stores one of the state's buffers, of a whole tensor or of a slice.
inline void store_state(MixedTensor& t, int k, bool is_signed, const std::vector<float>& x) {
  const radam_tensor& s = t.settings;
  const auto r_of = [&](std::size_t i) {
    const unsigned bits = s.state_type == RADAM_STATE_BLOCK8 ? 20 : 16;
    if (s.state_rounding == RADAM_ROUND_NEAREST) return 1u << (bits - 1);
    return state_bits(s.seed, s.step, s.first + static_cast<std::int64_t>(i), k, bits);
  };
  for (std::size_t i = 0; i < x.size(); ++i) {
    switch (s.state_type) {
      case RADAM_STATE_F32: store(t.state[k], RADAM_TYPE_F32, i, x[i], kNearest); break;
      case RADAM_STATE_BF16: {
        std::uint16_t code = code_of(RADAM_TYPE_BF16, x[i], static_cast<int>(r_of(i)));
        if (!is_signed && x[i] > 0 && code == 0) code = 1;
        std::memcpy(&t.state[k][2 * i], &code, sizeof code);
        break;
      }
      default: {
        if (i % 256 == 0) {
          const auto first = x.begin() + static_cast<std::ptrdiff_t>(i);
          const auto last = x.begin() + static_cast<std::ptrdiff_t>(std::min(x.size(), i + 256));
          t.scales[k][i / 256] = block8_scale({first, last}, is_signed);
        }
        t.state[k][i] = block8_code(x[i], t.scales[k][i / 256], is_signed, r_of(i));
      }
    }
  }
}

inline float load_state(const MixedTensor& t, int k, bool is_signed, std::size_t i) {
  switch (t.settings.state_type) {
    case RADAM_STATE_F32: return load(t.state[k], RADAM_TYPE_F32, i);
    case RADAM_STATE_BF16: return load(t.state[k], RADAM_TYPE_BF16, i);
    default: return block8_value(t.state[k][i], t.scales[k][i / 256], is_signed);
  }
}

// The row of an element, of those that the tensor has a part of.
inline std::size_t row_of(const radam_tensor& t, std::size_t i) {
  return static_cast<std::size_t>((t.first + static_cast<std::int64_t>(i)) / t.row_length - t.first / t.row_length);
}

// A gradient before it is scaled.
inline float load_gradient(const MixedTensor& t, std::size_t i) {
  const float g = load(t.grad, t.settings.grad_type, i);
  return t.means.empty() ? g : g - t.means[row_of(t.settings, i)];
}

// Of algorithms whose steps may have a decay for each row, which for the reference must not be 0.
inline bool takes_row_decay(const radam_coefficients& c) {
  if (c.algorithm == RADAM_ALGORITHM_SGD) return c.of.sgd.l2 == 0 && c.mode == 0;
  return c.algorithm == RADAM_ALGORITHM_NADAM && c.of.nadam.l2 == 0;
}

inline void reference_step(radam_coefficients c, MixedTensor& t) {
  const radam_tensor& s = t.settings;
  const AlgorithmCase& algorithm = algorithm_of(c);
  const auto n = static_cast<std::size_t>(s.length);
  const float scale = c.grad_scale;
  if (s.clip_value > 0) c.grad_scale = std::copysign(1.0f, scale);
  std::vector<float> state[RADAM_MAX_STATE];
  for (auto& buffer : state) buffer.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    Element x{};
    x[kParam] = load_param(t, i);
    x[kGrad] = load_gradient(t, i);
    if (s.clip_value > 0) {
      x[kGrad] *= std::fabs(scale);
      if (x[kGrad] > s.clip_value) x[kGrad] = s.clip_value;
      if (x[kGrad] < -s.clip_value) x[kGrad] = -s.clip_value;
    }
    for (int k = 0; k < algorithm.buffers(); ++k)
      if (t.has(k)) x[static_cast<std::size_t>(kState + k)] = load_state(t, k, algorithm.is_signed[k], i);
    const float before = x[kParam];
    if (!t.decays.empty())
      (c.algorithm == RADAM_ALGORITHM_SGD ? c.of.sgd.decay : c.of.nadam.decay) = t.decays[row_of(s, i)];
    x = reference_step(c, x, t.present);
    const auto average = [&](float p) {
      float distance = p - t.average[i];
      if (std::isinf(distance)) distance = std::copysign(std::numeric_limits<float>::max(), distance);
      return t.average[i] = std::fma(s.average_rate, distance, t.average[i]);
    };
    const bool slow = s.lookahead && s.average_rate > 0;
    if (slow) x[kParam] = average(x[kParam]);
    const bool moved = slow || algorithm.moves_param(c);
    for (int k = 0; k < algorithm.buffers(); ++k) state[k][i] = x[static_cast<std::size_t>(kState + k)];

    if (s.output == RADAM_OUTPUT_UPDATE) {
      store(t.grad, s.grad_type, i, moved ? before - x[kParam] : 0.0f, kNearest);
      continue;
    }
    const auto r = s.param_rounding == RADAM_ROUND_STOCHASTIC
                       ? static_cast<int>(random_word(s.seed, s.step, s.first + static_cast<std::int64_t>(i), 1) & 0xFFFF)
                       : kNearest;
    if (moved) store_param(t, i, x[kParam], r);
    const float p = load_param(t, i);
    if (!t.copy.empty() && s.param_type != RADAM_TYPE_SPLIT) store(t.copy, s.copy_type, i, p, r);
    if (!t.average.empty() && !s.lookahead) average(p);
    if (s.zero_grad) {
      const std::size_t bytes = MixedTensor::bytes_of(s.grad_type);
      std::memset(&t.grad[i * bytes], 0, bytes);
    }
  }
  for (int k = 0; k < algorithm.buffers(); ++k)
    if (algorithm.moves_state(c, t.present, k)) store_state(t, k, algorithm.is_signed[k], state[k]);
}

}  // namespace radam_test

#endif
