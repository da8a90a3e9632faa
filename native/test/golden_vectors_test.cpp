// Every step of every file of vectors/, on every target. vectors/README.md says where they come from.
#include <algorithm>
#include <cctype>
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

#include "targets.h"
#include "trajectory.h"

namespace radam_test {
namespace {

using nlohmann::json;
using Path = std::filesystem::path;

std::vector<Path> files() {
  std::vector<Path> result;
  for (const auto& entry : std::filesystem::directory_iterator(RADAM_VECTORS))
    if (entry.path().extension() == ".json") result.push_back(entry.path());
  std::sort(result.begin(), result.end());
  return result;
}

json read(const Path& path) {
  std::ifstream file(path);
  return json::parse(file);
}

using Kind = std::pair<std::string, std::string>;

Kind kind_of(const json& vector) { return {vector.at("algorithm"), vector.at("dialect")}; }

const std::map<Kind, std::int32_t>& presets() {
  static const std::map<Kind, std::int32_t> map = {
      {{"radam", "authors"}, RADAM_PRESET_RADAM_AUTHORS}, {{"plain_radam", "authors"}, RADAM_PRESET_RADAM_AUTHORS},
      {{"radam", "pytorch"}, RADAM_PRESET_RADAM_PYTORCH}, {{"adam", "pytorch"}, RADAM_PRESET_ADAM_PYTORCH},
      {{"adamw", "pytorch"}, RADAM_PRESET_ADAMW_PYTORCH}, {{"adamw", "authors"}, RADAM_PRESET_ADAMW_AUTHORS},
      {{"adam_2k", "authors"}, RADAM_PRESET_ADAM_2K},
  };
  return map;
}

radam_hyperparameters hyperparameters(const json& vector) {
  radam_hyperparameters h = preset(presets().at(kind_of(vector)));
  h.learning_rate = vector.at("lr");
  h.of.adam.beta1 = vector.at("beta1");
  h.of.adam.beta2 = vector.at("beta2");
  h.of.adam.epsilon = vector.at("eps");
  h.of.adam.amsgrad = vector.value("amsgrad", false);
  h.weight_decay = vector.at("weight_decay");
  if (vector.value("degenerated_to_sgd", false)) h.of.adam.unrectified = RADAM_UNRECTIFIED_MOMENTUM;
  h.maximize = vector.value("maximize", false);
  h.of.adam.warmup_steps = vector.value("warmup_steps", 0);
  h.of.adam.frozen_steps = vector.value("frozen_steps", 0);
  return h;
}

class GoldenVectors : public EveryTarget, public testing::WithParamInterface<Path> {};

TEST_P(GoldenVectors, Followed) {
  const json vector = read(GetParam());
  // A key that this test does not know would be an instruction not followed.
  static const std::set<std::string> known = {
      "name", "source", "algorithm", "dialect", "lr", "beta1", "beta2", "eps", "weight_decay", "degenerated_to_sgd",
      "decoupled_weight_decay", "amsgrad", "maximize", "warmup_steps", "frozen_steps", "initial", "gradients",
      "parameters", "exp_avg", "exp_avg_sq"};
  for (const auto& item : vector.items()) ASSERT_TRUE(known.count(item.key())) << item.key();
  ASSERT_TRUE(presets().count(kind_of(vector))) << kind_of(vector).first << ", " << kind_of(vector).second;

  const radam_hyperparameters h = hyperparameters(vector);
  const bool decoupled = h.weight_decay_mode != RADAM_WEIGHT_DECAY_L2;
  ASSERT_EQ(vector.value("decoupled_weight_decay", decoupled), decoupled);
  const auto gradients = vector.at("gradients").get<std::vector<std::vector<double>>>();
  const auto parameters = vector.at("parameters").get<std::vector<std::vector<double>>>();
  ASSERT_GT(gradients.size(), 0u);
  ASSERT_EQ(gradients.size(), parameters.size());
  for (const std::int32_t target : available_targets()) {
    SCOPED_TRACE(radam_target_name(target));
    Trajectory trajectory(target, h, vector.at("initial"), vector.value("amsgrad", false));
    for (std::size_t t = 0; t < gradients.size(); ++t) {
      trajectory.step(gradients[t], parameters[t]);
      if (HasFatalFailure()) return;
    }
    trajectory.finish(vector.at("exp_avg"), vector.at("exp_avg_sq"));
    if (HasFatalFailure()) return;
  }
}

std::string name_of(const testing::TestParamInfo<Path>& info) {
  std::string name = info.param.stem().string();
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, GoldenVectors, testing::ValuesIn(files()), name_of);

TEST(GoldenVectorFiles, AllThere) {
  std::set<Kind> kinds;
  for (const Path& path : files()) kinds.insert(kind_of(read(path)));
  EXPECT_EQ(kinds.size(), presets().size());
  EXPECT_GE(files().size(), 120u);
}

}  // namespace
}  // namespace radam_test
