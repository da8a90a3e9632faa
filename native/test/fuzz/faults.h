// What radam.h says about arguments, again and in other words: the faults of a call, of which it must report one.
#ifndef RADAM_TEST_FUZZ_FAULTS_H
#define RADAM_TEST_FUZZ_FAULTS_H

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <radam/radam.h>

#include "../algorithms.h"

namespace radam_test {

// Ends the program, which a fuzzer reports with the input.
inline void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

// A bit for each status.
__extension__ using Faults = unsigned __int128;

constexpr Faults fault(radam_status status) { return Faults{1} << status; }
constexpr Faults fault_if(bool condition, radam_status status) { return condition ? fault(status) : 0; }

// The call must report one of the faults, or succeed if there is none.
inline void expect(radam_status status, Faults faults, const char* call) {
  const char* const sentence = radam_status_string(status);
  require(sentence != nullptr && *sentence != '\0', "a status without a sentence");
  const bool known = status >= 0 && status < 114;
  if (faults == 0 ? status == RADAM_OK : known && (fault(status) & faults) != 0) return;
  std::fprintf(stderr, "%s returned %d (%s); expected is one of", call, static_cast<int>(status), sentence);
  for (radam_status s = 0; s < 114; ++s)
    if ((fault(s) & faults) != 0) std::fprintf(stderr, " %d", static_cast<int>(s));
  std::fprintf(stderr, "\n");
  std::abort();
}

inline bool is_one_of(std::int32_t x, std::int32_t count) { return x >= 0 && x < count; }
inline bool is_in_unit_interval(double x) { return x >= 0 && x <= 1; }

// --- structs of other headers --------------------------------------------------------------------------------------

// The bytes of the oldest version of each struct.
template <class T>
inline constexpr std::size_t kOldestSize = sizeof(T);
template <>
inline constexpr std::size_t kOldestSize<radam_tensor> = offsetof(radam_tensor, first);
template <>
inline constexpr std::size_t kOldestSize<radam_sums> = offsetof(radam_sums, values) + 2 * sizeof(double);

inline bool has_valid_size(std::uint32_t size, std::size_t oldest) { return size >= oldest && size <= 4096; }

template <class T>
Faults faults_of_size(const T* given) {
  const std::uint32_t size = given->struct_size;
  bool valid = has_valid_size(size, kOldestSize<T>);
  for (std::size_t i = sizeof(T); valid && i < size; ++i) valid = reinterpret_cast<const unsigned char*>(given)[i] == 0;
  return fault_if(!valid, RADAM_ERROR_STRUCT_SIZE);
}

// A struct that the library fills.
template <class T>
Faults faults_of_room(const T* to) {
  return fault_if(!has_valid_size(to->struct_size, kOldestSize<T>), RADAM_ERROR_STRUCT_SIZE);
}

// Sums of an older header, which has two: YellowFin has three.
inline Faults faults_of_count(const radam_coefficients& c, const radam_sums* s) {
  return fault_if(c.algorithm == RADAM_ALGORITHM_YELLOWFIN && s->struct_size < sizeof *s, RADAM_ERROR_STRUCT_SIZE);
}

// What the struct says to this version of the library, if its size is valid.
template <class T>
T known_part(const T* given) {
  T known;
  std::memset(static_cast<void*>(&known), 0, sizeof known);
  if (faults_of_size(given) == 0)
    std::memcpy(static_cast<void*>(&known), given,
                given->struct_size < sizeof known ? given->struct_size : sizeof known);
  known.struct_size = sizeof known;
  return known;
}

// --- hyperparameters -----------------------------------------------------------------------------------------------

inline bool is_finite_float(double x) { return std::isfinite(static_cast<float>(x)); }
inline bool is_decay_rate(double x) { return x >= 0 && x < 1; }

inline Faults faults_of(const radam_adam& a, double learning_rate) {
  Faults f = 0;
  for (const std::int32_t flag : {a.epsilon_placement, a.amsgrad, a.rectify, a.unrectified, a.rectify_at_threshold})
    f |= fault_if(!is_one_of(flag, 2), RADAM_ERROR_SETTING);
  f |= fault_if(a.reserved != 0, RADAM_ERROR_SETTING);
  f |= fault_if(!is_decay_rate(a.beta1), RADAM_ERROR_BETA1);
  f |= fault_if(!is_decay_rate(a.beta2), RADAM_ERROR_BETA2);
  f |= fault_if(!is_finite_float(learning_rate / (1 - a.beta1)), RADAM_ERROR_LEARNING_RATE);
  f |= fault_if(!(a.epsilon >= 0) || !is_finite_float(a.epsilon), RADAM_ERROR_EPSILON);
  f |= fault_if(a.warmup_steps < 0, RADAM_ERROR_WARMUP_STEPS);
  f |= fault_if(a.frozen_steps < 0, RADAM_ERROR_FROZEN_STEPS);
  if (a.rectify == 0) return f;
  f |= fault_if(!(a.rho_threshold >= 4) || std::isinf(a.rho_threshold), RADAM_ERROR_RHO_THRESHOLD);
  const bool never = 2 / (1 - a.beta2) - 1 <= a.rho_threshold;
  return f | fault_if(never && a.unrectified == RADAM_UNRECTIFIED_SKIP, RADAM_ERROR_NEVER_RECTIFIES);
}

inline Faults faults_of(const radam_sgd& s) {
  return fault_if(!is_one_of(s.nesterov, 2) || s.reserved != 0, RADAM_ERROR_SETTING) |
         fault_if(!is_decay_rate(s.momentum), RADAM_ERROR_MOMENTUM) |
         fault_if(!is_in_unit_interval(s.dampening), RADAM_ERROR_DAMPENING) |
         fault_if(s.nesterov != 0 && !(s.momentum > 0 && s.dampening == 0), RADAM_ERROR_NESTEROV);
}

inline Faults faults_of(const radam_nadam& n) {
  return fault_if(!is_decay_rate(n.beta1), RADAM_ERROR_BETA1) | fault_if(!is_decay_rate(n.beta2), RADAM_ERROR_BETA2) |
         fault_if(!(n.epsilon >= 0) || !is_finite_float(n.epsilon), RADAM_ERROR_EPSILON) |
         fault_if(!(n.momentum_decay >= 0) || std::isinf(n.momentum_decay), RADAM_ERROR_MOMENTUM_DECAY);
}

inline Faults faults_of_epsilon(double epsilon) {
  return fault_if(!(epsilon >= 0) || !is_finite_float(epsilon), RADAM_ERROR_EPSILON);
}

inline Faults faults_of(const radam_rmsprop& r) {
  return fault_if(!is_one_of(r.centered, 2) || !is_one_of(r.epsilon_in_root, 2), RADAM_ERROR_SETTING) |
         fault_if(!is_decay_rate(r.alpha), RADAM_ERROR_ALPHA) | faults_of_epsilon(r.epsilon) |
         fault_if(!is_decay_rate(r.momentum), RADAM_ERROR_MOMENTUM);
}

inline Faults faults_of(const radam_adagrad& a) {
  return faults_of_epsilon(a.epsilon) |
         fault_if(!(a.learning_rate_decay >= 0) || std::isinf(a.learning_rate_decay), RADAM_ERROR_LEARNING_RATE_DECAY) |
         fault_if(!(a.initial_accumulator >= 0 && a.initial_accumulator <= 0x1p127), RADAM_ERROR_INITIAL_ACCUMULATOR);
}

inline Faults faults_of(const radam_adamax& a, double learning_rate) {
  return fault_if(!is_decay_rate(a.beta1), RADAM_ERROR_BETA1) | fault_if(!is_decay_rate(a.beta2), RADAM_ERROR_BETA2) |
         fault_if(!is_finite_float(learning_rate / (1 - a.beta1)), RADAM_ERROR_LEARNING_RATE) |
         faults_of_epsilon(a.epsilon);
}

inline Faults faults_of(const radam_adadelta& a) {
  return fault_if(!is_decay_rate(a.rho), RADAM_ERROR_RHO) | faults_of_epsilon(a.epsilon) |
         fault_if(static_cast<float>(a.epsilon) == 0, RADAM_ERROR_EPSILON);
}

inline Faults faults_of(const radam_adabelief& b, double learning_rate) {
  Faults f = fault_if(!is_decay_rate(b.beta1), RADAM_ERROR_BETA1) |
             fault_if(!is_decay_rate(b.beta2), RADAM_ERROR_BETA2) | faults_of_epsilon(b.epsilon) |
             fault_if(!is_finite_float(learning_rate / (1 - b.beta1)), RADAM_ERROR_LEARNING_RATE);
  for (const std::int32_t flag : {b.amsgrad, b.rectify, b.unrectified, b.fixed_weight_decay})
    f |= fault_if(!is_one_of(flag, 2), RADAM_ERROR_SETTING);
  const bool never = b.rectify != 0 && 2 / (1 - b.beta2) - 1 <= 5;
  return f | fault_if(never && b.unrectified == RADAM_UNRECTIFIED_SKIP, RADAM_ERROR_NEVER_RECTIFIES);
}

inline Faults faults_of(const radam_adopt& a) {
  return fault_if(!is_one_of(a.clip, 2) || a.reserved != 0, RADAM_ERROR_SETTING) |
         fault_if(!is_decay_rate(a.beta1), RADAM_ERROR_BETA1) | fault_if(!is_decay_rate(a.beta2), RADAM_ERROR_BETA2) |
         faults_of_epsilon(a.epsilon);
}

inline Faults faults_of(const radam_yogi& y, double learning_rate) {
  return fault_if(!is_decay_rate(y.beta1), RADAM_ERROR_BETA1) | fault_if(!is_decay_rate(y.beta2), RADAM_ERROR_BETA2) |
         fault_if(!is_finite_float(learning_rate / (1 - y.beta1)), RADAM_ERROR_LEARNING_RATE) |
         faults_of_epsilon(y.epsilon) |
         fault_if(!(y.initial_accumulator >= 0 && y.initial_accumulator <= 0x1p127), RADAM_ERROR_INITIAL_ACCUMULATOR);
}

inline Faults faults_of(const radam_qhadam& q) {
  return fault_if(!is_decay_rate(q.beta1), RADAM_ERROR_BETA1) | fault_if(!is_decay_rate(q.beta2), RADAM_ERROR_BETA2) |
         fault_if(!(q.nu1 >= 0 && q.nu1 <= 1), RADAM_ERROR_NU1) |
         fault_if(!(q.nu2 >= 0 && q.nu2 <= 1), RADAM_ERROR_NU2) | faults_of_epsilon(q.epsilon);
}

inline Faults faults_of(const radam_ademamix& a, double learning_rate) {
  const bool warms_up = a.beta1 + 1e-8 < 1 && a.beta3 + 1e-8 < 1;
  return fault_if(!is_decay_rate(a.beta1), RADAM_ERROR_BETA1) | fault_if(!is_decay_rate(a.beta2), RADAM_ERROR_BETA2) |
         fault_if(!is_decay_rate(a.beta3), RADAM_ERROR_BETA3) |
         fault_if(!is_finite_float(learning_rate / (1 - a.beta1)), RADAM_ERROR_LEARNING_RATE) |
         faults_of_epsilon(a.epsilon) | fault_if(!(a.alpha >= 0 && a.alpha <= 0x1p63), RADAM_ERROR_ALPHA) |
         fault_if(a.alpha_warmup_steps < 0, RADAM_ERROR_ALPHA_WARMUP_STEPS) |
         fault_if(a.beta3_warmup_steps < 0 || (a.beta3_warmup_steps > 0 && !warms_up), RADAM_ERROR_BETA3_WARMUP_STEPS);
}

inline Faults faults_of(const radam_adamod& a, double learning_rate) {
  return fault_if(!is_decay_rate(a.beta1), RADAM_ERROR_BETA1) | fault_if(!is_decay_rate(a.beta2), RADAM_ERROR_BETA2) |
         fault_if(!is_decay_rate(a.beta3), RADAM_ERROR_BETA3) |
         fault_if(!is_finite_float(learning_rate / (1 - a.beta1)), RADAM_ERROR_LEARNING_RATE) |
         faults_of_epsilon(a.epsilon);
}

inline Faults faults_of(const radam_qhm& q) {
  return fault_if(!is_decay_rate(q.momentum), RADAM_ERROR_MOMENTUM) |
         fault_if(!is_in_unit_interval(q.nu), RADAM_ERROR_NU);
}

inline Faults faults_of(const radam_adan& a, double learning_rate) {
  return fault_if(!is_one_of(a.no_prox, 2) || a.reserved != 0, RADAM_ERROR_SETTING) |
         fault_if(!is_decay_rate(a.beta1), RADAM_ERROR_BETA1) | fault_if(!is_decay_rate(a.beta2), RADAM_ERROR_BETA2) |
         fault_if(!is_decay_rate(a.beta3), RADAM_ERROR_BETA3) |
         fault_if(!is_finite_float(learning_rate / (1 - a.beta1)), RADAM_ERROR_LEARNING_RATE) |
         faults_of_epsilon(a.epsilon);
}

inline bool is_positive_float(double x) { return static_cast<float>(x) > 0 && is_finite_float(x); }

inline Faults faults_of(const radam_adabound& a, double learning_rate) {
  return fault_if(!is_one_of(a.amsgrad, 2) || !is_one_of(a.fixed_weight_decay, 2), RADAM_ERROR_SETTING) |
         fault_if(!is_decay_rate(a.beta1), RADAM_ERROR_BETA1) | fault_if(!is_decay_rate(a.beta2), RADAM_ERROR_BETA2) |
         fault_if(!is_finite_float(learning_rate / (1 - a.beta1)), RADAM_ERROR_LEARNING_RATE) |
         faults_of_epsilon(a.epsilon) |
         fault_if(!is_positive_float(a.final_learning_rate), RADAM_ERROR_FINAL_LEARNING_RATE) |
         fault_if(!is_positive_float(a.base_learning_rate), RADAM_ERROR_BASE_LEARNING_RATE) |
         fault_if(!(a.gamma < 1) || static_cast<float>(a.gamma) <= 0, RADAM_ERROR_GAMMA);
}

inline Faults faults_of(const radam_diffgrad& d, double learning_rate) {
  return fault_if(!is_decay_rate(d.beta1), RADAM_ERROR_BETA1) | fault_if(!is_decay_rate(d.beta2), RADAM_ERROR_BETA2) |
         fault_if(!is_finite_float(learning_rate / (1 - d.beta1)), RADAM_ERROR_LEARNING_RATE) |
         faults_of_epsilon(d.epsilon);
}

inline Faults faults_of(const radam_padam& p, double learning_rate) {
  return fault_if(!is_one_of(p.amsgrad, 2) || p.reserved != 0, RADAM_ERROR_SETTING) |
         fault_if(!is_decay_rate(p.beta1), RADAM_ERROR_BETA1) | fault_if(!is_decay_rate(p.beta2), RADAM_ERROR_BETA2) |
         fault_if(!is_finite_float(learning_rate / (1 - p.beta1)), RADAM_ERROR_LEARNING_RATE) |
         faults_of_epsilon(p.epsilon) | fault_if(!is_positive_float(p.partial) || p.partial > 0.5, RADAM_ERROR_PARTIAL);
}

inline Faults faults_of(const radam_madgrad& m) {
  return fault_if(!is_decay_rate(m.momentum), RADAM_ERROR_MOMENTUM) | faults_of_epsilon(m.epsilon);
}

inline Faults faults_of(const radam_cocob& c) {
  return fault_if(!(c.alpha >= 0 && c.alpha <= 0x1p63), RADAM_ERROR_ALPHA) |
         fault_if(!is_positive_float(c.epsilon), RADAM_ERROR_EPSILON);
}

inline bool is_interpolation(double b) { return b > 0 && b < 1 && is_finite_float(1 / b); }

inline Faults faults_of_powers(double r, double weight_lr_power) {
  return fault_if(!(r >= 0 && r <= 16), RADAM_ERROR_R) |
         fault_if(!(weight_lr_power >= 0 && weight_lr_power <= 16), RADAM_ERROR_WEIGHT_LR_POWER);
}

inline Faults faults_of(const radam_schedulefree_sgd& s) {
  return fault_if(!is_interpolation(s.momentum), RADAM_ERROR_MOMENTUM) | faults_of_powers(s.r, s.weight_lr_power) |
         fault_if(s.warmup_steps < 0, RADAM_ERROR_WARMUP_STEPS);
}

inline Faults faults_of(const radam_schedulefree_adamw& s, double learning_rate) {
  return fault_if(!is_one_of(s.rectify, 2) || !is_one_of(s.silent_sgd_phase, 2), RADAM_ERROR_SETTING) |
         fault_if(!is_interpolation(s.beta1), RADAM_ERROR_BETA1) |
         fault_if(!is_decay_rate(s.beta2), RADAM_ERROR_BETA2) |
         fault_if(!is_decay_rate(s.inner_momentum), RADAM_ERROR_INNER_MOMENTUM) |
         fault_if(!is_finite_float(learning_rate / (1 - s.inner_momentum)), RADAM_ERROR_LEARNING_RATE) |
         faults_of_epsilon(s.epsilon) | faults_of_powers(s.r, s.weight_lr_power) |
         fault_if(s.warmup_steps < 0 || (s.rectify != 0 && s.warmup_steps != 0), RADAM_ERROR_WARMUP_STEPS) |
         fault_if(s.rectify != 0 && s.silent_sgd_phase != 0 && !(2 / (1 - s.beta2) - 1 > 4),
                  RADAM_ERROR_NEVER_RECTIFIES);
}

inline Faults faults_of_moments(double beta1, double beta2, double epsilon, double learning_rate) {
  return fault_if(!is_decay_rate(beta1), RADAM_ERROR_BETA1) | fault_if(!is_decay_rate(beta2), RADAM_ERROR_BETA2) |
         fault_if(!is_finite_float(learning_rate / (1 - beta1)), RADAM_ERROR_LEARNING_RATE) |
         faults_of_epsilon(epsilon);
}

inline Faults faults_of(const radam_lamb& l, double learning_rate) {
  Faults f = faults_of_moments(l.beta1, l.beta2, l.epsilon, learning_rate);
  for (const std::int32_t flag : {l.bias_correction, l.grad_averaging, l.trust_clip, l.decay_apart})
    f |= fault_if(!is_one_of(flag, 2), RADAM_ERROR_SETTING);
  f |= fault_if(!is_one_of(l.adapt, 3) || l.reserved != 0, RADAM_ERROR_SETTING);
  const double twice = learning_rate / (1 - l.beta1) / (1 - l.beta1);
  f |= fault_if(l.grad_averaging == 0 && !is_finite_float(twice), RADAM_ERROR_LEARNING_RATE);
  return f | fault_if(!(static_cast<float>(l.max_param_norm) > 0), RADAM_ERROR_MAX_PARAM_NORM);
}

inline Faults faults_of(const radam_stableadamw& s, double learning_rate) {
  return faults_of_moments(s.beta1, s.beta2, s.epsilon, learning_rate) |
         fault_if(!is_positive_float(s.clip_threshold), RADAM_ERROR_CLIP_THRESHOLD);
}

inline Faults faults_of(const radam_lars& l) {
  radam_sgd sgd{};
  sgd.momentum = l.momentum;
  sgd.dampening = l.dampening;
  sgd.nesterov = l.nesterov;
  const bool are_flags = is_one_of(l.trust_clip, 2) && is_one_of(l.decayed_norm, 2);
  return faults_of(sgd) | fault_if(!are_flags || !is_one_of(l.adapt, 3), RADAM_ERROR_SETTING) |
         fault_if(!is_positive_float(l.trust_coefficient), RADAM_ERROR_TRUST_COEFFICIENT) |
         faults_of_epsilon(l.epsilon);
}

inline Faults faults_of(const radam_cautious_adamw& a, double learning_rate) {
  return faults_of_moments(a.beta1, a.beta2, a.epsilon, learning_rate) |
         fault_if(!is_one_of(a.correct_bias, 2) || a.reserved != 0, RADAM_ERROR_SETTING);
}

inline Faults faults_of(const radam_lion& l) {
  return fault_if(!is_decay_rate(l.beta1), RADAM_ERROR_BETA1) | fault_if(!is_decay_rate(l.beta2), RADAM_ERROR_BETA2);
}

inline Faults faults_of(const radam_novograd& n) {
  const bool are_flags = is_one_of(n.grad_averaging, 2) && is_one_of(n.amsgrad, 2);
  return fault_if(!is_decay_rate(n.beta1), RADAM_ERROR_BETA1) | fault_if(!is_decay_rate(n.beta2), RADAM_ERROR_BETA2) |
         fault_if(!are_flags, RADAM_ERROR_SETTING) | faults_of_epsilon(n.epsilon);
}

inline bool is_hypergrad_lr(double x) { return x >= 0 && is_finite_float(x); }

inline Faults faults_of(const radam_sgd_hd& s) {
  radam_sgd sgd{};
  sgd.momentum = s.momentum;
  sgd.dampening = s.dampening;
  sgd.nesterov = s.nesterov;
  sgd.reserved = s.reserved;
  return faults_of(sgd) | fault_if(!is_hypergrad_lr(s.hypergrad_lr), RADAM_ERROR_HYPERGRAD_LR);
}

inline Faults faults_of(const radam_adam_hd& a, double learning_rate) {
  return faults_of_moments(a.beta1, a.beta2, a.epsilon, learning_rate) |
         fault_if(!is_hypergrad_lr(a.hypergrad_lr) || !is_finite_float(a.hypergrad_lr / (1 - a.beta1)),
                  RADAM_ERROR_HYPERGRAD_LR);
}

inline bool is_clip(double x) { return x == 0 || is_positive_float(x); }

inline Faults faults_of(const radam_yellowfin& y) {
  const bool are_flags = is_one_of(y.adapt_clip, 2) && is_one_of(y.zero_debias, 2) && is_one_of(y.log_smooth, 2);
  return fault_if(!are_flags || y.reserved != 0, RADAM_ERROR_SETTING) |
         fault_if(!is_decay_rate(y.momentum), RADAM_ERROR_MOMENTUM) |
         fault_if(!is_decay_rate(y.beta), RADAM_ERROR_BETA) |
         fault_if(y.curv_win_width < 1 || y.curv_win_width > 64, RADAM_ERROR_CURV_WIN_WIDTH) |
         fault_if(!is_clip(y.clip_threshold), RADAM_ERROR_CLIP_THRESHOLD) |
         fault_if(!is_clip(y.auto_clip_factor), RADAM_ERROR_AUTO_CLIP_FACTOR);
}

inline Faults faults_of_projection(double delta, double wd_ratio) {
  return fault_if(!(delta >= 0) || !is_finite_float(delta), RADAM_ERROR_DELTA) |
         fault_if(!(wd_ratio >= 0) || !is_finite_float(wd_ratio), RADAM_ERROR_WD_RATIO);
}

inline Faults faults_of(const radam_adamp& a, double learning_rate) {
  return faults_of_moments(a.beta1, a.beta2, a.epsilon, learning_rate) | faults_of_projection(a.delta, a.wd_ratio) |
         fault_if(!is_one_of(a.nesterov, 2) || a.reserved != 0, RADAM_ERROR_SETTING);
}

inline Faults faults_of(const radam_sgdp& s) {
  radam_sgd sgd{};
  sgd.momentum = s.momentum;
  sgd.dampening = s.dampening;
  sgd.nesterov = s.nesterov;
  sgd.reserved = s.reserved;
  return faults_of(sgd) | fault_if(s.dampening == 1, RADAM_ERROR_DAMPENING) | faults_of_epsilon(s.epsilon) |
         faults_of_projection(s.delta, s.wd_ratio);
}

inline bool is_layerwise(std::int32_t algorithm) { return algorithm >= kFirstLayerwise && algorithm < kAlgorithms; }

inline Faults faults_of(const radam_hyperparameters& h) {
  Faults f = 0;
  // Warm-up adds its 1e-8, and MADGRAD its epsilon.
  double largest = h.learning_rate;
  switch (h.algorithm) {
    case RADAM_ALGORITHM_ADAM:
      if (h.of.adam.warmup_steps > 0) largest += 1e-8;
      f |= faults_of(h.of.adam, largest);
      break;
    case RADAM_ALGORITHM_SGD: f |= faults_of(h.of.sgd); break;
    case RADAM_ALGORITHM_LION:
      f |= fault_if(h.weight_decay_mode == RADAM_WEIGHT_DECAY_L2, RADAM_ERROR_SETTING);
      f |= faults_of(h.of.lion);
      break;
    case RADAM_ALGORITHM_NADAM: f |= faults_of(h.of.nadam); break;
    case RADAM_ALGORITHM_RMSPROP: f |= faults_of(h.of.rmsprop); break;
    case RADAM_ALGORITHM_ADAGRAD: f |= faults_of(h.of.adagrad); break;
    case RADAM_ALGORITHM_ADAMAX: f |= faults_of(h.of.adamax, h.learning_rate); break;
    case RADAM_ALGORITHM_ADADELTA: f |= faults_of(h.of.adadelta); break;
    case RADAM_ALGORITHM_ADABELIEF: f |= faults_of(h.of.adabelief, h.learning_rate); break;
    case RADAM_ALGORITHM_ADOPT: f |= faults_of(h.of.adopt); break;
    case RADAM_ALGORITHM_YOGI: f |= faults_of(h.of.yogi, h.learning_rate); break;
    case RADAM_ALGORITHM_QHADAM: f |= faults_of(h.of.qhadam); break;
    case RADAM_ALGORITHM_ADEMAMIX: f |= faults_of(h.of.ademamix, h.learning_rate); break;
    case RADAM_ALGORITHM_ADAMOD: f |= faults_of(h.of.adamod, h.learning_rate); break;
    case RADAM_ALGORITHM_QHM: f |= faults_of(h.of.qhm); break;
    case RADAM_ALGORITHM_ADAN: f |= faults_of(h.of.adan, h.learning_rate); break;
    case RADAM_ALGORITHM_ADABOUND: f |= faults_of(h.of.adabound, h.learning_rate); break;
    case RADAM_ALGORITHM_DIFFGRAD: f |= faults_of(h.of.diffgrad, h.learning_rate); break;
    case RADAM_ALGORITHM_PADAM: f |= faults_of(h.of.padam, h.learning_rate); break;
    case RADAM_ALGORITHM_COCOB: f |= faults_of(h.of.cocob); break;
    case RADAM_ALGORITHM_SCHEDULEFREE_SGD: f |= faults_of(h.of.schedulefree_sgd); break;
    case RADAM_ALGORITHM_SCHEDULEFREE_ADAMW: f |= faults_of(h.of.schedulefree_adamw, h.learning_rate); break;
    case RADAM_ALGORITHM_MADGRAD:
      if (h.learning_rate != 0) largest += h.of.madgrad.epsilon;
      f |= faults_of(h.of.madgrad);
      break;
    case RADAM_ALGORITHM_LAMB: f |= faults_of(h.of.lamb, h.learning_rate); break;
    case RADAM_ALGORITHM_STABLEADAMW: f |= faults_of(h.of.stableadamw, h.learning_rate); break;
    case RADAM_ALGORITHM_LARS: f |= faults_of(h.of.lars); break;
    case RADAM_ALGORITHM_CAUTIOUS_ADAMW: f |= faults_of(h.of.cautious_adamw, h.learning_rate); break;
    case RADAM_ALGORITHM_CAUTIOUS_LION: f |= faults_of(h.of.cautious_lion); break;
    case RADAM_ALGORITHM_NOVOGRAD: f |= faults_of(h.of.novograd); break;
    case RADAM_ALGORITHM_SGD_HD: f |= faults_of(h.of.sgd_hd); break;
    case RADAM_ALGORITHM_YELLOWFIN: f |= faults_of(h.of.yellowfin); break;
    case RADAM_ALGORITHM_ADAM_HD: f |= faults_of(h.of.adam_hd, h.learning_rate); break;
    case RADAM_ALGORITHM_ADAMP: f |= faults_of(h.of.adamp, h.learning_rate); break;
    case RADAM_ALGORITHM_SGDP:
      if (is_decay_rate(h.of.sgdp.momentum)) largest /= 1 - h.of.sgdp.momentum;
      f |= faults_of(h.of.sgdp);
      break;
    default: return fault(RADAM_ERROR_ALGORITHM);
  }
  const bool by_l2 = h.weight_decay_mode == RADAM_WEIGHT_DECAY_L2;
  f |= fault_if(is_layerwise(h.algorithm) && by_l2 != has_l2_alone(h.algorithm), RADAM_ERROR_SETTING);
  f |= fault_if(!is_one_of(h.weight_decay_mode, 3) || !is_one_of(h.maximize, 2), RADAM_ERROR_SETTING);
  f |= fault_if(!(h.learning_rate >= 0) || !is_finite_float(h.learning_rate), RADAM_ERROR_LEARNING_RATE);
  f |= fault_if(!(h.weight_decay >= 0) || !is_finite_float(h.weight_decay) ||
                    !is_finite_float(largest * h.weight_decay), RADAM_ERROR_WEIGHT_DECAY);
  return f | fault_if(!is_positive_float(h.grad_scale), RADAM_ERROR_GRAD_SCALE);
}

// --- steps ---------------------------------------------------------------------------------------------------------

inline Faults faults_of(const radam_coefficients& c);

// The coefficients of Adam, SGD, Lion or NAdam among those of a layer-wise algorithm.
inline radam_coefficients stepped_part(const radam_coefficients& c) {
  radam_coefficients stepped = c;
  for (float& x : stepped.of.values) x = 0;
  stepped.algorithm = stepped_by(c.algorithm);
  if (stepped.algorithm == RADAM_ALGORITHM_SGD) {
    stepped.of.sgd = c.of.lars.sgd;  // the first member of each
    return stepped;
  }
  if (stepped.algorithm == RADAM_ALGORITHM_NADAM) {
    stepped.of.nadam = c.of.adamp.nadam;
    return stepped;
  }
  stepped.of.adam = c.of.lamb.adam;
  return stepped;
}

inline bool is_valid_trust(float max_ratio, float adapts) { return max_ratio > 0 && (adapts == 0 || adapts == 1); }

inline Faults faults_of_layerwise(const radam_coefficients& c) {
  const radam_coefficients stepped = stepped_part(c);
  bool valid = c.mode == 0;
  if (c.algorithm == RADAM_ALGORITHM_LARS) {
    const radam_lars_coefficients& l = c.of.lars;
    for (const float x : {l.norm_l2, l.param_weight, l.trust_coefficient, l.epsilon, l.divisor})
      valid = valid && std::isfinite(x);
    valid = valid && l.sgd.decay == 0 && is_valid_trust(l.max_ratio, l.adapts);
  } else if (c.algorithm == RADAM_ALGORITHM_NOVOGRAD) {
    const radam_novograd_coefficients& n = c.of.novograd;
    valid = valid && n.sgd.decay == 0 && is_in_unit_interval(n.one_minus_beta2) && n.epsilon >= 0 &&
            std::isfinite(n.epsilon) && (n.amsgrad == 0 || n.amsgrad == 1);
  } else if (c.algorithm == RADAM_ALGORITHM_SGD_HD) {
    const radam_sgd_hd_coefficients& s = c.of.sgd_hd;
    valid = valid && s.sgd.decay == 0 && std::isfinite(s.hypergrad_lr) && std::isfinite(s.scale);
  } else if (c.algorithm == RADAM_ALGORITHM_YELLOWFIN) {
    const radam_yellowfin_coefficients& y = c.of.yellowfin;
    for (const float flag : {y.adapt_clip, y.zero_debias, y.log_smooth}) valid = valid && (flag == 0 || flag == 1);
    for (const float x : {y.clip_threshold, y.auto_clip_factor, y.sgd.step_size})
      valid = valid && x >= 0 && std::isfinite(x);
    valid = valid && y.sgd.decay == 0 && is_in_unit_interval(y.one_minus_beta) && y.curv_win_width >= 1 &&
            y.curv_win_width <= 64 && std::trunc(y.curv_win_width) == y.curv_win_width;
  } else if (c.algorithm == RADAM_ALGORITHM_ADAM_HD) {
    const radam_adam_hd_coefficients& a = c.of.adam_hd;
    valid = valid && a.adam.decay == 0 && std::isfinite(a.hypergrad_lr) && std::isfinite(a.scale);
  } else if (is_by_rows(c.algorithm)) {
    const bool adamp = c.algorithm == RADAM_ALGORITHM_ADAMP;
    const float* const of = adamp ? &c.of.adamp.delta : &c.of.sgdp.delta;
    for (int k = 0; k < 3; ++k) valid = valid && of[k] >= 0 && std::isfinite(of[k]);
    valid = valid && (adamp ? c.of.adamp.nadam.l2 : c.of.sgdp.sgd.l2) == 0;
  } else if (c.algorithm != RADAM_ALGORITHM_CAUTIOUS_LION) {
    valid = valid && stepped.of.adam.l2 == 0;
    const radam_lamb_coefficients& l = c.of.lamb;
    const float threshold = c.of.stableadamw.clip_threshold;
    if (c.algorithm == RADAM_ALGORITHM_LAMB) {
      for (const float x : {l.update_scale, l.weight_decay, l.param_scale}) valid = valid && std::isfinite(x);
      valid = valid && l.max_param_norm > 0 && is_valid_trust(l.max_ratio, l.adapts);
    } else if (c.algorithm == RADAM_ALGORITHM_STABLEADAMW) {
      valid = valid && threshold > 0 && std::isfinite(threshold);
    }
  }
  return faults_of(stepped) | fault_if(!valid, RADAM_ERROR_COEFFICIENTS);
}

inline Faults faults_of(const radam_coefficients& c) {
  if (!is_one_of(c.algorithm, kAlgorithms)) return fault(RADAM_ERROR_ALGORITHM);
  if (is_layerwise(c.algorithm)) return faults_of_layerwise(c);
  bool valid = std::isfinite(c.grad_scale) && c.grad_scale != 0 && c.reserved == 0;
  const bool kept = c.algorithm == RADAM_ALGORITHM_SGD && c.mode >= RADAM_MODE_KEEPS_UPDATE &&
                    c.mode <= RADAM_MODE_AVERAGES_GRADIENT;
  const std::int32_t modes = c.algorithm == RADAM_ALGORITHM_ADAM                 ? 5
                             : c.algorithm == RADAM_ALGORITHM_ADABELIEF          ? 2
                             : c.algorithm == RADAM_ALGORITHM_SCHEDULEFREE_ADAMW ? 2
                                                                                 : 1;
  const bool cautious_lion = c.algorithm == RADAM_ALGORITHM_LION && c.mode == RADAM_MODE_CAUTIOUS;
  valid = valid && (is_one_of(c.mode, modes) || cautious_lion || (kept && c.of.sgd.decay == 0));
  int decays = 0;
  for (const Coefficient& k : algorithm_of(c).coefficients) {
    const float x = c.of.values[k.place];
    valid = valid && std::isfinite(x);
    if (k.kind == Coefficient::kAccumulator) valid = valid && x >= 0 && x <= 0x1p127f;
    if (k.kind == Coefficient::kNotNegative) valid = valid && x >= 0;
    if (k.kind == Coefficient::kRate || k.kind == Coefficient::kBeta) valid = valid && is_in_unit_interval(x);
    if (k.kind == Coefficient::kBeta) valid = valid && is_in_unit_interval(c.of.values[k.place + 1]);
    if (k.kind == Coefficient::kWeightDecay) decays += x != 0;
  }
  valid = valid && decays < 2;
  if (c.algorithm == RADAM_ALGORITHM_ADAM && c.mode >= RADAM_MODE_SECOND_MOMENT_ONLY)
    valid = valid && c.of.adam.l2 == 0;
  return fault_if(!valid, RADAM_ERROR_COEFFICIENTS);
}

inline bool needs_state(const radam_coefficients& c, int k) {
  if (c.algorithm == RADAM_ALGORITHM_SGD && c.mode != 0) return true;
  if (c.algorithm == RADAM_ALGORITHM_SGD && k > 0) return false;
  if (c.algorithm == RADAM_ALGORITHM_SGD) return c.of.sgd.momentum != 0 || c.of.sgd.nesterov != 0;
  if (c.algorithm == RADAM_ALGORITHM_RMSPROP) return k == 0 || (k == 1 && c.of.rmsprop.momentum != 0);
  if (c.algorithm == RADAM_ALGORITHM_ADEMAMIX || c.algorithm == RADAM_ALGORITHM_ADAMOD ||
      c.algorithm == RADAM_ALGORITHM_ADAN || c.algorithm == RADAM_ALGORITHM_DIFFGRAD ||
      c.algorithm == RADAM_ALGORITHM_MADGRAD || c.algorithm == RADAM_ALGORITHM_COCOB)
    return true;
  // max_exp_avg_sq and max_exp_avg_var are a choice, as RMSprop's grad_avg and Schedule-Free's exp_avg are.
  return k < 2;
}

inline Faults faults_of_target(std::int32_t target) {
  return fault_if(radam_target_available(target) == 0, RADAM_ERROR_TARGET);
}

inline Faults faults_of_range(std::int64_t begin, std::int64_t end) {
  return fault_if(begin < 0 || begin > end || end > INT64_MAX / 4, RADAM_ERROR_RANGE);
}

// Buffers of a call, and whether they fit the address space and have no byte in common. In 128 bits nothing overflows.
class Extents {
 public:
  void add(const void* buffer, std::int64_t element_bytes, std::int64_t begin, std::int64_t end) {
    if (buffer == nullptr) return;
    const Wide address = reinterpret_cast<std::uintptr_t>(buffer);
    const Extent added{address + Wide{element_bytes} * begin, address + Wide{element_bytes} * end};
    faults_ |= fault_if(added.end > Wide{UINTPTR_MAX}, RADAM_ERROR_RANGE);
    for (int i = 0; i < count_; ++i)
      faults_ |= fault_if(added.begin < of_[i].end && of_[i].begin < added.end, RADAM_ERROR_OVERLAP);
    of_[count_++] = added;
  }
  Faults faults() const { return faults_; }

 private:
  __extension__ using Wide = __int128;
  struct Extent {
    Wide begin, end;
  };
  Extent of_[6 + 2 * RADAM_MAX_STATE] = {};
  int count_ = 0;
  Faults faults_ = 0;
};

}  // namespace radam_test

#endif
