// radam_step: every combination of types and options gives what radam.h documents, on every target and in any split.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "conversions.h"
#include "mixed_cases.h"
#include "targets.h"
#include "values.h"

namespace radam_test {
namespace {

class Mixed : public EveryTarget {
 protected:
  static void step(std::int32_t target, const radam_coefficients& c, MixedTensor& t, std::int64_t begin,
                   std::int64_t end) {
    const MixedBuffers b = t.buffers();
    ASSERT_EQ(step_mixed(target, &c, &b, begin, end), RADAM_OK);
    if (begin < end) exercised_targets().insert(target);
  }
};

TEST_F(Mixed, AsDocumented) {
  std::vector<Stepper> steppers;
  for (const std::int32_t target : available_targets())
    steppers.push_back({radam_target_name(target), [target](const radam_coefficients& c, MixedTensor& t) {
                          step(target, c, t, 0, t.settings.length);
                        }});
  ASSERT_EQ(first_mixed_difference(0x313d, steppers, kOneOf), "");
}

TEST_F(Mixed, InAnySplit) {
  Values random(0x5911);
  for (int draw = 0; draw < 300; ++draw) {
    radam_tensor settings{};
    settings.param_type = static_cast<std::int32_t>(random.below(4));
    settings.grad_type = static_cast<std::int32_t>(random.below(3));
    settings.state_type = static_cast<std::int32_t>(random.below(3));
    settings.param_rounding = RADAM_ROUND_STOCHASTIC;
    settings.copy_type = RADAM_TYPE_BF16;
    settings.length = 1 + random.below(2000);
    settings.step = 1;
    settings.average_rate = 0.125f;
    if (random.below(2)) settings.row_length = 1 + random.below(500);
    const std::int64_t unit = settings.state_type == RADAM_STATE_BLOCK8 ? RADAM_BLOCK_SIZE : 1;
    const Combination& parts = all_combinations()[random.below(static_cast<unsigned>(all_combinations().size()))];
    const radam_coefficients& c = parts.typical;
    MixedTensor whole = tensor(random, settings, parts.present, settings.param_type == RADAM_TYPE_F32, true, true);
    new_gradients(random, whole, true);
    add_decays(random, c, whole);
    MixedTensor split = whole;
    const auto& targets = available_targets();
    step(targets[random.below(static_cast<unsigned>(targets.size()))], c, whole, 0, settings.length);
    for (std::int64_t begin = 0; begin < settings.length;) {
      const std::int64_t end = std::min(settings.length, begin + unit * (1 + random.below(unit > 1 ? 3 : 400)));
      step(targets[random.below(static_cast<unsigned>(targets.size()))], c, split, begin, end);
      begin = end;
    }
    ASSERT_EQ(difference(split, whole), "") << "state " << settings.state_type << ", length " << settings.length;
  }
}

// Slices that are stepped as tensors of their own, each with its place in the whole, give the bits of the whole.
TEST_F(Mixed, InSlices) {
  Values random(0x511ce5);
  for (int draw = 0; draw < 400; ++draw) {
    radam_tensor settings{};
    settings.param_type = static_cast<std::int32_t>(random.below(4));
    settings.grad_type = static_cast<std::int32_t>(random.below(3));
    settings.state_type = static_cast<std::int32_t>(random.below(3));
    settings.output = static_cast<std::int32_t>(random.below(2));
    settings.param_rounding = RADAM_ROUND_STOCHASTIC;
    settings.copy_type = random.below(2) ? RADAM_TYPE_BF16 : RADAM_TYPE_F16;
    settings.length = 1 + random.below(2000);
    settings.step = 3;
    settings.seed = random.below(1000);
    if (random.below(2)) settings.row_length = 1 + random.below(500);
    const bool options = settings.output == RADAM_OUTPUT_PARAM;
    const std::int64_t unit = settings.state_type == RADAM_STATE_BLOCK8 ? RADAM_BLOCK_SIZE : 1;
    const Combination& parts = all_combinations()[random.below(static_cast<unsigned>(all_combinations().size()))];
    MixedTensor whole = tensor(random, settings, parts.present, options && settings.param_type == RADAM_TYPE_F32, options,
                               true);
    new_gradients(random, whole, true);
    add_decays(random, parts.typical, whole);
    MixedTensor sliced = whole;
    const auto& targets = available_targets();
    step(targets[random.below(static_cast<unsigned>(targets.size()))], parts.typical, whole, 0, settings.length);
    for (std::int64_t first = 0, end; first < settings.length; first = end) {
      end = std::min(settings.length, first + unit * (1 + random.below(unit > 1 ? 3 : 600)));
      MixedBuffers b = sliced.buffers();
      const auto from = [&](auto*& buffer, std::size_t element_bytes, std::int64_t element) {
        if (buffer != nullptr)
          buffer = reinterpret_cast<std::remove_reference_t<decltype(buffer)>>(
              reinterpret_cast<unsigned char*>(buffer) + static_cast<std::size_t>(element) * element_bytes);
      };
      from(b.param, MixedTensor::bytes_of(b.param_type), first);
      from(b.grad, MixedTensor::bytes_of(b.grad_type), first);
      from(b.param_copy, 2, first);
      from(b.param_average, sizeof(float), first);
      for (int k = 0; k < RADAM_MAX_STATE; ++k) {
        from(b.state[k], sliced.state_bytes(), first);
        if (unit > 1) from(b.state_scale[k], sizeof(float), first / RADAM_BLOCK_SIZE);
      }
      b.first = first;
      b.length = end - first;
      if (b.grad_mean != nullptr) b.grad_mean += first / b.row_length;
      if (b.row_decay != nullptr) b.row_decay += first / b.row_length;
      const std::int32_t target = targets[random.below(static_cast<unsigned>(targets.size()))];
      ASSERT_EQ(step_mixed(target, &parts.typical, &b, 0, b.length), RADAM_OK);
      exercised_targets().insert(target);
    }
    ASSERT_EQ(difference(sliced, whole), "") << parts.name << ", state " << settings.state_type << ", length "
                                             << settings.length;
  }
}

TEST_F(Mixed, ConversionsOfAllCodes) {
  for (const std::int32_t target : available_targets()) {
    const auto step_whole = [&](const radam_coefficients& c, MixedTensor& t) {
      step(target, c, t, 0, t.settings.length);
    };
    for (const std::int32_t type : {RADAM_TYPE_BF16, RADAM_TYPE_F16})
      for (const std::int32_t rounding : {RADAM_ROUND_NEAREST, RADAM_ROUND_STOCHASTIC})
        EXPECT_EQ(first_conversion_difference(type, rounding, step_whole), "") << radam_target_name(target);
  }
}

// The mean of what a value is rounded to is the value: to 4 standard errors of it, over a million draws.
TEST_F(Mixed, StochasticRoundingIsUnbiased) {
  constexpr std::int64_t kDraws = 1000000;
  const float param = 1.0f + 0.3f / 128, grad = 0.3f;
  for (const std::int32_t state_type : {RADAM_STATE_BF16, RADAM_STATE_BLOCK8}) {
    radam_tensor settings{};
    settings.param_type = RADAM_TYPE_F32;
    settings.copy_type = RADAM_TYPE_BF16;
    settings.grad_type = RADAM_TYPE_F32;
    settings.state_type = state_type;
    settings.param_rounding = RADAM_ROUND_STOCHASTIC;
    settings.length = kDraws;
    settings.step = 1;
    settings.seed = 42;
    Values random(3);
    MixedTensor t = tensor(random, settings, 7, true, false, true);
    radam_coefficients c = adam_coefficients(RADAM_MODE_MOMENTS_ONLY, false, false, false);
    c.grad_scale = 1;
    for (std::size_t i = 0; i < kDraws; ++i) {
      store(t.param, RADAM_TYPE_F32, i, param, kNearest);
      store(t.grad, RADAM_TYPE_F32, i, i % 256 == 0 ? 1.0f : grad, kNearest);  // one that determines the scale
    }
    step(available_targets().back(), c, t, 0, kDraws);
    for (const std::int32_t target : available_targets()) exercised_targets().insert(target);  // the same bits
    const auto expect_mean = [&](const char* what, double value, const auto& rounded) {
      double sum = 0, squares = 0, count = 0;
      for (std::size_t i = 0; i < kDraws; ++i) {
        if (i % 256 == 0) continue;
        const double error = rounded(i) - value;
        sum += error;
        squares += error * error;
        ++count;
      }
      const double deviation = std::sqrt(squares / count - sum / count * sum / count);
      EXPECT_GT(deviation, 0) << what << ": it must not be a value that the type has";
      EXPECT_LT(std::fabs(sum / count), 4 * deviation / std::sqrt(count)) << what << ", state " << state_type;
    };
    const float m = c.of.adam.one_minus_beta1 * grad, v = c.of.adam.one_minus_beta2 * (grad * grad);
    expect_mean("exp_avg", m, [&](std::size_t i) { return load_state(t, 0, true, i); });
    expect_mean("exp_avg_sq", v, [&](std::size_t i) { return load_state(t, 1, false, i); });
    expect_mean("max_exp_avg_sq", v, [&](std::size_t i) { return load_state(t, 2, false, i); });
    expect_mean("param_copy", param, [&](std::size_t i) { return load(t.copy, RADAM_TYPE_BF16, i); });
  }
}

// Of each element alone, too, over steps. And whether it is rounded up in one step tells nothing of the next step, nor
// does it for exp_avg tell anything of exp_avg_sq. All to 5 standard errors, over 4096 steps.
TEST_F(Mixed, StochasticRoundingIsUnbiasedOverSteps) {
  constexpr std::int64_t kLength = 2 * RADAM_BLOCK_SIZE;
  constexpr int kSteps = 4096;
  const double bound = 5 / std::sqrt(kSteps);
  for (const std::int32_t state_type : {RADAM_STATE_BF16, RADAM_STATE_BLOCK8}) {
    radam_tensor settings{};
    settings.state_type = state_type;
    settings.length = kLength;
    settings.seed = 5;
    Values random(4);
    MixedTensor zero = tensor(random, settings, 3, false, false, true);
    radam_coefficients c = adam_coefficients(RADAM_MODE_MOMENTS_ONLY, false, false, false);
    c.grad_scale = 1;
    for (std::size_t i = 0; i < kLength; ++i)
      store(zero.grad, RADAM_TYPE_F32, i, i % 256 == 0 ? 1.0f : 0.3f + 0.001f * static_cast<float>(i % 256), kNearest);
    // 1 where an element is rounded away from zero, and 0 where it is not; less the probability of it.
    std::vector<double> up[2][kLength];
    for (int n = 1; n <= kSteps; ++n) {
      MixedTensor t = zero;
      t.settings.step = n;
      step(available_targets().back(), c, t, 0, kLength);
      for (std::size_t i = 0; i < kLength; ++i) {
        up[0][i].push_back(std::fabs(load_state(t, 0, true, i)));
        up[1][i].push_back(load_state(t, 1, false, i));
      }
    }
    for (const std::int32_t target : available_targets()) exercised_targets().insert(target);  // the same bits
    const auto mean_of_products = [](const std::vector<double>& x, const std::vector<double>& y, std::size_t later) {
      double sum = 0;
      for (std::size_t n = 0; n + later < x.size(); ++n) sum += x[n] * y[n + later];
      return sum / static_cast<double>(x.size() - later);
    };
    for (std::size_t i = 0; i < kLength; ++i) {
      if (i % 256 == 0) continue;
      const float grad = load(zero.grad, RADAM_TYPE_F32, i);
      const double exact[] = {c.of.adam.one_minus_beta1 * grad, c.of.adam.one_minus_beta2 * (grad * grad)};
      for (int k = 0; k < 2; ++k) {
        const auto [least, most] = std::minmax_element(up[k][i].begin(), up[k][i].end());
        const double low = *least, distance = *most - low, probability = (exact[k] - low) / distance;
        ASSERT_GT(distance, 0) << "buffer " << k << ", element " << i;
        ASSERT_TRUE(probability > 0 && probability < 1) << "buffer " << k << ", element " << i;
        for (double& x : up[k][i]) x = (x - low) / distance - probability;
        const double deviation = std::sqrt(probability * (1 - probability));
        EXPECT_LT(std::fabs(mean_of_products(up[k][i], std::vector<double>(kSteps, 1), 0)), bound * deviation)
            << "buffer " << k << ", element " << i;
        EXPECT_LT(std::fabs(mean_of_products(up[k][i], up[k][i], 1)), bound * deviation * deviation)
            << "buffer " << k << ", element " << i << ", and its next step";
      }
      const double squares = mean_of_products(up[0][i], up[0][i], 0) * mean_of_products(up[1][i], up[1][i], 0);
      EXPECT_LT(std::fabs(mean_of_products(up[0][i], up[1][i], 0)), bound * std::sqrt(squares)) << "element " << i;
    }
  }
}

// Were v rounded to 0 where m is not, the step would be m / epsilon.
TEST_F(Mixed, SecondMomentsAbove0StayAbove0) {
  for (const std::int32_t state_type : {RADAM_STATE_BF16, RADAM_STATE_BLOCK8}) {
    radam_tensor settings{};
    settings.state_type = state_type;
    settings.length = 4096;
    settings.step = 1;
    Values random(3);
    MixedTensor before = tensor(random, settings, 7, false, false, true);
    for (std::size_t i = 0; i < 4096; ++i) {
      // Gradients whose squares are beyond the reach of a block's levels, or of bfloat16.
      const float grad = i % 256 == 0 ? 1e3f : i % 2 ? std::ldexp(1.0f, -60 + static_cast<int>(i % 50)) : 0.0f;
      store(before.grad, RADAM_TYPE_F32, i, grad, kNearest);
    }
    radam_coefficients c = adam_coefficients(RADAM_MODE_ADAPTIVE, false, false, false);
    c.grad_scale = 1;
    for (const std::int32_t target : available_targets()) {
      MixedTensor t = before;
      for (t.settings.step = 1; t.settings.step <= 20; ++t.settings.step) {
        step(target, c, t, 0, 4096);
        for (std::size_t i = 0; i < 4096; ++i) {
          const bool moved = load(before.grad, RADAM_TYPE_F32, i) != 0;
          ASSERT_EQ(load_state(t, 1, false, i) > 0, moved) << i << ", " << radam_target_name(target);
          ASSERT_EQ(load_state(t, 2, false, i) > 0, moved) << i << ", " << radam_target_name(target);
        }
      }
    }
  }
}

}  // namespace
}  // namespace radam_test
