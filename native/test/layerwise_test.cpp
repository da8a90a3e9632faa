// Layer-wise algorithms: the sums of radam_tensor_sums and the coefficients of radam_coefficients_reduce, as radam.h
// documents them, and what is refused.
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "mixed_cases.h"
#include "targets.h"
#include "trajectory.h"

namespace radam_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

radam_coefficients at_step(const radam_hyperparameters& h, std::int64_t step) {
  radam_coefficients c{};
  c.struct_size = sizeof c;
  EXPECT_EQ(radam_coefficients_at(&h, step, &c), RADAM_OK);
  return c;
}

radam_sums no_sums() {
  radam_sums s{};
  s.struct_size = sizeof s;
  return s;
}

// The presets, and LAMB with what they leave out.
std::vector<radam_coefficients> coefficients() {
  std::vector<radam_coefficients> all;
  for (const std::int32_t number :
       {RADAM_PRESET_LAMB_CYBERTRONAI, RADAM_PRESET_LAMB_NVIDIA, RADAM_PRESET_STABLEADAMW_AUTHORS,
        RADAM_PRESET_LARS_APEX, RADAM_PRESET_LARS_BARLOWTWINS}) {
    radam_hyperparameters h = preset(number);
    if (h.weight_decay == 0) h.weight_decay = 0.25;
    for (const std::int64_t step : {1, 7}) all.push_back(at_step(h, step));
    all.back().grad_scale = -0.125f;
  }
  radam_hyperparameters h = preset(RADAM_PRESET_LAMB_NVIDIA);
  h.of.lamb.grad_averaging = 0;
  h.of.lamb.beta1 = 0.25;
  h.of.lamb.beta2 = 0.5;  // averages that step back
  all.push_back(at_step(h, 3));
  return all;
}

// Those of the algorithm that steps, before the sums are known.
radam_coefficients stepped_of(const radam_coefficients& c) {
  if (c.algorithm == RADAM_ALGORITHM_LARS) {
    radam_coefficients sgd = c;
    sgd.algorithm = RADAM_ALGORITHM_SGD;
    sgd.of = {};
    sgd.of.sgd = c.of.lars.sgd;
    return sgd;
  }
  radam_coefficients adam = c;
  adam.algorithm = RADAM_ALGORITHM_ADAM;
  adam.mode = RADAM_MODE_ADAPTIVE;
  adam.of.adam = c.algorithm == RADAM_ALGORITHM_LAMB ? c.of.lamb.adam : c.of.stableadamw.adam;
  return adam;
}

// What is squared, of an element: the lines of radam.h.
std::vector<float> terms(const radam_coefficients& c, const Element& x) {
  if (c.algorithm == RADAM_ALGORITHM_LARS)
    return {x[kParam], bounded(std::fma(c.of.lars.norm_l2, x[kParam], c.grad_scale * x[kGrad]))};
  const radam_coefficients adam = stepped_of(c);
  const Element next = adam_step(adam, x, 3);
  const float m = next[kState], v = next[kState + 1], epsilon = adam.of.adam.epsilon;
  if (c.algorithm == RADAM_ALGORITHM_LAMB) {
    const float update = m / (std::sqrt(v) + epsilon);
    return {x[kParam], std::fma(c.of.lamb.update_scale, update, c.of.lamb.weight_decay * x[kParam])};
  }
  const float root = std::sqrt(v);
  return {scaled_gradient(c, x, 0) / (epsilon > root ? epsilon : root)};
}

radam_sums reference_sums(radam_coefficients c, const MixedTensor& t, std::int64_t begin, std::int64_t end) {
  const radam_tensor& s = t.settings;
  const float scale = c.grad_scale;
  if (s.clip_value > 0) c.grad_scale = std::copysign(1.0f, scale);
  double lanes[RADAM_MAX_SUMS][32] = {};
  for (std::int64_t i = begin; i < end; ++i) {
    const auto place = static_cast<std::size_t>(i);
    Element x{};
    x[kParam] = load_param(t, place);
    x[kGrad] = load(t.grad, s.grad_type, place);
    if (s.clip_value > 0) {
      x[kGrad] *= std::fabs(scale);
      if (x[kGrad] > s.clip_value) x[kGrad] = s.clip_value;
      if (x[kGrad] < -s.clip_value) x[kGrad] = -s.clip_value;
    }
    x[kState] = load_state(t, 0, true, place);
    x[kState + 1] = load_state(t, 1, false, place);
    const std::vector<float> all = terms(c, x);
    for (std::size_t k = 0; k < all.size(); ++k) {
      const double term = all[k];
      lanes[k][(s.first + i) % 32] += term * term;
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

bool same_sum(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

class TensorSums : public EveryTarget {};

TEST_F(TensorSums, AreThoseThatTheHeaderDocuments) {
  Values random(20261130);
  const std::vector<radam_coefficients> all = coefficients();
  constexpr unsigned kTypes = 3 * 4 * 3 * 2 * 2;
  for (unsigned number = 0; number < kTypes * all.size(); ++number) {
    unsigned digits = number;
    const auto digit = [&](unsigned base) {
      const unsigned result = digits % base;
      digits /= base;
      return result;
    };
    radam_tensor settings{};
    settings.grad_type = static_cast<std::int32_t>(digit(3));
    settings.param_type = static_cast<std::int32_t>(digit(4));
    settings.state_type = static_cast<std::int32_t>(digit(3));
    settings.clip_value = digit(2) != 0 ? 0.5f : 0;
    const bool tame = digit(2) != 0;
    const radam_coefficients& c = all[digits];
    settings.step = 5;
    settings.seed = number;
    settings.length = 1 + random.below(900);
    const bool block8 = settings.state_type == RADAM_STATE_BLOCK8;
    settings.first = block8 ? 256 * random.below(9) : random.below(3000);
    MixedTensor t = tensor(random, settings, 3, false, false, tame);
    new_gradients(random, t, tame);
    for (int k = 0; k < 2; ++k) {
      std::vector<float> state;
      for (std::int64_t i = 0; i < settings.length; ++i)
        state.push_back(k == 0 ? random.ordinary() : std::fabs(random.ordinary()));
      store_state(t, k, k == 0, state);
    }
    const std::int64_t middle = block8 ? settings.length / 256 * 256 : random.below(static_cast<unsigned>(settings.length));
    for (const std::int32_t target : available_targets()) {
      SCOPED_TRACE(std::string(radam_target_name(target)) + ", case " + std::to_string(number));
      const MixedBuffers b = t.buffers();
      for (const auto& [begin, end] : {std::pair<std::int64_t, std::int64_t>{0, settings.length}, {0, middle},
                                       {middle, settings.length}, {0, 0}}) {
        radam_sums sums = no_sums();
        const radam_sums expected = reference_sums(c, t, begin, end);
        ASSERT_EQ(radam_tensor_sums(target, &c, &b, begin, end, b.param, b.grad, b.param_copy, &sums), RADAM_OK);
        for (int k = 0; k < RADAM_MAX_SUMS; ++k)
          ASSERT_TRUE(same_sum(sums.values[k], expected.values[k]))
              << "sum " << k << " of " << begin << " to " << end << " is " << sums.values[k] << ", not "
              << expected.values[k];
      }
      exercised_targets().insert(target);
    }
  }
}

radam_coefficients reduce(const radam_coefficients& c, std::int64_t length, double first, double second) {
  radam_sums s = no_sums();
  s.values[0] = first;
  s.values[1] = second;
  radam_coefficients r{};
  r.struct_size = sizeof r;
  EXPECT_EQ(radam_coefficients_reduce(&c, length, &s, &r), RADAM_OK);
  return r;
}

// All but the step size and the decay, which are given.
void expect_adam(const radam_coefficients& r, const radam_coefficients& c, float step_size, float decay) {
  radam_coefficients expected = stepped_of(c);
  expected.of.adam.step_size = step_size;
  expected.of.adam.decay = decay;
  EXPECT_EQ(r.algorithm, RADAM_ALGORITHM_ADAM);
  EXPECT_EQ(r.mode, RADAM_MODE_ADAPTIVE);
  EXPECT_EQ(r.grad_scale, c.grad_scale);
  EXPECT_EQ(r.learning_rate, c.learning_rate);
  EXPECT_EQ(std::memcmp(&r.of.adam, &expected.of.adam, sizeof r.of.adam), 0)
      << r.of.adam.step_size << " and " << r.of.adam.decay << ", not " << step_size << " and " << decay;
}

TEST(Reduced, LambByTheTrustRatio) {
  radam_hyperparameters h = preset(RADAM_PRESET_LAMB_CYBERTRONAI);
  h.learning_rate = 0.5;
  h.weight_decay = 0.25;
  radam_coefficients c = at_step(h, 4);
  expect_adam(reduce(c, 10, 36, 144), c, 0.25f, 0.0625f);  // 6 / 12
  expect_adam(reduce(c, 10, 400, 25), c, 1, 0.25f);        // max_param_norm is 10: 10 / 5
  expect_adam(reduce(c, 10, 0, 144), c, 0.5f, 0.125f);     // a tensor of zeros
  expect_adam(reduce(c, 10, 36, 0), c, 0.5f, 0.125f);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double odd : {nan, -1.0, static_cast<double>(kInfinity)}) {
    if (!(odd > 0)) expect_adam(reduce(c, 10, 36, odd), c, 0.5f, 0.125f);
  }
  expect_adam(reduce(c, 10, 36, static_cast<double>(kInfinity)), c, 0, 0);
  h.of.lamb.max_param_norm = static_cast<double>(kInfinity);
  c = at_step(h, 4);
  expect_adam(reduce(c, 10, 400, 25), c, 2, 0.5f);
  expect_adam(reduce(c, 10, static_cast<double>(kInfinity), 25), c, 0.5f, 0.125f);
  expect_adam(reduce(c, 10, nan, 25), c, 0.5f, 0.125f);
  expect_adam(reduce(c, 10, 1e300, 1e-300), c, 0x1p126f, 0x1p126f);
  h.of.lamb.trust_clip = 1;
  c = at_step(h, 4);
  expect_adam(reduce(c, 10, 400, 25), c, 0.5f, 0.125f);
  expect_adam(reduce(c, 10, 36, 144), c, 0.25f, 0.0625f);
  h.of.lamb.adapt = RADAM_ADAPT_NEVER;
  c = at_step(h, 4);
  expect_adam(reduce(c, 10, 36, 144), c, 0.5f, 0.125f);
}

TEST(Reduced, LambWhoseDecayIsApart) {
  radam_hyperparameters h = preset(RADAM_PRESET_LAMB_CYBERTRONAI);
  h.learning_rate = 0.5;
  h.weight_decay = 0.5;
  h.of.lamb.decay_apart = 1;
  const radam_coefficients c = at_step(h, 4);
  EXPECT_EQ(c.of.lamb.weight_decay, 0);
  expect_adam(reduce(c, 10, 16, 36), c, 0.25f, 0.25f);  // 4 * 0.75 / 6
}

TEST(Reduced, LambAdaptsWhereThereIsDecay) {
  radam_hyperparameters h = preset(RADAM_PRESET_LAMB_NVIDIA);
  EXPECT_EQ(at_step(h, 1).of.lamb.adapts, 1);
  h.weight_decay = 0;
  EXPECT_EQ(at_step(h, 1).of.lamb.adapts, 0);
  h.of.lamb.adapt = RADAM_ADAPT_ALWAYS;
  EXPECT_EQ(at_step(h, 1).of.lamb.adapts, 1);
}

TEST(Reduced, StableAdamWByTheRootMeanSquare) {
  radam_hyperparameters h = preset(RADAM_PRESET_STABLEADAMW_AUTHORS);
  h.learning_rate = 0.5;
  h.weight_decay = 0.25;
  h.of.stableadamw.clip_threshold = 2;
  const radam_coefficients c = at_step(h, 4);
  expect_adam(reduce(c, 4, 64, 0), c, 0.25f, 0.0625f);  // a root mean square of 4
  expect_adam(reduce(c, 4, 16, 0), c, 0.5f, 0.125f);    // of 2
  expect_adam(reduce(c, 4, 1, 0), c, 0.5f, 0.125f);
  expect_adam(reduce(c, 0, 0, 0), c, 0.5f, 0.125f);
  expect_adam(reduce(c, 4, std::numeric_limits<double>::quiet_NaN(), 0), c, 0.5f, 0.125f);
}

void expect_sgd(const radam_coefficients& r, const radam_coefficients& c, float grad_scale, float l2) {
  radam_coefficients expected = stepped_of(c);
  expected.of.sgd.l2 = l2;
  EXPECT_EQ(r.algorithm, RADAM_ALGORITHM_SGD);
  EXPECT_EQ(r.mode, 0);
  EXPECT_EQ(r.grad_scale, grad_scale);
  EXPECT_EQ(std::memcmp(&r.of.sgd, &expected.of.sgd, sizeof r.of.sgd), 0) << r.of.sgd.l2 << ", not " << l2;
}

TEST(Reduced, LarsByTheTrustRatio) {
  radam_hyperparameters h = preset(RADAM_PRESET_LARS_BARLOWTWINS);
  h.weight_decay = 0.5;
  h.grad_scale = 0.25;
  h.maximize = 1;
  h.of.lars.trust_coefficient = 0.5;
  radam_coefficients c = at_step(h, 3);
  EXPECT_EQ(c.of.lars.norm_l2, 0.5f);
  expect_sgd(reduce(c, 9, 36, 144), c, -0.0625f, 0.125f);  // 0.5 * 6 / 12
  expect_sgd(reduce(c, 9, 0, 144), c, -0.25f, 0.5f);
  expect_sgd(reduce(c, 9, 36, 0), c, -0.25f, 0.5f);
  expect_sgd(reduce(c, 9, static_cast<double>(kInfinity), 144), c, -0.25f, 0.5f);
  expect_sgd(reduce(c, 9, 36, std::numeric_limits<double>::quiet_NaN()), c, -0.25f, 0.5f);
  expect_sgd(reduce(c, 9, 1e300, 1e-300), c, -0x1p126f, 0x1p126f);
  expect_sgd(reduce(c, 9, 1e-300, 1e300), c, -0x1p-126f, 0);
  h.of.lars.decayed_norm = 0;
  h.of.lars.epsilon = 1;
  c = at_step(h, 3);
  EXPECT_EQ(c.of.lars.norm_l2, 0);
  expect_sgd(reduce(c, 9, 64, 9), c, -0.125f, 0.25f);  // 0.5 * 8 / (3 + 0.5 * 8 + 1)
  h.of.lars.trust_clip = 1;
  h.learning_rate = 2;
  c = at_step(h, 3);
  expect_sgd(reduce(c, 9, 64, 9), c, -0.0625f, 0.125f);
  h.learning_rate = 0.125;
  c = at_step(h, 3);
  expect_sgd(reduce(c, 9, 64, 9), c, -0.25f, 0.5f);  // four times the learning rate
  h.learning_rate = 0;
  c = at_step(h, 3);
  expect_sgd(reduce(c, 9, 64, 9), c, -0.25f, 0.5f);
  h.of.lars.adapt = RADAM_ADAPT_NEVER;
  h.of.lars.trust_clip = 0;
  c = at_step(h, 3);
  expect_sgd(reduce(c, 9, 64, 9), c, -0.25f, 0.5f);
}

TEST(Reduced, LarsAdaptsWhereThereIsDecay) {
  radam_hyperparameters h = preset(RADAM_PRESET_LARS_APEX);
  EXPECT_EQ(at_step(h, 1).of.lars.adapts, 0);
  h.weight_decay = 0.1;
  EXPECT_EQ(at_step(h, 1).of.lars.adapts, 1);
}

TEST(Reduced, InPlace) {
  radam_coefficients c = at_step(preset(RADAM_PRESET_LAMB_NVIDIA), 3);
  const radam_coefficients before = c, expected = reduce(c, 9, 3, 5);
  radam_sums s = no_sums();
  s.values[0] = 3;
  s.values[1] = 5;
  ASSERT_EQ(radam_coefficients_reduce(&c, 9, &s, &c), RADAM_OK);
  EXPECT_EQ(std::memcmp(&c, &expected, sizeof c), 0);
  EXPECT_NE(std::memcmp(&c, &before, sizeof c), 0);
}

// A step that ignores the sums would go unnoticed for long.
TEST(Reduced, NoStepWithout) {
  float param[1] = {1}, grad[1] = {1}, m[1] = {}, v[1] = {};
  float* state[] = {m, v};
  radam_tensor t{};
  t.struct_size = sizeof t;
  t.step = t.length = 1;
  t.state[0] = m;
  t.state[1] = v;
  for (const radam_coefficients& c : coefficients()) {
    EXPECT_EQ(radam_step_f32(RADAM_TARGET_AUTO, &c, 0, 1, param, grad, state), RADAM_ERROR_SUMS);
    EXPECT_EQ(radam_step(RADAM_TARGET_AUTO, &c, &t, 0, 1, param, grad, nullptr, nullptr), RADAM_ERROR_SUMS);
  }
  EXPECT_EQ(param[0], 1);
  EXPECT_EQ(m[0], 0);
}

struct Call {
  radam_coefficients c = at_step(preset(RADAM_PRESET_LAMB_NVIDIA), 3);
  radam_tensor t{};
  float param[2] = {1, 2}, grad[2] = {1, 2}, m[2] = {}, v[2] = {};
  radam_sums s = no_sums();

  Call() {
    t.struct_size = sizeof t;
    t.step = 1;
    t.length = 2;
    t.state[0] = m;
    t.state[1] = v;
    s.values[0] = 42;
  }

  radam_status sums(std::int64_t begin = 0, std::int64_t end = 2, std::int32_t target = RADAM_TARGET_AUTO) {
    return radam_tensor_sums(target, &c, &t, begin, end, param, grad, nullptr, &s);
  }

  radam_status reduce(std::int64_t length = 2) {
    radam_coefficients r{};
    r.struct_size = sizeof r;
    return radam_coefficients_reduce(&c, length, &s, &r);
  }
};

template <class Change>
void expect_refused(radam_status status, Change change) {
  Call call;
  change(call);
  EXPECT_EQ(call.sums(), status);
  EXPECT_EQ(call.s.values[0], 42);  // nothing is written
}

TEST(TensorSumsRefuse, WhatStepsRefuse) {
  expect_refused(RADAM_ERROR_STRUCT_SIZE, [](Call& k) { k.c.struct_size = 1; });
  expect_refused(RADAM_ERROR_STRUCT_SIZE, [](Call& k) { k.t.struct_size = 1; });
  expect_refused(RADAM_ERROR_STRUCT_SIZE, [](Call& k) { k.s.struct_size = 1; });
  expect_refused(RADAM_ERROR_COEFFICIENTS, [](Call& k) { k.c.of.lamb.adam.l2 = 1; });
  expect_refused(RADAM_ERROR_COEFFICIENTS, [](Call& k) { k.c.of.lamb.adam.beta1 = 2; });
  expect_refused(RADAM_ERROR_COEFFICIENTS, [](Call& k) { k.c.of.lamb.update_scale = kInfinity; });
  expect_refused(RADAM_ERROR_COEFFICIENTS, [](Call& k) { k.c.of.lamb.weight_decay = NAN; });
  expect_refused(RADAM_ERROR_COEFFICIENTS, [](Call& k) { k.c.of.lamb.param_scale = NAN; });
  expect_refused(RADAM_ERROR_COEFFICIENTS, [](Call& k) { k.c.of.lamb.max_param_norm = 0; });
  expect_refused(RADAM_ERROR_COEFFICIENTS, [](Call& k) { k.c.of.lamb.max_ratio = NAN; });
  expect_refused(RADAM_ERROR_COEFFICIENTS, [](Call& k) { k.c.of.lamb.adapts = 0.5f; });
  expect_refused(RADAM_ERROR_COEFFICIENTS, [](Call& k) { k.c.mode = 1; });
  expect_refused(RADAM_ERROR_COEFFICIENTS, [](Call& k) {
    k.c = at_step(preset(RADAM_PRESET_STABLEADAMW_AUTHORS), 1);
    k.c.of.stableadamw.clip_threshold = 0;
  });
  for (const int spoiled : {0, 6, 7, 8, 9, 10, 11, 12}) {
    expect_refused(RADAM_ERROR_COEFFICIENTS, [&](Call& k) {
      k.c = at_step(preset(RADAM_PRESET_LARS_BARLOWTWINS), 1);
      k.c.of.values[spoiled] = NAN;
    });
  }
  expect_refused(RADAM_ERROR_COEFFICIENTS, [](Call& k) {
    k.c = at_step(preset(RADAM_PRESET_LARS_BARLOWTWINS), 1);
    k.c.of.lars.sgd.decay = 0.5f;
  });
  expect_refused(RADAM_ERROR_NULL, [](Call& k) {
    k.c = at_step(preset(RADAM_PRESET_LARS_BARLOWTWINS), 2);
    k.t.state[0] = nullptr;
  });
  expect_refused(RADAM_ERROR_ALGORITHM, [](Call& k) { k.c = stepped_of(k.c); });
  expect_refused(RADAM_ERROR_ALGORITHM, [](Call& k) { k.c.algorithm = kAlgorithms; });
  expect_refused(RADAM_ERROR_TYPE, [](Call& k) { k.t.grad_type = 9; });
  expect_refused(RADAM_ERROR_STEP, [](Call& k) { k.t.step = 0; });
  expect_refused(RADAM_ERROR_NULL, [](Call& k) { k.t.state[1] = nullptr; });
  expect_refused(RADAM_ERROR_OVERLAP, [](Call& k) { k.t.state[1] = k.m + 1; });
  expect_refused(RADAM_ERROR_CLIP, [](Call& k) { k.t.clip_value = -1; });
  expect_refused(RADAM_ERROR_RANGE, [](Call& k) { k.t.length = 1; });
  Call call;
  EXPECT_EQ(call.sums(1, 0), RADAM_ERROR_RANGE);
  EXPECT_EQ(call.sums(0, 2, 1000), RADAM_ERROR_TARGET);
  EXPECT_EQ(radam_tensor_sums(0, nullptr, &call.t, 0, 2, call.param, call.grad, nullptr, &call.s), RADAM_ERROR_NULL);
  EXPECT_EQ(radam_tensor_sums(0, &call.c, nullptr, 0, 2, call.param, call.grad, nullptr, &call.s), RADAM_ERROR_NULL);
  EXPECT_EQ(radam_tensor_sums(0, &call.c, &call.t, 0, 2, nullptr, call.grad, nullptr, &call.s), RADAM_ERROR_NULL);
  EXPECT_EQ(radam_tensor_sums(0, &call.c, &call.t, 0, 2, call.param, nullptr, nullptr, &call.s), RADAM_ERROR_NULL);
  EXPECT_EQ(radam_tensor_sums(0, &call.c, &call.t, 0, 2, call.param, call.grad, nullptr, nullptr), RADAM_ERROR_NULL);
  EXPECT_EQ(call.s.values[0], 42);
}

// A step's moving average is none of the sums', nor is Lookahead.
TEST(TensorSumsRefuse, NothingThatOnlyFollowsTheStep) {
  Call call;
  call.t.lookahead = 1;
  EXPECT_EQ(call.sums(), RADAM_OK);
  EXPECT_EQ(call.s.values[0], 5);
}

TEST(ReduceRefuses, WhatIsOutOfRange) {
  EXPECT_EQ(Call().reduce(), RADAM_OK);
  EXPECT_EQ(Call().reduce(-1), RADAM_ERROR_RANGE);
  Call call;
  call.c.struct_size = 1;
  EXPECT_EQ(call.reduce(), RADAM_ERROR_STRUCT_SIZE);
  call = Call();
  call.s.struct_size = 1;
  EXPECT_EQ(call.reduce(), RADAM_ERROR_STRUCT_SIZE);
  call = Call();
  call.s.reserved = 1;
  EXPECT_EQ(call.reduce(), RADAM_ERROR_SETTING);
  call = Call();
  call.c.of.lamb.adapts = 2;
  EXPECT_EQ(call.reduce(), RADAM_ERROR_COEFFICIENTS);
  call = Call();
  call.c = stepped_of(call.c);
  EXPECT_EQ(call.reduce(), RADAM_ERROR_ALGORITHM);
  radam_coefficients r{};
  EXPECT_EQ(radam_coefficients_reduce(&call.c, 2, &call.s, &r), RADAM_ERROR_STRUCT_SIZE);
  r.struct_size = sizeof r;
  EXPECT_EQ(radam_coefficients_reduce(nullptr, 2, &call.s, &r), RADAM_ERROR_NULL);
  EXPECT_EQ(radam_coefficients_reduce(&call.c, 2, nullptr, &r), RADAM_ERROR_NULL);
  EXPECT_EQ(radam_coefficients_reduce(&call.c, 2, &call.s, nullptr), RADAM_ERROR_NULL);
}

}  // namespace
}  // namespace radam_test
