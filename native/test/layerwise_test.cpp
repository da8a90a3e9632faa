// Layer-wise algorithms: the sums of radam_tensor_sums and the coefficients of radam_coefficients_reduce, as radam.h
// documents them, and what is refused.
#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "layerwise_reference.h"
#include "targets.h"

namespace radam_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

class TensorSums : public EveryTarget {};

TEST_F(TensorSums, AreThoseThatTheHeaderDocuments) {
  Values random(20261130);
  for (unsigned number = 0; number < LayerwiseCase::count(); ++number) {
    LayerwiseCase k(number, random);
    for (const std::int32_t target : available_targets()) {
      SCOPED_TRACE(std::string(radam_target_name(target)) + ", case " + std::to_string(number));
      const auto sums = [&](const MixedBuffers& b, std::int64_t begin, std::int64_t end) {
        radam_sums s = no_sums();
        EXPECT_EQ(radam_tensor_sums(target, &k.c, &b, begin, end, b.param, b.grad, b.param_copy, &s), RADAM_OK);
        return s;
      };
      ASSERT_EQ(k.departure(sums), "");
      const radam_sums none = sums(k.t.buffers(), 0, 0);
      EXPECT_EQ(none.values[0], 0);
      EXPECT_EQ(none.values[1], 0);
      exercised_targets().insert(target);
    }
  }
}

radam_coefficients reduce(const radam_coefficients& c, std::int64_t length, double first, double second,
                          double* numbers = nullptr) {
  radam_sums s = no_sums();
  s.values[0] = first;
  s.values[1] = second;
  radam_coefficients r{};
  r.struct_size = sizeof r;
  EXPECT_EQ(radam_coefficients_reduce(&c, length, &s, numbers, &r), RADAM_OK);
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
  radam_coefficients c = coefficients_at(h, 4);
  expect_adam(reduce(c, 10, 36, 144), c, 0.25f, 0.0625f);  // 6 / 12
  expect_adam(reduce(c, 10, 400, 25), c, 1, 0.25f);        // max_param_norm is 10: 10 / 5
  expect_adam(reduce(c, 10, 0, 144), c, 0.5f, 0.125f);     // a tensor of zeros
  expect_adam(reduce(c, 10, 36, 0), c, 0.5f, 0.125f);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double odd : {nan, -1.0}) {
    expect_adam(reduce(c, 10, 36, odd), c, 0.5f, 0.125f);
    expect_adam(reduce(c, 10, odd, 144), c, 0.5f, 0.125f);
  }
  expect_adam(reduce(c, 10, static_cast<double>(kInfinity), 25), c, 1, 0.25f);
  expect_adam(reduce(c, 10, 36, static_cast<double>(kInfinity)), c, 0, 0);
  h.of.lamb.max_param_norm = static_cast<double>(kInfinity);
  c = coefficients_at(h, 4);
  expect_adam(reduce(c, 10, 400, 25), c, 2, 0.5f);
  expect_adam(reduce(c, 10, static_cast<double>(kInfinity), 25), c, 0.5f, 0.125f);
  expect_adam(reduce(c, 10, nan, 25), c, 0.5f, 0.125f);
  expect_adam(reduce(c, 10, 1e300, 1e-300), c, 0x1p126f, 0x1p126f);
  h.of.lamb.trust_clip = 1;
  c = coefficients_at(h, 4);
  expect_adam(reduce(c, 10, 400, 25), c, 0.5f, 0.125f);
  expect_adam(reduce(c, 10, 36, 144), c, 0.25f, 0.0625f);
  h.of.lamb.adapt = RADAM_ADAPT_NEVER;
  c = coefficients_at(h, 4);
  expect_adam(reduce(c, 10, 36, 144), c, 0.5f, 0.125f);
}

// Coefficients by hand may have a step size of either sign.
TEST(Reduced, NothingBecomesInfinite) {
  radam_hyperparameters h = preset(RADAM_PRESET_LAMB_NVIDIA);
  radam_coefficients c = coefficients_at(h, 4);
  c.of.lamb.adam.step_size = -2;
  c.of.lamb.adam.decay = -FLT_MAX;
  expect_adam(reduce(c, 10, 1e300, 1e-300), c, -0x1p126f, -0x1p126f);
  c.of.lamb.adam.decay = 0;
  expect_adam(reduce(c, 10, 1e300, 1e-300), c, -0x1p126f, 0);
  expect_adam(reduce(c, 10, 4e-324, DBL_MAX), c, -0.0f, 0);
}

TEST(Reduced, LambWhoseDecayIsApart) {
  radam_hyperparameters h = preset(RADAM_PRESET_LAMB_CYBERTRONAI);
  h.learning_rate = 0.5;
  h.weight_decay = 0.5;
  h.of.lamb.decay_apart = 1;
  const radam_coefficients c = coefficients_at(h, 4);
  EXPECT_EQ(c.of.lamb.weight_decay, 0);
  expect_adam(reduce(c, 10, 16, 36), c, 0.25f, 0.25f);       // 4 * 0.75 / 6
  expect_adam(reduce(c, 10, 10000, 25), c, 1, 0.25f);        // 10 / 5, since 75 is more than max_param_norm
}

TEST(Reduced, LambAdaptsWhereThereIsDecay) {
  radam_hyperparameters h = preset(RADAM_PRESET_LAMB_NVIDIA);
  EXPECT_EQ(coefficients_at(h, 1).of.lamb.adapts, 1);
  h.weight_decay = 0;
  EXPECT_EQ(coefficients_at(h, 1).of.lamb.adapts, 0);
  h.of.lamb.adapt = RADAM_ADAPT_ALWAYS;
  EXPECT_EQ(coefficients_at(h, 1).of.lamb.adapts, 1);
}

TEST(Reduced, StableAdamWByTheRootMeanSquare) {
  radam_hyperparameters h = preset(RADAM_PRESET_STABLEADAMW_AUTHORS);
  h.learning_rate = 0.5;
  h.weight_decay = 0.25;
  h.of.stableadamw.clip_threshold = 2;
  const radam_coefficients c = coefficients_at(h, 4);
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
  radam_coefficients c = coefficients_at(h, 3);
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
  c = coefficients_at(h, 3);
  EXPECT_EQ(c.of.lars.norm_l2, 0);
  expect_sgd(reduce(c, 9, 64, 9), c, -0.125f, 0.25f);  // 0.5 * 8 / (3 + 0.5 * 8 + 1)
  h.of.lars.trust_clip = 1;
  h.learning_rate = 2;
  c = coefficients_at(h, 3);
  expect_sgd(reduce(c, 9, 64, 9), c, -0.0625f, 0.125f);
  h.learning_rate = 0.125;
  c = coefficients_at(h, 3);
  expect_sgd(reduce(c, 9, 64, 9), c, -0.25f, 0.5f);  // four times the learning rate
  h.learning_rate = 0;
  c = coefficients_at(h, 3);
  expect_sgd(reduce(c, 9, 64, 9), c, -0.25f, 0.5f);
  h.of.lars.adapt = RADAM_ADAPT_NEVER;
  h.of.lars.trust_clip = 0;
  c = coefficients_at(h, 3);
  expect_sgd(reduce(c, 9, 64, 9), c, -0.25f, 0.5f);
}

// The limit is one above 0, however the learning rate is signed.
TEST(Reduced, LarsWithoutLearningRate) {
  radam_hyperparameters h = preset(RADAM_PRESET_LARS_BARLOWTWINS);
  h.weight_decay = 0.5;
  h.of.lars.trust_clip = 1;
  for (const double learning_rate : {0.0, -0.0, 4e-324}) {
    h.learning_rate = learning_rate;
    const radam_coefficients c = coefficients_at(h, 3);
    expect_sgd(reduce(c, 9, 64, 9), c, 1, 0.5f);
    expect_sgd(reduce(c, 9, 1e-300, 1e300), c, 1, 0.5f);
  }
}

// Coefficients by hand may have a ratio that is infinite, of either sign.
TEST(Reduced, NothingOfLarsBecomesInfiniteOrNaN) {
  radam_coefficients c = coefficients_at(preset(RADAM_PRESET_LARS_BARLOWTWINS), 3);
  c.of.lars.divisor = 0;
  expect_sgd(reduce(c, 9, 64, 9), c, 0x1p126f, 0);
  c.of.lars.sgd.l2 = 0.5f;
  expect_sgd(reduce(c, 9, 64, 9), c, 0x1p126f, 0x1p126f);
  c.of.lars.divisor = -0.0f;
  expect_sgd(reduce(c, 9, 64, 9), c, -0x1p126f, -0x1p126f);
}

TEST(Reduced, LarsAdaptsWhereThereIsDecay) {
  radam_hyperparameters h = preset(RADAM_PRESET_LARS_TIMM);
  EXPECT_EQ(coefficients_at(h, 1).of.lars.adapts, 0);
  h.weight_decay = 0.1;
  EXPECT_EQ(coefficients_at(h, 1).of.lars.adapts, 1);
}

// What a gradient is cut to is scaled as the gradient is.
TEST_F(TensorSums, AClippedStepOfLars) {
  radam_hyperparameters h = preset(RADAM_PRESET_LARS_BARLOWTWINS);
  h.learning_rate = 1;
  h.grad_scale = 2;
  h.of.lars.trust_coefficient = 0.25;
  for (const std::int32_t target : available_targets()) {
    float param[] = {2, 0}, grad[] = {8, -1}, buffer[2] = {};
    radam_tensor t{};
    t.struct_size = sizeof t;
    t.step = 1;
    t.length = 2;
    t.state[0] = buffer;
    t.clip_value = 4;
    const radam_coefficients c = coefficients_at(h, 1);
    radam_sums s = no_sums();
    ASSERT_EQ(radam_tensor_sums(target, &c, &t, 0, 2, param, grad, nullptr, &s), RADAM_OK);
    EXPECT_EQ(s.values[0], 4);
    EXPECT_EQ(s.values[1], 16 + 4);
    s.values[1] = 4;  // a ratio of 0.25 * 2 / 2
    const radam_coefficients r = reduce(c, 2, s.values[0], s.values[1]);
    EXPECT_EQ(r.grad_scale, 0.5f);
    t.clip_value *= r.grad_scale / c.grad_scale;
    ASSERT_EQ(radam_step(target, &r, &t, 0, 2, param, grad, nullptr, nullptr), RADAM_OK);
    EXPECT_EQ(param[0], 1);  // 8 * 2 is cut to 4, of which there is a quarter
    EXPECT_EQ(param[1], 0.5f);
    exercised_targets().insert(target);
  }
}

// v is the first sum that is not 0, and then an average of sums.
TEST(Reduced, NovoGradByTheSecondMoment) {
  radam_hyperparameters h = preset(RADAM_PRESET_NOVOGRAD_NVIDIA);
  h.weight_decay = 0.5;
  h.grad_scale = 3;
  h.maximize = 1;
  h.of.novograd.beta2 = 0.75;
  h.of.novograd.epsilon = 1;
  radam_coefficients c = coefficients_at(h, 3);
  double numbers[] = {0, 0};
  expect_sgd(reduce(c, 9, 0, 0, numbers), c, -3, 0.5f);
  EXPECT_EQ(numbers[0], 0);
  expect_sgd(reduce(c, 9, 4, 0, numbers), c, -1, 0.5f);
  EXPECT_EQ(numbers[0], 4);
  expect_sgd(reduce(c, 9, 52, 0, numbers), c, -0.6f, 0.5f);  // 16 = 0.75 * 4 + 0.25 * 52
  EXPECT_EQ(numbers[0], 16);
  expect_sgd(reduce(c, 9, 0, 0, numbers), c, static_cast<float>(-3 / (std::sqrt(12.0) + 1)), 0.5f);
  EXPECT_EQ(numbers[0], 12);
  EXPECT_EQ(numbers[1], 0);  // which only amsgrad moves
  h.of.novograd.amsgrad = 1;
  c = coefficients_at(h, 3);
  numbers[1] = 9;
  expect_sgd(reduce(c, 9, 0, 0, numbers), c, -0.75f, 0.5f);
  EXPECT_EQ(numbers[0], 9);
  EXPECT_EQ(numbers[1], 9);
  expect_sgd(reduce(c, 9, 37, 0, numbers), c, -0.6f, 0.5f);  // 16 = 0.75 * 9 + 0.25 * 37
  EXPECT_EQ(numbers[1], 16);
  expect_sgd(reduce(c, 9, 0, 0, numbers), c, -0.6f, 0.5f);
  EXPECT_EQ(numbers[0], 12);
  EXPECT_EQ(numbers[1], 16);
}

TEST(Reduced, NovoGradBySumsThatAreNone) {
  radam_hyperparameters h = preset(RADAM_PRESET_NOVOGRAD_NVIDIA);
  h.of.novograd.epsilon = 1;
  const radam_coefficients c = coefficients_at(h, 3);
  for (const double odd : {std::numeric_limits<double>::quiet_NaN(), -1.0, static_cast<double>(kInfinity)}) {
    double numbers[] = {0, 0};
    expect_sgd(reduce(c, 9, odd, 0, numbers), c, 1, 0);
    EXPECT_EQ(numbers[0], 0);
    numbers[0] = 9;
    expect_sgd(reduce(c, 9, odd, 0, numbers), c, 0.25f, 0);
    EXPECT_EQ(numbers[0], 9);
  }
}

TEST(Reduced, NothingOfNovoGradBecomesInfinite) {
  radam_hyperparameters h = preset(RADAM_PRESET_NOVOGRAD_NVIDIA);
  h.of.novograd.epsilon = 0;
  const radam_coefficients c = coefficients_at(h, 3);
  double numbers[] = {0, 0};
  expect_sgd(reduce(c, 9, 0, 0, numbers), c, c.grad_scale, 0);
  expect_sgd(reduce(c, 9, 1e-320, 0, numbers), c, 0x1p126f, 0);
  numbers[0] = DBL_MAX;
  expect_sgd(reduce(c, 9, DBL_MAX, 0, numbers), c, 0x1p-126f, 0);
  EXPECT_TRUE(std::isfinite(numbers[0]));
}

// All but the step size and the learning rate, which are given.
void expect_descended(const radam_coefficients& r, const radam_coefficients& c, float step_size, double rate) {
  radam_coefficients expected = stepped_of(c);
  const bool sgd = c.algorithm == RADAM_ALGORITHM_SGD_HD;
  (sgd ? expected.of.sgd.step_size : expected.of.adam.step_size) = step_size;
  EXPECT_EQ(r.algorithm, sgd ? RADAM_ALGORITHM_SGD : RADAM_ALGORITHM_ADAM);
  EXPECT_EQ(r.mode, expected.mode);
  EXPECT_EQ(r.grad_scale, c.grad_scale);
  EXPECT_EQ(r.learning_rate, rate);
  EXPECT_EQ(std::memcmp(&r.of, &expected.of, sizeof r.of), 0) << r.of.sgd.step_size << ", not " << step_size;
}

TEST(Reduced, SgdHdByTheLearningRateThatFollows) {
  radam_hyperparameters h = preset(RADAM_PRESET_SGD_HD_AUTHORS);
  h.weight_decay = 0.5;
  h.learning_rate = 7;  // which the number takes the place of
  h.of.sgd_hd.momentum = 0.75;
  h.of.sgd_hd.hypergrad_lr = 0.25;
  const radam_coefficients c = coefficients_at(h, 3);
  double numbers[] = {2, 42};
  expect_descended(reduce(c, 9, 4, 0, numbers), c, 3, 3);
  expect_descended(reduce(c, 9, -2, 0, numbers), c, 2.5f, 2.5);
  expect_descended(reduce(c, 9, -11, 0, numbers), c, 0, 0);  // and not below
  expect_descended(reduce(c, 9, 1, 0, numbers), c, 0.25f, 0.25);
  expect_descended(reduce(c, 9, DBL_MAX, 0, numbers), c, 0x1p63f, 0x1p63);
  numbers[0] = 0.1;
  for (const double odd : {std::numeric_limits<double>::quiet_NaN(), static_cast<double>(kInfinity),
                           -static_cast<double>(kInfinity)})
    expect_descended(reduce(c, 9, odd, 0, numbers), c, 0.1f, 0.1);
  EXPECT_EQ(numbers[0], 0.1);
  EXPECT_EQ(numbers[1], 42);  // none of its
  h.of.sgd_hd.nesterov = 1;
  const radam_coefficients nesterov = coefficients_at(h, 3);
  numbers[0] = 2;
  expect_descended(reduce(nesterov, 9, 4, 0, numbers), nesterov, 3, 3);
  EXPECT_EQ(reduce(nesterov, 9, 4, 0, numbers).mode, RADAM_MODE_KEEPS_UPDATE);
  h.weight_decay = 4;
  const radam_coefficients decayed = coefficients_at(h, 3);
  expect_descended(reduce(decayed, 9, DBL_MAX, 0, numbers), decayed, 0x1p61f, 0x1p61);
}

// Two steps, in which all numbers are exact.
TEST_F(TensorSums, OfSgdnHdDependOnTheLastUpdate) {
  radam_hyperparameters h = preset(RADAM_PRESET_SGDN_HD_AUTHORS);
  h.of.sgd_hd.momentum = 0.5;
  h.of.sgd_hd.hypergrad_lr = 0.25;
  for (const std::int32_t target : available_targets()) {
    float param[2] = {8, 0}, grad[2] = {2, -4}, momentum_buffer[2] = {}, last_update[2] = {};
    double numbers[] = {0.5};
    radam_tensor t{};
    t.struct_size = sizeof t;
    t.length = 2;
    t.state[0] = momentum_buffer;
    t.state[1] = last_update;
    const auto step = [&](std::int64_t number) {
      t.step = number;
      radam_coefficients c = coefficients_at(h, number);
      radam_sums s = no_sums();
      ASSERT_EQ(radam_tensor_sums(target, &c, &t, 0, 2, param, grad, nullptr, &s), RADAM_OK);
      ASSERT_EQ(radam_coefficients_reduce(&c, 2, &s, numbers, &c), RADAM_OK);
      ASSERT_EQ(radam_step(target, &c, &t, 0, 2, param, grad, nullptr, nullptr), RADAM_OK);
    };
    step(1);
    EXPECT_EQ(numbers[0], 0.5);
    EXPECT_EQ(momentum_buffer[0], 2);
    EXPECT_EQ(last_update[0], 3);  // 2 + 0.5 * 2
    EXPECT_EQ(last_update[1], -6);
    EXPECT_EQ(param[0], 6.5f);
    EXPECT_EQ(param[1], 3);
    grad[0] = 4, grad[1] = 1;
    step(2);
    EXPECT_EQ(numbers[0], 2);  // 0.5 + 0.25 * (4 * 3 - 6)
    EXPECT_EQ(momentum_buffer[0], 5);
    EXPECT_EQ(momentum_buffer[1], -1);
    EXPECT_EQ(last_update[0], 6.5f);
    EXPECT_EQ(last_update[1], 0.5f);
    EXPECT_EQ(param[0], -6.5f);
    EXPECT_EQ(param[1], 2);
    exercised_targets().insert(target);
  }
}

TEST(Reduced, AdamHdByTheLearningRateThatFollows) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADAM_HD_AUTHORS);
  h.weight_decay = 0.5;
  h.of.adam_hd.beta1 = 0;
  h.of.adam_hd.beta2 = 0.5;
  h.of.adam_hd.hypergrad_lr = 0.25;
  radam_coefficients c = coefficients_at(h, 2);
  double numbers[] = {2};
  const float scale = static_cast<float>(std::sqrt(0.75));
  const double moved = 2 + static_cast<double>(static_cast<float>(0.25 * std::sqrt(0.5))) * 4;
  expect_descended(reduce(c, 9, 4, 0, numbers), c, static_cast<float>(moved * static_cast<double>(scale)), moved);
  c = coefficients_at(h, 1);
  numbers[0] = 2;
  expect_descended(reduce(c, 9, 4, 0, numbers), c, static_cast<float>(2 * std::sqrt(0.5)), 2);
}

// radam.h's lines, by the C library's functions.
struct YellowFinByTheBook {
  radam_yellowfin_coefficients k;
  double numbers[RADAM_MAX_NUMBERS] = {};
  double clipped = 1, cut = 1, rate = 0, momentum = 0;
  double largest = 0;  // of what the root of the momentum is a difference of

  void step(double a, double b, double c) {
    const double e = 1e-6, w = static_cast<double>(k.one_minus_beta);
    double *const n = numbers, &steps = n[0], &weight = n[1], &h_min = n[2], &h_max = n[3], &squares = n[4],
                  &norms = n[5], &distance = n[6], *const window = n + 9;
    const auto average = [&](double& x, double y) { x = (1 - w) * x + w * y; };
    const auto curvature = [&](double x) {
      const double d = k.zero_debias != 0 ? weight : 1;
      return k.log_smooth != 0 ? std::exp2(x / d + weight / d * std::log2(e)) : x / d;
    };
    const auto scale = [&](double x) { return k.log_smooth != 0 ? std::log2((x + e) / e) : x; };
    const double last = steps > 0 ? curvature(h_max) : 0;
    double norm = std::sqrt(c);
    clipped = 1;
    const auto clip = [&](double most) {
      const double by = std::min(1.0, most / (norm + e));
      clipped *= by;
      norm *= by;
    };
    if (k.clip_threshold > 0) clip(static_cast<double>(k.clip_threshold));
    else if (k.auto_clip_factor > 0 && steps >= 1) clip(static_cast<double>(k.auto_clip_factor) * std::sqrt(last));
    if (k.adapt_clip != 0 && steps >= 2) clip(10 * std::sqrt(last) + e);
    const double square = norm * norm;
    const bool explodes = k.adapt_clip != 0 && steps >= 1 && square >= last;
    cut = explodes ? std::min(1.0, (std::sqrt(last) + e) / (norm + e)) : 1;
    std::copy_backward(window, window + RADAM_MAX_CURV_WIN_WIDTH - 1, window + RADAM_MAX_CURV_WIN_WIDTH);
    window[0] = square;
    steps += 1;
    const double* const end = window + std::min(static_cast<int>(steps), static_cast<int>(k.curv_win_width));
    average(weight, 1);
    average(h_min, scale(*std::min_element(window, const_cast<double*>(end))));
    average(h_max, scale(*std::max_element(window, const_cast<double*>(end))));
    average(squares, square);
    average(norms, norm);
    average(distance, norms / (squares + e));
    rate = static_cast<double>(k.sgd.step_size);
    momentum = static_cast<double>(k.sgd.momentum);
    if (steps > 1) {
      const double d = k.zero_debias != 0 ? weight : 1, least = curvature(h_min), most = curvature(h_max);
      const double mean = (1 - w) * (1 - w) * a + 2 * (1 - w) * w * clipped * b + w * w * square;
      const double variance = std::max(e, squares / d - mean / (d * d));
      const double q = std::pow((distance / d + e) * (least + e), 2) / 2 / (variance + e);
      const double y = -std::cbrt((std::sqrt(q * q + 4.0 / 27 * q * q * q) + q) / 2);
      largest = std::max(1.0, -y);
      const double root = std::sqrt(std::max(1 + e, (most + e) / (least + e)));
      momentum = std::max(std::pow(y - q / 3 / (y + e) + 1, 2), std::pow((root - 1) / (root + 1), 2));
      rate = std::pow(1 - std::sqrt(momentum), 2) / (least + e);
      rate *= std::min(1.0, steps / (10 * static_cast<double>(k.curv_win_width)));
    }
    if (k.adapt_clip != 0 && rate * norm >= 100) rate = 100 / std::sqrt(square + e);
    n[7] = rate;
    n[8] = momentum;
  }
};

radam_coefficients reduce_three(const radam_coefficients& c, const double (&sums)[3], double* numbers) {
  radam_sums s = no_sums();
  std::copy(sums, sums + 3, s.values);
  radam_coefficients r{};
  r.struct_size = sizeof r;
  EXPECT_EQ(radam_coefficients_reduce(&c, 9, &s, numbers, &r), RADAM_OK);
  return r;
}

// error: that of the number's root.
void expect_near(double actual, double expected, double error, const std::string& what) {
  EXPECT_LE(std::fabs(actual - expected), 1e-9 * std::fabs(expected) + 2 * error * std::sqrt(expected))
      << what << ": " << actual << ", not " << expected;
}

TEST(Reduced, YellowFinAsDocumented) {
  Values random(0xF11);
  int cuts = 0, clips = 0, clamps = 0;
  for (unsigned number = 0; number < 5 * 2 * 2 * 2; ++number) {
    radam_hyperparameters h = preset(RADAM_PRESET_YELLOWFIN_AUTHORS);
    h.learning_rate = number % 3 == 0 ? 0.1 : 1000;
    h.weight_decay = 0.25;
    h.of.yellowfin = {number % 2 == 0 ? 0.5 : 0,         number % 7 == 0 ? 0 : 0.9,
                      number % 5 == 1 ? 2.0 : 0,         number % 5 >= 3 ? 0.5 : 0,
                      number % 4 == 0 ? 1 : 3,           static_cast<std::int32_t>(number / 5 % 2),
                      static_cast<std::int32_t>(number / 10 % 2), static_cast<std::int32_t>(number / 20 % 2), 0};
    YellowFinByTheBook book{};
    const radam_coefficients c = coefficients_at(h, 1);
    book.k = c.of.yellowfin;
    double numbers[RADAM_MAX_NUMBERS] = {};
    for (int t = 1; t <= 90; ++t) {
      const std::string what = "case " + std::to_string(number) + ", step " + std::to_string(t);
      const double size = t % 29 == 0 ? 100 : 1;
      const double sums[3] = {std::fabs(random.ordinary()), random.ordinary(), size * std::fabs(random.ordinary())};
      const bool had_momentum = t == 1 || book.momentum > 0;
      book.step(sums[0], sums[1], sums[2]);
      const radam_coefficients r = reduce_three(c, sums, numbers);
      const radam_sgd_coefficients& s = r.of.sgd;
      ASSERT_EQ(r.mode, RADAM_MODE_AVERAGES_GRADIENT);
      for (int k = 0; k < RADAM_MAX_NUMBERS; ++k)
        expect_near(numbers[k], book.numbers[k], k == 8 ? 1e-14 * book.largest : 0,
                    what + ", number " + std::to_string(k));
      ASSERT_FALSE(testing::Test::HasFailure());
      EXPECT_EQ(r.learning_rate, numbers[7]);
      EXPECT_EQ(s.step_size, static_cast<float>(numbers[7]));
      EXPECT_EQ(s.momentum, had_momentum ? static_cast<float>(numbers[8]) : 0) << what;
      EXPECT_EQ(s.nesterov, c.of.yellowfin.one_minus_beta);
      EXPECT_EQ(s.decay, 0);
      EXPECT_FLOAT_EQ(r.grad_scale, static_cast<float>(book.clipped)) << what;
      EXPECT_FLOAT_EQ(s.one_minus_dampening, static_cast<float>(book.cut)) << what;
      EXPECT_FLOAT_EQ(s.l2, static_cast<float>(0.25 / book.cut)) << what;
      cuts += book.cut < 1, clips += book.clipped < 1, clamps += t == 1 && numbers[7] < h.learning_rate;
    }
  }
  EXPECT_GT(cuts, 100);
  EXPECT_GT(clips, 100);
  EXPECT_GT(clamps, 0);
}

// Such sums leave the numbers as they are.
TEST(Reduced, YellowFinOfSumsThatAreNone) {
  radam_hyperparameters h = preset(RADAM_PRESET_YELLOWFIN_AUTHORS);
  h.learning_rate = 0.5;
  h.of.yellowfin.momentum = 0.25;
  const radam_coefficients c = coefficients_at(h, 1);
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinite = static_cast<double>(kInfinity);
  double numbers[RADAM_MAX_NUMBERS] = {};
  for (const bool begun : {false, true}) {
    if (begun) reduce_three(c, {0, 0, 4}, numbers), reduce_three(c, {1, 1, 9}, numbers);
    double before[RADAM_MAX_NUMBERS];
    std::copy(numbers, numbers + RADAM_MAX_NUMBERS, before);
    for (const double odd : {nan, infinite, -1.0}) {
      const radam_coefficients r = reduce_three(c, {1, 1, odd}, numbers);
      EXPECT_EQ(std::memcmp(numbers, before, sizeof numbers), 0);
      EXPECT_EQ(r.grad_scale, 1);
      EXPECT_EQ(r.of.sgd.step_size, begun ? static_cast<float>(numbers[7]) : 0.5f);
      EXPECT_EQ(r.of.sgd.momentum, begun ? static_cast<float>(numbers[8]) : 0.25f);
      EXPECT_EQ(r.of.sgd.one_minus_dampening, 1);
    }
  }
  const radam_coefficients r = reduce_three(c, {nan, nan, 9}, numbers);
  EXPECT_TRUE(std::isfinite(r.of.sgd.step_size));
}

// Of gradients of zero, at first and between others. Those before all others leave the numbers of step 1 as they are.
// Steps stay finite, and whatever comes then is measured.
TEST(Reduced, YellowFinOfGradientsOfZero) {
  const radam_coefficients c = coefficients_at(preset(RADAM_PRESET_YELLOWFIN_AUTHORS), 1);
  Values random(0x0F11);
  double numbers[RADAM_MAX_NUMBERS] = {};
  const auto step = [&](bool zero, bool is_kept) {
    const double square = zero ? 0 : 1 + std::fabs(random.ordinary());
    double before[RADAM_MAX_NUMBERS];
    std::copy(numbers, numbers + RADAM_MAX_NUMBERS, before);
    const radam_coefficients r = reduce_three(c, {square / 100, square / 100, square}, numbers);
    const radam_sgd_coefficients& s = r.of.sgd;
    for (const float x : {r.grad_scale, s.step_size, s.momentum, s.one_minus_dampening, s.l2})
      ASSERT_TRUE(std::isfinite(x) && x >= 0);
    ASSERT_EQ(std::memcmp(numbers, before, sizeof numbers) == 0, is_kept);
    ASSERT_EQ(s.step_size, static_cast<float>(numbers[7]));
  };
  for (const int zeros : {300, 1, 3000}) {
    for (int t = 0; t < zeros; ++t) step(true, zeros == 300 && t > 0);
    for (int t = 0; t < 30; ++t) step(false, false);
  }
}

TEST(ReduceRefuses, NumbersOfYellowFinThatCannotBe) {
  const radam_coefficients c = coefficients_at(preset(RADAM_PRESET_YELLOWFIN_AUTHORS), 3);
  const radam_sums s = no_sums();
  for (int k = 0; k < RADAM_MAX_NUMBERS; ++k)
    for (const double odd : {std::numeric_limits<double>::quiet_NaN(), -4e-324, static_cast<double>(kInfinity)}) {
      double numbers[RADAM_MAX_NUMBERS] = {};
      numbers[k] = odd;
      radam_coefficients r = c;
      EXPECT_EQ(radam_coefficients_reduce(&c, 9, &s, numbers, &r), RADAM_ERROR_NUMBERS);
      EXPECT_EQ(std::memcmp(&r, &c, sizeof r), 0);
    }
}

TEST(ReduceRefuses, ALearningRateThatCannotBe) {
  for (const std::int32_t number : {RADAM_PRESET_SGD_HD_AUTHORS, RADAM_PRESET_ADAM_HD_AUTHORS}) {
    const radam_coefficients c = coefficients_at(preset(number), 3);
    radam_sums s = no_sums();
    for (const double odd : {std::numeric_limits<double>::quiet_NaN(), -4e-324, static_cast<double>(kInfinity)}) {
      double numbers[] = {odd};
      radam_coefficients r = c;
      EXPECT_EQ(radam_coefficients_reduce(&c, 9, &s, numbers, &r), RADAM_ERROR_NUMBERS);
      EXPECT_EQ(std::memcmp(&r, &c, sizeof r), 0);
    }
  }
}

TEST(ReduceRefuses, NumbersThatCannotBe) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const radam_coefficients c = coefficients_at(preset(RADAM_PRESET_NOVOGRAD_NVIDIA), 3);
  radam_sums s = no_sums();
  s.values[0] = 4;
  for (const int k : {0, 1})
    for (const double odd : {nan, -4e-324, -1.0, static_cast<double>(kInfinity)}) {
      double numbers[] = {2, 3};
      numbers[k] = odd;
      radam_coefficients r = c;
      EXPECT_EQ(radam_coefficients_reduce(&c, 9, &s, numbers, &r), RADAM_ERROR_NUMBERS);
      EXPECT_EQ(numbers[1 - k], 3 - (1 - k == 0 ? 1 : 0));
      EXPECT_EQ(std::memcmp(&r, &c, sizeof r), 0);
    }
  radam_coefficients r = c;
  EXPECT_EQ(radam_coefficients_reduce(&c, 9, &s, nullptr, &r), RADAM_ERROR_NULL);
  double numbers[] = {2, 3};
  s.reserved = 1;
  EXPECT_EQ(radam_coefficients_reduce(&c, 9, &s, numbers, &r), RADAM_ERROR_SETTING);
  EXPECT_EQ(numbers[0], 2);
}

// Without momentum there is no buffer, whatever its type would be.
TEST_F(TensorSums, OfLarsWithoutMomentumNeedNoState) {
  for (const std::int32_t target : available_targets())
    for (const std::int32_t type : {RADAM_STATE_F32, RADAM_STATE_BF16, RADAM_STATE_BLOCK8}) {
      float param[3] = {3, 0, 4}, grad[3] = {0, 2, 0};
      radam_tensor t{};
      t.struct_size = sizeof t;
      t.step = 2;
      t.length = 3;
      t.state_type = type;
      radam_hyperparameters h = preset(RADAM_PRESET_LARS_TIMM);
      h.of.lars.adapt = RADAM_ADAPT_ALWAYS;
      h.of.lars.epsilon = 0;
      h.of.lars.trust_coefficient = 0.25;
      const radam_coefficients c = coefficients_at(h, 2);
      radam_sums s = no_sums();
      ASSERT_EQ(radam_tensor_sums(target, &c, &t, 0, 3, param, grad, nullptr, &s), RADAM_OK);
      EXPECT_EQ(s.values[0], 25);
      EXPECT_EQ(s.values[1], 4);
      const radam_coefficients r = reduce(c, 3, s.values[0], s.values[1]);
      ASSERT_EQ(radam_step(target, &r, &t, 0, 3, param, grad, nullptr, nullptr), RADAM_OK);
      EXPECT_EQ(param[0], 3);
      EXPECT_EQ(param[1], -1.25f);  // 2 * 0.25 * 5 / 2
      EXPECT_EQ(param[2], 4);
      exercised_targets().insert(target);
    }
}

// A NaN in the gradient is one in the parameter, and leaves the other elements to step by the gradient itself.
TEST_F(TensorSums, OfLarsWithANaN) {
  for (const std::int32_t target : available_targets()) {
    float param[2] = {3, 4}, grad[2] = {std::numeric_limits<float>::quiet_NaN(), 2}, buffer[2] = {};
    radam_tensor t{};
    t.struct_size = sizeof t;
    t.step = 1;
    t.length = 2;
    t.state[0] = buffer;
    radam_hyperparameters h = preset(RADAM_PRESET_LARS_BARLOWTWINS);
    h.learning_rate = 1;
    const radam_coefficients c = coefficients_at(h, 1);
    radam_sums s = no_sums();
    ASSERT_EQ(radam_tensor_sums(target, &c, &t, 0, 2, param, grad, nullptr, &s), RADAM_OK);
    EXPECT_TRUE(std::isnan(s.values[1]));
    const radam_coefficients r = reduce(c, 2, s.values[0], s.values[1]);
    ASSERT_EQ(radam_step(target, &r, &t, 0, 2, param, grad, nullptr, nullptr), RADAM_OK);
    EXPECT_TRUE(std::isnan(param[0]));
    EXPECT_EQ(param[1], 2);
    exercised_targets().insert(target);
  }
}

// All but the step size, which is given.
void expect_cautious(const radam_coefficients& r, const radam_coefficients& c, float step_size) {
  radam_coefficients expected = stepped_of(c);
  const bool adam = c.algorithm == RADAM_ALGORITHM_CAUTIOUS_ADAMW;
  (adam ? expected.of.adam.step_size : expected.of.lion.step_size) = step_size;
  EXPECT_EQ(r.algorithm, adam ? RADAM_ALGORITHM_ADAM : RADAM_ALGORITHM_LION);
  EXPECT_EQ(r.mode, RADAM_MODE_CAUTIOUS);
  EXPECT_EQ(r.grad_scale, c.grad_scale);
  EXPECT_EQ(std::memcmp(&r.of, &expected.of, sizeof r.of), 0)
      << (adam ? r.of.adam.step_size : r.of.lion.step_size) << ", not " << step_size;
}

TEST(Reduced, CautiousByTheMeanOfTheMask) {
  for (const std::int32_t number : {RADAM_PRESET_CAUTIOUS_ADAMW_AUTHORS, RADAM_PRESET_CAUTIOUS_LION_TIMM}) {
    radam_hyperparameters h = preset(number);
    h.learning_rate = 0.5;
    h.weight_decay = 0.25;
    h.of.cautious_adamw.correct_bias = 0;
    if (h.algorithm == RADAM_ALGORITHM_CAUTIOUS_LION) h.of.cautious_lion = {0.9, 0.99};
    radam_coefficients c = coefficients_at(h, 4);
    expect_cautious(reduce(c, 10, 10, 0), c, 0.5f);
    expect_cautious(reduce(c, 10, 5, 0), c, 1);
    expect_cautious(reduce(c, 10, 3, 0), c, static_cast<float>(0.5 * (1 / 0.3)));
    expect_cautious(reduce(c, 10, 0, 0), c, 500);
    expect_cautious(reduce(c, 2000, 1, 0), c, 500);  // of fewer than a thousandth
    expect_cautious(reduce(c, 500, 1, 0), c, 250);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const double odd : {nan, -1.0}) expect_cautious(reduce(c, 10, odd, 0), c, 0.5f);
    expect_cautious(reduce(c, 0, 0, 0), c, 0.5f);
    const bool adam = c.algorithm == RADAM_ALGORITHM_CAUTIOUS_ADAMW;
    (adam ? c.of.cautious_adamw.step_size : c.of.cautious_lion.step_size) = -FLT_MAX;
    expect_cautious(reduce(c, 10, 0, 0), c, -0x1p126f);
  }
}

// A step of one tensor with its sums: param, first and second buffer are changed.
void step_with_sums(std::int32_t target, const radam_hyperparameters& h, std::vector<float>& param,
                    std::vector<float> grad, std::vector<float>& first, std::vector<float>& second, double sum) {
  radam_coefficients c = coefficients_at(h, 1);
  radam_tensor t{};
  t.struct_size = sizeof t;
  t.step = 1;
  t.length = static_cast<std::int64_t>(param.size());
  t.state[0] = first.data();
  t.state[1] = second.data();
  radam_sums s = no_sums();
  ASSERT_EQ(radam_tensor_sums(target, &c, &t, 0, t.length, param.data(), grad.data(), nullptr, &s), RADAM_OK);
  EXPECT_EQ(s.values[0], sum);
  ASSERT_EQ(radam_coefficients_reduce(&c, t.length, &s, nullptr, &c), RADAM_OK);
  ASSERT_EQ(radam_step(target, &c, &t, 0, t.length, param.data(), grad.data(), nullptr, nullptr), RADAM_OK);
}

// A NaN counts as none of the elements that are stepped, becomes one in the parameter, and leaves the others alone.
TEST_F(TensorSums, OfCautiousStepsWithNaNs) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const std::int32_t target : available_targets())
    for (const std::int32_t number : {RADAM_PRESET_CAUTIOUS_ADAMW_AUTHORS, RADAM_PRESET_CAUTIOUS_LION_TIMM}) {
      radam_hyperparameters h = preset(number);
      h.learning_rate = 1;
      std::vector<float> param = {3, 4, 5, 6}, first = {0, 0, nan, 0}, second(4);
      step_with_sums(target, h, param, {nan, 2, 2, 0}, first, second, 1);
      EXPECT_TRUE(std::isnan(param[0]));
      EXPECT_NEAR(param[1], 0, 1e-4);  // one of four: 4 - 1 / 0.25, but for epsilon
      EXPECT_TRUE(std::isnan(param[2]));
      EXPECT_EQ(param[3], 6);
      exercised_targets().insert(target);
    }
}

// Of more than a thousand elements, of which one is stepped: by a thousand times the step size, no more.
TEST_F(TensorSums, OfCautiousStepsOfOneElement) {
  for (const std::int32_t target : available_targets())
    for (const std::int32_t number : {RADAM_PRESET_CAUTIOUS_ADAMW_AUTHORS, RADAM_PRESET_CAUTIOUS_LION_TIMM}) {
      radam_hyperparameters h = preset(number);
      h.learning_rate = 0x1p-10;
      std::vector<float> param(3000), grad(3000, -1), first(3000, 100), second(3000);
      first[1234] = -100;
      step_with_sums(target, h, param, grad, first, second, 1);
      EXPECT_EQ(std::count(param.begin(), param.end(), 0.0f), 2999);
      // Lion's update is 1. Adam's moments are corrected: (0.9 * 100 + 0.1) / 0.1 over the root of 0.001 / 0.001.
      const bool lion = number == RADAM_PRESET_CAUTIOUS_LION_TIMM;
      const double expected = 1000 * 0x1p-10 * (lion ? 1 : 901);
      EXPECT_NEAR(param[1234], expected, 1e-3 * expected);
      exercised_targets().insert(target);
    }
}

// The product of moment and gradient is one of float32. That of Lion's update is as large as the gradient.
TEST_F(TensorSums, OfCautiousStepsWithTinyGradients) {
  for (const std::int32_t target : available_targets()) {
    std::vector<float> param(2), first(2), second(2);
    step_with_sums(target, preset(RADAM_PRESET_CAUTIOUS_ADAMW_AUTHORS), param, {1e-23f, 1e-20f}, first, second, 1);
    EXPECT_EQ(param[0], 0);
    EXPECT_LT(param[1], 0);
    first = {0, 0};
    step_with_sums(target, preset(RADAM_PRESET_CAUTIOUS_LION_TIMM), param, {1e-30f, -1e-40f}, first, second, 2);
    EXPECT_EQ(param[0], -1e-4f);
    EXPECT_GT(param[1], 0);
    exercised_targets().insert(target);
  }
}

// Where parameters and gradients are as large as they can be, and others zero or subnormal.
TEST_F(TensorSums, TrainingOnWhatIsFiniteMakesNoNaN) {
  const float sizes[] = {0, FLT_MAX, -FLT_MAX, 4e-45f, 1, -0x1p64f};
  for (const std::int32_t number :
       {RADAM_PRESET_LAMB_CYBERTRONAI, RADAM_PRESET_LAMB_NVIDIA, RADAM_PRESET_STABLEADAMW_AUTHORS,
        RADAM_PRESET_LARS_TIMM, RADAM_PRESET_LARS_BARLOWTWINS, RADAM_PRESET_CAUTIOUS_ADAMW_AUTHORS,
        RADAM_PRESET_CAUTIOUS_LION_TIMM, RADAM_PRESET_NOVOGRAD_NVIDIA, RADAM_PRESET_SGD_HD_AUTHORS,
        RADAM_PRESET_ADAM_HD_AUTHORS, RADAM_PRESET_SGDN_HD_AUTHORS, RADAM_PRESET_YELLOWFIN_AUTHORS,
        RADAM_PRESET_ADAMP_AUTHORS, RADAM_PRESET_SGDP_AUTHORS})
    for (const std::int32_t target : available_targets()) {
      Values random(0xF1417E);
      constexpr std::int64_t kLength = 77;
      std::vector<float> param(kLength), grad(kLength), m(kLength), v(kLength);
      double numbers[RADAM_MAX_NUMBERS] = {moves_learning_rate(preset(number).algorithm) ? 1e-3 : 0};
      radam_tensor t{};
      t.struct_size = sizeof t;
      t.length = kLength;
      t.state[0] = m.data();
      t.state[1] = v.data();
      for (float& p : param) p = sizes[random.below(6)];
      for (t.step = 1; t.step <= 6; ++t.step) {
        for (float& g : grad) g = t.step == 4 ? 0 : sizes[random.below(6)];
        radam_coefficients c = coefficients_at(preset(number), t.step);
        radam_sums s = no_sums();
        ASSERT_EQ(radam_tensor_sums(target, &c, &t, 0, kLength, param.data(), grad.data(), nullptr, &s), RADAM_OK);
        ASSERT_TRUE(std::isfinite(s.values[0]) && std::isfinite(s.values[1])) << number << ", step " << t.step;
        ASSERT_EQ(radam_coefficients_reduce(&c, kLength, &s, numbers, &c), RADAM_OK);
        ASSERT_EQ(radam_step(target, &c, &t, 0, kLength, param.data(), grad.data(), nullptr, nullptr), RADAM_OK);
        for (const float p : param) ASSERT_FALSE(std::isnan(p)) << number << ", step " << t.step;
      }
      exercised_targets().insert(target);
    }
}

TEST(Reduced, InPlace) {
  radam_coefficients c = coefficients_at(preset(RADAM_PRESET_LAMB_NVIDIA), 3);
  const radam_coefficients before = c, expected = reduce(c, 9, 3, 5);
  radam_sums s = no_sums();
  s.values[0] = 3;
  s.values[1] = 5;
  ASSERT_EQ(radam_coefficients_reduce(&c, 9, &s, nullptr, &c), RADAM_OK);
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
  for (const radam_coefficients& c : layerwise_coefficients()) {
    EXPECT_EQ(radam_step_f32(RADAM_TARGET_AUTO, &c, 0, 1, param, grad, state), RADAM_ERROR_SUMS);
    EXPECT_EQ(radam_step(RADAM_TARGET_AUTO, &c, &t, 0, 1, param, grad, nullptr, nullptr), RADAM_ERROR_SUMS);
  }
  EXPECT_EQ(param[0], 1);
  EXPECT_EQ(m[0], 0);
}

struct Call {
  radam_coefficients c = coefficients_at(preset(RADAM_PRESET_LAMB_NVIDIA), 3);
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
    return radam_coefficients_reduce(&c, length, &s, nullptr, &r);
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
    k.c = coefficients_at(preset(RADAM_PRESET_STABLEADAMW_AUTHORS), 1);
    k.c.of.stableadamw.clip_threshold = 0;
  });
  const std::pair<int, float> of_yellowfin[] = {{0, NAN}, {1, 0.5f}, {2, NAN}, {2, -1}, {3, 1.5f}, {6, NAN}, {6, 2},
                                                {7, 0}, {7, 65}, {7, 1.5f}, {7, NAN}, {8, -1}, {8, kInfinity}, {9, -1},
                                                {9, kInfinity}, {10, 0.5f}, {10, NAN}, {11, 0.5f}, {12, 0.5f}};
  // Modes are of what the sums reduce them to.
  for (const std::int32_t number : {RADAM_PRESET_LARS_BARLOWTWINS, RADAM_PRESET_NOVOGRAD_NVIDIA,
                                    RADAM_PRESET_SGD_HD_AUTHORS, RADAM_PRESET_SGDN_HD_AUTHORS,
                                    RADAM_PRESET_YELLOWFIN_AUTHORS})
    for (const int mode : {int{RADAM_MODE_KEEPS_UPDATE}, int{RADAM_MODE_AVERAGES_GRADIENT}})
      expect_refused(RADAM_ERROR_COEFFICIENTS, [=](Call& k) {
        k.c = coefficients_at(preset(number), 1);
        k.c.mode = mode;
      });
  for (const auto& [place, odd] : of_yellowfin)
    expect_refused(RADAM_ERROR_COEFFICIENTS, [place = place, odd = odd](Call& k) {
      k.c = coefficients_at(preset(RADAM_PRESET_YELLOWFIN_AUTHORS), 1);
      k.c.of.values[place] = odd;
    });
  for (const int spoiled : {0, 6, 7, 8, 9, 10, 11, 12}) {
    expect_refused(RADAM_ERROR_COEFFICIENTS, [&](Call& k) {
      k.c = coefficients_at(preset(RADAM_PRESET_LARS_BARLOWTWINS), 1);
      k.c.of.values[spoiled] = NAN;
    });
  }
  expect_refused(RADAM_ERROR_COEFFICIENTS, [](Call& k) {
    k.c = coefficients_at(preset(RADAM_PRESET_LARS_BARLOWTWINS), 1);
    k.c.of.lars.sgd.decay = 0.5f;
  });
  for (const std::int32_t number : {RADAM_PRESET_CAUTIOUS_ADAMW_AUTHORS, RADAM_PRESET_CAUTIOUS_LION_TIMM}) {
    const radam_coefficients cautious = coefficients_at(preset(number), 1);
    for (const int spoiled : {0, 1, 2, 3, 4, 5})
      expect_refused(RADAM_ERROR_COEFFICIENTS, [&](Call& k) {
        k.c = cautious;
        k.c.of.values[spoiled] = NAN;
      });
    // That is of what the sums reduce them to.
    expect_refused(RADAM_ERROR_COEFFICIENTS, [&](Call& k) {
      k.c = cautious;
      k.c.mode = RADAM_MODE_CAUTIOUS;
    });
    expect_refused(RADAM_ERROR_NULL, [&](Call& k) {
      k.c = cautious;
      k.t.state[0] = nullptr;
    });
  }
  expect_refused(RADAM_ERROR_COEFFICIENTS, [](Call& k) {
    k.c = coefficients_at(preset(RADAM_PRESET_CAUTIOUS_ADAMW_AUTHORS), 1);
    k.c.of.cautious_adamw.l2 = 0.5f;
  });
  expect_refused(RADAM_ERROR_NULL, [](Call& k) {
    k.c = coefficients_at(preset(RADAM_PRESET_LARS_BARLOWTWINS), 2);
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
  call.t.average_rate = NAN;
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
  EXPECT_EQ(radam_coefficients_reduce(&call.c, 2, &call.s, nullptr, &r), RADAM_ERROR_STRUCT_SIZE);
  r.struct_size = sizeof r;
  EXPECT_EQ(radam_coefficients_reduce(nullptr, 2, &call.s, nullptr, &r), RADAM_ERROR_NULL);
  EXPECT_EQ(radam_coefficients_reduce(&call.c, 2, nullptr, nullptr, &r), RADAM_ERROR_NULL);
  EXPECT_EQ(radam_coefficients_reduce(&call.c, 2, &call.s, nullptr, nullptr), RADAM_ERROR_NULL);
}

}  // namespace
}  // namespace radam_test
