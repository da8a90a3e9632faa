// Whatever a caller has done to the floating-point unit: the same results, and the caller's settings afterwards.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "algorithms.h"
#include "conversions.h"
#include "layerwise_reference.h"
#include "targets.h"
#include "trajectory.h"
#include "values.h"

#if defined(__x86_64__) || defined(__aarch64__)
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace radam_test {
namespace {

#if defined(__x86_64__)
// The control register MXCSR, which holds the exception flags too.
using Register = unsigned;
Register control() { return _mm_getcsr(); }
void set_control(Register value) { _mm_setcsr(value); }

constexpr Register kDenormalsAreZero = 0x0040, kFlushToZero = 0x8000;
constexpr Register kDown = 0x2000, kUp = 0x4000, kTowardZero = 0x6000;
constexpr Register kMasks = 0x1F80, kFlags = 0x003F;
constexpr Register kControl = kDenormalsAreZero | kFlushToZero | kTowardZero | kMasks;

constexpr Register kEnvironments[] = {
    kMasks,
    kMasks | kFlushToZero,
    kMasks | kDenormalsAreZero,
    kMasks | kFlushToZero | kDenormalsAreZero,
    kMasks | kDown,
    kMasks | kUp,
    kMasks | kTowardZero,
    kMasks | kTowardZero | kFlushToZero | kDenormalsAreZero,
    0,  // every exception traps
    kUp | kFlushToZero | kDenormalsAreZero,
};
#else
// The control register FPCR.
using Register = std::uint64_t;
Register control() {
  Register value;
  __asm__ volatile("mrs %0, fpcr" : "=r"(value));
  return value;
}
void set_control(Register value) { __asm__ volatile("msr fpcr, %0" : : "r"(value) : "memory"); }

constexpr Register kFlushToZero = 1 << 24, kFlushHalfToZero = 1 << 19, kDefaultNaN = 1 << 25, kOtherHalf = 1 << 26;
constexpr Register kUp = 1 << 22, kDown = 2 << 22, kTowardZero = 3 << 22;
constexpr Register kTraps = 0x9F00;  // not every processor has them
constexpr Register kControl = ~Register{0};

constexpr Register kEnvironments[] = {
    0,
    kFlushToZero,
    kFlushToZero | kFlushHalfToZero,
    kDefaultNaN,
    kOtherHalf,
    kDown,
    kUp,
    kTowardZero,
    kTowardZero | kFlushToZero | kFlushHalfToZero | kDefaultNaN | kOtherHalf,
    kTraps,
    kUp | kFlushToZero | kTraps,
};
#endif

// Calls a function in an environment. Says whether its control bits were the same afterwards.
template <class Function>
bool kept_in(Register environment, const Function& function) {
  const Register mine = control();
  set_control(environment);
  const Register before = control();  // without what this processor does not have
  function();
  const Register after = control();
  set_control(mine);
  return (after & kControl) == (before & kControl);
}

using FpEnvironment = EveryTarget;

TEST_F(FpEnvironment, StepsAreTheSame) {
  constexpr std::int64_t kLength = 515;
  Values random(0xf9e2f);
  for (const Combination& parts : all_combinations()) {
    for (int draw = 0; draw < (kOneOf == 1 ? 6 : 2); ++draw) {
      const radam_coefficients c = random.coefficients(parts);
      const Arrays before = random.arrays(algorithm_of(parts.typical), kLength, &Values::element);
      const Arrays expected = reference_step(c, before, parts.present);
      for (const std::int32_t target : available_targets()) {
        for (const Register environment : kEnvironments) {
          Arrays actual = before;
          const Pointers b = actual.pointers(parts.present);
          radam_status status = -1;
          ASSERT_TRUE(kept_in(environment, [&] { status = step(target, c, 0, kLength, b); }))
              << radam_target_name(target) << ", control 0x" << std::hex << environment;
          ASSERT_EQ(status, RADAM_OK);
          ASSERT_EQ(first_difference(actual, expected, before), "")
              << radam_target_name(target) << ", " << parts.name << ", control 0x" << std::hex << environment;
        }
      }
    }
  }
}

// AArch64 has another float16, without infinities, and another treatment of its subnormals.
TEST_F(FpEnvironment, HalvesAreTheSame) {
  for (const std::int32_t target : available_targets()) {
    for (const Register environment : kEnvironments) {
      const auto step_whole = [&](const radam_coefficients& c, MixedTensor& t) {
        const MixedBuffers b = t.buffers();
        radam_status status = -1;
        EXPECT_TRUE(kept_in(environment, [&] { status = step_mixed(target, &c, &b, 0, t.settings.length); }));
        EXPECT_EQ(status, RADAM_OK);
      };
      EXPECT_EQ(first_conversion_difference(RADAM_TYPE_F16, RADAM_ROUND_NEAREST, step_whole), "")
          << radam_target_name(target) << ", control 0x" << std::hex << environment;
    }
    exercised_targets().insert(target);
  }
}

TEST_F(FpEnvironment, SumsAndWhatFollowsFromThemAreTheSame) {
  Values random(0x5f9e);
  for (unsigned number = 0; number < LayerwiseCase::count(); number += 5) {
    LayerwiseCase k(number, random);
    for (const std::int32_t target : available_targets()) {
      for (const Register environment : kEnvironments)
        ASSERT_EQ(k.departure([&](const MixedBuffers& b, std::int64_t begin, std::int64_t end) {
          radam_sums s = no_sums();
          radam_status status = -1;
          EXPECT_TRUE(kept_in(environment, [&] {
            status = radam_tensor_sums(target, &k.c, &b, begin, end, b.param, b.grad, b.param_copy, &s);
          }));
          EXPECT_EQ(status, RADAM_OK);
          return s;
        }), "") << radam_target_name(target) << ", case " << number << ", control 0x" << std::hex << environment;
      exercised_targets().insert(target);
    }
  }
  const double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  for (const radam_coefficients& c : layerwise_coefficients())
    for (const double first : {2.0, 1e-310, 1e300, infinity, nan})
      for (const double second : {3.0, 1e-310, 1e300, infinity, nan}) {
        radam_sums s = no_sums();
        s.values[0] = first;
        s.values[1] = second;
        const double before[RADAM_MAX_NUMBERS] = {1e-310, 1e-320};
        double expected_numbers[RADAM_MAX_NUMBERS] = {before[0], before[1]};
        radam_coefficients expected = c;
        ASSERT_EQ(radam_coefficients_reduce(&c, 3, &s, expected_numbers, &expected), RADAM_OK);
        for (const Register environment : kEnvironments) {
          radam_coefficients r = c;
          radam_status status = -1;
          double numbers[RADAM_MAX_NUMBERS] = {before[0], before[1]};
          EXPECT_TRUE(kept_in(environment, [&] { status = radam_coefficients_reduce(&c, 3, &s, numbers, &r); }));
          EXPECT_EQ(status, RADAM_OK);
          EXPECT_EQ(std::memcmp(numbers, expected_numbers, sizeof numbers), 0);
          EXPECT_EQ(std::memcmp(&r, &expected, sizeof r), 0)
              << first << ", " << second << ", control 0x" << std::hex << environment;
        }
      }
}

// Subnormal l2, decay and nesterov are not zero, though a caller's processor may take them for it. Each makes another
// rule than zero does.
TEST_F(FpEnvironment, SubnormalCoefficientsCount) {
  const float tiny = std::numeric_limits<float>::denorm_min();
  for (const Combination& parts : all_combinations()) {
    radam_coefficients c = parts.typical;
    for (const Coefficient& k : algorithm_of(c).coefficients) {
      float& value = c.of.values[k.place];
      if (value != 0 && k.kind == Coefficient::kWeightDecay) value = 7 * tiny;
      if (k.kind == Coefficient::kNotNegative || k.kind == Coefficient::kAccumulator) value = 5 * tiny;
    }
    if (c.algorithm == RADAM_ALGORITHM_SGD && c.of.sgd.nesterov != 0) c.of.sgd.nesterov = 9 * tiny;
    Arrays before;
    for (const float p : {1.0f, 1e38f, -3.0f})
      for (const float state : {0.0f, 1e38f}) before.push_back({p, 0, state});
    const Arrays expected = reference_step(c, before, parts.present);
    for (const std::int32_t target : available_targets()) {
      for (const Register environment : kEnvironments) {
        Arrays actual = before;
        const Pointers b = actual.pointers(parts.present);
        kept_in(environment, [&] { step(target, c, 0, static_cast<std::int64_t>(before.size()), b); });
        ASSERT_EQ(first_difference(actual, expected, before), "")
            << radam_target_name(target) << ", " << parts.name << ", control 0x" << std::hex << environment;
      }
    }
  }
}

TEST(FpEnvironmentOfSchedules, CoefficientsAreTheSame) {
  for (std::int32_t number = 0; number < kPresets; ++number) {
    radam_hyperparameters h = preset(number);
    h.learning_rate = 0.1;
    h.weight_decay = 0.3;
    if (h.algorithm == RADAM_ALGORITHM_ADAM) h.of.adam.warmup_steps = 30;
    if (h.algorithm == RADAM_ALGORITHM_SGD) h.of.sgd = {0.9, 0.3, 0, 0};
    for (const std::int64_t t : {1, 5, 6, 29, 2001, 123456789}) {
      radam_coefficients expected;
      std::memset(&expected, 0, sizeof expected);
      expected.struct_size = sizeof expected;
      radam_coefficients empty = expected;
      ASSERT_EQ(radam_coefficients_at(&h, t, &expected), RADAM_OK);
      for (const Register environment : kEnvironments) {
        radam_coefficients c = empty;
        radam_status status = -1, checked = -1;
        EXPECT_TRUE(kept_in(environment, [&] { status = radam_coefficients_at(&h, t, &c); }));
        EXPECT_TRUE(kept_in(environment, [&] { checked = radam_hyperparameters_check(&h); }));
        EXPECT_EQ(status, RADAM_OK);
        EXPECT_EQ(checked, RADAM_OK);
        EXPECT_EQ(std::memcmp(&c, &expected, sizeof c), 0)
            << "preset " << number << ", step " << t << ", control 0x" << std::hex << environment;
      }
    }
  }
}

// Arguments, too, are judged in the library's own environment: a subnormal is a number, and a NaN is an error to report
// and not a trap. In a process of its own, because a trap would end this one.
void expect_step_status(const radam_coefficients& c, Register environment, radam_status expected) {
  const auto judge = [&] {
    Arrays a;
    a.push_back({1, 1, 1, 1, 1});
    const Pointers b = a.pointers(3);
    radam_status status = -1;
    kept_in(environment, [&] { status = step(RADAM_TARGET_SCALAR, c, 0, 1, b); });
    std::_Exit(status);
  };
  EXPECT_EXIT(judge(), testing::ExitedWithCode(expected), "") << "control 0x" << std::hex << environment;
}

TEST(FpEnvironmentOfChecks, SubnormalAndNaNCoefficients) {
  constexpr float kTiny = std::numeric_limits<float>::denorm_min(), kNaN = std::numeric_limits<float>::quiet_NaN();
  const radam_coefficients adam = combination("adam, mode 0").typical, sgd = combination("sgd, momentum").typical,
                           lion = combination("lion").typical, nadam = combination("nadam").typical;
  for (const Register environment : kEnvironments) {
    radam_coefficients c = adam;
    c.of.adam.epsilon = -kTiny;
    expect_step_status(c, environment, RADAM_ERROR_COEFFICIENTS);
    c = adam;
    c.of.adam.one_minus_beta2 = kNaN;
    expect_step_status(c, environment, RADAM_ERROR_COEFFICIENTS);
    c = adam;
    c.of.adam.epsilon = kTiny;
    expect_step_status(c, environment, RADAM_OK);
    c = adam;
    c.of.adam.l2 = c.of.adam.decay = kTiny;
    expect_step_status(c, environment, RADAM_ERROR_COEFFICIENTS);
    c = sgd;
    c.of.sgd.momentum = -kTiny;
    expect_step_status(c, environment, RADAM_ERROR_COEFFICIENTS);
    c = sgd;
    c.of.sgd.step_size = kNaN;
    expect_step_status(c, environment, RADAM_ERROR_COEFFICIENTS);
    c = sgd;
    c.of.sgd.momentum = kTiny;
    expect_step_status(c, environment, RADAM_OK);
    c = lion;
    c.of.lion.one_minus_beta1 = -kTiny;
    expect_step_status(c, environment, RADAM_ERROR_COEFFICIENTS);
    c = lion;
    c.of.lion.decay = kNaN;
    expect_step_status(c, environment, RADAM_ERROR_COEFFICIENTS);
    c = nadam;
    c.of.nadam.epsilon = -kTiny;
    expect_step_status(c, environment, RADAM_ERROR_COEFFICIENTS);
    c = nadam;
    c.of.nadam.grad_factor = kNaN;
    expect_step_status(c, environment, RADAM_ERROR_COEFFICIENTS);
  }
}

// In each of the environments.
void expect_check(const radam_hyperparameters& h, radam_status expected) {
  for (const Register environment : kEnvironments) {
    radam_status status = -1;
    kept_in(environment, [&] { status = radam_hyperparameters_check(&h); });
    EXPECT_EQ(status, expected) << radam_algorithm_name(h.algorithm) << ", control 0x" << std::hex << environment;
  }
}

TEST(FpEnvironmentOfChecks, SubnormalAndNaNHyperparameters) {
  struct Case {
    double epsilon, beta1;
    radam_status expected;
  };
  const double tiny = std::numeric_limits<double>::denorm_min(), nan = std::numeric_limits<double>::quiet_NaN();
  for (const Case& k : {Case{-tiny, 0.9, RADAM_ERROR_EPSILON}, Case{tiny, 0.9, RADAM_OK},
                        Case{nan, 0.9, RADAM_ERROR_EPSILON}, Case{1e-8, -tiny, RADAM_ERROR_BETA1},
                        Case{1e-8, nan, RADAM_ERROR_BETA1}}) {
    radam_hyperparameters h = preset(RADAM_PRESET_RADAM_AUTHORS);
    h.of.adam.epsilon = k.epsilon;
    h.of.adam.beta1 = k.beta1;
    expect_check(h, k.expected);
  }
  for (const bool is_nan : {false, true}) {
    const double bad = is_nan ? nan : -tiny;
    radam_hyperparameters h = preset(RADAM_PRESET_SGD_PYTORCH);
    h.of.sgd.momentum = bad;
    expect_check(h, RADAM_ERROR_MOMENTUM);
    h.of.sgd = {0.9, bad, 0, 0};
    expect_check(h, RADAM_ERROR_DAMPENING);
    h = preset(RADAM_PRESET_LION_AUTHORS);
    h.of.lion.beta2 = bad;
    expect_check(h, RADAM_ERROR_BETA2);
    h = preset(RADAM_PRESET_NADAM_PYTORCH);
    h.of.nadam.momentum_decay = bad;
    expect_check(h, RADAM_ERROR_MOMENTUM_DECAY);
  }
  radam_hyperparameters h = preset(RADAM_PRESET_SGD_PYTORCH);
  h.of.sgd = {tiny, 0, 1, 0};  // a subnormal momentum is one
  expect_check(h, RADAM_OK);
  h.of.sgd = {0.9, tiny, 1, 0};  // and so is a subnormal dampening
  expect_check(h, RADAM_ERROR_NESTEROV);
}

#if defined(__x86_64__)
// Exception flags that were up before a call are still up after it.
TEST(FpEnvironmentOfChecks, FlagsAreNotTakenAway) {
  radam_hyperparameters h = preset(RADAM_PRESET_RADAM_AUTHORS);
  radam_coefficients c{};
  c.struct_size = sizeof c;
  for (const Register environment : kEnvironments) {
    if ((environment & kMasks) != kMasks) continue;
    const Register mine = control();
    set_control(environment | kFlags);
    radam_coefficients_at(&h, 7, &c);
    const Register left = control();
    set_control(mine);
    EXPECT_EQ(left, environment | kFlags);
  }
}
#endif

}  // namespace
}  // namespace radam_test

#endif
