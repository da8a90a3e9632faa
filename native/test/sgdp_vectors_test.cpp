// Every step of the files of vectors/family of SGDP, on every target. vectors/family/README.md says where they come
// from.
//
// Without Nesterov momentum the authors' code projects the momentum that it keeps, which the paper's Algorithm 1 does
// not, nor the library. So the trajectory is computed here in double: with that it must agree with the file, and
// without it the library must agree with what is computed.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
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
using Numbers = std::vector<double>;

struct Shape {
  std::size_t begin, rows, row_length;
  bool one_axis;
};

struct Vector {
  json file;
  radam_hyperparameters h = preset(RADAM_PRESET_SGDP_AUTHORS);
  std::vector<Shape> shapes;

  explicit Vector(const Path& path) : file(json::parse(std::ifstream(path))) {}

  bool is_known() const { return file.at("algorithm") == "sgdp"; }

  // A key that this does not know would be an instruction not followed.
  void read() {
    static const std::set<std::string> no_numbers = {"name",    "algorithm", "dialect",    "source", "decay_convention",
                                                     "initial", "gradients", "parameters", "state",  "shapes"};
    radam_sgdp& s = h.of.sgdp;
    for (const auto& [key, value] : file.items()) {
      if (no_numbers.count(key)) continue;
      if (key == "lr") h.learning_rate = value;
      else if (key == "weight_decay") h.weight_decay = value;
      else if (key == "momentum") s.momentum = value;
      else if (key == "dampening") s.dampening = value;
      else if (key == "eps") s.epsilon = value;
      else if (key == "delta") s.delta = value;
      else if (key == "wd_ratio") s.wd_ratio = value;
      else if (key == "nesterov") s.nesterov = value.get<bool>();
      else ADD_FAILURE() << "what is " << key << "?";
    }
    std::size_t begin = 0;
    for (const auto& shape : file.at("shapes").get<std::vector<std::vector<std::size_t>>>()) {
      std::size_t row = 1;
      for (std::size_t axis = 1; axis < shape.size(); ++axis) row *= shape[axis];
      shapes.push_back({begin, shape[0], row, shape.size() == 1});
      begin += shape[0] * row;
    }
    ASSERT_EQ(begin, file.at("initial").size());
  }
};

// The parameters and the momentum of a trajectory in double.
struct Trajectory {
  Numbers param, momentum;
  int projected = 0;

  explicit Trajectory(const Numbers& initial) : param(initial), momentum(initial.size()) {}

  // Takes from the update u its part along the parameters, by rows or, if they do not have it, of the whole.
  bool project(const radam_sgdp& s, const Shape& at, const Numbers& g, Numbers& u) {
    for (const bool by_rows : {true, false}) {
      const std::size_t rows = by_rows ? at.rows : 1, length = at.rows * at.row_length / rows;
      std::vector<double> factor(rows);
      double largest = 0;
      for (std::size_t row = 0; row < rows; ++row) {
        double gp = 0, gg = 0, pp = 0, up = 0;
        for (std::size_t j = 0; j < length; ++j) {
          const std::size_t i = row * length + j;
          const double p = param[at.begin + i];
          gp += g[i] * p, gg += g[i] * g[i], pp += p * p, up += u[i] * p;
        }
        largest = std::max(largest, std::fabs(gp) / std::max(std::sqrt(gg) * std::sqrt(pp), s.epsilon));
        const double norm = std::sqrt(pp) + s.epsilon;
        factor[row] = up / (norm * norm);
      }
      if (largest >= s.delta / std::sqrt(static_cast<double>(length))) continue;
      for (std::size_t i = 0; i < rows * length; ++i) u[i] -= factor[i / length] * param[at.begin + i];
      return true;
    }
    return false;
  }

  void step(const radam_hyperparameters& h, const std::vector<Shape>& shapes, const Numbers& gradients,
            bool keeps_projected) {
    const radam_sgdp& s = h.of.sgdp;
    for (const Shape& at : shapes) {
      const std::size_t n = at.rows * at.row_length;
      Numbers g(n), u(n);
      for (std::size_t i = 0; i < n; ++i) {
        g[i] = gradients[at.begin + i];
        double& b = momentum[at.begin + i];
        b = s.momentum * b + (1 - s.dampening) * g[i];
        u[i] = s.nesterov != 0 ? g[i] + s.momentum * b : b;
      }
      const bool takes_part = !at.one_axis && project(s, at, g, u);
      projected += takes_part;
      const double decay = h.learning_rate * h.weight_decay / (1 - s.momentum) * (takes_part ? s.wd_ratio : 1);
      for (std::size_t i = 0; i < n; ++i) {
        if (keeps_projected && s.nesterov == 0) momentum[at.begin + i] = u[i];
        param[at.begin + i] -= decay * param[at.begin + i] + h.learning_rate * u[i];
      }
    }
  }
};

// The library's step of a tensor.
void step(std::int32_t target, const radam_coefficients& c, std::int64_t t, const Shape& at, std::vector<float>& param,
          std::vector<float>& grad, std::vector<float>& momentum) {
  radam_tensor tensor{};
  tensor.struct_size = sizeof tensor;
  tensor.step = t;
  tensor.length = static_cast<std::int64_t>(at.rows * at.row_length);
  tensor.row_length = static_cast<std::int64_t>(at.row_length);
  tensor.state[0] = &momentum[at.begin];
  float *const p = &param[at.begin], *const g = &grad[at.begin];
  std::vector<double> sums(at.rows * RADAM_ROW_SUMS);
  std::vector<float> decay(at.rows);
  radam_coefficients r{};
  r.struct_size = sizeof r;
  if (at.one_axis) {
    radam_sums none{};
    none.struct_size = sizeof none;
    ASSERT_EQ(radam_coefficients_reduce(&c, tensor.length, &none, nullptr, &r), RADAM_OK);
  } else {
    const auto rows = static_cast<std::int64_t>(at.rows);
    std::int32_t projection = RADAM_PROJECTION_NONE;
    ASSERT_EQ(radam_row_sums(target, &c, &tensor, 0, rows, p, g, nullptr, sums.data()), RADAM_OK);
    ASSERT_EQ(radam_coefficients_reduce_rows(&c, tensor.row_length, rows, sums.data(), decay.data(), &projection, &r),
              RADAM_OK);
    if (projection == RADAM_PROJECTION_ROWS) tensor.row_decay = decay.data();
  }
  ASSERT_EQ(radam_step(target, &r, &tensor, 0, tensor.length, p, g, nullptr, nullptr), RADAM_OK);
}

std::vector<Path> files() {
  const char* const other = std::getenv("RADAM_VECTORS_FAMILY");
  std::vector<Path> result;
  for (const auto& entry : std::filesystem::directory_iterator(other != nullptr ? other : RADAM_VECTORS_FAMILY))
    if (entry.path().extension() == ".json" && Vector(entry.path()).is_known()) result.push_back(entry.path());
  std::sort(result.begin(), result.end());
  return result;
}

class SgdPVectors : public EveryTarget, public testing::WithParamInterface<Path> {};

TEST_P(SgdPVectors, Followed) {
  Vector vector(GetParam());
  vector.read();
  if (HasFatalFailure()) return;
  const Numbers initial = vector.file.at("initial");
  const std::vector<Numbers> gradients = vector.file.at("gradients"), parameters = vector.file.at("parameters");
  const Numbers state = vector.file.at("state").at("momentum");
  ASSERT_GT(gradients.size(), 0u);
  ASSERT_EQ(gradients.size(), parameters.size());
  const std::size_t n = initial.size();
  for (const std::int32_t target : available_targets()) {
    SCOPED_TRACE(radam_target_name(target));
    Trajectory authors(initial), paper(initial);
    std::vector<float> param(initial.begin(), initial.end()), momentum(n);
    Numbers path(n), last = initial;
    for (std::size_t t = 0; t < gradients.size(); ++t) {
      authors.step(vector.h, vector.shapes, gradients[t], true);
      paper.step(vector.h, vector.shapes, gradients[t], false);
      radam_coefficients c{};
      c.struct_size = sizeof c;
      ASSERT_EQ(radam_coefficients_at(&vector.h, static_cast<std::int64_t>(t) + 1, &c), RADAM_OK);
      std::vector<float> grad(gradients[t].begin(), gradients[t].end());
      for (const Shape& at : vector.shapes)
        step(target, c, static_cast<std::int64_t>(t) + 1, at, param, grad, momentum);
      for (std::size_t i = 0; i < n; ++i) {
        const double expected = parameters[t][i];
        ASSERT_LE(std::fabs(authors.param[i] - expected), 1e-12 * (1 + std::fabs(expected))) << "step " << t + 1;
        path[i] += std::fabs(paper.param[i] - last[i]);
        // As for Adam (trajectory.h).
        const double bound = static_cast<double>(9 + t) * 0x1p-24 * (std::fabs(paper.param[i]) + path[i]);
        ASSERT_LE(std::fabs(param[i] - paper.param[i]), bound) << "parameter " << i << " after step " << t + 1;
      }
      last = paper.param;
    }
    for (std::size_t i = 0; i < n; ++i) {
      ASSERT_LE(std::fabs(authors.momentum[i] - state[i]), 1e-12 * (1 + std::fabs(state[i])));
      double largest = 0;
      for (const Numbers& g : gradients) largest = std::max(largest, std::fabs(g[i]));
      ASSERT_LE(std::fabs(momentum[i] - paper.momentum[i]),
                4e-6 * (std::fabs(paper.momentum[i]) + 0.01 * largest / (1 - vector.h.of.sgdp.momentum)));
    }
    EXPECT_GT(paper.projected, 4);
    exercised_targets().insert(target);
  }
}

std::string name_of(const testing::TestParamInfo<Path>& info) {
  std::string name = info.param.stem().string();
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, SgdPVectors, testing::ValuesIn(files()), name_of);

TEST(SgdPVectorFiles, WithAndWithoutNesterovMomentum) {
  std::set<bool> nesterov;
  for (const Path& path : files()) nesterov.insert(Vector(path).file.at("nesterov").get<bool>());
  EXPECT_EQ(nesterov.size(), 2u);
}

}  // namespace
}  // namespace radam_test
