#include "status_sentence.h"

namespace radam {

const char* status_sentence(radam_status status) {
  switch (status) {
    case RADAM_OK: return "no error";
    case RADAM_ERROR_NULL: return "a pointer that must not be null is null";
    case RADAM_ERROR_STRUCT_SIZE:
      return "struct_size is less than any version of the struct has had, or the struct is of a newer header and uses "
             "what this library does not know, or it has fewer sums than the algorithm";
    case RADAM_ERROR_RANGE: return "the range is not 0 <= begin <= end, or does not fit the address space";
    case RADAM_ERROR_OVERLAP: return "two buffers share memory";
    case RADAM_ERROR_TARGET: return "no such target, or not on this machine";
    case RADAM_ERROR_PRESET: return "no such preset";
    case RADAM_ERROR_STEP: return "steps are counted from 1";
    case RADAM_ERROR_COEFFICIENTS:
      return "a coefficient is out of range or not finite, the mode is unknown, or l2 and decay are both other than 0";
    case RADAM_ERROR_SETTING:
      return "a field that selects a behaviour holds an unknown value, or one that the algorithm does not take";
    case RADAM_ERROR_LEARNING_RATE:
      return "learning_rate is negative, or not finite as float32 (alone or divided by 1 - beta1)";
    case RADAM_ERROR_BETA1: return "beta1 is not in [0, 1), or with Schedule-Free 1 / beta1 is not finite as float32";
    case RADAM_ERROR_BETA2: return "beta2 is not in [0, 1)";
    case RADAM_ERROR_EPSILON:
      return "epsilon is negative, or not finite as float32, or 0 with Adadelta, which would never move a "
             "parameter, or with COCOB, which divides by it";
    case RADAM_ERROR_WEIGHT_DECAY: return "weight_decay is negative, or not finite as float32";
    case RADAM_ERROR_GRAD_SCALE: return "grad_scale is not positive, or not finite and non-zero as float32";
    case RADAM_ERROR_RHO_THRESHOLD: return "rho_threshold is less than 4 or not finite";
    case RADAM_ERROR_NEVER_RECTIFIES:
      return "no step would ever move a parameter: with this beta2, rho never reaches rho_threshold, and unrectified "
             "steps are skipped; raise beta2 or use RADAM_UNRECTIFIED_MOMENTUM";
    case RADAM_ERROR_WARMUP_STEPS: return "warmup_steps is negative, or not 0 with Schedule-Free RAdam";
    case RADAM_ERROR_FROZEN_STEPS: return "frozen_steps is negative";
    case RADAM_ERROR_TYPE:
      return "no such type: elements are f32, bf16 or f16, parameters also split, state is f32, bf16 or block8, and is "
             "rounded to nearest or stochastically";
    case RADAM_ERROR_COPY: return "a copy is for f32 parameters only, and is bf16 or f16";
    case RADAM_ERROR_BLOCK:
      return "under block8 state, begin and first must be multiples of 256, and end too unless it is the length";
    case RADAM_ERROR_CLIP: return "clip_value is negative or not a number";
    case RADAM_ERROR_AVERAGE: return "average_rate is not in [0, 1]";
    case RADAM_ERROR_ALGORITHM: return "no such algorithm, or not the one that something was made for";
    case RADAM_ERROR_MOMENTUM:
      return "momentum is not in [0, 1), or with Schedule-Free 1 / momentum is not finite as float32";
    case RADAM_ERROR_DAMPENING: return "dampening is not in [0, 1], or of SGDP not in [0, 1)";
    case RADAM_ERROR_NESTEROV: return "Nesterov momentum needs a momentum above 0 and a dampening of 0";
    case RADAM_ERROR_STATE: return "the algorithm has no state buffer of that number";
    case RADAM_ERROR_OUTPUT:
      return "no such output, or the update is asked for with a copy, a moving average, or gradients set to zero";
    case RADAM_ERROR_MOMENTUM_DECAY: return "momentum_decay is negative or not finite";
    case RADAM_ERROR_PATTERN: return "no such pattern, or the target does not have it";
    case RADAM_ERROR_ALPHA: return "alpha is not in [0, 1), or of AdEMAMix and COCOB not in [0, 2^63]";
    case RADAM_ERROR_RHO: return "rho is not in [0, 1)";
    case RADAM_ERROR_LEARNING_RATE_DECAY: return "learning_rate_decay is negative or not finite";
    case RADAM_ERROR_INITIAL_ACCUMULATOR: return "initial_accumulator is not in [0, 2^127]";
    case RADAM_ERROR_NU1: return "nu1 is not in [0, 1]";
    case RADAM_ERROR_NU2: return "nu2 is not in [0, 1]";
    case RADAM_ERROR_BETA3: return "beta3 is not in [0, 1)";
    case RADAM_ERROR_ALPHA_WARMUP_STEPS: return "alpha_warmup_steps is negative";
    case RADAM_ERROR_BETA3_WARMUP_STEPS:
      return "beta3_warmup_steps is negative, or above 0 although beta1 or beta3 plus 1e-8 is not below 1";
    case RADAM_ERROR_NU: return "nu is not in [0, 1]";
    case RADAM_ERROR_FINAL_LEARNING_RATE:
      return "final_learning_rate is not positive, or not finite and non-zero as float32";
    case RADAM_ERROR_BASE_LEARNING_RATE:
      return "base_learning_rate is not positive, or not finite and non-zero as float32";
    case RADAM_ERROR_GAMMA: return "gamma is not in (0, 1), or is 0 as float32";
    case RADAM_ERROR_PARTIAL: return "partial is not in (0, 0.5], or is 0 as float32";
    case RADAM_ERROR_R: return "r is not in [0, 16]";
    case RADAM_ERROR_WEIGHT_LR_POWER: return "weight_lr_power is not in [0, 16]";
    case RADAM_ERROR_INNER_MOMENTUM: return "inner_momentum is not in [0, 1)";
    case RADAM_ERROR_SUMS:
      return "a step of a layer-wise algorithm needs sums over the tensor, and coefficients that follow from them";
    case RADAM_ERROR_MAX_PARAM_NORM: return "max_param_norm is not positive as float32";
    case RADAM_ERROR_CLIP_THRESHOLD:
      return "clip_threshold is not positive, or not finite and non-zero as float32";
    case RADAM_ERROR_TRUST_COEFFICIENT:
      return "trust_coefficient is not positive, or not finite and non-zero as float32";
    case RADAM_ERROR_ROW_LENGTH:
      return "row_length is less than 1, or the slice's first row is not whole, or on a GPU rows do not make up the "
             "tensor, or it has decays of them";
    case RADAM_ERROR_NUMBERS: return "a number that the algorithm keeps is out of range";
    case RADAM_ERROR_HYPERGRAD_LR:
      return "hypergrad_lr is negative, or not finite as float32, alone or divided by 1 - beta1";
    case RADAM_ERROR_BETA: return "beta is not in [0, 1)";
    case RADAM_ERROR_CURV_WIN_WIDTH: return "curv_win_width is not in [1, 64]";
    case RADAM_ERROR_AUTO_CLIP_FACTOR:
      return "auto_clip_factor is negative, or not finite, or above 0 but not as float32";
    case RADAM_ERROR_DELTA: return "delta is negative, or not finite as float32";
    case RADAM_ERROR_WD_RATIO: return "wd_ratio is negative, or not finite as float32";
    default: return "no such status";
  }
}

}  // namespace radam
