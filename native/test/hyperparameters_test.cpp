// Every bad hyperparameter: precise limits, and nothing changed on error.
#include <cfloat>
#include <climits>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <initializer_list>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "structs.h"
#include "trajectory.h"

namespace radam_test {
namespace {

using H = radam_hyperparameters;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kSmallest = std::numeric_limits<double>::denorm_min();
// The smallest double that rounds to infinity as a float, and the largest that rounds to zero; both are half-way cases.
constexpr double kFloatOverflow = 0x1.ffffffp127;
constexpr double kFloatUnderflow = 0x1p-150;

double before(double x) { return std::nextafter(x, -kInfinity); }
double after(double x) { return std::nextafter(x, kInfinity); }

radam_coefficients marked_coefficients() { return marked<radam_coefficients>(); }

// A change to a valid set of hyperparameters, and what the library must say about it.
struct Change {
  std::string text;
  radam_status status;
  std::function<void(H&)> apply;
};

// Fields of all algorithms, and of each.
template <class T>
auto common(T H::*field) {
  return [=](H& h) -> T& { return h.*field; };
}
template <class Struct, class T>
auto own(T Struct::*field) {
  return [=](H& h) -> T& { return reinterpret_cast<Struct&>(h.of).*field; };  // members of a union begin where it does
}

class Changes {
 public:
  template <class Field>
  void settings(const char* name, Field field, std::int32_t first, std::int32_t last,
                radam_status status = RADAM_ERROR_SETTING) {
    for (std::int32_t value = first; value <= last; ++value) integer(name, field, value, RADAM_OK);
    for (const std::int32_t value : {-1, first - 1, last + 1, INT_MAX, INT_MIN}) integer(name, field, value, status);
  }

  template <class Field>
  void counts(const char* name, Field field, radam_status status) {
    for (const std::int64_t value : {std::int64_t{0}, std::int64_t{1}, INT64_MAX})
      integer(name, field, value, RADAM_OK);
    for (const std::int64_t value : {std::int64_t{-1}, INT64_MIN}) integer(name, field, value, status);
  }

  template <class Field>
  void numbers(const char* name, Field field, radam_status status, std::initializer_list<double> good,
               std::initializer_list<double> bad) {
    for (const double value : good) number(name, field, value, RADAM_OK);
    for (const double value : bad) number(name, field, value, status);
    for (const double value : {kNaN, kInfinity, -kInfinity}) number(name, field, value, status);
  }

  // In [0, 1).
  template <class Field>
  void rates(const char* name, Field field, radam_status status, std::initializer_list<double> more_good) {
    for (const double value : more_good) number(name, field, value, RADAM_OK);
    numbers(name, field, status, {-0.0, before(1)}, {-kSmallest, 1, after(1), 2});
  }

  void both(const std::string& text, radam_status status, std::function<void(H&)> apply) {
    list.push_back({text, status, std::move(apply)});
  }

  std::vector<Change> list;

 private:
  template <class Field, class Value>
  void integer(const char* name, Field field, Value value, radam_status status) {
    both(name + (" = " + std::to_string(value)), status, [=](H& h) { field(h) = value; });
  }

  template <class Field>
  void number(const char* name, Field field, double value, radam_status status) {
    char text[64];
    std::snprintf(text, sizeof text, "%s = %.17g", name, value);
    both(text, status, [=](H& h) { field(h) = value; });
  }
};

// Hyperparameters that pass, from which each change departs.
struct Algorithm {
  H valid;
  std::vector<Change> changes;  // those that fail are in the order in which they are looked for
};

// Other numbers are presets of other algorithms.
void add_algorithm(Changes& changes, std::int32_t own) {
  const auto field = common(&H::algorithm);
  changes.both("no change", RADAM_OK, [=](H& h) { field(h) = own; });
  for (const std::int32_t value : {-1, kAlgorithms, INT_MAX, INT_MIN})
    changes.both("algorithm = " + std::to_string(value), RADAM_ERROR_ALGORITHM, [=](H& h) { field(h) = value; });
}

void add_decay_and_scale(Changes& changes) {
  changes.numbers("weight_decay", common(&H::weight_decay), RADAM_ERROR_WEIGHT_DECAY,
                  {0, -0.0, kSmallest, 1, before(kFloatOverflow)}, {-kSmallest, -1, kFloatOverflow, DBL_MAX});
  changes.numbers("grad_scale", common(&H::grad_scale), RADAM_ERROR_GRAD_SCALE,
                  {after(kFloatUnderflow), 1, before(kFloatOverflow)},
                  {0, -0.0, -1, kSmallest, kFloatUnderflow, kFloatOverflow, DBL_MAX});
}

void add_settings(Changes& changes) {
  changes.settings("weight_decay_mode", common(&H::weight_decay_mode), 0, 2);
  changes.settings("maximize", common(&H::maximize), 0, 1);
}

// Of each struct that has both.
template <class Struct>
void add_betas(Changes& changes) {
  changes.rates("beta1", own(&Struct::beta1), RADAM_ERROR_BETA1, {0, kSmallest, 0.5});
  changes.rates("beta2", own(&Struct::beta2), RADAM_ERROR_BETA2, {0, kSmallest, 0.5});
}

// PyTorch's RAdam: nothing about it can fail to rectify.
Algorithm of_adam() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_ADAM);
  c.settings("unrectified", own(&radam_adam::unrectified), 0, 1);
  c.settings("rectify_at_threshold", own(&radam_adam::rectify_at_threshold), 0, 1);
  c.settings("epsilon_placement", own(&radam_adam::epsilon_placement), 0, 1);
  c.settings("amsgrad", own(&radam_adam::amsgrad), 0, 1);
  c.settings("rectify", own(&radam_adam::rectify), 0, 1);
  c.settings("reserved", own(&radam_adam::reserved), 0, 0);
  add_settings(c);
  c.numbers("learning_rate", common(&H::learning_rate), RADAM_ERROR_LEARNING_RATE, {0, -0.0, kSmallest, 1, 1e37},
            {-kSmallest, -1});
  c.rates("beta1", own(&radam_adam::beta1), RADAM_ERROR_BETA1, {0, kSmallest, 0.5});
  c.rates("beta2", own(&radam_adam::beta2), RADAM_ERROR_BETA2, {0.7, 0.99999999});
  c.numbers("epsilon", own(&radam_adam::epsilon), RADAM_ERROR_EPSILON, {0, -0.0, kSmallest, 1, before(kFloatOverflow)},
            {-kSmallest, -1, kFloatOverflow, DBL_MAX});
  add_decay_and_scale(c);
  c.numbers("rho_threshold", own(&radam_adam::rho_threshold), RADAM_ERROR_RHO_THRESHOLD, {4, 5, 1000, DBL_MAX},
            {before(4), 0, -5});
  c.counts("warmup_steps", own(&radam_adam::warmup_steps), RADAM_ERROR_WARMUP_STEPS);
  c.counts("frozen_steps", own(&radam_adam::frozen_steps), RADAM_ERROR_FROZEN_STEPS);
  return {preset(RADAM_PRESET_RADAM_PYTORCH), c.list};
}

// Of each struct that has them: the momentum of SGD.
template <class Struct>
void add_momentum(Changes& c) {
  const auto momentum = own(&Struct::momentum), dampening = own(&Struct::dampening);
  const auto nesterov = own(&Struct::nesterov);
  c.rates("momentum", momentum, RADAM_ERROR_MOMENTUM, {0, kSmallest, 0.5});
  c.numbers("dampening", dampening, RADAM_ERROR_DAMPENING, {0, -0.0, kSmallest, 0.5, before(1)},
            {-kSmallest, after(1), 2});
  // SGDP dampens the first gradient, too, and would never take up any.
  const bool dampens_first = std::is_same_v<Struct, radam_sgdp>;
  if (dampens_first) c.numbers("dampening", dampening, RADAM_ERROR_DAMPENING, {}, {1});
  else c.numbers("dampening", dampening, RADAM_ERROR_DAMPENING, {1}, {});
  for (const double value : {0.0, -0.0})
    c.both("Nesterov without momentum", RADAM_ERROR_NESTEROV, [=](H& h) {
      nesterov(h) = 1;
      momentum(h) = value;
    });
  for (const double value : {kSmallest, 0.5, dampens_first ? before(1) : 1})
    c.both("Nesterov with dampening " + std::to_string(value), RADAM_ERROR_NESTEROV, [=](H& h) {
      nesterov(h) = 1;
      dampening(h) = value;
    });
  for (const double value : {kSmallest, before(1)})
    c.both("Nesterov with momentum " + std::to_string(value), RADAM_OK, [=](H& h) {
      nesterov(h) = 1;
      momentum(h) = value;
      dampening(h) = -0.0;
    });
}

// With momentum, so that either update can be asked for.
Algorithm of_sgd() {
  H valid = preset(RADAM_PRESET_SGD_PYTORCH);
  valid.of.sgd.momentum = 0.9;
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_SGD);
  c.settings("nesterov", own(&radam_sgd::nesterov), 0, 1);
  c.settings("reserved", own(&radam_sgd::reserved), 0, 0);
  add_settings(c);
  c.numbers("learning_rate", common(&H::learning_rate), RADAM_ERROR_LEARNING_RATE,
            {0, -0.0, kSmallest, 1, before(kFloatOverflow)}, {-kSmallest, -1, kFloatOverflow, DBL_MAX});
  add_momentum<radam_sgd>(c);
  add_decay_and_scale(c);
  return {valid, c.list};
}

// Lion, of a preset of it or of cautious Lion, has no L2 penalty, because its sign would hide it.
Algorithm of_lion(std::int32_t number) {
  Changes c;
  add_algorithm(c, preset(number).algorithm);
  c.settings("weight_decay_mode", common(&H::weight_decay_mode), RADAM_WEIGHT_DECAY_DECOUPLED,
             RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE);
  c.settings("maximize", common(&H::maximize), 0, 1);
  c.numbers("learning_rate", common(&H::learning_rate), RADAM_ERROR_LEARNING_RATE,
            {0, -0.0, kSmallest, 1, before(kFloatOverflow)}, {-kSmallest, -1, kFloatOverflow, DBL_MAX});
  add_betas<radam_lion>(c);
  add_decay_and_scale(c);
  return {preset(number), c.list};
}

Algorithm of_nadam() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_NADAM);
  add_settings(c);
  c.numbers("learning_rate", common(&H::learning_rate), RADAM_ERROR_LEARNING_RATE,
            {0, -0.0, kSmallest, 1, before(kFloatOverflow)}, {-kSmallest, -1, kFloatOverflow, DBL_MAX});
  add_betas<radam_nadam>(c);
  c.numbers("epsilon", own(&radam_nadam::epsilon), RADAM_ERROR_EPSILON, {0, -0.0, kSmallest, 1, before(kFloatOverflow)},
            {-kSmallest, -1, kFloatOverflow, DBL_MAX});
  c.numbers("momentum_decay", own(&radam_nadam::momentum_decay), RADAM_ERROR_MOMENTUM_DECAY,
            {0, -0.0, kSmallest, 1, 1e5, DBL_MAX}, {-kSmallest, -1});
  add_decay_and_scale(c);
  return {preset(RADAM_PRESET_NADAM_PYTORCH), c.list};
}

// What the algorithms of PyTorch below have in common.
void add_settings_and_rate(Changes& changes) {
  add_settings(changes);
  changes.numbers("learning_rate", common(&H::learning_rate), RADAM_ERROR_LEARNING_RATE,
                  {0, -0.0, kSmallest, 1, before(kFloatOverflow / 16)}, {-kSmallest, -1, kFloatOverflow, DBL_MAX});
}

// Of those whose steps are divided by 1 - beta1. That it is too large for a float is found out with beta1.
void add_settings_and_rate_over_beta1(Changes& changes) {
  add_settings(changes);
  changes.numbers("learning_rate", common(&H::learning_rate), RADAM_ERROR_LEARNING_RATE,
                  {0, -0.0, kSmallest, 1, before(kFloatOverflow / 16)}, {-kSmallest, -1});
}

template <class Field>
void add_epsilon(Changes& changes, Field field) {
  changes.numbers("epsilon", field, RADAM_ERROR_EPSILON, {0, -0.0, kSmallest, 1, before(kFloatOverflow)},
                  {-kSmallest, -1, kFloatOverflow, DBL_MAX});
}

Algorithm of_rmsprop() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_RMSPROP);
  c.settings("centered", own(&radam_rmsprop::centered), 0, 1);
  c.settings("epsilon_in_root", own(&radam_rmsprop::epsilon_in_root), 0, 1);
  add_settings_and_rate(c);
  c.rates("alpha", own(&radam_rmsprop::alpha), RADAM_ERROR_ALPHA, {0, kSmallest, 0.5});
  add_epsilon(c, own(&radam_rmsprop::epsilon));
  c.rates("momentum", own(&radam_rmsprop::momentum), RADAM_ERROR_MOMENTUM, {0, kSmallest, 0.5});
  add_decay_and_scale(c);
  return {preset(RADAM_PRESET_RMSPROP_PYTORCH), c.list};
}

Algorithm of_adagrad() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_ADAGRAD);
  add_settings_and_rate(c);
  add_epsilon(c, own(&radam_adagrad::epsilon));
  c.numbers("learning_rate_decay", own(&radam_adagrad::learning_rate_decay), RADAM_ERROR_LEARNING_RATE_DECAY,
            {0, -0.0, kSmallest, 1, 1e5, DBL_MAX}, {-kSmallest, -1});
  c.numbers("initial_accumulator", own(&radam_adagrad::initial_accumulator), RADAM_ERROR_INITIAL_ACCUMULATOR,
            {0, -0.0, kSmallest, 1, 0x1p127}, {-kSmallest, -1, after(0x1p127), DBL_MAX});
  add_decay_and_scale(c);
  return {preset(RADAM_PRESET_ADAGRAD_PYTORCH), c.list};
}

Algorithm of_adamax() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_ADAMAX);
  add_settings_and_rate_over_beta1(c);
  add_betas<radam_adamax>(c);
  add_epsilon(c, own(&radam_adamax::epsilon));
  add_decay_and_scale(c);
  return {preset(RADAM_PRESET_ADAMAX_PYTORCH), c.list};
}

// A number that has to be positive, also as a float.
template <class Field>
void add_positive(Changes& c, const char* name, Field field, radam_status status) {
  c.numbers(name, field, status, {after(kFloatUnderflow), 1e-30, 1, before(kFloatOverflow)},
            {0, -0.0, kSmallest, kFloatUnderflow, -kSmallest, -1, kFloatOverflow, DBL_MAX});
}

// Adadelta needs an epsilon: its updates would be 0 for ever.
Algorithm of_adadelta() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_ADADELTA);
  add_settings_and_rate(c);
  c.rates("rho", own(&radam_adadelta::rho), RADAM_ERROR_RHO, {0, kSmallest, 0.5});
  add_positive(c, "epsilon", own(&radam_adadelta::epsilon), RADAM_ERROR_EPSILON);
  add_decay_and_scale(c);
  return {preset(RADAM_PRESET_ADADELTA_PYTORCH), c.list};
}

Algorithm of_adabelief() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_ADABELIEF);
  c.settings("amsgrad", own(&radam_adabelief::amsgrad), 0, 1);
  c.settings("rectify", own(&radam_adabelief::rectify), 0, 1);
  c.settings("unrectified", own(&radam_adabelief::unrectified), 0, 1);
  c.settings("fixed_weight_decay", own(&radam_adabelief::fixed_weight_decay), 0, 1);
  add_settings_and_rate_over_beta1(c);
  add_betas<radam_adabelief>(c);
  add_epsilon(c, own(&radam_adabelief::epsilon));
  add_decay_and_scale(c);
  return {preset(RADAM_PRESET_ADABELIEF_AUTHORS), c.list};
}

Algorithm of_adopt() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_ADOPT);
  c.settings("clip", own(&radam_adopt::clip), 0, 1);
  c.settings("reserved", own(&radam_adopt::reserved), 0, 0);
  add_settings_and_rate(c);
  add_betas<radam_adopt>(c);
  add_epsilon(c, own(&radam_adopt::epsilon));
  add_decay_and_scale(c);
  return {preset(RADAM_PRESET_ADOPT_AUTHORS), c.list};
}

Algorithm of_yogi() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_YOGI);
  add_settings_and_rate_over_beta1(c);
  add_betas<radam_yogi>(c);
  add_epsilon(c, own(&radam_yogi::epsilon));
  add_decay_and_scale(c);
  c.numbers("initial_accumulator", own(&radam_yogi::initial_accumulator), RADAM_ERROR_INITIAL_ACCUMULATOR,
            {0, -0.0, kSmallest, 1, 0x1p127}, {-kSmallest, -1, after(0x1p127), DBL_MAX});
  return {preset(RADAM_PRESET_YOGI_TORCH_OPTIMIZER), c.list};
}

Algorithm of_qhadam() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_QHADAM);
  add_settings_and_rate(c);
  add_betas<radam_qhadam>(c);
  c.numbers("nu1", own(&radam_qhadam::nu1), RADAM_ERROR_NU1, {0, -0.0, kSmallest, 0.5, 1},
            {-kSmallest, -1, after(1), 2});
  c.numbers("nu2", own(&radam_qhadam::nu2), RADAM_ERROR_NU2, {0, -0.0, kSmallest, 0.5, 1},
            {-kSmallest, -1, after(1), 2});
  add_epsilon(c, own(&radam_qhadam::epsilon));
  add_decay_and_scale(c);
  return {preset(RADAM_PRESET_QHADAM_AUTHORS), c.list};
}

Algorithm of_ademamix() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_ADEMAMIX);
  add_settings_and_rate_over_beta1(c);
  add_betas<radam_ademamix>(c);
  add_epsilon(c, own(&radam_ademamix::epsilon));
  add_decay_and_scale(c);
  c.rates("beta3", own(&radam_ademamix::beta3), RADAM_ERROR_BETA3, {0, kSmallest, 0.5});
  c.numbers("alpha", own(&radam_ademamix::alpha), RADAM_ERROR_ALPHA, {0, -0.0, kSmallest, 1, 0x1p63},
            {-kSmallest, -1, after(0x1p63), DBL_MAX});
  c.counts("alpha_warmup_steps", own(&radam_ademamix::alpha_warmup_steps), RADAM_ERROR_ALPHA_WARMUP_STEPS);
  c.counts("beta3_warmup_steps", own(&radam_ademamix::beta3_warmup_steps), RADAM_ERROR_BETA3_WARMUP_STEPS);
  // The largest sum with 1e-8 that is below 1, and the smallest that is not.
  for (const auto beta : {&radam_ademamix::beta1, &radam_ademamix::beta3}) {
    double rate = 1 - 1e-8;
    while (rate + 1e-8 < 1) rate = after(rate);
    c.both("beta3_warmup_steps with a rate near 1", RADAM_ERROR_BETA3_WARMUP_STEPS, [=](H& h) {
      h.of.ademamix.*beta = rate;
      h.of.ademamix.beta3_warmup_steps = 1000;
    });
    while (rate + 1e-8 >= 1) rate = before(rate);
    c.both("beta3_warmup_steps with a rate less near 1", RADAM_OK, [=](H& h) {
      h.of.ademamix.*beta = rate;
      h.of.ademamix.beta3_warmup_steps = 1000;
    });
  }
  return {preset(RADAM_PRESET_ADEMAMIX_AUTHORS), c.list};
}

Algorithm of_adamod() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_ADAMOD);
  add_settings_and_rate_over_beta1(c);
  add_betas<radam_adamod>(c);
  add_epsilon(c, own(&radam_adamod::epsilon));
  add_decay_and_scale(c);
  c.rates("beta3", own(&radam_adamod::beta3), RADAM_ERROR_BETA3, {0, kSmallest, 0.5});
  return {preset(RADAM_PRESET_ADAMOD_AUTHORS), c.list};
}

Algorithm of_qhm() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_QHM);
  add_settings_and_rate(c);
  c.rates("momentum", own(&radam_qhm::momentum), RADAM_ERROR_MOMENTUM, {0, kSmallest, 0.5});
  c.numbers("nu", own(&radam_qhm::nu), RADAM_ERROR_NU, {0, -0.0, kSmallest, 0.5, 1}, {-kSmallest, -1, after(1), 2});
  add_decay_and_scale(c);
  return {preset(RADAM_PRESET_QHM_AUTHORS), c.list};
}

Algorithm of_adan() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_ADAN);
  c.settings("no_prox", own(&radam_adan::no_prox), 0, 1);
  c.settings("reserved", own(&radam_adan::reserved), 0, 0);
  add_settings_and_rate_over_beta1(c);
  add_betas<radam_adan>(c);
  add_epsilon(c, own(&radam_adan::epsilon));
  add_decay_and_scale(c);
  c.rates("beta3", own(&radam_adan::beta3), RADAM_ERROR_BETA3, {0, kSmallest, 0.5});
  H valid = preset(RADAM_PRESET_ADAN_AUTHORS);
  valid.of.adan.beta1 = 0.9;  // as others have it, of which the largest learning rate follows
  return {valid, c.list};
}

Algorithm of_adabound() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_ADABOUND);
  c.settings("amsgrad", own(&radam_adabound::amsgrad), 0, 1);
  c.settings("fixed_weight_decay", own(&radam_adabound::fixed_weight_decay), 0, 1);
  add_settings_and_rate_over_beta1(c);
  add_betas<radam_adabound>(c);
  add_epsilon(c, own(&radam_adabound::epsilon));
  add_decay_and_scale(c);
  add_positive(c, "final_learning_rate", own(&radam_adabound::final_learning_rate), RADAM_ERROR_FINAL_LEARNING_RATE);
  add_positive(c, "base_learning_rate", own(&radam_adabound::base_learning_rate), RADAM_ERROR_BASE_LEARNING_RATE);
  c.numbers("gamma", own(&radam_adabound::gamma), RADAM_ERROR_GAMMA, {after(kFloatUnderflow), 1e-3, before(1)},
            {0, -0.0, kSmallest, kFloatUnderflow, -1e-3, 1, 2, DBL_MAX});
  return {preset(RADAM_PRESET_ADABOUND_AUTHORS), c.list};
}

Algorithm of_diffgrad() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_DIFFGRAD);
  add_settings_and_rate_over_beta1(c);
  add_betas<radam_diffgrad>(c);
  add_epsilon(c, own(&radam_diffgrad::epsilon));
  add_decay_and_scale(c);
  return {preset(RADAM_PRESET_DIFFGRAD_AUTHORS), c.list};
}

Algorithm of_padam() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_PADAM);
  c.settings("amsgrad", own(&radam_padam::amsgrad), 0, 1);
  c.settings("reserved", own(&radam_padam::reserved), 0, 0);
  add_settings_and_rate_over_beta1(c);
  add_betas<radam_padam>(c);
  add_epsilon(c, own(&radam_padam::epsilon));
  add_decay_and_scale(c);
  c.numbers("partial", own(&radam_padam::partial), RADAM_ERROR_PARTIAL, {after(kFloatUnderflow), 0.1, 0.5},
            {0, -0.0, kSmallest, kFloatUnderflow, -0.1, after(0.5), 1, DBL_MAX});
  return {preset(RADAM_PRESET_PADAM_AUTHORS), c.list};
}

Algorithm of_madgrad() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_MADGRAD);
  add_settings_and_rate(c);
  c.rates("momentum", own(&radam_madgrad::momentum), RADAM_ERROR_MOMENTUM, {0, kSmallest, 0.5});
  add_epsilon(c, own(&radam_madgrad::epsilon));
  add_decay_and_scale(c);
  return {preset(RADAM_PRESET_MADGRAD_AUTHORS), c.list};
}

Algorithm of_cocob() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_COCOB);
  add_settings_and_rate(c);
  c.numbers("alpha", own(&radam_cocob::alpha), RADAM_ERROR_ALPHA, {0, -0.0, kSmallest, 1, 0x1p63},
            {-kSmallest, -1, after(0x1p63), DBL_MAX});
  add_positive(c, "epsilon", own(&radam_cocob::epsilon), RADAM_ERROR_EPSILON);
  add_decay_and_scale(c);
  return {preset(RADAM_PRESET_COCOB_AUTHORS), c.list};
}

// What y is divided by to have x: in (0, 1), and its inverse is finite as a float.
template <class Field>
void add_interpolation(Changes& c, const char* name, Field field, radam_status status) {
  c.numbers(name, field, status, {after(1 / kFloatOverflow), 0.5, before(1)},
            {0, -0.0, kSmallest, 1 / kFloatOverflow, -0.5, 1, 2, DBL_MAX});
}

template <class Struct>
void add_powers(Changes& c) {
  c.numbers("r", own(&Struct::r), RADAM_ERROR_R, {0, -0.0, kSmallest, 1, 16}, {-kSmallest, -1, after(16), DBL_MAX});
  c.numbers("weight_lr_power", own(&Struct::weight_lr_power), RADAM_ERROR_WEIGHT_LR_POWER,
            {0, -0.0, kSmallest, 1, 16}, {-kSmallest, -1, after(16), DBL_MAX});
}

Algorithm of_schedulefree_sgd() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_SCHEDULEFREE_SGD);
  add_settings_and_rate(c);
  add_interpolation(c, "momentum", own(&radam_schedulefree_sgd::momentum), RADAM_ERROR_MOMENTUM);
  add_decay_and_scale(c);
  add_powers<radam_schedulefree_sgd>(c);
  c.counts("warmup_steps", own(&radam_schedulefree_sgd::warmup_steps), RADAM_ERROR_WARMUP_STEPS);
  return {preset(RADAM_PRESET_SCHEDULEFREE_SGD_AUTHORS), c.list};
}

Algorithm of_schedulefree_adamw() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_SCHEDULEFREE_ADAMW);
  c.settings("rectify", own(&radam_schedulefree_adamw::rectify), 0, 1);
  c.settings("silent_sgd_phase", own(&radam_schedulefree_adamw::silent_sgd_phase), 0, 1);
  add_settings_and_rate_over_beta1(c);
  add_interpolation(c, "beta1", own(&radam_schedulefree_adamw::beta1), RADAM_ERROR_BETA1);
  c.rates("inner_momentum", own(&radam_schedulefree_adamw::inner_momentum), RADAM_ERROR_INNER_MOMENTUM,
          {0, kSmallest, 0.5});
  add_powers<radam_schedulefree_adamw>(c);
  c.counts("warmup_steps", own(&radam_schedulefree_adamw::warmup_steps), RADAM_ERROR_WARMUP_STEPS);
  c.both("warm-up with rectify", RADAM_ERROR_WARMUP_STEPS, [](H& h) {
    h.of.schedulefree_adamw.rectify = 1;
    h.of.schedulefree_adamw.warmup_steps = 1;
  });
  c.rates("beta2", own(&radam_schedulefree_adamw::beta2), RADAM_ERROR_BETA2, {0, kSmallest, 0.5});
  add_epsilon(c, own(&radam_schedulefree_adamw::epsilon));
  add_decay_and_scale(c);
  return {preset(RADAM_PRESET_SCHEDULEFREE_ADAMW_AUTHORS), c.list};
}

// An L2 penalty would be none of the updates of those that step by Adam.
void add_settings_of_layerwise(Changes& c) {
  c.settings("weight_decay_mode", common(&H::weight_decay_mode), RADAM_WEIGHT_DECAY_DECOUPLED,
             RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE);
  c.settings("maximize", common(&H::maximize), 0, 1);
  c.numbers("learning_rate", common(&H::learning_rate), RADAM_ERROR_LEARNING_RATE,
            {0, -0.0, kSmallest, 1, before(kFloatOverflow / 16)}, {-kSmallest, -1});
}

Algorithm of_lamb() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_LAMB);
  c.settings("bias_correction", own(&radam_lamb::bias_correction), 0, 1);
  c.settings("grad_averaging", own(&radam_lamb::grad_averaging), 0, 1);
  c.settings("adapt", own(&radam_lamb::adapt), RADAM_ADAPT_NEVER, RADAM_ADAPT_ALWAYS);
  c.settings("trust_clip", own(&radam_lamb::trust_clip), 0, 1);
  c.settings("decay_apart", own(&radam_lamb::decay_apart), 0, 1);
  c.settings("reserved", own(&radam_lamb::reserved), 0, 0);
  add_settings_of_layerwise(c);
  add_betas<radam_lamb>(c);
  add_epsilon(c, own(&radam_lamb::epsilon));
  add_decay_and_scale(c);
  for (const double norm : {after(kFloatUnderflow), 1.0, kFloatOverflow, DBL_MAX, kInfinity})
    c.both("max_param_norm " + std::to_string(norm), RADAM_OK, [=](H& h) { h.of.lamb.max_param_norm = norm; });
  for (const double norm : {0.0, -0.0, kSmallest, kFloatUnderflow, -1.0, -kInfinity, kNaN})
    c.both("max_param_norm " + std::to_string(norm), RADAM_ERROR_MAX_PARAM_NORM,
           [=](H& h) { h.of.lamb.max_param_norm = norm; });
  return {preset(RADAM_PRESET_LAMB_NVIDIA), c.list};
}

Algorithm of_stableadamw() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_STABLEADAMW);
  add_settings_of_layerwise(c);
  add_betas<radam_stableadamw>(c);
  add_epsilon(c, own(&radam_stableadamw::epsilon));
  add_decay_and_scale(c);
  add_positive(c, "clip_threshold", own(&radam_stableadamw::clip_threshold), RADAM_ERROR_CLIP_THRESHOLD);
  return {preset(RADAM_PRESET_STABLEADAMW_AUTHORS), c.list};
}

// An L2 penalty is all that it has.
Algorithm of_lars() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_LARS);
  c.settings("nesterov", own(&radam_lars::nesterov), 0, 1);
  c.settings("adapt", own(&radam_lars::adapt), RADAM_ADAPT_NEVER, RADAM_ADAPT_ALWAYS);
  c.settings("trust_clip", own(&radam_lars::trust_clip), 0, 1);
  c.settings("decayed_norm", own(&radam_lars::decayed_norm), 0, 1);
  c.settings("weight_decay_mode", common(&H::weight_decay_mode), RADAM_WEIGHT_DECAY_L2, RADAM_WEIGHT_DECAY_L2);
  c.settings("maximize", common(&H::maximize), 0, 1);
  c.numbers("learning_rate", common(&H::learning_rate), RADAM_ERROR_LEARNING_RATE,
            {0, -0.0, kSmallest, 1, before(kFloatOverflow)}, {-kSmallest, -1, kFloatOverflow, DBL_MAX});
  add_momentum<radam_lars>(c);
  add_decay_and_scale(c);
  add_positive(c, "trust_coefficient", own(&radam_lars::trust_coefficient), RADAM_ERROR_TRUST_COEFFICIENT);
  add_epsilon(c, own(&radam_lars::epsilon));
  return {preset(RADAM_PRESET_LARS_BARLOWTWINS), c.list};
}

Algorithm of_cautious_adamw() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_CAUTIOUS_ADAMW);
  c.settings("correct_bias", own(&radam_cautious_adamw::correct_bias), 0, 1);
  c.settings("reserved", own(&radam_cautious_adamw::reserved), 0, 0);
  add_settings_of_layerwise(c);
  add_betas<radam_cautious_adamw>(c);
  add_epsilon(c, own(&radam_cautious_adamw::epsilon));
  add_decay_and_scale(c);
  return {preset(RADAM_PRESET_CAUTIOUS_ADAMW_AUTHORS), c.list};
}

// NovoGrad has an L2 penalty alone, as LARS has.
Algorithm of_novograd() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_NOVOGRAD);
  c.settings("grad_averaging", own(&radam_novograd::grad_averaging), 0, 1);
  c.settings("amsgrad", own(&radam_novograd::amsgrad), 0, 1);
  c.settings("weight_decay_mode", common(&H::weight_decay_mode), RADAM_WEIGHT_DECAY_L2, RADAM_WEIGHT_DECAY_L2);
  c.settings("maximize", common(&H::maximize), 0, 1);
  c.numbers("learning_rate", common(&H::learning_rate), RADAM_ERROR_LEARNING_RATE,
            {0, -0.0, kSmallest, 1, before(kFloatOverflow)}, {-kSmallest, -1, kFloatOverflow, DBL_MAX});
  add_betas<radam_novograd>(c);
  add_epsilon(c, own(&radam_novograd::epsilon));
  add_decay_and_scale(c);
  return {preset(RADAM_PRESET_NOVOGRAD_NVIDIA), c.list};
}

// So have SGD and Adam with hypergradient descent, as NovoGrad has.
Algorithm of_sgd_hd() {
  H valid = preset(RADAM_PRESET_SGD_HD_AUTHORS);
  valid.of.sgd_hd.momentum = 0.9;
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_SGD_HD);
  c.settings("nesterov", own(&radam_sgd_hd::nesterov), 0, 1);
  c.settings("reserved", own(&radam_sgd_hd::reserved), 0, 0);
  c.settings("weight_decay_mode", common(&H::weight_decay_mode), RADAM_WEIGHT_DECAY_L2, RADAM_WEIGHT_DECAY_L2);
  c.settings("maximize", common(&H::maximize), 0, 1);
  c.numbers("learning_rate", common(&H::learning_rate), RADAM_ERROR_LEARNING_RATE,
            {0, -0.0, kSmallest, 1, before(kFloatOverflow)}, {-kSmallest, -1, kFloatOverflow, DBL_MAX});
  add_momentum<radam_sgd_hd>(c);
  add_decay_and_scale(c);
  c.numbers("hypergrad_lr", own(&radam_sgd_hd::hypergrad_lr), RADAM_ERROR_HYPERGRAD_LR,
            {0, -0.0, kSmallest, 1, before(kFloatOverflow)}, {-kSmallest, -1, kFloatOverflow, DBL_MAX});
  return {valid, c.list};
}

// 0 is no clip.
template <class Field>
void add_clip(Changes& c, const char* name, Field field, radam_status status) {
  c.numbers(name, field, status, {0, -0.0, 0x1p-149, 1, before(kFloatOverflow)},
            {-kSmallest, -1, kSmallest, kFloatOverflow, DBL_MAX});
}

Algorithm of_yellowfin() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_YELLOWFIN);
  c.settings("adapt_clip", own(&radam_yellowfin::adapt_clip), 0, 1);
  c.settings("zero_debias", own(&radam_yellowfin::zero_debias), 0, 1);
  c.settings("log_smooth", own(&radam_yellowfin::log_smooth), 0, 1);
  c.settings("reserved", own(&radam_yellowfin::reserved), 0, 0);
  c.settings("weight_decay_mode", common(&H::weight_decay_mode), RADAM_WEIGHT_DECAY_L2, RADAM_WEIGHT_DECAY_L2);
  c.settings("maximize", common(&H::maximize), 0, 1);
  c.numbers("learning_rate", common(&H::learning_rate), RADAM_ERROR_LEARNING_RATE,
            {0, -0.0, kSmallest, 1, before(kFloatOverflow)}, {-kSmallest, -1, kFloatOverflow, DBL_MAX});
  c.rates("momentum", own(&radam_yellowfin::momentum), RADAM_ERROR_MOMENTUM, {0, kSmallest, 0.5});
  c.rates("beta", own(&radam_yellowfin::beta), RADAM_ERROR_BETA, {0, kSmallest, 0.5});
  for (const std::int64_t width : {std::int64_t{1}, std::int64_t{2}, std::int64_t{RADAM_MAX_CURV_WIN_WIDTH}})
    c.both("curv_win_width " + std::to_string(width), RADAM_OK, [=](H& h) { h.of.yellowfin.curv_win_width = width; });
  for (const std::int64_t width : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{RADAM_MAX_CURV_WIN_WIDTH + 1},
                                   INT64_MAX, INT64_MIN})
    c.both("curv_win_width " + std::to_string(width), RADAM_ERROR_CURV_WIN_WIDTH,
           [=](H& h) { h.of.yellowfin.curv_win_width = width; });
  add_clip(c, "clip_threshold", own(&radam_yellowfin::clip_threshold), RADAM_ERROR_CLIP_THRESHOLD);
  add_clip(c, "auto_clip_factor", own(&radam_yellowfin::auto_clip_factor), RADAM_ERROR_AUTO_CLIP_FACTOR);
  add_decay_and_scale(c);
  return {preset(RADAM_PRESET_YELLOWFIN_AUTHORS), c.list};
}

Algorithm of_adam_hd() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_ADAM_HD);
  c.settings("weight_decay_mode", common(&H::weight_decay_mode), RADAM_WEIGHT_DECAY_L2, RADAM_WEIGHT_DECAY_L2);
  c.settings("maximize", common(&H::maximize), 0, 1);
  add_betas<radam_adam_hd>(c);
  add_epsilon(c, own(&radam_adam_hd::epsilon));
  add_decay_and_scale(c);
  c.numbers("hypergrad_lr", own(&radam_adam_hd::hypergrad_lr), RADAM_ERROR_HYPERGRAD_LR,
            {0, -0.0, kSmallest, 1, before(kFloatOverflow / 16)}, {-kSmallest, -1, kFloatOverflow / 8, DBL_MAX});
  return {preset(RADAM_PRESET_ADAM_HD_AUTHORS), c.list};
}

// What AdamP and SGDP have alike. They have no L2 penalty.
template <class Own>
void add_projection(Changes& c) {
  for (const auto& [name, field, status] : {std::tuple{"delta", &Own::delta, RADAM_ERROR_DELTA},
                                            std::tuple{"wd_ratio", &Own::wd_ratio, RADAM_ERROR_WD_RATIO}})
    c.numbers(name, own(field), status, {0, -0.0, kSmallest, 1, before(kFloatOverflow)},
              {-kSmallest, -1, kFloatOverflow, DBL_MAX});
}

Algorithm of_adamp() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_ADAMP);
  c.settings("nesterov", own(&radam_adamp::nesterov), 0, 1);
  c.settings("reserved", own(&radam_adamp::reserved), 0, 0);
  c.settings("weight_decay_mode", common(&H::weight_decay_mode), RADAM_WEIGHT_DECAY_DECOUPLED,
             RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE);
  c.settings("maximize", common(&H::maximize), 0, 1);
  add_betas<radam_adamp>(c);
  add_epsilon(c, own(&radam_adamp::epsilon));
  add_decay_and_scale(c);
  add_projection<radam_adamp>(c);
  return {preset(RADAM_PRESET_ADAMP_AUTHORS), c.list};
}

Algorithm of_sgdp() {
  Changes c;
  add_algorithm(c, RADAM_ALGORITHM_SGDP);
  c.settings("nesterov", own(&radam_sgdp::nesterov), 0, 1);
  c.settings("reserved", own(&radam_sgdp::reserved), 0, 0);
  c.settings("weight_decay_mode", common(&H::weight_decay_mode), RADAM_WEIGHT_DECAY_DECOUPLED,
             RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE);
  c.settings("maximize", common(&H::maximize), 0, 1);
  c.numbers("learning_rate", common(&H::learning_rate), RADAM_ERROR_LEARNING_RATE,
            {0, -0.0, kSmallest, 1, before(kFloatOverflow)}, {-kSmallest, -1, kFloatOverflow, DBL_MAX});
  add_momentum<radam_sgdp>(c);
  add_decay_and_scale(c);
  add_epsilon(c, own(&radam_sgdp::epsilon));
  add_projection<radam_sgdp>(c);
  H h = preset(RADAM_PRESET_SGDP_AUTHORS);
  h.of.sgdp.momentum = 0.5;
  return {h, c.list};
}

const std::vector<Algorithm>& all_algorithms() {
  static const std::vector<Algorithm> all = {of_adam(),    of_sgd(),     of_lion(RADAM_PRESET_LION_AUTHORS),
                                             of_nadam(),   of_rmsprop(),
                                             of_adagrad(), of_adamax(), of_adadelta(), of_adabelief(),
                                             of_adopt(),   of_yogi(),   of_qhadam(), of_ademamix(),
                                             of_adamod(), of_qhm(),     of_adan(),   of_adabound(),
                                             of_diffgrad(), of_padam(),  of_madgrad(), of_cocob(),
                                             of_schedulefree_sgd(), of_schedulefree_adamw(), of_lamb(),
                                             of_stableadamw(), of_lars(), of_cautious_adamw(),
                                             of_lion(RADAM_PRESET_CAUTIOUS_LION_TIMM), of_novograd(),
                                             of_sgd_hd(), of_adam_hd(), of_yellowfin(), of_adamp(), of_sgdp()};
  return all;
}

TEST(Check, EveryFieldAtItsLimits) {
  for (const Algorithm& algorithm : all_algorithms()) {
    SCOPED_TRACE(radam_algorithm_name(algorithm.valid.algorithm));
    for (const Change& change : algorithm.changes) {
      H h = algorithm.valid;
      change.apply(h);
      EXPECT_EQ(radam_hyperparameters_check(&h), change.status) << change.text;
      radam_coefficients c = marked_coefficients();
      const radam_coefficients copy = c;
      EXPECT_EQ(radam_coefficients_at(&h, 7, &c), change.status) << change.text;
      EXPECT_EQ(same_bytes(c, copy), change.status != RADAM_OK) << change.text;
      H again = algorithm.valid;
      change.apply(again);
      EXPECT_TRUE(same_bytes(h, again)) << change.text;
    }
  }
}

TEST(Check, NamesTheFirstFieldAtFault) {
  for (const Algorithm& algorithm : all_algorithms()) {
    SCOPED_TRACE(radam_algorithm_name(algorithm.valid.algorithm));
    std::vector<Change> bad;
    for (const Change& change : algorithm.changes)
      if (change.status != RADAM_OK) bad.push_back(change);
    for (std::size_t i = 0; i < bad.size(); ++i) {
      for (std::size_t j = i + 1; j < bad.size(); ++j) {
        H h = algorithm.valid;
        bad[j].apply(h);
        bad[i].apply(h);  // last, should both be about the same field
        EXPECT_EQ(radam_hyperparameters_check(&h), bad[i].status) << bad[i].text << ", " << bad[j].text;
      }
    }
  }
}

TEST(Check, LearningRateOverOneMinusBeta1FitsAFloat) {
  H h = of_adam().valid;
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

TEST(Check, LearningRateOverOneMinusBeta1FitsAFloatWithAdamaxToo) {
  H h = of_adamax().valid;
  h.of.adamax.beta1 = 0.5;
  h.learning_rate = before(kFloatOverflow / 2);
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK);
  h.learning_rate = kFloatOverflow / 2;
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_ERROR_LEARNING_RATE);
}

TEST(Check, LearningRateOverOneMinusBeta1FitsAFloatWithAdaBeliefToo) {
  H h = of_adabelief().valid;
  h.of.adabelief.beta1 = 0.5;
  h.learning_rate = before(kFloatOverflow / 2);
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK);
  h.learning_rate = kFloatOverflow / 2;
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_ERROR_LEARNING_RATE);
}

// Without averaging, LAMB's step size is divided by 1 - beta1 twice.
TEST(Check, LearningRateOfLambFitsAFloatWhenItIsDivided) {
  H h = of_lamb().valid;
  h.of.lamb.beta1 = 0.5;
  for (const std::int32_t averaging : {0, 1}) {
    const double limit = averaging ? kFloatOverflow / 2 : kFloatOverflow / 4;
    h.of.lamb.grad_averaging = averaging;
    h.learning_rate = before(limit);
    EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK);
    for (const double too_large : {limit, 1e300, DBL_MAX}) {
      h.learning_rate = too_large;
      EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_ERROR_LEARNING_RATE) << too_large;
    }
  }
}

// With a beta2 of 2/3, rho stays below 5.
TEST(Check, AdaBeliefThatNeverRectifies) {
  H h = of_adabelief().valid;
  for (const double beta2 : {0.0, 0.5, 2 / 3.0, before(2 / 3.0)}) {
    h.of.adabelief = {0.9, beta2, 1e-16, 0, 1, RADAM_UNRECTIFIED_SKIP, 0};
    EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_ERROR_NEVER_RECTIFIES) << beta2;
    h.of.adabelief.rectify = 0;
    EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK) << beta2;
    h.of.adabelief.rectify = 1;
    h.of.adabelief.unrectified = RADAM_UNRECTIFIED_MOMENTUM;
    EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK) << beta2;
  }
  h.of.adabelief.unrectified = RADAM_UNRECTIFIED_SKIP;
  h.of.adabelief.beta2 = 0.67;
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK);
}

// With a beta2 of 3/5, rho stays below 4.
TEST(Check, ScheduleFreeThatNeverRectifies) {
  H h = preset(RADAM_PRESET_SCHEDULEFREE_RADAM_AUTHORS);
  for (const double beta2 : {0.0, 0.5, before(0.6)}) {
    h.of.schedulefree_adamw.beta2 = beta2;
    EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_ERROR_NEVER_RECTIFIES) << beta2;
    h.of.schedulefree_adamw.silent_sgd_phase = 0;
    EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK) << beta2;
    h.of.schedulefree_adamw.silent_sgd_phase = 1;
    h.of.schedulefree_adamw.rectify = 0;
    EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK) << beta2;
    h.of.schedulefree_adamw.rectify = 1;
  }
  h.of.schedulefree_adamw.beta2 = 0.61;
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK);
}

TEST(Check, LearningRateOverOneMinusInnerMomentumFitsAFloat) {
  H h = of_schedulefree_adamw().valid;
  h.of.schedulefree_adamw.inner_momentum = 0.5;
  h.learning_rate = before(kFloatOverflow / 2);
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK);
  h.learning_rate = kFloatOverflow / 2;
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_ERROR_LEARNING_RATE);
}

TEST(Check, LearningRateTimesWeightDecayFitsAFloat) {
  for (const Algorithm& algorithm : all_algorithms()) {
    SCOPED_TRACE(radam_algorithm_name(algorithm.valid.algorithm));
    for (const std::int32_t mode : {RADAM_WEIGHT_DECAY_DECOUPLED, RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE}) {
      H h = algorithm.valid;
      if (h.algorithm < kFirstLayerwise || !has_l2_alone(h.algorithm)) h.weight_decay_mode = mode;
      h.learning_rate = 4;
      if (h.algorithm == RADAM_ALGORITHM_MADGRAD) h.of.madgrad.epsilon = 0;  // which is added to the learning rate
      if (h.algorithm == RADAM_ALGORITHM_SGDP) h.of.sgdp.momentum = 0;       // which the decay is divided by 1 minus
      h.weight_decay = before(kFloatOverflow / 4);
      EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK);
      h.weight_decay = kFloatOverflow / 4;
      EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_ERROR_WEIGHT_DECAY);
    }
  }
}

TEST(Check, DecayOfSgdPOverOneMinusMomentumFitsAFloat) {
  H h = of_sgdp().valid;
  h.learning_rate = 4;
  h.weight_decay = before(kFloatOverflow / 8);
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK);
  h.weight_decay = kFloatOverflow / 8;
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_ERROR_WEIGHT_DECAY);
}

// Without rectification its threshold does not count.
TEST(Check, RhoThresholdIsOfRectificationOnly) {
  H h = preset(RADAM_PRESET_ADAM_PYTORCH);
  for (const double threshold : {kNaN, kInfinity, -kInfinity, before(4), 0.0, -5.0}) {
    h.of.adam.rho_threshold = threshold;
    h.of.adam.rectify = 0;
    EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK) << threshold;
    h.of.adam.rectify = 1;
    EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_ERROR_RHO_THRESHOLD) << threshold;
  }
}

// What radam_hyperparameters_check lets pass, radam_step_f32 must take: at the limits, in every step.
TEST(Check, CoefficientsOfWhatPassesAreFinite) {
  for (const Algorithm& algorithm : all_algorithms()) {
    const std::int32_t id = algorithm.valid.algorithm;
    std::vector<H> bases = {algorithm.valid};
    for (std::int32_t number = 0; number < kPresets; ++number)
      if (preset(number).algorithm == id) bases.push_back(preset(number));
    if (id == RADAM_ALGORITHM_ADAM) {
      for (std::size_t i = 0, count = bases.size(); i < count; ++i) {
        bases.push_back(bases[i]);
        bases.back().of.adam.warmup_steps = 10'000'000'000;
      }
    }
    std::size_t passed = 0;
    for (const Change& change : algorithm.changes) {
      if (change.status != RADAM_OK) continue;
      for (std::size_t base = 0; base < bases.size(); ++base) {
        H h = bases[base];
        change.apply(h);
        if (radam_hyperparameters_check(&h) != RADAM_OK) continue;
        ++passed;
        for (const std::int64_t t : {std::int64_t{1}, std::int64_t{2}, std::int64_t{2001}, std::int64_t{9'999'999'999},
                                     INT64_MAX}) {
          radam_coefficients c = marked_coefficients();
          ASSERT_EQ(radam_coefficients_at(&h, t, &c), RADAM_OK) << change.text;
          if (id >= kFirstLayerwise) {
            radam_sums s{};
            s.struct_size = sizeof s;
            s.values[0] = s.values[1] = DBL_MAX;
            double numbers[RADAM_MAX_NUMBERS] = {DBL_MAX, DBL_MAX};
            ASSERT_EQ(radam_coefficients_reduce(&c, 1, &s, numbers, &c), RADAM_OK) << change.text;
          }
          EXPECT_EQ(radam_step_f32(RADAM_TARGET_SCALAR, &c, 0, 0, nullptr, nullptr, nullptr), RADAM_OK)
              << radam_algorithm_name(id) << ", " << change.text << ", base " << base << ", step " << t;
        }
      }
    }
    EXPECT_GT(passed, 40u) << radam_algorithm_name(id);
  }
}

// The warm-up of the RAdam authors adds 1e-8, so that just before its end the learning rate can exceed the full one.
TEST(Check, WarmupCannotOverflowTheDecay) {
  H h = preset(RADAM_PRESET_ADAMW_AUTHORS);
  h.learning_rate = 1;
  h.weight_decay = before(kFloatOverflow);
  h.of.adam.warmup_steps = 10'000'000'000;
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_ERROR_WEIGHT_DECAY);
  h.of.adam.warmup_steps = 0;
  EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_OK);
}

TEST(Check, NullAndStructSize) {
  EXPECT_EQ(radam_hyperparameters_check(nullptr), RADAM_ERROR_NULL);
  for (const Algorithm& algorithm : all_algorithms()) {
    H h = algorithm.valid;
    for (const std::uint32_t size : kWrongSizes<H>) {
      h.struct_size = size;
      EXPECT_EQ(radam_hyperparameters_check(&h), RADAM_ERROR_STRUCT_SIZE) << size;
    }
  }
}

TEST(Check, ANewerStructMayHoldOnlyZerosInWhatTheLibraryDoesNotKnow) {
  for (const Algorithm& algorithm : all_algorithms()) {
    Newer<H> newer(algorithm.valid, 0);
    EXPECT_EQ(radam_hyperparameters_check(&newer.known), RADAM_OK);
    for (unsigned char& byte : newer.more) {
      byte = 1;
      EXPECT_EQ(radam_hyperparameters_check(&newer.known), RADAM_ERROR_STRUCT_SIZE);
      byte = 0;
    }
    newer.known.learning_rate = -1;
    EXPECT_EQ(radam_hyperparameters_check(&newer.known), RADAM_ERROR_LEARNING_RATE);
  }
}

TEST(CoefficientsAt, NullStructSizeAndStep) {
  for (const Algorithm& algorithm : all_algorithms()) {
    H h = algorithm.valid;
    radam_coefficients c = marked_coefficients();
    EXPECT_EQ(radam_coefficients_at(nullptr, 1, &c), RADAM_ERROR_NULL);
    EXPECT_EQ(radam_coefficients_at(&h, 1, nullptr), RADAM_ERROR_NULL);
    for (const std::int64_t step : {std::int64_t{0}, std::int64_t{-1}, INT64_MIN})
      EXPECT_EQ(radam_coefficients_at(&h, step, &c), RADAM_ERROR_STEP) << step;
    EXPECT_TRUE(same_bytes(c, marked_coefficients()));
    for (const std::uint32_t size : kWrongSizes<radam_coefficients>) {
      c.struct_size = size;
      const radam_coefficients copy = c;
      EXPECT_EQ(radam_coefficients_at(&h, 1, &c), RADAM_ERROR_STRUCT_SIZE) << size;
      EXPECT_TRUE(same_bytes(c, copy));
    }
    c = marked_coefficients();
    for (const std::uint32_t size : kWrongSizes<H>) {
      h.struct_size = size;
      EXPECT_EQ(radam_coefficients_at(&h, 1, &c), RADAM_ERROR_STRUCT_SIZE) << size;
    }
    EXPECT_TRUE(same_bytes(c, marked_coefficients()));
  }
}

TEST(CoefficientsAt, TakesNewerStructs) {
  for (const Algorithm& algorithm : all_algorithms()) {
    radam_coefficients expected = marked_coefficients();
    ASSERT_EQ(radam_coefficients_at(&algorithm.valid, 3, &expected), RADAM_OK);
    Newer<H> h(algorithm.valid, 0);
    Newer<radam_coefficients> c(marked_coefficients(), 0x5C);
    const std::uint32_t size = c.known.struct_size;
    ASSERT_EQ(radam_coefficients_at(&h.known, 3, &c.known), RADAM_OK);
    EXPECT_EQ(c.known.struct_size, size);
    EXPECT_TRUE(c.more_is(0));
    c.known.struct_size = sizeof c.known;
    EXPECT_TRUE(same_bytes(c.known, expected)) << radam_algorithm_name(algorithm.valid.algorithm);
  }
}

}  // namespace
}  // namespace radam_test
