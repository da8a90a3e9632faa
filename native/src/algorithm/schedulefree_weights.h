// How much the newest iterate of Schedule-Free weighs in the average of all.
//
// The authors give iterate j the weight w(j) = j^r * M(j)^p, with M the largest learning rate so far, and keep the sum
// of the weights. With a learning rate that changes by warm-up or rectification alone, both follow from the step
// number, so that there is no sum to keep. Sums of many weights are computed as integrals: by the formula of Euler and
// Maclaurin where weights are powers of j, and by Gauss' quadrature where they are not. Relative to itself, a result is
// within 1e-10 of what it should be. Double arithmetic that has the same bits everywhere, as real_power.h.
#ifndef RADAM_SRC_ALGORITHM_SCHEDULEFREE_WEIGHTS_H
#define RADAM_SRC_ALGORITHM_SCHEDULEFREE_WEIGHTS_H

#include <cmath>
#include <cstdint>

#include "../inline.h"
#include "half_life.h"
#include "real_power.h"

namespace {

struct ScheduleFreeWeights {
  // What r and weight_lr_power are at most. Sums need more terms, the larger they are.
  static constexpr double kMostPower = 16;

  // How many weights are added one by one. q: how fast they grow, as a power.
  RADAM_DEVICE static double terms(double least, double q) { return least + 4 * std::ceil(q); }

  // (1^q + 2^q + ... + n^q) / n^q but for a constant over n^q: the series of Euler and Maclaurin, of which five terms
  // with derivatives are enough where n is at least terms(16, q).
  RADAM_DEVICE static double series_of_powers(double q, double n) {
    const double i = 1 / (n * n);
    double sum = 1 - (q - 7) * (q - 8) * i * (5.0 / 198);
    sum = 1 - (q - 5) * (q - 6) * i * (1.0 / 40) * sum;
    sum = 1 - (q - 3) * (q - 4) * i * (1.0 / 42) * sum;
    sum = 1 - (q - 1) * (q - 2) * i * (1.0 / 60) * sum;
    return n / (q + 1) + 0.5 + q / (12 * n) * sum;
  }

  // (1^q + 2^q + ... + n^q) / n^q
  RADAM_NOT_INLINE static double sum_of_powers(double q, double n) {
    if (q == 0) return n;
    const double first = terms(16, q) < n ? terms(16, q) : n;
    double sum = 0;
    for (double j = 1; j <= first; ++j) sum += RealPower::of(j / first, q);
    if (first == n) return sum;
    return series_of_powers(q, n) + RealPower::of(first / n, q) * (sum - series_of_powers(q, first));
  }

  // The weight of step t in the sum of those of steps 1 to t, with a linear warm-up of so many steps.
  RADAM_DEVICE static double of_newest(double r, double p, std::int64_t warmup_steps, std::int64_t step) {
    const auto t = static_cast<double>(step), warmup = static_cast<double>(warmup_steps);
    if (step <= warmup_steps) return 1 / sum_of_powers(r + p, t);
    const double later = sum_of_powers(r, t);
    if (warmup_steps == 0) return 1 / later;
    return 1 / (later + RealPower::of(warmup / t, r) * (sum_of_powers(r + p, warmup) - sum_of_powers(r, warmup)));
  }

  // The weights of a learning rate that RAdam's rectification multiplies, over that of a step whose rectification is 1.
  struct Rectified {
    double r, half_p, t;  // p / 2 is the power of the rectification's square
    double limit;         // of rho - 4: of rho, 2 / (1 - beta2) - 1, little may be left less 4
    double a;             // -log(beta2)

    RADAM_DEVICE Rectified(double power_r, double p, double beta2, double step)
        : r(power_r),
          half_p(p / 2),
          t(step),
          limit(std::fma(5.0, beta2, -3.0) / (1 - beta2)),
          a(-HalfLife::logarithm(beta2)) {}

    // rho - 4 = limit - 2 x / (exp(a x) - 1), also between steps. Where a x is small, its two parts are large and
    // almost equal: there, by the series of Bernoulli of both.
    RADAM_DEVICE double excess(double x) const {
      const double w = a * x;
      if (w >= 1) {
        const double e = RealPower::two_to(w * -RealPower::kLog2E);
        return limit - 2 * x * e / (1 - e);
      }
      const double square = w * w;
      double sum = 43867 / 5109094217170944000.0;
      sum = sum * square - 3617 / 10670622842880000.0;
      sum = sum * square + 1 / 74724249600.0;
      sum = sum * square - 691 / 1307674368000.0;
      sum = sum * square + 1 / 47900160.0;
      sum = sum * square - 1 / 1209600.0;
      sum = sum * square + 1 / 30240.0;
      sum = sum * square - 1 / 720.0;
      sum = sum * square + 1 / 12.0;
      const double of_a = a / 6 * (1 - a * a / 60 * (1 - a * a / 42 * (1 - a * a / 40)));
      return of_a + x - 2 * x * w * sum - 4;
    }

    RADAM_NOT_INLINE double weight(double x) const {
      const double e = excess(x);
      if (e <= 0) return 0;
      const double square = e * (e + 2) * (limit + 4) / (limit * (limit + 2) * (e + 4));
      return RealPower::of(x / t, r) * RealPower::of(square, half_p);
    }

    // The integral from `from` to `to`, with 12 points where x grows fourfold.
    RADAM_DEVICE double integral(double from, double to) const {
      constexpr double kPoint[] = {0x1.007a5f8f630e4p-3, 0x1.78a8d20a8b19dp-2, 0x1.2cb4f05c077f9p-1,
                                   0x1.8a30aeed88f36p-1, 0x1.cee874ffb88b3p-1, 0x1.f68f1d8e42e81p-1};
      constexpr double kWeight[] = {0x1.fe40ce6d4f022p-3, 0x1.de3155c256aaep-3, 0x1.a0163e6b1ab6bp-3,
                                    0x1.47d7258f22d96p-3, 0x1.b60602bce61afp-4, 0x1.8275d9dea6d53p-5};
      double sum = 0;
      while (from < to) {
        const double end = 4 * from < to ? 4 * from : to, middle = (from + end) / 2, half = (end - from) / 2;
        double part = 0;
        for (int i = 0; i < 6; ++i)
          part += kWeight[i] * (weight(middle - half * kPoint[i]) + weight(middle + half * kPoint[i]));
        sum += half * part;
        from = end;
      }
      return sum;
    }

    // What a sum up to n is more than the integral up to n + 1/2, but for what it is at the sum's beginning: the
    // derivatives of Euler and Maclaurin, here as differences.
    RADAM_DEVICE double correction(double n) const {
      const double by1 = weight(n + 1) - weight(n), by3 = weight(n + 2) - weight(n - 1);
      const double by5 = weight(n + 3) - weight(n - 2);
      return by1 * (-1.0 / 24) + (by3 - 3 * by1) * (17.0 / 5760) - (by5 - 5 * by3 + 10 * by1) * (367.0 / 967680);
    }

    // Of the weights of steps 1 to t. Beyond 64 / (1 - beta2) the rectification is 1. Where rho's limit is near 4, rho is
    // beyond 4 only after many steps, and soon after these the weights are not as smooth as integrals need.
    RADAM_DEVICE double sum() const {
      const double least = limit < 1 ? 160 : 48;
      const double first = terms(least, r + half_p) < t ? terms(least, r + half_p) : t;
      double total = 0;
      for (double j = 1; j <= first; ++j) total += weight(j);
      if (first == t) return total;
      double last = std::ceil(32 * (limit + 5));
      if (last < first) last = first;
      if (last > t) last = t;
      if (last > first) total += integral(first + 0.5, last + 0.5) + (correction(last) - correction(first));
      return last == t ? total : total + (sum_of_powers(r, t) - RealPower::of(last / t, r) * sum_of_powers(r, last));
    }
  };

  // The same where RAdam's rectification multiplies the learning rate, and steps before it have none. 0 in those. With
  // a p of 0 all weights are the same as without, as the authors' 0^0 is 1.
  RADAM_DEVICE static double of_newest_rectified(double r, double p, double beta2, std::int64_t step) {
    if (p == 0) return of_newest(r, p, 0, step);
    const Rectified rectified(r, p, beta2, static_cast<double>(step));
    const double newest = rectified.weight(rectified.t);
    return newest > 0 ? newest / rectified.sum() : 0;
  }
};

}  // namespace

#endif
