// Every step of every file of vectors/family whose algorithm the library has, on every target: parameters, and the
// final state. vectors/family/README.md says where they come from.
//
// The vectors were computed in double. How far float32 may be from them follows from the rule, operation by
// operation: each is wrong by its rounding, at most kUnit of its result, and by what its operands were wrong by.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <radam/radam.h>

#include "targets.h"
#include "trajectory.h"

namespace radam_test {
namespace {

using nlohmann::json;
using Path = std::filesystem::path;

constexpr double kUnit = 0x1p-24;
// Products of two errors, which the analysis leaves out.
constexpr double kSlack = 1.001;

// An element's exact state, and how far that of float32, and its parameter, may be from it.
struct Errors {
  double state[4] = {}, of_state[4] = {}, of_param = 0;
  double roundings = 0;  // of the parameters of MADGRAD and COCOB, so far
};

double decay_of(const radam_hyperparameters& h) {
  if (h.weight_decay_mode == RADAM_WEIGHT_DECAY_L2) return 0;
  const bool fixed = (h.algorithm == RADAM_ALGORITHM_ADABELIEF && h.of.adabelief.fixed_weight_decay != 0) ||
                     (h.algorithm == RADAM_ALGORITHM_ADABOUND && h.of.adabound.fixed_weight_decay != 0);
  return fixed ? h.weight_decay : h.learning_rate * h.weight_decay;
}

// p moves to `next` by step_size * update, of which update is wrong by of_update.
void move_param(const radam_hyperparameters& h, double step_size, double p, double next, double update, double of_update,
                Errors& e) {
  const bool decoupled = h.weight_decay_mode != RADAM_WEIGHT_DECAY_L2;
  const double decay = decay_of(h);
  const double decayed = decay * (e.of_param + 2 * kUnit * std::fabs(p));     // decay and its product are rounded
  // So is step_size, unless it is 1.
  const double moved = step_size * (of_update + (step_size == 1 ? 0 : kUnit) * std::fabs(update));
  const double sum = decoupled ? kUnit * std::fabs(step_size * update + decay * p) : 0;
  e.of_param += decayed + moved + sum + kUnit * std::fabs(next);
}

// The gradient as rules use it.
struct Gradient {
  double value, error;

  Gradient(const radam_hyperparameters& h, double grad, double p, double of_param) {
    const double l2 = h.weight_decay_mode == RADAM_WEIGHT_DECAY_L2 ? h.weight_decay : 0;
    value = (h.maximize ? -grad : grad) + l2 * p;
    error = l2 == 0 ? 0 : l2 * (of_param + kUnit * std::fabs(p)) + kUnit * std::fabs(value);
    error += std::fabs(grad - static_cast<float>(grad));  // of one that was clipped
  }
};

void sgd_step(const radam_hyperparameters& h, std::int64_t t, double grad, double p, double next, Errors& e) {
  const bool first = t == 1;
  const auto [g, of_g] = Gradient(h, grad, p, e.of_param);
  const double momentum = first ? 0 : h.of.sgd.momentum, factor = first ? 1 : 1 - h.of.sgd.dampening;
  double update = g, of_update = of_g;
  if (h.of.sgd.momentum > 0) {
    double &buffer = e.state[0], &of_buffer = e.of_state[0];
    const double before = buffer;
    buffer = momentum * before + factor * g;
    of_buffer = momentum * (of_buffer + kUnit * std::fabs(before)) + factor * (of_g + 2 * kUnit * std::fabs(g)) +
                kUnit * std::fabs(buffer);
    update = buffer, of_update = of_buffer;
    if (h.of.sgd.nesterov) {
      update = g + h.of.sgd.momentum * buffer;
      of_update = of_g + h.of.sgd.momentum * (of_buffer + kUnit * std::fabs(buffer)) + kUnit * std::fabs(update);
    }
  }
  move_param(h, h.learning_rate, p, next, update, of_update, e);
}

// average(a, x, beta): 1 - beta, x - a and the sum are rounded.
double of_average(double a, double of_a, double x, double of_x, double beta, double result) {
  return beta * of_a + (1 - beta) * (of_x + 2 * kUnit * std::fabs(x - a)) + kUnit * std::fabs(result);
}

void lion_step(const radam_hyperparameters& h, std::int64_t, double g, double p, double next, Errors& e) {
  const double beta1 = h.of.lion.beta1, beta2 = h.of.lion.beta2, m = e.state[0], of_m = e.of_state[0];
  const double mean = beta1 * m + (1 - beta1) * g, of_mean = of_average(m, of_m, g, 0, beta1, mean);
  // If rounding may change the sign, nothing can be said about the update.
  ASSERT_TRUE(std::fabs(mean) > 2 * of_mean || (mean == 0 && of_mean == 0)) << mean;
  e.state[0] = beta2 * m + (1 - beta2) * g;
  e.of_state[0] = of_average(m, of_m, g, 0, beta2, e.state[0]);
  move_param(h, h.learning_rate, p, next, (mean > 0) - (mean < 0), 0, e);
}

double nadam_momentum(const radam_nadam& n, std::int64_t t) {
  return n.beta1 * (1 - 0.5 * std::pow(0.96, static_cast<double>(t) * n.momentum_decay));
}

// The product of the momenta up to that of step t.
double nadam_product(const radam_nadam& n, std::int64_t t) {
  double product = 1;
  for (std::int64_t i = 1; i <= t; ++i) product *= nadam_momentum(n, i);
  return product;
}

void nadam_step(const radam_hyperparameters& h, std::int64_t t, double grad, double p, double next, Errors& e) {
  const radam_nadam& n = h.of.nadam;
  double &m = e.state[0], &v = e.state[1], &of_m = e.of_state[0], &of_v = e.of_state[1];
  const auto [g, of_g] = Gradient(h, grad, p, e.of_param);
  const double last_m = m, last_v = v;
  m = n.beta1 * last_m + (1 - n.beta1) * g;
  of_m = of_average(last_m, of_m, g, of_g, n.beta1, m);
  v = n.beta2 * last_v + (1 - n.beta2) * g * g;
  of_v = of_average(last_v, of_v, g * g, 2 * std::fabs(g) * of_g, n.beta2, v);
  // Of the numerator, both factors are rounded, and the product with m, and the sum.
  const double grad_factor = (1 - nadam_momentum(n, t)) / (1 - nadam_product(n, t));
  const double exp_avg_factor = nadam_momentum(n, t + 1) / (1 - nadam_product(n, t + 1));
  const double numerator = grad_factor * g + exp_avg_factor * m;
  const double of_numerator = grad_factor * (of_g + kUnit * std::fabs(g)) +
                              exp_avg_factor * (of_m + 2 * kUnit * std::fabs(m)) + kUnit * std::fabs(numerator);
  // Of the denominator the root, epsilon and the sum.
  const double correction2 = std::sqrt(1 - std::pow(n.beta2, static_cast<double>(t)));
  const double root = std::sqrt(v), epsilon = n.epsilon * correction2, denominator = root + epsilon;
  const double of_root = root - std::sqrt(std::fmax(0, v - of_v)) + kUnit * root;
  const double of_denominator = of_root + kUnit * epsilon + kUnit * denominator;
  const double update = numerator / denominator;
  const double of_update =
      (of_numerator + std::fabs(update) * of_denominator) / (denominator - of_denominator) + kUnit * std::fabs(update);
  move_param(h, h.learning_rate * correction2, p, next, update, of_update, e);
}

// A root of x, which is wrong by of_x, and its own rounding.
double of_root(double x, double of_x) {
  const double root = std::sqrt(x);
  return root - std::sqrt(std::fmax(0, x - of_x)) + kUnit * root;
}

double of_quotient(double a, double of_a, double b, double of_b) {
  EXPECT_LT(of_b, std::fabs(b));
  const double quotient = std::fabs(a / b);
  return (of_a + quotient * of_b) / (std::fabs(b) - of_b) + kUnit * quotient;
}

// The sum of x and an epsilon, which is rounded too.
double of_sum(double x, double of_x, double epsilon) { return of_x + kUnit * epsilon + kUnit * (x + epsilon); }

void rmsprop_step(const radam_hyperparameters& h, std::int64_t, double grad, double p, double next, Errors& e) {
  const radam_rmsprop& r = h.of.rmsprop;
  double &v = e.state[0], &b = e.state[1], &a = e.state[2];
  double &of_v = e.of_state[0], &of_b = e.of_state[1], &of_a = e.of_state[2];
  const auto [g, of_g] = Gradient(h, grad, p, e.of_param);
  const double last_v = v, last_a = a, last_b = b;
  v = r.alpha * last_v + (1 - r.alpha) * g * g;
  of_v = of_average(last_v, of_v, g * g, 2 * std::fabs(g) * of_g, r.alpha, v);
  double s = v, of_s = of_v;
  if (r.centered) {
    a = r.alpha * last_a + (1 - r.alpha) * g;
    of_a = of_average(last_a, of_a, g, of_g, r.alpha, a);
    s = v - a * a;
    of_s = of_v + 2 * std::fabs(a) * of_a + kUnit * s;
  }
  const double d = std::sqrt(s) + r.epsilon, of_d = of_sum(std::sqrt(s), of_root(s, of_s), r.epsilon);
  double update = g / d, of_update = of_quotient(g, of_g, d, of_d);
  if (r.momentum > 0) {
    b = r.momentum * last_b + update;
    of_b = r.momentum * (of_b + kUnit * std::fabs(last_b)) + of_update + kUnit * std::fabs(b);
    update = b, of_update = of_b;
  }
  move_param(h, h.learning_rate, p, next, update, of_update, e);
}

void adagrad_step(const radam_hyperparameters& h, std::int64_t t, double grad, double p, double next, Errors& e) {
  const radam_adagrad& a = h.of.adagrad;
  double &s = e.state[0], &of_s = e.of_state[0];
  const auto [g, of_g] = Gradient(h, grad, p, e.of_param);
  if (t == 1) s = a.initial_accumulator, of_s = kUnit * s;
  s += g * g;
  of_s += 2 * std::fabs(g) * of_g + kUnit * s;
  const double d = std::sqrt(s) + a.epsilon, of_d = of_sum(std::sqrt(s), of_root(s, of_s), a.epsilon);
  const double learning_rate = h.learning_rate / (1 + static_cast<double>(t - 1) * a.learning_rate_decay);
  move_param(h, learning_rate, p, next, g / d, of_quotient(g, of_g, d, of_d), e);
}

void adamax_step(const radam_hyperparameters& h, std::int64_t t, double grad, double p, double next, Errors& e) {
  const radam_adamax& a = h.of.adamax;
  double &m = e.state[0], &n = e.state[1], &of_m = e.of_state[0], &of_n = e.of_state[1];
  const auto [g, of_g] = Gradient(h, grad, p, e.of_param);
  const double last_m = m, last_n = n;
  m = a.beta1 * last_m + (1 - a.beta1) * g;
  of_m = of_average(last_m, of_m, g, of_g, a.beta1, m);
  n = std::fmax(a.beta2 * last_n, std::fabs(g) + a.epsilon);
  // beta2 and its product are rounded. A maximum is wrong by no more than the worse of two.
  of_n = std::fmax(a.beta2 * (of_n + 2 * kUnit * last_n), of_sum(std::fabs(g), of_g, a.epsilon));
  const double step_size = h.learning_rate / (1 - std::pow(a.beta1, static_cast<double>(t)));
  move_param(h, step_size, p, next, m / n, of_quotient(m, of_m, n, of_n), e);
}

void adadelta_step(const radam_hyperparameters& h, std::int64_t, double grad, double p, double next, Errors& e) {
  const radam_adadelta& a = h.of.adadelta;
  double &v = e.state[0], &w = e.state[1], &of_v = e.of_state[0], &of_w = e.of_state[1];
  const auto [g, of_g] = Gradient(h, grad, p, e.of_param);
  const double last_v = v, last_w = w;
  v = a.rho * last_v + (1 - a.rho) * g * g;
  of_v = of_average(last_v, of_v, g * g, 2 * std::fabs(g) * of_g, a.rho, v);
  const double above = std::sqrt(w + a.epsilon), below = std::sqrt(v + a.epsilon), ratio = above / below;
  const double of_ratio = of_quotient(above, of_root(w + a.epsilon, of_sum(w, of_w, a.epsilon)), below,
                                      of_root(v + a.epsilon, of_sum(v, of_v, a.epsilon)));
  const double u = ratio * g, of_u = std::fabs(g) * of_ratio + ratio * of_g + kUnit * std::fabs(u);
  w = a.rho * last_w + (1 - a.rho) * u * u;
  of_w = of_average(last_w, of_w, u * u, 2 * std::fabs(u) * of_u, a.rho, w);
  move_param(h, h.learning_rate, p, next, u, of_u, e);
}

void adabelief_step(const radam_hyperparameters& h, std::int64_t step, double grad, double p, double next, Errors& e) {
  const radam_adabelief& b = h.of.adabelief;
  const auto t = static_cast<double>(step);
  double &m = e.state[0], &s = e.state[1], &w = e.state[2];
  double &of_m = e.of_state[0], &of_s = e.of_state[1], &of_w = e.of_state[2];
  const auto [g, of_g] = Gradient(h, grad, p, e.of_param);
  const double last_m = m, last_s = s;
  m = b.beta1 * last_m + (1 - b.beta1) * g;
  of_m = of_average(last_m, of_m, g, of_g, b.beta1, m);
  // The difference may be as small as its error, so the error's square counts.
  const double d = g - m, of_d = of_g + of_m + kUnit * std::fabs(d);
  const double average = b.beta2 * last_s + (1 - b.beta2) * d * d;
  of_s = of_average(last_s, of_s, d * d, 2 * std::fabs(d) * of_d + of_d * of_d, b.beta2, average);
  of_s = of_sum(average, of_s, b.epsilon);
  s = average + b.epsilon;
  // A maximum is wrong by no more than the worse of two.
  w = std::fmax(w, s), of_w = std::fmax(of_w, of_s);
  const double correction1 = 1 - std::pow(b.beta1, t), power2 = std::pow(b.beta2, t);
  const double correction2 = std::sqrt(1 - power2);
  const double limit = 2 / (1 - b.beta2) - 1, rho = limit - 2 * t * power2 / (1 - power2);
  if (b.rectify && rho < 5) {
    const double step_size = b.unrectified == RADAM_UNRECTIFIED_MOMENTUM ? h.learning_rate / correction1 : 0;
    return move_param(h, step_size, p, next, m, of_m, e);
  }
  const double rectification =
      b.rectify ? std::sqrt((rho - 4) * (rho - 2) * limit / ((limit - 4) * (limit - 2) * rho)) : 1;
  const bool by_maximum = b.amsgrad && !b.rectify;
  const double radicand = by_maximum ? w : s, epsilon = b.rectify ? b.epsilon : b.epsilon * correction2;
  const double root = std::sqrt(radicand), divisor = root + epsilon;
  const double of_divisor = of_sum(root, of_root(radicand, by_maximum ? of_w : of_s), epsilon);
  move_param(h, h.learning_rate * rectification * correction2 / correction1, p, next, m / divisor,
             of_quotient(m, of_m, divisor, of_divisor), e);
}

void adopt_step(const radam_hyperparameters& h, std::int64_t t, double grad, double p, double next, Errors& e) {
  const radam_adopt& a = h.of.adopt;
  double &m = e.state[0], &v = e.state[1], &of_m = e.of_state[0], &of_v = e.of_state[1];
  const auto [g, of_g] = Gradient(h, grad, p, e.of_param);
  const double square = g * g, of_square = 2 * std::fabs(g) * of_g;
  if (t == 1) {
    v = square, of_v = of_square + kUnit * square;
    ASSERT_EQ(next, p);
    return;
  }
  // Of two numbers that are cut to a bound, the difference is no more than before, and the bound is rounded.
  const double root = std::sqrt(v), divisor = std::fmax(root, a.epsilon);
  const double of_divisor = std::fmax(of_root(v, of_v), kUnit * a.epsilon);
  const double bound = a.clip ? std::pow(static_cast<double>(t - 1), 0.25) : HUGE_VAL;
  const double n = std::fmax(-bound, std::fmin(bound, g / divisor));
  double of_n = of_quotient(g, of_g, divisor, of_divisor);
  // What is beyond the bound, whatever its error, is the bound.
  if (std::fabs(g / divisor) - of_n > bound) of_n = 0;
  if (a.clip) of_n += kUnit * bound;
  const double last_m = m, last_v = v;
  m = a.beta1 * last_m + (1 - a.beta1) * n;
  of_m = of_average(last_m, of_m, n, of_n, a.beta1, m);
  v = a.beta2 * last_v + (1 - a.beta2) * square;
  of_v = of_average(last_v, of_v, square, of_square, a.beta2, v);
  move_param(h, h.learning_rate, p, next, m, of_m, e);
}

void yogi_step(const radam_hyperparameters& h, std::int64_t step, double grad, double p, double next, Errors& e) {
  const radam_yogi& y = h.of.yogi;
  const auto t = static_cast<double>(step);
  double &m = e.state[0], &v = e.state[1], &of_m = e.of_state[0], &of_v = e.of_state[1];
  const auto [g, of_g] = Gradient(h, grad, p, e.of_param);
  if (step == 1) m = v = y.initial_accumulator, of_m = of_v = kUnit * y.initial_accumulator;
  const double last_m = m, last_v = v;
  m = y.beta1 * last_m + (1 - y.beta1) * g;
  of_m = of_average(last_m, of_m, g, of_g, y.beta1, m);
  const double square = g * g, of_square = 2 * std::fabs(g) * of_g + kUnit * square;
  const double moved = (1 - y.beta2) * square;
  v = square > last_v ? last_v + moved : square < last_v ? last_v - moved : last_v;
  // 1 - beta2 is rounded, too. Where the sign is in doubt, v may have moved the other way.
  const bool doubtful = std::fabs(square - last_v) <= of_square + of_v + kUnit * std::fabs(square - last_v);
  of_v += (1 - y.beta2) * of_square + kUnit * moved + kUnit * v + (doubtful && moved > 0 ? 2 * moved : 0);
  const double correction1 = 1 - std::pow(y.beta1, t), correction2 = std::sqrt(1 - std::pow(y.beta2, t));
  const double root = std::sqrt(v), epsilon = y.epsilon * correction2, divisor = root + epsilon;
  move_param(h, h.learning_rate * correction2 / correction1, p, next, m / divisor,
             of_quotient(m, of_m, divisor, of_sum(root, of_root(v, of_v), epsilon)), e);
}

// What QHAdam's authors keep of the step number: the sum of the weights of an average.
double weight_sum(double beta, double t) { return (1 - std::pow(beta, t)) / (1 - beta); }

void qhadam_step(const radam_hyperparameters& h, std::int64_t step, double grad, double p, double next, Errors& e) {
  const radam_qhadam& q = h.of.qhadam;
  const auto t = static_cast<double>(step);
  double &m = e.state[0], &v = e.state[1], &of_m = e.of_state[0], &of_v = e.of_state[1];
  const auto [g, of_g] = Gradient(h, grad, p, e.of_param);
  const double rate1 = 1 - 1 / weight_sum(q.beta1, t), rate2 = 1 - 1 / weight_sum(q.beta2, t);
  const double square = g * g, of_square = 2 * std::fabs(g) * of_g, last_m = m, last_v = v;
  m = rate1 * last_m + (1 - rate1) * g;
  of_m = of_average(last_m, of_m, g, of_g, rate1, m);
  v = rate2 * last_v + (1 - rate2) * square;
  of_v = of_average(last_v, of_v, square, of_square, rate2, v);
  // nus and their complements are rounded, and so are the products with the gradient and its square, and the square.
  const double n = q.nu1 * m + (1 - q.nu1) * g, s = q.nu2 * v + (1 - q.nu2) * square;
  const double of_n = q.nu1 * (of_m + kUnit * std::fabs(m)) + (1 - q.nu1) * (of_g + 2 * kUnit * std::fabs(g)) +
                      kUnit * std::fabs(n);
  const double of_s = q.nu2 * (of_v + kUnit * v) + (1 - q.nu2) * (of_square + 3 * kUnit * square) + kUnit * s;
  const double divisor = std::sqrt(s) + q.epsilon;
  move_param(h, h.learning_rate, p, next, n / divisor,
             of_quotient(n, of_n, divisor, of_sum(std::sqrt(s), of_root(s, of_s), q.epsilon)), e);
}

double ademamix_beta3(const radam_ademamix& a, double t) {
  const auto steps = static_cast<double>(a.beta3_warmup_steps);
  if (t >= steps) return a.beta3;
  const auto half_life = [](double beta) { return std::log(0.5) / std::log(beta + 1e-8) - 1; };
  return std::pow(0.5, 1 / ((1 - t / steps) * half_life(a.beta1) + t / steps * half_life(a.beta3) + 1));
}

void ademamix_step(const radam_hyperparameters& h, std::int64_t step, double grad, double p, double next, Errors& e) {
  const radam_ademamix& a = h.of.ademamix;
  const auto t = static_cast<double>(step), alpha_steps = static_cast<double>(a.alpha_warmup_steps);
  double &m = e.state[0], &s = e.state[1], &v = e.state[2];
  double &of_m = e.of_state[0], &of_s = e.of_state[1], &of_v = e.of_state[2];
  const auto [g, of_g] = Gradient(h, grad, p, e.of_param);
  const double beta3 = ademamix_beta3(a, t), last_m = m, last_s = s, last_v = v;
  m = a.beta1 * last_m + (1 - a.beta1) * g;
  of_m = of_average(last_m, of_m, g, of_g, a.beta1, m);
  s = beta3 * last_s + (1 - beta3) * g;
  of_s = of_average(last_s, of_s, g, of_g, beta3, s);
  v = a.beta2 * last_v + (1 - a.beta2) * g * g;
  of_v = of_average(last_v, of_v, g * g, 2 * std::fabs(g) * of_g, a.beta2, v);
  const double correction1 = 1 - std::pow(a.beta1, t), correction2 = std::sqrt(1 - std::pow(a.beta2, t));
  // alpha is rounded, and so is the sum.
  const double alpha = (t < alpha_steps ? t / alpha_steps : 1) * a.alpha * correction1, n = m + alpha * s;
  const double of_n = of_m + alpha * (of_s + kUnit * std::fabs(s)) + kUnit * std::fabs(n);
  const double root = std::sqrt(v), epsilon = a.epsilon * correction2, divisor = root + epsilon;
  move_param(h, h.learning_rate * correction2 / correction1, p, next, n / divisor,
             of_quotient(n, of_n, divisor, of_sum(root, of_root(v, of_v), epsilon)), e);
}

void adamod_step(const radam_hyperparameters& h, std::int64_t step, double grad, double p, double next, Errors& e) {
  const radam_adamod& a = h.of.adamod;
  const auto t = static_cast<double>(step);
  double &m = e.state[0], &v = e.state[1], &n = e.state[2];
  double &of_m = e.of_state[0], &of_v = e.of_state[1], &of_n = e.of_state[2];
  const auto [g, of_g] = Gradient(h, grad, p, e.of_param);
  const double last_m = m, last_v = v, last_n = n;
  m = a.beta1 * last_m + (1 - a.beta1) * g;
  of_m = of_average(last_m, of_m, g, of_g, a.beta1, m);
  v = a.beta2 * last_v + (1 - a.beta2) * g * g;
  of_v = of_average(last_v, of_v, g * g, 2 * std::fabs(g) * of_g, a.beta2, v);
  const double above = h.learning_rate * std::sqrt(1 - std::pow(a.beta2, t)) / (1 - std::pow(a.beta1, t));
  const double root = std::sqrt(v), below = root + a.epsilon, rate = above / below;
  const double of_rate = of_quotient(above, kUnit * above, below, of_sum(root, of_root(v, of_v), a.epsilon));
  n = a.beta3 * last_n + (1 - a.beta3) * rate;
  of_n = of_average(last_n, of_n, rate, of_rate, a.beta3, n);
  // A minimum is wrong by no more than the worse of two, and the product is rounded.
  const double least = std::fmin(rate, n), of_least = std::fmax(of_rate, of_n), u = least * m;
  move_param(h, 1, p, next, u, std::fabs(m) * of_least + (least + of_least) * of_m + kUnit * std::fabs(u), e);
}

void qhm_step(const radam_hyperparameters& h, std::int64_t, double grad, double p, double next, Errors& e) {
  const radam_qhm& q = h.of.qhm;
  double &b = e.state[0], &of_b = e.of_state[0];
  const auto [g, of_g] = Gradient(h, grad, p, e.of_param);
  const double last = b;
  b = q.momentum * last + (1 - q.momentum) * g;
  of_b = of_average(last, of_b, g, of_g, q.momentum, b);
  // nu and its complement are rounded, and so is the product with the gradient.
  const double u = q.nu * b + (1 - q.nu) * g;
  const double of_u = q.nu * (of_b + kUnit * std::fabs(b)) + (1 - q.nu) * (of_g + 2 * kUnit * std::fabs(g)) +
                      kUnit * std::fabs(u);
  move_param(h, h.learning_rate, p, next, u, of_u, e);
}

void adan_step(const radam_hyperparameters& h, std::int64_t step, double grad, double p, double next, Errors& e) {
  const radam_adan& a = h.of.adan;
  const auto t = static_cast<double>(step);
  double &m = e.state[0], &v = e.state[1], &s = e.state[2], &w = e.state[3];
  double &of_m = e.of_state[0], &of_v = e.of_state[1], &of_s = e.of_state[2], &of_w = e.of_state[3];
  const auto [g, of_g] = Gradient(h, grad, p, e.of_param);
  const double last_m = m, last_v = v, last_s = s;
  const double d = step == 1 ? 0 : g + w, of_d = step == 1 ? 0 : of_g + of_w + kUnit * std::fabs(d);
  m = a.beta1 * last_m + (1 - a.beta1) * g;
  of_m = of_average(last_m, of_m, g, of_g, a.beta1, m);
  s = a.beta2 * last_s + (1 - a.beta2) * d;
  of_s = of_average(last_s, of_s, d, of_d, a.beta2, s);
  // beta2 is rounded, and so is the sum.
  const double x = g + a.beta2 * d;
  const double of_x = of_g + a.beta2 * (of_d + kUnit * std::fabs(d)) + kUnit * std::fabs(x);
  v = a.beta3 * last_v + (1 - a.beta3) * x * x;
  of_v = of_average(last_v, of_v, x * x, (2 * std::fabs(x) + of_x) * of_x, a.beta3, v);
  w = -g;
  of_w = of_g;
  const double correction1 = 1 - std::pow(a.beta1, t), correction2 = 1 - std::pow(a.beta2, t);
  const double correction3 = std::sqrt(1 - std::pow(a.beta3, t));
  const double factor = a.beta2 * correction1 / correction2, n = m + factor * s;
  const double of_n = of_m + factor * (of_s + kUnit * std::fabs(s)) + kUnit * std::fabs(n);
  const double root = std::sqrt(v), epsilon = a.epsilon * correction3, divisor = root + epsilon;
  // Divided by 1 + decay, a step is one with other coefficients.
  radam_hyperparameters moving = h;
  moving.weight_decay /= a.no_prox ? 1 : 1 + decay_of(h);
  move_param(moving, h.learning_rate * correction3 / correction1 / (a.no_prox ? 1 : 1 + decay_of(h)), p, next,
             n / divisor, of_quotient(n, of_n, divisor, of_sum(root, of_root(v, of_v), epsilon)), e);
}

void adabound_step(const radam_hyperparameters& h, std::int64_t step, double grad, double p, double next, Errors& e) {
  const radam_adabound& a = h.of.adabound;
  const auto t = static_cast<double>(step);
  double &m = e.state[0], &v = e.state[1], &w = e.state[2];
  double &of_m = e.of_state[0], &of_v = e.of_state[1], &of_w = e.of_state[2];
  const auto [g, of_g] = Gradient(h, grad, p, e.of_param);
  const double last_m = m, last_v = v;
  m = a.beta1 * last_m + (1 - a.beta1) * g;
  of_m = of_average(last_m, of_m, g, of_g, a.beta1, m);
  v = a.beta2 * last_v + (1 - a.beta2) * g * g;
  of_v = of_average(last_v, of_v, g * g, 2 * std::fabs(g) * of_g, a.beta2, v);
  w = std::fmax(w, v), of_w = std::fmax(of_w, of_v);
  const double s = a.amsgrad ? w : v, root = std::sqrt(s), below = root + a.epsilon;
  const double above = h.learning_rate * std::sqrt(1 - std::pow(a.beta2, t)) / (1 - std::pow(a.beta1, t));
  const double of_own = of_quotient(above, kUnit * above, below,
                                    of_sum(root, of_root(s, a.amsgrad ? of_w : of_v), a.epsilon));
  const double end = a.final_learning_rate * h.learning_rate / a.base_learning_rate;
  const double lower = end * (1 - 1 / (a.gamma * t + 1)), upper = end * (1 + 1 / (a.gamma * t));
  const double rate = std::fmin(upper, std::fmax(lower, above / below));
  // What is between bounds is wrong by no more than the worst of the three, and the product is rounded.
  const double of_rate = std::fmax(of_own, kUnit * upper), u = rate * m;
  move_param(h, 1, p, next, u, std::fabs(m) * of_rate + (rate + of_rate) * of_m + kUnit * std::fabs(u), e);
}

// What radam.h says of its exp2 and pow, relative to the result.
constexpr double kExp2 = 1.5 * kUnit, kPow = 2.25 * kUnit;

void diffgrad_step(const radam_hyperparameters& h, std::int64_t step, double grad, double p, double next, Errors& e) {
  const radam_diffgrad& a = h.of.diffgrad;
  const auto t = static_cast<double>(step);
  double &m = e.state[0], &v = e.state[1], &w = e.state[2];
  double &of_m = e.of_state[0], &of_v = e.of_state[1], &of_w = e.of_state[2];
  const auto [g, of_g] = Gradient(h, grad, p, e.of_param);
  const double last_m = m, last_v = v;
  m = a.beta1 * last_m + (1 - a.beta1) * g;
  of_m = of_average(last_m, of_m, g, of_g, a.beta1, m);
  v = a.beta2 * last_v + (1 - a.beta2) * g * g;
  of_v = of_average(last_v, of_v, g * g, 2 * std::fabs(g) * of_g, a.beta2, v);
  // The exponent is wrong by what the difference, the logarithm and their product are; and the sum is rounded.
  const double d = std::fabs(w - g), of_d = of_w + of_g + kUnit * d, power = std::exp(-d);
  const double of_power = power * (std::expm1(of_d + 2 * kUnit * d) + kExp2) + 0x1p-64;
  const double factor = 1 + power, of_factor = of_power + kUnit * factor;
  w = g, of_w = of_g;
  const double root = std::sqrt(v), sum = root + a.epsilon, of_sum_of_root = of_sum(root, of_root(v, of_v), a.epsilon);
  const double below = factor * sum;
  const double of_below = factor * of_sum_of_root + (sum + of_sum_of_root) * of_factor + kUnit * below;
  const double step_size = h.learning_rate * std::sqrt(1 - std::pow(a.beta2, t)) / (1 - std::pow(a.beta1, t));
  move_param(h, step_size, p, next, m / below, of_quotient(m, of_m, below, of_below), e);
}

// x^y is wrong by what x and y are, and the function is. It is steeper below x than above, and begins at 2^-125.
double of_power(double x, double of_x, double y, double of_y) {
  const double least = std::fmax(x - of_x, 0x1p-125), result = std::pow(x, y);
  const double of_base = std::fmax(result - std::pow(least, y), std::pow(0x1p-125, y) - result);
  return std::fmax(0, of_base) + result * (of_y * std::fabs(std::log(x)) + kPow);
}

void padam_step(const radam_hyperparameters& h, std::int64_t step, double grad, double p, double next, Errors& e) {
  const radam_padam& a = h.of.padam;
  const auto t = static_cast<double>(step);
  double &m = e.state[0], &v = e.state[1], &w = e.state[2];
  double &of_m = e.of_state[0], &of_v = e.of_state[1], &of_w = e.of_state[2];
  const auto [g, of_g] = Gradient(h, grad, p, e.of_param);
  const double last_m = m, last_v = v;
  m = a.beta1 * last_m + (1 - a.beta1) * g;
  of_m = of_average(last_m, of_m, g, of_g, a.beta1, m);
  v = a.beta2 * last_v + (1 - a.beta2) * g * g;
  of_v = of_average(last_v, of_v, g * g, 2 * std::fabs(g) * of_g, a.beta2, v);
  w = std::fmax(w, v), of_w = std::fmax(of_w, of_v);
  const double s = a.amsgrad ? w : v, root = std::sqrt(s), sum = root + a.epsilon;
  const double of_base = of_sum(root, of_root(s, a.amsgrad ? of_w : of_v), a.epsilon);
  const double below = std::pow(sum, 2 * a.partial);
  const double of_below = of_power(sum, of_base, 2 * a.partial, 2 * kUnit * a.partial);
  const double step_size = h.learning_rate * std::sqrt(1 - std::pow(a.beta2, t)) / (1 - std::pow(a.beta1, t));
  move_param(h, step_size, p, next, m / below, of_quotient(m, of_m, below, of_below), e);
}

void madgrad_step(const radam_hyperparameters& h, std::int64_t step, double grad, double p, double next, Errors& e) {
  const radam_madgrad& a = h.of.madgrad;
  double &v = e.state[0], &s = e.state[1], &d = e.state[2];
  double &of_v = e.of_state[0], &of_s = e.of_state[1], &of_d = e.of_state[2];
  const auto [g, of_g] = Gradient(h, grad, p, e.of_param);
  const double rate = (h.learning_rate + a.epsilon) * std::sqrt(static_cast<double>(step));
  v += rate * g * g;
  of_v += rate * (2 * std::fabs(g) * of_g + 2 * kUnit * g * g) + kUnit * v;  // rate and the square are rounded
  s += rate * g;
  of_s += rate * (of_g + kUnit * std::fabs(g)) + kUnit * std::fabs(s);
  const double root = std::cbrt(v), below = root + a.epsilon, q = s / below;
  const double of_below = of_sum(root, v == 0 ? 0x1p-41 : of_power(v, of_v, 1.0 / 3, 0), a.epsilon);
  const double of_q = s == 0 ? 0 : of_quotient(s, of_s, below, of_below);
  const double u = q - d, step_size = 1 - a.momentum;
  radam_hyperparameters moving = h;
  moving.learning_rate += a.epsilon;
  const double decay = decay_of(moving), decayed = decay * p;
  const double of_decayed = decay * (e.of_param + 2 * kUnit * std::fabs(p));
  const double of_moved = step_size * 2 * kUnit * std::fabs(u);  // u is rounded, and so is step_size
  d += step_size * u;
  of_d = a.momentum * of_d + step_size * of_q + of_moved + kUnit * std::fabs(d);
  if (a.momentum != 0) d += decayed, of_d += of_decayed + (decay == 0 ? 0 : kUnit * std::fabs(d));
  // What p moves by, d moves by, too, so that their sum is wrong only by what is rounded, and by decay that p alone has.
  e.roundings += kUnit * (std::fabs(next) + std::fabs(d));
  if (decay != 0) e.roundings += kUnit * (std::fabs(d) + std::fabs(step_size * u + decayed));
  if (a.momentum == 0) e.roundings += of_decayed;
  e.of_param = e.roundings + of_d;
}

// How far COCOB's parameter is from where it began, by its state, and how wrong that is.
struct CocobOffset {
  double value, error;

  CocobOffset(const Errors& e, double alpha, double largest, double of_largest) {
    const double s = e.state[0], n = e.state[1], r = e.state[3], sum = n + largest;
    const double bets = std::fmax(sum, alpha * largest);
    const double of_bets = std::fmax(e.of_state[1] + of_largest, alpha * of_largest) + 2 * kUnit * bets;
    const double share = s / bets, of_share = of_quotient(s, e.of_state[0], bets, of_bets);
    const double above = r + largest, of_above = e.of_state[3] + of_largest + kUnit * above;
    const double wealth = above / largest, of_wealth = of_quotient(above, of_above, largest, of_largest);
    value = share * wealth;
    error = std::fabs(share) * of_wealth + (wealth + of_wealth) * of_share + kUnit * std::fabs(value);
  }
};

void cocob_step(const radam_hyperparameters& h, std::int64_t, double grad, double p, double next, Errors& e) {
  const radam_cocob& c = h.of.cocob;
  const auto [own, of_own] = Gradient(h, grad, p, e.of_param);
  const double g = h.learning_rate * own, of_g = h.learning_rate * of_own + 2 * kUnit * std::fabs(g);
  double &s = e.state[0], &n = e.state[1], &largest = e.state[2], &r = e.state[3];
  double &of_s = e.of_state[0], &of_n = e.of_state[1], &of_largest = e.of_state[2], &of_r = e.of_state[3];
  if (largest < c.epsilon) largest = c.epsilon, of_largest = kUnit * c.epsilon;
  const CocobOffset before(e, c.alpha, largest, of_largest);
  if (std::fabs(g) + of_g > largest - of_largest) of_largest = std::fmax(of_largest, of_g);
  largest = std::fmax(largest, std::fabs(g));
  s -= g, of_s += of_g + kUnit * std::fabs(s);
  n += std::fabs(g), of_n += of_g + kUnit * n;
  r = std::fmax(0, r - g * before.value);
  of_r += std::fabs(g) * before.error + (std::fabs(before.value) + before.error) * of_g + kUnit * r;
  const CocobOffset after(e, c.alpha, largest, of_largest);
  // The step before ended with the bits that this one begins with, so that only what is rounded adds up.
  e.roundings += kUnit * std::fabs(after.value - before.value) + kUnit * std::fabs(next);
  e.of_param = e.roundings + after.error;
}

// What multiplies the learning rate of a step of Schedule-Free, and the weight of its z over the sum of all so far.
struct ScheduleFreeStep {
  double factor = 1, weight = 0;
  bool adaptive = true;

  ScheduleFreeStep(const radam_hyperparameters& h, double r, double power, std::int64_t warmup_steps, bool rectify,
                   bool silent, std::int64_t step) {
    double sum = 0, largest = 0;
    const double beta2 = h.of.schedulefree_adamw.beta2, limit = 2 / (1 - beta2) - 1;
    for (std::int64_t j = 1; j <= step; ++j) {
      const auto t = static_cast<double>(j);
      factor = j < warmup_steps ? t / static_cast<double>(warmup_steps) : 1;
      if (rectify) {
        const double last = std::pow(beta2, t), rho = limit - 2 * t * last / (1 - last);
        adaptive = rho > 4;
        factor = adaptive ? std::sqrt((rho - 4) * (rho - 2) * limit / ((limit - 4) * (limit - 2) * rho)) : !silent;
      }
      largest = std::fmax(largest, h.learning_rate * factor);
      const double own = std::pow(t, r) * std::pow(largest, power);
      sum += own;
      weight = sum == 0 ? 0 : own / sum;
    }
  }
};

// z and y move by scale * n, of which n is wrong by of_n. scale and b are numbers of the schedule.
void schedulefree_move(const radam_hyperparameters& h, const ScheduleFreeStep& s, double b, double scale, double n,
                       double of_n, double p, double next, Errors& e) {
  double &d = e.state[0], &of_d = e.of_state[0];
  const double k = s.weight, learning_rate = h.learning_rate * s.factor, of_y = 1 - b * (1 - k);
  // The weight, the rate and the product with d are rounded, and the sum.
  const double rate = learning_rate * of_y * scale, u = rate * n - k * d;
  const double of_u =
      rate * (of_n + kUnit * std::fabs(n)) + k * (of_d + 2 * kUnit * std::fabs(d)) + kUnit * std::fabs(u);
  const double z_rate = learning_rate * b * scale, z_decay = decay_of(h) * s.factor * b;
  d -= z_rate * n;
  of_d += z_rate * (of_n + kUnit * std::fabs(n)) + kUnit * std::fabs(d);
  if (z_decay != 0) {
    d -= z_decay * p;
    of_d += z_decay * (e.of_param + kUnit * std::fabs(p)) + kUnit * std::fabs(d);
  }
  of_d = (1 - k) * of_d + kUnit * k * std::fabs(d);
  d *= 1 - k;
  of_d += kUnit * std::fabs(d);
  radam_hyperparameters moving = h;
  moving.learning_rate = learning_rate * of_y;
  move_param(moving, 1, p, next, u, of_u, e);
}

void schedulefree_sgd_step(const radam_hyperparameters& h, std::int64_t t, double grad, double p, double next,
                           Errors& e) {
  const radam_schedulefree_sgd& s = h.of.schedulefree_sgd;
  const auto [g, of_g] = Gradient(h, grad, p, e.of_param);
  const ScheduleFreeStep weight(h, s.r, s.weight_lr_power, s.warmup_steps, false, false, t);
  schedulefree_move(h, weight, s.momentum, 1, g, of_g, p, next, e);
}

void schedulefree_adamw_step(const radam_hyperparameters& h, std::int64_t t, double grad, double p, double next,
                             Errors& e) {
  const radam_schedulefree_adamw& a = h.of.schedulefree_adamw;
  const ScheduleFreeStep s(h, a.r, a.weight_lr_power, a.warmup_steps, a.rectify != 0, a.silent_sgd_phase != 0, t);
  double &v = e.state[1], &m = e.state[2], &of_v = e.of_state[1], &of_m = e.of_state[2];
  const auto [g, of_g] = Gradient(h, grad, p, e.of_param);
  const double last_v = v, last_m = m;
  v = a.beta2 * last_v + (1 - a.beta2) * g * g;
  of_v = of_average(last_v, of_v, g * g, 2 * std::fabs(g) * of_g, a.beta2, v);
  double n = g, of_n = of_g, scale = 1;
  if (a.inner_momentum > 0) {
    m = a.inner_momentum * last_m + (1 - a.inner_momentum) * g;
    of_m = of_average(last_m, of_m, g, of_g, a.inner_momentum, m);
    n = m, of_n = of_m, scale = 1 / (1 - std::pow(a.inner_momentum, static_cast<double>(t)));
  }
  if (s.adaptive) {
    const double correction = std::sqrt(1 - std::pow(a.beta2, static_cast<double>(t)));
    const double root = std::sqrt(v), epsilon = a.epsilon * correction, below = root + epsilon;
    of_n = of_quotient(n, of_n, below, of_sum(root, of_root(v, of_v), epsilon));
    n /= below;
    scale *= correction;
  }
  schedulefree_move(h, s, a.beta1, scale, n, of_n, p, next, e);
}

// A row for each algorithm and dialect of the vectors.
struct Row {
  std::int32_t preset;
  void (*step)(const radam_hyperparameters& h, std::int64_t t, double grad, double p, double next, Errors& e);
};

const std::map<std::string, Row>& rows() {
  static const std::map<std::string, Row> map = {
      {"sgd of pytorch", {RADAM_PRESET_SGD_PYTORCH, sgd_step}},
      {"sgdw of timm", {RADAM_PRESET_SGDW, sgd_step}},
      {"lion of authors", {RADAM_PRESET_LION_AUTHORS, lion_step}},
      {"nadam of pytorch", {RADAM_PRESET_NADAM_PYTORCH, nadam_step}},
      {"nadamw of pytorch", {RADAM_PRESET_NADAMW_PYTORCH, nadam_step}},
      {"rmsprop of pytorch", {RADAM_PRESET_RMSPROP_PYTORCH, rmsprop_step}},
      {"adagrad of pytorch", {RADAM_PRESET_ADAGRAD_PYTORCH, adagrad_step}},
      {"adamax of pytorch", {RADAM_PRESET_ADAMAX_PYTORCH, adamax_step}},
      {"adadelta of pytorch", {RADAM_PRESET_ADADELTA_PYTORCH, adadelta_step}},
      {"adabelief of authors", {RADAM_PRESET_ADABELIEF_AUTHORS, adabelief_step}},
      {"adopt of authors", {RADAM_PRESET_ADOPT_AUTHORS, adopt_step}},
      {"yogi of jettify", {RADAM_PRESET_YOGI_TORCH_OPTIMIZER, yogi_step}},
      {"qhadam of authors", {RADAM_PRESET_QHADAM_AUTHORS, qhadam_step}},
      {"ademamix of authors", {RADAM_PRESET_ADEMAMIX_AUTHORS, ademamix_step}},
      {"adamod of authors", {RADAM_PRESET_ADAMOD_AUTHORS, adamod_step}},
      {"qhm of authors", {RADAM_PRESET_QHM_AUTHORS, qhm_step}},
      {"adabound of authors", {RADAM_PRESET_ADABOUND_AUTHORS, adabound_step}},
      {"amsbound of authors", {RADAM_PRESET_AMSBOUND_AUTHORS, adabound_step}},
      {"adaboundw of authors", {RADAM_PRESET_ADABOUNDW_AUTHORS, adabound_step}},
      {"diffgrad of authors-v2", {RADAM_PRESET_DIFFGRAD_AUTHORS, diffgrad_step}},
      {"padam of authors", {RADAM_PRESET_PADAM_AUTHORS, padam_step}},
      {"madgrad of authors", {RADAM_PRESET_MADGRAD_AUTHORS, madgrad_step}},
      {"cocob of authors", {RADAM_PRESET_COCOB_AUTHORS, cocob_step}},
      {"schedulefree_sgd of authors", {RADAM_PRESET_SCHEDULEFREE_SGD_AUTHORS, schedulefree_sgd_step}},
      {"schedulefree_adamw of authors", {RADAM_PRESET_SCHEDULEFREE_ADAMW_AUTHORS, schedulefree_adamw_step}},
      {"schedulefree_radam of authors", {RADAM_PRESET_SCHEDULEFREE_RADAM_AUTHORS, schedulefree_adamw_step}},
      {"adan of authors", {RADAM_PRESET_ADAN_AUTHORS, adan_step}},
      {"adan_clipped of authors", {RADAM_PRESET_ADAN_AUTHORS, adan_step}},
  };
  return map;
}

// Whose rules a vector follows.
std::string rules_of(const json& vector) {
  return vector.at("algorithm").get<std::string>() + " of " + vector.at("dialect").get<std::string>();
}

json read(const Path& path) {
  std::ifstream file(path);
  return json::parse(file);
}

// Those whose rules the library has.
std::vector<Path> files() {
  const char* const other = std::getenv("RADAM_VECTORS_FAMILY");
  std::vector<Path> result;
  for (const auto& entry : std::filesystem::directory_iterator(other != nullptr ? other : RADAM_VECTORS_FAMILY))
    if (entry.path().extension() == ".json" && rows().count(rules_of(read(entry.path()))))
      result.push_back(entry.path());
  std::sort(result.begin(), result.end());
  return result;
}

// The algorithms' own numbers by their keys.
using Numbers = std::map<std::string, double*>;

Numbers numbers(radam_hyperparameters& h) {
  auto& of = h.of;
  switch (h.algorithm) {
    case RADAM_ALGORITHM_SGD: return {{"momentum", &of.sgd.momentum}, {"dampening", &of.sgd.dampening}};
    case RADAM_ALGORITHM_LION: return {{"beta1", &of.lion.beta1}, {"beta2", &of.lion.beta2}};
    case RADAM_ALGORITHM_NADAM:
      return {{"beta1", &of.nadam.beta1}, {"beta2", &of.nadam.beta2}, {"eps", &of.nadam.epsilon},
              {"momentum_decay", &of.nadam.momentum_decay}};
    case RADAM_ALGORITHM_RMSPROP:
      return {{"alpha_rms", &of.rmsprop.alpha}, {"eps", &of.rmsprop.epsilon}, {"momentum", &of.rmsprop.momentum}};
    case RADAM_ALGORITHM_ADAGRAD:
      return {{"eps", &of.adagrad.epsilon}, {"lr_decay", &of.adagrad.learning_rate_decay},
              {"initial_accumulator_value", &of.adagrad.initial_accumulator}};
    case RADAM_ALGORITHM_ADAMAX:
      return {{"beta1", &of.adamax.beta1}, {"beta2", &of.adamax.beta2}, {"eps", &of.adamax.epsilon}};
    case RADAM_ALGORITHM_ADADELTA: return {{"rho", &of.adadelta.rho}, {"eps", &of.adadelta.epsilon}};
    case RADAM_ALGORITHM_ADOPT:
      return {{"beta1", &of.adopt.beta1}, {"beta2", &of.adopt.beta2}, {"eps", &of.adopt.epsilon}};
    case RADAM_ALGORITHM_YOGI:
      return {{"beta1", &of.yogi.beta1}, {"beta2", &of.yogi.beta2}, {"eps", &of.yogi.epsilon},
              {"initial_accumulator", &of.yogi.initial_accumulator}};
    case RADAM_ALGORITHM_QHADAM:
      return {{"beta1", &of.qhadam.beta1}, {"beta2", &of.qhadam.beta2}, {"eps", &of.qhadam.epsilon},
              {"nu1", &of.qhadam.nu1}, {"nu2", &of.qhadam.nu2}};
    case RADAM_ALGORITHM_ADEMAMIX:
      return {{"beta1", &of.ademamix.beta1}, {"beta2", &of.ademamix.beta2}, {"beta3", &of.ademamix.beta3},
              {"alpha", &of.ademamix.alpha}, {"eps", &of.ademamix.epsilon}};
    case RADAM_ALGORITHM_ADAMOD:
      return {{"beta1", &of.adamod.beta1}, {"beta2", &of.adamod.beta2}, {"beta3", &of.adamod.beta3},
              {"eps", &of.adamod.epsilon}};
    case RADAM_ALGORITHM_ADABOUND:
      return {{"beta1", &of.adabound.beta1}, {"beta2", &of.adabound.beta2}, {"eps", &of.adabound.epsilon},
              {"final_lr", &of.adabound.final_learning_rate}, {"gamma", &of.adabound.gamma}};
    case RADAM_ALGORITHM_DIFFGRAD:
      return {{"beta1", &of.diffgrad.beta1}, {"beta2", &of.diffgrad.beta2}, {"eps", &of.diffgrad.epsilon}};
    case RADAM_ALGORITHM_PADAM:
      return {{"beta1", &of.padam.beta1}, {"beta2", &of.padam.beta2}, {"eps", &of.padam.epsilon},
              {"partial", &of.padam.partial}};
    case RADAM_ALGORITHM_MADGRAD: return {{"momentum", &of.madgrad.momentum}, {"eps", &of.madgrad.epsilon}};
    case RADAM_ALGORITHM_COCOB: return {{"cocob_alpha", &of.cocob.alpha}, {"eps", &of.cocob.epsilon}};
    case RADAM_ALGORITHM_SCHEDULEFREE_SGD:
      return {{"momentum", &of.schedulefree_sgd.momentum}, {"r", &of.schedulefree_sgd.r},
              {"weight_lr_power", &of.schedulefree_sgd.weight_lr_power}};
    case RADAM_ALGORITHM_SCHEDULEFREE_ADAMW:
      return {{"beta1", &of.schedulefree_adamw.beta1}, {"beta2", &of.schedulefree_adamw.beta2},
              {"eps", &of.schedulefree_adamw.epsilon}, {"r", &of.schedulefree_adamw.r},
              {"weight_lr_power", &of.schedulefree_adamw.weight_lr_power},
              {"inner_momentum", &of.schedulefree_adamw.inner_momentum}};
    case RADAM_ALGORITHM_QHM: return {{"momentum", &of.qhm.momentum}, {"nu", &of.qhm.nu}};
    case RADAM_ALGORITHM_ADAN:
      return {{"beta1", &of.adan.beta1}, {"beta2", &of.adan.beta2}, {"beta3", &of.adan.beta3},
              {"eps", &of.adan.epsilon}};
    default: return {{"beta1", &of.adabelief.beta1}, {"beta2", &of.adabelief.beta2}, {"eps", &of.adabelief.epsilon}};
  }
}

// The algorithms' own flags by their keys.
using Flags = std::map<std::string, std::int32_t*>;

Flags flags(radam_hyperparameters& h) {
  auto& of = h.of;
  switch (h.algorithm) {
    case RADAM_ALGORITHM_SGD: return {{"nesterov", &of.sgd.nesterov}};
    case RADAM_ALGORITHM_RMSPROP: return {{"centered", &of.rmsprop.centered}};
    case RADAM_ALGORITHM_PADAM: return {{"amsgrad", &of.padam.amsgrad}};
    case RADAM_ALGORITHM_ADAN: return {{"no_prox", &of.adan.no_prox}};
    case RADAM_ALGORITHM_SCHEDULEFREE_ADAMW:
      return {{"silent_sgd_phase", &of.schedulefree_adamw.silent_sgd_phase}};
    case RADAM_ALGORITHM_ADABELIEF:
      return {{"amsgrad", &of.adabelief.amsgrad}, {"rectify", &of.adabelief.rectify},
              {"degenerated_to_sgd", &of.adabelief.unrectified}, {"fixed_decay", &of.adabelief.fixed_weight_decay}};
    default: return {};
  }
}

// Takes what the vector says. A key that this does not know would be an instruction not followed.
radam_hyperparameters hyperparameters(const json& vector) {
  static const std::set<std::string> no_hyperparameters = {
      "name", "algorithm", "dialect", "source", "decay_convention", "initial", "gradients",
      "parameters", "state", "shapes", "group", "trace", "max_grad_norm", "evaluated"};
  radam_hyperparameters h = preset(rows().at(rules_of(vector)).preset);
  const Numbers own = numbers(h);
  const Flags own_flags = flags(h);
  for (const auto& item : vector.items()) {
    const std::string& key = item.key();
    if (no_hyperparameters.count(key)) continue;
    if (key == "lr") h.learning_rate = item.value();
    else if (key == "weight_decay") h.weight_decay = item.value();
    else if (key == "maximize") h.maximize = item.value().get<bool>();
    else if (own.count(key)) *own.at(key) = item.value();
    else if (own_flags.count(key)) *own_flags.at(key) = item.value().get<bool>();
    else if (key == "alpha_warmup") h.of.ademamix.alpha_warmup_steps = item.value().is_null() ? 0 : int(item.value());
    else if (key == "beta3_warmup") h.of.ademamix.beta3_warmup_steps = item.value().is_null() ? 0 : int(item.value());
    else if (h.algorithm == RADAM_ALGORITHM_SCHEDULEFREE_SGD && key == "warmup_steps")
      h.of.schedulefree_sgd.warmup_steps = item.value();
    else if (h.algorithm == RADAM_ALGORITHM_SCHEDULEFREE_ADAMW && key == "warmup_steps")
      h.of.schedulefree_adamw.warmup_steps = item.value();
    else if (h.algorithm == RADAM_ALGORITHM_ADOPT && key == "clip_lambda") {
      EXPECT_TRUE(item.value() == "none" || item.value() == "step^0.25");
      h.of.adopt.clip = item.value() != "none";
    } else if (key == "weight_decay_type") {
      EXPECT_TRUE(item.value() == "grad" || item.value() == "direct");
      h.weight_decay_mode = item.value() == "grad" ? RADAM_WEIGHT_DECAY_L2 : RADAM_WEIGHT_DECAY_DECOUPLED;
    } else if (key == "weight_decouple" || key == "decouple" || key == "decouple_weight_decay" ||
             key == "decouple_decay")
      h.weight_decay_mode = item.value().get<bool>() ? RADAM_WEIGHT_DECAY_DECOUPLED : RADAM_WEIGHT_DECAY_L2;
    else ADD_FAILURE() << "what is " << key << "?";
  }
  // The authors take it when the optimizer is made.
  if (h.algorithm == RADAM_ALGORITHM_ADABOUND) h.of.adabound.base_learning_rate = h.learning_rate;
  return h;
}

// Multiplies the gradients of each step by what Adan's authors clip them by: the norm of all tensors is at most
// max_grad_norm; 0: any. Callers of the library clip so too, by its statistics and a factor of gradients. Here the
// products are the exact gradients of the reference, and are rounded on the way to the library.
void clip(const json& vector, double epsilon, std::vector<std::vector<double>>& gradients) {
  const double most = vector.value("max_grad_norm", 0.0);
  if (most == 0) return;
  for (auto& row : gradients) {
    double squares = 0;
    for (const double g : row) squares += g * g;
    const double factor = std::fmin(1, most / (std::sqrt(squares) + epsilon));
    for (double& g : row) g *= factor;
  }
}

// The buffers that the library says there are: pointers to them, and their names in the vector.
struct State {
  std::vector<std::vector<float>> values;
  std::vector<float*> pointers;
  std::vector<std::string> names;

  State(const radam_hyperparameters& h, std::size_t n) {
    const std::int32_t count = radam_state_count(h.algorithm);
    for (std::int32_t k = 0; k < count; ++k) {
      radam_state_buffer b{};
      b.struct_size = sizeof b;
      EXPECT_EQ(radam_state_describe(&h, k, &b), RADAM_OK);
      names.push_back(b.name);
      values.emplace_back(b.present ? n : 0, b.initial);
    }
    for (auto& buffer : values) pointers.push_back(buffer.empty() ? nullptr : buffer.data());
  }
};

class FamilyVectors : public EveryTarget, public testing::WithParamInterface<Path> {};

TEST_P(FamilyVectors, Followed) {
  const json vector = read(GetParam());
  const Row& row = rows().at(rules_of(vector));
  const radam_hyperparameters h = hyperparameters(vector);
  const auto initial = vector.at("initial").get<std::vector<double>>();
  auto gradients = vector.at("gradients").get<std::vector<std::vector<double>>>();
  clip(vector, h.of.adan.epsilon, gradients);
  const auto parameters = vector.at("parameters").get<std::vector<std::vector<double>>>();
  const std::size_t n = initial.size();
  ASSERT_GT(gradients.size(), 0u);
  ASSERT_EQ(gradients.size(), parameters.size());
  for (const std::int32_t target : available_targets()) {
    SCOPED_TRACE(radam_target_name(target));
    State state(h, n);
    std::vector<float> param(initial.begin(), initial.end());
    std::vector<Errors> errors(n);
    std::vector<double> last = initial;
    for (std::size_t t = 0; t < gradients.size(); ++t) {
      const std::vector<float> grad(gradients[t].begin(), gradients[t].end());
      radam_coefficients c{};
      c.struct_size = sizeof c;
      ASSERT_EQ(radam_coefficients_at(&h, static_cast<std::int64_t>(t) + 1, &c), RADAM_OK);
      ASSERT_EQ(radam_step_f32(target, &c, 0, static_cast<std::int64_t>(n), param.data(), grad.data(),
                               state.pointers.data()),
                RADAM_OK);
      for (std::size_t i = 0; i < n; ++i) {
        row.step(h, static_cast<std::int64_t>(t) + 1, gradients[t][i], last[i], parameters[t][i], errors[i]);
        ASSERT_LE(std::fabs(param[i] - parameters[t][i]), kSlack * errors[i].of_param)
            << "parameter " << i << " after step " << t + 1;
      }
      last = parameters[t];
    }
    exercised_targets().insert(target);
    std::set<std::string> compared;
    for (std::size_t k = 0; k < state.values.size(); ++k) {
      // The authors keep no fast average that is the gradient itself.
      const bool kept = state.names[k] != "exp_avg_fast" || h.of.ademamix.beta1 > 0;
      if (state.values[k].empty() || !kept) continue;
      if (state.names[k] == "x0_minus_param") {  // the authors keep x0, unless there is no momentum
        EXPECT_EQ(vector.at("state").value("x0", vector.at("initial")), vector.at("initial"));
        for (std::size_t i = 0; i < n; ++i)
          ASSERT_LE(std::fabs(state.values[k][i] - (initial[i] - last[i])), kSlack * errors[i].of_state[k]) << i;
        compared.insert("x0");
        continue;
      }
      if (state.names[k] == "z_minus_param") {  // the authors keep z, and evaluate x
        const double b = h.algorithm == RADAM_ALGORITHM_SCHEDULEFREE_SGD ? h.of.schedulefree_sgd.momentum
                                                                         : h.of.schedulefree_adamw.beta1;
        for (std::size_t i = 0; i < n; ++i) {
          const double d = state.values[k][i], z = vector.at("state").at("z").at(i), x = vector.at("evaluated").at(i);
          ASSERT_LE(std::fabs(errors[i].state[k] - (z - last[i])), 1e-12 * (1 + std::fabs(z)));  // the analysis' own
          ASSERT_LE(std::fabs(d - (z - last[i])), kSlack * errors[i].of_state[k]) << "z " << i;
          ASSERT_LE(std::fabs(param[i] + (1 - 1 / b) * d - x),
                    kSlack * (errors[i].of_param + (1 / b - 1) * errors[i].of_state[k]))
              << "x " << i;
        }
        compared.insert("z");
        continue;
      }
      const auto expected = vector.at("state").at(state.names[k]).get<std::vector<double>>();
      compared.insert(state.names[k]);
      for (std::size_t i = 0; i < n; ++i) {
        const double exact = errors[i].state[k];
        ASSERT_LE(std::fabs(exact - expected[i]), 1e-12 * (1 + std::fabs(expected[i])));  // the analysis' own
        ASSERT_LE(std::fabs(state.values[k][i] - expected[i]), kSlack * errors[i].of_state[k])
            << state.names[k] << " " << i;
      }
    }
    // Scalars follow from the step number.
    const auto steps = static_cast<std::int64_t>(gradients.size());
    if (vector.at("state").count("step")) {
      EXPECT_EQ(vector.at("state").at("step"), steps);
      compared.insert("step");
    }
    if (h.algorithm == RADAM_ALGORITHM_NADAM) {
      const double product = vector.at("state").at("mu_product");
      EXPECT_LE(std::fabs(nadam_product(h.of.nadam, steps) - product), 1e-13 * product);
      compared.insert("mu_product");
    }
    if (h.algorithm == RADAM_ALGORITHM_QHADAM) {
      const double betas[] = {h.of.qhadam.beta1, h.of.qhadam.beta2};
      for (const int k : {0, 1}) {
        const std::string name = k == 0 ? "beta1_weight" : "beta2_weight";
        const double sum = weight_sum(betas[k], static_cast<double>(steps));
        EXPECT_LE(std::fabs(vector.at("state").at(name).get<double>() - sum), 1e-11 * sum);
        compared.insert(name);
      }
    }
    // The author keeps it, and here it is not needed.
    if (h.algorithm == RADAM_ALGORITHM_COCOB) {
      EXPECT_EQ(vector.at("state").at("x0"), vector.at("initial"));
      compared.insert("x0");
    }
    // The authors keep it also where they do not use it.
    if (h.algorithm == RADAM_ALGORITHM_ADABELIEF && h.of.adabelief.rectify != 0) compared.insert("max_exp_avg_var");
    for (const auto& item : vector.at("state").items()) EXPECT_TRUE(compared.count(item.key())) << item.key();
  }
}

std::string name_of(const testing::TestParamInfo<Path>& info) {
  std::string name = info.param.stem().string();
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, FamilyVectors, testing::ValuesIn(files()), name_of);

TEST(FamilyVectorFiles, OfEveryAlgorithm) {
  std::set<std::string> found;
  for (const Path& path : files()) found.insert(rules_of(read(path)));
  EXPECT_EQ(found.size(), rows().size());
  EXPECT_GE(files().size(), 100u);
}

}  // namespace
}  // namespace radam_test
