#include "presets.h"

namespace radam {
namespace {

// What all of them have in common; then each says what is its own. Defaults are those of the implementation named.
radam_hyperparameters adam() {
  radam_hyperparameters h{};
  h.algorithm = RADAM_ALGORITHM_ADAM;
  h.epsilon_placement = RADAM_EPSILON_BIAS_CORRECTED;
  h.weight_decay_mode = RADAM_WEIGHT_DECAY_L2;
  h.learning_rate = 1e-3;
  h.beta1 = 0.9;
  h.beta2 = 0.999;
  h.epsilon = 1e-8;
  h.grad_scale = 1;
  h.rho_threshold = 5;
  return h;
}

radam_hyperparameters adamw_pytorch() {
  radam_hyperparameters h = adam();
  h.weight_decay_mode = RADAM_WEIGHT_DECAY_DECOUPLED;
  h.weight_decay = 1e-2;
  return h;
}

radam_hyperparameters adamw_authors() {
  radam_hyperparameters h = adam();
  h.weight_decay_mode = RADAM_WEIGHT_DECAY_DECOUPLED;
  h.epsilon_placement = RADAM_EPSILON_PLAIN;
  return h;
}

radam_hyperparameters adam_2k() {
  radam_hyperparameters h = adamw_authors();
  h.frozen_steps = 2000;
  return h;
}

radam_hyperparameters radam_authors() {
  radam_hyperparameters h = adam();
  h.algorithm = RADAM_ALGORITHM_RADAM;
  h.unrectified = RADAM_UNRECTIFIED_SKIP;
  h.rectify_at_threshold = 1;
  h.epsilon_placement = RADAM_EPSILON_PLAIN;
  h.weight_decay_mode = RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE;
  return h;
}

radam_hyperparameters radam_pytorch() {
  radam_hyperparameters h = radam_authors();
  h.unrectified = RADAM_UNRECTIFIED_MOMENTUM;
  h.rectify_at_threshold = 0;
  h.weight_decay_mode = RADAM_WEIGHT_DECAY_L2;
  return h;
}

radam_hyperparameters radam_tensorflow_addons() {
  radam_hyperparameters h = radam_authors();
  h.unrectified = RADAM_UNRECTIFIED_MOMENTUM;
  h.epsilon_placement = RADAM_EPSILON_BIAS_CORRECTED;
  h.weight_decay_mode = RADAM_WEIGHT_DECAY_DECOUPLED;
  h.epsilon = 1e-7;
  return h;
}

radam_hyperparameters radam_optax() {
  radam_hyperparameters h = radam_tensorflow_addons();
  h.epsilon = 1e-8;
  return h;
}

radam_hyperparameters radam_paper() {
  radam_hyperparameters h = radam_pytorch();
  h.rho_threshold = 4;
  h.epsilon = 0;
  return h;
}

}  // namespace

bool fill_preset(radam_hyperparameters& h, std::int32_t preset) {
  radam_hyperparameters filled;
  switch (preset) {
    case RADAM_PRESET_RADAM_AUTHORS: filled = radam_authors(); break;
    case RADAM_PRESET_RADAM_PYTORCH: filled = radam_pytorch(); break;
    case RADAM_PRESET_RADAM_TENSORFLOW_ADDONS: filled = radam_tensorflow_addons(); break;
    case RADAM_PRESET_RADAM_OPTAX: filled = radam_optax(); break;
    case RADAM_PRESET_RADAM_PAPER: filled = radam_paper(); break;
    case RADAM_PRESET_ADAM_PYTORCH: filled = adam(); break;
    case RADAM_PRESET_ADAMW_PYTORCH: filled = adamw_pytorch(); break;
    case RADAM_PRESET_ADAMW_AUTHORS: filled = adamw_authors(); break;
    case RADAM_PRESET_ADAM_2K: filled = adam_2k(); break;
    default: return false;
  }
  filled.struct_size = h.struct_size;
  h = filled;
  return true;
}

}  // namespace radam
