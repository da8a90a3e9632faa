// The dialects that no golden vector covers, against their published formulas in double.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "targets.h"
#include "trajectory.h"
#include "values.h"

namespace radam_test {
namespace {

// The moments of one step as all three publications have them, bias-corrected, with the length of the simple moving
// average (rho, which tfa calls sma and optax ro) and the rectification r.
struct Moments {
  double m_hat, v_hat, rho, r;
};

class Averages {
 public:
  Averages(double beta1, double beta2, std::size_t n) : beta1_(beta1), beta2_(beta2), m(n), v(n) {}

  void next_step() { ++t_; }
  Moments update(std::size_t i, double g) {
    m[i] = beta1_ * m[i] + (1 - beta1_) * g;
    v[i] = beta2_ * v[i] + (1 - beta2_) * g * g;
    const double power = std::pow(beta2_, t_), limit = 2 / (1 - beta2_) - 1;
    const double rho = limit - 2 * t_ * power / (1 - power);
    const double r = std::sqrt((rho - 4) * (rho - 2) * limit / ((limit - 4) * (limit - 2) * rho));
    return {m[i] / (1 - std::pow(beta1_, t_)), v[i] / (1 - power), rho, r};
  }

 private:
  double t_ = 0, beta1_, beta2_;

 public:
  std::vector<double> m, v;
};

using Update = double (*)(const radam_hyperparameters&, const Moments&, double p);

// tfa.optimizers.RectifiedAdam, _resource_apply_dense, without its own warm-up:
// https://github.com/tensorflow/addons/blob/master/tensorflow_addons/optimizers/rectified_adam.py
double tensorflow_addons(const radam_hyperparameters& h, const Moments& x, double p) {
  const double root = std::sqrt(x.v_hat) + h.of.adam.epsilon;
  const double update = x.rho >= h.of.adam.rho_threshold ? x.r * x.m_hat / root : x.m_hat;
  return p - h.learning_rate * (update + h.weight_decay * p);
}

// optax.radam, which is optax.scale_by_radam with eps_root = 0 and then the learning rate:
// https://github.com/google-deepmind/optax/blob/main/optax/_src/transform.py
double optax(const radam_hyperparameters& h, const Moments& x, double p) {
  const double root = std::sqrt(x.v_hat) + h.of.adam.epsilon;
  const double update = x.rho >= h.of.adam.rho_threshold ? x.r * x.m_hat / root : x.m_hat;
  return p - h.learning_rate * update;
}

// Algorithm 2 of Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond", ICLR 2020:
// https://arxiv.org/abs/1908.03265
double paper(const radam_hyperparameters& h, const Moments& x, double p) {
  return p - h.learning_rate * (x.rho > 4 ? x.r * x.m_hat * std::sqrt(1 / x.v_hat) : x.m_hat);
}

void follow(const radam_hyperparameters& h, Update update) {
  constexpr std::size_t kColumns = 16;
  constexpr int kSteps = 80;
  for (const std::int32_t target : available_targets()) {
    SCOPED_TRACE(radam_target_name(target));
    Values random(0xd1a1ec7);
    std::vector<double> p(kColumns), g(kColumns);
    for (double& x : p) x = static_cast<double>(random.ordinary());
    Trajectory trajectory(target, h, p, false);
    Averages averages(h.of.adam.beta1, h.of.adam.beta2, kColumns);
    for (int t = 1; t <= kSteps; ++t) {
      averages.next_step();
      for (std::size_t i = 0; i < kColumns; ++i) {
        g[i] = static_cast<double>(random.ordinary());
        p[i] = update(h, averages.update(i, g[i]), p[i]);
      }
      trajectory.step(g, p);
      if (testing::Test::HasFatalFailure()) return;
    }
    trajectory.finish(averages.m, averages.v);
  }
}

struct Betas {
  double beta1, beta2;
};

class Dialects : public EveryTarget, public testing::WithParamInterface<Betas> {
 protected:
  radam_hyperparameters with_betas(std::int32_t number) {
    radam_hyperparameters h = preset(number);
    h.of.adam.beta1 = GetParam().beta1;
    h.of.adam.beta2 = GetParam().beta2;
    return h;
  }
};

TEST_P(Dialects, TensorFlowAddons) { follow(with_betas(RADAM_PRESET_RADAM_TENSORFLOW_ADDONS), tensorflow_addons); }

TEST_P(Dialects, TensorFlowAddonsWithWeightDecayThresholdAndLargeEpsilon) {
  radam_hyperparameters h = with_betas(RADAM_PRESET_RADAM_TENSORFLOW_ADDONS);
  h.weight_decay = 0.05;
  h.of.adam.rho_threshold = 5.5;
  h.of.adam.epsilon = 1e-2;
  follow(h, tensorflow_addons);
}

TEST_P(Dialects, Optax) { follow(with_betas(RADAM_PRESET_RADAM_OPTAX), optax); }

TEST_P(Dialects, OptaxWithLargeEpsilon) {
  radam_hyperparameters h = with_betas(RADAM_PRESET_RADAM_OPTAX);
  h.of.adam.epsilon = 1e-2;
  follow(h, optax);
}

TEST_P(Dialects, Paper) { follow(with_betas(RADAM_PRESET_RADAM_PAPER), paper); }

INSTANTIATE_TEST_SUITE_P(Betas, Dialects,
                         testing::Values(Betas{0.9, 0.999}, Betas{0.9, 0.9999}, Betas{0.8, 0.9}, Betas{0, 0.99},
                                         Betas{0.3, 0.75}),
                         [](const auto& betas) { return "Betas" + std::to_string(betas.index); });

}  // namespace
}  // namespace radam_test
