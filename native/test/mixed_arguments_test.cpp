// Every bad argument of radam_step: the right status, and nothing changed.
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "algorithms.h"
#include "mixed_reference.h"

namespace radam_test {
namespace {

constexpr std::int64_t kLength = 600;

// A tensor with all that there can be: block8 state, AMSGrad, a copy and an average.
class MixedArguments : public testing::Test {
 protected:
  MixedArguments() {
    tensor_.settings.struct_size = sizeof tensor_.settings;
    tensor_.settings.state_type = RADAM_STATE_BLOCK8;
    tensor_.settings.copy_type = RADAM_TYPE_F16;
    tensor_.settings.length = kLength;
    tensor_.settings.step = 1;
    tensor_.param.resize(4 * kLength, 1);
    tensor_.grad.resize(4 * kLength, 1);
    tensor_.copy.resize(2 * kLength, 1);
    tensor_.average.resize(kLength, 1);
    tensor_.present = 7;
    for (int k = 0; k < 3; ++k) {
      tensor_.state[k].resize(kLength, 1);
      tensor_.scales[k].resize(3, 1);
    }
  }

  void expect(radam_status status, const std::function<void(MixedBuffers&)>& change, std::int64_t begin = 0,
              std::int64_t end = kLength) {
    const MixedTensor before = tensor_;
    MixedBuffers b = tensor_.buffers();
    change(b);
    EXPECT_EQ(step_mixed(RADAM_TARGET_AUTO, &c_, &b, begin, end), status);
    if (status == RADAM_OK) return;
    EXPECT_EQ(tensor_.param, before.param);
    EXPECT_EQ(tensor_.grad, before.grad);
    EXPECT_EQ(tensor_.copy, before.copy);
    EXPECT_EQ(tensor_.average, before.average);
    for (int k = 0; k < 3; ++k) {
      EXPECT_EQ(tensor_.state[k], before.state[k]);
      EXPECT_EQ(tensor_.scales[k], before.scales[k]);
    }
  }

  static void nothing(MixedBuffers&) {}

  MixedTensor tensor_;
  radam_coefficients c_ = adam_coefficients(RADAM_MODE_ADAPTIVE, false, false, false);
};

TEST_F(MixedArguments, NullAndStructSize) {
  const MixedBuffers b = tensor_.buffers();
  EXPECT_EQ(step_mixed(RADAM_TARGET_AUTO, nullptr, &b, 0, kLength), RADAM_ERROR_NULL);
  EXPECT_EQ(radam_step(RADAM_TARGET_AUTO, &c_, nullptr, 0, kLength, tensor_.param.data(), tensor_.grad.data(),
                       nullptr, nullptr), RADAM_ERROR_NULL);
  expect(RADAM_ERROR_STRUCT_SIZE, [](MixedBuffers& x) { x.struct_size = 0; });
  expect(RADAM_ERROR_NULL, [](MixedBuffers& x) { x.param = nullptr; });
  expect(RADAM_ERROR_NULL, [](MixedBuffers& x) { x.grad = nullptr; });
  expect(RADAM_ERROR_NULL, [](MixedBuffers& x) { x.state[0] = nullptr; });
  expect(RADAM_ERROR_NULL, [](MixedBuffers& x) { x.state[1] = nullptr; });
  expect(RADAM_ERROR_NULL, [](MixedBuffers& x) { x.state_scale[0] = nullptr; });
  expect(RADAM_ERROR_NULL, [](MixedBuffers& x) { x.state_scale[1] = nullptr; });
  expect(RADAM_ERROR_NULL, [](MixedBuffers& x) { x.state_scale[2] = nullptr; });
  c_.struct_size = 1;
  expect(RADAM_ERROR_STRUCT_SIZE, nothing);
}

TEST_F(MixedArguments, Coefficients) {
  c_.of.adam.beta1 = std::numeric_limits<float>::quiet_NaN();
  expect(RADAM_ERROR_COEFFICIENTS, nothing);
}

TEST_F(MixedArguments, Target) {
  const MixedBuffers b = tensor_.buffers();
  EXPECT_EQ(step_mixed(63, &c_, &b, 0, kLength), RADAM_ERROR_TARGET);
}

TEST_F(MixedArguments, Types) {
  expect(RADAM_ERROR_TYPE, [](MixedBuffers& x) { x.param_type = RADAM_TYPE_SPLIT + 1; });
  for (const std::int32_t wrong : {-1, 3, 1 << 20}) {
    if (wrong != RADAM_TYPE_SPLIT) expect(RADAM_ERROR_TYPE, [=](MixedBuffers& x) { x.param_type = wrong; });
    expect(RADAM_ERROR_TYPE, [=](MixedBuffers& x) { x.grad_type = wrong; });
    expect(RADAM_ERROR_TYPE, [=](MixedBuffers& x) { x.state_type = wrong; });
    expect(RADAM_ERROR_TYPE, [=](MixedBuffers& x) { x.copy_type = wrong; });
    expect(RADAM_ERROR_TYPE, [=](MixedBuffers& x) { x.param_rounding = wrong; });
    expect(RADAM_ERROR_TYPE, [=](MixedBuffers& x) { x.state_rounding = wrong; });
  }
  expect(RADAM_ERROR_COPY, [](MixedBuffers& x) { x.param_type = RADAM_TYPE_BF16; });
  expect(RADAM_ERROR_COPY, [](MixedBuffers& x) { x.copy_type = RADAM_TYPE_F32; });
}

TEST_F(MixedArguments, Options) {
  expect(RADAM_ERROR_SETTING, [](MixedBuffers& x) { x.zero_grad = 2; });
  expect(RADAM_ERROR_SETTING, [](MixedBuffers& x) { x.zero_grad = -1; });
  expect(RADAM_ERROR_STEP, [](MixedBuffers& x) { x.step = 0; });
  for (const float wrong : {-1.0f, -std::numeric_limits<float>::infinity(), std::nanf("")}) {
    expect(RADAM_ERROR_CLIP, [=](MixedBuffers& x) { x.clip_value = wrong; });
    expect(RADAM_ERROR_AVERAGE, [=](MixedBuffers& x) { x.average_rate = wrong; });
  }
  expect(RADAM_ERROR_AVERAGE, [](MixedBuffers& x) { x.average_rate = 1.5f; });
  for (const std::int32_t wrong : {-1, 2}) expect(RADAM_ERROR_SETTING, [=](MixedBuffers& x) { x.lookahead = wrong; });
}

TEST_F(MixedArguments, Output) {
  for (const std::int32_t wrong : {-1, 2, 1 << 20}) expect(RADAM_ERROR_OUTPUT, [=](MixedBuffers& x) { x.output = wrong; });
  const auto update_with = [](bool copy, bool average, int zero_grad) {
    return [=](MixedBuffers& x) {
      x.output = RADAM_OUTPUT_UPDATE;
      if (!copy) x.param_copy = nullptr;
      if (!average) x.param_average = nullptr;
      x.zero_grad = zero_grad;
    };
  };
  expect(RADAM_ERROR_OUTPUT, update_with(true, false, 0));
  expect(RADAM_ERROR_OUTPUT, update_with(false, true, 0));
  expect(RADAM_ERROR_OUTPUT, update_with(false, false, 1));
  expect(RADAM_OK, update_with(false, false, 0));
  // Slow weights are part of the update.
  const auto slow = update_with(false, true, 0);
  expect(RADAM_OK, [=](MixedBuffers& x) { slow(x), x.lookahead = 1; });
  static const float means[4] = {};
  const auto rows = [](MixedBuffers& x, std::int64_t length) { x.grad_mean = means, x.row_length = length; };
  expect(RADAM_OK, [=](MixedBuffers& x) { rows(x, 1'000'000); });
  for (const std::int64_t wrong : {std::int64_t{0}, std::int64_t{-1}, INT64_MIN})
    expect(RADAM_ERROR_ROW_LENGTH, [=](MixedBuffers& x) { rows(x, wrong); });
  expect(RADAM_OK, [=](MixedBuffers& x) { x.row_length = -1; });  // there are no means
  expect(RADAM_ERROR_OVERLAP, [=](MixedBuffers& x) { rows(x, 1'000'000), x.grad_mean = static_cast<float*>(x.grad); });
  expect(RADAM_ERROR_NULL, [](MixedBuffers& x) { x.lookahead = 1, x.param_average = nullptr; });
  const auto with_copy = update_with(true, true, 0);
  expect(RADAM_ERROR_OUTPUT, [=](MixedBuffers& x) { with_copy(x), x.lookahead = 1; });
}

// Rows have decays of their own with SGD and NAdam alone.
TEST_F(MixedArguments, RowDecay) {
  static const float decays[4] = {};
  const auto rows = [](std::int64_t length) {
    return [=](MixedBuffers& x) { x.row_decay = decays, x.row_length = length; };
  };
  expect(RADAM_ERROR_ALGORITHM, rows(1'000'000));
  c_ = combination("nadam").typical;
  expect(RADAM_OK, rows(1'000'000));
  for (const std::int64_t wrong : {std::int64_t{0}, std::int64_t{-1}, INT64_MIN})
    expect(RADAM_ERROR_ROW_LENGTH, rows(wrong));
  expect(RADAM_ERROR_OVERLAP, [=](MixedBuffers& x) {
    rows(1'000'000)(x);
    x.row_decay = static_cast<float*>(x.grad);
  });
  expect(RADAM_ERROR_OVERLAP, [=](MixedBuffers& x) {
    rows(1'000'000)(x);
    x.grad_mean = decays;
  });
  c_.of.nadam.l2 = 0.5f;
  expect(RADAM_ERROR_COEFFICIENTS, rows(1'000'000));
  c_ = combination("sgd").typical;
  expect(RADAM_OK, rows(1'000'000));
  for (const std::int32_t mode : {RADAM_MODE_KEEPS_UPDATE, RADAM_MODE_AVERAGES_GRADIENT}) {
    c_.mode = mode;
    expect(RADAM_ERROR_COEFFICIENTS, rows(1'000'000));
  }
}

// Where a copy would be, there are the lower halves. They are needed, and are part of the parameters.
TEST_F(MixedArguments, Split) {
  const auto split = [](const std::function<void(MixedBuffers&)>& change) {
    return [=](MixedBuffers& x) {
      x.param_type = RADAM_TYPE_SPLIT;
      x.copy_type = -1;  // not used
      change(x);
    };
  };
  expect(RADAM_OK, split(nothing));
  expect(RADAM_ERROR_NULL, split([](MixedBuffers& x) { x.param_copy = nullptr; }));
  expect(RADAM_OK, [](MixedBuffers& x) {
    x.param_type = RADAM_TYPE_SPLIT;
    x.param_copy = nullptr;
  }, 256, 256);
  expect(RADAM_ERROR_OVERLAP, split([](MixedBuffers& x) { x.param_copy = x.param; }));
  const auto overlap = [](MixedBuffers& x) { x.param = static_cast<char*>(x.param_copy) + 2 * kLength - 1; };
  expect(RADAM_ERROR_OVERLAP, split(overlap));
  expect(RADAM_OK, split([](MixedBuffers& x) { x.param_copy = static_cast<char*>(x.param) + 2 * kLength; }));
  const auto update = [](MixedBuffers& x) {
    x.output = RADAM_OUTPUT_UPDATE;
    x.param_average = nullptr;
  };
  expect(RADAM_OK, split(update));
  expect(RADAM_ERROR_OUTPUT, split([=](MixedBuffers& x) { update(x), x.zero_grad = 1; }));
}

TEST_F(MixedArguments, First) {
  for (const std::int64_t wrong : {std::int64_t{-1}, std::int64_t{-256}, INT64_MIN, INT64_MAX / 256 * 256})
    expect(RADAM_ERROR_RANGE, [=](MixedBuffers& x) { x.first = wrong; });
  expect(RADAM_ERROR_BLOCK, [](MixedBuffers& x) { x.first = 1; });
  expect(RADAM_OK, [](MixedBuffers& x) { x.first = 256; });
}

TEST_F(MixedArguments, Ranges) {
  expect(RADAM_ERROR_RANGE, nothing, -256, 256);
  expect(RADAM_ERROR_RANGE, nothing, 256, 0);
  expect(RADAM_ERROR_RANGE, nothing, 0, 768);  // beyond the length
  expect(RADAM_ERROR_RANGE, [](MixedBuffers& x) { x.length = -1; });
  expect(RADAM_ERROR_RANGE, [](MixedBuffers& x) { x.length = INT64_MAX; }, 0, INT64_MAX);
  expect(RADAM_ERROR_BLOCK, nothing, 1, 256);
  expect(RADAM_ERROR_BLOCK, nothing, 0, 257);
  expect(RADAM_ERROR_BLOCK, nothing, 256, 599);
  expect(RADAM_OK, nothing, 256, 512);
  expect(RADAM_OK, nothing, 512, kLength);
}

TEST_F(MixedArguments, Overlap) {
  expect(RADAM_ERROR_OVERLAP, [](MixedBuffers& x) { x.grad = x.param; });
  expect(RADAM_ERROR_OVERLAP, [](MixedBuffers& x) { x.state[1] = static_cast<char*>(x.state[0]) + kLength - 1; });
  expect(RADAM_ERROR_OVERLAP, [](MixedBuffers& x) { x.param_copy = static_cast<char*>(x.param) + 4 * kLength - 1; });
  expect(RADAM_ERROR_OVERLAP, [](MixedBuffers& x) { x.param_average = static_cast<float*>(x.grad) + 1; });
  expect(RADAM_ERROR_OVERLAP, [](MixedBuffers& x) { x.state_scale[2] = x.state_scale[0] + 2; });
}

TEST_F(MixedArguments, AnEmptyRangeNeedsNoMemory) {
  MixedBuffers b{};
  b.struct_size = sizeof(radam_tensor);
  b.state_type = RADAM_STATE_BLOCK8;
  b.step = 1;
  EXPECT_EQ(step_mixed(RADAM_TARGET_AUTO, &c_, &b, 0, 0), RADAM_OK);
}

// With float32 everywhere and no option, it is radam_step_f32.
TEST_F(MixedArguments, PlainFloat32MayLieAnywhere) {
  expect(RADAM_OK, [](MixedBuffers& x) {
    x.state_type = RADAM_STATE_F32;
    x.state[2] = x.param_copy = nullptr;
    x.param_average = nullptr;
    x.length = kLength / 4;
  }, 0, kLength / 4);
}

}  // namespace
}  // namespace radam_test
