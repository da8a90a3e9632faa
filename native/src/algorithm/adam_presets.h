// The presets of Adam, AdamW and RAdam: the defaults of the implementations that they are named after.
#ifndef RADAM_SRC_ALGORITHM_ADAM_PRESETS_H
#define RADAM_SRC_ALGORITHM_ADAM_PRESETS_H

#include <cstdint>

#include <radam/radam.h>

namespace {

struct AdamPresets {
  // Fills all fields but struct_size. Returns false, and changes nothing, if this is no preset of the algorithm.
  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    switch (preset) {
      case RADAM_PRESET_RADAM_AUTHORS: return fill(radam_authors(), h);
      case RADAM_PRESET_RADAM_PYTORCH: return fill(radam_pytorch(), h);
      case RADAM_PRESET_RADAM_TENSORFLOW_ADDONS: return fill(radam_tensorflow_addons(), h);
      case RADAM_PRESET_RADAM_OPTAX: return fill(radam_optax(), h);
      case RADAM_PRESET_RADAM_PAPER: return fill(radam_paper(), h);
      case RADAM_PRESET_ADAM_PYTORCH: return fill(adam_pytorch(), h);
      case RADAM_PRESET_ADAMW_PYTORCH: return fill(adamw_pytorch(), h);
      case RADAM_PRESET_ADAMW_AUTHORS: return fill(adamw_authors(), h);
      case RADAM_PRESET_ADAM_2K: return fill(adam_2k(), h);
      default: return false;
    }
  }

 private:
  static bool fill(radam_hyperparameters filled, radam_hyperparameters& h) {
    filled.struct_size = h.struct_size;
    h = filled;
    return true;
  }

  // torch.optim.Adam. The other presets are this with changes.
  static radam_hyperparameters adam_pytorch() {
    radam_hyperparameters h{};
    h.algorithm = RADAM_ALGORITHM_ADAM;
    h.learning_rate = 1e-3;
    h.grad_scale = 1;
    h.weight_decay_mode = RADAM_WEIGHT_DECAY_L2;
    h.of.adam = {};
    h.of.adam.beta1 = 0.9;
    h.of.adam.beta2 = 0.999;
    h.of.adam.epsilon = 1e-8;
    h.of.adam.epsilon_placement = RADAM_EPSILON_BIAS_CORRECTED;
    h.of.adam.rho_threshold = 5;
    return h;
  }

  static radam_hyperparameters adamw_pytorch() {
    radam_hyperparameters h = adam_pytorch();
    h.weight_decay_mode = RADAM_WEIGHT_DECAY_DECOUPLED;
    h.weight_decay = 1e-2;
    return h;
  }

  static radam_hyperparameters adamw_authors() {
    radam_hyperparameters h = adam_pytorch();
    h.weight_decay_mode = RADAM_WEIGHT_DECAY_DECOUPLED;
    h.of.adam.epsilon_placement = RADAM_EPSILON_PLAIN;
    return h;
  }

  static radam_hyperparameters adam_2k() {
    radam_hyperparameters h = adamw_authors();
    h.of.adam.frozen_steps = 2000;
    return h;
  }

  static radam_hyperparameters radam_authors() {
    radam_hyperparameters h = adam_pytorch();
    h.weight_decay_mode = RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE;
    h.of.adam.rectify = 1;
    h.of.adam.rectify_at_threshold = 1;
    h.of.adam.unrectified = RADAM_UNRECTIFIED_SKIP;
    h.of.adam.epsilon_placement = RADAM_EPSILON_PLAIN;
    return h;
  }

  static radam_hyperparameters radam_pytorch() {
    radam_hyperparameters h = radam_authors();
    h.weight_decay_mode = RADAM_WEIGHT_DECAY_L2;
    h.of.adam.rectify_at_threshold = 0;
    h.of.adam.unrectified = RADAM_UNRECTIFIED_MOMENTUM;
    return h;
  }

  static radam_hyperparameters radam_tensorflow_addons() {
    radam_hyperparameters h = radam_authors();
    h.weight_decay_mode = RADAM_WEIGHT_DECAY_DECOUPLED;
    h.of.adam.unrectified = RADAM_UNRECTIFIED_MOMENTUM;
    h.of.adam.epsilon_placement = RADAM_EPSILON_BIAS_CORRECTED;
    h.of.adam.epsilon = 1e-7;
    return h;
  }

  static radam_hyperparameters radam_optax() {
    radam_hyperparameters h = radam_tensorflow_addons();
    h.of.adam.epsilon = 1e-8;
    return h;
  }

  static radam_hyperparameters radam_paper() {
    radam_hyperparameters h = radam_pytorch();
    h.of.adam.rho_threshold = 4;
    h.of.adam.epsilon = 0;
    return h;
  }
};

}  // namespace

#endif
