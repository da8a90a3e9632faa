// Algorithms whose sums are of rows: radam_row_sums, radam_coefficients_reduce_rows and the steps that follow, as
// radam.h documents them, and what is refused.
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "layerwise_reference.h"
#include "targets.h"

namespace radam_test {
namespace {

const float kNaN = std::numeric_limits<float>::quiet_NaN();

// The presets and what they leave out, with a delta of which some views are projected and some are not.
std::vector<radam_coefficients> coefficients_by_rows() {
  std::vector<radam_coefficients> all;
  radam_hyperparameters h = preset(RADAM_PRESET_ADAMP_AUTHORS);
  h.weight_decay = 0.25;
  for (const std::int32_t nesterov : {0, 1})
    for (const double beta1 : {0.25, 0.9}) {
      h.of.adamp.nesterov = nesterov;
      h.of.adamp.beta1 = beta1;
      all.push_back(coefficients_at(h, 7));
    }
  all.back().grad_scale = -0.125f;
  h = preset(RADAM_PRESET_SGDP_AUTHORS);
  h.weight_decay = 0.25;
  all.push_back(coefficients_at(h, 7));
  for (const std::int32_t nesterov : {0, 1}) {
    h.of.sgdp.momentum = 0.75;
    h.of.sgdp.nesterov = nesterov;
    h.of.sgdp.dampening = nesterov != 0 ? 0 : 0.25;
    all.push_back(coefficients_at(h, 7));
  }
  all.back().grad_scale = -0.125f;
  return all;
}

// The gradient as the rule has it, the parameter and the update of an element: the lines of radam.h.
struct Terms {
  float g, p, u;
};

Terms terms_of(const radam_coefficients& c, const Element& x) {
  const float g = scaled_gradient(c, x, 0);
  if (c.algorithm == RADAM_ALGORITHM_SGDP) {
    const radam_sgd_coefficients& s = c.of.sgdp.sgd;
    const float b = std::fma(s.momentum, x[kState], s.one_minus_dampening * g);
    return {g, x[kParam], s.nesterov == 0 ? b : std::fma(s.nesterov, b, g)};
  }
  const radam_nadam_coefficients& n = c.of.adamp.nadam;
  const float m = average(x[kState], g, n.beta1, n.one_minus_beta1);
  const float v = average_of_square(x[kState + 1], g, n.beta2, n.one_minus_beta2);
  return {g, x[kParam], std::fma(n.grad_factor, g, n.exp_avg_factor * m) / (std::sqrt(v) + n.epsilon)};
}

std::vector<double> reference_row_sums(radam_coefficients c, const MixedTensor& t) {
  const radam_tensor& s = t.settings;
  const float scale = c.grad_scale;
  if (s.clip_value > 0) c.grad_scale = std::copysign(1.0f, scale);
  std::vector<double> all;
  for (std::int64_t row = 0; row < s.length / s.row_length; ++row) {
    double lanes[RADAM_ROW_SUMS][8] = {};
    for (std::int64_t j = 0; j < s.row_length; ++j) {
      const auto i = static_cast<std::size_t>(row * s.row_length + j);
      Element x{};
      x[kParam] = load_param(t, i);
      x[kGrad] = load_gradient(t, i);
      if (s.clip_value > 0) {
        x[kGrad] *= std::fabs(scale);
        if (x[kGrad] > s.clip_value) x[kGrad] = s.clip_value;
        if (x[kGrad] < -s.clip_value) x[kGrad] = -s.clip_value;
      }
      if (t.has(0)) x[kState] = load_state(t, 0, true, i);
      if (t.has(1)) x[kState + 1] = load_state(t, 1, false, i);
      const Terms of = terms_of(c, x);
      const double g = of.g, p = of.p, u = of.u;
      lanes[0][j % 8] += g * p;
      lanes[1][j % 8] += g * g;
      lanes[2][j % 8] += p * p;
      lanes[3][j % 8] += u * p;
    }
    for (auto& of : lanes) {
      for (int distance = 4; distance > 0; distance /= 2)
        for (int j = 0; j < distance; ++j) of[j] += of[j + distance];
      all.push_back(of[0]);
    }
  }
  return all;
}

// A tensor of rows of any types after some steps; what the number does not determine is drawn.
MixedTensor tensor_of_rows(unsigned number, Values& random, const radam_coefficients& c) {
  radam_tensor settings{};
  settings.step = 5;
  settings.seed = number;
  const auto digit = [&](unsigned base) {
    const unsigned result = number % base;
    number /= base;
    return result;
  };
  settings.grad_type = static_cast<std::int32_t>(digit(3));
  settings.param_type = static_cast<std::int32_t>(digit(4));
  settings.state_type = static_cast<std::int32_t>(digit(3));
  settings.clip_value = digit(2) != 0 ? 0.5f : 0;
  const bool tame = digit(2) != 0, centralized = digit(2) != 0;
  settings.row_length = 1 + random.below(random.below(2) != 0 ? 20 : 700);
  const bool block8 = settings.state_type == RADAM_STATE_BLOCK8;
  settings.first = (block8 ? RADAM_BLOCK_SIZE : 1) * settings.row_length * random.below(5);
  settings.length = settings.row_length * (1 + random.below(9)) + random.below(2) * (settings.row_length - 1);
  const bool adamp = c.algorithm == RADAM_ALGORITHM_ADAMP;
  MixedTensor t = tensor(random, settings, adamp ? 3 : c.of.sgdp.sgd.momentum != 0 ? 1 : 0, false, false, tame);
  if (!centralized) t.means.clear();
  new_gradients(random, t, tame);
  for (int k = 0; k < 2; ++k) {
    if (!t.has(k)) continue;
    std::vector<float> state;
    for (std::int64_t i = 0; i < settings.length; ++i)
      state.push_back(k == 0 ? random.ordinary() : std::fabs(random.ordinary()));
    store_state(t, k, k == 0, state);
  }
  return t;
}

constexpr unsigned kCases = 3 * 4 * 3 * 2 * 2 * 2;

class Rows : public EveryTarget {};

TEST_F(Rows, SumsAreThoseThatTheHeaderDocuments) {
  Values random(0x20261130);
  for (const radam_coefficients& c : coefficients_by_rows())
    for (unsigned number = 0; number < kCases; ++number) {
      MixedTensor t = tensor_of_rows(number, random, c);
      const std::vector<double> expected = reference_row_sums(c, t);
      const MixedBuffers b = t.buffers();
      const auto rows = static_cast<std::int64_t>(expected.size() / RADAM_ROW_SUMS);
      const std::int64_t middle = random.below(static_cast<unsigned>(rows + 1));
      for (const std::int32_t target : available_targets()) {
        std::vector<double> sums(expected.size() + 1, 42);
        for (const auto& [begin, end] : {std::pair{middle, rows}, std::pair{std::int64_t{0}, middle}})
          ASSERT_EQ(radam_row_sums(target, &c, &b, begin, end, b.param, b.grad, b.param_copy, sums.data()), RADAM_OK);
        for (std::size_t i = 0; i < expected.size(); ++i)
          ASSERT_TRUE(same_sum(sums[i], expected[i]))
              << radam_target_name(target) << ", case " << number << ", rows of " << b.row_length << ", sum "
              << i % RADAM_ROW_SUMS << " of row " << i / RADAM_ROW_SUMS << " is " << sums[i] << ", not " << expected[i];
        ASSERT_EQ(sums.back(), 42);
        exercised_targets().insert(target);
      }
    }
}

struct Reduced {
  radam_coefficients r{};
  std::vector<float> row_decay;
  std::int32_t projection = -1;
};

Reduced reduce(const radam_coefficients& c, std::int64_t row_length, const std::vector<double>& sums) {
  Reduced of;
  of.r.struct_size = sizeof of.r;
  of.row_decay.assign(sums.size() / RADAM_ROW_SUMS, 42);
  EXPECT_EQ(radam_coefficients_reduce_rows(&c, row_length, static_cast<std::int64_t>(of.row_decay.size()), sums.data(),
                                           of.row_decay.data(), &of.projection, &of.r), RADAM_OK);
  return of;
}

// SGDP with a step size of 0.5 and a decay of 0.25.
radam_coefficients sgdp(double delta, double epsilon) {
  radam_hyperparameters h = preset(RADAM_PRESET_SGDP_AUTHORS);
  h.learning_rate = 0.5;
  h.weight_decay = 0.5;
  h.of.sgdp.delta = delta;
  h.of.sgdp.epsilon = epsilon;
  h.of.sgdp.wd_ratio = 0.5;
  return coefficients_at(h, 3);
}

float decay_of(const Reduced& of) {
  EXPECT_EQ(of.r.algorithm, RADAM_ALGORITHM_SGD);
  return of.r.of.sgd.decay;
}

// Rows of 4: the limit is half of delta.
TEST(ReducedRows, ByTheCosines) {
  const radam_coefficients c = sgdp(0.5, 0);
  // Cosines of 0.2 and -0.125, and updates along p of 1.
  Reduced of = reduce(c, 4, {1, 25, 1, 1, -1, 4, 16, 16});
  EXPECT_EQ(of.projection, RADAM_PROJECTION_ROWS);
  EXPECT_EQ(of.row_decay, (std::vector<float>{0.125f - 0.5f, 0.125f - 0.5f}));
  EXPECT_EQ(decay_of(of), 0.25f);
  // One of 0.25 is not below the limit. Of the tensor, 0 over the root of (25 + 4) (1 + 4) is below 0.5 / sqrt(8).
  of = reduce(c, 4, {1, 25, 1, 7, -1, 4, 4, 3});
  EXPECT_EQ(of.projection, RADAM_PROJECTION_TENSOR);
  EXPECT_EQ(of.row_decay, (std::vector<float>{42, 42}));
  EXPECT_EQ(decay_of(of), 0.125f - 0.5f * 2);
  // Of the tensor 2 over the root of 29 * 5 is 0.166, which is below 0.177; 2.2 is not.
  of = reduce(c, 4, {1, 25, 1, 7, 1, 4, 4, 3});
  EXPECT_EQ(of.projection, RADAM_PROJECTION_TENSOR);
  of = reduce(c, 4, {1, 25, 1, 7, 1.2, 4, 4, 3});
  EXPECT_EQ(of.projection, RADAM_PROJECTION_NONE);
  EXPECT_EQ(of.row_decay, (std::vector<float>{42, 42}));
  EXPECT_EQ(decay_of(of), 0.25f);
  // A row of zeros has a norm of epsilon, and no cosine.
  of = reduce(sgdp(0.5, 0.25), 4, {0, 25, 0, 0, 0.03125, 1, 0.015625, 1});  // a quarter of 1 / 8, and 1 / 64 + 1 / 4
  EXPECT_EQ(of.projection, RADAM_PROJECTION_ROWS);
  EXPECT_EQ(of.row_decay, (std::vector<float>{0.125f, static_cast<float>(0.125 - 0.5 / 0.140625)}));
  of = reduce(sgdp(0.5, 0.25), 4, {0.0625, 1, 0.015625, 1});  // 0.0625 over 0.25, not over 0.125
  EXPECT_EQ(of.projection, RADAM_PROJECTION_NONE);
}

TEST(ReducedRows, OfAdamP) {
  radam_hyperparameters h = preset(RADAM_PRESET_ADAMP_AUTHORS);
  h.weight_decay = 0.5;
  const radam_coefficients c = coefficients_at(h, 3);
  const Reduced of = reduce(c, 100, {0, 1, 4, 1});
  EXPECT_EQ(of.projection, RADAM_PROJECTION_ROWS);
  const radam_coefficients expected = stepped_of(c);
  EXPECT_EQ(of.r.algorithm, RADAM_ALGORITHM_NADAM);
  EXPECT_EQ(std::memcmp(&of.r.of, &expected.of, sizeof of.r.of), 0);
  const radam_adamp_coefficients& a = c.of.adamp;
  const double norm = 2 + static_cast<double>(a.projection_epsilon);
  EXPECT_EQ(of.row_decay[0],
            static_cast<float>(static_cast<double>(a.nadam.decay) * static_cast<double>(a.wd_ratio) -
                               static_cast<double>(a.nadam.step_size) * 1 / (norm * norm)));
}

// Of sums that no gradient has that is finite, nothing is projected; of an update that is not finite, nothing is taken.
TEST(ReducedRows, OfWhatIsNotFinite) {
  const radam_coefficients c = sgdp(9, 0);
  const double nan = static_cast<double>(kNaN), infinite = static_cast<double>(INFINITY);
  for (const std::vector<double>& odd :
       {std::vector<double>{nan, 1, 1, 1}, {nan, nan, 1, 1}, {nan, 1, nan, 1}, {nan, 1, infinite, 1},
        {infinite, 1, infinite, 1}, {0, 0, 0, 0}}) {
    std::vector<double> two = {0, 1, 1, 1};
    two.insert(two.end(), odd.begin(), odd.end());
    EXPECT_NE(reduce(c, 4, two).projection, RADAM_PROJECTION_ROWS);
    EXPECT_EQ(reduce(c, 4, odd).projection, RADAM_PROJECTION_NONE);
  }
  for (const double odd : {nan, infinite, -infinite}) {
    const Reduced of = reduce(c, 4, {0, 1, 1, 0.25, 0, 1, 1, odd});
    EXPECT_EQ(of.projection, RADAM_PROJECTION_ROWS);
    EXPECT_EQ(of.row_decay, (std::vector<float>{0, 0.125f}));
  }
  for (const double large : {1e300, -1e300})
    EXPECT_EQ(reduce(c, 4, {0, 1, 1, large}).row_decay[0], large > 0 ? -0x1p126f : 0x1p126f);
}

TEST(ReducedRows, OfNoRows) {
  const radam_coefficients c = sgdp(1, 0);
  Reduced of;
  of.r.struct_size = sizeof of.r;
  EXPECT_EQ(radam_coefficients_reduce_rows(&c, 4, 0, nullptr, nullptr, &of.projection, &of.r), RADAM_OK);
  EXPECT_EQ(of.projection, RADAM_PROJECTION_NONE);
  EXPECT_EQ(decay_of(of), 0.25f);
  EXPECT_EQ(of.r.of.sgd.step_size, 0.5f);
}

// In place, as one call for one tensor may be.
TEST(ReducedRows, InPlace) {
  radam_coefficients c = sgdp(1, 0);
  const double sums[RADAM_ROW_SUMS] = {0, 1, 1, 1};
  const Reduced expected = reduce(c, 4, {0, 1, 1, 1});
  float decay = 0;
  std::int32_t projection = -1;
  ASSERT_EQ(radam_coefficients_reduce_rows(&c, 4, 1, sums, &decay, &projection, &c), RADAM_OK);
  EXPECT_EQ(std::memcmp(&c, &expected.r, sizeof c), 0);
  EXPECT_EQ(decay, expected.row_decay[0]);
}

// A tensor without rows is never projected, whatever its sums.
TEST_F(Rows, WithoutThemThereIsNoProjection) {
  for (const radam_coefficients& c : coefficients_by_rows()) {
    float param[3] = {3, 0, 4}, grad[3] = {0, 1, 0}, state[2][3] = {};
    radam_tensor t{};
    t.struct_size = sizeof t;
    t.step = 1;
    t.length = 3;
    t.state[0] = state[0];
    t.state[1] = state[1];
    radam_sums s = no_sums();
    s.values[0] = 42;
    ASSERT_EQ(radam_tensor_sums(RADAM_TARGET_AUTO, &c, &t, 0, 3, param, grad, nullptr, &s), RADAM_OK);
    EXPECT_EQ(s.values[0], 0);
    EXPECT_EQ(s.values[1], 0);
    radam_coefficients r = c;
    ASSERT_EQ(radam_coefficients_reduce(&c, 3, &s, nullptr, &r), RADAM_OK);
    const radam_coefficients expected = stepped_of(c);
    EXPECT_EQ(r.algorithm, expected.algorithm);
    EXPECT_EQ(std::memcmp(&r.of, &expected.of, sizeof r.of), 0);
  }
  for (const std::int32_t target : available_targets()) exercised_targets().insert(target);
}

// A decay of 0 is subtracted as any other: p - fma(step_size, u, 0).
TEST_F(Rows, ADecayOfZeroIsADecay) {
  radam_coefficients c = combination("sgd").typical;
  c.of.sgd.decay = c.of.sgd.l2 = 0;
  c.of.sgd.step_size = 0.1f;
  for (const std::int32_t target : available_targets()) {
    float param[3] = {1, 1, 1}, grad[3] = {0.3f, 0.3f, 0.3f}, buffer[3] = {};
    const float decays[3] = {0, 0.5f, -0.5f};
    radam_tensor t{};
    t.struct_size = sizeof t;
    t.step = t.row_length = 1;
    t.length = 3;
    t.state[0] = buffer;
    t.row_decay = decays;
    ASSERT_EQ(radam_step(target, &c, &t, 0, 3, param, grad, nullptr, nullptr), RADAM_OK);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(param[i], 1 - std::fma(0.1f, buffer[i], decays[i])) << i;
    exercised_targets().insert(target);
  }
}

// A step of all rows has the bits of steps of each by itself with its decay, by every pattern, in any two parts, and
// where the tensor begins within a row.
TEST_F(Rows, AStepOfManyIsThatOfEach) {
  Values random(0x20261201);
  for (const std::int32_t target : available_targets()) {
    for (const char* const pattern : {"divider", "quarter", "half"}) {
      if (radam_set_target_pattern(target, pattern) != RADAM_OK) continue;
      for (const radam_coefficients& of : coefficients_by_rows())
        for (const std::int64_t row_length : {1, 2, 7, 8, 9, 16, 27, 100, 255, 256, 257, 1023, 1024, 1500}) {
          radam_coefficients c = stepped_of(of);
          const bool is_sgd = c.algorithm == RADAM_ALGORITHM_SGD;
          radam_tensor t{};
          t.struct_size = sizeof t;
          t.step = 1;
          t.row_length = row_length;
          t.first = 3 * row_length + random.below(static_cast<unsigned>(row_length));
          t.length = 1100 + random.below(1000);
          const std::int64_t first_row = t.first / row_length;
          const std::int64_t rows = (t.first + t.length - 1) / row_length - first_row + 1;
          std::vector<float> decays, param, grad, m, v;
          for (std::int64_t row = 0; row < rows; ++row) decays.push_back(random.ordinary());
          for (std::int64_t i = 0; i < t.length; ++i) {
            param.push_back(random.ordinary());
            grad.push_back(random.ordinary());
            m.push_back(random.ordinary());
            v.push_back(random.below(50) != 0 ? std::fabs(random.ordinary()) : 0);
          }
          std::vector<float> p = param, n = m, w = v;
          t.state[0] = !is_sgd || of.of.sgdp.sgd.momentum != 0 ? m.data() : nullptr;
          t.state[1] = is_sgd ? nullptr : v.data();
          t.row_decay = decays.data();
          const std::int64_t middle = random.below(static_cast<unsigned>(t.length));
          for (const auto& [begin, end] : {std::pair{middle, t.length}, std::pair{std::int64_t{0}, middle}})
            ASSERT_EQ(radam_step(target, &c, &t, begin, end, param.data(), grad.data(), nullptr, nullptr), RADAM_OK);

          t.state[0] = t.state[0] != nullptr ? n.data() : nullptr;
          t.state[1] = is_sgd ? nullptr : w.data();
          t.row_decay = nullptr;
          for (std::int64_t row = 0; row < rows; ++row) {
            (is_sgd ? c.of.sgd.decay : c.of.nadam.decay) = decays[static_cast<std::size_t>(row)];
            const std::int64_t begin = (first_row + row) * row_length - t.first, end = begin + row_length;
            ASSERT_EQ(radam_step(target, &c, &t, begin < 0 ? 0 : begin, end < t.length ? end : t.length, p.data(),
                                 grad.data(), nullptr, nullptr), RADAM_OK);
          }
          const std::string which = std::string(radam_target_name(target)) + " by " + pattern + ", rows of " +
                                    std::to_string(row_length) + " of algorithm " + std::to_string(c.algorithm);
          ASSERT_EQ(std::memcmp(param.data(), p.data(), p.size() * sizeof(float)), 0) << which;
          ASSERT_EQ(std::memcmp(m.data(), n.data(), n.size() * sizeof(float)), 0) << which;
          ASSERT_EQ(std::memcmp(v.data(), w.data(), w.size() * sizeof(float)), 0) << which;
          exercised_targets().insert(target);
        }
    }
    ASSERT_EQ(radam_set_target_pattern(target, nullptr), RADAM_OK);
  }
}

// What is projected stays as long as it is, but for rounding and for what is orthogonal.
TEST_F(Rows, ProjectedStepsAreOrthogonal) {
  for (const std::int32_t target : available_targets())
    for (const std::int32_t number : {RADAM_PRESET_ADAMP_AUTHORS, RADAM_PRESET_SGDP_AUTHORS}) {
      radam_hyperparameters h = preset(number);
      if (number == RADAM_PRESET_ADAMP_AUTHORS) h.of.adamp.delta = 9;
      else h.of.sgdp.delta = 9;
      h.learning_rate = 0.125;
      const radam_coefficients c = coefficients_at(h, 1);
      constexpr std::int64_t kRows = 5, kLength = 70;
      Values random(0x0123);
      std::vector<float> param(kRows * kLength), grad(param.size()), m(param.size()), v(param.size());
      for (float& p : param) p = random.ordinary();
      for (float& g : grad) g = random.ordinary();
      const std::vector<float> before = param;
      radam_tensor t{};
      t.struct_size = sizeof t;
      t.step = 1;
      t.length = kRows * kLength;
      t.row_length = kLength;
      t.state[0] = m.data();
      t.state[1] = v.data();
      std::vector<double> sums(kRows * RADAM_ROW_SUMS);
      ASSERT_EQ(radam_row_sums(target, &c, &t, 0, kRows, param.data(), grad.data(), nullptr, sums.data()), RADAM_OK);
      const Reduced of = reduce(c, kLength, sums);
      ASSERT_EQ(of.projection, RADAM_PROJECTION_ROWS);
      t.row_decay = of.row_decay.data();
      ASSERT_EQ(radam_step(target, &of.r, &t, 0, t.length, param.data(), grad.data(), nullptr, nullptr), RADAM_OK);
      for (std::size_t row = 0; row < kRows; ++row) {
        double along = 0, squares = 0, moved = 0;
        for (std::size_t i = row * kLength; i < (row + 1) * kLength; ++i) {
          const double p = before[i], d = static_cast<double>(param[i]) - p;
          along += p * d;
          squares += p * p;
          moved += d * d;
        }
        ASSERT_GT(moved, 0);
        EXPECT_LT(std::fabs(along), 1e-6 * std::sqrt(squares) * std::sqrt(squares + moved)) << "row " << row;
      }
      exercised_targets().insert(target);
    }
}

// Where parameters and gradients are as large as they can be, and others zero or subnormal.
TEST_F(Rows, TrainingOnWhatIsFiniteMakesNoNaN) {
  const float sizes[] = {0, FLT_MAX, -FLT_MAX, 4e-45f, 1, -0x1p64f};
  for (const std::int32_t number : {RADAM_PRESET_ADAMP_AUTHORS, RADAM_PRESET_SGDP_AUTHORS})
    for (const std::int32_t target : available_targets()) {
      Values random(0xF1417E);
      constexpr std::int64_t kRows = 11, kLength = 7;
      radam_hyperparameters h = preset(number);
      (number == RADAM_PRESET_ADAMP_AUTHORS ? h.of.adamp.delta : h.of.sgdp.delta) = 9;
      std::vector<float> param(kRows * kLength), grad(param.size()), m(param.size()), v(param.size());
      std::vector<double> sums(kRows * RADAM_ROW_SUMS);
      radam_tensor t{};
      t.struct_size = sizeof t;
      t.length = kRows * kLength;
      t.row_length = kLength;
      t.state[0] = m.data();
      t.state[1] = v.data();
      for (float& p : param) p = sizes[random.below(6)];
      for (t.step = 1; t.step <= 6; ++t.step) {
        for (float& g : grad) g = t.step == 4 ? 0 : sizes[random.below(6)];
        const radam_coefficients c = coefficients_at(h, t.step);
        ASSERT_EQ(radam_row_sums(target, &c, &t, 0, kRows, param.data(), grad.data(), nullptr, sums.data()), RADAM_OK);
        for (const double s : sums) ASSERT_TRUE(std::isfinite(s));
        const Reduced of = reduce(c, kLength, sums);
        t.row_decay = of.projection == RADAM_PROJECTION_ROWS ? of.row_decay.data() : nullptr;
        ASSERT_EQ(radam_step(target, &of.r, &t, 0, t.length, param.data(), grad.data(), nullptr, nullptr), RADAM_OK);
        for (const float p : param) ASSERT_FALSE(std::isnan(p)) << number << ", step " << t.step;
      }
      exercised_targets().insert(target);
    }
}

struct Call {
  radam_coefficients c = coefficients_at(preset(RADAM_PRESET_ADAMP_AUTHORS), 3);
  radam_tensor t{};
  float param[6] = {1, 2, 3, 4, 5, 6}, grad[6] = {1, 1, 1, 1, 1, 1}, m[6] = {}, v[6] = {}, row_decay[3] = {};
  double sums[3 * RADAM_ROW_SUMS] = {42};

  Call() {
    t.struct_size = sizeof t;
    t.step = 1;
    t.length = 6;
    t.row_length = 2;
    t.state[0] = m;
    t.state[1] = v;
  }

  radam_status sum(std::int64_t begin = 0, std::int64_t end = 3, std::int32_t target = RADAM_TARGET_AUTO) {
    return radam_row_sums(target, &c, &t, begin, end, param, grad, nullptr, sums);
  }

  radam_status reduce(std::int64_t row_length = 2, std::int64_t rows = 3) {
    std::int32_t projection = -1;
    radam_coefficients r{};
    r.struct_size = sizeof r;
    const radam_status status = radam_coefficients_reduce_rows(&c, row_length, rows, sums, row_decay, &projection, &r);
    EXPECT_EQ(projection != -1, status == RADAM_OK);
    return status;
  }
};

template <class Change>
void expect_refused(radam_status status, Change change) {
  Call call;
  change(call);
  EXPECT_EQ(call.sum(), status);
  EXPECT_EQ(call.sums[0], 42);  // nothing is written
}

TEST(RowSumsRefuse, WhatStepsRefuse) {
  EXPECT_EQ(Call().sum(), RADAM_OK);
  expect_refused(RADAM_ERROR_STRUCT_SIZE, [](Call& k) { k.c.struct_size = 1; });
  expect_refused(RADAM_ERROR_STRUCT_SIZE, [](Call& k) { k.t.struct_size = 1; });
  expect_refused(RADAM_ERROR_COEFFICIENTS, [](Call& k) { k.c.mode = 1; });
  for (const radam_coefficients& c : {Call().c, sgdp(1, 0)}) {
    const bool adamp = c.algorithm == RADAM_ALGORITHM_ADAMP;
    for (int spoiled = 0; spoiled < (adamp ? 13 : 9); ++spoiled)
      expect_refused(RADAM_ERROR_COEFFICIENTS, [&](Call& k) {
        k.c = c;
        k.c.of.values[spoiled] = kNaN;
      });
    for (int spoiled = adamp ? 10 : 6; spoiled < (adamp ? 13 : 9); ++spoiled)
      expect_refused(RADAM_ERROR_COEFFICIENTS, [&](Call& k) {
        k.c = c;
        k.c.of.values[spoiled] = -1;
      });
    expect_refused(RADAM_ERROR_COEFFICIENTS, [&](Call& k) {
      k.c = c;
      k.c.of.values[0] = 0.5f;  // l2
      k.c.of.values[1] = 0;
    });
  }
  expect_refused(RADAM_ERROR_ALGORITHM, [](Call& k) { k.c = stepped_of(k.c); });
  expect_refused(RADAM_ERROR_ALGORITHM, [](Call& k) { k.c = coefficients_at(preset(RADAM_PRESET_LAMB_NVIDIA), 1); });
  expect_refused(RADAM_ERROR_ALGORITHM, [](Call& k) { k.c.algorithm = kAlgorithms; });
  expect_refused(RADAM_ERROR_TYPE, [](Call& k) { k.t.grad_type = 9; });
  expect_refused(RADAM_ERROR_STEP, [](Call& k) { k.t.step = 0; });
  expect_refused(RADAM_ERROR_NULL, [](Call& k) { k.t.state[1] = nullptr; });
  expect_refused(RADAM_ERROR_OVERLAP, [](Call& k) { k.t.state[1] = k.m + 1; });
  expect_refused(RADAM_ERROR_CLIP, [](Call& k) { k.t.clip_value = -1; });
  for (const std::int64_t wrong : {std::int64_t{0}, std::int64_t{-1}, INT64_MIN})
    expect_refused(RADAM_ERROR_ROW_LENGTH, [=](Call& k) { k.t.row_length = wrong; });
  expect_refused(RADAM_ERROR_ROW_LENGTH, [](Call& k) { k.t.first = 1; });
  expect_refused(RADAM_ERROR_RANGE, [](Call& k) { k.t.first = -2; });
  expect_refused(RADAM_ERROR_RANGE, [](Call& k) { k.t.length = 5; });
  expect_refused(RADAM_ERROR_RANGE, [](Call& k) { k.t.length = -1; });
  Call call;
  EXPECT_EQ(call.sum(1, 0), RADAM_ERROR_RANGE);
  EXPECT_EQ(call.sum(-1, 1), RADAM_ERROR_RANGE);
  EXPECT_EQ(call.sum(0, INT64_MAX), RADAM_ERROR_RANGE);
  EXPECT_EQ(call.sum(0, 3, 1000), RADAM_ERROR_TARGET);
  EXPECT_EQ(call.sum(3, 3), RADAM_OK);
  EXPECT_EQ(radam_row_sums(0, nullptr, &call.t, 0, 3, call.param, call.grad, nullptr, call.sums), RADAM_ERROR_NULL);
  EXPECT_EQ(radam_row_sums(0, &call.c, nullptr, 0, 3, call.param, call.grad, nullptr, call.sums), RADAM_ERROR_NULL);
  EXPECT_EQ(radam_row_sums(0, &call.c, &call.t, 0, 3, nullptr, call.grad, nullptr, call.sums), RADAM_ERROR_NULL);
  EXPECT_EQ(radam_row_sums(0, &call.c, &call.t, 0, 3, call.param, nullptr, nullptr, call.sums), RADAM_ERROR_NULL);
  EXPECT_EQ(radam_row_sums(0, &call.c, &call.t, 0, 3, call.param, call.grad, nullptr, nullptr), RADAM_ERROR_NULL);
  EXPECT_EQ(call.sums[0], 42);
  call.t.row_decay = call.param;  // of the last step
  call.t.lookahead = 1;
  call.t.average_rate = NAN;
  EXPECT_EQ(call.sum(), RADAM_OK);
}

TEST(ReduceRowsRefuses, WhatIsOutOfRange) {
  EXPECT_EQ(Call().reduce(), RADAM_OK);
  for (const std::int64_t wrong : {std::int64_t{0}, std::int64_t{-1}, INT64_MIN})
    EXPECT_EQ(Call().reduce(wrong), RADAM_ERROR_ROW_LENGTH);
  EXPECT_EQ(Call().reduce(2, -1), RADAM_ERROR_RANGE);
  EXPECT_EQ(Call().reduce(INT64_MAX / 4, 3), RADAM_ERROR_RANGE);
  Call call;
  call.c.struct_size = 1;
  EXPECT_EQ(call.reduce(), RADAM_ERROR_STRUCT_SIZE);
  call = Call();
  call.c.of.adamp.delta = -1;
  EXPECT_EQ(call.reduce(), RADAM_ERROR_COEFFICIENTS);
  for (const radam_coefficients& c :
       {stepped_of(Call().c), coefficients_at(preset(RADAM_PRESET_NOVOGRAD_NVIDIA), 1)}) {
    call = Call();
    call.c = c;
    EXPECT_EQ(call.reduce(), RADAM_ERROR_ALGORITHM);
  }
  call = Call();
  std::int32_t p = -1;
  radam_coefficients r{};
  const auto rows = [&](const radam_coefficients* c, const double* sums, float* decay, std::int32_t* projection,
                        radam_coefficients* to) {
    return radam_coefficients_reduce_rows(c, 2, 3, sums, decay, projection, to);
  };
  EXPECT_EQ(rows(&call.c, call.sums, call.row_decay, &p, &r), RADAM_ERROR_STRUCT_SIZE);
  r.struct_size = sizeof r;
  EXPECT_EQ(rows(nullptr, call.sums, call.row_decay, &p, &r), RADAM_ERROR_NULL);
  EXPECT_EQ(rows(&call.c, nullptr, call.row_decay, &p, &r), RADAM_ERROR_NULL);
  EXPECT_EQ(rows(&call.c, call.sums, nullptr, &p, &r), RADAM_ERROR_NULL);
  EXPECT_EQ(rows(&call.c, call.sums, call.row_decay, nullptr, &r), RADAM_ERROR_NULL);
  EXPECT_EQ(rows(&call.c, call.sums, call.row_decay, &p, nullptr), RADAM_ERROR_NULL);
  EXPECT_EQ(p, -1);
}

}  // namespace
}  // namespace radam_test
