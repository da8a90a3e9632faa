// Every step of the files of vectors/family of Lookahead around SGD or RAdam, and of Ranger, on every target:
// parameters, and the final slow weights. vectors/family/README.md says where they come from.
//
// Here the trajectory is computed again in double, because the parameters before they take the slow weights are in no
// file, and must agree with the file. How far float32 may be from it follows from the rule, operation by operation:
// each is wrong by its rounding, at most kUnit of its result, and by what its operands were wrong by.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <radam/radam.h>

#include "targets.h"
#include "trajectory.h"

namespace radam_test {
namespace {

using nlohmann::json;
using Path = std::filesystem::path;

constexpr double kUnit = 0x1p-24;
// Products of two errors, which the analysis leaves out.
constexpr double kSlack = 1.001;

// A number in double, and how far that of float32 may be from it.
struct Number {
  double value = 0, error = 0;
};

double rounding(double x) { return kUnit * std::fabs(x); }

// a + rate * (x - a): the difference, the sum and, unless it is exact, the rate are rounded.
Number moved_towards(const Number& a, const Number& x, double rate) {
  const double distance = x.value - a.value, next = a.value + rate * distance;
  return {next, (1 - rate) * a.error + rate * (x.error + 2 * rounding(distance)) + rounding(next)};
}

// A tensor of those that a file has one after the other. Gradients are centralized where there are rows.
struct Part {
  std::size_t begin, length, row_length;
};

// Subtracts the means of the rows of a part, whose gradients are exact. The mean and the difference are rounded.
void centralize(const Part& part, std::vector<Number>& gradients) {
  for (std::size_t begin = part.begin; begin < part.begin + part.length; begin += part.row_length) {
    double mean = 0;
    for (std::size_t i = 0; i < part.row_length; ++i)
      mean += gradients[begin + i].value / static_cast<double>(part.row_length);
    for (std::size_t i = 0; i < part.row_length; ++i) {
      Number& g = gradients[begin + i];
      g.value -= mean;
      g.error = rounding(mean) + rounding(g.value) + 0x1p-50 * std::fabs(mean);
    }
  }
}

struct Element {
  Number param, slow, momentum, square;  // the momentum is RAdam's first moment, the square its second
};

// p - step_size * update - decay * p. The step size and the decay are rounded.
void move(const radam_hyperparameters& h, double step_size, const Number& update, Number& p) {
  const double decay = h.weight_decay_mode == RADAM_WEIGHT_DECAY_L2 ? 0 : h.learning_rate * h.weight_decay;
  const double change = step_size * update.value + decay * p.value;
  p.error += step_size * (update.error + rounding(update.value)) + decay * (p.error + 2 * rounding(p.value)) +
             (decay == 0 ? 0 : rounding(change)) + rounding(p.value - change);
  p.value -= change;
}

void step_sgd(const radam_hyperparameters& h, std::int64_t t, const Number& g, Element& e) {
  const double mu = h.of.sgd.momentum;
  if (mu == 0) return move(h, h.learning_rate, g, e.param);
  Number& buffer = e.momentum;
  const double next = t == 1 ? g.value : mu * buffer.value + g.value;
  buffer.error = (t == 1 ? 0 : mu * (buffer.error + rounding(buffer.value))) + g.error + rounding(next);
  buffer.value = next;
  move(h, h.learning_rate, buffer, e.param);
}

void step_radam(const radam_hyperparameters& h, std::int64_t step, const Number& g, Element& e) {
  const radam_adam& a = h.of.adam;
  const auto t = static_cast<double>(step);
  Number& m = e.momentum;
  Number& v = e.square;
  m = moved_towards(m, g, 1 - a.beta1);
  v = moved_towards(v, {g.value * g.value, 2 * std::fabs(g.value) * g.error}, 1 - a.beta2);
  const double correction1 = 1 - std::pow(a.beta1, t), power2 = std::pow(a.beta2, t);
  const double limit = 2 / (1 - a.beta2) - 1, rho = limit - 2 * t * power2 / (1 - power2);
  if (rho < a.rho_threshold || (rho == a.rho_threshold && !a.rectify_at_threshold))
    return move(h, h.learning_rate / correction1, m, e.param);
  const double r = std::sqrt((rho - 4) * (rho - 2) * limit / ((limit - 4) * (limit - 2) * rho));
  const double root = std::sqrt(v.value), divisor = root + a.epsilon;
  const double of_divisor = root - std::sqrt(std::fmax(0, v.value - v.error)) + rounding(root) + rounding(a.epsilon) +
                            rounding(divisor);
  ASSERT_LT(of_divisor, divisor);
  const double quotient = m.value / divisor;
  const double of_quotient = (m.error + std::fabs(quotient) * of_divisor) / (divisor - of_divisor) + rounding(quotient);
  move(h, h.learning_rate * r * std::sqrt(1 - power2) / correction1, {quotient, of_quotient}, e.param);
}

// What a file says: the inner optimizer, and the rate of the slow weights in each step.
struct Vector {
  json file;
  radam_hyperparameters h{};
  std::int64_t k = 0;
  double alpha = 0;
  bool starts_after_step_1 = false;  // alphadl: the slow weights are the parameters after step 1
  const char* slow = "";
  std::vector<Part> parts;

  explicit Vector(const Path& path) : file(json::parse(std::ifstream(path))) {}

  bool is(const char* algorithm, const char* dialect) const {
    return file.at("algorithm") == algorithm && file.at("dialect") == dialect;
  }

  // Whether the library has its rules.
  bool is_known() const {
    // The other ways with the momentum are not offered.
    return (is("lookahead", "authors") && file.at("pullback_momentum") == "none") || is("lookahead", "alphadl") ||
           is("ranger", "lessw2020-20.4.11") || is("ranger_gc", "lessw2020-20.4.11") ||
           // With a decay it moves the momentum, and it may centralize the update, which are not offered.
           (is("ranger_gc", "lessw2020-2020") && file.at("weight_decay") == 0 && file.at("use_gc") &&
            file.at("gc_loc"));
  }

  void read() {
    const bool authors = is("lookahead", "authors"), ranger = !file.contains("inner");
    const std::string inner = file.value("inner", "ranger");
    static const std::map<std::string, std::int32_t> presets = {
        {"sgd", RADAM_PRESET_SGD_PYTORCH}, {"radam-pytorch", RADAM_PRESET_RADAM_PYTORCH},
        {"radam-authors", RADAM_PRESET_RADAM_AUTHORS}, {"ranger", RADAM_PRESET_RADAM_PYTORCH}};
    h = preset(presets.at(inner));
    if (ranger) h.weight_decay_mode = RADAM_WEIGHT_DECAY_DECOUPLED;
    // A key that this does not know would be an instruction not followed.
    static const std::set<std::string> no_numbers = {"name", "algorithm", "dialect", "source", "decay_convention",
                                                     "inner", "pullback_momentum", "initial", "gradients",
                                                     "parameters", "state", "shapes", "gc_conv_only", "gc_loc",
                                                     "use_gc"};  // the last is ignored by one, and true of the other
    for (const auto& item : file.items()) {
      const std::string& key = item.key();
      if (no_numbers.count(key)) continue;
      if (key == "lr") h.learning_rate = item.value();
      else if (key == "weight_decay") h.weight_decay = item.value();
      else if (key == "momentum") h.of.sgd.momentum = item.value();
      else if (key == "beta1") h.of.adam.beta1 = item.value();
      else if (key == "beta2") h.of.adam.beta2 = item.value();
      else if (key == "eps") h.of.adam.epsilon = item.value();
      else if (key == "N_sma_threshhold") h.of.adam.rho_threshold = item.value();
      else if (key == "degenerated_to_sgd") {
        ASSERT_TRUE(item.value());
        h.of.adam.unrectified = RADAM_UNRECTIFIED_MOMENTUM;
      } else if (key == (authors ? "la_steps" : "k")) k = item.value();
      else if (key == (authors ? "la_alpha" : "alpha")) alpha = item.value();
      else ADD_FAILURE() << "what is " << key << "?";
    }
    starts_after_step_1 = is("lookahead", "alphadl");
    slow = authors ? "cached_params" : ranger ? "slow_buffer" : "slow_param";
    if (!file.contains("shapes")) {
      parts.push_back({0, file.at("initial").size(), 0});
      return;
    }
    std::size_t begin = 0;
    for (const auto& shape : file.at("shapes").get<std::vector<std::vector<std::size_t>>>()) {
      std::size_t row = 1;
      for (std::size_t axis = 1; axis < shape.size(); ++axis) row *= shape[axis];
      const bool centralized = shape.size() >= (file.at("gc_conv_only") ? 4u : 2u);
      parts.push_back({begin, row * shape[0], centralized ? row : 0});
      begin += parts.back().length;
    }
    ASSERT_EQ(begin, file.at("initial").size());
  }

  double rate(std::int64_t t) const {
    if (starts_after_step_1) return t == 1 ? 1 : t % k == 1 ? alpha : 0;
    return t % k == 0 ? alpha : 0;
  }

  std::vector<std::vector<double>> rows(const char* key) const {
    return file.at(key).get<std::vector<std::vector<double>>>();
  }
};

std::vector<Path> files() {
  const char* const other = std::getenv("RADAM_VECTORS_FAMILY");
  std::vector<Path> result;
  for (const auto& entry : std::filesystem::directory_iterator(other != nullptr ? other : RADAM_VECTORS_FAMILY))
    if (entry.path().extension() == ".json" && Vector(entry.path()).is_known()) result.push_back(entry.path());
  std::sort(result.begin(), result.end());
  return result;
}

class LookaheadVectors : public EveryTarget, public testing::WithParamInterface<Path> {};

TEST_P(LookaheadVectors, Followed) {
  Vector vector(GetParam());
  vector.read();
  if (HasFatalFailure()) return;
  const radam_hyperparameters& h = vector.h;
  const auto initial = vector.file.at("initial").get<std::vector<double>>();
  const auto gradients = vector.rows("gradients"), parameters = vector.rows("parameters");
  const auto slow_weights = vector.file.at("state").at(vector.slow).get<std::vector<double>>();
  const std::size_t n = initial.size();
  ASSERT_GT(gradients.size(), static_cast<std::size_t>(2 * vector.k));
  ASSERT_EQ(gradients.size(), parameters.size());
  for (const std::int32_t target : available_targets()) {
    SCOPED_TRACE(radam_target_name(target));
    std::vector<float> param(initial.begin(), initial.end()), slow(param), state[2];
    if (vector.starts_after_step_1) std::fill(slow.begin(), slow.end(), 0.0f);
    std::vector<Element> elements(n);
    for (std::size_t i = 0; i < n; ++i) {
      elements[i].param.value = initial[i];
      if (!vector.starts_after_step_1) elements[i].slow.value = initial[i];
    }
    radam_tensor tensor{};
    tensor.struct_size = sizeof tensor;
    tensor.length = static_cast<std::int64_t>(n);
    tensor.lookahead = 1;
    for (std::size_t j = 0; j < (h.algorithm == RADAM_ALGORITHM_SGD ? 1 : 2); ++j) {
      state[j].resize(n);
      if (h.algorithm != RADAM_ALGORITHM_SGD || h.of.sgd.momentum > 0) tensor.state[j] = state[j].data();
    }
    for (std::size_t row = 0; row < gradients.size(); ++row) {
      const auto t = static_cast<std::int64_t>(row) + 1;
      const double rate = vector.rate(t);
      std::vector<float> grad(gradients[row].begin(), gradients[row].end());
      radam_coefficients c{};
      c.struct_size = sizeof c;
      ASSERT_EQ(radam_coefficients_at(&h, t, &c), RADAM_OK);
      tensor.step = t;
      tensor.average_rate = static_cast<float>(rate);
      std::vector<Number> exact_gradients;
      for (const Part& part : vector.parts) {
        std::vector<float> means(part.length);
        for (std::size_t i = 0; i < part.length; ++i) exact_gradients.push_back({gradients[row][part.begin + i], 0});
        if (part.row_length > 0) {
          tensor.row_length = static_cast<std::int64_t>(part.row_length);
          ASSERT_EQ(radam_gradient_means(target, RADAM_TYPE_F32, tensor.row_length, 0,
                                         static_cast<std::int64_t>(part.length / part.row_length), &grad[part.begin],
                                         means.data()), RADAM_OK);
          centralize(part, exact_gradients);
        }
        tensor.grad_mean = part.row_length > 0 ? means.data() : nullptr;
        tensor.length = static_cast<std::int64_t>(part.length);
        for (int k = 0; k < 2; ++k)
          if (tensor.state[k] != nullptr) tensor.state[k] = &state[k][part.begin];
        ASSERT_EQ(radam_step(target, &c, &tensor, 0, tensor.length, &param[part.begin], &grad[part.begin], nullptr,
                             &slow[part.begin]), RADAM_OK);
      }
      for (std::size_t i = 0; i < n; ++i) {
        Element& e = elements[i];
        const double l2 = h.weight_decay_mode == RADAM_WEIGHT_DECAY_L2 ? h.weight_decay : 0;
        const double g = exact_gradients[i].value + l2 * e.param.value;
        const Number decayed{g, exact_gradients[i].error +
                                    (l2 == 0 ? 0 : l2 * (e.param.error + rounding(e.param.value)) + rounding(g))};
        (h.algorithm == RADAM_ALGORITHM_SGD ? step_sgd : step_radam)(h, t, decayed, e);
        if (rate > 0) e.param = e.slow = moved_towards(e.slow, e.param, rate);
        const double exact = e.param.value, expected = parameters[row][i];
        ASSERT_LE(std::fabs(exact - expected), 1e-12 * (1 + std::fabs(expected)));  // the analysis' own
        ASSERT_LE(std::fabs(param[i] - expected), kSlack * e.param.error) << "parameter " << i << " after step " << t;
        if (rate > 0) {
          ASSERT_EQ(param[i], slow[i]) << "parameter " << i << " after step " << t;
        }
      }
    }
    for (std::size_t i = 0; i < n; ++i)
      ASSERT_LE(std::fabs(slow[i] - slow_weights[i]), kSlack * elements[i].slow.error) << "slow weight " << i;
    exercised_targets().insert(target);
  }
}

std::string name_of(const testing::TestParamInfo<Path>& info) {
  std::string name = info.param.stem().string();
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, LookaheadVectors, testing::ValuesIn(files()), name_of);

TEST(LookaheadVectorFiles, OfEveryDialectAndInnerOptimizer) {
  std::set<std::string> found;
  for (const Path& path : files()) {
    const json file = Vector(path).file;
    found.insert(file.at("dialect").get<std::string>() + " " + file.value("inner", ""));
  }
  EXPECT_EQ(found.size(), 8u);
  EXPECT_GE(files().size(), 14u);
}

}  // namespace
}  // namespace radam_test
