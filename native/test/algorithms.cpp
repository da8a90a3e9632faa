#include "algorithms.h"

#include <cstddef>
#include <cstdlib>
#include <sstream>

namespace radam_test {

namespace {

radam_coefficients coefficients_of(std::int32_t algorithm) {
  radam_coefficients c{};
  c.struct_size = sizeof c;
  c.algorithm = algorithm;
  c.grad_scale = 0.25f;
  return c;
}

const char* const kWeightDecayNames[] = {"", ", l2", ", decay"};

// --- Adam -----------------------------------------------------------------------------------------------------------

bool adam_moves_param(const radam_coefficients& c) {
  return c.mode == RADAM_MODE_ADAPTIVE || c.mode == RADAM_MODE_MOMENTUM || c.mode == RADAM_MODE_CAUTIOUS;
}

bool adam_moves_state(const radam_coefficients& c, unsigned present, int k) {
  if (k == 2 && c.mode == RADAM_MODE_CAUTIOUS) return false;
  return k == 0 ? c.mode != RADAM_MODE_SECOND_MOMENT_ONLY : (present >> k & 1) != 0;
}

Element adam_step(const radam_coefficients& c, Element x, unsigned present) {
  const radam_adam_coefficients& a = c.of.adam;
  const bool cautious = c.mode == RADAM_MODE_CAUTIOUS, amsgrad = (present & 4) != 0 && !cautious;
  float &m = x[kState], &v = x[kState + 1], &w = x[kState + 2];
  const float g = scaled_gradient(c, x, a.l2);
  if (c.mode != RADAM_MODE_SECOND_MOMENT_ONLY) m = average(m, g, a.beta1, a.one_minus_beta1);
  v = average_of_square(v, g, a.beta2, a.one_minus_beta2);
  if (amsgrad) w = w > v ? w : v;
  if (!adam_moves_param(c)) return x;
  const float s = std::sqrt(amsgrad ? w : v);
  float u = c.mode == RADAM_MODE_MOMENTUM ? m : m / (s + a.epsilon);
  if (cautious) u *= mask(m, g);
  x[kParam] = moved(x[kParam], u, a.step_size, a.decay);
  return x;
}

AlgorithmCase adam_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_ADAM,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kBeta, "beta1"}, {5, C::kBeta, "beta2"}, {7, C::kNotNegative, "epsilon"}},
                    {}, adam_step, adam_moves_param, adam_moves_state, {true, false, false}};
  for (const bool step_back : {false, true})
    for (const bool amsgrad : {false, true})
      for (int decay = 0; decay < 3; ++decay)
        for (int mode = RADAM_MODE_ADAPTIVE; mode <= RADAM_MODE_CAUTIOUS; ++mode) {
          if (mode >= RADAM_MODE_SECOND_MOMENT_ONLY && decay == 1) continue;
          row.combinations.push_back({"adam, mode " + std::to_string(mode) + kWeightDecayNames[decay] +
                                          (amsgrad ? ", AMSGrad" : "") + (step_back ? ", step back" : ""),
                                      adam_coefficients(mode, decay == 1, decay == 2, step_back),
                                      amsgrad ? 7u : 3u, step_back});
        }
  return row;
}

// --- SGD ------------------------------------------------------------------------------------------------------------

Element sgd_step(const radam_coefficients& c, Element x, unsigned present) {
  const radam_sgd_coefficients& s = c.of.sgd;
  const float g = scaled_gradient(c, x, s.l2);
  float& b = x[kState];
  float u = g;
  const bool keeps = c.mode == RADAM_MODE_KEEPS_UPDATE, averages = c.mode == RADAM_MODE_AVERAGES_GRADIENT;
  if (averages) {
    const float h = scaled_gradient(c, x, 0);
    x[kState + 1] = average(x[kState + 1], h, 1 - s.nesterov, s.nesterov);
  }
  if (present & 1) {
    b = std::fma(s.momentum, b, s.one_minus_dampening * g);
    u = averages || (s.nesterov == 0 && !keeps) ? b : std::fma(s.nesterov, b, g);
  }
  if (keeps) x[kState + 1] = u;
  x[kParam] = moved(x[kParam], u, s.step_size, s.decay);
  return x;
}

AlgorithmCase sgd_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_SGD,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kRate, "momentum"}, {4, C::kRate, "one_minus_dampening"}, {5, C::kRate, "nesterov"}},
                    {}, sgd_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients& c, unsigned present, int k) {
                      return k == 0 ? (present & 1) != 0 : c.mode != 0;
                    },
                    {true, true}};
  const char* const names[] = {"", ", momentum", ", Nesterov"};
  for (int momentum = 0; momentum < 3; ++momentum)
    for (int decay = 0; decay < 3; ++decay) {
      radam_coefficients c = coefficients_of(RADAM_ALGORITHM_SGD);
      c.of.sgd = {decay == 1 ? 0.01f : 0, decay == 2 ? 1e-5f : 0, 0.003f, momentum ? 0.9f : 0,
                  momentum == 1 ? 0.75f : 1, momentum == 2 ? 0.9f : 0};
      row.combinations.push_back(
          {std::string("sgd") + names[momentum] + kWeightDecayNames[decay], c, momentum ? 1u : 0u, false});
      if (momentum != 2 || decay == 2) continue;
      c.mode = RADAM_MODE_KEEPS_UPDATE;
      row.combinations.push_back(
          {std::string("sgd, Nesterov, kept") + kWeightDecayNames[decay], c, 3u, false});
      c.mode = RADAM_MODE_AVERAGES_GRADIENT;
      for (const bool step_back : {false, true}) {
        c.of.sgd.nesterov = step_back ? 0.625f : 0.001f;
        row.combinations.push_back({std::string("sgd, averaged") + kWeightDecayNames[decay] +
                                        (step_back ? ", step back" : ""),
                                    c, 3u, false});
      }
    }
  return row;
}

// --- Lion -----------------------------------------------------------------------------------------------------------

Element lion_step(const radam_coefficients& c, Element x, unsigned) {
  const radam_lion_coefficients& l = c.of.lion;
  const float g = scaled_gradient(c, x, 0);
  float& m = x[kState];
  const float of_update = average(m, g, l.beta1, l.one_minus_beta1);
  float u = of_update > 0 ? 1.0f : of_update < 0 ? -1.0f : of_update;
  if (c.mode == RADAM_MODE_CAUTIOUS) u *= mask(u, g);
  m = average(m, g, l.beta2, l.one_minus_beta2);
  x[kParam] = moved(x[kParam], u, l.step_size, l.decay);
  return x;
}

AlgorithmCase lion_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_LION,
                    {{0, C::kWeightDecay, "decay"}, {1, C::kFinite, "step_size"}, {2, C::kBeta, "beta1"},
                     {4, C::kBeta, "beta2"}},
                    {}, lion_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients&, unsigned, int) { return true; }, {true}};
  for (const int mode : {0, int{RADAM_MODE_CAUTIOUS}})
    for (const bool step_back : {false, true})
      for (const bool decay : {false, true}) {
        radam_coefficients c = coefficients_of(RADAM_ALGORITHM_LION);
        c.mode = mode;
        c.of.lion = {decay ? 1e-5f : 0, 0.003f, step_back ? 0.375f : 0.9f, step_back ? 0.625f : 0.1f, 0.99f, 0.01f};
        row.combinations.push_back({std::string("lion") + (mode != 0 ? ", cautious" : "") + (decay ? ", decay" : "") +
                                        (step_back ? ", step back" : ""),
                                    c, 1, step_back});
      }
  return row;
}

// --- NAdam ----------------------------------------------------------------------------------------------------------

Element nadam_step(const radam_coefficients& c, Element x, unsigned) {
  const radam_nadam_coefficients& n = c.of.nadam;
  float &m = x[kState], &v = x[kState + 1];
  const float g = scaled_gradient(c, x, n.l2);
  m = average(m, g, n.beta1, n.one_minus_beta1);
  v = average_of_square(v, g, n.beta2, n.one_minus_beta2);
  const float numerator = std::fma(n.grad_factor, g, n.exp_avg_factor * m);
  x[kParam] = moved(x[kParam], numerator / (std::sqrt(v) + n.epsilon), n.step_size, n.decay);
  return x;
}

AlgorithmCase nadam_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_NADAM,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kFinite, "grad_factor"}, {4, C::kFinite, "exp_avg_factor"}, {5, C::kBeta, "beta1"},
                     {7, C::kBeta, "beta2"}, {9, C::kNotNegative, "epsilon"}},
                    {}, nadam_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients&, unsigned, int) { return true; }, {true, false}};
  for (const bool step_back : {false, true})
    for (int decay = 0; decay < 3; ++decay) {
      radam_coefficients c = coefficients_of(RADAM_ALGORITHM_NADAM);
      c.of.nadam = {decay == 1 ? 0.01f : 0,      decay == 2 ? 1e-5f : 0,     0.003f, 0.55f, 0.45f,
                    step_back ? 0.375f : 0.9f, step_back ? 0.625f : 0.1f, 0.999f, 0.001f, 1e-8f};
      row.combinations.push_back({std::string("nadam") + kWeightDecayNames[decay] + (step_back ? ", step back" : ""), c,
                                  3, step_back});
    }
  return row;
}

// --- RMSprop --------------------------------------------------------------------------------------------------------

Element rmsprop_step(const radam_coefficients& c, Element x, unsigned present) {
  const radam_rmsprop_coefficients& r = c.of.rmsprop;
  float &v = x[kState], &b = x[kState + 1], &a = x[kState + 2];
  const float g = scaled_gradient(c, x, r.l2);
  v = average_of_square(v, g, r.alpha, r.one_minus_alpha);
  float s = v;
  if (present & 4) {
    a = average(a, g, r.alpha, r.one_minus_alpha);
    s = std::fma(-a, a, v);
    if (s < 0) s = 0;
  }
  const float q = g / (std::sqrt(s + r.epsilon_in_root) + r.epsilon);
  if (present & 2) b = std::fma(r.momentum, b, q);
  x[kParam] = moved(x[kParam], present & 2 ? b : q, r.step_size, r.decay);
  return x;
}

AlgorithmCase rmsprop_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_RMSPROP,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kBeta, "alpha"}, {5, C::kNotNegative, "epsilon"}, {6, C::kNotNegative, "epsilon_in_root"},
                     {7, C::kRate, "momentum"}},
                    {}, rmsprop_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients&, unsigned present, int k) { return (present >> k & 1) != 0; },
                    {false, true, true}};
  for (const bool step_back : {false, true})
    for (const unsigned more : {0u, 2u, 4u, 6u})
      for (int decay = 0; decay < 3; ++decay) {
        if (step_back && more != 0 && decay != 0) continue;
        radam_coefficients c = coefficients_of(RADAM_ALGORITHM_RMSPROP);
        c.of.rmsprop = {decay == 1 ? 0.01f : 0, decay == 2 ? 1e-5f : 0, 0.003f,
                        step_back ? 0.375f : 0.99f, step_back ? 0.625f : 0.01f, more == 4 ? 0 : 1e-8f,
                        more == 4 ? 1e-7f : 0, more & 2 ? 0.9f : 0};
        row.combinations.push_back({std::string("rmsprop") + (more & 2 ? ", momentum" : "") +
                                        (more & 4 ? ", centered" : "") + kWeightDecayNames[decay] +
                                        (step_back ? ", step back" : ""),
                                    c, 1 | more, step_back});
      }
  return row;
}

// --- Adagrad --------------------------------------------------------------------------------------------------------

Element adagrad_step(const radam_coefficients& c, Element x, unsigned) {
  const radam_adagrad_coefficients& a = c.of.adagrad;
  float& s = x[kState];
  const float g = scaled_gradient(c, x, a.l2);
  s = std::fma(g, g, s + a.initial_accumulator);
  if (s > 0x1p127f) s = 0x1p127f;
  x[kParam] = moved(x[kParam], g / (std::sqrt(s) + a.epsilon), a.step_size, a.decay);
  return x;
}

AlgorithmCase adagrad_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_ADAGRAD,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kNotNegative, "epsilon"}, {4, C::kNotNegative, "initial_accumulator"}},
                    {}, adagrad_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients&, unsigned, int) { return true; }, {false}};
  for (const bool first : {false, true})
    for (int decay = 0; decay < 3; ++decay) {
      radam_coefficients c = coefficients_of(RADAM_ALGORITHM_ADAGRAD);
      c.of.adagrad = {decay == 1 ? 0.01f : 0, decay == 2 ? 1e-5f : 0, 0.003f, 1e-10f, first ? 0.125f : 0};
      row.combinations.push_back(
          {std::string("adagrad") + kWeightDecayNames[decay] + (first ? ", first step" : ""), c, 1, false});
    }
  return row;
}

// --- Adamax ---------------------------------------------------------------------------------------------------------

Element adamax_step(const radam_coefficients& c, Element x, unsigned) {
  const radam_adamax_coefficients& a = c.of.adamax;
  float &m = x[kState], &n = x[kState + 1];
  const float g = scaled_gradient(c, x, a.l2);
  m = average(m, g, a.beta1, a.one_minus_beta1);
  const float decayed = a.beta2 * n, magnitude = std::fabs(g) + a.epsilon;
  n = magnitude > decayed ? magnitude : decayed;
  if (n > 0x1p127f) n = 0x1p127f;
  x[kParam] = moved(x[kParam], m / n, a.step_size, a.decay);
  return x;
}

AlgorithmCase adamax_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_ADAMAX,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kBeta, "beta1"}, {5, C::kRate, "beta2"}, {6, C::kNotNegative, "epsilon"}},
                    {}, adamax_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients&, unsigned, int) { return true; }, {true, false}};
  for (const bool step_back : {false, true})
    for (int decay = 0; decay < 3; ++decay) {
      radam_coefficients c = coefficients_of(RADAM_ALGORITHM_ADAMAX);
      c.of.adamax = {decay == 1 ? 0.01f : 0, decay == 2 ? 1e-5f : 0, 0.003f, step_back ? 0.375f : 0.9f,
                     step_back ? 0.625f : 0.1f, 0.999f, 1e-8f};
      row.combinations.push_back({std::string("adamax") + kWeightDecayNames[decay] + (step_back ? ", step back" : ""),
                                  c, 3, step_back});
    }
  return row;
}

// --- Adadelta -------------------------------------------------------------------------------------------------------

Element adadelta_step(const radam_coefficients& c, Element x, unsigned) {
  const radam_adadelta_coefficients& a = c.of.adadelta;
  float &v = x[kState], &w = x[kState + 1];
  const float g = scaled_gradient(c, x, a.l2);
  v = average_of_square(v, g, a.rho, a.one_minus_rho);
  const float u = bounded(std::sqrt(w + a.epsilon) / std::sqrt(v + a.epsilon) * g);
  w = average_of_square(w, u, a.rho, a.one_minus_rho);
  x[kParam] = moved(x[kParam], u, a.step_size, a.decay);
  return x;
}

AlgorithmCase adadelta_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_ADADELTA,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kBeta, "rho"}, {5, C::kNotNegative, "epsilon"}},
                    {}, adadelta_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients&, unsigned, int) { return true; }, {false, false}};
  for (const bool step_back : {false, true})
    for (int decay = 0; decay < 3; ++decay) {
      radam_coefficients c = coefficients_of(RADAM_ALGORITHM_ADADELTA);
      c.of.adadelta = {decay == 1 ? 0.01f : 0, decay == 2 ? 1e-5f : 0, 0.003f, step_back ? 0.375f : 0.9f,
                       step_back ? 0.625f : 0.1f, 1e-6f};
      row.combinations.push_back({std::string("adadelta") + kWeightDecayNames[decay] + (step_back ? ", step back" : ""),
                                  c, 3, step_back});
    }
  return row;
}

// --- AdaBelief ------------------------------------------------------------------------------------------------------

Element adabelief_step(const radam_coefficients& c, Element x, unsigned present) {
  const radam_adabelief_coefficients& a = c.of.adabelief;
  float &m = x[kState], &s = x[kState + 1], &w = x[kState + 2];
  const float g = scaled_gradient(c, x, a.l2);
  m = average(m, g, a.beta1, a.one_minus_beta1);
  s = average_of_square(s, bounded(g - m), a.beta2, a.one_minus_beta2) + a.var_epsilon;
  if (s > 0x1p127f) s = 0x1p127f;
  if (present & 4) w = w > s ? w : s;
  const float r = std::sqrt(present & 4 ? w : s);
  x[kParam] = moved(x[kParam], c.mode == RADAM_MODE_ADAPTIVE ? m / (r + a.epsilon) : m, a.step_size, a.decay);
  return x;
}

AlgorithmCase adabelief_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_ADABELIEF,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kBeta, "beta1"}, {5, C::kBeta, "beta2"}, {7, C::kNotNegative, "var_epsilon"},
                     {8, C::kNotNegative, "epsilon"}},
                    {}, adabelief_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients&, unsigned present, int k) { return (present >> k & 1) != 0; },
                    {true, false, false}};
  for (const bool step_back : {false, true})
    for (const bool amsgrad : {false, true})
      for (int decay = 0; decay < 3; ++decay)
        for (int mode = RADAM_MODE_ADAPTIVE; mode <= RADAM_MODE_MOMENTUM; ++mode) {
          if (step_back && decay != 0) continue;
          radam_coefficients c = coefficients_of(RADAM_ALGORITHM_ADABELIEF);
          c.mode = mode;
          c.of.adabelief = {decay == 1 ? 0.01f : 0, decay == 2 ? 1e-5f : 0, 0.003f, step_back ? 0.375f : 0.9f,
                            step_back ? 0.625f : 0.1f, 0.999f, 0.001f, 1e-12f, 1e-8f};
          row.combinations.push_back({"adabelief" + std::string(mode ? ", mode 1" : "") + kWeightDecayNames[decay] +
                                          (amsgrad ? ", AMSGrad" : "") + (step_back ? ", step back" : ""),
                                      c, amsgrad ? 7u : 3u, step_back});
        }
  return row;
}

// --- ADOPT ----------------------------------------------------------------------------------------------------------

Element adopt_step(const radam_coefficients& c, Element x, unsigned) {
  const radam_adopt_coefficients& a = c.of.adopt;
  float &m = x[kState], &v = x[kState + 1];
  const float g = scaled_gradient(c, x, a.l2);
  const float root = std::sqrt(v);
  float n = g / (a.epsilon > root ? a.epsilon : root);
  if (n < -a.bound) n = -a.bound;
  if (n > a.bound) n = a.bound;
  m = average(m, n, a.beta1, a.one_minus_beta1);
  v = average_of_square(v, g, a.beta2, a.one_minus_beta2);
  x[kParam] = moved(x[kParam], m, a.step_size, a.decay);
  return x;
}

AlgorithmCase adopt_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_ADOPT,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kBeta, "beta1"}, {5, C::kBeta, "beta2"}, {7, C::kNotNegative, "epsilon"},
                     {8, C::kNotNegative, "bound"}},
                    {}, adopt_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients&, unsigned, int) { return true; }, {true, false}};
  for (const bool step_back : {false, true})
    for (int decay = 0; decay < 3; ++decay) {
      radam_coefficients c = coefficients_of(RADAM_ALGORITHM_ADOPT);
      c.of.adopt = {decay == 1 ? 0.01f : 0,    decay == 2 ? 1e-5f : 0, 0.003f,  step_back ? 0.375f : 0.9f,
                    step_back ? 0.625f : 0.1f, 0.9999f,                0.0001f, 1e-6f, step_back ? 0x1p63f : 1.5f};
      row.combinations.push_back({std::string("adopt") + kWeightDecayNames[decay] + (step_back ? ", step back" : ""), c,
                                  3, step_back});
    }
  return row;
}

// --- Yogi -----------------------------------------------------------------------------------------------------------

Element yogi_step(const radam_coefficients& c, Element x, unsigned) {
  const radam_yogi_coefficients& y = c.of.yogi;
  float &m = x[kState], &v = x[kState + 1];
  const float g = scaled_gradient(c, x, y.l2);
  m = average(m + y.initial_accumulator, g, y.beta1, y.one_minus_beta1);
  v += y.initial_accumulator;
  const float distance = std::fma(g, g, -v), square = g * g;
  if (std::isnan(distance)) v = distance;
  else if (distance > 0) v = std::fma(y.one_minus_beta2, square, v);
  else if (distance < 0) v = std::fma(y.one_minus_beta2, -square, v);
  x[kParam] = moved(x[kParam], m / (std::sqrt(v) + y.epsilon), y.step_size, y.decay);
  return x;
}

AlgorithmCase yogi_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_YOGI,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kBeta, "beta1"}, {5, C::kRate, "one_minus_beta2"}, {6, C::kNotNegative, "epsilon"},
                     {7, C::kAccumulator, "initial_accumulator"}},
                    {}, yogi_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients&, unsigned, int) { return true; }, {true, false}};
  for (const bool step_back : {false, true})
    for (int decay = 0; decay < 3; ++decay) {
      radam_coefficients c = coefficients_of(RADAM_ALGORITHM_YOGI);
      c.of.yogi = {decay == 1 ? 0.01f : 0,    decay == 2 ? 1e-5f : 0, 0.003f, step_back ? 0.375f : 0.9f,
                   step_back ? 0.625f : 0.1f, 0.001f,                 1e-3f,  step_back ? 1e-6f : 0};
      row.combinations.push_back({std::string("yogi") + kWeightDecayNames[decay] + (step_back ? ", step back" : ""), c,
                                  3, step_back});
    }
  return row;
}

// --- QHAdam ---------------------------------------------------------------------------------------------------------

Element qhadam_step(const radam_coefficients& c, Element x, unsigned) {
  const radam_qhadam_coefficients& q = c.of.qhadam;
  float &m = x[kState], &v = x[kState + 1];
  const float g = scaled_gradient(c, x, q.l2);
  m = average(m, g, q.beta1, q.one_minus_beta1);
  v = average_of_square(v, g, q.beta2, q.one_minus_beta2);
  const float numerator = std::fma(q.nu1, m, q.one_minus_nu1 * g), square = g * g;
  const float radicand = std::fma(q.nu2, v, q.one_minus_nu2 * square);
  x[kParam] = moved(x[kParam], numerator / (std::sqrt(radicand) + q.epsilon), q.step_size, q.decay);
  return x;
}

AlgorithmCase qhadam_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_QHADAM,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kBeta, "beta1"}, {5, C::kBeta, "beta2"}, {7, C::kRate, "nu1"},
                     {8, C::kRate, "one_minus_nu1"}, {9, C::kRate, "nu2"}, {10, C::kRate, "one_minus_nu2"},
                     {11, C::kNotNegative, "epsilon"}},
                    {}, qhadam_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients&, unsigned, int) { return true; }, {true, false}};
  for (const bool step_back : {false, true})
    for (int decay = 0; decay < 3; ++decay) {
      radam_coefficients c = coefficients_of(RADAM_ALGORITHM_QHADAM);
      c.of.qhadam = {decay == 1 ? 0.01f : 0, decay == 2 ? 1e-5f : 0, 0.003f, step_back ? 0.375f : 0.9f,
                     step_back ? 0.625f : 0.1f, 0.999f, 0.001f, 0.7f, 0.3f, step_back ? 0.875f : 1,
                     step_back ? 0.125f : 0, 1e-8f};
      row.combinations.push_back({std::string("qhadam") + kWeightDecayNames[decay] + (step_back ? ", step back" : ""),
                                  c, 3, step_back});
    }
  return row;
}

// --- AdEMAMix -------------------------------------------------------------------------------------------------------

Element ademamix_step(const radam_coefficients& c, Element x, unsigned) {
  const radam_ademamix_coefficients& a = c.of.ademamix;
  float &m = x[kState], &s = x[kState + 1], &v = x[kState + 2];
  const float g = scaled_gradient(c, x, a.l2);
  m = average(m, g, a.beta1, a.one_minus_beta1);
  s = average(s, g, a.beta3, a.one_minus_beta3);
  v = average_of_square(v, g, a.beta2, a.one_minus_beta2);
  x[kParam] = moved(x[kParam], std::fma(a.alpha, s, m) / (std::sqrt(v) + a.epsilon), a.step_size, a.decay);
  return x;
}

AlgorithmCase ademamix_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_ADEMAMIX,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kBeta, "beta1"}, {5, C::kBeta, "beta2"}, {7, C::kBeta, "beta3"},
                     {9, C::kNotNegative, "alpha"}, {10, C::kNotNegative, "epsilon"}},
                    {}, ademamix_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients&, unsigned, int) { return true; }, {true, true, false}};
  for (const bool step_back : {false, true})
    for (int decay = 0; decay < 3; ++decay) {
      radam_coefficients c = coefficients_of(RADAM_ALGORITHM_ADEMAMIX);
      c.of.ademamix = {decay == 1 ? 0.01f : 0, decay == 2 ? 1e-5f : 0, 0.003f, 0.9f, 0.1f, 0.999f, 0.001f,
                       step_back ? 0.375f : 0.9999f, step_back ? 0.625f : 0.0001f, 2, 1e-8f};
      row.combinations.push_back({std::string("ademamix") + kWeightDecayNames[decay] +
                                      (step_back ? ", step back" : ""), c, 7, step_back});
    }
  return row;
}

// --- AdaMod ---------------------------------------------------------------------------------------------------------

Element adamod_step(const radam_coefficients& c, Element x, unsigned) {
  const radam_adamod_coefficients& a = c.of.adamod;
  float &m = x[kState], &v = x[kState + 1], &n = x[kState + 2];
  const float g = scaled_gradient(c, x, a.l2);
  m = average(m, g, a.beta1, a.one_minus_beta1);
  v = average_of_square(v, g, a.beta2, a.one_minus_beta2);
  float rate = a.rate / (std::sqrt(v) + a.epsilon);
  if (rate > 0x1p63f) rate = 0x1p63f;
  n = average(n, rate, a.beta3, a.one_minus_beta3);
  x[kParam] = moved(x[kParam], (rate < n ? rate : n) * m, a.step_size, a.decay);
  return x;
}

AlgorithmCase adamod_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_ADAMOD,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kBeta, "beta1"}, {5, C::kBeta, "beta2"}, {7, C::kBeta, "beta3"},
                     {9, C::kNotNegative, "rate"}, {10, C::kNotNegative, "epsilon"}},
                    {}, adamod_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients&, unsigned, int) { return true; }, {true, false, false}};
  for (const bool step_back : {false, true})
    for (int decay = 0; decay < 3; ++decay) {
      radam_coefficients c = coefficients_of(RADAM_ALGORITHM_ADAMOD);
      c.of.adamod = {decay == 1 ? 0.01f : 0, decay == 2 ? 1e-5f : 0, 1, 0.9f, 0.1f, 0.999f, 0.001f,
                     step_back ? 0.375f : 0.999f, step_back ? 0.625f : 0.001f, 0.003f, 1e-8f};
      row.combinations.push_back({std::string("adamod") + kWeightDecayNames[decay] + (step_back ? ", step back" : ""),
                                  c, 7, step_back});
    }
  return row;
}

// --- QHM ------------------------------------------------------------------------------------------------------------

Element qhm_step(const radam_coefficients& c, Element x, unsigned) {
  const radam_qhm_coefficients& q = c.of.qhm;
  const float g = scaled_gradient(c, x, q.l2);
  float& b = x[kState];
  b = average(b, g, q.momentum, q.one_minus_momentum);
  const float own = q.one_minus_nu * g;
  x[kParam] = moved(x[kParam], std::fma(q.nu, b, own), q.step_size, q.decay);
  return x;
}

AlgorithmCase qhm_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_QHM,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kBeta, "momentum"}, {5, C::kRate, "nu"}, {6, C::kRate, "one_minus_nu"}},
                    {}, qhm_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients&, unsigned, int) { return true; }, {true}};
  for (const bool step_back : {false, true})
    for (int decay = 0; decay < 3; ++decay) {
      radam_coefficients c = coefficients_of(RADAM_ALGORITHM_QHM);
      c.of.qhm = {decay == 1 ? 0.01f : 0, decay == 2 ? 1e-5f : 0, 0.003f, step_back ? 0.375f : 0.9f,
                  step_back ? 0.625f : 0.1f, step_back ? 1 : 0.7f, step_back ? 0 : 0.3f};
      row.combinations.push_back({std::string("qhm") + kWeightDecayNames[decay] + (step_back ? ", step back" : ""),
                                  c, 1, step_back});
    }
  return row;
}

// --- Adan -----------------------------------------------------------------------------------------------------------

Element adan_step(const radam_coefficients& c, Element x, unsigned) {
  const radam_adan_coefficients& a = c.of.adan;
  float &m = x[kState], &v = x[kState + 1], &e = x[kState + 2], &w = x[kState + 3];
  const float g = scaled_gradient(c, x, a.l2);
  const float sum = g + w, d = a.diff_scale * sum;
  m = average(m, g, a.beta1, a.one_minus_beta1);
  e = average(e, d, a.beta2, a.one_minus_beta2);
  v = average_of_square(v, bounded(std::fma(a.beta2, d, g)), a.beta3, a.one_minus_beta3);
  w = -g;
  x[kParam] = moved(x[kParam], std::fma(a.diff_factor, e, m) / (std::sqrt(v) + a.epsilon), a.step_size, a.decay);
  return x;
}

AlgorithmCase adan_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_ADAN,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kBeta, "beta1"}, {5, C::kBeta, "beta2"}, {7, C::kBeta, "beta3"},
                     {9, C::kRate, "diff_scale"}, {10, C::kNotNegative, "diff_factor"},
                     {11, C::kNotNegative, "epsilon"}},
                    {}, adan_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients&, unsigned, int) { return true; }, {true, false, true, true}};
  for (const bool step_back : {false, true})
    for (int decay = 0; decay < 3; ++decay) {
      radam_coefficients c = coefficients_of(RADAM_ALGORITHM_ADAN);
      c.of.adan = {decay == 1 ? 0.01f : 0, decay == 2 ? 1e-5f : 0, 0.003f, 0.98f, 0.02f, step_back ? 0.375f : 0.92f,
                   step_back ? 0.625f : 0.08f, 0.99f, 0.01f, 1, 0.75f, 1e-8f};
      row.combinations.push_back({std::string("adan") + kWeightDecayNames[decay] + (step_back ? ", step back" : ""),
                                  c, 15, step_back});
    }
  return row;
}

// --- AdaBound -------------------------------------------------------------------------------------------------------

Element adabound_step(const radam_coefficients& c, Element x, unsigned present) {
  const radam_adabound_coefficients& a = c.of.adabound;
  float &m = x[kState], &v = x[kState + 1], &w = x[kState + 2];
  const float g = scaled_gradient(c, x, a.l2);
  m = average(m, g, a.beta1, a.one_minus_beta1);
  v = average_of_square(v, g, a.beta2, a.one_minus_beta2);
  if (present & 4) w = w > v ? w : v;
  float rate = a.rate / (std::sqrt(present & 4 ? w : v) + a.epsilon);
  if (rate < a.lower) rate = a.lower;
  if (rate > a.upper) rate = a.upper;
  x[kParam] = moved(x[kParam], rate * m, a.step_size, a.decay);
  return x;
}

AlgorithmCase adabound_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_ADABOUND,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kBeta, "beta1"}, {5, C::kBeta, "beta2"}, {7, C::kNotNegative, "rate"},
                     {8, C::kNotNegative, "lower"}, {9, C::kNotNegative, "upper"}, {10, C::kNotNegative, "epsilon"}},
                    {}, adabound_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients&, unsigned present, int k) { return (present >> k & 1) != 0; },
                    {true, false, false}};
  for (const bool step_back : {false, true})
    for (const bool amsgrad : {false, true})
      for (int decay = 0; decay < 3; ++decay) {
        radam_coefficients c = coefficients_of(RADAM_ALGORITHM_ADABOUND);
        c.of.adabound = {decay == 1 ? 0.01f : 0, decay == 2 ? 1e-5f : 0, 1, step_back ? 0.375f : 0.9f,
                         step_back ? 0.625f : 0.1f, 0.999f, 0.001f, 0.003f, 0.02f, 0.5f, 1e-8f};
        row.combinations.push_back({std::string("adabound") + kWeightDecayNames[decay] +
                                        (amsgrad ? ", AMSGrad" : "") + (step_back ? ", step back" : ""),
                                    c, amsgrad ? 7u : 3u, step_back});
      }
  return row;
}

// --- diffGrad -------------------------------------------------------------------------------------------------------

// 2^x, as radam.h has it.
float documented_exp2(float x) {
  const float n = std::nearbyint(x), r = x - n;
  float sum = 0x1.4498e8p-13f;
  for (const float k : {0x1.5f48c6p-10f, 0x1.3b2996p-7f, 0x1.c6aeccp-5f, 0x1.ebfbe2p-3f, 0x1.62e430p-1f, 1.0f})
    sum = std::fma(sum, r, k);
  return std::isnan(x) ? x : std::ldexp(sum, static_cast<int>(n));
}

Element diffgrad_step(const radam_coefficients& c, Element x, unsigned) {
  const radam_diffgrad_coefficients& a = c.of.diffgrad;
  float &m = x[kState], &v = x[kState + 1], &w = x[kState + 2];
  const float g = scaled_gradient(c, x, a.l2);
  m = average(m, g, a.beta1, a.one_minus_beta1);
  v = average_of_square(v, g, a.beta2, a.one_minus_beta2);
  const float d = -0x1.715476p+0f * std::fabs(w - g);
  w = g;
  const float e = 1 + documented_exp2(d < -64 ? -64 : d), below = e * (std::sqrt(v) + a.epsilon);
  x[kParam] = moved(x[kParam], m / below, a.step_size, a.decay);
  return x;
}

AlgorithmCase diffgrad_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_DIFFGRAD,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kBeta, "beta1"}, {5, C::kBeta, "beta2"}, {7, C::kNotNegative, "epsilon"}},
                    {}, diffgrad_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients&, unsigned, int) { return true; }, {true, false, true}};
  for (const bool step_back : {false, true})
    for (int decay = 0; decay < 3; ++decay) {
      radam_coefficients c = coefficients_of(RADAM_ALGORITHM_DIFFGRAD);
      c.of.diffgrad = {decay == 1 ? 0.01f : 0, decay == 2 ? 1e-5f : 0, 0.003f, step_back ? 0.375f : 0.9f,
                       step_back ? 0.625f : 0.1f, 0.999f, 0.001f, 1e-8f};
      row.combinations.push_back({std::string("diffgrad") + kWeightDecayNames[decay] + (step_back ? ", step back" : ""),
                                  c, 7, step_back});
    }
  return row;
}

// --- Padam ----------------------------------------------------------------------------------------------------------

// x^(y + z), as radam.h has it.
float documented_power(float x, float y, float z) {
  if (std::isnan(x)) return x;
  int n;
  float c = std::frexp(std::fmin(0x1p126f, std::fmax(0x1p-125f, x)), &n);
  if (c < 0x1.6a09e6p-1f) c *= 2, --n;
  const auto whole = static_cast<float>(n);
  const float k = std::nearbyint(y * whole), a = c - 1;
  float b = -0x1.ceb882p-4f;
  for (const float next : {0x1.80a9aap-3f, -0x1.86606ep-3f, 0x1.a26640p-3f, -0x1.eac68ep-3f, 0x1.2782e4p-2f,
                           -0x1.715a68p-2f, 0x1.ec7080p-2f, -0x1.715470p-1f, 0x1.715476p+0f})
    b = std::fma(b, a, next);
  b *= a;
  const float r = std::fma(y, b, std::fma(z, whole, std::fma(y, whole, -k)));
  return std::ldexp(documented_exp2(r), static_cast<int>(k));
}

Element padam_step(const radam_coefficients& c, Element x, unsigned present) {
  const radam_padam_coefficients& a = c.of.padam;
  float &m = x[kState], &v = x[kState + 1], &w = x[kState + 2];
  const float g = scaled_gradient(c, x, a.l2);
  m = average(m, g, a.beta1, a.one_minus_beta1);
  v = average_of_square(v, g, a.beta2, a.one_minus_beta2);
  if (present & 4) w = w > v ? w : v;
  const float below = documented_power(std::sqrt(present & 4 ? w : v) + a.epsilon, a.power, 0);
  x[kParam] = moved(x[kParam], m / below, a.step_size, a.decay);
  return x;
}

AlgorithmCase padam_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_PADAM,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kBeta, "beta1"}, {5, C::kBeta, "beta2"}, {7, C::kRate, "power"},
                     {8, C::kNotNegative, "epsilon"}},
                    {}, padam_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients&, unsigned present, int k) { return (present >> k & 1) != 0; },
                    {true, false, false}};
  for (const bool step_back : {false, true})
    for (const bool amsgrad : {false, true})
      for (int decay = 0; decay < 3; ++decay) {
        radam_coefficients c = coefficients_of(RADAM_ALGORITHM_PADAM);
        c.of.padam = {decay == 1 ? 0.01f : 0, decay == 2 ? 1e-5f : 0, 0.003f, step_back ? 0.375f : 0.9f,
                      step_back ? 0.625f : 0.1f, 0.999f, 0.001f, step_back ? 0.3f : 0.25f, 1e-8f};
        row.combinations.push_back({std::string("padam") + kWeightDecayNames[decay] + (amsgrad ? ", AMSGrad" : "") +
                                        (step_back ? ", step back" : ""),
                                    c, amsgrad ? 7u : 3u, step_back});
      }
  return row;
}

// --- MADGRAD --------------------------------------------------------------------------------------------------------

Element madgrad_step(const radam_coefficients& c, Element x, unsigned) {
  const radam_madgrad_coefficients& a = c.of.madgrad;
  float &v = x[kState], &s = x[kState + 1], &d = x[kState + 2];
  const float g = scaled_gradient(c, x, a.l2), square = g * g;
  v = std::fma(a.rate, square, v);
  if (v > 0x1p127f) v = 0x1p127f;
  s = std::fma(a.rate, g, s);
  if (s > 0x1p127f) s = 0x1p127f;
  if (s < -0x1p127f) s = -0x1p127f;
  const float q = s / (documented_power(v, 0x1.555556p-2f, -0x1.555556p-27f) + a.epsilon), u = q - d;
  d = std::fma(a.step_size, u, d);
  const float p = x[kParam] > -0x1p127f ? x[kParam] : -0x1p127f;
  if (a.decay != 0 && a.step_size != 1) d = std::fma(a.decay, p < 0x1p127f ? p : 0x1p127f, d);
  if (d > 0x1p127f) d = 0x1p127f;
  if (d < -0x1p127f) d = -0x1p127f;
  x[kParam] = moved(x[kParam], u, a.step_size, a.decay);
  return x;
}

AlgorithmCase madgrad_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_MADGRAD,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kNotNegative, "rate"}, {4, C::kNotNegative, "epsilon"}},
                    {}, madgrad_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients&, unsigned, int) { return true; }, {false, true, true}};
  for (int decay = 0; decay < 3; ++decay) {
    radam_coefficients c = coefficients_of(RADAM_ALGORITHM_MADGRAD);
    c.of.madgrad = {decay == 1 ? 0.01f : 0, decay == 2 ? 1e-5f : 0, 0.1f, 0.03f, 1e-6f};
    row.combinations.push_back({std::string("madgrad") + kWeightDecayNames[decay], c, 7, false});
    c.of.madgrad.step_size = 1;
    row.combinations.push_back({std::string("madgrad, no momentum") + kWeightDecayNames[decay], c, 7, false});
  }
  return row;
}

// --- COCOB ----------------------------------------------------------------------------------------------------------

Element cocob_step(const radam_coefficients& c, Element x, unsigned) {
  const radam_cocob_coefficients& a = c.of.cocob;
  float &s = x[kState], &n = x[kState + 1], &largest = x[kState + 2], &r = x[kState + 3];
  const auto offset = [&](float y) {
    const float sum = n + y, product = a.alpha * y, wealth = (r + y) / y;
    float share = s / (sum > product ? sum : product);
    if (share > 1) share = 1;
    if (share < -1) share = -1;
    return share * (wealth > 0x1p126f ? 0x1p126f : wealth);
  };
  const float g = bounded(a.rate * scaled_gradient(c, x, a.l2)), before = a.epsilon > largest ? a.epsilon : largest;
  const float o = offset(before), magnitude = std::fabs(g);
  largest = before > magnitude ? before : magnitude;
  s -= g;
  if (s > 0x1p127f) s = 0x1p127f;
  if (s < -0x1p127f) s = -0x1p127f;
  n += magnitude;
  if (n > 0x1p127f) n = 0x1p127f;
  r = std::fma(-g, o, r);
  if (r <= 0) r = 0;
  if (r > 0x1p126f) r = 0x1p126f;
  x[kParam] = moved(x[kParam], o - offset(largest), a.step_size, a.decay);
  return x;
}

AlgorithmCase cocob_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_COCOB,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kNotNegative, "rate"}, {4, C::kNotNegative, "alpha"}, {5, C::kNotNegative, "epsilon"}},
                    {}, cocob_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients&, unsigned, int) { return true; }, {true, false, false, false}};
  for (int decay = 0; decay < 3; ++decay) {
    radam_coefficients c = coefficients_of(RADAM_ALGORITHM_COCOB);
    c.of.cocob = {decay == 1 ? 0.01f : 0, decay == 2 ? 1e-5f : 0, 1, 1, 100, 1e-8f};
    row.combinations.push_back({std::string("cocob") + kWeightDecayNames[decay], c, 15, false});
  }
  return row;
}

// --- Schedule-Free --------------------------------------------------------------------------------------------------

float cut(float x) { return x < -0x1p127f ? -0x1p127f : x > 0x1p127f ? 0x1p127f : x; }

// Moves d by n, and returns the parameter's update.
template <class Coefficients>
float schedulefree_move(const Coefficients& k, float p, float n, float& d) {
  const float u = std::fma(k.rate, n, -(k.ckp1 * d));
  d = cut(std::fma(-k.z_rate, n, d));
  if (k.decay != 0) d = cut(std::fma(-k.z_decay, std::isnan(p) ? -0x1p127f : cut(p), d));
  d = std::fma(-k.ckp1, d, d);
  return u;
}

Element schedulefree_sgd_step(const radam_coefficients& c, Element x, unsigned) {
  const radam_schedulefree_sgd_coefficients& k = c.of.schedulefree_sgd;
  const float u = schedulefree_move(k, x[kParam], scaled_gradient(c, x, k.l2), x[kState]);
  x[kParam] = moved(x[kParam], u, k.step_size, k.decay);
  return x;
}

AlgorithmCase schedulefree_sgd_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_SCHEDULEFREE_SGD,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kRate, "ckp1"}, {4, C::kFinite, "rate"}, {5, C::kFinite, "z_rate"},
                     {6, C::kFinite, "z_decay"}},
                    {}, schedulefree_sgd_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients&, unsigned, int) { return true; }, {true}};
  for (int decay = 0; decay < 3; ++decay) {
    radam_coefficients c = coefficients_of(RADAM_ALGORITHM_SCHEDULEFREE_SGD);
    c.of.schedulefree_sgd = {decay == 1 ? 0.01f : 0, decay == 2 ? 1e-5f : 0, 1, 0.02f, 0.01f, 0.08f,
                             decay == 2 ? 8e-5f : 0};
    row.combinations.push_back({std::string("schedulefree_sgd") + kWeightDecayNames[decay], c, 1, false});
  }
  return row;
}

Element schedulefree_adamw_step(const radam_coefficients& c, Element x, unsigned present) {
  const radam_schedulefree_adamw_coefficients& k = c.of.schedulefree_adamw;
  float &v = x[kState + 1], &m = x[kState + 2], n = scaled_gradient(c, x, k.l2);
  v = average_of_square(v, n, k.beta2, k.one_minus_beta2);
  if (present & 4) n = m = average(m, n, k.inner_momentum, k.one_minus_inner_momentum);
  if (c.mode == RADAM_MODE_ADAPTIVE) n = bounded(n / (std::sqrt(v) + k.epsilon));
  const float u = schedulefree_move(k, x[kParam], n, x[kState]);
  x[kParam] = moved(x[kParam], u, k.step_size, k.decay);
  return x;
}

AlgorithmCase schedulefree_adamw_case() {
  using C = Coefficient;
  AlgorithmCase row{RADAM_ALGORITHM_SCHEDULEFREE_ADAMW,
                    {{0, C::kWeightDecay, "l2"}, {1, C::kWeightDecay, "decay"}, {2, C::kFinite, "step_size"},
                     {3, C::kRate, "ckp1"}, {4, C::kFinite, "rate"}, {5, C::kFinite, "z_rate"},
                     {6, C::kFinite, "z_decay"}, {7, C::kBeta, "inner_momentum"}, {9, C::kBeta, "beta2"},
                     {11, C::kNotNegative, "epsilon"}},
                    {}, schedulefree_adamw_step, [](const radam_coefficients&) { return true; },
                    [](const radam_coefficients&, unsigned present, int k) { return (present >> k & 1) != 0; },
                    {true, false, true}};
  for (const bool step_back : {false, true})
    for (const bool averages : {false, true})
      for (int decay = 0; decay < 3; ++decay)
        for (int mode = RADAM_MODE_ADAPTIVE; mode <= RADAM_MODE_MOMENTUM; ++mode) {
          if (step_back && decay != 0) continue;
          radam_coefficients c = coefficients_of(RADAM_ALGORITHM_SCHEDULEFREE_ADAMW);
          c.mode = mode;
          c.of.schedulefree_adamw = {decay == 1 ? 0.01f : 0, decay == 2 ? 1e-5f : 0, 1, 0.02f, 0.001f, 0.008f,
                                     decay == 2 ? 8e-5f : 0, step_back ? 0.375f : 0.9f, step_back ? 0.625f : 0.1f,
                                     0.999f, 0.001f, 1e-8f};
          row.combinations.push_back({"schedulefree_adamw" + std::string(mode ? ", mode 1" : "") +
                                          kWeightDecayNames[decay] + (averages ? ", inner momentum" : "") +
                                          (step_back ? ", step back" : ""),
                                      c, averages ? 7u : 3u, step_back});
        }
  return row;
}

}  // namespace

// --------------------------------------------------------------------------------------------------------------------

radam_coefficients adam_coefficients(int mode, bool l2, bool decay, bool step_back) {
  radam_coefficients c = coefficients_of(RADAM_ALGORITHM_ADAM);
  c.mode = mode;
  c.of.adam = {l2 ? 0.01f : 0,           decay ? 1e-5f : 0, 0.003f, step_back ? 0.375f : 0.9f,
               step_back ? 0.625f : 0.1f, 0.999f,            0.001f, 1e-8f};
  return c;
}

const std::vector<AlgorithmCase>& algorithms() {
  static const std::vector<AlgorithmCase> all = {adam_case(),    sgd_case(),    lion_case(),
                                                 nadam_case(),   rmsprop_case(), adagrad_case(),
                                                 adamax_case(),  adadelta_case(), adabelief_case(),
                                                 adopt_case(),   yogi_case(),    qhadam_case(),
                                                 ademamix_case(), adamod_case(), qhm_case(),
                                                 adan_case(),    adabound_case(), diffgrad_case(),
                                                 padam_case(),   madgrad_case(),  cocob_case(),
                                                 schedulefree_sgd_case(), schedulefree_adamw_case()};
  return all;
}

const std::vector<Combination>& all_combinations() {
  static const std::vector<Combination> all = [] {
    std::vector<Combination> list;
    for (const AlgorithmCase& row : algorithms())
      list.insert(list.end(), row.combinations.begin(), row.combinations.end());
    return list;
  }();
  return all;
}

const Combination& combination(const std::string& name) {
  for (const Combination& k : all_combinations())
    if (k.name == name) return k;
  std::abort();
}

std::vector<int> buffers_of(const Combination& k) {
  std::vector<int> buffers = {kParam, kGrad};
  for (int state = 0; state < step_buffers(k.typical); ++state)
    if (k.present >> state & 1) buffers.push_back(kState + state);
  return buffers;
}

std::string describe(const radam_coefficients& c) {
  std::ostringstream text;
  text << std::hexfloat << "grad_scale " << c.grad_scale;
  for (const Coefficient& k : algorithm_of(c).coefficients) {
    text << ", " << k.name << " " << c.of.values[k.place];
    if (k.kind == Coefficient::kBeta) text << ", 1 - it " << c.of.values[k.place + 1];
  }
  return text.str();
}

}  // namespace radam_test
