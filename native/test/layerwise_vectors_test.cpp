// Every step of the files of vectors/family of layer-wise algorithms, on every target: parameters, and the final state.
// vectors/family/README.md says where they come from. Their tensors are stepped one by one, as a caller does.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <radam/radam.h>

#include "numbers.h"
#include "targets.h"
#include "trajectory.h"

namespace radam_test {
namespace {

using nlohmann::json;
using Path = std::filesystem::path;

json read(const Path& path) {
  json vector;
  std::ifstream(path) >> vector;
  return vector;
}

std::string rules_of(const json& vector) {
  return vector.at("algorithm").get<std::string>() + "-" + vector.at("dialect").get<std::string>();
}

const std::map<std::string, std::int32_t>& presets() {
  static const std::map<std::string, std::int32_t> all = {
      {"lamb-cybertronai", RADAM_PRESET_LAMB_CYBERTRONAI},
      {"lamb-timm-nvlamb", RADAM_PRESET_LAMB_NVIDIA},
      {"stableadamw-authors", RADAM_PRESET_STABLEADAMW_AUTHORS},
      {"lars-timm", RADAM_PRESET_LARS_TIMM},
      {"lars-barlowtwins", RADAM_PRESET_LARS_BARLOWTWINS},
      {"adamw_cautious-authors", RADAM_PRESET_CAUTIOUS_ADAMW_AUTHORS},
      {"lion_cautious-timm", RADAM_PRESET_CAUTIOUS_LION_TIMM},
      {"novograd-nvidia", RADAM_PRESET_NOVOGRAD_NVIDIA},
      {"sgd_hd-authors", RADAM_PRESET_SGD_HD_AUTHORS},
      {"sgdn_hd-authors", RADAM_PRESET_SGDN_HD_AUTHORS},
      {"yellowfin-authors", RADAM_PRESET_YELLOWFIN_AUTHORS},
      {"adam_hd-authors", RADAM_PRESET_ADAM_HD_AUTHORS},
      {"adam_hd_single-authors", RADAM_PRESET_ADAM_HD_AUTHORS},
      {"adamp-authors", RADAM_PRESET_ADAMP_AUTHORS},
  };
  return all;
}

std::vector<Path> files() {
  const char* const other = std::getenv("RADAM_VECTORS_FAMILY");
  std::vector<Path> result;
  for (const auto& entry : std::filesystem::directory_iterator(other != nullptr ? other : RADAM_VECTORS_FAMILY))
    if (entry.path().extension() == ".json" && presets().count(rules_of(read(entry.path()))))
      result.push_back(entry.path());
  std::sort(result.begin(), result.end());
  return result;
}

// Takes what the vector says. A key that this does not know would be an instruction not followed.
radam_hyperparameters hyperparameters(const json& vector) {
  static const std::set<std::string> no_hyperparameters = {
      "name",  "algorithm", "dialect", "source", "decay_convention", "initial", "gradients", "parameters",
      "state", "shapes",    "group",   "trace",  "max_grad_norm"};
  radam_hyperparameters h = preset(presets().at(rules_of(vector)));
  const bool lamb = h.algorithm == RADAM_ALGORITHM_LAMB, lars = h.algorithm == RADAM_ALGORITHM_LARS;
  const bool adamw = h.algorithm == RADAM_ALGORITHM_CAUTIOUS_ADAMW, lion = h.algorithm == RADAM_ALGORITHM_CAUTIOUS_LION;
  const bool novograd = h.algorithm == RADAM_ALGORITHM_NOVOGRAD, adamp = h.algorithm == RADAM_ALGORITHM_ADAMP;
  const bool sgd_hd = h.algorithm == RADAM_ALGORITHM_SGD_HD, adam_hd = h.algorithm == RADAM_ALGORITHM_ADAM_HD;
  const bool yellowfin = h.algorithm == RADAM_ALGORITHM_YELLOWFIN;
  auto& of = h.of;
  for (const auto& item : vector.items()) {
    const std::string& key = item.key();
    const json& value = item.value();
    if (no_hyperparameters.count(key)) continue;
    if (yellowfin && value.is_null()) continue;  // clips that it does not have
    if (key == "lr") h.learning_rate = value;
    else if (key == "weight_decay") h.weight_decay = value;
    else if (lars && key == "momentum") of.lars.momentum = value;
    else if (lars && key == "dampening") of.lars.dampening = value;
    else if (lars && key == "nesterov") of.lars.nesterov = value.get<bool>();
    else if (lars && (key == "trust_coeff" || key == "eta")) of.lars.trust_coefficient = value;
    else if (lars && key == "eps") of.lars.epsilon = value;
    else if (lars && key == "trust_clip") of.lars.trust_clip = value.get<bool>();
    else if (lars && key == "always_adapt")
      of.lars.adapt = value.get<bool>() ? RADAM_ADAPT_ALWAYS : RADAM_ADAPT_WITH_DECAY;
    else if (lars && (key == "weight_decay_filter" || key == "lars_adaptation_filter")) continue;  // of tensors
    else if (lion && key == "beta1") of.cautious_lion.beta1 = value;
    else if (lion && key == "beta2") of.cautious_lion.beta2 = value;
    else if (adamw && key == "beta1") of.cautious_adamw.beta1 = value;
    else if (adamw && key == "beta2") of.cautious_adamw.beta2 = value;
    else if (adamw && key == "eps") of.cautious_adamw.epsilon = value;
    else if (adamw && key == "correct_bias") of.cautious_adamw.correct_bias = value.get<bool>();
    else if (sgd_hd && key == "momentum") of.sgd_hd.momentum = value;
    else if (sgd_hd && key == "dampening") of.sgd_hd.dampening = value;
    else if (sgd_hd && key == "nesterov") of.sgd_hd.nesterov = value.get<bool>();
    else if (sgd_hd && key == "hypergrad_lr") of.sgd_hd.hypergrad_lr = value;
    else if (yellowfin && key == "mu") of.yellowfin.momentum = value;
    else if (yellowfin && key == "beta") of.yellowfin.beta = value;
    else if (yellowfin && key == "curv_win_width") of.yellowfin.curv_win_width = value;
    else if (yellowfin && key == "clip_thresh") of.yellowfin.clip_threshold = value;
    else if (yellowfin && key == "auto_clip_fac") of.yellowfin.auto_clip_factor = value;
    else if (yellowfin && key == "adapt_clip") of.yellowfin.adapt_clip = value.get<bool>();
    else if (yellowfin && key == "zero_debias") of.yellowfin.zero_debias = value.get<bool>();
    else if (yellowfin && key == "log_smooth") of.yellowfin.log_smooth = value.get<bool>();
    else if (adam_hd && key == "beta1") of.adam_hd.beta1 = value;
    else if (adam_hd && key == "beta2") of.adam_hd.beta2 = value;
    else if (adam_hd && key == "eps") of.adam_hd.epsilon = value;
    else if (adam_hd && key == "hypergrad_lr") of.adam_hd.hypergrad_lr = value;
    else if (adamp && key == "beta1") of.adamp.beta1 = value;
    else if (adamp && key == "beta2") of.adamp.beta2 = value;
    else if (adamp && key == "eps") of.adamp.epsilon = value;
    else if (adamp && key == "delta") of.adamp.delta = value;
    else if (adamp && key == "wd_ratio") of.adamp.wd_ratio = value;
    else if (adamp && key == "nesterov") of.adamp.nesterov = value.get<bool>();
    else if (novograd && key == "beta1") of.novograd.beta1 = value;
    else if (novograd && key == "beta2") of.novograd.beta2 = value;
    else if (novograd && key == "eps") of.novograd.epsilon = value;
    else if (novograd && key == "grad_averaging") of.novograd.grad_averaging = value.get<bool>();
    else if (novograd && key == "amsgrad") of.novograd.amsgrad = value.get<bool>();
    else if (key == "beta1") (lamb ? of.lamb.beta1 : of.stableadamw.beta1) = value;
    else if (key == "beta2") (lamb ? of.lamb.beta2 : of.stableadamw.beta2) = value;
    else if (key == "eps") (lamb ? of.lamb.epsilon : of.stableadamw.epsilon) = value;
    else if (key == "clip_thresh" && !lamb) of.stableadamw.clip_threshold = value;
    else if (key == "adam" && lamb) of.lamb.adapt = value.get<bool>() ? RADAM_ADAPT_NEVER : RADAM_ADAPT_ALWAYS;
    else if (key == "bias_correction" && lamb) of.lamb.bias_correction = value.get<bool>();
    else if (key == "grad_averaging" && lamb) of.lamb.grad_averaging = value.get<bool>();
    else if (key == "trust_clip" && lamb) of.lamb.trust_clip = value.get<bool>();
    else if (key == "decoupled_decay" && lamb) of.lamb.decay_apart = value.get<bool>();
    else if (key == "always_adapt" && lamb)
      of.lamb.adapt = value.get<bool>() ? RADAM_ADAPT_ALWAYS : RADAM_ADAPT_WITH_DECAY;
    else ADD_FAILURE() << "what is " << key << "?";
  }
  return h;
}

// What NVIDIA's LAMB clips the gradients of a step by. Callers of the library clip so too, by its statistics.
double clipped(const json& vector, const std::vector<double>& gradients) {
  if (!vector.count("max_grad_norm") || vector.at("max_grad_norm").is_null()) return 1;
  double squares = 0;
  for (const double g : gradients) squares += g * g;
  return 1 / std::fmax(1, std::sqrt(squares) / vector.at("max_grad_norm").get<double>());
}

// The tensors of a file, from element `begin` to `end` of its rows.
struct Slice {
  std::size_t begin, end;
  bool one_axis;
  std::size_t row_length;  // the product of all axes but the first
};

// LARS' authors of barlowtwins leave tensors of one axis out of decay and adaptation where they are told to.
radam_hyperparameters of_tensor(const json& vector, radam_hyperparameters h, const Slice& at) {
  if (at.one_axis && vector.value("weight_decay_filter", false)) h.weight_decay = 0;
  if (at.one_axis && vector.value("lars_adaptation_filter", false)) h.of.lars.adapt = RADAM_ADAPT_NEVER;
  return h;
}

std::vector<Slice> slices(const json& vector) {
  if (!vector.count("shapes")) return {{0, vector.at("initial").size(), true, 1}};
  std::vector<Slice> all;
  std::size_t begin = 0;
  for (const auto& shape : vector.at("shapes")) {
    std::size_t length = 1;
    for (const std::size_t axis : shape) length *= axis;
    all.push_back({begin, begin + length, shape.size() == 1, length / shape.at(0).get<std::size_t>()});
    begin += length;
  }
  return all;
}

struct Buffers {
  std::vector<float> param, grad, first, second;  // the last two are state
  std::vector<std::array<double, RADAM_MAX_NUMBERS>> numbers;  // of each tensor; of all in the first one
};

struct Step {
  std::int32_t target;
  radam_coefficients c;
  radam_tensor tensor{};
  float *param, *grad;
  radam_sums sums{};
  std::int64_t rows = 0;  // of algorithms whose sums are of rows; none of tensors of one axis
  std::vector<double> row_sums;
  std::vector<float> row_decay;
  std::int32_t projection = RADAM_PROJECTION_NONE;

  Step(std::int32_t on, const radam_coefficients& by, std::int64_t t, const Slice& at, Buffers& b)
      : target(on), c(by), param(&b.param[at.begin]), grad(&b.grad[at.begin]) {
    tensor.struct_size = sizeof tensor;
    tensor.step = t;
    tensor.length = static_cast<std::int64_t>(at.end - at.begin);
    tensor.state[0] = b.first.empty() ? nullptr : &b.first[at.begin];
    tensor.state[1] = b.second.empty() ? nullptr : &b.second[at.begin];
    sums.struct_size = sizeof sums;
    if (!is_by_rows(c.algorithm) || at.one_axis) return;
    tensor.row_length = static_cast<std::int64_t>(at.row_length);
    rows = tensor.length / tensor.row_length;
    row_sums.resize(static_cast<std::size_t>(rows) * RADAM_ROW_SUMS);
    row_decay.resize(static_cast<std::size_t>(rows));
  }

  void measure() {
    if (rows > 0) {
      EXPECT_EQ(radam_row_sums(target, &c, &tensor, 0, rows, param, grad, nullptr, row_sums.data()), RADAM_OK);
      return;
    }
    EXPECT_EQ(radam_tensor_sums(target, &c, &tensor, 0, tensor.length, param, grad, nullptr, &sums), RADAM_OK);
  }

  void make(double* numbers) {
    radam_coefficients reduced{};
    reduced.struct_size = sizeof reduced;
    if (rows > 0) {
      EXPECT_EQ(radam_coefficients_reduce_rows(&c, tensor.row_length, rows, row_sums.data(), row_decay.data(),
                                               &projection, &reduced), RADAM_OK);
      if (projection == RADAM_PROJECTION_ROWS) tensor.row_decay = row_decay.data();
    } else {
      EXPECT_EQ(radam_coefficients_reduce(&c, tensor.length, &sums, numbers, &reduced), RADAM_OK);
    }
    EXPECT_EQ(radam_step(target, &reduced, &tensor, 0, tensor.length, param, grad, nullptr, nullptr), RADAM_OK);
  }
};

// Steps all tensors: all are measured before the first is stepped.
void step(std::vector<Step>& steps, Buffers& b) {
  for (Step& each : steps) each.measure();
  const std::int32_t algorithm = steps[0].c.algorithm;
  if (algorithm == RADAM_ALGORITHM_SGD_HD || algorithm == RADAM_ALGORITHM_YELLOWFIN) {
    radam_sums all = steps[0].sums;
    for (std::size_t i = 1; i < steps.size(); ++i)
      for (int k = 0; k < RADAM_MAX_SUMS; ++k) all.values[k] += steps[i].sums.values[k];
    const auto before = b.numbers[0];
    for (Step& each : steps) {
      each.sums = all;
      b.numbers[0] = before;
      each.make(b.numbers[0].data());
    }
    return;
  }
  for (std::size_t i = 0; i < steps.size(); ++i)
    steps[i].make(b.numbers[algorithm == RADAM_ALGORITHM_ADAM_HD ? 0 : i].data());
}

bool has_second(const radam_hyperparameters& h) {
  return stepped_by(h.algorithm) != RADAM_ALGORITHM_SGD ||
         (h.algorithm == RADAM_ALGORITHM_SGD_HD && h.of.sgd_hd.nesterov != 0) ||
         h.algorithm == RADAM_ALGORITHM_YELLOWFIN;
}

class LayerwiseVectors : public EveryTarget, public testing::WithParamInterface<Path> {};

TEST_P(LayerwiseVectors, Followed) {
  const json vector = read(GetParam());
  const auto initial = vector.at("initial").get<std::vector<double>>();
  const auto gradients = vector.at("gradients").get<std::vector<std::vector<double>>>();
  const auto parameters = vector.at("parameters").get<std::vector<std::vector<double>>>();
  const std::vector<Slice> all = slices(vector);
  const std::size_t n = initial.size();
  ASSERT_EQ(all.back().end, n);
  ASSERT_GT(gradients.size(), 0u);
  ASSERT_EQ(gradients.size(), parameters.size());
  radam_hyperparameters h = hyperparameters(vector);
  for (const std::int32_t target : available_targets()) {
    SCOPED_TRACE(radam_target_name(target));
    const bool lars = h.algorithm == RADAM_ALGORITHM_LARS, novograd = h.algorithm == RADAM_ALGORITHM_NOVOGRAD;
    Buffers b{{initial.begin(), initial.end()}, {}, std::vector<float>(lars && h.of.lars.momentum == 0 ? 0 : n),
              std::vector<float>(has_second(h) ? n : 0), {}};
    b.numbers.resize(all.size());
    if (moves_learning_rate(h.algorithm)) b.numbers[0][0] = h.learning_rate;
    double last_rate = h.learning_rate, moved = 0;
    std::vector<double> last = initial, path(n), largest(n);
    for (std::size_t t = 0; t < gradients.size(); ++t) {
      b.grad.assign(gradients[t].begin(), gradients[t].end());
      h.grad_scale = clipped(vector, gradients[t]);
      std::vector<Step> steps;
      for (const Slice& at : all) {
        const radam_hyperparameters own = of_tensor(vector, h, at);
        radam_coefficients c{};
        c.struct_size = sizeof c;
        ASSERT_EQ(radam_coefficients_at(&own, static_cast<std::int64_t>(t) + 1, &c), RADAM_OK);
        steps.emplace_back(target, c, static_cast<std::int64_t>(t) + 1, at, b);
      }
      step(steps, b);
      if (moves_learning_rate(h.algorithm)) {
        const double rate = vector.at("trace").at("lr").at(t);
        moved += std::fabs(rate - last_rate);
        last_rate = rate;
        // A product of floats errs as these: by the roundings of all steps so far, as the parameters do.
        ASSERT_LE(std::fabs(b.numbers[0][0] - rate), static_cast<double>(9 + t) * 0x1p-24 * moved) << "step " << t + 1;
      }
      if (h.algorithm == RADAM_ALGORITHM_YELLOWFIN) {
        // They err as the gradients that they are computed from, and their averages.
        for (const auto& [name, k] : {std::pair{"lr", 7}, std::pair{"momentum", 8}}) {
          const double expected = vector.at("trace").at(name).at(t), actual = b.numbers[0][static_cast<std::size_t>(k)];
          ASSERT_LE(std::fabs(actual - expected), static_cast<double>(9 + t) * 0x1p-24 * expected) << name << t + 1;
        }
      }
      for (std::size_t i = 0; i < n; ++i) {
        // With what hypergradient descent adds to them.
        const double decay = moves_learning_rate(h.algorithm) ? h.weight_decay * std::fabs(last[i]) : 0;
        largest[i] = std::max(largest[i], std::fabs(gradients[t][i] * h.grad_scale) + decay);
        path[i] += std::fabs(parameters[t][i] - last[i]);
        // As for Adam (trajectory.h). The factors of the update and of decay are rounded once, as Adam's.
        const double bound = static_cast<double>(9 + t) * 0x1p-24 * (std::fabs(parameters[t][i]) + path[i]);
        ASSERT_LE(std::fabs(b.param[i] - parameters[t][i]), bound) << "parameter " << i << " after step " << t + 1;
      }
      last = parameters[t];
    }
    exercised_targets().insert(target);
    if (lars || h.algorithm == RADAM_ALGORITHM_SGD_HD) {
      if (b.first.empty()) continue;
      const auto& state = vector.at("state");
      const char* const other = state.count("momentum_buffer") ? "momentum_buffer" : "grad_prev";
      const auto buffer = state.at(state.count("mu") ? "mu" : other);
      const double momentum = lars ? h.of.lars.momentum : h.of.sgd_hd.momentum;
      for (std::size_t i = 0; i < n; ++i)
        // As trajectory.h has it of averages, and a buffer of momentum is 1 / (1 - momentum) times as large. The ratio
        // of the norms, which is below 1 here, is left out.
        ASSERT_LE(std::fabs(b.first[i] - buffer.at(i).get<double>()),
                  4e-6 * (std::fabs(buffer.at(i).get<double>()) + 0.01 * largest[i] / (1 - momentum)));
      continue;
    }
    if (novograd) {
      for (const auto& [name, k] : {std::pair{"exp_avg_sq", 0}, std::pair{"max_exp_avg_sq", 1}}) {
        if (!vector.at("state").count(name)) continue;
        const auto numbers = vector.at("state").at(name).get<std::vector<double>>();
        for (std::size_t i = 0; i < all.size(); ++i)
          // beta2 is a float, and so is the gradient times its scale; the rest is double.
          ASSERT_LE(std::fabs(b.numbers[i][static_cast<std::size_t>(k)] - numbers.at(i)),
                    static_cast<double>(4 + gradients.size()) * 0x1p-24 * numbers.at(i)) << name << " of tensor " << i;
      }
      const auto buffer = vector.at("state").at("exp_avg").get<std::vector<double>>();
      for (std::size_t i = 0; i < n; ++i) {
        // As for LARS, of gradients that were divided by the root of about their own squares' sum.
        const double most = 1 / (1 - h.of.novograd.beta1);
        ASSERT_LE(std::fabs(b.first[i] - buffer.at(i)), 4e-6 * (std::fabs(buffer.at(i)) + 0.01 * most));
      }
      continue;
    }
    if (h.algorithm == RADAM_ALGORITHM_YELLOWFIN) {
      const auto average = vector.at("state").at("grad_avg").get<std::vector<double>>();
      for (std::size_t i = 0; i < n; ++i)
        ASSERT_LE(std::fabs(b.second[i] - average.at(i)), 4e-6 * (std::fabs(average.at(i)) + 0.01 * largest[i]));
      const auto buffer = vector.at("state").at("momentum_buffer").get<std::vector<double>>();
      const auto momenta = vector.at("trace").at("momentum").get<std::vector<double>>();
      const double most = *std::max_element(momenta.begin(), momenta.end());
      for (std::size_t i = 0; i < n; ++i)  // as for LARS
        ASSERT_LE(std::fabs(b.first[i] - buffer.at(i)),
                  4e-6 * (std::fabs(buffer.at(i)) + 0.01 * largest[i] / (1 - most)));
      continue;
    }
    const auto exp_avg = vector.at("state").at("exp_avg").get<std::vector<double>>();
    if (h.algorithm == RADAM_ALGORITHM_CAUTIOUS_LION) {
      for (std::size_t i = 0; i < n; ++i)
        ASSERT_LE(std::fabs(b.first[i] - exp_avg[i]), 4e-6 * (std::fabs(exp_avg[i]) + 0.01 * largest[i]));
      continue;
    }
    const auto exp_avg_sq = vector.at("state").at("exp_avg_sq").get<std::vector<double>>();
    const bool averages = h.algorithm != RADAM_ALGORITHM_LAMB || h.of.lamb.grad_averaging != 0;
    const double factor = averages ? 1 : 1 / (1 - h.of.lamb.beta1);
    for (std::size_t i = 0; i < n; ++i) {
      ASSERT_LE(std::fabs(factor * static_cast<double>(b.first[i]) - exp_avg[i]),
                4e-6 * (std::fabs(exp_avg[i]) + 0.01 * largest[i]));
      ASSERT_LE(std::fabs(b.second[i] - exp_avg_sq[i]), 2e-6 * std::fabs(exp_avg_sq[i]));
    }
  }
}

std::string name_of(const testing::TestParamInfo<Path>& info) {
  std::string name = info.param.stem().string();
  std::replace_if(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, LayerwiseVectors, testing::ValuesIn(files()), name_of);

TEST(LayerwiseVectorFiles, OfEveryAlgorithm) {
  std::set<std::string> found;
  for (const Path& path : files()) found.insert(rules_of(read(path)));
  EXPECT_EQ(found.size(), presets().size());
}

}  // namespace
}  // namespace radam_test
