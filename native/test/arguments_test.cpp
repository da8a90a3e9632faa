// Every bad argument of radam_step_f32 and of the functions about targets and statuses: the right status, and nothing
// changed. Hyperparameters have a test of their own.
#include <cfloat>
#include <climits>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "algorithms.h"
#include "targets.h"
#include "values.h"

namespace radam_test {
namespace {

constexpr std::int64_t kLength = 37;
constexpr std::int64_t kMaxEnd = INT64_MAX / 4;

constexpr int kAdamBuffers = kState + 3, kMostBuffers = kState + 4;

// As many buffers of kLength elements as any algorithm has, and a call that must fail and leave them as they are.
class StepArguments : public EveryTarget {
 protected:
  void expect(radam_status status, const radam_coefficients* c, std::int64_t begin, std::int64_t end,
              const Pointers& b) {
    for (const std::int32_t target : available_targets()) {
      EXPECT_EQ(radam_step_f32(target, c, begin, end, b[kParam], b[kGrad], &b[kState]), status)
          << radam_target_name(target) << ", " << begin << " to " << end;
      EXPECT_EQ(std::memcmp(memory_.data(), before_.data(), memory_.size() * sizeof(float)), 0);
    }
    for (const std::int32_t target : available_targets()) exercised_targets().insert(target);
  }
  void expect(radam_status status, const radam_coefficients& c) { expect(status, &c, 0, kLength, pointers()); }
  void expect(radam_status status, std::int64_t begin, std::int64_t end) {
    expect(status, &c_, begin, end, pointers());
  }
  void expect(radam_status status, const Pointers& b) { expect(status, &c_, 0, kLength, b); }

  // The buffers in one piece of memory, each right after the one before.
  Pointers pointers() {
    Pointers p{};
    for (int b = 0; b < kMostBuffers; ++b) p[b] = memory_.data() + b * kLength;
    return p;
  }

  void expect_works(std::int64_t begin, std::int64_t end, const Pointers& b) {
    for (const std::int32_t target : available_targets()) EXPECT_EQ(step(target, c_, begin, end, b), RADAM_OK);
  }

  std::vector<float> memory_ = std::vector<float>(kMostBuffers * kLength, 0.5f), before_ = memory_;
  radam_coefficients c_ = adam_coefficients(RADAM_MODE_ADAPTIVE, false, false, false);
};

TEST_F(StepArguments, CoefficientsNull) { expect(RADAM_ERROR_NULL, nullptr, 0, kLength, pointers()); }

TEST_F(StepArguments, Algorithm) {
  for (const std::int32_t algorithm : {-1, kAlgorithms, INT_MAX, INT_MIN}) {
    radam_coefficients c = c_;
    c.algorithm = algorithm;
    expect(RADAM_ERROR_ALGORITHM, c);
  }
}

TEST_F(StepArguments, LayerwiseAlgorithmsNeedSums) {
  for (const std::int32_t algorithm : {RADAM_ALGORITHM_LAMB, RADAM_ALGORITHM_STABLEADAMW, RADAM_ALGORITHM_LARS,
                                       RADAM_ALGORITHM_CAUTIOUS_ADAMW, RADAM_ALGORITHM_CAUTIOUS_LION,
                                       RADAM_ALGORITHM_NOVOGRAD, RADAM_ALGORITHM_SGD_HD, RADAM_ALGORITHM_ADAM_HD,
                                       RADAM_ALGORITHM_YELLOWFIN, RADAM_ALGORITHM_ADAMP, RADAM_ALGORITHM_SGDP}) {
    radam_coefficients c = c_;
    c.algorithm = algorithm;
    expect(RADAM_ERROR_SUMS, c);
  }
}

TEST_F(StepArguments, Mode) {
  for (const AlgorithmCase& algorithm : algorithms()) {
    const std::int32_t modes = algorithm.id == RADAM_ALGORITHM_ADAM                 ? 5
                               : algorithm.id == RADAM_ALGORITHM_ADABELIEF          ? 2
                               : algorithm.id == RADAM_ALGORITHM_SCHEDULEFREE_ADAMW ? 2
                                                                                    : 1;
    for (const std::int32_t mode : {-1, modes, INT_MAX, INT_MIN}) {
      radam_coefficients c = algorithm.combinations[0].typical;
      c.mode = mode;
      expect(RADAM_ERROR_COEFFICIENTS, c);
    }
  }
  radam_coefficients lion = combination("lion").typical;
  for (const std::int32_t mode : {2, 3, 5}) {
    lion.mode = mode;
    expect(RADAM_ERROR_COEFFICIENTS, lion);
  }
  // Such steps of SGD have no decoupled decay.
  for (const char* const name : {"sgd, Nesterov, kept", "sgd, averaged"}) {
    radam_coefficients c = combination(name).typical;
    c.of.sgd.decay = 1e-5f;
    expect(RADAM_ERROR_COEFFICIENTS, c);
  }
}

TEST_F(StepArguments, CoefficientsNotFiniteOrOutOfRange) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  constexpr float kSmallest = std::numeric_limits<float>::denorm_min();
  for (const AlgorithmCase& algorithm : algorithms()) {
    const radam_coefficients typical = algorithm.combinations[0].typical;
    const auto refuses = [&](const Coefficient& k, int place, float value) {
      radam_coefficients c = typical;
      c.of.values[place] = value;
      SCOPED_TRACE(testing::Message() << algorithm.combinations[0].name << ", " << k.name << " " << value);
      expect(RADAM_ERROR_COEFFICIENTS, c);
    };
    for (const float value : {kNaN, kInfinity, -kInfinity, 0.0f, -0.0f}) {
      radam_coefficients c = typical;
      c.grad_scale = value;
      expect(RADAM_ERROR_COEFFICIENTS, c);
    }
    for (const Coefficient& k : algorithm.coefficients) {
      for (int place = k.place; place <= k.place + (k.kind == Coefficient::kBeta); ++place) {
        for (const float value : {kNaN, -kNaN, kInfinity, -kInfinity}) refuses(k, place, value);
        if (k.kind == Coefficient::kAccumulator) refuses(k, place, std::nextafter(0x1p127f, FLT_MAX));
        if (k.kind == Coefficient::kNotNegative || k.kind == Coefficient::kAccumulator)
          for (const float value : {-kSmallest, -FLT_MAX}) refuses(k, place, value);
        if (k.kind == Coefficient::kBeta || k.kind == Coefficient::kRate)
          for (const float value : {-kSmallest, -1.0f, std::nextafter(1.0f, 2.0f), FLT_MAX}) refuses(k, place, value);
      }
    }
  }
}

// No schedule computes such coefficients, and there is no kernel for them.
TEST_F(StepArguments, CoefficientsThatExcludeEachOther) {
  radam_coefficients c = adam_coefficients(RADAM_MODE_ADAPTIVE, true, true, false);
  expect(RADAM_ERROR_COEFFICIENTS, c);
  expect(RADAM_ERROR_COEFFICIENTS, adam_coefficients(RADAM_MODE_SECOND_MOMENT_ONLY, true, false, false));
  expect(RADAM_ERROR_COEFFICIENTS, adam_coefficients(RADAM_MODE_CAUTIOUS, true, false, false));
  c = combination("sgd").typical;
  c.of.sgd.l2 = c.of.sgd.decay = 0.5f;
  expect(RADAM_ERROR_COEFFICIENTS, c);
  c = combination("nadam").typical;
  c.of.nadam.l2 = c.of.nadam.decay = 0.5f;
  expect(RADAM_ERROR_COEFFICIENTS, c);
  for (const char* const name : {"rmsprop", "adagrad", "adamax", "adadelta", "adabelief", "adopt", "yogi",
                                 "qhadam", "ademamix", "adamod", "qhm", "adan", "adabound", "diffgrad",
                                 "padam", "madgrad", "cocob", "schedulefree_sgd", "schedulefree_adamw"}) {
    c = combination(name).typical;
    c.of.values[0] = c.of.values[1] = 0.5f;  // l2 and decay
    expect(RADAM_ERROR_COEFFICIENTS, c);
  }
  c = c_;
  c.reserved = 1;
  expect(RADAM_ERROR_COEFFICIENTS, c);
}

TEST_F(StepArguments, CoefficientsAtTheirLimitsWork) {
  for (const AlgorithmCase& algorithm : algorithms()) {
    const radam_coefficients typical = algorithm.combinations[0].typical;
    const auto works = [&](float value, float& field) {
      const float kept = field;
      field = value;
      expect_works(0, kLength, pointers());
      field = kept;
    };
    c_ = typical;
    for (const float value : {FLT_MAX, -FLT_MAX, std::numeric_limits<float>::denorm_min()}) works(value, c_.grad_scale);
    for (const Coefficient& k : algorithm.coefficients) {
      for (int place = k.place; place <= k.place + (k.kind == Coefficient::kBeta); ++place) {
        const bool unit = k.kind == Coefficient::kBeta || k.kind == Coefficient::kRate;
        const bool accumulator = k.kind == Coefficient::kAccumulator;
        const float most = unit ? 1.0f : accumulator ? 0x1p127f : FLT_MAX;
        for (const float value : {0.0f, -0.0f, most}) works(value, c_.of.values[place]);
        if (!unit && !accumulator && k.kind != Coefficient::kNotNegative) works(-FLT_MAX, c_.of.values[place]);
      }
    }
  }
}

TEST_F(StepArguments, RangeNotInOrder) {
  for (const std::int64_t begin : {std::int64_t{-1}, INT64_MIN}) {
    expect(RADAM_ERROR_RANGE, begin, kLength);
    expect(RADAM_ERROR_RANGE, begin, begin);
  }
  expect(RADAM_ERROR_RANGE, 1, 0);
  expect(RADAM_ERROR_RANGE, 0, -1);
  expect(RADAM_ERROR_RANGE, 0, INT64_MIN);
  expect(RADAM_ERROR_RANGE, INT64_MAX, INT64_MAX - 1);
}

TEST_F(StepArguments, RangeLargerThanTheAddressSpace) {
  expect(RADAM_ERROR_RANGE, 0, kMaxEnd + 1);
  expect(RADAM_ERROR_RANGE, 0, INT64_MAX);
  expect(RADAM_ERROR_OVERLAP, 0, kMaxEnd);  // the range would fit, but then the buffers overlap
}

TEST_F(StepArguments, RangeBeyondTheLastAddress) {
  for (int buffer = 0; buffer < kAdamBuffers; ++buffer) {
    Pointers b = pointers();
    b[buffer] = advance(nullptr, -8);
    expect(RADAM_ERROR_RANGE, &c_, 0, 3, b);
    expect(RADAM_ERROR_RANGE, &c_, 2, 3, b);
    expect(RADAM_ERROR_RANGE, &c_, 1, kLength, b);
  }
}

TEST_F(StepArguments, NullBuffers) {
  for (int mode = 0; mode < 5; ++mode) {
    c_.mode = mode;
    for (int buffer = 0; buffer < kState + 2; ++buffer) {  // max_exp_avg_sq need not be there
      Pointers b = pointers();
      b[buffer] = nullptr;
      expect(RADAM_ERROR_NULL, b);
      expect(RADAM_ERROR_NULL, &c_, kLength - 1, kLength, b);
    }
  }
  for (const char* const name : {"lion", "lion, cautious", "sgd, momentum", "sgd, Nesterov", "sgd, Nesterov, kept",
                                 "sgd, averaged",
                                 "nadam", "adagrad", "adamax", "adadelta",
                                 "adopt", "yogi", "qhadam", "ademamix", "adamod", "qhm", "adan", "diffgrad", "madgrad",
                                 "cocob", "schedulefree_sgd"}) {
    c_ = combination(name).typical;
    for (int state = 0; state < step_buffers(c_); ++state) {
      Pointers b = pointers();
      b[kState + state] = nullptr;
      expect(RADAM_ERROR_NULL, b);
    }
  }
  for (const char* const name : {"adabelief", "adabelief, mode 1", "adabound", "padam", "schedulefree_adamw"}) {
    c_ = combination(name).typical;
    for (const int state : {0, 1}) {  // the running maximum, and the average of Schedule-Free, need not be there
      Pointers b = pointers();
      b[kState + state] = nullptr;
      expect(RADAM_ERROR_NULL, b);
    }
  }
  c_ = combination("rmsprop, momentum, centered").typical;
  for (const int state : {0, 1}) {  // grad_avg need not be there
    Pointers b = pointers();
    b[kState + state] = nullptr;
    expect(RADAM_ERROR_NULL, b);
  }
}

// An algorithm may have no state, and then there need not be an array of none.
TEST_F(StepArguments, NullState) {
  std::vector<float> memory(2 * kLength, 0.5f);
  for (const std::int32_t target : available_targets()) {
    EXPECT_EQ(radam_step_f32(target, &combination("sgd").typical, 0, kLength, &memory[0], &memory[kLength], nullptr),
              RADAM_OK);
    EXPECT_EQ(radam_step_f32(target, &c_, 0, kLength, &memory[0], &memory[kLength], nullptr), RADAM_ERROR_NULL);
    exercised_targets().insert(target);
  }
}

TEST_F(StepArguments, AnEmptyRangeTouchesNothingAndAcceptsAnyBuffers) {
  for (const std::int64_t at : {std::int64_t{0}, std::int64_t{5}, kMaxEnd}) {
    expect(RADAM_OK, &c_, at, at, Pointers{});
    expect(RADAM_OK, &c_, at, at, pointers());
    Pointers same = pointers();
    same.fill(same[0]);
    expect(RADAM_OK, &c_, at, at, same);
  }
  expect(RADAM_ERROR_RANGE, &c_, kMaxEnd + 1, kMaxEnd + 1, Pointers{});
}

TEST_F(StepArguments, OverlapByOneByteOfEachPair) {
  constexpr std::ptrdiff_t kBytes = kLength * sizeof(float);
  std::vector<float> far_away(kAdamBuffers * kLength, 1.0f);
  for (int a = 0; a < kAdamBuffers; ++a) {
    for (int b = 0; b < kAdamBuffers; ++b) {
      if (a == b) continue;
      SCOPED_TRACE(std::string(kBufferNames[b]) + " after " + kBufferNames[a]);
      Pointers p{};
      for (int k = 0; k < kAdamBuffers; ++k) p[k] = far_away.data() + k * kLength;
      p[a] = memory_.data();
      for (const std::ptrdiff_t distance : {std::ptrdiff_t{0}, std::ptrdiff_t{1}, kBytes / 2, kBytes - 1}) {
        p[b] = advance(p[a], distance);
        expect(RADAM_ERROR_OVERLAP, p);
      }
      p[b] = advance(p[a], kBytes);
      const std::vector<float> kept = memory_;
      expect_works(0, kLength, p);
      memory_ = kept;
    }
  }
}

// Only memory in the range must not overlap: two tensors may interleave outside of it.
TEST_F(StepArguments, OverlapIsAboutTheRangeOnly) {
  constexpr std::int64_t kBegin = 100, kEnd = 110;
  std::vector<float> memory(kEnd + kAdamBuffers * (kEnd - kBegin), 0.5f);
  Pointers p{};
  for (int b = 0; b < kAdamBuffers; ++b) p[b] = memory.data() + b * (kEnd - kBegin);
  expect_works(kBegin, kEnd, p);
  p[kGrad] = advance(p[kGrad], -1);
  expect(RADAM_ERROR_OVERLAP, &c_, kBegin, kEnd, p);
}

TEST_F(StepArguments, WithoutAMSGradThereIsNothingToOverlap) {
  Pointers p = pointers();
  p[kState + 2] = nullptr;
  expect_works(0, kLength, p);
}

TEST(StepTarget, UnknownOrNotOfThisMachine) {
  std::vector<float> memory(4, 0.5f);
  const std::vector<float> before = memory;
  const radam_coefficients c = adam_coefficients(RADAM_MODE_ADAPTIVE, false, false, false);
  float* const state[] = {&memory[2], &memory[3], nullptr};
  const std::vector<std::int32_t> targets = {-1, -2, RADAM_TARGET_AVX2, RADAM_TARGET_AVX512, RADAM_TARGET_NEON,
                                             RADAM_TARGET_NEON + 1, 99, INT_MAX, INT_MIN};
  for (const std::int32_t target : targets) {
    if (radam_target_available(target)) continue;
    EXPECT_EQ(radam_step_f32(target, &c, 0, 1, &memory[0], &memory[1], state), RADAM_ERROR_TARGET) << target;
    EXPECT_EQ(memory, before);
  }
}

TEST(TargetFunctions, UnknownTargets) {
  for (const std::int32_t target : {-1, -2, RADAM_TARGET_NEON + 1, 99, INT_MAX, INT_MIN}) {
    EXPECT_EQ(radam_target_available(target), 0) << target;
    EXPECT_EQ(radam_target_name(target), nullptr) << target;
  }
}

TEST(TargetFunctions, SelectRefusesUnknownNamesAndChangesNothing) {
  EXPECT_EQ(radam_select_target("scalar", nullptr), RADAM_ERROR_NULL);
  EXPECT_EQ(radam_select_target("none such", nullptr), RADAM_ERROR_NULL);
  std::vector<std::string> names = {"NEON", "AVX2", "Scalar", "scalar ", " scalar", "scala", "avx", "avx5122", "auto",
                                    std::string(10000, 'a')};
  for (const std::int32_t target : {RADAM_TARGET_SCALAR, RADAM_TARGET_AVX2, RADAM_TARGET_AVX512, RADAM_TARGET_NEON})
    if (!radam_target_available(target) && radam_target_name(target)) names.push_back(radam_target_name(target));
  for (const std::string& name : names) {
    std::int32_t target = 12345;
    EXPECT_EQ(radam_select_target(name.c_str(), &target), RADAM_ERROR_TARGET) << name;
    EXPECT_EQ(target, 12345);
  }
}

TEST(StatusString, OneSentenceForEachStatus) {
  constexpr radam_status kLastStatus = RADAM_ERROR_HYPERGRAD_LR;
  std::set<std::string> sentences;
  for (radam_status status = RADAM_OK; status <= kLastStatus; ++status) {
    ASSERT_NE(radam_status_string(status), nullptr) << status;
    EXPECT_GT(std::strlen(radam_status_string(status)), 5u) << status;
    sentences.insert(radam_status_string(status));
  }
  EXPECT_EQ(sentences.size(), std::size_t{kLastStatus + 1}) << "two statuses read the same";
  for (const radam_status status : {-1, kLastStatus + 1, 1000, INT_MAX, INT_MIN}) {
    ASSERT_NE(radam_status_string(status), nullptr) << status;
    EXPECT_EQ(sentences.count(radam_status_string(status)), 0u) << status;
  }
}

TEST(StatusString, TheTargetErrorNamesWhatIsAvailable) {
  const std::string text = radam_status_string(RADAM_ERROR_TARGET);
  for (const std::int32_t target : {RADAM_TARGET_SCALAR, RADAM_TARGET_AVX2, RADAM_TARGET_AVX512, RADAM_TARGET_NEON}) {
    const char* const names[] = {"", "scalar", "avx2", "avx512", "neon"};
    EXPECT_EQ(text.find(names[target]) != std::string::npos, radam_target_available(target) == 1) << text;
  }
}

TEST(Version, OfLibraryAndHeaderAgree) {
  EXPECT_EQ(radam_abi_version(), RADAM_ABI_VERSION);
  EXPECT_STREQ(radam_version(), RADAM_PROJECT_VERSION);
}

}  // namespace
}  // namespace radam_test
