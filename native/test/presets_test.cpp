// Presets, field by field.
#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "structs.h"

namespace radam_test {
namespace {

constexpr std::int32_t kL2 = RADAM_WEIGHT_DECAY_L2, kDecoupled = RADAM_WEIGHT_DECAY_DECOUPLED,
                       kOnUpdate = RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE;

// The struct is marked, so that a field that is not filled would show.
radam_hyperparameters filled(std::int32_t preset) {
  radam_hyperparameters h = marked<radam_hyperparameters>();
  EXPECT_EQ(radam_hyperparameters_init(&h, preset), RADAM_OK);
  EXPECT_EQ(h.struct_size, sizeof h);
  EXPECT_EQ(h.grad_scale, 1);
  EXPECT_EQ(h.maximize, 0);
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK);
  return h;
}

// Fields from `used` on belong to no algorithm or to another one.
void expect_zero_room(const radam_hyperparameters& h, std::size_t used) {
  for (std::size_t i = used / sizeof(double); i < sizeof h.of.room / sizeof(double); ++i)
    EXPECT_EQ(h.of.room[i], 0) << i;
}

struct ExpectedAdam {
  std::int32_t preset, rectify, unrectified, rectify_at_threshold, epsilon_placement, weight_decay_mode;
  double epsilon, weight_decay, rho_threshold;
  std::int64_t frozen_steps;
};

TEST(Presets, OfAdam) {
  constexpr std::int32_t kSkip = RADAM_UNRECTIFIED_SKIP, kMomentum = RADAM_UNRECTIFIED_MOMENTUM;
  constexpr std::int32_t kPlain = RADAM_EPSILON_PLAIN, kCorrected = RADAM_EPSILON_BIAS_CORRECTED;
  const ExpectedAdam all[] = {
      {RADAM_PRESET_RADAM_AUTHORS, 1, kSkip, 1, kPlain, kOnUpdate, 1e-8, 0, 5, 0},
      {RADAM_PRESET_RADAM_PYTORCH, 1, kMomentum, 0, kPlain, kL2, 1e-8, 0, 5, 0},
      {RADAM_PRESET_RADAM_TENSORFLOW_ADDONS, 1, kMomentum, 1, kCorrected, kDecoupled, 1e-7, 0, 5, 0},
      {RADAM_PRESET_RADAM_OPTAX, 1, kMomentum, 1, kCorrected, kDecoupled, 1e-8, 0, 5, 0},
      {RADAM_PRESET_RADAM_PAPER, 1, kMomentum, 0, kPlain, kL2, 0, 0, 4, 0},
      {RADAM_PRESET_ADAM_PYTORCH, 0, -1, -1, kCorrected, kL2, 1e-8, 0, 5, 0},
      {RADAM_PRESET_ADAMW_PYTORCH, 0, -1, -1, kCorrected, kDecoupled, 1e-8, 1e-2, 5, 0},
      {RADAM_PRESET_ADAMW_AUTHORS, 0, -1, -1, kPlain, kDecoupled, 1e-8, 0, 5, 0},
      {RADAM_PRESET_ADAM_2K, 0, -1, -1, kPlain, kDecoupled, 1e-8, 0, 5, 2000},
  };
  for (const ExpectedAdam& e : all) {
    SCOPED_TRACE(e.preset);
    const radam_hyperparameters h = filled(e.preset);
    const radam_adam& a = h.of.adam;
    EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_ADAM);
    EXPECT_EQ(a.rectify, e.rectify);
    if (e.rectify) {
      EXPECT_EQ(a.unrectified, e.unrectified);
      EXPECT_EQ(a.rectify_at_threshold, e.rectify_at_threshold);
      EXPECT_EQ(a.rho_threshold, e.rho_threshold);
    }
    EXPECT_EQ(a.epsilon_placement, e.epsilon_placement);
    EXPECT_EQ(h.weight_decay_mode, e.weight_decay_mode);
    EXPECT_EQ(h.learning_rate, 1e-3);
    EXPECT_EQ(a.beta1, 0.9);
    EXPECT_EQ(a.beta2, 0.999);
    EXPECT_EQ(a.epsilon, e.epsilon);
    EXPECT_EQ(h.weight_decay, e.weight_decay);
    EXPECT_EQ(a.amsgrad, 0);
    EXPECT_EQ(a.reserved, 0);
    EXPECT_EQ(a.warmup_steps, 0);
    EXPECT_EQ(a.frozen_steps, e.frozen_steps);
    expect_zero_room(h, sizeof a);
  }
}

TEST(Presets, OfSgd) {
  for (const std::int32_t preset : {RADAM_PRESET_SGD_PYTORCH, RADAM_PRESET_SGDW}) {
    SCOPED_TRACE(preset);
    const radam_hyperparameters h = filled(preset);
    EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_SGD);
    EXPECT_EQ(h.learning_rate, 1e-3);
    EXPECT_EQ(h.weight_decay, 0);
    EXPECT_EQ(h.weight_decay_mode, preset == RADAM_PRESET_SGDW ? kDecoupled : kL2);
    EXPECT_EQ(h.of.sgd.momentum, 0);
    EXPECT_EQ(h.of.sgd.dampening, 0);
    EXPECT_EQ(h.of.sgd.nesterov, 0);
    EXPECT_EQ(h.of.sgd.reserved, 0);
    expect_zero_room(h, sizeof h.of.sgd);
  }
}

TEST(Presets, OfLion) {
  const radam_hyperparameters h = filled(RADAM_PRESET_LION_AUTHORS);
  EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_LION);
  EXPECT_EQ(h.learning_rate, 1e-4);
  EXPECT_EQ(h.weight_decay, 0);
  EXPECT_EQ(h.weight_decay_mode, kDecoupled);
  EXPECT_EQ(h.of.lion.beta1, 0.9);
  EXPECT_EQ(h.of.lion.beta2, 0.99);
  expect_zero_room(h, sizeof h.of.lion);
}

TEST(Presets, OfNAdam) {
  for (const std::int32_t preset : {RADAM_PRESET_NADAM_PYTORCH, RADAM_PRESET_NADAMW_PYTORCH}) {
    SCOPED_TRACE(preset);
    const radam_hyperparameters h = filled(preset);
    EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_NADAM);
    EXPECT_EQ(h.learning_rate, 2e-3);
    EXPECT_EQ(h.weight_decay, 0);
    EXPECT_EQ(h.weight_decay_mode, preset == RADAM_PRESET_NADAMW_PYTORCH ? kDecoupled : kL2);
    EXPECT_EQ(h.of.nadam.beta1, 0.9);
    EXPECT_EQ(h.of.nadam.beta2, 0.999);
    EXPECT_EQ(h.of.nadam.epsilon, 1e-8);
    EXPECT_EQ(h.of.nadam.momentum_decay, 4e-3);
    expect_zero_room(h, sizeof h.of.nadam);
  }
}

// PyTorch's, of which each has a coupled decay of 0.
radam_hyperparameters of_pytorch(std::int32_t preset, std::int32_t algorithm, double learning_rate) {
  const radam_hyperparameters h = filled(preset);
  EXPECT_EQ(h.algorithm, algorithm);
  EXPECT_EQ(h.learning_rate, learning_rate);
  EXPECT_EQ(h.weight_decay, 0);
  EXPECT_EQ(h.weight_decay_mode, kL2);
  return h;
}

TEST(Presets, OfRmsProp) {
  const radam_hyperparameters h = of_pytorch(RADAM_PRESET_RMSPROP_PYTORCH, RADAM_ALGORITHM_RMSPROP, 1e-2);
  EXPECT_EQ(h.of.rmsprop.alpha, 0.99);
  EXPECT_EQ(h.of.rmsprop.epsilon, 1e-8);
  EXPECT_EQ(h.of.rmsprop.momentum, 0);
  EXPECT_EQ(h.of.rmsprop.centered, 0);
  EXPECT_EQ(h.of.rmsprop.epsilon_in_root, 0);
  expect_zero_room(h, sizeof h.of.rmsprop);
}

TEST(Presets, OfAdagrad) {
  const radam_hyperparameters h = of_pytorch(RADAM_PRESET_ADAGRAD_PYTORCH, RADAM_ALGORITHM_ADAGRAD, 1e-2);
  EXPECT_EQ(h.of.adagrad.epsilon, 1e-10);
  EXPECT_EQ(h.of.adagrad.learning_rate_decay, 0);
  EXPECT_EQ(h.of.adagrad.initial_accumulator, 0);
  expect_zero_room(h, sizeof h.of.adagrad);
}

TEST(Presets, OfAdamax) {
  const radam_hyperparameters h = of_pytorch(RADAM_PRESET_ADAMAX_PYTORCH, RADAM_ALGORITHM_ADAMAX, 2e-3);
  EXPECT_EQ(h.of.adamax.beta1, 0.9);
  EXPECT_EQ(h.of.adamax.beta2, 0.999);
  EXPECT_EQ(h.of.adamax.epsilon, 1e-8);
  expect_zero_room(h, sizeof h.of.adamax);
}

TEST(Presets, OfAdadelta) {
  const radam_hyperparameters h = of_pytorch(RADAM_PRESET_ADADELTA_PYTORCH, RADAM_ALGORITHM_ADADELTA, 1);
  EXPECT_EQ(h.of.adadelta.rho, 0.9);
  EXPECT_EQ(h.of.adadelta.epsilon, 1e-6);
  expect_zero_room(h, sizeof h.of.adadelta);
}

TEST(Presets, OfAdaBelief) {
  const radam_hyperparameters h = filled(RADAM_PRESET_ADABELIEF_AUTHORS);
  EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_ADABELIEF);
  EXPECT_EQ(h.learning_rate, 1e-3);
  EXPECT_EQ(h.weight_decay, 0);
  EXPECT_EQ(h.weight_decay_mode, kDecoupled);
  EXPECT_EQ(h.of.adabelief.beta1, 0.9);
  EXPECT_EQ(h.of.adabelief.beta2, 0.999);
  EXPECT_EQ(h.of.adabelief.epsilon, 1e-16);
  EXPECT_EQ(h.of.adabelief.amsgrad, 0);
  EXPECT_EQ(h.of.adabelief.rectify, 1);
  EXPECT_EQ(h.of.adabelief.unrectified, RADAM_UNRECTIFIED_MOMENTUM);
  EXPECT_EQ(h.of.adabelief.fixed_weight_decay, 0);
  expect_zero_room(h, sizeof h.of.adabelief);
}

TEST(Presets, OfAdopt) {
  const radam_hyperparameters h = filled(RADAM_PRESET_ADOPT_AUTHORS);
  EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_ADOPT);
  EXPECT_EQ(h.learning_rate, 1e-3);
  EXPECT_EQ(h.weight_decay, 0);
  EXPECT_EQ(h.weight_decay_mode, kL2);
  EXPECT_EQ(h.of.adopt.beta1, 0.9);
  EXPECT_EQ(h.of.adopt.beta2, 0.9999);
  EXPECT_EQ(h.of.adopt.epsilon, 1e-6);
  EXPECT_EQ(h.of.adopt.clip, 1);
  EXPECT_EQ(h.of.adopt.reserved, 0);
  expect_zero_room(h, sizeof h.of.adopt);
}

TEST(Presets, OfYogi) {
  const radam_hyperparameters h = filled(RADAM_PRESET_YOGI_TORCH_OPTIMIZER);
  EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_YOGI);
  EXPECT_EQ(h.learning_rate, 1e-2);
  EXPECT_EQ(h.weight_decay, 0);
  EXPECT_EQ(h.weight_decay_mode, kL2);
  EXPECT_EQ(h.of.yogi.beta1, 0.9);
  EXPECT_EQ(h.of.yogi.beta2, 0.999);
  EXPECT_EQ(h.of.yogi.epsilon, 1e-3);
  EXPECT_EQ(h.of.yogi.initial_accumulator, 1e-6);
  expect_zero_room(h, sizeof h.of.yogi);
}

TEST(Presets, OfQhAdam) {
  const radam_hyperparameters h = filled(RADAM_PRESET_QHADAM_AUTHORS);
  EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_QHADAM);
  EXPECT_EQ(h.learning_rate, 1e-3);
  EXPECT_EQ(h.weight_decay, 0);
  EXPECT_EQ(h.weight_decay_mode, kL2);
  EXPECT_EQ(h.of.qhadam.beta1, 0.9);
  EXPECT_EQ(h.of.qhadam.beta2, 0.999);
  EXPECT_EQ(h.of.qhadam.nu1, 1);
  EXPECT_EQ(h.of.qhadam.nu2, 1);
  EXPECT_EQ(h.of.qhadam.epsilon, 1e-8);
  expect_zero_room(h, sizeof h.of.qhadam);
}

TEST(Presets, OfAdEmaMix) {
  const radam_hyperparameters h = filled(RADAM_PRESET_ADEMAMIX_AUTHORS);
  EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_ADEMAMIX);
  EXPECT_EQ(h.learning_rate, 1e-3);
  EXPECT_EQ(h.weight_decay, 0);
  EXPECT_EQ(h.weight_decay_mode, RADAM_WEIGHT_DECAY_DECOUPLED);
  EXPECT_EQ(h.of.ademamix.beta1, 0.9);
  EXPECT_EQ(h.of.ademamix.beta2, 0.999);
  EXPECT_EQ(h.of.ademamix.beta3, 0.9999);
  EXPECT_EQ(h.of.ademamix.alpha, 2);
  EXPECT_EQ(h.of.ademamix.epsilon, 1e-8);
  EXPECT_EQ(h.of.ademamix.alpha_warmup_steps, 0);
  EXPECT_EQ(h.of.ademamix.beta3_warmup_steps, 0);
  expect_zero_room(h, sizeof h.of.ademamix);
}

TEST(Presets, OfAdaMod) {
  const radam_hyperparameters h = filled(RADAM_PRESET_ADAMOD_AUTHORS);
  EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_ADAMOD);
  EXPECT_EQ(h.learning_rate, 1e-3);
  EXPECT_EQ(h.weight_decay, 0);
  EXPECT_EQ(h.weight_decay_mode, RADAM_WEIGHT_DECAY_DECOUPLED);
  EXPECT_EQ(h.of.adamod.beta1, 0.9);
  EXPECT_EQ(h.of.adamod.beta2, 0.999);
  EXPECT_EQ(h.of.adamod.beta3, 0.999);
  EXPECT_EQ(h.of.adamod.epsilon, 1e-8);
  expect_zero_room(h, sizeof h.of.adamod);
}

TEST(Presets, OfAdaBound) {
  for (const std::int32_t number :
       {RADAM_PRESET_ADABOUND_AUTHORS, RADAM_PRESET_AMSBOUND_AUTHORS, RADAM_PRESET_ADABOUNDW_AUTHORS}) {
    const radam_hyperparameters h = filled(number);
    const bool decoupled = number == RADAM_PRESET_ADABOUNDW_AUTHORS;
    EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_ADABOUND);
    EXPECT_EQ(h.learning_rate, 1e-3);
    EXPECT_EQ(h.weight_decay, 0);
    EXPECT_EQ(h.weight_decay_mode, decoupled ? RADAM_WEIGHT_DECAY_DECOUPLED : RADAM_WEIGHT_DECAY_L2);
    EXPECT_EQ(h.of.adabound.beta1, 0.9);
    EXPECT_EQ(h.of.adabound.beta2, 0.999);
    EXPECT_EQ(h.of.adabound.epsilon, 1e-8);
    EXPECT_EQ(h.of.adabound.final_learning_rate, 0.1);
    EXPECT_EQ(h.of.adabound.base_learning_rate, 1e-3);
    EXPECT_EQ(h.of.adabound.gamma, 1e-3);
    EXPECT_EQ(h.of.adabound.amsgrad, number == RADAM_PRESET_AMSBOUND_AUTHORS);
    EXPECT_EQ(h.of.adabound.fixed_weight_decay, decoupled);
    expect_zero_room(h, sizeof h.of.adabound);
  }
}

TEST(Presets, OfDiffGrad) {
  const radam_hyperparameters h = filled(RADAM_PRESET_DIFFGRAD_AUTHORS);
  EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_DIFFGRAD);
  EXPECT_EQ(h.learning_rate, 1e-3);
  EXPECT_EQ(h.weight_decay, 0);
  EXPECT_EQ(h.weight_decay_mode, RADAM_WEIGHT_DECAY_L2);
  EXPECT_EQ(h.of.diffgrad.beta1, 0.9);
  EXPECT_EQ(h.of.diffgrad.beta2, 0.999);
  EXPECT_EQ(h.of.diffgrad.epsilon, 1e-8);
  expect_zero_room(h, sizeof h.of.diffgrad);
}

TEST(Presets, OfPadam) {
  const radam_hyperparameters h = filled(RADAM_PRESET_PADAM_AUTHORS);
  EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_PADAM);
  EXPECT_EQ(h.learning_rate, 0.1);
  EXPECT_EQ(h.weight_decay, 0);
  EXPECT_EQ(h.weight_decay_mode, RADAM_WEIGHT_DECAY_L2);
  EXPECT_EQ(h.of.padam.beta1, 0.9);
  EXPECT_EQ(h.of.padam.beta2, 0.999);
  EXPECT_EQ(h.of.padam.epsilon, 1e-8);
  EXPECT_EQ(h.of.padam.partial, 0.25);
  EXPECT_EQ(h.of.padam.amsgrad, 1);
  expect_zero_room(h, sizeof h.of.padam);
}

TEST(Presets, OfMadgrad) {
  const radam_hyperparameters h = filled(RADAM_PRESET_MADGRAD_AUTHORS);
  EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_MADGRAD);
  EXPECT_EQ(h.learning_rate, 1e-2);
  EXPECT_EQ(h.weight_decay, 0);
  EXPECT_EQ(h.weight_decay_mode, RADAM_WEIGHT_DECAY_L2);
  EXPECT_EQ(h.of.madgrad.momentum, 0.9);
  EXPECT_EQ(h.of.madgrad.epsilon, 1e-6);
  expect_zero_room(h, sizeof h.of.madgrad);
}

TEST(Presets, OfCocob) {
  const radam_hyperparameters h = filled(RADAM_PRESET_COCOB_AUTHORS);
  EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_COCOB);
  EXPECT_EQ(h.learning_rate, 1);
  EXPECT_EQ(h.weight_decay, 0);
  EXPECT_EQ(h.weight_decay_mode, RADAM_WEIGHT_DECAY_L2);
  EXPECT_EQ(h.of.cocob.alpha, 100);
  EXPECT_EQ(h.of.cocob.epsilon, 1e-8);
  expect_zero_room(h, sizeof h.of.cocob);
}

TEST(Presets, OfScheduleFree) {
  radam_hyperparameters h = filled(RADAM_PRESET_SCHEDULEFREE_SGD_AUTHORS);
  EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_SCHEDULEFREE_SGD);
  EXPECT_EQ(h.learning_rate, 1);
  EXPECT_EQ(h.weight_decay, 0);
  EXPECT_EQ(h.weight_decay_mode, RADAM_WEIGHT_DECAY_L2);
  EXPECT_EQ(h.of.schedulefree_sgd.momentum, 0.9);
  EXPECT_EQ(h.of.schedulefree_sgd.r, 0);
  EXPECT_EQ(h.of.schedulefree_sgd.weight_lr_power, 2);
  EXPECT_EQ(h.of.schedulefree_sgd.warmup_steps, 0);
  expect_zero_room(h, sizeof h.of.schedulefree_sgd);
  for (const std::int32_t number : {RADAM_PRESET_SCHEDULEFREE_ADAMW_AUTHORS, RADAM_PRESET_SCHEDULEFREE_RADAM_AUTHORS}) {
    h = filled(number);
    const bool rectified = number == RADAM_PRESET_SCHEDULEFREE_RADAM_AUTHORS;
    EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_SCHEDULEFREE_ADAMW);
    EXPECT_EQ(h.learning_rate, 0.0025);
    EXPECT_EQ(h.weight_decay, 0);
    EXPECT_EQ(h.weight_decay_mode, RADAM_WEIGHT_DECAY_DECOUPLED);
    EXPECT_EQ(h.of.schedulefree_adamw.beta1, 0.9);
    EXPECT_EQ(h.of.schedulefree_adamw.beta2, 0.999);
    EXPECT_EQ(h.of.schedulefree_adamw.epsilon, 1e-8);
    EXPECT_EQ(h.of.schedulefree_adamw.r, 0);
    EXPECT_EQ(h.of.schedulefree_adamw.weight_lr_power, 2);
    EXPECT_EQ(h.of.schedulefree_adamw.inner_momentum, 0);
    EXPECT_EQ(h.of.schedulefree_adamw.warmup_steps, 0);
    EXPECT_EQ(h.of.schedulefree_adamw.rectify, rectified);
    EXPECT_EQ(h.of.schedulefree_adamw.silent_sgd_phase, rectified);
    expect_zero_room(h, sizeof h.of.schedulefree_adamw);
  }
}

TEST(Presets, OfLamb) {
  for (const std::int32_t number : {RADAM_PRESET_LAMB_CYBERTRONAI, RADAM_PRESET_LAMB_NVIDIA}) {
    const radam_hyperparameters h = filled(number);
    const bool nvidia = number == RADAM_PRESET_LAMB_NVIDIA;
    EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_LAMB);
    EXPECT_EQ(h.learning_rate, 1e-3);
    EXPECT_EQ(h.weight_decay, nvidia ? 0.01 : 0);
    EXPECT_EQ(h.weight_decay_mode, RADAM_WEIGHT_DECAY_DECOUPLED);
    EXPECT_EQ(h.of.lamb.beta1, 0.9);
    EXPECT_EQ(h.of.lamb.beta2, 0.999);
    EXPECT_EQ(h.of.lamb.epsilon, 1e-6);
    EXPECT_EQ(h.of.lamb.max_param_norm, nvidia ? std::numeric_limits<double>::infinity() : 10);
    EXPECT_EQ(h.of.lamb.bias_correction, nvidia);
    EXPECT_EQ(h.of.lamb.grad_averaging, 1);
    EXPECT_EQ(h.of.lamb.adapt, nvidia ? RADAM_ADAPT_WITH_DECAY : RADAM_ADAPT_ALWAYS);
    EXPECT_EQ(h.of.lamb.trust_clip, 0);
    EXPECT_EQ(h.of.lamb.decay_apart, 0);
    EXPECT_EQ(h.of.lamb.reserved, 0);
    expect_zero_room(h, sizeof h.of.lamb);
  }
}

TEST(Presets, OfStableAdamW) {
  const radam_hyperparameters h = filled(RADAM_PRESET_STABLEADAMW_AUTHORS);
  EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_STABLEADAMW);
  EXPECT_EQ(h.learning_rate, 2e-3);
  EXPECT_EQ(h.weight_decay, 0.2);
  EXPECT_EQ(h.weight_decay_mode, RADAM_WEIGHT_DECAY_DECOUPLED);
  EXPECT_EQ(h.of.stableadamw.beta1, 0.9);
  EXPECT_EQ(h.of.stableadamw.beta2, 0.99);
  EXPECT_EQ(h.of.stableadamw.epsilon, 1e-6);
  EXPECT_EQ(h.of.stableadamw.clip_threshold, 1);
  expect_zero_room(h, sizeof h.of.stableadamw);
}

TEST(Presets, OfLars) {
  for (const std::int32_t number : {RADAM_PRESET_LARS_TIMM, RADAM_PRESET_LARS_BARLOWTWINS}) {
    const radam_hyperparameters h = filled(number);
    const bool timm = number == RADAM_PRESET_LARS_TIMM;
    EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_LARS);
    EXPECT_EQ(h.learning_rate, timm ? 1 : 0.2);
    EXPECT_EQ(h.weight_decay, 0);
    EXPECT_EQ(h.weight_decay_mode, kL2);
    EXPECT_EQ(h.of.lars.momentum, timm ? 0 : 0.9);
    EXPECT_EQ(h.of.lars.dampening, 0);
    EXPECT_EQ(h.of.lars.trust_coefficient, 1e-3);
    EXPECT_EQ(h.of.lars.epsilon, timm ? 1e-8 : 0);
    EXPECT_EQ(h.of.lars.nesterov, 0);
    EXPECT_EQ(h.of.lars.adapt, timm ? RADAM_ADAPT_WITH_DECAY : RADAM_ADAPT_ALWAYS);
    EXPECT_EQ(h.of.lars.trust_clip, 0);
    EXPECT_EQ(h.of.lars.decayed_norm, timm ? 0 : 1);
    expect_zero_room(h, sizeof h.of.lars);
  }
}

TEST(Presets, OfCautiousAdamW) {
  const radam_hyperparameters h = filled(RADAM_PRESET_CAUTIOUS_ADAMW_AUTHORS);
  EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_CAUTIOUS_ADAMW);
  EXPECT_EQ(h.learning_rate, 1e-3);
  EXPECT_EQ(h.weight_decay, 0);
  EXPECT_EQ(h.weight_decay_mode, RADAM_WEIGHT_DECAY_DECOUPLED);
  EXPECT_EQ(h.of.cautious_adamw.beta1, 0.9);
  EXPECT_EQ(h.of.cautious_adamw.beta2, 0.999);
  EXPECT_EQ(h.of.cautious_adamw.epsilon, 1e-6);
  EXPECT_EQ(h.of.cautious_adamw.correct_bias, 1);
  EXPECT_EQ(h.of.cautious_adamw.reserved, 0);
  expect_zero_room(h, sizeof h.of.cautious_adamw);
}

TEST(Presets, OfCautiousLion) {
  const radam_hyperparameters h = filled(RADAM_PRESET_CAUTIOUS_LION_TIMM);
  EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_CAUTIOUS_LION);
  EXPECT_EQ(h.learning_rate, 1e-4);
  EXPECT_EQ(h.weight_decay, 0);
  EXPECT_EQ(h.weight_decay_mode, RADAM_WEIGHT_DECAY_DECOUPLED);
  EXPECT_EQ(h.of.cautious_lion.beta1, 0.9);
  EXPECT_EQ(h.of.cautious_lion.beta2, 0.99);
  expect_zero_room(h, sizeof h.of.cautious_lion);
}

TEST(Presets, OfNovoGrad) {
  const radam_hyperparameters h = filled(RADAM_PRESET_NOVOGRAD_NVIDIA);
  EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_NOVOGRAD);
  EXPECT_EQ(h.learning_rate, 1e-3);
  EXPECT_EQ(h.weight_decay, 0);
  EXPECT_EQ(h.weight_decay_mode, kL2);
  EXPECT_EQ(h.of.novograd.beta1, 0.95);
  EXPECT_EQ(h.of.novograd.beta2, 0.98);
  EXPECT_EQ(h.of.novograd.epsilon, 1e-8);
  EXPECT_EQ(h.of.novograd.grad_averaging, 0);
  EXPECT_EQ(h.of.novograd.amsgrad, 0);
  expect_zero_room(h, sizeof h.of.novograd);
}

TEST(Presets, OfHypergradientDescent) {
  const radam_hyperparameters sgd = filled(RADAM_PRESET_SGD_HD_AUTHORS);
  EXPECT_EQ(sgd.algorithm, RADAM_ALGORITHM_SGD_HD);
  EXPECT_EQ(sgd.learning_rate, 1e-3);
  EXPECT_EQ(sgd.of.sgd_hd.momentum, 0);
  EXPECT_EQ(sgd.of.sgd_hd.dampening, 0);
  EXPECT_EQ(sgd.of.sgd_hd.hypergrad_lr, 1e-6);
  EXPECT_EQ(sgd.of.sgd_hd.nesterov, 0);
  EXPECT_EQ(sgd.of.sgd_hd.reserved, 0);
  expect_zero_room(sgd, sizeof sgd.of.sgd_hd);
  radam_hyperparameters nesterov = sgd;
  nesterov.of.sgd_hd.momentum = 0.9;
  nesterov.of.sgd_hd.nesterov = 1;
  const radam_hyperparameters sgdn = filled(RADAM_PRESET_SGDN_HD_AUTHORS);
  EXPECT_EQ(std::memcmp(&sgdn, &nesterov, sizeof sgdn), 0);
  const radam_hyperparameters adam = filled(RADAM_PRESET_ADAM_HD_AUTHORS);
  EXPECT_EQ(adam.algorithm, RADAM_ALGORITHM_ADAM_HD);
  EXPECT_EQ(adam.learning_rate, 1e-3);
  EXPECT_EQ(adam.of.adam_hd.beta1, 0.9);
  EXPECT_EQ(adam.of.adam_hd.beta2, 0.999);
  EXPECT_EQ(adam.of.adam_hd.epsilon, 1e-8);
  EXPECT_EQ(adam.of.adam_hd.hypergrad_lr, 1e-8);
  expect_zero_room(adam, sizeof adam.of.adam_hd);
  for (const radam_hyperparameters& h : {sgd, adam}) {
    EXPECT_EQ(h.weight_decay, 0);
    EXPECT_EQ(h.weight_decay_mode, kL2);
  }
}

TEST(Presets, OfYellowFin) {
  const radam_hyperparameters h = filled(RADAM_PRESET_YELLOWFIN_AUTHORS);
  EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_YELLOWFIN);
  EXPECT_EQ(h.learning_rate, 1e-4);
  EXPECT_EQ(h.weight_decay, 0);
  EXPECT_EQ(h.weight_decay_mode, kL2);
  const radam_yellowfin& y = h.of.yellowfin;
  EXPECT_EQ(y.momentum, 0);
  EXPECT_EQ(y.beta, 0.999);
  EXPECT_EQ(y.clip_threshold, 0);
  EXPECT_EQ(y.auto_clip_factor, 0);
  EXPECT_EQ(y.curv_win_width, 20);
  EXPECT_EQ(y.adapt_clip, 1);
  EXPECT_EQ(y.zero_debias, 1);
  EXPECT_EQ(y.log_smooth, 1);
  EXPECT_EQ(y.reserved, 0);
  expect_zero_room(h, sizeof y);
}

TEST(Presets, OfProjections) {
  const radam_hyperparameters adamp = filled(RADAM_PRESET_ADAMP_AUTHORS), sgdp = filled(RADAM_PRESET_SGDP_AUTHORS);
  EXPECT_EQ(adamp.algorithm, RADAM_ALGORITHM_ADAMP);
  EXPECT_EQ(adamp.of.adamp.beta1, 0.9);
  EXPECT_EQ(adamp.of.adamp.beta2, 0.999);
  EXPECT_EQ(adamp.of.adamp.epsilon, 1e-8);
  EXPECT_EQ(adamp.of.adamp.delta, 0.1);
  EXPECT_EQ(adamp.of.adamp.wd_ratio, 0.1);
  EXPECT_EQ(adamp.of.adamp.nesterov, 0);
  expect_zero_room(adamp, sizeof adamp.of.adamp);
  EXPECT_EQ(sgdp.algorithm, RADAM_ALGORITHM_SGDP);
  EXPECT_EQ(sgdp.of.sgdp.momentum, 0);
  EXPECT_EQ(sgdp.of.sgdp.dampening, 0);
  EXPECT_EQ(sgdp.of.sgdp.epsilon, 1e-8);
  EXPECT_EQ(sgdp.of.sgdp.delta, 0.1);
  EXPECT_EQ(sgdp.of.sgdp.wd_ratio, 0.1);
  EXPECT_EQ(sgdp.of.sgdp.nesterov, 0);
  expect_zero_room(sgdp, sizeof sgdp.of.sgdp);
  for (const radam_hyperparameters& h : {adamp, sgdp}) {
    EXPECT_EQ(h.learning_rate, 1e-3);
    EXPECT_EQ(h.weight_decay, 0);
    EXPECT_EQ(h.weight_decay_mode, RADAM_WEIGHT_DECAY_DECOUPLED);
  }
}

TEST(Presets, OfQhm) {
  const radam_hyperparameters h = filled(RADAM_PRESET_QHM_AUTHORS);
  EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_QHM);
  EXPECT_EQ(h.learning_rate, 1);
  EXPECT_EQ(h.weight_decay, 0);
  EXPECT_EQ(h.weight_decay_mode, RADAM_WEIGHT_DECAY_L2);
  EXPECT_EQ(h.of.qhm.momentum, 0.999);
  EXPECT_EQ(h.of.qhm.nu, 0.7);
  expect_zero_room(h, sizeof h.of.qhm);
}

TEST(Presets, OfAdan) {
  const radam_hyperparameters h = filled(RADAM_PRESET_ADAN_AUTHORS);
  EXPECT_EQ(h.algorithm, RADAM_ALGORITHM_ADAN);
  EXPECT_EQ(h.learning_rate, 1e-3);
  EXPECT_EQ(h.weight_decay, 0);
  EXPECT_EQ(h.weight_decay_mode, RADAM_WEIGHT_DECAY_DECOUPLED);
  EXPECT_EQ(h.of.adan.beta1, 0.98);
  EXPECT_EQ(h.of.adan.beta2, 0.92);
  EXPECT_EQ(h.of.adan.beta3, 0.99);
  EXPECT_EQ(h.of.adan.epsilon, 1e-8);
  EXPECT_EQ(h.of.adan.no_prox, 0);
  expect_zero_room(h, sizeof h.of.adan);
}

TEST(Init, RefusesWhatIsNoPresetAndChangesNothing) {
  EXPECT_EQ(radam_hyperparameters_init(nullptr, RADAM_PRESET_RADAM_AUTHORS), RADAM_ERROR_NULL);
  radam_hyperparameters h = marked<radam_hyperparameters>();
  for (const std::uint32_t size : kWrongSizes<radam_hyperparameters>) {
    h.struct_size = size;
    const radam_hyperparameters copy = h;
    EXPECT_EQ(radam_hyperparameters_init(&h, RADAM_PRESET_RADAM_AUTHORS), RADAM_ERROR_STRUCT_SIZE) << size;
    EXPECT_TRUE(same_bytes(h, copy));
  }
  h.struct_size = sizeof h;
  const radam_hyperparameters copy = h;
  for (const std::int32_t number : {-1, kPresets, INT_MAX, INT_MIN}) {
    EXPECT_EQ(radam_hyperparameters_init(&h, number), RADAM_ERROR_PRESET) << number;
    EXPECT_TRUE(same_bytes(h, copy));
  }
}

TEST(Init, GivesANewerStructZerosForWhatItDoesNotKnow) {
  for (std::int32_t number = 0; number < kPresets; ++number) {
    Newer<radam_hyperparameters> newer(marked<radam_hyperparameters>(), 0x5C);
    const std::uint32_t size = newer.known.struct_size;
    ASSERT_EQ(radam_hyperparameters_init(&newer.known, number), RADAM_OK);
    EXPECT_EQ(newer.known.struct_size, size);
    EXPECT_TRUE(newer.more_is(0));
    newer.known.struct_size = sizeof newer.known;
    EXPECT_TRUE(same_bytes(newer.known, filled(number))) << number;
  }
}

}  // namespace
}  // namespace radam_test
