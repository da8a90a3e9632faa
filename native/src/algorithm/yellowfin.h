// YellowFin: SGD whose learning rate and momentum follow from the curvature, the variance of gradients and the distance
// to the optimum, as estimated of all tensors together.
#ifndef RADAM_SRC_ALGORITHM_YELLOWFIN_H
#define RADAM_SRC_ALGORITHM_YELLOWFIN_H

#include <cmath>
#include <cstdint>

#include <radam/radam.h>

#include "../inline.h"
#include "layerwise.h"
#include "real_power.h"
#include "sgd.h"

namespace {

struct YellowFin : LayerwiseBySgd {
  static constexpr std::int32_t kId = RADAM_ALGORITHM_YELLOWFIN;
  static constexpr const char* kName = "yellowfin";

  enum Buffer { kMomentumBuffer, kExpAvg, kBuffers };
  enum Number {
    kSteps, kWeight, kHMin, kHMax, kNormSquared, kNorm, kDistToOpt, kLearningRate, kMomentum, kWindow,
    kNumbers = kWindow + RADAM_MAX_CURV_WIN_WIDTH
  };
  static constexpr int kSums = 3;
  static bool needs_param(const radam_coefficients&) { return false; }
  static constexpr int kSummedBuffers = 1;
  static constexpr bool kProducts = true;

  RADAM_DEVICE static constexpr StateBuffer buffer(int k) {
    return {k == kExpAvg ? "exp_avg" : "momentum_buffer", true, 0};
  }

  RADAM_DEVICE static bool is_present(const radam_hyperparameters&, int) { return true; }

  RADAM_DEVICE static bool is_required(const radam_coefficients&, int) { return true; }

  RADAM_DEVICE static int summed_buffer(const radam_coefficients&, int) { return kExpAvg; }

  static bool fill_preset(std::int32_t preset, radam_hyperparameters& h) {
    if (preset != RADAM_PRESET_YELLOWFIN_AUTHORS) return false;
    fill_common(kId, 1e-4, RADAM_WEIGHT_DECAY_L2, h);
    h.of.yellowfin = {0, 0.999, 0, 0, 20, 1, 1, 1, 0};
    return true;
  }

  RADAM_DEVICE static radam_status check(const radam_hyperparameters& h) {
    const radam_yellowfin& y = h.of.yellowfin;
    const bool flags = is_flag(y.adapt_clip) && is_flag(y.zero_debias) && is_flag(y.log_smooth) && y.reserved == 0;
    if (!flags || h.weight_decay_mode != RADAM_WEIGHT_DECAY_L2 || !is_flag(h.maximize)) return RADAM_ERROR_SETTING;
    if (const radam_status status = check_learning_rate(h)) return status;
    if (!is_rate(y.momentum)) return RADAM_ERROR_MOMENTUM;
    if (!is_rate(y.beta)) return RADAM_ERROR_BETA;
    if (y.curv_win_width < 1 || y.curv_win_width > RADAM_MAX_CURV_WIN_WIDTH) return RADAM_ERROR_CURV_WIN_WIDTH;
    if (!is_clip(y.clip_threshold)) return RADAM_ERROR_CLIP_THRESHOLD;
    if (!is_clip(y.auto_clip_factor)) return RADAM_ERROR_AUTO_CLIP_FACTOR;
    if (const radam_status status = check_weight_decay(h, h.learning_rate)) return status;
    return check_grad_scale(h);
  }

  // 0 is none.
  RADAM_DEVICE static bool is_clip(double x) { return x == 0 || is_positive_float(x); }

  // Fills all of c but struct_size, for checked hyperparameters. All steps are alike.
  RADAM_DEVICE static void coefficients_at(const radam_hyperparameters& h, std::int64_t, radam_coefficients& c) {
    const radam_yellowfin& y = h.of.yellowfin;
    fill_common(h, h.learning_rate, c);
    radam_yellowfin_coefficients& k = c.of.yellowfin;
    k.sgd = {};
    k.sgd.l2 = l2_of(h);
    k.sgd.step_size = static_cast<float>(h.learning_rate);
    k.sgd.momentum = static_cast<float>(y.momentum);
    k.sgd.one_minus_dampening = 1;
    k.one_minus_beta = static_cast<float>(1 - y.beta);
    k.curv_win_width = static_cast<float>(y.curv_win_width);
    k.clip_threshold = static_cast<float>(y.clip_threshold);
    k.auto_clip_factor = static_cast<float>(y.auto_clip_factor);
    k.adapt_clip = y.adapt_clip != 0 ? 1 : 0;
    k.zero_debias = y.zero_debias != 0 ? 1 : 0;
    k.log_smooth = y.log_smooth != 0 ? 1 : 0;
  }

  static radam_status check(const radam_coefficients& c) {
    const radam_yellowfin_coefficients& k = c.of.yellowfin;
    const bool flags = is_zero_or_one(k.adapt_clip) && is_zero_or_one(k.zero_debias) && is_zero_or_one(k.log_smooth);
    const bool clips = non_negative(static_cast<double>(k.clip_threshold)) &&
                       non_negative(static_cast<double>(k.auto_clip_factor));
    const bool width = k.curv_win_width >= 1 && k.curv_win_width <= RADAM_MAX_CURV_WIN_WIDTH &&
                       k.curv_win_width == std::floor(k.curv_win_width);
    const bool all = is_sgd(c, k.sgd) && k.sgd.step_size >= 0 && in_unit_interval(k.one_minus_beta) && flags && clips &&
                     width;
    return all ? RADAM_OK : RADAM_ERROR_COEFFICIENTS;
  }

  static bool is_zero_or_one(float x) { return x == 0 || x == 1; }

  template <class V>
  struct Terms {
    typename V::Register grad_scale;

    RADAM_DEVICE explicit Terms(const radam_coefficients& c) : grad_scale(V::broadcast(c.grad_scale)) {}

    RADAM_INLINE_MEMBER void of(const Sgd::Lanes<V>& x, typename V::Register (&terms)[2 * kSums]) const {
      const auto a = x.state[0];  // the only one that is loaded: exp_avg
      const auto g = bounded<V>(V::mul(grad_scale, x.grad));
      terms[0] = terms[1] = terms[2] = a;
      terms[3] = terms[4] = terms[5] = g;
    }
  };

  static bool are_numbers(const double* numbers) {
    for (int k = 0; k < kNumbers; ++k)
      if (!non_negative(numbers[k])) return false;
    return true;
  }

  // What the authors add to whatever they divide by or take the logarithm of.
  static constexpr double kEpsilon = 1e-6, kLog2OfEpsilon = -0x1.3ee7b471b3a95p+4;

  // An average's next value.
  static double next(double average, double x, double weight) { return (1 - weight) * average + weight * x; }

  // Of a curvature, what is averaged. With log_smooth that is how many times as large as the least one it is, by the
  // logarithm to base 2, so that it is never negative.
  static double to_smooth(const radam_yellowfin_coefficients& k, double curvature) {
    if (k.log_smooth == 0) return curvature;
    const double logarithm = RealPower::logarithm2(curvature + kEpsilon) - kLog2OfEpsilon;
    return logarithm > 0 ? logarithm : 0;
  }

  // The curvature of an average.
  static double smoothed(const radam_yellowfin_coefficients& k, double average, double weight) {
    const double divisor = k.zero_debias != 0 ? weight : 1;
    if (k.log_smooth == 0) return average / divisor;
    const double logarithm = average / divisor + weight / divisor * kLog2OfEpsilon;
    return RealPower::two_to(logarithm < 900 ? logarithm : 900);
  }

  // By what gradients are multiplied so that their norm is at most a limit.
  static double clipping(double norm, double limit) {
    const double factor = limit / (norm + kEpsilon);
    return factor < 1 ? factor : 1;
  }

  // The momentum and the learning rate for a largest and a smallest curvature, a variance and a distance: the solution
  // of SingleStep, section 3 of the paper, as the authors compute it.
  static void tune(double h_min, double h_max, double variance, double distance, double* numbers) {
    const double root = (distance + kEpsilon) * (h_min + kEpsilon);
    const double q = root * root / 2 / (variance + kEpsilon);
    const double cube = (std::sqrt(q * q + 4.0 / 27 * (q * q * q)) + q) / 2;  // of -w
    const double w = -RealPower::cube_root(cube);
    const double x = w - q / 3 / (w + kEpsilon) + 1;
    const double range = (h_max + kEpsilon) / (h_min + kEpsilon), least = 1 + kEpsilon;
    const double root_of_range = std::sqrt(range > least ? range : least);
    const double ratio = (root_of_range - 1) / (root_of_range + 1);
    const double by_x = x * x, by_range = ratio * ratio;
    const double momentum = by_x > by_range ? by_x : by_range;
    const double complement = 1 - std::sqrt(momentum);
    numbers[kMomentum] = momentum;
    numbers[kLearningRate] = complement * complement / (h_min + kEpsilon);
  }

  // What follows from the sums, besides the numbers.
  struct Clips {
    double before = 1;  // the factor of gradients that the statistics see, too
    double after = 1;   // that which they do not see
  };

  // Replaces the numbers by those of the step.
  static Clips move(const radam_yellowfin_coefficients& k, const double* sums, double* numbers) {
    Clips clips;
    const double weight = k.one_minus_beta, rest = 1 - weight;
    const double steps = numbers[kSteps] + 1;
    const double last_h_max = smoothed(k, numbers[kHMax], numbers[kWeight]);  // of no use in step 1
    double norm = std::sqrt(sums[2]);
    const auto clip = [&](double limit) {
      const double factor = clipping(norm, limit);
      clips.before *= factor;
      norm *= factor;
    };
    if (k.clip_threshold > 0) clip(k.clip_threshold);
    else if (k.auto_clip_factor > 0 && steps > 1) clip(static_cast<double>(k.auto_clip_factor) * std::sqrt(last_h_max));
    if (k.adapt_clip != 0 && steps > 2) clip(std::sqrt(100 * last_h_max) + kEpsilon);
    const double squared = norm * norm;
    if (k.adapt_clip != 0 && steps > 1 && squared >= last_h_max)
      clips.after = clipping(norm, std::sqrt(last_h_max) + kEpsilon);

    const int width = static_cast<int>(k.curv_win_width);
    for (int i = RADAM_MAX_CURV_WIN_WIDTH - 1; i > 0; --i) numbers[kWindow + i] = numbers[kWindow + i - 1];
    numbers[kWindow] = squared;
    double least = squared, most = squared;
    for (int i = 1; i < width && i < steps; ++i) {
      const double other = numbers[kWindow + i];
      if (other < least) least = other;
      if (other > most) most = other;
    }

    numbers[kSteps] = steps;
    numbers[kWeight] = next(numbers[kWeight], 1, weight);
    numbers[kHMin] = next(numbers[kHMin], to_smooth(k, least), weight);
    numbers[kHMax] = next(numbers[kHMax], to_smooth(k, most), weight);
    numbers[kNormSquared] = next(numbers[kNormSquared], squared, weight);
    numbers[kNorm] = next(numbers[kNorm], norm, weight);
    numbers[kDistToOpt] = next(numbers[kDistToOpt], numbers[kNorm] / (numbers[kNormSquared] + kEpsilon), weight);

    if (steps > 1) {
      const double d = k.zero_debias != 0 ? numbers[kWeight] : 1;
      // The square of the norm of exp_avg after the step.
      const double mean = rest * rest * sums[0] + 2 * (rest * weight) * (clips.before * sums[1]) +
                          weight * weight * squared;
      const double variance = numbers[kNormSquared] / d - mean / (d * d);
      const double h_min = smoothed(k, numbers[kHMin], numbers[kWeight]);
      const double h_max = smoothed(k, numbers[kHMax], numbers[kWeight]);
      tune(h_min, h_max, variance > kEpsilon ? variance : kEpsilon, numbers[kDistToOpt] / d, numbers);
      const double warmup = steps / (10 * static_cast<double>(k.curv_win_width));
      if (warmup < 1) numbers[kLearningRate] *= warmup;
    } else {
      numbers[kMomentum] = k.sgd.momentum;
      numbers[kLearningRate] = k.sgd.step_size;
    }
    if (k.adapt_clip != 0 && numbers[kLearningRate] * norm >= 100)
      numbers[kLearningRate] = 100 / std::sqrt(squared + kEpsilon);
    return clips;
  }

  static radam_coefficients reduce(const radam_coefficients& c, std::int64_t, const double* sums, double* numbers) {
    const radam_yellowfin_coefficients& k = c.of.yellowfin;
    double moved[kNumbers];
    for (int i = 0; i < kNumbers; ++i) moved[i] = numbers[i];
    const Clips clips = move(k, sums, moved);
    const bool known = are_numbers(moved) && moved[kMomentum] <= 1;
    const bool begins = numbers[kSteps] == 0, had_momentum = numbers[kMomentum] > 0;
    const double momentum = known ? moved[kMomentum] : begins ? double{k.sgd.momentum} : numbers[kMomentum];
    const double rate = known ? moved[kLearningRate] : begins ? double{k.sgd.step_size} : numbers[kLearningRate];
    const double before = known ? clips.before : 1, after = known ? clips.after : 1;
    if (known)
      for (int i = 0; i < kNumbers; ++i) numbers[i] = moved[i];

    radam_coefficients sgd = sgd_of(c, k.sgd);
    sgd.mode = RADAM_MODE_AVERAGES_GRADIENT;
    sgd.learning_rate = rate;
    sgd.grad_scale = scaled(before, c.grad_scale);
    radam_sgd_coefficients& s = sgd.of.sgd;
    s.step_size = reduced(rate, 1);
    // PyTorch's SGD begins the buffer as the gradient in the first step that has momentum.
    s.momentum = begins || had_momentum ? static_cast<float>(momentum < 1 ? momentum : 1) : 0;
    s.one_minus_dampening = static_cast<float>(after);
    s.l2 = after < 1 ? reduced(1 / after, k.sgd.l2) : k.sgd.l2;
    s.nesterov = k.one_minus_beta;
    return sgd;
  }
};

}  // namespace

#endif
