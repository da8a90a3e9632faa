// Hyperparameters and coefficients that programs have, and single fields that are anything.
#ifndef RADAM_TEST_FUZZ_SPOILED_H
#define RADAM_TEST_FUZZ_SPOILED_H

#include <cstdint>
#include <vector>

#include <radam/radam.h>

#include "../algorithms.h"
#include "faults.h"
#include "input.h"

namespace radam_test {

// A field of some hyperparameters, replaced by anything.
inline void spoil(Input& in, radam_hyperparameters& h) {
  radam_adam& a = h.of.adam;
  radam_sgd& s = h.of.sgd;
  double* const numbers[] = {&h.learning_rate, &h.weight_decay, &h.grad_scale, &a.beta1, &a.beta2, &a.epsilon,
                             &a.rho_threshold, &s.momentum, &s.dampening, &h.of.nadam.momentum_decay};
  std::int32_t* const flags[] = {&h.weight_decay_mode, &h.maximize, &a.epsilon_placement, &a.amsgrad, &a.rectify,
                                 &a.unrectified, &a.rectify_at_threshold, &a.reserved, &s.nesterov, &s.reserved};
  radam_schedulefree_adamw& f = h.of.schedulefree_adamw;
  std::int64_t* const counts[] = {&a.warmup_steps, &a.frozen_steps, &f.warmup_steps};
  // The rest of RMSprop, AdaBelief, AdaBound, Padam and Schedule-Free AdamW. Other fields of the later algorithms are
  // where another's are.
  radam_adabelief& b = h.of.adabelief;
  std::int32_t* const more_flags[] = {&h.of.rmsprop.centered, &h.of.rmsprop.epsilon_in_root, &b.amsgrad, &b.rectify,
                                      &b.unrectified, &b.fixed_weight_decay, &h.of.adabound.amsgrad,
                                      &h.of.adabound.fixed_weight_decay, &h.of.padam.amsgrad, &h.of.padam.reserved,
                                      &f.rectify, &f.silent_sgd_phase};
  double* const more_numbers[] = {&h.of.adabound.base_learning_rate, &h.of.adabound.gamma};
  radam_lamb& l = h.of.lamb;
  std::int32_t* const flags_of_lamb[] = {&l.bias_correction, &l.grad_averaging, &l.adapt,
                                         &l.trust_clip,      &l.decay_apart,    &l.reserved};
  const unsigned field = in.below(44);
  if (field < 10) *numbers[field] = in.any_double();
  else if (field < 20) *flags[field - 10] = in.choice(2);
  else if (field < 23) *counts[field - 20] = in.integer();
  else if (field < 35) *more_flags[field - 23] = in.choice(2);
  else if (field < 37) *more_numbers[field - 35] = in.any_double();
  else if (field < 43) *flags_of_lamb[field - 37] = in.choice(3);
  else h.algorithm = in.choice(kAlgorithms);
}

// Some fields of coefficients, replaced by anything.
inline void spoil(Input& in, radam_coefficients& c) {
  for (unsigned n = in.byte() % 16 % 5; n > 0; --n) {
    const unsigned field = in.below(24);
    if (field < 16) c.of.values[field] = in.any_float();
    else if (field < 20) c.grad_scale = in.any_float();
    else if (field == 20) c.mode = in.choice(4);
    else if (field == 21) c.algorithm = in.choice(kAlgorithms);
    else if (field == 22) c.reserved = in.choice(1);
  }
}

// Coefficients that an algorithm has, of which some fields are anything.
inline radam_coefficients some_coefficients(Input& in) {
  const std::vector<Combination>& all = all_combinations();
  radam_coefficients c = all[in.byte() % all.size()].typical;
  spoil(in, c);
  return c;
}

}  // namespace radam_test

#endif
