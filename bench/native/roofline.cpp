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
#include "modes.h"
#include "options.h"

namespace {

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

bool asked_for(const std::vector<std::string>& list, const std::string& name) {
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

[[noreturn]] void fail(radam_status status) {
  std::fprintf(stderr, "radam_roofline: %s\n", radam_status_string(status));
  std::exit(1);
}

// GB/s of the buffers' traffic.
struct Rates {
  double limit, step, plain;  // plain is 0 where it is not asked for
};

// A range as a tensor of its own, whose element 0 is the first of the buffers.
radam::Tensor tensor_of(const radam::Buffers& b, std::int64_t n) {
  radam::Tensor t{};
  t.struct_size = sizeof(radam_tensor);
  t.length = n;
  t.step = 1;
  t.param = b.param;
  t.grad = const_cast<float*>(b.grad);
  for (int k = 0; k < RADAM_MAX_STATE; ++k) t.state[k] = b.state[k];
  return t;
}

// The coefficients that a range's sums make of c: each thread has a tensor of its own.
radam_coefficients reduced(const radam_coefficients& c, const radam_sums& sums, std::int64_t length) {
  radam_coefficients r{};
  r.struct_size = sizeof r;
  double numbers[RADAM_MAX_NUMBERS] = {c.learning_rate};  // where steps move that; to others any is as good
  if (const radam_status status = radam_coefficients_reduce(&c, length, &sums, numbers, &r)) fail(status);
  return r;
}

// The same where sums are of rows, which are as long as a linear layer may have them. add(tensor, rows, sums) computes
// them. Random numbers are not as orthogonal as the presets ask for, so that hardly a step is projected.
template <class RowSums>
radam_coefficients reduced_by_rows(const radam_coefficients& c, radam::Tensor tensor, std::int64_t begin,
                                   std::int64_t end, const RowSums& add) {
  tensor.length = end - begin;
  tensor.row_length = 1024;
  tensor.param = static_cast<float*>(tensor.param) + begin;
  tensor.grad = static_cast<float*>(tensor.grad) + begin;
  for (void*& state : tensor.state)
    if (state != nullptr) state = static_cast<float*>(state) + begin;
  const std::int64_t rows = tensor.length / tensor.row_length;
  std::vector<double> sums(static_cast<std::size_t>(rows) * RADAM_ROW_SUMS);
  std::vector<float> decay(static_cast<std::size_t>(rows));
  add(tensor, rows, sums.data());
  std::int32_t projection = RADAM_PROJECTION_NONE;
  radam_coefficients r{};
  r.struct_size = sizeof r;
  if (const radam_status status = radam_coefficients_reduce_rows(&c, tensor.row_length, rows, sums.data(),
                                                                 decay.data(), &projection, &r))
    fail(status);
  return r;
}

Pass step_of(std::int32_t target, const Mode& mode, const radam::Buffers& b, const radam::Tensor& tensor) {
  return [=, &mode](std::int64_t begin, std::int64_t end) {
    radam_coefficients c = mode.coefficients;
    if (is_by_rows(c.algorithm)) {
      c = reduced_by_rows(c, tensor, begin, end, [&](const radam::Tensor& of, std::int64_t rows, double* sums) {
        if (const radam_status status =
                radam_row_sums(target, &mode.coefficients, &of, 0, rows, of.param, of.grad, nullptr, sums))
          fail(status);
      });
    } else if (mode.streams.sums) {
      radam_sums sums{};
      sums.struct_size = sizeof sums;
      if (const radam_status status =
              radam_tensor_sums(target, &c, &tensor, begin, end, b.param, b.grad, nullptr, &sums))
        fail(status);
      c = reduced(c, sums, end - begin);
    }
    if (const radam_status status = radam_step_f32(target, &c, begin, end, b.param, b.grad, b.state)) fail(status);
  };
}

Pass plain_step_of(const radam::KernelTable& table, const Mode& mode, const radam::Buffers& b,
                   const radam::Tensor& tensor) {
  return [=, &table, &mode](std::int64_t begin, std::int64_t end) {
    radam_coefficients c = mode.coefficients;
    if (is_by_rows(c.algorithm)) {
      c = reduced_by_rows(c, tensor, begin, end, [&](const radam::Tensor& of, std::int64_t rows, double* sums) {
        table.tensor_sums[mode.coefficients.algorithm](mode.coefficients, of, 0, rows, sums);
      });
    } else if (mode.streams.sums) {
      radam_sums sums{};
      sums.struct_size = sizeof sums;
      table.tensor_sums[c.algorithm](c, tensor, begin, end, sums.values);
      c = reduced(c, sums, end - begin);
    }
    table.kernel(c, mode.present)(c, b, begin, end);
  };
}

Rates rates(const Baseline& baseline, const Mode& mode, std::int64_t n, int threads, bool with_plain,
            const Options& options) {
  Model model(n, mode.present, mode.is_signed);
  const radam::Buffers b = model.buffers(), zero_gradient = model.buffers_with_zero_gradient();
  const radam::Tensor tensor = tensor_of(b, n);
  const Streams& streams = mode.streams;
  std::vector<Pass> passes;
  passes.push_back([&](std::int64_t begin, std::int64_t end) { baseline.limit(streams, zero_gradient, begin, end); });
  passes.push_back(step_of(baseline.target, mode, b, tensor));
  if (with_plain) passes.push_back(plain_step_of(*baseline.plain, mode, b, tensor));
  on_threads(threads, n, [&](std::int64_t begin, std::int64_t end) { model.fill(begin, end, options.sparse); });
  const std::vector<double> seconds = measure(passes, threads, n, options.rounds);
  const double bytes = static_cast<double>(n) * streams.bytes() * 1e-9;
  return {bytes / seconds[0], bytes / seconds[1], with_plain ? bytes / seconds[2] : 0};
}

void run(const Baseline& baseline, const Mode& mode, std::int64_t n, int threads, const Options& options) {
  const Rates r = rates(baseline, mode, n, threads, true, options);
  const char* format =
      options.json
          ? "{\"target\":\"%s\",\"pattern\":\"%s\",\"mode\":\"%s\",\"threads\":%d,\"n\":%lld,"
            "\"limit_gbps\":%.2f,\"plain_gbps\":%.2f,\"step_gbps\":%.2f,\"step_over_limit\":%.4f,"
            "\"step_over_plain\":%.4f}\n"
          : "%-7s %-8s %-18s %7d %11lld %9.1f %9.1f %9.1f %11.3f %11.3f\n";
  std::printf(format, radam_target_name(baseline.target), radam_target_pattern(baseline.target), mode.name.c_str(),
              threads, static_cast<long long>(n), r.limit, r.plain, r.step, r.step / r.limit, r.step / r.plain);
  std::fflush(stdout);
}

void run_patterns(const Baseline& baseline, const Mode& mode, std::int64_t n, int threads, const Options& options) {
  if (options.patterns.empty()) return run(baseline, mode, n, threads, options);
  for (const std::string& pattern : options.patterns) {
    if (radam_set_target_pattern(baseline.target, pattern.c_str()) == RADAM_OK)
      run(baseline, mode, n, threads, options);
  }
}

// Markdown: a row for each mode, and in it the sizes by the numbers of threads that stand at the same place.
void print_table(const Baseline& baseline, const Options& options) {
  std::printf("| %s, `%s` | bytes |", radam_target_name(baseline.target), radam_target_pattern(baseline.target));
  for (std::size_t i = 0; i < options.sizes.size(); ++i)
    std::printf(" limit, %lld by %d | step | step/limit |", static_cast<long long>(options.sizes[i]),
                options.threads[i]);
  std::printf("\n|---|---|");
  for (std::size_t i = 0; i < options.sizes.size(); ++i) std::printf("---|---|---|");
  for (const Mode& mode : modes()) {
    if (!asked_for(options.modes, mode.name)) continue;
    std::printf("\n| `%s` | %d |", mode.name.c_str(), mode.streams.bytes());
    for (std::size_t i = 0; i < options.sizes.size(); ++i) {
      const Rates r = rates(baseline, mode, options.sizes[i], options.threads[i], false, options);
      std::printf(" %.1f | %.1f | %.2f |", r.limit, r.step, r.step / r.limit);
      std::fflush(stdout);
    }
  }
  std::printf("\n\n");
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
    return std::any_of(modes().begin(), modes().end(), [&](const Mode& mode) { return name == mode.name; });
  });
  const int all = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  if (options.table && options.threads.empty()) options.threads = {1, all};
  if (options.table && options.sizes.empty()) options.sizes = {16384, 67108864};
  if (options.table && options.threads.size() != options.sizes.size()) {
    std::fprintf(stderr, "radam_roofline: --table needs a size for each number of threads\n");
    return 2;
  }
  if (options.threads.empty()) options.threads = all > 1 ? std::vector<int>{1, all} : std::vector<int>{1};
  if (options.sizes.empty())
    for (std::int64_t n = 1024; n <= 67108864; n *= 4) options.sizes.push_back(n);

  if (!options.json && !options.table)
    std::printf("%-7s %-8s %-18s %7s %11s %9s %9s %9s %11s %11s\n", "target", "pattern", "mode", "threads", "n", "limit",
                "plain", "step", "step/limit", "step/plain");
  for (const Baseline* baseline : kBaselines) {
    if (!radam_target_available(baseline->target) || !asked_for(options.targets, radam_target_name(baseline->target)))
      continue;
    if (options.table) {
      print_table(*baseline, options);
      continue;
    }
    for (const Mode& mode : modes()) {
      if (!asked_for(options.modes, mode.name)) continue;
      for (const int threads : options.threads)
        for (const std::int64_t n : options.sizes) run_patterns(*baseline, mode, n, threads, options);
    }
  }
  if (options.table)
    std::printf("Bytes that a step reads and writes for each parameter; limit and step in GB/s of these. Layer-wise "
                "algorithms\nread some buffers twice, and both times count, for the limit too.\n");
  else if (!options.json) std::printf("\nlimit, plain and step in GB/s of the buffers' traffic\n");
  return 0;
}
