// Steps an optimizer along a trajectory that another implementation computed in double, and fails where they differ.
#ifndef RADAM_TEST_TRAJECTORY_H
#define RADAM_TEST_TRAJECTORY_H

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "targets.h"

namespace radam_test {

class Trajectory {
 public:
  Trajectory(std::int32_t target, const radam_hyperparameters& h, const std::vector<double>& initial, bool amsgrad)
      : target_(target), h_(h), present_(amsgrad ? 7 : 3), last_(initial), path_(initial.size()), largest_(initial.size()) {
    for (const double p : initial) state_.push_back({static_cast<float>(p), 0});
  }

  // One step. Parameters must be within (8 + t) * 2^-24 of what was expected, relative to their size and the length of
  // the way they have come.
  void step(const std::vector<double>& gradients, const std::vector<double>& expected) {
    ++t_;
    radam_coefficients c{};
    c.struct_size = sizeof c;
    ASSERT_EQ(radam_coefficients_at(&h_, t_, &c), RADAM_OK);
    for (std::size_t i = 0; i < size(); ++i) {
      state_.values[kGrad][i] = static_cast<float>(gradients[i]);
      largest_[i] = std::max(largest_[i], std::fabs(gradients[i]));
    }
    ASSERT_EQ(radam_test::step(target_, c, 0, static_cast<std::int64_t>(size()), state_.pointers(present_)), RADAM_OK);
    for (std::size_t i = 0; i < size(); ++i) {
      path_[i] += std::fabs(expected[i] - last_[i]);
      const double bound = static_cast<double>(8 + t_) * 0x1p-24 * (std::fabs(expected[i]) + path_[i]);
      ASSERT_LE(std::fabs(state_.values[kParam][i] - expected[i]), bound)
          << "parameter " << i << " after step " << t_ << ": " << state_.values[kParam][i] << ", not " << expected[i];
    }
    last_ = expected;
  }

  // After the last step. A first moment may lose digits where gradients cancel, so it may also err relative to them.
  void finish(const std::vector<double>& exp_avg, const std::vector<double>& exp_avg_sq) const {
    for (std::size_t i = 0; i < size(); ++i) {
      ASSERT_LE(std::fabs(state_.values[kState][i] - exp_avg[i]), 4e-6 * (std::fabs(exp_avg[i]) + 0.01 * largest_[i]))
          << "exp_avg " << i;
      ASSERT_LE(std::fabs(state_.values[kState + 1][i] - exp_avg_sq[i]), 2e-6 * std::fabs(exp_avg_sq[i]))
          << "exp_avg_sq " << i;
    }
  }

 private:
  std::size_t size() const { return last_.size(); }

  std::int32_t target_;
  radam_hyperparameters h_;
  unsigned present_;
  std::int64_t t_ = 0;
  Arrays state_;
  std::vector<double> last_, path_, largest_;
};

inline radam_hyperparameters preset(std::int32_t number) {
  radam_hyperparameters h{};
  h.struct_size = sizeof h;
  EXPECT_EQ(radam_hyperparameters_init(&h, number), RADAM_OK);
  return h;
}

}  // namespace radam_test

#endif
