// How near a step is to the memory's limit, and how far from the plain form, for each target, mode, size and number of
// threads. See options.cpp for the usage, and bench/README.md for what the figures mean.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <radam/radam.h>

#include "baseline.h"
#include "measure.h"
#include "model.h"
#include "options.h"

namespace {

radam_coefficients blank(std::int32_t algorithm) {
  radam_coefficients c{};
  c.struct_size = sizeof c;
  c.algorithm = algorithm;
  c.grad_scale = 1;
  return c;
}

radam_coefficients adam(int mode, float l2, float decay) {
  radam_coefficients c = blank(RADAM_ALGORITHM_ADAM);
  c.mode = mode;
  c.of.adam = {l2, decay, 1e-6f, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f};
  return c;
}

radam_coefficients sgd(float momentum) {
  radam_coefficients c = blank(RADAM_ALGORITHM_SGD);
  c.of.sgd = {0, 0, 1e-6f, momentum, 1, 0};
  return c;
}

radam_coefficients lion(std::int32_t mode) {
  radam_coefficients c = blank(RADAM_ALGORITHM_LION);
  c.mode = mode;
  c.of.lion = {1e-8f, 1e-6f, 0.9f, 0.1f, 0.99f, 0.01f};
  return c;
}

radam_coefficients nadam() {
  radam_coefficients c = blank(RADAM_ALGORITHM_NADAM);
  c.of.nadam = {0, 0, 1e-6f, 0.55f, 0.45f, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f};
  return c;
}

radam_coefficients rmsprop(float momentum) {
  radam_coefficients c = blank(RADAM_ALGORITHM_RMSPROP);
  c.of.rmsprop = {0, 0, 1e-6f, 0.99f, 0.01f, 1e-8f, 0, momentum};
  return c;
}

radam_coefficients adagrad() {
  radam_coefficients c = blank(RADAM_ALGORITHM_ADAGRAD);
  c.of.adagrad = {0, 0, 1e-6f, 1e-10f, 0};
  return c;
}

radam_coefficients adamax() {
  radam_coefficients c = blank(RADAM_ALGORITHM_ADAMAX);
  c.of.adamax = {0, 0, 1e-6f, 0.9f, 0.1f, 0.999f, 1e-8f};
  return c;
}

radam_coefficients adadelta() {
  radam_coefficients c = blank(RADAM_ALGORITHM_ADADELTA);
  c.of.adadelta = {0, 0, 1e-6f, 0.9f, 0.1f, 1e-6f};
  return c;
}

radam_coefficients adabelief() {
  radam_coefficients c = blank(RADAM_ALGORITHM_ADABELIEF);
  c.of.adabelief = {0, 0, 1e-6f, 0.9f, 0.1f, 0.999f, 0.001f, 1e-16f, 1e-16f};
  return c;
}

radam_coefficients adopt() {
  radam_coefficients c = blank(RADAM_ALGORITHM_ADOPT);
  c.of.adopt = {0, 0, 1e-6f, 0.9f, 0.1f, 0.9999f, 0.0001f, 1e-6f, 10};
  return c;
}

radam_coefficients yogi() {
  radam_coefficients c = blank(RADAM_ALGORITHM_YOGI);
  c.of.yogi = {0, 0, 1e-6f, 0.9f, 0.1f, 0.001f, 1e-3f, 0};
  return c;
}

radam_coefficients qhadam() {
  radam_coefficients c = blank(RADAM_ALGORITHM_QHADAM);
  c.of.qhadam = {0, 0, 1e-6f, 0.9f, 0.1f, 0.999f, 0.001f, 0.7f, 0.3f, 1, 0, 1e-8f};
  return c;
}

radam_coefficients ademamix() {
  radam_coefficients c = blank(RADAM_ALGORITHM_ADEMAMIX);
  c.of.ademamix = {0, 0, 1e-6f, 0.9f, 0.1f, 0.999f, 0.001f, 0.9999f, 0.0001f, 2, 1e-8f};
  return c;
}

radam_coefficients adamod() {
  radam_coefficients c = blank(RADAM_ALGORITHM_ADAMOD);
  c.of.adamod = {0, 0, 1, 0.9f, 0.1f, 0.999f, 0.001f, 0.999f, 0.001f, 1e-6f, 1e-8f};
  return c;
}

radam_coefficients adabound() {
  radam_coefficients c = blank(RADAM_ALGORITHM_ADABOUND);
  c.of.adabound = {0, 0, 1, 0.9f, 0.1f, 0.999f, 0.001f, 1e-6f, 1e-9f, 1e-3f, 1e-8f};
  return c;
}

radam_coefficients diffgrad() {
  radam_coefficients c = blank(RADAM_ALGORITHM_DIFFGRAD);
  c.of.diffgrad = {0, 0, 1e-6f, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f};
  return c;
}

radam_coefficients padam() {
  radam_coefficients c = blank(RADAM_ALGORITHM_PADAM);
  c.of.padam = {0, 0, 1e-6f, 0.9f, 0.1f, 0.999f, 0.001f, 0.25f, 1e-8f};
  return c;
}

radam_coefficients madgrad() {
  radam_coefficients c = blank(RADAM_ALGORITHM_MADGRAD);
  c.of.madgrad = {0, 0, 0.1f, 1e-6f, 1e-6f};
  return c;
}

radam_coefficients cocob() {
  radam_coefficients c = blank(RADAM_ALGORITHM_COCOB);
  c.of.cocob = {0, 0, 1, 1, 100, 1e-8f};
  return c;
}

radam_coefficients schedulefree_sgd() {
  radam_coefficients c = blank(RADAM_ALGORITHM_SCHEDULEFREE_SGD);
  c.of.schedulefree_sgd = {0, 0, 1, 1e-3f, 1e-6f, 9e-6f, 0};
  return c;
}

radam_coefficients schedulefree_adamw() {
  radam_coefficients c = blank(RADAM_ALGORITHM_SCHEDULEFREE_ADAMW);
  c.of.schedulefree_adamw = {0, 0, 1, 1e-3f, 1e-6f, 9e-6f, 0, 0, 1, 0.999f, 0.001f, 1e-8f};
  return c;
}

radam_coefficients qhm() {
  radam_coefficients c = blank(RADAM_ALGORITHM_QHM);
  c.of.qhm = {0, 0, 1e-6f, 0.999f, 0.001f, 0.7f, 0.3f};
  return c;
}

radam_coefficients adan() {
  radam_coefficients c = blank(RADAM_ALGORITHM_ADAN);
  c.of.adan = {0, 0, 1e-6f, 0.98f, 0.02f, 0.92f, 0.08f, 0.99f, 0.01f, 1, 0.92f, 1e-8f};
  return c;
}

struct Mode {
  const char* name;
  radam_coefficients coefficients;
  unsigned present;  // bit k: buffer k of the state is there
  Streams streams;
};

const Mode kModes[] = {
    {"adam", adam(RADAM_MODE_ADAPTIVE, 0, 0), 3, {true, 3}},
    {"adam_l2", adam(RADAM_MODE_ADAPTIVE, 1e-4f, 0), 3, {true, 3}},
    {"adamw", adam(RADAM_MODE_ADAPTIVE, 0, 1e-8f), 3, {true, 3}},
    {"amsgrad", adam(RADAM_MODE_ADAPTIVE, 0, 0), 7, {true, 7}},
    {"momentum", adam(RADAM_MODE_MOMENTUM, 0, 0), 3, {true, 3}},
    {"moments", adam(RADAM_MODE_MOMENTS_ONLY, 0, 0), 3, {false, 3}},
    {"second_moment", adam(RADAM_MODE_SECOND_MOMENT_ONLY, 0, 0), 3, {false, 2}},
    {"adam_cautious", adam(RADAM_MODE_CAUTIOUS, 0, 0), 3, {true, 3}},
    {"sgd", sgd(0), 0, {true, 0}},
    {"sgd_momentum", sgd(0.9f), 1, {true, 1}},
    {"lion", lion(0), 1, {true, 1}},
    {"lion_cautious", lion(RADAM_MODE_CAUTIOUS), 1, {true, 1}},
    {"nadam", nadam(), 3, {true, 3}},
    {"rmsprop", rmsprop(0), 1, {true, 1}},
    {"rmsprop_momentum", rmsprop(0.9f), 3, {true, 3}},
    {"rmsprop_centered", rmsprop(0), 5, {true, 5}},
    {"adagrad", adagrad(), 1, {true, 1}},
    {"adamax", adamax(), 3, {true, 3}},
    {"adadelta", adadelta(), 3, {true, 3}},
    {"adabelief", adabelief(), 3, {true, 3}},
    {"adopt", adopt(), 3, {true, 3}},
    {"yogi", yogi(), 3, {true, 3}},
    {"qhadam", qhadam(), 3, {true, 3}},
    {"ademamix", ademamix(), 7, {true, 7}},
    {"adamod", adamod(), 7, {true, 7}},
    {"qhm", qhm(), 1, {true, 1}},
    {"adan", adan(), 15, {true, 15}},
    {"adabound", adabound(), 3, {true, 3}},
    {"diffgrad", diffgrad(), 7, {true, 7}},
    {"padam", padam(), 7, {true, 7}},
    {"madgrad", madgrad(), 7, {true, 7}},
    {"cocob", cocob(), 15, {true, 15}},
    {"schedulefree_sgd", schedulefree_sgd(), 1, {true, 1}},
    {"schedulefree_adamw", schedulefree_adamw(), 3, {true, 3}},
};

constexpr const Baseline* kBaselines[] = {
    &baseline_scalar,
#ifdef RADAM_HAS_AVX2
    &baseline_avx2,
#endif
#ifdef RADAM_HAS_AVX512
    &baseline_avx512,
#endif
#ifdef RADAM_HAS_NEON
    &baseline_neon,
#endif
};

bool asked_for(const std::vector<std::string>& list, const char* name) {
  return list.empty() || std::find(list.begin(), list.end(), name) != list.end();
}

// A name that stands for nothing must not look like a run with nothing to say.
template <class Exists>
void require_known(const std::vector<std::string>& list, const char* what, Exists exists) {
  for (const std::string& name : list) {
    if (exists(name)) continue;
    std::fprintf(stderr, "radam_roofline: no such %s on this machine: %s\n", what, name.c_str());
    std::exit(2);
  }
}

void run(const Baseline& baseline, const Mode& mode, std::int64_t n, int threads, const Options& options) {
  Model model(n);
  const radam::Buffers b = model.buffers(mode.present);
  const radam_coefficients& c = mode.coefficients;
  const Streams& streams = mode.streams;
  const radam::Kernel plain = baseline.plain->kernel(c, mode.present);
  const radam::Buffers zero_gradient = model.buffers_with_zero_gradient();
  const Pass limit_pass = [&](std::int64_t begin, std::int64_t end) {
    baseline.limit(streams, zero_gradient, begin, end);
  };
  const Pass plain_pass = [&](std::int64_t begin, std::int64_t end) { plain(c, b, begin, end); };
  const Pass step_pass = [&](std::int64_t begin, std::int64_t end) {
    const radam_status status = radam_step_f32(baseline.target, &c, begin, end, b.param, b.grad, b.state);
    if (status != RADAM_OK) {
      std::fprintf(stderr, "radam_roofline: %s\n", radam_status_string(status));
      std::exit(1);
    }
  };
  on_threads(threads, n, [&](std::int64_t begin, std::int64_t end) { model.fill(begin, end, options.sparse); });
  const std::vector<double> seconds = measure({limit_pass, plain_pass, step_pass}, threads, n, options.rounds);
  const double bytes = static_cast<double>(n) * streams.bytes() * 1e-9;
  const double plain_gbps = bytes / seconds[1], step_gbps = bytes / seconds[2], limit_gbps = bytes / seconds[0];
  const char* format =
      options.json
          ? "{\"target\":\"%s\",\"pattern\":\"%s\",\"mode\":\"%s\",\"threads\":%d,\"n\":%lld,"
            "\"limit_gbps\":%.2f,\"plain_gbps\":%.2f,\"step_gbps\":%.2f,\"step_over_limit\":%.4f,"
            "\"step_over_plain\":%.4f}\n"
          : "%-7s %-8s %-16s %7d %11lld %9.1f %9.1f %9.1f %11.3f %11.3f\n";
  std::printf(format, radam_target_name(baseline.target), radam_target_pattern(baseline.target), mode.name, threads,
              static_cast<long long>(n), limit_gbps, plain_gbps, step_gbps, step_gbps / limit_gbps,
              step_gbps / plain_gbps);
  std::fflush(stdout);
}

void run_patterns(const Baseline& baseline, const Mode& mode, std::int64_t n, int threads, const Options& options) {
  if (options.patterns.empty()) return run(baseline, mode, n, threads, options);
  for (const std::string& pattern : options.patterns) {
    if (radam_set_target_pattern(baseline.target, pattern.c_str()) == RADAM_OK)
      run(baseline, mode, n, threads, options);
  }
}

}  // namespace

int main(int count, char** arguments) {
  Options options = parse_options(count, arguments);
  require_known(options.targets, "target", [](const std::string& name) {
    std::int32_t target = 0;
    return radam_select_target(name.c_str(), &target) == RADAM_OK;
  });
  require_known(options.patterns, "pattern", [&](const std::string& name) {
    bool known = false;
    for (const Baseline* baseline : kBaselines) {
      const char* const target = radam_target_name(baseline->target);
      if (!asked_for(options.targets, target)) continue;
      known = known || radam_set_target_pattern(baseline->target, name.c_str()) == RADAM_OK;
      radam_set_target_pattern(baseline->target, nullptr);
    }
    return known;
  });
  require_known(options.modes, "mode", [](const std::string& name) {
    return std::any_of(std::begin(kModes), std::end(kModes), [&](const Mode& mode) { return name == mode.name; });
  });
  const int all = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  if (options.threads.empty()) options.threads = all > 1 ? std::vector<int>{1, all} : std::vector<int>{1};
  if (options.sizes.empty())
    for (std::int64_t n = 1024; n <= 67108864; n *= 4) options.sizes.push_back(n);

  if (!options.json)
    std::printf("%-7s %-8s %-16s %7s %11s %9s %9s %9s %11s %11s\n", "target", "pattern", "mode", "threads", "n", "limit",
                "plain", "step", "step/limit", "step/plain");
  for (const Baseline* baseline : kBaselines) {
    if (!radam_target_available(baseline->target) || !asked_for(options.targets, radam_target_name(baseline->target)))
      continue;
    for (const Mode& mode : kModes) {
      if (!asked_for(options.modes, mode.name)) continue;
      for (const int threads : options.threads)
        for (const std::int64_t n : options.sizes) run_patterns(*baseline, mode, n, threads, options);
    }
  }
  if (!options.json) std::printf("\nlimit, plain and step in GB/s of the buffers' traffic\n");
  return 0;
}
