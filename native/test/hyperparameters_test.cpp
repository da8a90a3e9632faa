// Presets, and every bad hyperparameter: precise limits, and nothing changed on error.
#include <algorithm>
#include <cfloat>
#include <climits>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <iomanip>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "trajectory.h"

namespace radam_test {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kSmallest = std::numeric_limits<double>::denorm_min();
// The smallest double that rounds to infinity as a float, and the largest that rounds to zero; both are half-way cases.
constexpr double kFloatOverflow = 0x1.ffffffp127;
constexpr double kFloatUnderflow = 0x1p-150;

double before(double x) { return std::nextafter(x, -kInfinity); }
double after(double x) { return std::nextafter(x, kInfinity); }

template <class T>
bool same_bytes(const T& a, const T& b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

radam_coefficients marked_coefficients() {
  radam_coefficients c;
  std::memset(&c, 0x5C, sizeof c);
  c.struct_size = sizeof c;
  return c;
}

struct Expected {
  std::int32_t preset, rectify, unrectified, rectify_at_threshold, epsilon_placement, weight_decay_mode;
  double epsilon, weight_decay, rho_threshold;
  std::int64_t frozen_steps;
};

TEST(Presets, AreWhatTheHeaderSays) {
  constexpr std::int32_t kAdam = 0, kRAdam = 1;
  constexpr std::int32_t kSkip = RADAM_UNRECTIFIED_SKIP, kMomentum = RADAM_UNRECTIFIED_MOMENTUM;
  constexpr std::int32_t kPlain = RADAM_EPSILON_PLAIN, kCorrected = RADAM_EPSILON_BIAS_CORRECTED;
  constexpr std::int32_t kL2 = RADAM_WEIGHT_DECAY_L2, kDecoupled = RADAM_WEIGHT_DECAY_DECOUPLED,
                         kOnUpdate = RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE;
  const Expected all[] = {
      {RADAM_PRESET_RADAM_AUTHORS, kRAdam, kSkip, 1, kPlain, kOnUpdate, 1e-8, 0, 5, 0},
      {RADAM_PRESET_RADAM_PYTORCH, kRAdam, kMomentum, 0, kPlain, kL2, 1e-8, 0, 5, 0},
      {RADAM_PRESET_RADAM_TENSORFLOW_ADDONS, kRAdam, kMomentum, 1, kCorrected, kDecoupled, 1e-7, 0, 5, 0},
      {RADAM_PRESET_RADAM_OPTAX, kRAdam, kMomentum, 1, kCorrected, kDecoupled, 1e-8, 0, 5, 0},
      {RADAM_PRESET_RADAM_PAPER, kRAdam, kMomentum, 0, kPlain, kL2, 0, 0, 4, 0},
      {RADAM_PRESET_ADAM_PYTORCH, kAdam, -1, -1, kCorrected, kL2, 1e-8, 0, 5, 0},
      {RADAM_PRESET_ADAMW_PYTORCH, kAdam, -1, -1, kCorrected, kDecoupled, 1e-8, 1e-2, 5, 0},
      {RADAM_PRESET_ADAMW_AUTHORS, kAdam, -1, -1, kPlain, kDecoupled, 1e-8, 0, 5, 0},
      {RADAM_PRESET_ADAM_2K, kAdam, -1, -1, kPlain, kDecoupled, 1e-8, 0, 5, 2000},
  };
  for (const Expected& e : all) {
    SCOPED_TRACE(e.preset);
    radam_hyperparameters h;
    std::memset(&h, 0x5C, sizeof h);
    h.struct_size = sizeof h;
    ASSERT_EQ(radam_hyperparameters_init(&h, e.preset), RADAM_OK);
    EXPECT_EQ(h.struct_size, sizeof h);
    EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_ADAM);
    EXPECT_EQ(h.of.adam.rectify, e.rectify);
    EXPECT_EQ(h.of.adam.amsgrad, 0);
    if (e.rectify) {
      EXPECT_EQ(h.of.adam.unrectified, e.unrectified);
      EXPECT_EQ(h.of.adam.rectify_at_threshold, e.rectify_at_threshold);
      EXPECT_EQ(h.of.adam.rho_threshold, e.rho_threshold);
    }
    EXPECT_EQ(h.of.adam.epsilon_placement, e.epsilon_placement);
    EXPECT_EQ(h.weight_decay_mode, e.weight_decay_mode);
    EXPECT_EQ(h.maximize, 0);
    EXPECT_EQ(h.of.adam.reserved, 0);
    EXPECT_EQ(h.learning_rate, 1e-3);
    EXPECT_EQ(h.of.adam.beta1, 0.9);
    EXPECT_EQ(h.of.adam.beta2, 0.999);
    EXPECT_EQ(h.of.adam.epsilon, e.epsilon);
    EXPECT_EQ(h.weight_decay, e.weight_decay);
    EXPECT_EQ(h.grad_scale, 1);
    EXPECT_EQ(h.of.adam.warmup_steps, 0);
    EXPECT_EQ(h.of.adam.frozen_steps, e.frozen_steps);
    EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK);
  }
}

TEST(Presets, OfSgdAndLion) {
  for (const std::int32_t number : {RADAM_PRESET_SGD_PYTORCH, RADAM_PRESET_SGDW}) {
    const radam_hyperparameters h = preset(number);
    EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_SGD);
    EXPECT_EQ(h.learning_rate, 1e-3);
    EXPECT_EQ(h.weight_decay, 0);
    EXPECT_EQ(h.grad_scale, 1);
    EXPECT_EQ(h.weight_decay_mode, number == RADAM_PRESET_SGDW ? RADAM_WEIGHT_DECAY_DECOUPLED : RADAM_WEIGHT_DECAY_L2);
    EXPECT_EQ(h.of.sgd.momentum, 0);
    EXPECT_EQ(h.of.sgd.dampening, 0);
    EXPECT_EQ(h.of.sgd.nesterov, 0);
    EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK);
  }
  const radam_hyperparameters h = preset(RADAM_PRESET_LION_AUTHORS);
  EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_LION);
  EXPECT_EQ(h.learning_rate, 1e-4);
  EXPECT_EQ(h.weight_decay_mode, RADAM_WEIGHT_DECAY_DECOUPLED);
  EXPECT_EQ(h.of.lion.beta1, 0.9);
  EXPECT_EQ(h.of.lion.beta2, 0.99);
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK);
}

TEST(Init, RefusesWhatIsNoPresetAndChangesNothing) {
  EXPECT_EQ(radam_hyperparameters_init(nullptr, RADAM_PRESET_RADAM_AUTHORS), RADAM_ERROR_NULL);
  radam_hyperparameters h;
  std::memset(&h, 0x5C, sizeof h);
  for (const std::uint32_t size : {0u, unsigned{sizeof h} - 1, ~0u}) {
    h.struct_size = size;
    const radam_hyperparameters copy = h;
    EXPECT_EQ(radam_hyperparameters_init(&h, RADAM_PRESET_RADAM_AUTHORS), RADAM_ERROR_STRUCT_SIZE) << size;
    EXPECT_TRUE(same_bytes(h, copy));
  }
  h.struct_size = sizeof h;
  const radam_hyperparameters copy = h;
  for (const std::int32_t number : {-1, RADAM_PRESET_LION_AUTHORS + 1, INT_MAX, INT_MIN}) {
    EXPECT_EQ(radam_hyperparameters_init(&h, number), RADAM_ERROR_PRESET) << number;
    EXPECT_TRUE(same_bytes(h, copy));
  }
}

// A change to a valid set of hyperparameters, and what the library must say about it.
struct Change {
  std::string text;
  radam_status status;
  std::function<void(radam_hyperparameters&)> apply;
};

// Field is a function from hyperparameters to a reference.
template <class Field, class Value>
Change set(const std::string& name, Field field, Value value, radam_status status) {
  std::ostringstream text;
  text << std::setprecision(17) << name << " = " << value;
  return {text.str(), status, [=](radam_hyperparameters& h) { field(h) = value; }};
}

#define RADAM_FIELD(path) [](radam_hyperparameters & h) -> auto& { return h.path; }

template <class Field>
void settings(std::vector<Change>& all, const char* name, Field field, std::int32_t last) {
  for (std::int32_t value = 0; value <= last; ++value) all.push_back(set(name, field, value, RADAM_OK));
  for (const std::int32_t value : {-1, last + 1, INT_MAX, INT_MIN})
    all.push_back(set(name, field, value, RADAM_ERROR_SETTING));
}

template <class Field>
void numbers(std::vector<Change>& all, const char* name, Field field, radam_status status,
             std::initializer_list<double> good, std::initializer_list<double> bad) {
  for (const double value : good) all.push_back(set(name, field, value, RADAM_OK));
  for (const double value : bad) all.push_back(set(name, field, value, status));
  for (const double value : {kNaN, kInfinity, -kInfinity}) all.push_back(set(name, field, value, status));
}

void rate(std::vector<Change>& all, const char* name, double& (*field)(radam_hyperparameters&), radam_status status) {
  numbers(all, name, field, status, {0.5, before(1)}, {-kSmallest, 1, after(1), 2});
}

template <class Field>
void counts(std::vector<Change>& all, const char* name, Field field, radam_status status) {
  for (const std::int64_t value : {std::int64_t{0}, std::int64_t{1}, INT64_MAX})
    all.push_back(set(name, field, value, RADAM_OK));
  for (const std::int64_t value : {std::int64_t{-1}, INT64_MIN}) all.push_back(set(name, field, value, status));
}

void weight_decay(std::vector<Change>& all) {
  numbers(all, "weight_decay", RADAM_FIELD(weight_decay), RADAM_ERROR_WEIGHT_DECAY,
          {0, -0.0, kSmallest, 1, before(kFloatOverflow)}, {-kSmallest, -1, kFloatOverflow, DBL_MAX});
}

void grad_scale(std::vector<Change>& all) {
  numbers(all, "grad_scale", RADAM_FIELD(grad_scale), RADAM_ERROR_GRAD_SCALE,
          {after(kFloatUnderflow), 1, before(kFloatOverflow)},
          {0, -0.0, -1, kSmallest, kFloatUnderflow, kFloatOverflow, DBL_MAX});
}

void learning_rate(std::vector<Change>& all) {
  numbers(all, "learning_rate", RADAM_FIELD(learning_rate), RADAM_ERROR_LEARNING_RATE, {0, -0.0, kSmallest, 1, 1e37},
          {-kSmallest, -1});
}

// In the order in which they are checked.
std::vector<Change> adam_changes() {
  std::vector<Change> all;
  settings(all, "rectify", RADAM_FIELD(of.adam.rectify), 1);
  settings(all, "amsgrad", RADAM_FIELD(of.adam.amsgrad), 1);
  settings(all, "unrectified", RADAM_FIELD(of.adam.unrectified), 1);
  settings(all, "rectify_at_threshold", RADAM_FIELD(of.adam.rectify_at_threshold), 1);
  settings(all, "epsilon_placement", RADAM_FIELD(of.adam.epsilon_placement), 1);
  settings(all, "weight_decay_mode", RADAM_FIELD(weight_decay_mode), 2);
  settings(all, "maximize", RADAM_FIELD(maximize), 1);
  settings(all, "reserved", RADAM_FIELD(of.adam.reserved), 0);
  learning_rate(all);
  numbers(all, "beta1", RADAM_FIELD(of.adam.beta1), RADAM_ERROR_BETA1, {0, -0.0, kSmallest, 0.5, before(1)},
          {-kSmallest, 1, after(1), 2});
  numbers(all, "beta2", RADAM_FIELD(of.adam.beta2), RADAM_ERROR_BETA2, {-0.0, 0.7, 0.99999999, before(1)},
          {-kSmallest, 1, after(1), 2});
  numbers(all, "epsilon", RADAM_FIELD(of.adam.epsilon), RADAM_ERROR_EPSILON,
          {0, -0.0, kSmallest, 1, before(kFloatOverflow)}, {-kSmallest, -1, kFloatOverflow, DBL_MAX});
  weight_decay(all);
  grad_scale(all);
  numbers(all, "rho_threshold", RADAM_FIELD(of.adam.rho_threshold), RADAM_ERROR_RHO_THRESHOLD, {4, 5, 1000, DBL_MAX},
          {before(4), 0, -5});
  counts(all, "warmup_steps", RADAM_FIELD(of.adam.warmup_steps), RADAM_ERROR_WARMUP_STEPS);
  counts(all, "frozen_steps", RADAM_FIELD(of.adam.frozen_steps), RADAM_ERROR_FROZEN_STEPS);
  return all;
}

std::vector<Change> sgd_changes() {
  std::vector<Change> all;
  settings(all, "nesterov", RADAM_FIELD(of.sgd.nesterov), 0);  // 1 needs more: NesterovNeedsMomentumAndNoDampening
  all.erase(std::remove_if(all.begin(), all.end(), [](const Change& c) { return c.text == "nesterov = 1"; }), all.end());
  settings(all, "reserved", RADAM_FIELD(of.sgd.reserved), 0);
  settings(all, "weight_decay_mode", RADAM_FIELD(weight_decay_mode), 2);
  settings(all, "maximize", RADAM_FIELD(maximize), 1);
  learning_rate(all);
  rate(all, "momentum", RADAM_FIELD(of.sgd.momentum), RADAM_ERROR_MOMENTUM);
  numbers(all, "dampening", RADAM_FIELD(of.sgd.dampening), RADAM_ERROR_DAMPENING, {0, 0.5, 1},
          {-kSmallest, after(1), -1});
  weight_decay(all);
  grad_scale(all);
  return all;
}

std::vector<Change> lion_changes() {
  std::vector<Change> all;
  all.push_back(set("weight_decay_mode", RADAM_FIELD(weight_decay_mode), RADAM_WEIGHT_DECAY_L2, RADAM_ERROR_SETTING));
  settings(all, "maximize", RADAM_FIELD(maximize), 1);
  learning_rate(all);
  rate(all, "beta1", RADAM_FIELD(of.lion.beta1), RADAM_ERROR_BETA1);
  rate(all, "beta2", RADAM_FIELD(of.lion.beta2), RADAM_ERROR_BETA2);
  weight_decay(all);
  grad_scale(all);
  return all;
}

// PyTorch's RAdam: nothing about it can fail to rectify.
const radam_hyperparameters& valid() {
  static const radam_hyperparameters h = preset(RADAM_PRESET_RADAM_PYTORCH);
  return h;
}

// A row for each algorithm: valid hyperparameters, and what may be changed about them.
struct Family {
  radam_hyperparameters valid;
  std::vector<Change> changes;
};

std::vector<Family> families() {
  return {{valid(), adam_changes()},
          {preset(RADAM_PRESET_SGD_PYTORCH), sgd_changes()},
          {preset(RADAM_PRESET_LION_AUTHORS), lion_changes()}};
}

TEST(Check, EveryFieldAtItsLimits) {
  for (const Family& family : families()) {
    for (const Change& change : family.changes) {
      radam_hyperparameters h = family.valid;
      if (change.text.find("beta1") == 0 && change.status == RADAM_OK) h.learning_rate = 1e-6;
      change.apply(h);
      const radam_hyperparameters again = h;
      EXPECT_EQ(radam_hyperparameters_check(&h), change.status) << change.text;
      radam_coefficients c = marked_coefficients();
      const radam_coefficients copy = c;
      EXPECT_EQ(radam_coefficients_at(&h, 7, &c), change.status) << change.text;
      EXPECT_EQ(same_bytes(c, copy), change.status != RADAM_OK) << change.text;
      EXPECT_TRUE(same_bytes(h, again)) << change.text;
    }
  }
}

TEST(Check, NamesTheFirstFieldAtFault) {
  for (const Family& family : families()) {
    std::vector<Change> bad;
    for (const Change& change : family.changes)
      if (change.status != RADAM_OK) bad.push_back(change);
    for (std::size_t i = 0; i < bad.size(); ++i) {
      for (std::size_t j = i + 1; j < bad.size(); ++j) {
        radam_hyperparameters h = family.valid;
        bad[j].apply(h);
        bad[i].apply(h);  // last, should both be about the same field
        EXPECT_EQ(radam_hyperparameters_check(&h), bad[i].status) << bad[i].text << ", " << bad[j].text;
      }
    }
  }
}

TEST(Check, Algorithm) {
  for (const std::int32_t algorithm : {-1, 3, INT_MAX, INT_MIN}) {
    radam_hyperparameters h = valid();
    h.algorithm = algorithm;
    EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_ERROR_ALGORITHM);
    radam_coefficients c = marked_coefficients();
    EXPECT_EQ(radam_coefficients_at(&h, 1, &c), RADAM_ERROR_ALGORITHM);
    EXPECT_TRUE(same_bytes(c, marked_coefficients()));
  }
}

TEST(Check, NesterovNeedsMomentumAndNoDampening) {
  radam_hyperparameters h = preset(RADAM_PRESET_SGD_PYTORCH);
  h.of.sgd.nesterov = 1;
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_ERROR_NESTEROV);
  h.of.sgd.momentum = kSmallest;
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK);
  h.of.sgd.dampening = kSmallest;
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_ERROR_NESTEROV);
}

TEST(StateDescribe, NamesSignsAndWhatIsThere) {
  const auto expect = [](radam_hyperparameters h, int index, const char* name, bool is_signed, bool present) {
    radam_state_buffer b{};
    b.struct_size = sizeof b;
    ASSERT_EQ(radam_state_describe(&h, index, &b), RADAM_OK);
    EXPECT_EQ(b.struct_size, sizeof b);
    EXPECT_STREQ(b.name, name);
    EXPECT_EQ(b.is_signed, is_signed) << name;
    EXPECT_EQ(b.present, present) << name;
    EXPECT_EQ(b.initial, 0) << name;
  };
  radam_hyperparameters h = preset(RADAM_PRESET_ADAM_PYTORCH);
  expect(h, 0, "exp_avg", true, true);
  expect(h, 1, "exp_avg_sq", false, true);
  expect(h, 2, "max_exp_avg_sq", false, false);
  h.of.adam.amsgrad = 1;
  expect(h, 2, "max_exp_avg_sq", false, true);
  h = preset(RADAM_PRESET_SGDW);
  expect(h, 0, "momentum_buffer", true, false);
  h.of.sgd.momentum = 0.5;
  expect(h, 0, "momentum_buffer", true, true);
  expect(preset(RADAM_PRESET_LION_AUTHORS), 0, "exp_avg", true, true);
}

TEST(StateDescribe, RefusesAndChangesNothing) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADAM_PYTORCH);
  radam_state_buffer b;
  std::memset(&b, 0x5C, sizeof b);
  b.struct_size = sizeof b;
  const radam_state_buffer copy = b;
  EXPECT_EQ(radam_state_describe(nullptr, 0, &b), RADAM_ERROR_NULL);
  EXPECT_EQ(radam_state_describe(&h, 0, nullptr), RADAM_ERROR_NULL);
  for (const std::int32_t index : {-1, 3, INT_MAX, INT_MIN})
    EXPECT_EQ(radam_state_describe(&h, index, &b), RADAM_ERROR_STATE) << index;
  h.of.adam.beta1 = 2;
  EXPECT_EQ(radam_state_describe(&h, 0, &b), RADAM_ERROR_BETA1);
  EXPECT_TRUE(same_bytes(b, copy));
  h.of.adam.beta1 = 0;
  b.struct_size = sizeof b - 1;
  EXPECT_EQ(radam_state_describe(&h, 0, &b), RADAM_ERROR_STRUCT_SIZE);
}

TEST(Check, LearningRateOverOneMinusBeta1FitsAFloat) {
  radam_hyperparameters h = valid();
  h.of.adam.beta1 = 0.5;
  h.learning_rate = before(kFloatOverflow / 2);
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK);
  for (const double too_large : {kFloatOverflow / 2, 1e300, DBL_MAX}) {
    h.learning_rate = too_large;
    EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_ERROR_LEARNING_RATE) << too_large;
    radam_coefficients c = marked_coefficients();
    EXPECT_EQ(radam_coefficients_at(&h, 1, &c), RADAM_ERROR_LEARNING_RATE) << too_large;
    EXPECT_TRUE(same_bytes(c, marked_coefficients()));
  }
  h.of.adam.beta1 = before(1);
  h.learning_rate = before(kFloatOverflow * 0x1p-53);
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK);
  h.learning_rate = kFloatOverflow * 0x1p-53;
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_ERROR_LEARNING_RATE);
}

TEST(Check, LearningRateTimesWeightDecayFitsAFloat) {
  radam_hyperparameters h = valid();
  h.weight_decay_mode = RADAM_WEIGHT_DECAY_DECOUPLED;
  h.learning_rate = 4;
  h.weight_decay = before(kFloatOverflow / 4);
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK);
  h.weight_decay = kFloatOverflow / 4;
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_ERROR_WEIGHT_DECAY);
}

// What radam_hyperparameters_check lets pass, radam_step_f32 must take: at the limits, in every step.
TEST(Check, CoefficientsOfWhatPassesAreFinite) {
  for (const Change& change : adam_changes()) {
    if (change.status != RADAM_OK) continue;
    for (std::int32_t number = 0; number <= RADAM_PRESET_ADAM_2K; ++number) {
      for (const std::int64_t warmup : {std::int64_t{0}, std::int64_t{10'000'000'000}}) {
        radam_hyperparameters h = preset(number);
        h.of.adam.warmup_steps = warmup;
        change.apply(h);
        if (radam_hyperparameters_check(&h) != RADAM_OK) continue;
        for (const std::int64_t t : {std::int64_t{1}, std::int64_t{2}, std::int64_t{2001}, std::int64_t{9'999'999'999},
                                     INT64_MAX}) {
          radam_coefficients c = marked_coefficients();
          ASSERT_EQ(radam_coefficients_at(&h, t, &c), RADAM_OK) << change.text;
          EXPECT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 0, nullptr, nullptr, nullptr), RADAM_OK)
              << change.text << ", preset " << number << ", step " << t;
        }
      }
    }
  }
}

// The warm-up of the RAdam authors adds 1e-8, so that just before its end the learning rate can exceed the full one.
TEST(Check, WarmupCannotOverflowTheDecay) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADAMW_AUTHORS);
  h.learning_rate = 1;
  h.weight_decay = before(kFloatOverflow);
  h.of.adam.warmup_steps = 10'000'000'000;
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_ERROR_WEIGHT_DECAY);
  h.of.adam.warmup_steps = 0;
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK);
}

TEST(Check, NullAndStructSize) {
  EXPECT_EQ(radam_hyperparameters_check(nullptr), RADAM_ERROR_NULL);
  radam_hyperparameters h = valid();
  for (const std::uint32_t size : {0u, unsigned{sizeof h} - 1, ~0u}) {
    h.struct_size = size;
    EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_ERROR_STRUCT_SIZE) << size;
  }
}

TEST(CoefficientsAt, NullStructSizeAndStep) {
  radam_hyperparameters h = valid();
  radam_coefficients c = marked_coefficients();
  EXPECT_EQ(radam_coefficients_at(nullptr, 1, &c), RADAM_ERROR_NULL);
  EXPECT_EQ(radam_coefficients_at(&h, 1, nullptr), RADAM_ERROR_NULL);
  for (const std::int64_t step : {std::int64_t{0}, std::int64_t{-1}, INT64_MIN})
    EXPECT_EQ(radam_coefficients_at(&h, step, &c), RADAM_ERROR_STEP) << step;
  EXPECT_TRUE(same_bytes(c, marked_coefficients()));
  for (const std::uint32_t size : {0u, unsigned{sizeof c} - 1, ~0u}) {
    c.struct_size = size;
    const radam_coefficients copy = c;
    EXPECT_EQ(radam_coefficients_at(&h, 1, &c), RADAM_ERROR_STRUCT_SIZE) << size;
    EXPECT_TRUE(same_bytes(c, copy));
  }
  c = marked_coefficients();
  for (const std::uint32_t size : {0u, unsigned{sizeof h} - 1, ~0u}) {
    h.struct_size = size;
    EXPECT_EQ(radam_coefficients_at(&h, 1, &c), RADAM_ERROR_STRUCT_SIZE) << size;
  }
  EXPECT_TRUE(same_bytes(c, marked_coefficients()));
}

}  // namespace
}  // namespace radam_test
