// Finite gradients, parameters and coefficients make no NaN, in every rule and type.
#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "algorithms.h"
#include "mixed_cases.h"
#include "targets.h"
#include "trajectory.h"

namespace radam_test {
namespace {

using Finite = EveryTarget;

// One parameter through some gradients; with the bits of the reference.
std::vector<float> train(std::int32_t target, const std::vector<float>& gradients) {
  const radam_hyperparameters h = preset(RADAM_PRESET_ADAM_PYTORCH);
  Arrays actual;
  actual.push_back({1});
  Arrays expected = actual;
  std::vector<float> parameters;
  for (std::size_t t = 0; t < gradients.size(); ++t) {
    radam_coefficients c{};
    c.struct_size = sizeof c;
    EXPECT_EQ(radam_coefficients_at(&h, static_cast<std::int64_t>(t) + 1, &c), RADAM_OK);
    actual.values[kGrad][0] = expected.values[kGrad][0] = gradients[t];
    expected = reference_step(c, expected, 3u);
    EXPECT_EQ(step(target, c, 0, 1, actual.pointers(3)), RADAM_OK);
    EXPECT_EQ(first_difference(actual, expected, expected), "") << radam_target_name(target);
    for (const auto& values : actual.values) EXPECT_TRUE(std::isfinite(values[0])) << "after step " << t + 1;
    parameters.push_back(actual.values[kParam][0]);
  }
  return parameters;
}

TEST_F(Finite, TrainingGoesOnAfterAGradientWhoseSquareOverflows) {
  for (const std::int32_t target : available_targets()) {
    const std::vector<float> p = train(target, {1, 2e19f, 1, 1});
    EXPECT_LT(p[3], p[2]) << "the parameter still moves";
  }
}

TEST_F(Finite, TheParameterRecoversAfterAHugeGradient) {
  for (const std::int32_t target : available_targets()) {
    std::vector<float> gradients(60'000, 1.0f);
    gradients[1] = 1e21f;
    const std::vector<float> p = train(target, gradients);
    EXPECT_LT(p.back(), p[59'000]) << "v has decayed";
  }
}

// In long runs, of which one group of vectors has gradients beyond the bound: those that the guard sees, and all
// beside them.
TEST_F(Finite, BesideOrdinaryElements) {
  constexpr std::size_t kLength = 1000;
  Values random(0xf17e);
  for (const Combination& parts : all_combinations()) {
    for (const float huge : {0x1.fffffep62f, 0x1p63f, 0x1.000002p63f, 1e30f, FLT_MAX}) {
      radam_coefficients c = parts.typical;
      c.grad_scale = 1;
      Arrays before = random.arrays(algorithm_of(c), kLength, &Values::tame_element);
      before.values[kGrad][random.below(kLength)] = random.below(2) ? huge : -huge;
      const Arrays expected = reference_step(c, before, parts.present);
      for (const std::int32_t target : available_targets()) {
        Arrays actual = before;
        ASSERT_EQ(step(target, c, 0, kLength, actual.pointers(parts.present)), RADAM_OK);
        ASSERT_EQ(first_difference(actual, expected, before), "") << radam_target_name(target) << ", " << parts.name;
        for (const auto& values : actual.values)
          for (const float x : values) ASSERT_TRUE(std::isfinite(x)) << parts.name << ", " << huge;
      }
    }
  }
}

// 1 - beta2 is so small that the radicand would not show the guard a gradient beyond the bound.
TEST_F(Finite, WithASecondMomentThatHardlyMoves) {
  radam_coefficients adam = adam_coefficients(RADAM_MODE_ADAPTIVE, false, false, false);
  radam_coefficients nadam = combination("nadam").typical;
  adam.grad_scale = nadam.grad_scale = 1;
  adam.of.adam.beta1 = nadam.of.nadam.beta1 = 1;  // exp_avg stays, or it would show the gradient
  adam.of.adam.one_minus_beta1 = nadam.of.nadam.one_minus_beta1 = 0;
  nadam.of.nadam.grad_factor = 0;  // so would the update's numerator
  adam.of.adam.beta2 = nadam.of.nadam.beta2 = 1;
  for (const float one_minus_beta2 : {0.0f, FLT_TRUE_MIN, 0x1p-120f, 0x1p-100f, 0x1.fffffep-31f, 0x1p-30f}) {
    adam.of.adam.one_minus_beta2 = nadam.of.nadam.one_minus_beta2 = one_minus_beta2;
    Arrays before;
    for (int i = 0; i < 640; ++i) before.push_back({1, 0x1.8p63f, 0.5f, 0.5f});  // its square is finite
    for (const radam_coefficients& c : {adam, nadam}) {
      const Arrays expected = reference_step(c, before, 3u);
      for (const std::int32_t target : available_targets()) {
        Arrays actual = before;
        ASSERT_EQ(step(target, c, 0, 640, actual.pointers(3)), RADAM_OK);
        ASSERT_EQ(first_difference(actual, expected, before), "")
            << radam_target_name(target) << " " << radam_algorithm_name(c.algorithm) << " " << one_minus_beta2;
      }
    }
  }
}

// Every product of the rules at its largest: scale times gradient, l2 and decay times parameter, and what follows
// from them.
TEST_F(Finite, ProductsAtTheirLargest) {
  const float extremes[] = {0, 1, -1, 1e-45f, 2e19f, -2e19f, 1e30f, FLT_MAX, -FLT_MAX};
  for (const Combination& parts : all_combinations()) {
    for (const float scale : {1.0f, -1.0f, FLT_MAX, -FLT_MAX, 1e-45f}) {
      for (const float weight_decay : {0.01f, 1.0f}) {
        radam_coefficients c = parts.typical;
        c.grad_scale = scale;
        for (const Coefficient& k : algorithm_of(c).coefficients)
          if (k.kind == Coefficient::kWeightDecay && c.of.values[k.place] != 0) c.of.values[k.place] = weight_decay;
        Arrays a;
        for (const float p : extremes)
          for (std::size_t i = 0; i < std::size(extremes); ++i) a.push_back({p});
        for (const std::int32_t target : available_targets()) {
          Arrays actual = a;
          for (std::size_t t = 0; t < 6; ++t) {
            for (std::size_t i = 0; i < a.size(); ++i) actual.values[kGrad][i] = extremes[(i + t) % std::size(extremes)];
            const Arrays before = actual;
            ASSERT_EQ(step(target, c, 0, static_cast<std::int64_t>(a.size()), actual.pointers(parts.present)), RADAM_OK);
            for (const auto& values : actual.values)
              for (std::size_t i = 0; i < a.size(); ++i)
                ASSERT_FALSE(std::isnan(values[i]))
                    << radam_target_name(target) << ", " << parts.name << ", " << describe(c) << ", p "
                    << before.values[kParam][i] << ", g " << before.values[kGrad][i];
          }
        }
      }
    }
  }
}

// The same of all types and options; an overflow of a 16-bit parameter may be infinite, and is then left out.
TEST_F(Finite, InEveryTypeWithEveryOption) {
  Values random(0xf1);
  const float extremes[] = {0, 1, -1, 1.9e19f, -2e19f, 1e30f, FLT_MAX, -FLT_MAX};
  for (unsigned number = 0; number < MixedCase::count(); ++number) {
    const MixedCase k(number, random);
    if (random.below(std::max(4u, kOneOf)) != 0) continue;
    radam_tensor settings = k.settings;
    settings.length = 600;
    MixedTensor before = tensor(random, settings, k.parts->present, k.copy, k.average, true);
    const auto put = [&](std::vector<std::uint8_t>& to, std::int32_t type, std::size_t i, float x) {
      const float largest = type == RADAM_TYPE_F32 ? FLT_MAX : type == RADAM_TYPE_BF16 ? 0x1.fep127f : 65504;
      store(to, type, i, std::fmin(largest, std::fmax(-largest, x)), kNearest);
    };
    if (number % 2)
      for (float& x : before.average) x = random.below(2) ? FLT_MAX : -FLT_MAX;
    const std::int32_t target = available_targets()[random.below(static_cast<unsigned>(available_targets().size()))];
    for (std::int64_t t = 1; t <= 3; ++t) {
      const AlgorithmCase& algorithm = algorithm_of(k.parts->typical);
      before.settings.step = t;
      for (std::size_t i = 0; i < 600; ++i)
        put(before.grad, settings.grad_type, i, i % 97 ? 0.5f : extremes[(i / 97 + static_cast<std::size_t>(t)) % 8]);
      MixedTensor after = before;
      const MixedBuffers b = after.buffers();
      ASSERT_EQ(step_mixed(target, &k.parts->typical, &b, 0, 600), RADAM_OK);
      exercised_targets().insert(target);
      for (std::size_t i = 0; i < 600; ++i) {
        for (int n = 0; n < algorithm.buffers(); ++n) {
          if (!after.has(n)) continue;
          ASSERT_TRUE(std::isfinite(load_state(after, n, algorithm.is_signed[n], i))) << k.describe() << ", " << i;
        }
        if (!std::isfinite(load_param(before, i))) continue;
        ASSERT_FALSE(std::isnan(load_param(after, i))) << k.describe();
        ASSERT_FALSE(std::isnan(load(after.grad, settings.grad_type, i))) << k.describe();
        if (after.average.empty()) continue;
        ASSERT_FALSE(std::isnan(after.average[i])) << k.describe();
      }
      before = after;
    }
  }
}

}  // namespace
}  // namespace radam_test
