// Coefficients against the formulas in more than double precision, and the exact step at which RAdam rectifies.
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "trajectory.h"

namespace radam_test {
namespace {

#if defined(__SIZEOF_FLOAT128__)
__extension__ typedef __float128 Quad;
#else
using Quad = long double;  // 128 bits too, where there is no __float128
#endif

radam_coefficients coefficients(const radam_hyperparameters& h, std::int64_t step) {
  radam_coefficients c{};
  c.struct_size = sizeof c;
  EXPECT_EQ(radam_coefficients_at(&h, step, &c), RADAM_OK) << "step " << step;
  return c;
}

Quad power(Quad x, std::int64_t n) {
  Quad result = 1;
  for (; n > 0; n >>= 1, x *= x)
    if (n & 1) result *= x;
  return result;
}

// Section 3 and Algorithm 2 of the RAdam paper.
Quad rho_limit(double beta2) { return 2 / (1 - static_cast<Quad>(beta2)) - 1; }

Quad rho(double beta2, std::int64_t t) {
  const Quad p = power(beta2, t);
  return rho_limit(beta2) - 2 * static_cast<Quad>(t) * p / (1 - p);
}

double root(Quad x) { return static_cast<double>(std::sqrt(static_cast<long double>(x))); }

double rectification(double beta2, std::int64_t t) {
  const Quad limit = rho_limit(beta2), r = rho(beta2, t);
  return root((r - 4) * (r - 2) * limit / ((limit - 4) * (limit - 2) * r));
}

double correction(double beta, std::int64_t t) { return static_cast<double>(1 - power(beta, t)); }

// All of the first steps, then ever fewer, to 1e7.
std::vector<std::int64_t> steps() {
  std::vector<std::int64_t> result;
  for (std::int64_t t = 1; t <= 10'000'000; t += 1 + t / 300) result.push_back(t);
  result.push_back(10'000'000);
  return result;
}

constexpr double kBeta1s[] = {0, 0.5, 0.9, 0.95, 0.999};
constexpr double kBeta2s[] = {0.7, 0.75, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, 0.99999, 0.999999};

// What one rounding to float may cost, and a little for the doubles before it.
void expect_rounded(float actual, double exact, const char* what) {
  const double error = std::fabs(static_cast<double>(actual) - exact);
  EXPECT_LE(error, std::fabs(exact) * 0x1p-24 * (1 + 1e-6)) << what;
}

TEST(Schedule, RhoAndRectification) {
  for (const double beta2 : kBeta2s) {
    radam_hyperparameters h = preset(RADAM_PRESET_RADAM_PYTORCH);
    h.of.adam.beta2 = beta2;
    const double limit = static_cast<double>(rho_limit(beta2));
    for (const std::int64_t t : steps()) {
      const radam_coefficients c = coefficients(h, t);
      // rho is a difference of numbers as large as its limit, each with an error of a few last bits.
      const double rho_bound = 8 * 0x1p-53 * limit, exact = static_cast<double>(rho(beta2, t));
      ASSERT_LE(std::fabs(c.rho - exact), rho_bound) << "beta2 " << beta2 << ", step " << t;
      ASSERT_EQ(c.rectified, exact > 5) << "beta2 " << beta2 << ", step " << t;
      if (!c.rectified) {
        ASSERT_EQ(c.rectification, 0);
        continue;
      }
      const double r = rectification(beta2, t);
      const double bound = r * (16 * 0x1p-53 + rho_bound * (1 / (exact - 4) + 1 / (exact - 2) + 1 / exact));
      ASSERT_LE(std::fabs(c.rectification - r), bound) << "beta2 " << beta2 << ", step " << t;
    }
  }
}

TEST(Schedule, StepSizeAndEpsilon) {
  for (const std::int32_t number : {RADAM_PRESET_RADAM_AUTHORS, RADAM_PRESET_RADAM_TENSORFLOW_ADDONS,
                                    RADAM_PRESET_ADAM_PYTORCH, RADAM_PRESET_ADAMW_AUTHORS}) {
    for (const double beta1 : kBeta1s) {
      for (const double beta2 : kBeta2s) {
        radam_hyperparameters h = preset(number);
        h.of.adam.unrectified = RADAM_UNRECTIFIED_MOMENTUM;
        h.of.adam.beta1 = beta1;
        h.of.adam.beta2 = beta2;
        h.learning_rate = 0.0123;
        h.of.adam.epsilon = 1e-6;
        for (const std::int64_t t : steps()) {
          if (t > 2000 && t % 7 != 0) continue;
          const radam_coefficients c = coefficients(h, t);
          const bool adaptive = h.of.adam.rectify == 0 || rho(beta2, t) >= 5;
          const double root2 = root(1 - power(beta2, t));
          const double r = h.of.adam.rectify == 0 ? 1 : rectification(beta2, t);
          const double step_size = 0.0123 * (adaptive ? root2 * r : 1) / correction(beta1, t);
          SCOPED_TRACE(testing::Message() << "preset " << number << ", betas " << beta1 << " " << beta2 << ", " << t);
          ASSERT_EQ(c.mode, adaptive ? RADAM_MODE_ADAPTIVE : RADAM_MODE_MOMENTUM);
          expect_rounded(c.of.adam.step_size, step_size, "step_size");
          const bool plain = h.of.adam.epsilon_placement == RADAM_EPSILON_PLAIN;
          expect_rounded(c.of.adam.epsilon, plain ? 1e-6 : 1e-6 * root2, "epsilon");
          if (testing::Test::HasFailure()) return;
        }
      }
    }
  }
}

TEST(Schedule, EverythingElse) {
  radam_hyperparameters h = preset(RADAM_PRESET_RADAM_PYTORCH);
  h.learning_rate = 0.3;
  h.weight_decay = 0.7;
  h.of.adam.beta1 = 0.95;
  h.of.adam.beta2 = 0.99999;
  h.grad_scale = 0.1;
  for (const std::int64_t t : {1, 10, 100000}) {
    h.weight_decay_mode = RADAM_WEIGHT_DECAY_L2;
    h.maximize = 0;
    const radam_coefficients c = coefficients(h, t);
    EXPECT_EQ(c.struct_size, sizeof c);
    EXPECT_EQ(c.grad_scale, 0.1f);
    EXPECT_EQ(c.of.adam.l2, 0.7f);
    EXPECT_EQ(c.of.adam.decay, 0);
    EXPECT_EQ(c.of.adam.beta1, 0.95f);
    EXPECT_EQ(c.of.adam.beta2, 0.99999f);
    EXPECT_EQ(c.of.adam.one_minus_beta1, static_cast<float>(1 - 0.95));
    EXPECT_EQ(c.of.adam.one_minus_beta2, static_cast<float>(1 - 0.99999));
    EXPECT_NE(c.of.adam.one_minus_beta2, 1 - c.of.adam.beta2) << "digits were lost";
    EXPECT_EQ(c.learning_rate, 0.3);
    h.maximize = 1;
    EXPECT_EQ(coefficients(h, t).grad_scale, -0.1f);
    for (const std::int32_t mode : {RADAM_WEIGHT_DECAY_DECOUPLED, RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE}) {
      h.weight_decay_mode = mode;
      EXPECT_EQ(coefficients(h, t).of.adam.l2, 0);
      EXPECT_EQ(coefficients(h, t).of.adam.decay, static_cast<float>(0.3 * 0.7));
    }
  }
}

TEST(Schedule, AdamIsAlwaysAdaptive) {
  for (const double beta2 : {0.0, 0.5, 0.999}) {
    radam_hyperparameters h = preset(RADAM_PRESET_ADAM_PYTORCH);
    h.of.adam.beta2 = beta2;
    for (const std::int64_t t : {1, 2, 3, 1000}) {
      const radam_coefficients c = coefficients(h, t);
      EXPECT_EQ(c.mode, RADAM_MODE_ADAPTIVE);
      EXPECT_EQ(c.rectified, 1);
      EXPECT_EQ(c.rho, 0);
      EXPECT_EQ(c.rectification, 1);
    }
  }
}

TEST(FirstRectifiedStep, AsInExactArithmetic) {
  int cases = 0;
  for (std::int32_t number = RADAM_PRESET_RADAM_AUTHORS; number <= RADAM_PRESET_RADAM_PAPER; ++number) {
    for (const double beta2 : kBeta2s) {
      radam_hyperparameters h = preset(number);
      h.of.adam.beta2 = beta2;
      SCOPED_TRACE(testing::Message() << "preset " << number << ", beta2 " << beta2);
      std::int64_t t = 1;
      while (!(rho(beta2, t) >= static_cast<Quad>(h.of.adam.rho_threshold))) ++t;
      // Neither step is so close to the threshold that >= and > would differ or the quads could err.
      for (const std::int64_t near : {t - 1, t})
        ASSERT_GT(std::fabs(static_cast<double>(rho(beta2, near) - static_cast<Quad>(h.of.adam.rho_threshold))), 1e-6);
      for (std::int64_t earlier = 1; earlier < t; ++earlier)
        ASSERT_EQ(coefficients(h, earlier).rectified, 0) << earlier;
      ASSERT_EQ(coefficients(h, t).rectified, 1) << t;
      ASSERT_EQ(coefficients(h, t).mode, RADAM_MODE_ADAPTIVE) << t;
      ++cases;
    }
  }
  EXPECT_EQ(cases, 50);
}

// The numbers that users know: the sixth step with the usual beta2, and the fifth in the paper's own algorithm.
TEST(FirstRectifiedStep, OfTheUsualBetas) {
  for (const double beta2 : {0.999, 0.9999}) {
    for (std::int32_t number = RADAM_PRESET_RADAM_AUTHORS; number <= RADAM_PRESET_RADAM_PAPER; ++number) {
      radam_hyperparameters h = preset(number);
      h.of.adam.beta2 = beta2;
      const std::int64_t first = number == RADAM_PRESET_RADAM_PAPER ? 5 : 6;
      EXPECT_EQ(coefficients(h, first - 1).rectified, 0) << number;
      EXPECT_EQ(coefficients(h, first).rectified, 1) << number;
    }
  }
}

TEST(FirstRectifiedStep, AtOrAboveTheThreshold) {
  radam_hyperparameters h = preset(RADAM_PRESET_RADAM_PYTORCH);
  const double rho = coefficients(h, 20).rho;
  h.of.adam.rho_threshold = rho;
  h.of.adam.rectify_at_threshold = 1;
  EXPECT_EQ(coefficients(h, 20).rectified, 1);
  h.of.adam.rectify_at_threshold = 0;
  EXPECT_EQ(coefficients(h, 20).rectified, 0);
  h.of.adam.rho_threshold = std::nextafter(rho, 0);
  EXPECT_EQ(coefficients(h, 20).rectified, 1);
  h.of.adam.rho_threshold = std::nextafter(rho, 1e9);
  h.of.adam.rectify_at_threshold = 1;
  EXPECT_EQ(coefficients(h, 20).rectified, 0);
}

// 2 / (1 - beta2) - 1 is 5 at beta2 = 2/3, which is not a double: one neighbour never rectifies, the other does.
TEST(NeverRectifies, AroundTwoThirds) {
  const double below = 2.0 / 3, above = std::nextafter(below, 1);
  ASSERT_TRUE(rho_limit(below) < 5 && rho_limit(above) > 5);
  for (const double beta2 : {0.0, 0.5, below}) {
    radam_hyperparameters h = preset(RADAM_PRESET_RADAM_AUTHORS);
    h.of.adam.beta2 = beta2;
    EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_ERROR_NEVER_RECTIFIES) << beta2;
    h.of.adam.unrectified = RADAM_UNRECTIFIED_MOMENTUM;
    ASSERT_EQ(radam_hyperparameters_check(&h), RADAM_OK) << beta2;
    for (const std::int64_t t : {1, 2, 10, 100, 1000, 10'000'000}) {
      const radam_coefficients c = coefficients(h, t);
      EXPECT_EQ(c.rectified, 0);
      EXPECT_EQ(c.rectification, 0);
      EXPECT_EQ(c.mode, RADAM_MODE_MOMENTUM);
      expect_rounded(c.of.adam.step_size, 1e-3 / correction(0.9, t), "step_size");
    }
  }
  radam_hyperparameters h = preset(RADAM_PRESET_RADAM_AUTHORS);
  h.of.adam.beta2 = above;
  ASSERT_EQ(radam_hyperparameters_check(&h), RADAM_OK);
  const radam_coefficients c = coefficients(h, 1000);
  EXPECT_EQ(c.rectified, 1);
  EXPECT_GT(c.of.adam.step_size, 0);
}

TEST(NeverRectifies, WithAnyThreshold) {
  radam_hyperparameters h = preset(RADAM_PRESET_RADAM_AUTHORS);
  const double limit = 2 / (1 - h.of.adam.beta2) - 1;
  h.of.adam.rho_threshold = limit;
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_ERROR_NEVER_RECTIFIES);
  h.of.adam.rho_threshold = std::nextafter(limit, 0);
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK);
  EXPECT_EQ(coefficients(h, 10'000'000).rectified, 1);
  EXPECT_NEAR(coefficients(h, 10'000'000).rectification, 1, 1e-15);
}

// Where the paper's threshold of 4 meets a limit of 4, the rectification would be 0/0.
TEST(NeverRectifies, WhereTheLimitIsFour) {
  for (const double beta2 : {std::nextafter(0.6, 0), 0.6, std::nextafter(0.6, 1)}) {
    radam_hyperparameters h = preset(RADAM_PRESET_RADAM_PAPER);
    h.of.adam.beta2 = beta2;
    for (const std::int64_t t : {1, 5, 50, 500, 5000}) {
      const radam_coefficients c = coefficients(h, t);
      EXPECT_TRUE(std::isfinite(c.rectification) && c.rectification >= 0 && c.rectification <= 1) << t;
      EXPECT_TRUE(std::isfinite(c.of.adam.step_size)) << t;
    }
  }
}

TEST(Unrectified, SkipMovesOnlyTheMoments) {
  radam_hyperparameters h = preset(RADAM_PRESET_RADAM_AUTHORS);
  h.weight_decay = 0.01;  // which the authors' code applies only in steps that update
  EXPECT_EQ(coefficients(h, 5).mode, RADAM_MODE_MOMENTS_ONLY);
  EXPECT_EQ(coefficients(h, 6).mode, RADAM_MODE_ADAPTIVE);
  h.weight_decay_mode = RADAM_WEIGHT_DECAY_L2;
  EXPECT_EQ(coefficients(h, 5).mode, RADAM_MODE_MOMENTS_ONLY);
}

TEST(Unrectified, SkipStillDecaysWhereDecayIsOfEveryStep) {
  radam_hyperparameters h = preset(RADAM_PRESET_RADAM_AUTHORS);
  h.weight_decay_mode = RADAM_WEIGHT_DECAY_DECOUPLED;
  EXPECT_EQ(coefficients(h, 5).mode, RADAM_MODE_MOMENTS_ONLY) << "there is no decay";
  h.weight_decay = 0.5;
  h.learning_rate = 0.25;
  const radam_coefficients c = coefficients(h, 5);
  float p = 8, m = 0, v = 0;
  const float g = 2;
  float* const state[] = {&m, &v, nullptr};
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &g, state), RADAM_OK);
  EXPECT_EQ(p, 7);  // 8 - 0.25 * 0.5 * 8
  EXPECT_NEAR(m, 0.2, 1e-7);
  EXPECT_NEAR(v, 0.004, 1e-8);
}

TEST(Warmup, IsThatOfTheAuthors) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADAMW_AUTHORS);
  h.learning_rate = 0.5;
  h.weight_decay = 0.1;
  h.of.adam.warmup_steps = 10;
  for (std::int64_t t = 1; t <= 12; ++t) {
    const double expected = t < 10 ? 1e-8 + static_cast<double>(t) * 0.5 / 10 : 0.5;
    const radam_coefficients c = coefficients(h, t);
    EXPECT_EQ(c.learning_rate, expected) << t;
    EXPECT_EQ(c.of.adam.decay, static_cast<float>(expected * 0.1)) << t;
    expect_rounded(c.of.adam.step_size, expected * root(1 - power(0.999, t)) / correction(0.9, t), "step_size");
  }
}

TEST(Frozen, OnlyTheSecondMomentMovesThoughStepsCount) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADAM_2K);
  h.weight_decay = 0.1;
  for (const std::int64_t t : {1, 2, 1999, 2000})
    EXPECT_EQ(coefficients(h, t).mode, RADAM_MODE_SECOND_MOMENT_ONLY) << t;
  const radam_coefficients c = coefficients(h, 2001);
  EXPECT_EQ(c.mode, RADAM_MODE_ADAPTIVE);
  expect_rounded(c.of.adam.step_size, 1e-3 * root(1 - power(0.999, 2001)) / correction(0.9, 2001), "step_size");
  h.weight_decay_mode = RADAM_WEIGHT_DECAY_L2;
  EXPECT_EQ(coefficients(h, 2000).of.adam.l2, 0) << "the gradient of a frozen step has no decay in it";
  EXPECT_EQ(coefficients(h, 2001).of.adam.l2, 0.1f);
}

radam_hyperparameters sgd(double momentum, double dampening, std::int32_t nesterov) {
  radam_hyperparameters h = preset(RADAM_PRESET_SGD_PYTORCH);
  h.learning_rate = 0.3;
  h.weight_decay = 0.7;
  h.grad_scale = 0.1;
  h.of.sgd.momentum = momentum;
  h.of.sgd.dampening = dampening;
  h.of.sgd.nesterov = nesterov;
  return h;
}

// torch.optim.SGD clones the first gradient into its buffer: neither momentum nor dampening touches it.
TEST(Sgd, TheFirstGradientGoesIntoTheBufferWhole) {
  for (const double momentum : {0.1, 0.9, 0.999}) {
    for (const double dampening : {0.0, 0.1, 0.99999999, 1.0}) {
      const radam_hyperparameters h = sgd(momentum, dampening, 0);
      const radam_sgd_coefficients first = coefficients(h, 1).of.sgd;
      EXPECT_EQ(first.momentum, 0);
      EXPECT_EQ(first.one_minus_dampening, 1);
      EXPECT_EQ(first.nesterov, 0);
      for (const std::int64_t t : {std::int64_t{2}, std::int64_t{3}, std::int64_t{1000}, INT64_MAX}) {
        const radam_sgd_coefficients later = coefficients(h, t).of.sgd;
        expect_rounded(later.momentum, momentum, "momentum");
        expect_rounded(later.one_minus_dampening, static_cast<double>(1 - static_cast<Quad>(dampening)),
                       "one_minus_dampening");
        EXPECT_EQ(later.nesterov, 0);
      }
    }
  }
}

TEST(Sgd, NesterovLooksAheadByTheMomentumInEveryStep) {
  for (const double momentum : {0.1, 0.9, 0.999}) {
    const radam_hyperparameters h = sgd(momentum, 0, 1);
    for (const std::int64_t t : {std::int64_t{1}, std::int64_t{2}, INT64_MAX}) {
      const radam_sgd_coefficients s = coefficients(h, t).of.sgd;
      expect_rounded(s.nesterov, momentum, "nesterov");
      EXPECT_EQ(s.momentum, t == 1 ? 0 : s.nesterov) << t;
      EXPECT_EQ(s.one_minus_dampening, 1) << t;
    }
  }
}

void expect_common(const radam_coefficients& c, std::int32_t algorithm, double learning_rate, float grad_scale) {
  EXPECT_EQ(c.struct_size, sizeof c);
  EXPECT_EQ(c.algorithm, algorithm);
  EXPECT_EQ(c.mode, 0);
  EXPECT_EQ(c.grad_scale, grad_scale);
  EXPECT_EQ(c.learning_rate, learning_rate);
  EXPECT_EQ(c.rho, 0);
  EXPECT_EQ(c.rectification, 0);
  EXPECT_EQ(c.rectified, 0);
  EXPECT_EQ(c.reserved, 0);
}

TEST(Sgd, EverythingElse) {
  for (const double momentum : {0.0, 0.9}) {
    for (const std::int64_t t : {1, 2, 100000}) {
      radam_hyperparameters h = sgd(momentum, 0, 0);
      const radam_coefficients c = coefficients(h, t);
      expect_common(c, RADAM_ALGORITHM_SGD, 0.3, 0.1f);
      EXPECT_EQ(c.of.sgd.step_size, 0.3f);
      EXPECT_EQ(c.of.sgd.l2, 0.7f);
      EXPECT_EQ(c.of.sgd.decay, 0);
      h.maximize = 1;
      expect_common(coefficients(h, t), RADAM_ALGORITHM_SGD, 0.3, -0.1f);
      for (const std::int32_t mode : {RADAM_WEIGHT_DECAY_DECOUPLED, RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE}) {
        h.weight_decay_mode = mode;
        EXPECT_EQ(coefficients(h, t).of.sgd.l2, 0);
        EXPECT_EQ(coefficients(h, t).of.sgd.decay, static_cast<float>(0.3 * 0.7));
      }
    }
  }
}

TEST(Sgd, WithoutMomentumThereIsNone) {
  for (const std::int64_t t : {1, 2, 3}) {
    const radam_sgd_coefficients s = coefficients(sgd(0, 0, 0), t).of.sgd;
    EXPECT_EQ(s.momentum, 0) << t;
    EXPECT_EQ(s.nesterov, 0) << t;
  }
}

// Two steps by hand, in numbers that need no rounding: the buffer is g1 and then momentum * g1 + (1 - dampening) * g2.
TEST(Sgd, TwoStepsByHand) {
  radam_hyperparameters h = sgd(0.5, 0.75, 0);
  h.learning_rate = 0.25;
  h.weight_decay = 0;
  h.grad_scale = 1;
  float p = 8, b = 1000;  // what is in the buffer before the first step does not count
  float* const state[] = {&b};
  const auto run = [&](std::int64_t t, float g) {
    const radam_coefficients c = coefficients(h, t);
    ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &g, state), RADAM_OK);
  };
  run(1, 4);
  EXPECT_EQ(b, 4);
  EXPECT_EQ(p, 7);  // 8 - 0.25 * 4
  run(2, -16);
  EXPECT_EQ(b, -2);    // 0.5 * 4 + 0.25 * -16
  EXPECT_EQ(p, 7.5f);  // 7 - 0.25 * -2

  h.of.sgd.dampening = 0;
  h.of.sgd.nesterov = 1;
  p = 8;
  run(1, 4);
  EXPECT_EQ(b, 4);
  EXPECT_EQ(p, 6.5f);  // 8 - 0.25 * (4 + 0.5 * 4)
  run(2, -16);
  EXPECT_EQ(b, -14);     // 0.5 * 4 - 16
  EXPECT_EQ(p, 12.25f);  // 6.5 - 0.25 * (-16 + 0.5 * -14)
}

TEST(Lion, AllStepsAreAlike) {
  radam_hyperparameters h = preset(RADAM_PRESET_LION_AUTHORS);
  h.learning_rate = 0.3;
  h.weight_decay = 0.7;
  h.grad_scale = 0.1;
  for (const double beta1 : kBeta1s) {
    for (const double beta2 : kBeta2s) {
      h.of.lion = {beta1, beta2};
      for (const std::int32_t mode : {RADAM_WEIGHT_DECAY_DECOUPLED, RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE}) {
        h.weight_decay_mode = mode;
        for (const std::int64_t t : {std::int64_t{1}, std::int64_t{2}, std::int64_t{100000}, INT64_MAX}) {
          h.maximize = 0;
          const radam_coefficients c = coefficients(h, t);
          expect_common(c, RADAM_ALGORITHM_LION, 0.3, 0.1f);
          const radam_lion_coefficients& l = c.of.lion;
          EXPECT_EQ(l.decay, static_cast<float>(0.3 * 0.7));
          EXPECT_EQ(l.step_size, 0.3f);
          expect_rounded(l.beta1, beta1, "beta1");
          expect_rounded(l.beta2, beta2, "beta2");
          expect_rounded(l.one_minus_beta1, static_cast<double>(1 - static_cast<Quad>(beta1)), "one_minus_beta1");
          expect_rounded(l.one_minus_beta2, static_cast<double>(1 - static_cast<Quad>(beta2)), "one_minus_beta2");
          h.maximize = 1;
          expect_common(coefficients(h, t), RADAM_ALGORITHM_LION, 0.3, -0.1f);
        }
      }
    }
  }
}

// In numbers that need no rounding. The update is of the average before it moves, and is made with beta1, not beta2.
TEST(Lion, OneStepByHand) {
  radam_hyperparameters h = preset(RADAM_PRESET_LION_AUTHORS);
  h.learning_rate = 0.25;
  h.weight_decay = 0.5;
  h.of.lion = {0.75, 0.5};
  const radam_coefficients c = coefficients(h, 1);
  float p = 8, m = 4;
  const float g = -8;
  float* const state[] = {&m};
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &g, state), RADAM_OK);
  EXPECT_EQ(p, 6.75f);  // 8 - 0.25 * (sign(0.75 * 4 + 0.25 * -8) + 0.5 * 8)
  EXPECT_EQ(m, -2);     // 0.5 * 4 + 0.5 * -8
}

// What the coefficients of RMSprop, Adagrad, Adamax and Adadelta have in common, for every mode of decay and sign: the
// first three are l2, decay and step_size.
void expect_common_of_pytorch(radam_hyperparameters h, std::int64_t t, double learning_rate, double step_size) {
  h.weight_decay = 0.7;
  h.grad_scale = 0.1;
  for (const std::int32_t maximize : {0, 1}) {
    for (const std::int32_t mode : {RADAM_WEIGHT_DECAY_L2, RADAM_WEIGHT_DECAY_DECOUPLED,
                                    RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE}) {
      h.maximize = maximize;
      h.weight_decay_mode = mode;
      const radam_coefficients c = coefficients(h, t);
      EXPECT_EQ(c.algorithm, h.algorithm);
      EXPECT_EQ(c.mode, 0);
      EXPECT_EQ(c.grad_scale, maximize ? -0.1f : 0.1f);
      EXPECT_LE(std::fabs(c.learning_rate - learning_rate), 0x1p-51 * learning_rate);
      EXPECT_EQ(c.of.values[0], mode == RADAM_WEIGHT_DECAY_L2 ? 0.7f : 0);
      expect_rounded(c.of.values[1], mode == RADAM_WEIGHT_DECAY_L2 ? 0 : learning_rate * 0.7, "decay");
      expect_rounded(c.of.values[2], step_size, "step_size");
    }
  }
}

void expect_rates(const float* rate_and_complement, double rate) {
  expect_rounded(rate_and_complement[0], rate, "rate");
  expect_rounded(rate_and_complement[1], static_cast<double>(1 - static_cast<Quad>(rate)), "1 - rate");
}

TEST(RmsProp, AllStepsAreAlike) {
  radam_hyperparameters h = preset(RADAM_PRESET_RMSPROP_PYTORCH);
  h.learning_rate = 0.3;
  for (const double alpha : kBeta2s) {
    for (const std::int32_t in_root : {0, 1}) {
      h.of.rmsprop = {alpha, 1e-6, 0.9, 0, in_root};
      for (const std::int64_t t : {std::int64_t{1}, std::int64_t{100000}, INT64_MAX}) {
        expect_common_of_pytorch(h, t, 0.3, 0.3);
        const radam_rmsprop_coefficients& r = coefficients(h, t).of.rmsprop;
        expect_rates(&r.alpha, alpha);
        EXPECT_EQ(r.epsilon, in_root ? 0 : 1e-6f);
        EXPECT_EQ(r.epsilon_in_root, in_root ? 1e-6f : 0);
        EXPECT_EQ(r.momentum, 0.9f);
      }
    }
  }
}

// In numbers that need no rounding.
TEST(RmsProp, OneStepByHand) {
  radam_hyperparameters h = preset(RADAM_PRESET_RMSPROP_PYTORCH);
  h.learning_rate = 0.5;
  h.of.rmsprop = {0.75, 3, 0.5, 1, 1};
  const radam_coefficients c = coefficients(h, 1);
  float p = 8, v = 0, b = 6, a = 8;
  const float g = 12;
  float* const state[] = {&v, &b, &a};
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &g, state), RADAM_OK);
  EXPECT_EQ(v, 36);  // 0.25 * 144
  EXPECT_EQ(a, 9);   // 0.75 * 8 + 0.25 * 12; the variance 36 - 81 counts as 0
  EXPECT_EQ(b, 3 + 12 / std::sqrt(3.0f));
  EXPECT_EQ(p, std::fma(-0.5f, b, 8.0f));
}

TEST(Adagrad, LearningRateAndFirstStep) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADAGRAD_PYTORCH);
  h.learning_rate = 0.3;
  for (const double decay : {0.0, 1e-3, 0.75, 1e300}) {
    h.of.adagrad = {1e-6, decay, 0.125};
    for (const std::int64_t t : {std::int64_t{1}, std::int64_t{2}, std::int64_t{1001}, std::int64_t{1} << 40}) {
      const double rate = static_cast<double>(0.3 / (1 + static_cast<Quad>(t - 1) * static_cast<Quad>(decay)));
      if (rate > 0x1p-100 || rate == 0) expect_common_of_pytorch(h, t, rate, rate);
      const radam_adagrad_coefficients& a = coefficients(h, t).of.adagrad;
      EXPECT_EQ(a.epsilon, 1e-6f);
      EXPECT_EQ(a.initial_accumulator, t == 1 ? 0.125f : 0);
    }
  }
  h.of.adagrad.learning_rate_decay = 1e308;
  EXPECT_EQ(coefficients(h, INT64_MAX).of.adagrad.step_size, 0);
}

TEST(Adagrad, TwoStepsByHand) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADAGRAD_PYTORCH);
  h.learning_rate = 1;
  h.of.adagrad = {0, 1, 16};
  float p = 8, s = 0;
  float* const state[] = {&s};
  const auto run = [&](std::int64_t t, float g) {
    const radam_coefficients c = coefficients(h, t);
    ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &g, state), RADAM_OK);
  };
  run(1, 3);
  EXPECT_EQ(s, 25);                 // 16 + 3 * 3
  EXPECT_EQ(p, 8 - 3 / 5.0f);
  const float before = p;
  run(2, -12);
  EXPECT_EQ(s, 169);
  EXPECT_EQ(p, std::fma(-0.5f, -12 / 13.0f, before));  // the learning rate is 1 / (1 + 1)
}

TEST(Adamax, StepSizeAndRates) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADAMAX_PYTORCH);
  h.learning_rate = 0.3;
  for (const double beta1 : kBeta1s) {
    for (const double beta2 : kBeta2s) {
      h.of.adamax = {beta1, beta2, 1e-6};
      for (const std::int64_t t : {1, 2, 10, 1000, 100000}) {
        expect_common_of_pytorch(h, t, 0.3, 0.3 / correction(beta1, t));
        const radam_adamax_coefficients& a = coefficients(h, t).of.adamax;
        expect_rates(&a.beta1, beta1);
        expect_rounded(a.beta2, beta2, "beta2");
        EXPECT_EQ(a.epsilon, 1e-6f);
      }
    }
  }
}

TEST(Adamax, TwoStepsByHand) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADAMAX_PYTORCH);
  h.learning_rate = 0.5;
  h.of.adamax = {0.5, 0.5, 2};
  float p = 8, m = 0, n = 0;
  float* const state[] = {&m, &n};
  const auto run = [&](std::int64_t t, float g) {
    const radam_coefficients c = coefficients(h, t);
    ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &g, state), RADAM_OK);
  };
  run(1, -14);
  EXPECT_EQ(m, -7);
  EXPECT_EQ(n, 16);        // |-14| + 2, not 0.5 * 0
  EXPECT_EQ(p, 8.4375f);   // 8 + 0.5 / (1 - 0.5) * 7 / 16
  run(2, 1);
  EXPECT_EQ(m, -3);
  EXPECT_EQ(n, 8);         // 0.5 * 16, not 1 + 2
}

TEST(Adadelta, AllStepsAreAlike) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADADELTA_PYTORCH);
  h.learning_rate = 0.3;
  for (const double rho : kBeta2s) {
    h.of.adadelta = {rho, 1e-5};
    for (const std::int64_t t : {std::int64_t{1}, std::int64_t{100000}, INT64_MAX}) {
      expect_common_of_pytorch(h, t, 0.3, 0.3);
      const radam_adadelta_coefficients& a = coefficients(h, t).of.adadelta;
      expect_rates(&a.rho, rho);
      EXPECT_EQ(a.epsilon, 1e-5f);
    }
  }
}

// In numbers that need no rounding. The update is by the average of updates before it moves.
TEST(Adadelta, OneStepByHand) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADADELTA_PYTORCH);
  h.learning_rate = 0.5;
  h.of.adadelta = {0.75, 4};
  const radam_coefficients c = coefficients(h, 1);
  float p = 8, v = 28, u = 32;
  const float g = -8;
  float* const state[] = {&v, &u};
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &g, state), RADAM_OK);
  EXPECT_EQ(v, 37);  // 0.75 * 28 + 0.25 * 64
  const float update = 6 / std::sqrt(41.0f) * -8;
  EXPECT_EQ(u, std::fma(0.25f, std::fma(update, update, -32.0f), 32.0f));
  EXPECT_EQ(p, std::fma(-0.5f, update, 8.0f));
}

// With rho >= 5 a step is rectified. Before it is along m, or none.
TEST(AdaBelief, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADABELIEF_AUTHORS);
  h.learning_rate = 0.3;
  for (const double beta1 : kBeta1s) {
    for (const double beta2 : kBeta2s) {
      for (const std::int64_t t : {1, 2, 3, 4, 5, 6, 7, 10, 1000, 100000}) {
        SCOPED_TRACE(testing::Message() << "betas " << beta1 << " " << beta2 << ", step " << t);
        const double of_m = 0.3 / correction(beta1, t), root2 = root(1 - power(beta2, t));
        for (const std::int32_t rectify : {0, 1}) {
          for (const std::int32_t unrectified : {RADAM_UNRECTIFIED_SKIP, RADAM_UNRECTIFIED_MOMENTUM}) {
            h.of.adabelief = {beta1, beta2, 1e-6, 1, rectify, unrectified, 0};
            const radam_coefficients c = coefficients(h, t);
            const bool adaptive = rectify == 0 || rho(beta2, t) >= 5;
            const double r = !adaptive ? 0 : rectify == 0 ? 1 : rectification(beta2, t);
            EXPECT_EQ(c.algorithm, RADAM_ALGORITHM_ADABELIEF);
            EXPECT_EQ(c.mode, adaptive ? RADAM_MODE_ADAPTIVE : RADAM_MODE_MOMENTUM);
            EXPECT_EQ(c.learning_rate, 0.3);
            EXPECT_EQ(c.rectified, adaptive);
            EXPECT_LE(std::fabs(c.rectification - r), 1e-9);
            const radam_adabelief_coefficients& b = c.of.adabelief;
            // Where rho is little more than 4, the rectification has lost digits, as RAdam's.
            const double step_size = adaptive ? of_m * root2 * c.rectification : of_m * unrectified;
            expect_rounded(b.step_size, step_size, "step_size");
            expect_rates(&b.beta1, beta1);
            expect_rates(&b.beta2, beta2);
            EXPECT_EQ(b.var_epsilon, 1e-6f);
            expect_rounded(b.epsilon, rectify != 0 ? 1e-6 : 1e-6 * root2, "epsilon");
          }
        }
      }
    }
  }
}

TEST(AdaBelief, WeightDecay) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADABELIEF_AUTHORS);
  h.learning_rate = 0.3;
  h.weight_decay = 0.7;
  h.of.adabelief.unrectified = RADAM_UNRECTIFIED_SKIP;
  for (const std::int64_t t : {1, 100}) {  // a step that is skipped, and one that is not
    for (const std::int32_t fixed : {0, 1}) {
      h.of.adabelief.fixed_weight_decay = fixed;
      const float decay = fixed ? 0.7f : static_cast<float>(0.3 * 0.7);
      h.weight_decay_mode = RADAM_WEIGHT_DECAY_L2;
      EXPECT_EQ(coefficients(h, t).of.adabelief.l2, 0.7f);
      EXPECT_EQ(coefficients(h, t).of.adabelief.decay, 0);
      h.weight_decay_mode = RADAM_WEIGHT_DECAY_DECOUPLED;
      EXPECT_EQ(coefficients(h, t).of.adabelief.l2, 0);
      EXPECT_EQ(coefficients(h, t).of.adabelief.decay, decay);
      h.weight_decay_mode = RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE;
      EXPECT_EQ(coefficients(h, t).of.adabelief.l2, 0);
      EXPECT_EQ(coefficients(h, t).of.adabelief.decay, t == 1 ? 0 : decay);
    }
  }
}

// In numbers that need no rounding. Epsilon is added to the variance in both steps.
TEST(AdaBelief, TwoStepsByHand) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADABELIEF_AUTHORS);
  h.learning_rate = 0.25;
  h.weight_decay = 1;
  h.of.adabelief = {0.5, 0.75, 9, 0, 1, RADAM_UNRECTIFIED_MOMENTUM, 0};
  float p = 8, m = 0, s = 0;
  float* const state[] = {&m, &s, nullptr};
  const auto run = [&](radam_coefficients c, float g) {
    ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &g, state), RADAM_OK);
  };
  run(coefficients(h, 1), -8);
  EXPECT_EQ(m, -4);
  EXPECT_EQ(s, 13);  // 0.25 * (-8 + 4)^2 + 9
  EXPECT_EQ(p, 8);   // 8 + 0.25 / 0.5 * 4 - 0.25 * 8
  radam_coefficients c = coefficients(h, 40);
  EXPECT_EQ(c.mode, RADAM_MODE_ADAPTIVE);
  c.of.adabelief.step_size = 1;
  s = 16;
  run(c, 0);
  EXPECT_EQ(m, -2);
  EXPECT_EQ(s, 22);  // 0.75 * 16 + 0.25 * (0 + 2)^2 + 9
  EXPECT_EQ(p, 8 - std::fma(1.0f, -2 / (std::sqrt(22.0f) + 9), 0.25f * 8));
}

// Step 1 moves the second moment alone.
TEST(Adopt, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADOPT_AUTHORS);
  h.learning_rate = 0.3;
  for (const double beta1 : kBeta1s) {
    for (const double beta2 : kBeta2s) {
      for (const std::int32_t clip : {0, 1}) {
        h.of.adopt = {beta1, beta2, 1e-5, clip, 0};
        for (const std::int64_t t : {std::int64_t{2}, std::int64_t{17}, std::int64_t{100000}, INT64_MAX}) {
          expect_common_of_pytorch(h, t, 0.3, 0.3);
          const radam_adopt_coefficients& a = coefficients(h, t).of.adopt;
          expect_rates(&a.beta1, beta1);
          expect_rates(&a.beta2, beta2);
          EXPECT_EQ(a.epsilon, 1e-5f);
          expect_rounded(a.bound, clip ? std::pow(static_cast<double>(t - 1), 0.25) : 0x1p63, "bound");
        }
        h.weight_decay = 0.7;
        for (const std::int32_t mode : {RADAM_WEIGHT_DECAY_L2, RADAM_WEIGHT_DECAY_DECOUPLED,
                                        RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE}) {
          h.weight_decay_mode = mode;
          const radam_adopt_coefficients& first = coefficients(h, 1).of.adopt;
          const radam_adopt_coefficients expected = {mode == RADAM_WEIGHT_DECAY_L2 ? 0.7f : 0, 0, 0, 1, 0, 0, 1, 1,
                                                     clip ? 0 : 0x1p63f};
          EXPECT_EQ(std::memcmp(&first, &expected, sizeof first), 0) << "mode " << mode;
        }
      }
    }
  }
}

// In numbers that need no rounding. What is divided by is the second moment before it moves, or epsilon.
TEST(Adopt, ThreeStepsByHand) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADOPT_AUTHORS);
  h.learning_rate = 0.5;
  h.weight_decay = 0.25;
  h.weight_decay_mode = RADAM_WEIGHT_DECAY_DECOUPLED;
  h.of.adopt = {0.5, 0.75, 4, 1, 0};
  float p = 8, m = 0, v = 0;
  float* const state[] = {&m, &v};
  const auto run = [&](std::int64_t t, float g) {
    const radam_coefficients c = coefficients(h, t);
    ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &g, state), RADAM_OK);
  };
  run(1, -2);
  EXPECT_EQ(v, 4);
  EXPECT_EQ(m, 0);
  EXPECT_EQ(p, 8);
  run(2, 12);
  EXPECT_EQ(v, 39);     // 0.75 * 4 + 0.25 * 144
  EXPECT_EQ(m, 0.5f);   // half of 12 / 4, cut to 1
  EXPECT_EQ(p, 6.75f);  // 8 - 0.5 * (0.5 + 0.25 * 8)
  h.of.adopt.epsilon = 8;
  run(17, 4);
  EXPECT_EQ(m, 0.5f);   // 0.5 * 0.5 + 0.5 * 4 / 8, within 16^0.25
}

TEST(Yogi, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_YOGI_TORCH_OPTIMIZER);
  h.learning_rate = 0.3;
  for (const double beta1 : kBeta1s) {
    for (const double beta2 : kBeta2s) {
      h.of.yogi = {beta1, beta2, 1e-5, 0.7};
      for (const std::int64_t t : {1, 2, 3, 10, 1000, 100000}) {
        const double root2 = root(1 - power(beta2, t));
        expect_common_of_pytorch(h, t, 0.3, 0.3 * root2 / correction(beta1, t));
        const radam_yogi_coefficients& y = coefficients(h, t).of.yogi;
        expect_rates(&y.beta1, beta1);
        EXPECT_EQ(y.one_minus_beta2, static_cast<float>(1 - beta2));
        expect_rounded(y.epsilon, 1e-5 * root2, "epsilon");
        EXPECT_EQ(y.initial_accumulator, t == 1 ? 0.7f : 0);
      }
    }
  }
}

// In numbers that need no rounding. The second moment moves up, not at all, and down.
TEST(Yogi, ThreeStepsByHand) {
  radam_coefficients c = coefficients(preset(RADAM_PRESET_YOGI_TORCH_OPTIMIZER), 1);
  c.of.yogi = {0, 0, 0.5, 0.5, 0.5, 0.25, 2, 1};
  float p = 8, m = 0, v = 0;
  float* const state[] = {&m, &v};
  const auto run = [&](float g) {
    ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &g, state), RADAM_OK);
    c.of.yogi.initial_accumulator = 0;
  };
  run(-4);
  EXPECT_EQ(v, 5);      // 1 + 16 / 4
  EXPECT_EQ(m, -1.5f);  // half of 1 - 4
  v = 4;
  run(-2);
  EXPECT_EQ(v, 4);
  EXPECT_EQ(m, -1.75f);
  p = 8;
  v = 17;
  run(2);
  EXPECT_EQ(v, 16);  // 17 - 4 / 4
  EXPECT_EQ(m, 0.125f);
  EXPECT_EQ(p, 8 - 0.5f * (0.125f / (4 + 2)));
}

TEST(QhAdam, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_QHADAM_AUTHORS);
  h.learning_rate = 0.3;
  for (const double beta1 : {0.0, 1e-10, 0.3, 0.5, 0.9, 0.999, 1 - 1e-12}) {
    for (const double beta2 : kBeta2s) {
      h.of.qhadam = {beta1, beta2, 0.7, 0.1, 1e-5};
      for (const std::int64_t t : {std::int64_t{1}, std::int64_t{2}, std::int64_t{3}, std::int64_t{1000}, INT64_MAX}) {
        expect_common_of_pytorch(h, t, 0.3, 0.3);
        const radam_qhadam_coefficients& q = coefficients(h, t).of.qhadam;
        const double correction1 = correction(beta1, t), correction2 = correction(beta2, t);
        expect_rounded(q.beta1, static_cast<double>(beta1 - power(beta1, t)) / correction1, "beta1");
        expect_rounded(q.one_minus_beta1, (1 - beta1) / correction1, "1 - beta1");
        expect_rounded(q.beta2, static_cast<double>(beta2 - power(beta2, t)) / correction2, "beta2");
        expect_rounded(q.one_minus_beta2, (1 - beta2) / correction2, "1 - beta2");
        expect_rates(&q.nu1, 0.7);
        expect_rates(&q.nu2, 0.1);
        EXPECT_EQ(q.epsilon, 1e-5f);
      }
    }
  }
}

// In numbers that need no rounding. Step 1 makes the moments the gradient and its square.
TEST(QhAdam, TwoStepsByHand) {
  radam_hyperparameters h = preset(RADAM_PRESET_QHADAM_AUTHORS);
  h.learning_rate = 0.5;
  h.of.qhadam = {0.5, 0.5, 0.5, 0.25, 4};
  float p = 8, m = 5, v = 5;
  const float first = -4, second = 8;
  float* const state[] = {&m, &v};
  radam_coefficients c = coefficients(h, 1);
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &first, state), RADAM_OK);
  EXPECT_EQ(m, -4);
  EXPECT_EQ(v, 16);
  EXPECT_EQ(p, 8.25f);  // 8 + 0.5 * 4 / (4 + 4)
  c.of.qhadam.beta1 = c.of.qhadam.beta2 = 0.75f;
  c.of.qhadam.one_minus_beta1 = c.of.qhadam.one_minus_beta2 = 0.25f;
  p = 8;
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &second, state), RADAM_OK);
  EXPECT_EQ(m, -1);  // 0.75 * -4 + 0.25 * 8
  EXPECT_EQ(v, 28);  // 0.75 * 16 + 0.25 * 64
  // n = 0.5 * -1 + 0.5 * 8, s = 0.25 * 28 + 0.75 * 64
  EXPECT_EQ(p, std::fma(-0.5f, 3.5f / (std::sqrt(55.0f) + 4), 8.0f));
}

// beta3 and its complement, by the C library's functions, of which those of long double have more digits.
void expect_slow_rate(const radam_ademamix_coefficients& actual, const radam_ademamix& a, std::int64_t t) {
  SCOPED_TRACE(testing::Message() << a.beta1 << " to " << a.beta3 << ", step " << t << " of " << a.beta3_warmup_steps);
  if (t >= a.beta3_warmup_steps) return expect_rates(&actual.beta3, a.beta3);
  const auto from = std::log(static_cast<long double>(a.beta1 + 1e-8));
  const auto to = std::log(static_cast<long double>(a.beta3 + 1e-8));
  const auto part = static_cast<long double>(static_cast<double>(t) / static_cast<double>(a.beta3_warmup_steps));
  const auto exponent = from * to / ((1 - part) * to + part * from);
  expect_rounded(actual.beta3, static_cast<double>(std::exp(exponent)), "beta3");
  expect_rounded(actual.one_minus_beta3, static_cast<double>(-std::expm1(exponent)), "1 - beta3");
}

TEST(AdEmaMix, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADEMAMIX_AUTHORS);
  h.learning_rate = 0.3;
  for (const double beta1 : kBeta1s) {
    for (const double beta2 : kBeta2s) {
      for (const std::int64_t warmup : {0, 1, 3, 1000}) {
        h.of.ademamix = {beta1, beta2, 0.9999, 0.7, 1e-5, warmup, warmup};
        for (const std::int64_t t : {1, 2, 3, 10, 999, 1000, 100000}) {
          const double root2 = root(1 - power(beta2, t)), correction1 = correction(beta1, t);
          expect_common_of_pytorch(h, t, 0.3, 0.3 * root2 / correction1);
          const radam_ademamix_coefficients& a = coefficients(h, t).of.ademamix;
          expect_rates(&a.beta1, beta1);
          expect_rates(&a.beta2, beta2);
          expect_slow_rate(a, h.of.ademamix, t);
          const double part = t < warmup ? static_cast<double>(t) / static_cast<double>(warmup) : 1;
          expect_rounded(a.alpha, 0.7 * part * correction1, "alpha");
          expect_rounded(a.epsilon, 1e-5 * root2, "epsilon");
        }
      }
    }
  }
}

// Rates from one end of the range to the other, up and down, in all that a warm-up may be long.
TEST(AdEmaMix, HalfLives) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADEMAMIX_AUTHORS);
  const double rates[] = {0, 1e-300, 1e-9, 1e-3, 0.25, 0.5, 0.7, 0.71, 0.9, 0.999, 0.9999, 1 - 1e-6, 1 - 1.1e-8};
  for (const double beta1 : rates) {
    for (const double beta3 : rates) {
      for (const std::int64_t warmup : {std::int64_t{2}, std::int64_t{7}, std::int64_t{100000}, INT64_MAX}) {
        h.of.ademamix.beta1 = beta1;
        h.of.ademamix.beta3 = beta3;
        h.of.ademamix.beta3_warmup_steps = warmup;
        for (std::int64_t k = 1; k <= 64; ++k) {
          const std::int64_t t = 1 + (warmup - 1) / 64 * k;
          expect_slow_rate(coefficients(h, t).of.ademamix, h.of.ademamix, t);
        }
      }
    }
  }
}

// In numbers that need no rounding.
TEST(AdEmaMix, TwoStepsByHand) {
  radam_coefficients c = coefficients(preset(RADAM_PRESET_ADEMAMIX_AUTHORS), 1);
  c.of.ademamix = {0, 0, 0.5f, 0.5f, 0.5f, 0.75f, 0.25f, 0.875f, 0.125f, 4, 2};
  float p = 8, m = 0, s = 0, v = 0;
  float* const state[] = {&m, &s, &v};
  const float gradients[] = {8, -16};
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &gradients[0], state), RADAM_OK);
  EXPECT_EQ(m, 4);
  EXPECT_EQ(s, 1);
  EXPECT_EQ(v, 16);
  EXPECT_EQ(p, std::fma(-0.5f, 8.0f / 6, 8.0f));  // (4 + 4 * 1) / (4 + 2)
  p = 8;
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &gradients[1], state), RADAM_OK);
  EXPECT_EQ(m, -6);
  EXPECT_EQ(s, -1.125f);
  EXPECT_EQ(v, 76);
  EXPECT_EQ(p, std::fma(-0.5f, -10.5f / (std::sqrt(76.0f) + 2), 8.0f));
}

TEST(AdaMod, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADAMOD_AUTHORS);
  for (const double learning_rate : {0.3, 0.0, -0.0}) {
    h.learning_rate = learning_rate;
    for (const double beta1 : kBeta1s) {
      for (const double beta2 : kBeta2s) {
        h.of.adamod = {beta1, beta2, 0.9999, 1e-5};
        for (const std::int64_t t : {1, 2, 3, 10, 1000, 100000}) {
          expect_common_of_pytorch(h, t, learning_rate, 1);
          const radam_adamod_coefficients& a = coefficients(h, t).of.adamod;
          expect_rates(&a.beta1, beta1);
          expect_rates(&a.beta2, beta2);
          expect_rates(&a.beta3, 0.9999);
          expect_rounded(a.rate, learning_rate * root(1 - power(beta2, t)) / correction(beta1, t), "rate");
          EXPECT_FALSE(std::signbit(a.rate));
          EXPECT_EQ(a.epsilon, 1e-5f);
        }
      }
    }
  }
}

// In numbers that need no rounding. The element's rate is bounded by the average, and then bounds it.
TEST(AdaMod, ThreeStepsByHand) {
  radam_coefficients c = coefficients(preset(RADAM_PRESET_ADAMOD_AUTHORS), 1);
  c.of.adamod = {0, 0, 1, 0.5f, 0.5f, 0.75f, 0.25f, 0.75f, 0.25f, 24, 2};
  float p = 8, m = 0, v = 0, n = 0;
  float* const state[] = {&m, &v, &n};
  const auto run = [&](float g) {
    ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &g, state), RADAM_OK);
  };
  run(8);
  EXPECT_EQ(m, 4);
  EXPECT_EQ(v, 16);
  EXPECT_EQ(n, 1);  // a quarter of 24 / (4 + 2)
  EXPECT_EQ(p, 4);  // 8 - 1 * 4
  v = 0;
  n = 16;
  run(8);
  EXPECT_EQ(m, 6);
  EXPECT_EQ(n, 13);   // 16 + (4 - 16) / 4
  EXPECT_EQ(p, -20);  // 4 - 4 * 6
  c.of.adamod.epsilon = 0;
  p = -0.0f, m = 0, v = 0, n = 0;
  run(0);
  EXPECT_EQ(n, 0x1p61f);  // a quarter of the bound of 24 / 0
  EXPECT_EQ(p, 0);
}

TEST(AdaBound, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADABOUND_AUTHORS);
  for (const double learning_rate : {0.3, 0.0, -0.0}) {
    h.learning_rate = learning_rate;
    for (const double beta1 : kBeta1s) {
      for (const double beta2 : kBeta2s) {
        for (const double gamma : {1e-30, 1e-3, 0.9}) {
          h.of.adabound = {beta1, beta2, 1e-5, 0.7, 0.2, gamma, 0, 0};
          for (const std::int64_t t : {1, 2, 3, 10, 1000, 100000}) {
            expect_common_of_pytorch(h, t, learning_rate, 1);
            const radam_adabound_coefficients& a = coefficients(h, t).of.adabound;
            expect_rates(&a.beta1, beta1);
            expect_rates(&a.beta2, beta2);
            expect_rounded(a.rate, learning_rate * root(1 - power(beta2, t)) / correction(beta1, t), "rate");
            const double end = std::fabs(0.7 * learning_rate / 0.2), way = gamma * static_cast<double>(t);
            expect_rounded(a.lower, end / (1 + 1 / way), "lower");
            expect_rounded(a.upper, std::fmin(0x1p63, end * (1 + 1 / way)), "upper");
            EXPECT_FALSE(std::signbit(a.rate) || std::signbit(a.lower) || std::signbit(a.upper));
            EXPECT_EQ(a.epsilon, 1e-5f);
          }
        }
      }
    }
  }
}

// The authors' AdaBoundW does not multiply weight decay by the learning rate.
TEST(AdaBound, FixedWeightDecay) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADABOUNDW_AUTHORS);
  h.weight_decay = 0.25;
  h.learning_rate = 0.125;
  EXPECT_EQ(coefficients(h, 7).of.adabound.decay, 0.25f);
  h.of.adabound.fixed_weight_decay = 0;
  EXPECT_EQ(coefficients(h, 7).of.adabound.decay, 0.03125f);
  h.of.adabound.fixed_weight_decay = 1;
  h.weight_decay_mode = RADAM_WEIGHT_DECAY_L2;
  EXPECT_EQ(coefficients(h, 7).of.adabound.decay, 0);
  EXPECT_EQ(coefficients(h, 7).of.adabound.l2, 0.25f);
}

// In numbers that need no rounding. An element's rate is below the bounds, between them, and above them.
TEST(AdaBound, StepsByHand) {
  radam_coefficients c = coefficients(preset(RADAM_PRESET_ADABOUND_AUTHORS), 1);
  c.of.adabound = {0, 0, 1, 0.5f, 0.5f, 0.75f, 0.25f, 24, 5, 8, 2};
  float p = 8, m = 0, v = 0, w = 0;
  const auto run = [&](float g, bool amsgrad) {
    float* const state[] = {&m, &v, amsgrad ? &w : nullptr};
    ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &g, state), RADAM_OK);
  };
  run(8, false);
  EXPECT_EQ(m, 4);
  EXPECT_EQ(v, 16);
  EXPECT_EQ(p, -12);  // 8 - 5 * 4: 24 / (4 + 2) is 4, below 5
  c.of.adabound.lower = 3;
  p = 8, m = 0, v = 0;
  run(8, false);
  EXPECT_EQ(p, -8);  // 8 - 4 * 4
  c.of.adabound.upper = 3.5f;
  p = 8, m = 0, v = 0;
  run(8, false);
  EXPECT_EQ(p, -6);  // 8 - 3.5 * 4
  c.of.adabound.upper = 8;
  p = 8, m = 0, v = 0, w = 36;
  run(8, true);
  EXPECT_EQ(w, 36);
  EXPECT_EQ(p, -4);  // 8 - 4 * 24 / (6 + 2)
  c.of.adabound.epsilon = 0;
  p = -0.0f, m = 0, v = 0;
  run(0, false);
  EXPECT_EQ(p, 0);  // 24 / 0 is above all bounds
}

TEST(DiffGrad, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_DIFFGRAD_AUTHORS);
  h.learning_rate = 0.3;
  for (const double beta1 : kBeta1s) {
    for (const double beta2 : kBeta2s) {
      h.of.diffgrad = {beta1, beta2, 1e-5};
      for (const std::int64_t t : {1, 2, 3, 10, 1000, 100000}) {
        expect_common_of_pytorch(h, t, 0.3, 0.3 * root(1 - power(beta2, t)) / correction(beta1, t));
        const radam_diffgrad_coefficients& d = coefficients(h, t).of.diffgrad;
        expect_rates(&d.beta1, beta1);
        expect_rates(&d.beta2, beta2);
        EXPECT_EQ(d.epsilon, 1e-5f);
      }
    }
  }
}

// In numbers that need no rounding: without a change the logistic function is 1/2, and after a large one it is 1.
TEST(DiffGrad, TwoStepsByHand) {
  radam_coefficients c = coefficients(preset(RADAM_PRESET_DIFFGRAD_AUTHORS), 1);
  c.of.diffgrad = {0, 0, 0.5f, 0.5f, 0.5f, 0.75f, 0.25f, 4};
  float p = 8, m = 0, v = 0, w = 8;
  float* const state[] = {&m, &v, &w};
  const float first = 8, second = 128;
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &first, state), RADAM_OK);
  EXPECT_EQ(m, 4);
  EXPECT_EQ(v, 16);
  EXPECT_EQ(w, 8);
  EXPECT_EQ(p, 7.875f);  // 8 - 0.5 * 4 / (2 * (4 + 4))
  v = 0, m = 0;
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &second, state), RADAM_OK);
  EXPECT_EQ(w, 128);
  EXPECT_EQ(p, 7.875f - 0.5f * (64.0f / 68));
}

TEST(Padam, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_PADAM_AUTHORS);
  h.learning_rate = 0.3;
  for (const double beta1 : kBeta1s) {
    for (const double beta2 : kBeta2s) {
      for (const double partial : {1e-20, 0.1, 0.25, 0.5}) {
        h.of.padam = {beta1, beta2, 1e-5, partial, 0, 0};
        for (const std::int64_t t : {1, 2, 3, 10, 1000, 100000}) {
          expect_common_of_pytorch(h, t, 0.3, 0.3 * root(1 - power(beta2, t)) / correction(beta1, t));
          const radam_padam_coefficients& p = coefficients(h, t).of.padam;
          expect_rates(&p.beta1, beta1);
          expect_rates(&p.beta2, beta2);
          EXPECT_EQ(p.power, static_cast<float>(2 * partial));
          EXPECT_EQ(p.epsilon, 1e-5f);
        }
      }
    }
  }
}

// Powers of 2 have exact roots.
TEST(Padam, StepsByHand) {
  radam_coefficients c = coefficients(preset(RADAM_PRESET_PADAM_AUTHORS), 1);
  c.of.padam = {0, 0, 0.5f, 0.5f, 0.5f, 0.75f, 0.25f, 0.5f, 12};
  float p = 8, m = 0, v = 0, w = 12.0f * 12;
  const auto run = [&](float g, bool amsgrad) {
    float* const state[] = {&m, &v, amsgrad ? &w : nullptr};
    ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &g, state), RADAM_OK);
  };
  run(8, false);
  EXPECT_EQ(m, 4);
  EXPECT_EQ(v, 16);
  EXPECT_EQ(p, 7.5f);  // 8 - 0.5 * 4 / (4 + 12)^0.5
  p = 8, m = 0, v = 0, c.of.padam.epsilon = 4;
  run(8, true);
  EXPECT_EQ(w, 144);
  EXPECT_EQ(p, 7.5f);  // (12 + 4)^0.5
  p = 8, m = 0, v = 0, c.of.padam.power = 0;
  run(8, false);
  EXPECT_EQ(p, 6);  // SGD
}

TEST(Madgrad, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_MADGRAD_AUTHORS);
  h.of.madgrad = {0.3, 1e-5};
  h.weight_decay = 0.7;
  for (const double learning_rate : {0.3, 0.0, -0.0}) {
    h.learning_rate = learning_rate;
    const double added = learning_rate == 0 ? 0 : learning_rate + 1e-5;
    for (const std::int64_t t : {std::int64_t{1}, std::int64_t{2}, std::int64_t{1000}, INT64_MAX}) {
      for (const std::int32_t mode : {RADAM_WEIGHT_DECAY_L2, RADAM_WEIGHT_DECAY_DECOUPLED}) {
        h.weight_decay_mode = mode;
        const bool l2 = mode == RADAM_WEIGHT_DECAY_L2;
        const radam_coefficients c = coefficients(h, t);
        const radam_madgrad_coefficients& m = c.of.madgrad;
        EXPECT_EQ(c.learning_rate, learning_rate);
        expect_rounded(m.l2, l2 ? 0.7 : 0, "l2");
        expect_rounded(m.decay, l2 ? 0 : added * 0.7, "decay");
        expect_rounded(m.step_size, 0.7, "step_size");
        expect_rounded(m.rate, added * std::sqrt(static_cast<double>(t)), "rate");
        EXPECT_FALSE(std::signbit(m.rate));
        EXPECT_EQ(m.epsilon, 1e-5f);
      }
    }
  }
  h.learning_rate = 1e38;
  EXPECT_EQ(coefficients(h, 1).of.madgrad.rate, 0x1p63f);
}

// Cubes of powers of 8, so that nothing is rounded.
TEST(Madgrad, TwoStepsByHand) {
  radam_coefficients c = coefficients(preset(RADAM_PRESET_MADGRAD_AUTHORS), 1);
  c.of.madgrad = {0, 0, 0.25f, 8, 4};
  float p = 8, v = 0, s = 0, d = 0;
  float* const state[] = {&v, &s, &d};
  const float first = 8, second = 0;
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &first, state), RADAM_OK);
  EXPECT_EQ(v, 512);
  EXPECT_EQ(s, 64);
  EXPECT_EQ(d, 0.25f * (64.0f / 12));  // 64 / (8 + 4)
  EXPECT_EQ(p, std::fma(-0.25f, 64.0f / 12, 8.0f));
  d = 1, c.of.madgrad.decay = 0.5f, c.of.madgrad.epsilon = 8;
  p = 8;
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &second, state), RADAM_OK);
  EXPECT_EQ(v, 512);
  EXPECT_EQ(s, 64);
  EXPECT_EQ(d, 1 + 0.75f + 4);  // 64 / (8 + 8) - 1 is 3
  EXPECT_EQ(p, 8 - (0.75f + 4));
}

// Without momentum the authors keep no x0, so that decay adds up: after steps without gradients p has shrunk again and
// again, and is not pulled back.
TEST(Madgrad, DecoupledDecayWithoutMomentum) {
  radam_hyperparameters h = preset(RADAM_PRESET_MADGRAD_AUTHORS);
  h.of.madgrad = {0, 1e-6};
  h.learning_rate = 0.25;
  h.weight_decay = 0.5;
  h.weight_decay_mode = RADAM_WEIGHT_DECAY_DECOUPLED;
  float p = 1, v = 0, s = 0, d = 0;
  float* const state[] = {&v, &s, &d};
  const float gradient = 0;
  double expected = 1;
  for (std::int64_t t = 1; t <= 20; ++t) {
    const radam_coefficients c = coefficients(h, t);
    ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &gradient, state), RADAM_OK);
    expected *= 1 - (0.25 + 1e-6) * 0.5;
    EXPECT_NEAR(p, expected, 1e-6);
  }
  h.of.madgrad.momentum = 0.5;  // here it is pulled back
  p = 1;
  for (std::int64_t t = 1; t <= 20; ++t) {
    const radam_coefficients c = coefficients(h, t);
    ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &gradient, state), RADAM_OK);
  }
  EXPECT_NEAR(p, 0.5 / (0.5 + (0.25 + 1e-6) * 0.5), 1e-4);
}

// What layer-wise algorithms have for Adam's rule, but for the moments' rates.
void expect_adam_part(const radam_adam_coefficients& a, double step_size, double decay, double epsilon) {
  EXPECT_EQ(a.l2, 0);
  expect_rounded(a.decay, decay, "decay");
  expect_rounded(a.step_size, step_size, "step_size");
  expect_rounded(a.epsilon, epsilon, "epsilon");
}

TEST(Lamb, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_LAMB_NVIDIA);
  h.learning_rate = 0.3;
  h.grad_scale = 0.1;
  h.of.lamb.max_param_norm = 7.5;
  for (unsigned number = 0; number < 2 * 2 * 2 * 2 * 2 * 2 * 3; ++number) {
    unsigned digits = number;
    const auto digit = [&](unsigned base) {
      const auto result = static_cast<std::int32_t>(digits % base);
      digits /= base;
      return result;
    };
    const bool corrected = digit(2) != 0, averages = digit(2) != 0, apart = digit(2) != 0, clips = digit(2) != 0;
    h.maximize = digit(2);
    h.weight_decay = digit(2) != 0 ? 0.7 : 0;
    h.of.lamb.adapt = digit(3);
    h.of.lamb.bias_correction = corrected;
    h.of.lamb.grad_averaging = averages;
    h.of.lamb.decay_apart = apart;
    h.of.lamb.trust_clip = clips;
    for (const double beta1 : {0.0, 0.3, 0.9, 1 - 1e-12})
      for (const double beta2 : {0.0, 0.5, 0.999, 1 - 1e-12})
        for (const std::int64_t t : {std::int64_t{1}, std::int64_t{2}, std::int64_t{1000}, INT64_MAX}) {
          h.of.lamb.beta1 = beta1;
          h.of.lamb.beta2 = beta2;
          h.of.lamb.epsilon = 1e-5;
          SCOPED_TRACE(testing::Message() << number << ", " << beta1 << ", " << beta2 << ", step " << t);
          const radam_coefficients c = coefficients(h, t);
          const radam_lamb_coefficients& k = c.of.lamb;
          const Quad correction1 = 1 - power(beta1, t), correction2 = 1 - power(beta2, t);
          const double of_second = corrected ? root(correction2) : 1;
          const double of_first = corrected ? static_cast<double>(correction1) : 1;
          const double scale = of_second / of_first / (averages ? 1 : 1 - beta1);
          EXPECT_EQ(c.algorithm, RADAM_ALGORITHM_LAMB);
          EXPECT_EQ(c.mode, 0);
          EXPECT_EQ(c.grad_scale, h.maximize != 0 ? -0.1f : 0.1f);
          EXPECT_EQ(c.learning_rate, 0.3);
          expect_adam_part(k.adam, 0.3 * scale, 0.3 * h.weight_decay, 1e-5 * of_second);
          expect_rates(&k.adam.beta1, beta1);
          expect_rates(&k.adam.beta2, beta2);
          expect_rounded(k.update_scale, scale, "update_scale");
          expect_rounded(k.weight_decay, apart ? 0 : h.weight_decay, "weight_decay");
          EXPECT_EQ(k.max_param_norm, 7.5f);
          expect_rounded(k.param_scale, apart ? 1 - 0.3 * h.weight_decay : 1, "param_scale");
          EXPECT_EQ(k.max_ratio, clips ? 1 : std::numeric_limits<float>::infinity());
          const bool adapts = h.of.lamb.adapt == RADAM_ADAPT_ALWAYS ||
                              (h.of.lamb.adapt == RADAM_ADAPT_WITH_DECAY && h.weight_decay != 0);
          EXPECT_EQ(k.adapts, adapts ? 1 : 0);
        }
  }
}

// A decay that turns parameters around changes no norm's sign.
TEST(Lamb, DecayApartThatIsMoreThanAll) {
  radam_hyperparameters h = preset(RADAM_PRESET_LAMB_NVIDIA);
  h.learning_rate = 4;
  h.weight_decay = 0.5;
  h.of.lamb.decay_apart = 1;
  EXPECT_EQ(coefficients(h, 1).of.lamb.param_scale, 1);
  h.of.lamb.max_param_norm = 1e300;  // no float
  EXPECT_EQ(coefficients(h, 1).of.lamb.max_param_norm, std::numeric_limits<float>::infinity());
}

TEST(StableAdamW, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_STABLEADAMW_AUTHORS);
  h.learning_rate = 0.3;
  h.weight_decay = 0.7;
  for (const double beta1 : {0.0, 1e-10, 0.3, 0.5, 0.9, 0.999, 1 - 1e-12}) {
    for (const double beta2 : kBeta2s) {
      h.of.stableadamw = {beta1, beta2, 1e-5, 2.5};
      for (const std::int64_t t : {std::int64_t{1}, std::int64_t{2}, std::int64_t{3}, std::int64_t{1000}, INT64_MAX}) {
        const radam_coefficients c = coefficients(h, t);
        const radam_stableadamw_coefficients& k = c.of.stableadamw;
        const double correction1 = correction(beta1, t), correction2 = correction(beta2, t);
        EXPECT_EQ(c.algorithm, RADAM_ALGORITHM_STABLEADAMW);
        EXPECT_EQ(c.mode, 0);
        EXPECT_EQ(c.grad_scale, 1);
        EXPECT_EQ(c.learning_rate, 0.3);
        expect_adam_part(k.adam, 0.3, 0.3 * 0.7, 1e-5);
        expect_rounded(k.adam.beta1, static_cast<double>(beta1 - power(beta1, t)) / correction1, "beta1");
        expect_rounded(k.adam.one_minus_beta1, (1 - beta1) / correction1, "1 - beta1");
        expect_rounded(k.adam.beta2, static_cast<double>(beta2 - power(beta2, t)) / correction2, "beta2");
        expect_rounded(k.adam.one_minus_beta2, (1 - beta2) / correction2, "1 - beta2");
        EXPECT_EQ(k.clip_threshold, 2.5f);
      }
    }
  }
}

TEST(CautiousAdamW, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_CAUTIOUS_ADAMW_AUTHORS);
  h.learning_rate = 0.3;
  h.weight_decay = 0.7;
  h.grad_scale = 0.1;
  for (const double beta1 : {0.0, 0.5, 0.9, 1 - 1e-12})
    for (const double beta2 : kBeta2s)
      for (const std::int32_t corrects : {0, 1})
        for (const std::int32_t maximize : {0, 1})
          for (const std::int64_t t : {std::int64_t{1}, std::int64_t{2}, std::int64_t{1000}, INT64_MAX}) {
            h.of.cautious_adamw = {beta1, beta2, 1e-5, corrects, 0};
            h.maximize = maximize;
            const radam_coefficients c = coefficients(h, t);
            const radam_adam_coefficients& k = c.of.cautious_adamw;
            EXPECT_EQ(c.algorithm, RADAM_ALGORITHM_CAUTIOUS_ADAMW);
            EXPECT_EQ(c.mode, 0);
            EXPECT_EQ(c.grad_scale, maximize != 0 ? -0.1f : 0.1f);
            EXPECT_EQ(c.learning_rate, 0.3);
            const double scale = std::sqrt(correction(beta2, t)) / correction(beta1, t);
            expect_adam_part(k, corrects != 0 ? 0.3 * scale : 0.3, 0.3 * 0.7, 1e-5);
            expect_rates(&k.beta1, beta1);
            expect_rates(&k.beta2, beta2);
          }
}

TEST(CautiousLion, CoefficientsAreThoseOfLion) {
  radam_hyperparameters h = preset(RADAM_PRESET_CAUTIOUS_LION_TIMM), plain = preset(RADAM_PRESET_LION_AUTHORS);
  for (radam_hyperparameters* each : {&h, &plain}) {
    each->learning_rate = 0.3;
    each->weight_decay = 0.7;
    each->grad_scale = 0.1;
    each->maximize = 1;
  }
  h.of.cautious_lion = plain.of.lion = {0.8, 0.95};
  for (const std::int64_t t : {std::int64_t{1}, INT64_MAX}) {
    radam_coefficients c = coefficients(h, t);
    EXPECT_EQ(c.algorithm, RADAM_ALGORITHM_CAUTIOUS_LION);
    c.algorithm = RADAM_ALGORITHM_LION;
    const radam_coefficients expected = coefficients(plain, t);
    EXPECT_EQ(std::memcmp(&c, &expected, sizeof c), 0);
  }
}

// In numbers that need no rounding: two of four elements have a first moment that is not against the gradient.
TEST(CautiousAdamW, OneStepByHand) {
  radam_hyperparameters h = preset(RADAM_PRESET_CAUTIOUS_ADAMW_AUTHORS);
  h.learning_rate = 0.25;
  h.weight_decay = 0.5;
  h.of.cautious_adamw = {0.5, 0, 1, 0, 0};
  float p[4] = {8, 8, 8, 8}, g[4] = {4, -2, 0, -4}, m[4] = {0, 6, 3, -4}, v[4] = {};
  radam_coefficients c = coefficients(h, 3);
  radam_sums s{};
  s.struct_size = sizeof s;
  radam_tensor t{};
  t.struct_size = sizeof t;
  t.step = 3;
  t.length = 4;
  t.state[0] = m;
  t.state[1] = v;
  ASSERT_EQ(radam_tensor_sums(RADAM_TARGET_SCALAR, &c, &t, 0, 4, p, g, nullptr, &s), RADAM_OK);
  EXPECT_EQ(s.values[0], 2);
  ASSERT_EQ(radam_coefficients_reduce(&c, 4, &s, nullptr, &c), RADAM_OK);
  EXPECT_EQ(c.of.adam.step_size, 0.5f);
  ASSERT_EQ(radam_step(RADAM_TARGET_SCALAR, &c, &t, 0, 4, p, g, nullptr, nullptr), RADAM_OK);
  EXPECT_FLOAT_EQ(p[0], 8 - 0.5f * 2 / 5 - 1);  // m 2, v 16
  EXPECT_EQ(p[1], 7);                           // m 2 is against -2; the decay is not masked
  EXPECT_EQ(p[2], 7);                           // a gradient of 0 agrees with nothing
  EXPECT_FLOAT_EQ(p[3], 8 + 0.5f * 4 / 5 - 1);
}

TEST(CautiousLion, OneStepByHand) {
  radam_hyperparameters h = preset(RADAM_PRESET_CAUTIOUS_LION_TIMM);
  h.learning_rate = 0.25;
  h.weight_decay = 0.5;
  h.of.cautious_lion = {0.75, 0.5};
  float p[4] = {8, 8, 8, 8}, g[4] = {4, -8, 0, 1}, m[4] = {4, 4, 4, -4};
  radam_coefficients c = coefficients(h, 3);
  radam_sums s{};
  s.struct_size = sizeof s;
  radam_tensor t{};
  t.struct_size = sizeof t;
  t.step = 3;
  t.length = 4;
  t.state[0] = m;
  ASSERT_EQ(radam_tensor_sums(RADAM_TARGET_SCALAR, &c, &t, 0, 4, p, g, nullptr, &s), RADAM_OK);
  EXPECT_EQ(s.values[0], 1);
  ASSERT_EQ(radam_coefficients_reduce(&c, 4, &s, nullptr, &c), RADAM_OK);
  EXPECT_EQ(c.of.lion.step_size, 1);
  ASSERT_EQ(radam_step(RADAM_TARGET_SCALAR, &c, &t, 0, 4, p, g, nullptr, nullptr), RADAM_OK);
  EXPECT_EQ(p[0], 6);  // 8 - 1 - 0.125 * 8
  for (int i = 1; i < 4; ++i) EXPECT_EQ(p[i], 7) << i;
  EXPECT_EQ(m[3], -1.5f);
}

TEST(Lars, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_LARS_BARLOWTWINS);
  h.grad_scale = 0.1;
  h.of.lars.trust_coefficient = 0.02;
  h.of.lars.epsilon = 1e-5;
  for (unsigned number = 0; number < 2 * 2 * 2 * 2 * 3 * 3; ++number) {
    unsigned digits = number;
    const auto digit = [&](unsigned base) {
      const auto result = static_cast<std::int32_t>(digits % base);
      digits /= base;
      return result;
    };
    h.maximize = digit(2);
    h.weight_decay = digit(2) != 0 ? 0.7 : 0;
    h.of.lars.trust_clip = digit(2);
    h.of.lars.decayed_norm = digit(2);
    h.of.lars.adapt = digit(3);
    const std::int32_t momentum = digit(3);  // none, dampened, Nesterov's
    h.of.lars.momentum = momentum != 0 ? 0.9 : 0;
    h.of.lars.dampening = momentum == 1 ? 0.3 : 0;
    h.of.lars.nesterov = momentum == 2;
    for (const double learning_rate : {0.3, 0.0, -0.0}) {
      h.learning_rate = learning_rate;
      for (const std::int64_t t : {std::int64_t{1}, std::int64_t{2}, INT64_MAX}) {
        SCOPED_TRACE(testing::Message() << number << ", learning rate " << learning_rate << ", step " << t);
        const radam_coefficients c = coefficients(h, t);
        const radam_lars_coefficients& k = c.of.lars;
        EXPECT_EQ(c.algorithm, RADAM_ALGORITHM_LARS);
        EXPECT_EQ(c.mode, 0);
        EXPECT_EQ(c.grad_scale, h.maximize != 0 ? -0.1f : 0.1f);
        EXPECT_EQ(c.learning_rate, learning_rate);
        EXPECT_EQ(k.sgd.l2, static_cast<float>(h.weight_decay));
        EXPECT_EQ(k.sgd.decay, 0);
        EXPECT_EQ(k.sgd.step_size, static_cast<float>(learning_rate));
        EXPECT_EQ(k.sgd.momentum, t == 1 || momentum == 0 ? 0 : 0.9f);
        EXPECT_EQ(k.sgd.one_minus_dampening, t == 1 || momentum != 1 ? 1 : 0.7f);
        EXPECT_EQ(k.sgd.nesterov, momentum == 2 ? 0.9f : 0);
        const bool decayed = h.of.lars.decayed_norm != 0;
        EXPECT_EQ(k.norm_l2, decayed ? k.sgd.l2 : 0);
        EXPECT_EQ(k.param_weight, decayed ? 0 : k.sgd.l2);
        EXPECT_EQ(k.trust_coefficient, 0.02f);
        EXPECT_EQ(k.epsilon, 1e-5f);
        EXPECT_EQ(k.divisor, h.of.lars.trust_clip != 0 ? static_cast<float>(learning_rate) : 1);
        EXPECT_FALSE(std::signbit(k.divisor));  // by -0 the ratio would be negative, and no limit would hold it
        EXPECT_EQ(k.max_ratio, h.of.lars.trust_clip != 0 ? 1 : std::numeric_limits<float>::infinity());
        const bool adapts = h.of.lars.adapt == RADAM_ADAPT_ALWAYS ||
                            (h.of.lars.adapt == RADAM_ADAPT_WITH_DECAY && h.weight_decay != 0);
        EXPECT_EQ(k.adapts, adapts ? 1 : 0);
      }
    }
  }
}

TEST(NovoGrad, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_NOVOGRAD_NVIDIA);
  h.learning_rate = 0.3;
  h.weight_decay = 0.7;
  h.grad_scale = 0.1;
  h.of.novograd.epsilon = 1e-5;
  for (const std::int32_t maximize : {0, 1})
    for (const std::int32_t averaging : {0, 1})
      for (const std::int32_t amsgrad : {0, 1})
        for (const double beta1 : {0.0, 0.9})
          for (const std::int64_t t : {std::int64_t{1}, std::int64_t{2}, INT64_MAX}) {
            h.maximize = maximize;
            h.of.novograd.beta1 = beta1;
            h.of.novograd.beta2 = 0.9999;
            h.of.novograd.grad_averaging = averaging;
            h.of.novograd.amsgrad = amsgrad;
            const radam_coefficients c = coefficients(h, t);
            const radam_novograd_coefficients& k = c.of.novograd;
            EXPECT_EQ(c.algorithm, RADAM_ALGORITHM_NOVOGRAD);
            EXPECT_EQ(c.mode, 0);
            EXPECT_EQ(c.grad_scale, maximize != 0 ? -0.1f : 0.1f);
            EXPECT_EQ(c.learning_rate, 0.3);
            EXPECT_EQ(k.sgd.l2, 0.7f);
            EXPECT_EQ(k.sgd.decay, 0);
            EXPECT_EQ(k.sgd.step_size, 0.3f);
            EXPECT_EQ(k.sgd.momentum, t == 1 ? 0 : static_cast<float>(beta1));
            EXPECT_EQ(k.sgd.one_minus_dampening, averaging != 0 ? static_cast<float>(1 - beta1) : 1);
            EXPECT_EQ(k.sgd.nesterov, 0);
            EXPECT_EQ(k.one_minus_beta2, static_cast<float>(1 - 0.9999));
            EXPECT_EQ(k.epsilon, 1e-5f);
            EXPECT_EQ(k.amsgrad, amsgrad);
          }
}

TEST(SgdHd, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_SGD_HD_AUTHORS);
  h.learning_rate = 0.3;
  h.weight_decay = 0.7;
  h.of.sgd_hd = {0.9, 0.3, 1e-5, 0, 0};
  for (const std::int64_t t : {std::int64_t{1}, std::int64_t{2}, INT64_MAX}) {
    const radam_coefficients c = coefficients(h, t);
    const radam_sgd_hd_coefficients& k = c.of.sgd_hd;
    EXPECT_EQ(c.algorithm, RADAM_ALGORITHM_SGD_HD);
    EXPECT_EQ(c.mode, 0);
    EXPECT_EQ(k.sgd.l2, 0.7f);
    EXPECT_EQ(k.sgd.decay, 0);
    EXPECT_EQ(k.sgd.step_size, 0.3f);
    EXPECT_EQ(k.sgd.momentum, t == 1 ? 0 : 0.9f);
    EXPECT_EQ(k.sgd.one_minus_dampening, t == 1 ? 1 : 0.7f);
    EXPECT_EQ(k.sgd.nesterov, 0);
    EXPECT_EQ(k.hypergrad_lr, 1e-5f);
    EXPECT_EQ(k.scale, 1);
  }
  // Without momentum the buffer is the last gradient, whatever the dampening.
  h.of.sgd_hd.momentum = 0;
  for (const std::int64_t t : {1, 2}) {
    const radam_sgd_coefficients k = coefficients(h, t).of.sgd_hd.sgd;
    EXPECT_EQ(k.momentum, 0);
    EXPECT_EQ(k.one_minus_dampening, 1);
  }
}

TEST(YellowFin, CoefficientsAreAlikeInAllSteps) {
  radam_hyperparameters h = preset(RADAM_PRESET_YELLOWFIN_AUTHORS);
  h.learning_rate = 0.3;
  h.weight_decay = 0.7;
  h.of.yellowfin = {0.9, 0.99, 3, 0.1, 12, 1, 0, 1, 0};
  for (const std::int64_t t : {std::int64_t{1}, std::int64_t{2}, INT64_MAX}) {
    const radam_coefficients c = coefficients(h, t);
    const radam_yellowfin_coefficients& k = c.of.yellowfin;
    EXPECT_EQ(c.algorithm, RADAM_ALGORITHM_YELLOWFIN);
    EXPECT_EQ(c.mode, 0);
    EXPECT_EQ(k.sgd.l2, 0.7f);
    EXPECT_EQ(k.sgd.decay, 0);
    EXPECT_EQ(k.sgd.step_size, 0.3f);
    EXPECT_EQ(k.sgd.momentum, 0.9f);
    EXPECT_EQ(k.sgd.one_minus_dampening, 1);
    EXPECT_EQ(k.sgd.nesterov, 0);
    EXPECT_EQ(k.one_minus_beta, static_cast<float>(1 - 0.99));
    EXPECT_EQ(k.clip_threshold, 3);
    EXPECT_EQ(k.auto_clip_factor, 0.1f);
    EXPECT_EQ(k.curv_win_width, 12);
    EXPECT_EQ(k.adapt_clip, 1);
    EXPECT_EQ(k.zero_debias, 0);
    EXPECT_EQ(k.log_smooth, 1);
  }
}

TEST(AdamP, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADAMP_AUTHORS);
  h.learning_rate = 0.3;
  h.weight_decay = 0.7;
  for (const double beta1 : {0.0, 0.9, 0.999})
    for (const std::int32_t nesterov : {0, 1}) {
      h.of.adamp = {beta1, 0.9999, 1e-5, 0.2, 0.4, nesterov, 0};
      for (const std::int64_t t : {std::int64_t{1}, std::int64_t{2}, std::int64_t{100}, INT64_MAX}) {
        const radam_coefficients c = coefficients(h, t);
        const radam_adamp_coefficients& k = c.of.adamp;
        EXPECT_EQ(c.algorithm, RADAM_ALGORITHM_ADAMP);
        EXPECT_EQ(c.mode, 0);
        EXPECT_EQ(k.nadam.l2, 0);
        expect_rounded(k.nadam.decay, 0.3 * 0.7, "decay");
        const double root = std::sqrt(correction(0.9999, t));
        expect_rounded(k.nadam.step_size, 0.3 * root / correction(beta1, t), "step_size");
        expect_rounded(k.nadam.epsilon, 1e-5 * root, "epsilon");
        expect_rates(&k.nadam.beta1, beta1);
        expect_rates(&k.nadam.beta2, 0.9999);
        EXPECT_EQ(k.nadam.grad_factor, nesterov != 0 ? k.nadam.one_minus_beta1 : 0);
        EXPECT_EQ(k.nadam.exp_avg_factor, nesterov != 0 ? k.nadam.beta1 : 1);
        EXPECT_EQ(k.delta, 0.2f);
        EXPECT_EQ(k.projection_epsilon, 1e-5f);
        EXPECT_EQ(k.wd_ratio, 0.4f);
      }
    }
}

TEST(SgdP, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_SGDP_AUTHORS);
  h.learning_rate = 0.3;
  h.weight_decay = 0.7;
  for (const std::int64_t t : {std::int64_t{1}, std::int64_t{2}, INT64_MAX}) {
    h.of.sgdp = {0.75, 0.25, 1e-5, 0.2, 0.4, 0, 0};
    radam_sgdp_coefficients k = coefficients(h, t).of.sgdp;
    EXPECT_EQ(k.sgd.l2, 0);
    expect_rounded(k.sgd.decay, 0.3 * 0.7 / 0.25, "decay");
    EXPECT_EQ(k.sgd.step_size, 0.3f);
    EXPECT_EQ(k.sgd.momentum, 0.75f);
    EXPECT_EQ(k.sgd.one_minus_dampening, 0.75f);
    EXPECT_EQ(k.sgd.nesterov, 0);
    EXPECT_EQ(k.delta, 0.2f);
    EXPECT_EQ(k.projection_epsilon, 1e-5f);
    EXPECT_EQ(k.wd_ratio, 0.4f);
    h.of.sgdp = {0.75, 0, 1e-5, 0.2, 0.4, 1, 0};
    EXPECT_EQ(coefficients(h, t).of.sgdp.sgd.nesterov, 0.75f);
    // Without momentum, and so without a buffer, dampening is of the step.
    h.of.sgdp = {0, 0.25, 1e-5, 0.2, 0.4, 0, 0};
    k = coefficients(h, t).of.sgdp;
    expect_rounded(k.sgd.step_size, 0.3 * 0.75, "step_size");
    expect_rounded(k.sgd.decay, 0.3 * 0.7, "decay");
    EXPECT_EQ(k.sgd.momentum, 0);
    EXPECT_EQ(k.sgd.one_minus_dampening, 1);
  }
}

TEST(AdamHd, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADAM_HD_AUTHORS);
  h.learning_rate = 0.3;
  h.weight_decay = 0.7;
  for (const double beta1 : {0.0, 0.9, 0.999})
    for (const double beta2 : {0.0, 0.99, 0.9999}) {
      h.of.adam_hd = {beta1, beta2, 1e-5, 1e-3};
      for (const std::int64_t t : {std::int64_t{1}, std::int64_t{2}, std::int64_t{100}, INT64_MAX}) {
        const radam_coefficients c = coefficients(h, t);
        const radam_adam_hd_coefficients& k = c.of.adam_hd;
        EXPECT_EQ(c.algorithm, RADAM_ALGORITHM_ADAM_HD);
        EXPECT_EQ(c.mode, 0);
        EXPECT_EQ(k.adam.l2, 0.7f);
        EXPECT_EQ(k.adam.decay, 0);
        EXPECT_EQ(k.adam.epsilon, 1e-5f);
        expect_rates(&k.adam.beta1, beta1);
        expect_rates(&k.adam.beta2, beta2);
        const auto of = [&](std::int64_t step) { return std::sqrt(correction(beta2, step)) / correction(beta1, step); };
        expect_rounded(k.adam.step_size, 0.3 * of(t), "step_size");
        expect_rounded(k.scale, of(t), "scale");
        expect_rounded(k.hypergrad_lr, t == 1 ? 0 : 1e-3 * of(t - 1), "hypergrad_lr");
      }
    }
}

TEST(Cocob, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_COCOB_AUTHORS);
  h.of.cocob = {30, 1e-5};
  for (const double learning_rate : {0.3, 0.0, -0.0}) {
    h.learning_rate = learning_rate;
    for (const std::int64_t t : {std::int64_t{1}, std::int64_t{2}, INT64_MAX}) {
      expect_common_of_pytorch(h, t, learning_rate, 1);
      const radam_cocob_coefficients& k = coefficients(h, t).of.cocob;
      EXPECT_EQ(k.rate, static_cast<float>(learning_rate));
      EXPECT_FALSE(std::signbit(k.rate));
      EXPECT_EQ(k.alpha, 30);
      EXPECT_EQ(k.epsilon, 1e-5f);
    }
  }
}

// In numbers that need no rounding.
TEST(Cocob, TwoStepsByHand) {
  radam_coefficients c = coefficients(preset(RADAM_PRESET_COCOB_AUTHORS), 1);
  c.of.cocob = {0, 0, 1, 2, 4, 1};
  float p = 8, s = 0, n = 0, largest = 0, r = 0;
  float* const state[] = {&s, &n, &largest, &r};
  const float first = -2, second = 1;
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &first, state), RADAM_OK);
  EXPECT_EQ(s, 4);  // the gradient times 2
  EXPECT_EQ(n, 4);
  EXPECT_EQ(largest, 4);
  EXPECT_EQ(r, 0);
  EXPECT_EQ(p, 8.25f);  // 4 / max(4 + 4, 4 * 4) * (0 + 4) / 4
  r = 12;               // so that p should be at 9 to begin with
  p = 9;
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &second, state), RADAM_OK);
  EXPECT_EQ(s, 2);
  EXPECT_EQ(n, 6);
  EXPECT_EQ(largest, 4);
  EXPECT_EQ(r, 10);                     // 12 - 2 * 1
  EXPECT_EQ(p, 8 + 2.0f / 16 * 3.5f);   // 2 / max(6 + 4, 16) * (10 + 4) / 4
}

// What is cut, from state that a caller may have.
TEST(Cocob, CutsByHand) {
  radam_coefficients c = coefficients(preset(RADAM_PRESET_COCOB_AUTHORS), 1);
  c.of.cocob = {0, 0, 1, 1, 0, 1};
  float p = 0, s = 8, n = 1, largest = 1, r = 0;
  float* const state[] = {&s, &n, &largest, &r};
  const auto run = [&](float g) {
    ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &g, state), RADAM_OK);
  };
  run(1);
  EXPECT_EQ(r, 0);  // 0 - 1 * 1: the share of 8 / 2 is 1, and what is lost was not won
  EXPECT_EQ(s, 7);
  EXPECT_EQ(p, 0);  // the share of 7 / 3 is 1, too
  s = 0x1p127f, n = 0x1p127f, r = 0x1p126f, largest = 1, p = 0;
  run(-0x1p120f);  // cut to 2^63, whose products with the sums are not in range
  EXPECT_EQ(s, 0x1p127f);
  EXPECT_EQ(n, 0x1p127f);
  EXPECT_EQ(largest, 0x1p63f);
  EXPECT_EQ(r, 0x1p126f);
  EXPECT_EQ(p, 0x1p63f - 0x1p126f);  // shares of 1: 2^126 / 2^63 of what has been won, and before 2^126
  s = 1, n = 1, largest = 1, r = 0, p = 0;
  run(0x1p-149f);  // 0 - 2^-149 * 1/2 is rounded to -0
  EXPECT_EQ(r, 0);
  EXPECT_FALSE(std::signbit(r));
}

// Decoupled decay is not pulled back.
TEST(Cocob, DecoupledDecayByHand) {
  radam_coefficients c = coefficients(preset(RADAM_PRESET_COCOB_AUTHORS), 1);
  c.of.cocob = {0, 0.25f, 1, 1, 0, 1};
  float p = 8, s = 0, n = 0, largest = 0, r = 0;
  float* const state[] = {&s, &n, &largest, &r};
  const float gradient = 0;
  for (const float expected : {6.0f, 4.5f}) {
    ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &gradient, state), RADAM_OK);
    EXPECT_EQ(p, expected);
  }
}

// The formulas in radam.h, with a weight of 1 / t: with r and weight_lr_power of 0 all weights are 1. What else weights
// are is in schedulefree_weights_test.
void expect_schedulefree(const radam_hyperparameters& h, std::int64_t t, double b, double rate, double scale, float l2,
                         float decay, const float* k) {
  const double ckp1 = 1 / static_cast<double>(t), of_y = 1 - b * (1 - ckp1);
  const bool decoupled = h.weight_decay_mode != RADAM_WEIGHT_DECAY_L2;
  EXPECT_EQ(l2, decoupled ? 0 : static_cast<float>(h.weight_decay));
  expect_rounded(decay, decoupled ? rate * of_y * h.weight_decay : 0, "decay");
  EXPECT_EQ(k[0], 1);
  expect_rounded(k[1], ckp1, "ckp1");
  expect_rounded(k[2], rate * of_y * scale, "rate");
  expect_rounded(k[3], rate * b * scale, "z_rate");
  expect_rounded(k[4], decoupled ? rate * b * h.weight_decay : 0, "z_decay");
}

TEST(ScheduleFreeSgd, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_SCHEDULEFREE_SGD_AUTHORS);
  h.learning_rate = 0.3;
  h.weight_decay = 0.7;
  h.of.schedulefree_sgd = {0.95, 0, 0, 100};
  for (const std::int32_t mode : {RADAM_WEIGHT_DECAY_L2, RADAM_WEIGHT_DECAY_DECOUPLED}) {
    h.weight_decay_mode = mode;
    for (const std::int64_t t : {1, 2, 99, 100, 101, 100000}) {
      const radam_coefficients c = coefficients(h, t);
      const radam_schedulefree_sgd_coefficients& k = c.of.schedulefree_sgd;
      const double rate = 0.3 * (t < 100 ? static_cast<double>(t) / 100 : 1);
      EXPECT_LE(std::fabs(c.learning_rate - rate), 0x1p-51 * rate);
      EXPECT_EQ(c.mode, 0);
      expect_schedulefree(h, t, 0.95, rate, 1, k.l2, k.decay, &k.step_size);
    }
  }
}

TEST(ScheduleFreeAdamW, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_SCHEDULEFREE_ADAMW_AUTHORS);
  h.learning_rate = 0.3;
  h.weight_decay = 0.7;
  for (const bool rectify : {false, true}) {
    for (const double inner : {0.0, 0.9}) {
      for (const double beta2 : {0.7, 0.99, 0.9999}) {
        h.of.schedulefree_adamw = {0.95, beta2, 1e-5, 0, 0, inner, 0, rectify, 0};
        for (const std::int64_t t : {1, 2, 5, 6, 100, 100000}) {
          const radam_coefficients c = coefficients(h, t);
          const radam_schedulefree_adamw_coefficients& k = c.of.schedulefree_adamw;
          const bool adaptive = !rectify || rho(beta2, t) > 4;
          const double factor = rectify && adaptive ? rectification(beta2, t) : 1, root2 = root(1 - power(beta2, t));
          EXPECT_EQ(c.mode, adaptive ? RADAM_MODE_ADAPTIVE : RADAM_MODE_MOMENTUM);
          EXPECT_EQ(c.rectified, adaptive);
          EXPECT_EQ(c.learning_rate, 0.3);
          expect_schedulefree(h, t, 0.95, 0.3 * factor, (adaptive ? root2 : 1) / correction(inner, t), k.l2, k.decay,
                              &k.step_size);
          expect_rates(&k.inner_momentum, inner);
          expect_rates(&k.beta2, beta2);
          expect_rounded(k.epsilon, 1e-5 * root2, "epsilon");
        }
      }
    }
  }
}

// Steps before the rectification leave p and z as they are.
TEST(ScheduleFreeAdamW, SilentSteps) {
  radam_hyperparameters h = preset(RADAM_PRESET_SCHEDULEFREE_RADAM_AUTHORS);
  h.weight_decay = 0.7;
  for (const std::int32_t mode : {RADAM_WEIGHT_DECAY_L2, RADAM_WEIGHT_DECAY_DECOUPLED}) {
    h.weight_decay_mode = mode;
    for (std::int64_t t = 1; t <= 4; ++t) {
      const radam_coefficients c = coefficients(h, t);
      const radam_schedulefree_adamw_coefficients& k = c.of.schedulefree_adamw;
      EXPECT_EQ(c.mode, RADAM_MODE_MOMENTUM);
      for (const float x : {k.decay, k.ckp1, k.rate, k.z_rate, k.z_decay}) EXPECT_EQ(x, 0);
    }
    const radam_coefficients c = coefficients(h, 5);
    EXPECT_EQ(c.mode, RADAM_MODE_ADAPTIVE);
    EXPECT_EQ(c.of.schedulefree_adamw.ckp1, 1);  // the first weight of all
    EXPECT_GT(c.of.schedulefree_adamw.rate, 0);
  }
}

// In numbers that need no rounding.
TEST(ScheduleFreeSgd, StepByHand) {
  radam_coefficients c = coefficients(preset(RADAM_PRESET_SCHEDULEFREE_SGD_AUTHORS), 1);
  c.of.schedulefree_sgd = {0, 0, 1, 0.25f, 0.5f, 2, 0};
  float p = 8, d = 16;
  float* const state[] = {&d};
  const float g = 4;
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &g, state), RADAM_OK);
  EXPECT_EQ(p, 10);  // 8 + 0.25 * 16 - 0.5 * 4
  EXPECT_EQ(d, 6);   // 0.75 * (16 - 2 * 4)
  c.of.schedulefree_sgd.decay = 0.5f, c.of.schedulefree_sgd.z_decay = 0.25f;
  p = 8, d = 16;
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &g, state), RADAM_OK);
  EXPECT_EQ(p, 6);     // and - 0.5 * 8
  EXPECT_EQ(d, 4.5f);  // 0.75 * (16 - 2 * 4 - 0.25 * 8)
}

TEST(ScheduleFreeAdamW, StepByHand) {
  radam_coefficients c = coefficients(preset(RADAM_PRESET_SCHEDULEFREE_ADAMW_AUTHORS), 1);
  c.of.schedulefree_adamw = {0, 0, 1, 0.25f, 0.5f, 2, 0, 0.5f, 0.5f, 0.75f, 0.25f, 4};
  float p = 8, d = 16, v = 0, m = 0;
  float* const without[] = {&d, &v, nullptr};
  const float g = 8;
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &g, without), RADAM_OK);
  EXPECT_EQ(v, 16);
  EXPECT_EQ(p, 11.5f);  // 8 + 0.25 * 16 - 0.5 * 8 / (4 + 4)
  EXPECT_EQ(d, 10.5f);  // 0.75 * (16 - 2 * 1)
  float* const with[] = {&d, &v, &m};
  p = 8, d = 16, v = 0;
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &g, with), RADAM_OK);
  EXPECT_EQ(m, 4);
  EXPECT_EQ(p, 11.75f);   // 8 + 0.25 * 16 - 0.5 * 4 / (4 + 4)
  EXPECT_EQ(d, 11.25f);   // 0.75 * (16 - 2 * 0.5)
  c.mode = RADAM_MODE_MOMENTUM;
  p = 8, d = 16, v = 0;
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &g, without), RADAM_OK);
  EXPECT_EQ(p, 8);  // 8 + 0.25 * 16 - 0.5 * 8
  EXPECT_EQ(d, 0);  // 0.75 * (16 - 2 * 8)
}

TEST(Qhm, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_QHM_AUTHORS);
  h.learning_rate = 0.3;
  for (const double momentum : {0.0, 1e-10, 0.3, 0.5, 0.9, 0.999, 1 - 1e-12}) {
    for (const double nu : {0.0, 0.1, 0.7, 1.0}) {
      h.of.qhm = {momentum, nu};
      for (const std::int64_t t : {std::int64_t{1}, std::int64_t{2}, INT64_MAX}) {
        expect_common_of_pytorch(h, t, 0.3, 0.3);
        const radam_qhm_coefficients& q = coefficients(h, t).of.qhm;
        expect_rates(&q.momentum, momentum);
        expect_rates(&q.nu, nu);
      }
    }
  }
}

// In numbers that need no rounding. The first gradient is one like the others.
TEST(Qhm, TwoStepsByHand) {
  radam_hyperparameters h = preset(RADAM_PRESET_QHM_AUTHORS);
  h.learning_rate = 0.5;
  h.of.qhm = {0.75, 0.5};
  float p = 8, b = 0;
  const float first = 16, second = -4;
  float* const state[] = {&b};
  const radam_coefficients c = coefficients(h, 1);
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &first, state), RADAM_OK);
  EXPECT_EQ(b, 4);
  EXPECT_EQ(p, 3);  // 8 - 0.5 * (0.5 * 4 + 0.5 * 16)
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &second, state), RADAM_OK);
  EXPECT_EQ(b, 2);
  EXPECT_EQ(p, 3.5f);  // 3 - 0.5 * (0.5 * 2 - 0.5 * 4)
}

TEST(Adan, Schedule) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADAN_AUTHORS);
  h.learning_rate = 0.3;
  for (const std::int32_t no_prox : {0, 1}) {
    for (const double beta1 : kBeta1s) {
      for (const double beta3 : kBeta2s) {
        for (const double beta2 : {0.0, 0.92, 1 - 0x1p-53}) {
          for (const std::int64_t t : {1, 2, 3, 10, 1000, 100000}) {
            h.of.adan = {beta1, beta2, beta3, 1e-5, no_prox, 0};
            SCOPED_TRACE(testing::Message() << "betas " << beta1 << " " << beta2 << " " << beta3 << ", step " << t);
            const double root3 = root(1 - power(beta3, t)), step_size = 0.3 * root3 / correction(beta1, t);
            for (const std::int32_t mode : {RADAM_WEIGHT_DECAY_L2, RADAM_WEIGHT_DECAY_DECOUPLED}) {
              h.weight_decay_mode = mode;
              h.weight_decay = 0.7;
              const bool l2 = mode == RADAM_WEIGHT_DECAY_L2;
              const double divisor = l2 || no_prox ? 1 : 1 + 0.3 * 0.7;
              const radam_coefficients c = coefficients(h, t);
              const radam_adan_coefficients& a = c.of.adan;
              EXPECT_EQ(c.learning_rate, 0.3);
              expect_rounded(a.l2, l2 ? 0.7 : 0, "l2");
              expect_rounded(a.decay, l2 ? 0 : 0.3 * 0.7 / divisor, "decay");
              expect_rounded(a.step_size, step_size / divisor, "step_size");
              expect_rates(&a.beta1, beta1);
              expect_rates(&a.beta2, beta2);
              expect_rates(&a.beta3, beta3);
              EXPECT_EQ(a.diff_scale, t == 1 ? 0 : 1);
              expect_rounded(a.diff_factor, beta2 * correction(beta1, t) / correction(beta2, t), "diff_factor");
              expect_rounded(a.epsilon, 1e-5 * root3, "epsilon");
            }
            if (testing::Test::HasFailure()) return;
          }
        }
      }
    }
  }
}

// In numbers that need no rounding. Step 1 has no difference.
TEST(Adan, TwoStepsByHand) {
  radam_coefficients c = coefficients(preset(RADAM_PRESET_ADAN_AUTHORS), 1);
  c.of.adan = {0, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.75f, 0.25f, 0, 2, 4};
  float p = 8, m = 0, v = 0, e = 0, w = 0;
  float* const state[] = {&m, &v, &e, &w};
  const float first = 8, second = 16;
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &first, state), RADAM_OK);
  EXPECT_EQ(m, 4);
  EXPECT_EQ(e, 0);
  EXPECT_EQ(v, 16);
  EXPECT_EQ(w, -8);
  EXPECT_EQ(p, 3.75f);  // 8 - (0.5 * 4 / (4 + 4) + 0.5 * 8)
  p = 8;
  v = 0;
  c.of.adan.diff_scale = 1;
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &second, state), RADAM_OK);
  EXPECT_EQ(m, 10);
  EXPECT_EQ(e, 4);    // half of 16 - 8
  EXPECT_EQ(v, 100);  // a quarter of (16 + 0.5 * 8)^2
  EXPECT_EQ(w, -16);
  EXPECT_EQ(p, 8 - (0.5f * (18.0f / 14) + 4));  // (10 + 2 * 4) / (10 + 4)
}

// The momenta and their product, by their definitions.
struct ExactMomentum {
  Quad momentum, next_momentum, product;

  ExactMomentum(const radam_nadam& n, std::int64_t t) : momentum(at(n, t)), next_momentum(at(n, t + 1)), product(1) {
    for (std::int64_t i = 1; i <= t && product > 0x1p-80; ++i) product *= at(n, i);
  }

 private:
  static Quad at(const radam_nadam& n, std::int64_t t) {
    const auto exponent = static_cast<long double>(t) * static_cast<long double>(n.momentum_decay);
    return n.beta1 * (1 - static_cast<Quad>(0.5L * std::pow(static_cast<long double>(0.96), exponent)));
  }
};

TEST(NAdam, FactorsOfGradientAndMomentum) {
  radam_hyperparameters h = preset(RADAM_PRESET_NADAM_PYTORCH);
  for (const double beta1 : {0.0, 0.3, 0.9, 0.999, 1 - 0x1p-20, 1 - 0x1p-53}) {
    for (const double momentum_decay : {0.0, 1e-6, 4e-3, 0.05, 0.75, 20.0, 300.0, 1e5, 1e300}) {
      h.of.nadam.beta1 = beta1;
      h.of.nadam.momentum_decay = momentum_decay;
      for (const std::int64_t t : {1, 2, 3, 4, 5, 7, 10, 20, 40, 55, 56, 57, 100, 700, 3000, 20000}) {
        const ExactMomentum exact(h.of.nadam, t);
        const radam_nadam_coefficients n = coefficients(h, t).of.nadam;
        SCOPED_TRACE(testing::Message() << "beta1 " << beta1 << ", momentum_decay " << momentum_decay << ", " << t);
        expect_rounded(n.grad_factor, static_cast<double>((1 - exact.momentum) / (1 - exact.product)), "grad_factor");
        expect_rounded(n.exp_avg_factor,
                       static_cast<double>(exact.next_momentum / (1 - exact.product * exact.next_momentum)),
                       "exp_avg_factor");
      }
    }
  }
}

// When the product is nothing, the factors are those of the momenta alone; and they are the same for ever once the
// momentum has come to beta1.
TEST(NAdam, InTheLongRun) {
  radam_hyperparameters h = preset(RADAM_PRESET_NADAM_PYTORCH);
  const ExactMomentum exact(h.of.nadam, 100);
  expect_rounded(coefficients(h, 100).of.nadam.grad_factor, static_cast<double>(1 - exact.momentum), "grad_factor");
  for (const std::int64_t t : {std::int64_t{10'000'000}, INT64_MAX - 1, INT64_MAX}) {
    const radam_nadam_coefficients n = coefficients(h, t).of.nadam;
    EXPECT_EQ(n.grad_factor, 0.1f);
    EXPECT_EQ(n.exp_avg_factor, 0.9f);
    EXPECT_EQ(n.step_size, 2e-3f);
    EXPECT_EQ(n.epsilon, 1e-8f);
  }
}

TEST(NAdam, EverythingElse) {
  radam_hyperparameters h = preset(RADAM_PRESET_NADAM_PYTORCH);
  h.learning_rate = 0.3;
  h.weight_decay = 0.7;
  h.grad_scale = 0.1;
  for (const double beta1 : kBeta1s) {
    for (const double beta2 : kBeta2s) {
      h.of.nadam = {beta1, beta2, 1e-6, 4e-3};
      for (const std::int64_t t : {1, 2, 1000, 100000}) {
        h.weight_decay_mode = RADAM_WEIGHT_DECAY_L2;
        h.maximize = 0;
        const radam_coefficients c = coefficients(h, t);
        expect_common(c, RADAM_ALGORITHM_NADAM, 0.3, 0.1f);
        const radam_nadam_coefficients& n = c.of.nadam;
        const double correction = root(1 - power(beta2, t));
        EXPECT_EQ(n.l2, 0.7f);
        EXPECT_EQ(n.decay, 0);
        expect_rounded(n.step_size, 0.3 * correction, "step_size");
        expect_rounded(n.epsilon, 1e-6 * correction, "epsilon");
        expect_rounded(n.beta1, beta1, "beta1");
        expect_rounded(n.beta2, beta2, "beta2");
        expect_rounded(n.one_minus_beta1, static_cast<double>(1 - static_cast<Quad>(beta1)), "one_minus_beta1");
        expect_rounded(n.one_minus_beta2, static_cast<double>(1 - static_cast<Quad>(beta2)), "one_minus_beta2");
        h.maximize = 1;
        expect_common(coefficients(h, t), RADAM_ALGORITHM_NADAM, 0.3, -0.1f);
        for (const std::int32_t mode : {RADAM_WEIGHT_DECAY_DECOUPLED, RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE}) {
          h.weight_decay_mode = mode;
          EXPECT_EQ(coefficients(h, t).of.nadam.l2, 0);
          EXPECT_EQ(coefficients(h, t).of.nadam.decay, static_cast<float>(0.3 * 0.7));
        }
      }
    }
  }
}

// In numbers that need no rounding: without momentum_decay, the momentum is half of beta1 in every step.
TEST(NAdam, OneStepByHand) {
  radam_hyperparameters h = preset(RADAM_PRESET_NADAMW_PYTORCH);
  h.learning_rate = 0.5;
  h.weight_decay = 0.25;
  h.of.nadam = {0, 0, 0, 0};
  h.of.nadam.beta1 = 0.5;
  radam_coefficients c = coefficients(h, 1);
  EXPECT_EQ(c.of.nadam.grad_factor, 1);                            // 0.75 / (1 - 0.25)
  EXPECT_EQ(c.of.nadam.exp_avg_factor, 0.25f / 0.9375f);           // 0.25 / (1 - 0.25 * 0.25)
  c.of.nadam.exp_avg_factor = 0.25f;
  float p = 8, m = 0, v = 0;
  const float g = -4;
  float* const state[] = {&m, &v};
  ASSERT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 1, &p, &g, state), RADAM_OK);
  EXPECT_EQ(m, -2);       // 0.5 * 0 + 0.5 * -4
  EXPECT_EQ(v, 16);       // 0 * 0 + 1 * 16
  EXPECT_EQ(p, 7.5625f);  // 8 - 0.5 * ((-4 + 0.25 * -2) / 4 + 0.25 * 8)
}

}  // namespace
}  // namespace radam_test
