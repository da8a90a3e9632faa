// radam_gradient_statistics: the documented sums, on every target, and every bad argument.
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "mixed_reference.h"
#include "targets.h"
#include "trajectory.h"
#include "values.h"

namespace radam_test {
namespace {

class Statistics : public EveryTarget {
 protected:
  static radam_statistics compute(std::int32_t target, std::int32_t type, std::int64_t begin, std::int64_t end,
                                  const void* grad) {
    radam_statistics s{};
    s.struct_size = sizeof s;
    EXPECT_EQ(radam_gradient_statistics(target, type, begin, end, grad, &s), RADAM_OK);
    exercised_targets().insert(target);
    return s;
  }
};

radam_statistics expected(std::int32_t type, std::int64_t begin, std::int64_t end,
                          const std::vector<std::uint8_t>& grad) {
  double sums[32] = {};
  radam_statistics s{};
  for (std::int64_t i = begin; i < end; ++i) {
    const float x = load(grad, type, static_cast<std::size_t>(i));
    sums[(i - begin) % 32] += static_cast<double>(x) * static_cast<double>(x);
    if (!std::isfinite(x)) ++s.non_finite;
    if (std::isnan(x) || std::fabs(x) > s.max_abs) s.max_abs = std::fabs(x);
    if (std::isnan(s.max_abs)) s.max_abs = std::numeric_limits<float>::quiet_NaN();
  }
  for (int distance : {16, 8, 4, 2, 1})
    for (int j = 0; j < distance; ++j) sums[j] += sums[j + distance];
  s.sum_of_squares = sums[0];
  return s;
}

bool same(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b)); }

TEST_F(Statistics, AsDocumented) {
  Values random(0x57a7);
  for (int draw = 0; draw < 3000; ++draw) {
    const auto type = static_cast<std::int32_t>(draw % 3);
    const std::size_t n = draw < 30 ? 5000 : random.below(300);
    std::vector<std::uint8_t> grad(n * MixedTensor::bytes_of(type));
    const unsigned odd = draw % 4 == 0 ? 2 : 0;
    for (std::size_t i = 0; i < n; ++i)
      store(grad, type, i, odd && random.below(odd) ? random.adversarial() : random.ordinary(), kNearest);
    const std::int64_t begin = random.below(static_cast<unsigned>(n) + 1);
    const std::int64_t end = begin + random.below(static_cast<unsigned>(n - static_cast<std::size_t>(begin)) + 1);
    const radam_statistics right = expected(type, begin, end, grad);
    for (const std::int32_t target : available_targets()) {
      const radam_statistics s = compute(target, type, begin, end, grad.data());
      ASSERT_TRUE(same(s.sum_of_squares, right.sum_of_squares))
          << radam_target_name(target) << ": " << s.sum_of_squares << " and not " << right.sum_of_squares;
      ASSERT_EQ(s.non_finite, right.non_finite) << radam_target_name(target);
      ASSERT_TRUE(same(s.max_abs, right.max_abs)) << radam_target_name(target);
    }
  }
}

// A long range may have more non-finite elements than a count of 32 bits can hold.
TEST_F(Statistics, LongRanges) {
  const std::int64_t n = (std::int64_t{1} << 22) + 77;
  const std::vector<float> grad(static_cast<std::size_t>(n), std::numeric_limits<float>::infinity());
  for (const std::int32_t target : available_targets())
    EXPECT_EQ(compute(target, RADAM_TYPE_F32, 0, n, grad.data()).non_finite, n);
}

TEST_F(Statistics, EmptyRange) {
  for (const std::int32_t target : available_targets()) {
    const radam_statistics s = compute(target, RADAM_TYPE_F16, 5, 5, nullptr);
    EXPECT_EQ(s.sum_of_squares, 0);
    EXPECT_EQ(s.max_abs, 0);
    EXPECT_EQ(s.non_finite, 0);
  }
}

TEST_F(Statistics, MeansOfRowsAsDocumented) {
  Values random(0x3ea4);
  for (int draw = 0; draw < 1000; ++draw) {
    const auto type = static_cast<std::int32_t>(draw % 3);
    const std::size_t length = 1 + random.below(draw < 30 ? 3000 : 80), rows = random.below(7);
    std::vector<std::uint8_t> grad(rows * length * MixedTensor::bytes_of(type));
    for (std::size_t i = 0; i < rows * length; ++i)
      store(grad, type, i, draw % 4 == 0 ? random.adversarial() : random.ordinary(), kNearest);
    const std::size_t begin = random.below(static_cast<unsigned>(rows) + 1);
    const std::size_t end = begin + random.below(static_cast<unsigned>(rows - begin) + 1);
    std::vector<float> right(rows, -7);
    for (std::size_t row = begin; row < end; ++row) {
      double sums[32] = {};
      for (std::size_t i = 0; i < length; ++i) sums[i % 32] += static_cast<double>(load(grad, type, row * length + i));
      for (std::size_t distance : {16, 8, 4, 2, 1})
        for (std::size_t j = 0; j < distance; ++j) sums[j] += sums[j + distance];
      right[row] = static_cast<float>(sums[0] / static_cast<double>(length));
    }
    for (const std::int32_t target : available_targets()) {
      std::vector<float> mean(rows, -7);
      ASSERT_EQ(radam_gradient_means(target, type, static_cast<std::int64_t>(length), static_cast<std::int64_t>(begin),
                                     static_cast<std::int64_t>(end), grad.data(), mean.data()),
                RADAM_OK);
      exercised_targets().insert(target);
      for (std::size_t row = 0; row < rows; ++row)
        ASSERT_TRUE(same(mean[row], right[row])) << radam_target_name(target) << ": " << mean[row] << " and not "
                                                 << right[row] << ", row " << row << " of " << length;
    }
  }
}

// Once a row's mean is subtracted, the row adds up to nothing; and what is finite stays so.
TEST_F(Statistics, CentralizedRowsOfTheLargestFloats) {
  constexpr float kMax = std::numeric_limits<float>::max();
  float grad[] = {kMax, kMax, kMax, -kMax, 1, 2, 3, 6}, mean[2], param[8] = {};
  for (const std::int32_t target : available_targets()) {
    ASSERT_EQ(radam_gradient_means(target, RADAM_TYPE_F32, 4, 0, 2, grad, mean), RADAM_OK);
    EXPECT_EQ(mean[0], kMax / 2);
    EXPECT_EQ(mean[1], 3);
    radam_hyperparameters h = preset(RADAM_PRESET_SGD_PYTORCH);
    h.learning_rate = 1;
    radam_coefficients c{};
    c.struct_size = sizeof c;
    ASSERT_EQ(radam_coefficients_at(&h, 1, &c), RADAM_OK);
    radam_tensor t{};
    t.struct_size = sizeof t;
    t.step = 1;
    t.length = 8;
    t.grad_mean = mean;
    t.row_length = 4;
    for (float& p : param) p = 0;
    ASSERT_EQ(radam_step(target, &c, &t, 0, 8, param, grad, nullptr, nullptr), RADAM_OK);
    const float bound = 0x1p63f;  // of gradients that rules use
    const float expected[] = {-bound, -bound, -bound, bound, 2, 1, 0, -3};
    for (int i = 0; i < 8; ++i) EXPECT_EQ(param[i], expected[i]) << radam_target_name(target) << ", " << i;
    exercised_targets().insert(target);
  }
}

TEST(MeansArguments, AreChecked) {
  const float grad[4] = {1, 2, 3, 4};
  float mean[2] = {-5, -5};
  const auto expect = [&](radam_status status, std::int32_t target, std::int32_t type, std::int64_t length,
                          std::int64_t begin, std::int64_t end, const void* from, float* to) {
    EXPECT_EQ(radam_gradient_means(target, type, length, begin, end, from, to), status);
    EXPECT_EQ(mean[0], -5) << "nothing is changed";
  };
  expect(RADAM_ERROR_TYPE, RADAM_TARGET_AUTO, 3, 2, 0, 2, grad, mean);
  expect(RADAM_ERROR_ROW_LENGTH, RADAM_TARGET_AUTO, RADAM_TYPE_F32, 0, 0, 2, grad, mean);
  expect(RADAM_ERROR_ROW_LENGTH, RADAM_TARGET_AUTO, RADAM_TYPE_F32, -2, 0, 2, grad, mean);
  expect(RADAM_ERROR_RANGE, RADAM_TARGET_AUTO, RADAM_TYPE_F32, 2, -1, 2, grad, mean);
  expect(RADAM_ERROR_RANGE, RADAM_TARGET_AUTO, RADAM_TYPE_F32, 2, 2, 1, grad, mean);
  expect(RADAM_ERROR_RANGE, RADAM_TARGET_AUTO, RADAM_TYPE_F32, INT64_MAX / 2, 0, 2, grad, mean);
  expect(RADAM_ERROR_NULL, RADAM_TARGET_AUTO, RADAM_TYPE_F32, 2, 0, 2, nullptr, mean);
  expect(RADAM_ERROR_NULL, RADAM_TARGET_AUTO, RADAM_TYPE_F32, 2, 0, 2, grad, nullptr);
  expect(RADAM_ERROR_OVERLAP, RADAM_TARGET_AUTO, RADAM_TYPE_F32, 2, 0, 1, mean, mean);
  expect(RADAM_ERROR_TARGET, 63, RADAM_TYPE_F32, 2, 0, 2, grad, mean);
  expect(RADAM_OK, RADAM_TARGET_AUTO, RADAM_TYPE_F32, 2, 1, 1, nullptr, nullptr);
  expect(RADAM_OK, RADAM_TARGET_AUTO, RADAM_TYPE_F32, INT64_MAX, 0, 0, nullptr, nullptr);
}

TEST(StatisticsArguments, AreChecked) {
  const float grad[4] = {1, 2, 3, 4};
  radam_statistics s{};
  s.struct_size = sizeof s;
  s.non_finite = -5;
  const auto expect = [&](radam_status status, std::int32_t target, std::int32_t type, std::int64_t begin,
                          std::int64_t end, const void* from) {
    EXPECT_EQ(radam_gradient_statistics(target, type, begin, end, from, &s), status);
    EXPECT_EQ(s.non_finite, -5) << "nothing is changed";
  };
  expect(RADAM_ERROR_TYPE, RADAM_TARGET_AUTO, 3, 0, 4, grad);
  expect(RADAM_ERROR_TYPE, RADAM_TARGET_AUTO, -1, 0, 4, grad);
  expect(RADAM_ERROR_RANGE, RADAM_TARGET_AUTO, RADAM_TYPE_F32, -1, 4, grad);
  expect(RADAM_ERROR_RANGE, RADAM_TARGET_AUTO, RADAM_TYPE_F32, 3, 2, grad);
  expect(RADAM_ERROR_RANGE, RADAM_TARGET_AUTO, RADAM_TYPE_F32, 0, INT64_MAX, grad);
  expect(RADAM_ERROR_NULL, RADAM_TARGET_AUTO, RADAM_TYPE_F32, 0, 4, nullptr);
  expect(RADAM_ERROR_TARGET, 63, RADAM_TYPE_F32, 0, 4, grad);
  s.struct_size = 8;
  expect(RADAM_ERROR_STRUCT_SIZE, RADAM_TARGET_AUTO, RADAM_TYPE_F32, 0, 4, grad);
  EXPECT_EQ(radam_gradient_statistics(RADAM_TARGET_AUTO, RADAM_TYPE_F32, 0, 4, grad, nullptr), RADAM_ERROR_NULL);
}

}  // namespace
}  // namespace radam_test
