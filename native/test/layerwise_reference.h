// The sums of layer-wise algorithms as radam.h documents them, and tensors of every combination of types to sum over.
#ifndef RADAM_TEST_LAYERWISE_REFERENCE_H
#define RADAM_TEST_LAYERWISE_REFERENCE_H

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <radam/radam.h>

#include "mixed_cases.h"
#include "numbers.h"
#include "trajectory.h"

namespace radam_test {

inline radam_coefficients coefficients_at(const radam_hyperparameters& h, std::int64_t step) {
  radam_coefficients c{};
  c.struct_size = sizeof c;
  EXPECT_EQ(radam_coefficients_at(&h, step, &c), RADAM_OK);
  return c;
}

inline radam_sums no_sums() {
  radam_sums s{};
  s.struct_size = sizeof s;
  return s;
}

// The presets, and averages that step back; LAMB with what its presets leave out.
inline std::vector<radam_coefficients> layerwise_coefficients() {
  std::vector<radam_coefficients> all;
  for (const std::int32_t number :
       {RADAM_PRESET_LAMB_CYBERTRONAI, RADAM_PRESET_LAMB_NVIDIA, RADAM_PRESET_STABLEADAMW_AUTHORS,
        RADAM_PRESET_LARS_TIMM, RADAM_PRESET_LARS_BARLOWTWINS, RADAM_PRESET_CAUTIOUS_ADAMW_AUTHORS,
        RADAM_PRESET_CAUTIOUS_LION_TIMM, RADAM_PRESET_NOVOGRAD_NVIDIA, RADAM_PRESET_SGD_HD_AUTHORS,
        RADAM_PRESET_ADAM_HD_AUTHORS, RADAM_PRESET_SGDN_HD_AUTHORS, RADAM_PRESET_YELLOWFIN_AUTHORS,
        RADAM_PRESET_ADAMP_AUTHORS, RADAM_PRESET_SGDP_AUTHORS}) {
    radam_hyperparameters h = preset(number);
    if (h.weight_decay == 0) h.weight_decay = 0.25;
    for (const std::int64_t step : {1, 7}) all.push_back(coefficients_at(h, step));
    all.back().grad_scale = -0.125f;
  }
  radam_hyperparameters h = preset(RADAM_PRESET_LAMB_NVIDIA);
  h.of.lamb.grad_averaging = 0;
  h.of.lamb.beta1 = 0.25;
  h.of.lamb.beta2 = 0.5;
  all.push_back(coefficients_at(h, 3));
  h = preset(RADAM_PRESET_CAUTIOUS_ADAMW_AUTHORS);
  h.of.cautious_adamw.beta1 = 0.25;
  all.push_back(coefficients_at(h, 3));
  h = preset(RADAM_PRESET_CAUTIOUS_LION_TIMM);
  h.of.cautious_lion.beta1 = 0.25;
  all.push_back(coefficients_at(h, 3));
  return all;
}

// Of SGDN-HD.
inline bool keeps_update(const radam_coefficients& c) {
  return c.algorithm == RADAM_ALGORITHM_SGD_HD && c.of.sgd_hd.sgd.nesterov != 0;
}

// Whether sums depend on the second of two buffers, which is signed.
inline bool sums_second(const radam_coefficients& c) {
  return keeps_update(c) || c.algorithm == RADAM_ALGORITHM_YELLOWFIN;
}

inline bool sums_products(const radam_coefficients& c) {
  return moves_learning_rate(c.algorithm) || c.algorithm == RADAM_ALGORITHM_YELLOWFIN;
}

// Those of the algorithm that steps, before the sums are known.
inline radam_coefficients stepped_of(const radam_coefficients& c) {
  if (c.algorithm == RADAM_ALGORITHM_ADAMP) {
    radam_coefficients nadam = c;
    nadam.algorithm = RADAM_ALGORITHM_NADAM;
    std::memset(&nadam.of, 0, sizeof nadam.of);
    nadam.of.nadam = c.of.adamp.nadam;
    return nadam;
  }
  if (stepped_by(c.algorithm) == RADAM_ALGORITHM_SGD) {
    radam_coefficients sgd = c;
    sgd.algorithm = RADAM_ALGORITHM_SGD;
    std::memset(&sgd.of, 0, sizeof sgd.of);
    sgd.of.sgd = c.of.lars.sgd;  // the first member of each
    if (keeps_update(c)) sgd.mode = RADAM_MODE_KEEPS_UPDATE;
    if (c.algorithm == RADAM_ALGORITHM_YELLOWFIN) {
      sgd.mode = RADAM_MODE_AVERAGES_GRADIENT;
      sgd.of.sgd.nesterov = c.of.yellowfin.one_minus_beta;
    }
    return sgd;
  }
  if (c.algorithm == RADAM_ALGORITHM_CAUTIOUS_LION) {
    radam_coefficients lion = c;
    lion.algorithm = RADAM_ALGORITHM_LION;
    lion.mode = RADAM_MODE_CAUTIOUS;
    lion.of.lion = c.of.cautious_lion;
    return lion;
  }
  radam_coefficients adam = c;
  adam.algorithm = RADAM_ALGORITHM_ADAM;
  adam.mode = c.algorithm == RADAM_ALGORITHM_CAUTIOUS_ADAMW ? RADAM_MODE_CAUTIOUS : RADAM_MODE_ADAPTIVE;
  std::memset(&adam.of, 0, sizeof adam.of);
  adam.of.adam = c.of.lamb.adam;  // the first member of each, and all of cautious AdamW's
  return adam;
}

// What is squared, of an element, or multiplied in pairs: the lines of radam.h.
inline std::vector<float> terms(const radam_coefficients& c, const Element& x) {
  if (is_by_rows(c.algorithm)) return {};
  if (c.algorithm == RADAM_ALGORITHM_LARS)
    return {x[kParam], bounded(std::fma(c.of.lars.norm_l2, x[kParam], c.grad_scale * x[kGrad]))};
  if (c.algorithm == RADAM_ALGORITHM_CAUTIOUS_LION) {
    const float g = scaled_gradient(c, x, 0);
    const float u = average(x[kState], g, c.of.cautious_lion.beta1, c.of.cautious_lion.one_minus_beta1);
    return {u != 0 && !std::isnan(u) ? mask(std::copysign(1.0f, u), g) : 0.0f};
  }
  if (c.algorithm == RADAM_ALGORITHM_NOVOGRAD) return {bounded(c.grad_scale * x[kGrad])};
  if (c.algorithm == RADAM_ALGORITHM_YELLOWFIN) {
    const float a = x[kState + 1], g = bounded(c.grad_scale * x[kGrad]);
    return {a, a, a, g, g, g};
  }
  if (moves_learning_rate(c.algorithm)) {
    const bool sgd = c.algorithm == RADAM_ALGORITHM_SGD_HD;
    const float l2 = sgd ? c.of.sgd_hd.sgd.l2 : c.of.adam_hd.adam.l2;
    const float last = x[kState] / (std::sqrt(x[kState + 1]) + c.of.adam_hd.adam.epsilon);
    const float g = c.grad_scale * x[kGrad];
    return {bounded(l2 != 0 ? std::fma(l2, x[kParam], g) : g), sgd ? x[keeps_update(c) ? kState + 1 : kState] : last};
  }
  const radam_coefficients adam = stepped_of(c);
  const Element next = reference_step(adam, x, 3);
  const float m = next[kState], v = next[kState + 1], epsilon = adam.of.adam.epsilon;
  if (c.algorithm == RADAM_ALGORITHM_LAMB) {
    const float update = m / (std::sqrt(v) + epsilon);
    return {x[kParam], std::fma(c.of.lamb.update_scale, update, c.of.lamb.weight_decay * x[kParam])};
  }
  if (c.algorithm == RADAM_ALGORITHM_CAUTIOUS_ADAMW) return {mask(m, scaled_gradient(c, x, 0))};
  const float root = std::sqrt(v);
  return {scaled_gradient(c, x, 0) / (epsilon > root ? epsilon : root)};
}

inline radam_sums reference_sums(radam_coefficients c, const MixedTensor& t, std::int64_t begin, std::int64_t end) {
  const radam_tensor& s = t.settings;
  const float scale = c.grad_scale;
  if (s.clip_value > 0) c.grad_scale = std::copysign(1.0f, scale);
  double lanes[RADAM_MAX_SUMS][32] = {};
  for (std::int64_t i = begin; i < end; ++i) {
    const auto place = static_cast<std::size_t>(i);
    Element x{};
    x[kParam] = load_param(t, place);
    x[kGrad] = load_gradient(t, place);
    if (s.clip_value > 0) {
      x[kGrad] *= std::fabs(scale);
      if (x[kGrad] > s.clip_value) x[kGrad] = s.clip_value;
      if (x[kGrad] < -s.clip_value) x[kGrad] = -s.clip_value;
    }
    x[kState] = load_state(t, 0, true, place);
    x[kState + 1] = load_state(t, 1, sums_second(c), place);
    const std::vector<float> all = terms(c, x);
    const bool products = sums_products(c);
    for (std::size_t k = 0; k < (products ? all.size() / 2 : all.size()); ++k) {
      const double first = products ? all[2 * k] : all[k], second = products ? all[2 * k + 1] : all[k];
      lanes[k][(s.first + i) % 32] += first * second;
    }
  }
  radam_sums sums = no_sums();
  for (int k = 0; k < RADAM_MAX_SUMS; ++k) {
    for (int distance = 16; distance > 0; distance /= 2)
      for (int j = 0; j < distance; ++j) lanes[k][j] += lanes[k][j + distance];
    sums.values[k] = lanes[k][0];
  }
  return sums;
}

inline bool same_sum(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

// A tensor after some steps, by number; what the number does not determine is drawn.
struct LayerwiseCase {
  radam_coefficients c;
  MixedTensor t;
  std::int64_t middle;  // where ranges may end

  static unsigned count() { return 3 * 4 * 3 * 2 * 2 * static_cast<unsigned>(layerwise_coefficients().size()); }

  LayerwiseCase(unsigned number, Values& random) {
    radam_tensor settings{};
    settings.step = 5;
    settings.seed = number;
    const auto digit = [&](unsigned base) {
      const unsigned result = number % base;
      number /= base;
      return result;
    };
    settings.grad_type = static_cast<std::int32_t>(digit(3));
    settings.param_type = static_cast<std::int32_t>(digit(4));
    settings.state_type = static_cast<std::int32_t>(digit(3));
    settings.clip_value = digit(2) != 0 ? 0.5f : 0;
    const bool tame = digit(2) != 0;
    c = layerwise_coefficients()[number];
    settings.length = 1 + random.below(900);
    const bool block8 = settings.state_type == RADAM_STATE_BLOCK8;
    settings.first = block8 ? 256 * random.below(9) : random.below(3000);
    t = tensor(random, settings, 3, false, false, tame);
    new_gradients(random, t, tame);
    for (int k = 0; k < 2; ++k) {
      std::vector<float> state;
      for (std::int64_t i = 0; i < settings.length; ++i)
        state.push_back(k == 0 || sums_second(c) ? random.ordinary() : std::fabs(random.ordinary()));
      store_state(t, k, k == 0 || sums_second(c), state);
    }
    middle = block8 ? settings.length / 256 * 256 : random.below(static_cast<unsigned>(settings.length));
  }

  // Where sums(buffers, begin, end), which returns radam_sums, differs from the reference; empty if it does not.
  template <class Sums>
  std::string departure(const Sums& sums) {
    const MixedBuffers b = t.buffers();
    const std::int64_t length = t.settings.length;
    for (const auto& [begin, end] : {std::pair<std::int64_t, std::int64_t>{0, length}, {0, middle}, {middle, length}}) {
      const radam_sums actual = sums(b, begin, end), expected = reference_sums(c, t, begin, end);
      for (int k = 0; k < RADAM_MAX_SUMS; ++k)
        if (!same_sum(actual.values[k], expected.values[k]))
          return "sum " + std::to_string(k) + " of " + std::to_string(begin) + " to " + std::to_string(end) + " is " +
                 std::to_string(actual.values[k]) + ", not " + std::to_string(expected.values[k]);
    }
    return "";
  }
};

}  // namespace radam_test

#endif
