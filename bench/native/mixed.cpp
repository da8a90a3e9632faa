// radam_mixed: what fewer bytes bring. Steps of several types against the float32 step, each against a loop that reads
// and writes as many bytes; and the statistics pass against a loop that only reads. bench/README.md says what it means.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include <radam/radam.h>

#include "measure.h"
#include "options.h"
#include "storage/sizes.h"

namespace {

struct Case {
  const char* name;
  std::int32_t param_type, grad_type, state_type, param_rounding;
  bool copy;  // or lower halves

  bool split() const { return param_type == RADAM_TYPE_SPLIT; }
};

constexpr Case kCases[] = {
    {"f32", RADAM_TYPE_F32, RADAM_TYPE_F32, RADAM_STATE_F32, RADAM_ROUND_NEAREST, false},
    {"f32, bf16 state", RADAM_TYPE_F32, RADAM_TYPE_F32, RADAM_STATE_BF16, RADAM_ROUND_NEAREST, false},
    {"f32, block8 state", RADAM_TYPE_F32, RADAM_TYPE_F32, RADAM_STATE_BLOCK8, RADAM_ROUND_NEAREST, false},
    {"bf16, f32 state", RADAM_TYPE_BF16, RADAM_TYPE_BF16, RADAM_STATE_F32, RADAM_ROUND_STOCHASTIC, false},
    {"bf16, block8 state", RADAM_TYPE_BF16, RADAM_TYPE_BF16, RADAM_STATE_BLOCK8, RADAM_ROUND_STOCHASTIC, false},
    {"f16, block8 state", RADAM_TYPE_F16, RADAM_TYPE_F16, RADAM_STATE_BLOCK8, RADAM_ROUND_STOCHASTIC, false},
    {"f32 and bf16 copy", RADAM_TYPE_F32, RADAM_TYPE_F32, RADAM_STATE_F32, RADAM_ROUND_NEAREST, true},
    {"f32 and bf16 copy, bf16 gradient", RADAM_TYPE_F32, RADAM_TYPE_BF16, RADAM_STATE_F32, RADAM_ROUND_NEAREST, true},
    {"split, bf16 gradient", RADAM_TYPE_SPLIT, RADAM_TYPE_BF16, RADAM_STATE_F32, RADAM_ROUND_NEAREST, true},
    {"f32 and bf16 copy, bf16 gradient, block8 state", RADAM_TYPE_F32, RADAM_TYPE_BF16, RADAM_STATE_BLOCK8,
     RADAM_ROUND_NEAREST, true},
    {"split, bf16 gradient, block8 state", RADAM_TYPE_SPLIT, RADAM_TYPE_BF16, RADAM_STATE_BLOCK8, RADAM_ROUND_NEAREST,
     true},
    {"bf16, bf16 state", RADAM_TYPE_BF16, RADAM_TYPE_BF16, RADAM_STATE_BF16, RADAM_ROUND_STOCHASTIC, false},
};

void require(radam_status status) {
  if (status == RADAM_OK) return;
  std::fprintf(stderr, "radam_mixed: %s\n", radam_status_string(status));
  std::exit(1);
}

struct Free {
  void operator()(unsigned char* memory) const { std::free(memory); }
};
using Memory = std::unique_ptr<unsigned char, Free>;

Memory allocate(std::int64_t bytes) {
  const auto size = (static_cast<std::size_t>(bytes) + 8191) / 4096 * 4096;
  Memory memory(static_cast<unsigned char*>(std::aligned_alloc(4096, size)));
  if (!memory) {
    std::fprintf(stderr, "radam_mixed: no memory\n");
    std::exit(1);
  }
  return memory;
}

enum class Access { kRead, kWrite, kUpdate };

// One buffer of the limit loop.
struct Stream {
  unsigned char* memory;
  std::int64_t element_bytes;
  Access access;

  // Words of 64 bits; a range of whole blocks has a whole number of them.
  std::uint64_t pass(std::int64_t begin, std::int64_t end) const {
    auto* const words = reinterpret_cast<std::uint64_t*>(memory);
    const std::int64_t first = begin * element_bytes / 8, last = end * element_bytes / 8;
    std::uint64_t sum = 0;
    switch (access) {
      case Access::kRead:
        for (std::int64_t i = first; i < last; ++i) sum += words[i];
        break;
      case Access::kWrite:
        for (std::int64_t i = first; i < last; ++i) words[i] = 0;
        break;
      case Access::kUpdate:
        for (std::int64_t i = first; i < last; ++i) words[i] ^= 1;
        break;
    }
    return sum;
  }
};

// The same loads and stores, block by block in all buffers, with next to no arithmetic.
void limit(const std::vector<Stream>& streams, std::int64_t begin, std::int64_t end) {
  std::uint64_t sum = 0;
  for (std::int64_t i = begin; i < end; i += RADAM_BLOCK_SIZE) {
    const std::int64_t stop = std::min(end, i + RADAM_BLOCK_SIZE);
    for (const Stream& stream : streams) sum += stream.pass(i, stop);
  }
  volatile std::uint64_t sink = sum;
  (void)sink;
}

// All memory of a case, and what it is told radam_step.
struct Tensor {
  Memory param, grad, exp_avg, exp_avg_sq, copy, exp_avg_scale, exp_avg_sq_scale;
  radam_tensor t{};
  std::vector<Stream> streams;
  double bytes = 0;

  Tensor(const Case& k, std::int64_t n)
      : param(allocate(n * size_of_type(k.param_type))),
        grad(allocate(n * size_of_type(k.grad_type))),
        exp_avg(allocate(n * size_of_state(k.state_type))),
        exp_avg_sq(allocate(n * size_of_state(k.state_type))),
        copy(allocate(k.copy ? 2 * n : 0)),
        exp_avg_scale(allocate(n / 64 + 4)),
        exp_avg_sq_scale(allocate(n / 64 + 4)) {
    t.struct_size = sizeof t;
    t.param_type = k.param_type;
    t.grad_type = k.grad_type;
    t.state_type = k.state_type;
    t.copy_type = RADAM_TYPE_BF16;
    t.param_rounding = k.param_rounding;
    t.length = n;
    t.state[0] = exp_avg.get();
    t.state[1] = exp_avg_sq.get();
    t.state_scale[0] = reinterpret_cast<float*>(exp_avg_scale.get());
    t.state_scale[1] = reinterpret_cast<float*>(exp_avg_sq_scale.get());
    streams = {{param.get(), size_of_type(k.param_type), Access::kUpdate},
               {grad.get(), size_of_type(k.grad_type), Access::kRead},
               {exp_avg.get(), size_of_state(k.state_type), Access::kUpdate},
               {exp_avg_sq.get(), size_of_state(k.state_type), Access::kUpdate}};
    if (k.copy) streams.push_back({copy.get(), 2, k.split() ? Access::kUpdate : Access::kWrite});
    for (const Stream& stream : streams) bytes += static_cast<double>(stream.element_bytes * (stream.access == Access::kUpdate ? 2 : 1));
    if (k.state_type == RADAM_STATE_BLOCK8) bytes += 2.0 * 2 * 4 / RADAM_BLOCK_SIZE;
  }

  // Zero state, and gradients of many values around 0.01.
  void fill(std::int64_t begin, std::int64_t end) {
    for (const Stream& stream : streams)
      std::memset(stream.memory + begin * stream.element_bytes, 0,
                  static_cast<std::size_t>((end - begin) * stream.element_bytes));
    std::memset(exp_avg_scale.get() + begin / 64, 0, static_cast<std::size_t>((end - begin) / 64));
    std::memset(exp_avg_sq_scale.get() + begin / 64, 0, static_cast<std::size_t>((end - begin) / 64));
    const std::int32_t type = t.grad_type;
    for (std::int64_t i = begin; i < end; ++i) {
      const auto noise = static_cast<std::uint32_t>(i) * 2654435761u >> 16;
      if (type == RADAM_TYPE_F32) {
        const std::uint32_t bits = 0x3C000000 + (noise << 7);
        std::memcpy(grad.get() + 4 * i, &bits, sizeof bits);
      } else {
        const std::uint32_t code = type == RADAM_TYPE_BF16 ? 0x3C00 + noise % 128 : 0x2000 + noise % 1024;
        const auto bits = static_cast<std::uint16_t>(code);
        std::memcpy(grad.get() + 2 * i, &bits, sizeof bits);
      }
    }
  }
};

radam_coefficients coefficients() {
  radam_hyperparameters h{};
  h.struct_size = sizeof h;
  require(radam_hyperparameters_init(&h, RADAM_PRESET_ADAM_PYTORCH));
  radam_coefficients c{};
  c.struct_size = sizeof c;
  require(radam_coefficients_at(&h, 1000, &c));
  return c;
}

void print(const Options& options, const char* name, int threads, std::int64_t n, double bytes, double step,
           double limit_seconds, double f32) {
  const double params = static_cast<double>(n);
  const char* format =
      options.json ? "{\"case\":\"%s\",\"threads\":%d,\"n\":%lld,\"bytes_per_param\":%.3f,\"mparams_per_s\":%.1f,"
                     "\"step_gbps\":%.2f,\"step_over_limit\":%.4f,\"params_over_f32\":%.4f}\n"
                   : "%-48s %7d %11lld %6.2f %9.0f %7.1f %10.3f %9.3f\n";
  std::printf(format, name, threads, static_cast<long long>(n), bytes, params / step * 1e-6, params * bytes / step * 1e-9,
              limit_seconds / step, f32 / step);
  std::fflush(stdout);
}

void run(const Options& options, int threads, std::int64_t n) {
  const radam_coefficients c = coefficients();
  Tensor f32(kCases[0], n);
  on_threads(threads, n, [&](std::int64_t begin, std::int64_t end) { f32.fill(begin, end); });
  const auto step_of = [&](Tensor& x) -> Pass {
    return [&](std::int64_t begin, std::int64_t end) {
      radam_tensor t = x.t;
      t.step = 1000;
      require(radam_step(RADAM_TARGET_AUTO, &c, &t, begin, end, x.param.get(), x.grad.get(),
                         x.streams.size() > 4 ? x.copy.get() : nullptr, nullptr));
    };
  };
  for (const Case& k : kCases) {
    Tensor tensor(k, n), limits(k, n);
    on_threads(threads, n, [&](std::int64_t begin, std::int64_t end) {
      tensor.fill(begin, end);
      limits.fill(begin, end);
    });
    const Pass limit_pass = [&](std::int64_t begin, std::int64_t end) { limit(limits.streams, begin, end); };
    const std::vector<double> seconds =
        measure({step_of(f32), step_of(tensor), limit_pass}, threads, n, options.rounds);
    print(options, k.name, threads, n, tensor.bytes, seconds[1], seconds[2], seconds[0]);
  }
  for (const Case& k : {kCases[0], kCases[4]}) {
    Tensor tensor(k, n);
    on_threads(threads, n, [&](std::int64_t begin, std::int64_t end) { tensor.fill(begin, end); });
    const std::vector<Stream> gradient{tensor.streams[1]};
    const Pass statistics = [&](std::int64_t begin, std::int64_t end) {
      radam_statistics s{};
      s.struct_size = sizeof s;
      require(radam_gradient_statistics(RADAM_TARGET_AUTO, k.grad_type, begin, end, tensor.grad.get(), &s));
    };
    const Pass read = [&](std::int64_t begin, std::int64_t end) { limit(gradient, begin, end); };
    const std::vector<double> seconds = measure({step_of(f32), statistics, read}, threads, n, options.rounds);
    print(options, k.grad_type == RADAM_TYPE_F32 ? "statistics of f32" : "statistics of bf16", threads, n,
          static_cast<double>(gradient[0].element_bytes), seconds[1], seconds[2], seconds[0]);
  }
}

}  // namespace

int main(int count, char** arguments) {
  Options options = parse_options(count, arguments);
  const int all = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  if (options.threads.empty()) options.threads = all > 1 ? std::vector<int>{1, all} : std::vector<int>{1};
  if (options.sizes.empty()) options.sizes = {67108864};
  if (!options.json)
    std::printf("%-48s %7s %11s %6s %9s %7s %10s %9s\n", "parameters (and gradients)", "threads", "n", "B/par",
                "Mpar/s", "GB/s", "step/limit", "over f32");
  for (const int threads : options.threads)
    for (const std::int64_t n : options.sizes) run(options, threads, n / RADAM_BLOCK_SIZE * RADAM_BLOCK_SIZE);
  return 0;
}
