// radam_cuda_bench: steps of several types on a GPU, each against a kernel that reads and writes the same bytes; the
// statistics pass against a kernel that only reads; and many small tensors against one. bench/README.md says what it
// means.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "limit.h"
#include "measure.h"
#include "options.h"
#include "tensor.h"

namespace {

constexpr std::int32_t kAdam = RADAM_PRESET_ADAM_PYTORCH, kAdamW = RADAM_PRESET_ADAMW_PYTORCH,
                       kLion = RADAM_PRESET_LION_AUTHORS;

// Names, types of parameters, gradients and state; buffers of state; a bfloat16 copy, a moving average.
constexpr Case kCases[] = {
    {"f32", RADAM_TYPE_F32, RADAM_TYPE_F32, RADAM_STATE_F32, 2, false, false, kAdam, "statistics of f32"},
    {"f32, bf16 state", RADAM_TYPE_F32, RADAM_TYPE_F32, RADAM_STATE_BF16, 2, false, false, kAdam, nullptr},
    {"f32, block8 state", RADAM_TYPE_F32, RADAM_TYPE_F32, RADAM_STATE_BLOCK8, 2, false, false, kAdam, nullptr},
    {"bf16, f32 state", RADAM_TYPE_BF16, RADAM_TYPE_BF16, RADAM_STATE_F32, 2, false, false, kAdam,
     "statistics of bf16"},
    {"bf16, bf16 state", RADAM_TYPE_BF16, RADAM_TYPE_BF16, RADAM_STATE_BF16, 2, false, false, kAdam, nullptr},
    {"bf16, block8 state", RADAM_TYPE_BF16, RADAM_TYPE_BF16, RADAM_STATE_BLOCK8, 2, false, false, kAdam, nullptr},
    {"f16, block8 state", RADAM_TYPE_F16, RADAM_TYPE_F16, RADAM_STATE_BLOCK8, 2, false, false, kAdam, nullptr},
    {"f32 and bf16 copy", RADAM_TYPE_F32, RADAM_TYPE_F32, RADAM_STATE_F32, 2, true, false, kAdam, nullptr},
    {"f32 and bf16 copy, bf16 gradient, block8 state", RADAM_TYPE_F32, RADAM_TYPE_BF16, RADAM_STATE_BLOCK8, 2, true, false,
     kAdam, nullptr},
    {"f32, AMSGrad", RADAM_TYPE_F32, RADAM_TYPE_F32, RADAM_STATE_F32, 3, false, false, kAdam, nullptr},
    {"f32, AdamW", RADAM_TYPE_F32, RADAM_TYPE_F32, RADAM_STATE_F32, 2, false, false, kAdamW, nullptr},
    {"f32, Lion", RADAM_TYPE_F32, RADAM_TYPE_F32, RADAM_STATE_F32, 1, false, false, kLion, nullptr},
    {"f32 and average", RADAM_TYPE_F32, RADAM_TYPE_F32, RADAM_STATE_F32, 2, false, true, kAdam, nullptr},
};

radam_cuda_device device() {
  radam_cuda_device d{};
  d.struct_size = sizeof d;
  require(radam_cuda_device_info(kDevice, &d));
  return d;
}

// So many elements, or fewer if they do not fit into the memory that is free.
std::int64_t fitting(const Case& k, std::int64_t n) {
  constexpr double kRest = 256 << 20;  // the plan, and what CUDA takes
  const double most = static_cast<double>(device().free_memory) - kRest;
  while (static_cast<double>(n) * (k.bytes() + 0.05) > most && n > kLongestTile) n /= 2;
  return n / kLongestTile * kLongestTile;
}

void print(const Options& options, const char* name, std::int64_t n, double bytes, const Times& own,
           const Times& limit) {
  const double total = static_cast<double>(n) * bytes;
  const char* format = options.json
                           ? "{\"case\":\"%s\",\"n\":%lld,\"bytes_per_param\":%.3f,\"ms\":%.4f,\"gbps\":%.1f,"
                             "\"limit_gbps\":%.1f,\"over_limit\":%.4f,\"best_over_best_limit\":%.4f}\n"
                           : "%-48s %11lld %6.2f %9.3f %8.0f %8.0f %10.3f %10.3f\n";
  std::printf(format, name, static_cast<long long>(n), bytes, own.median * 1e3, total / own.median * 1e-9,
              total / limit.median * 1e-9, limit.median / own.median, limit.best / own.best);
  std::fflush(stdout);
}

void run(const Options& options, const Case& k, std::int64_t size, int multiprocessors, void* stream) {
  const std::int64_t n = fitting(k, size);
  const Tensor tensor(k, n, stream);
  Plan plan({tensor.whole()}, k.preset, stream);
  Timer timer(stream);
  const Traffic traffic = k.traffic();
  const Pass step = [&] { plan.step(); };
  const Pass limit = fastest(timer, step_limits(traffic, tensor.streams(), n, multiprocessors, stream));
  const std::vector<Times> steps = measure(timer, {step, limit}, options.rounds);
  print(options, k.name, n, traffic.bytes(), steps[0], steps[1]);
  if (k.statistics == nullptr) return;

  const Pass statistics = [&] { plan.statistics(); };
  const std::int64_t bytes = n * traffic.grad;
  const Pass read = fastest(timer, read_limits(tensor.streams().grad, bytes, multiprocessors, stream));
  const std::vector<Times> passes = measure(timer, {statistics, read}, options.rounds);
  print(options, k.statistics, n, traffic.grad, passes[0], passes[1]);
}

// As many elements in many tensors, each aligned as allocations are, and in one.
void run_many(const Options& options, void* stream) {
  constexpr std::int64_t kTensors = 10000, kLength = 1000, kStride = 1024;
  const Tensor memory(kCases[0], kTensors * kStride, stream), alone(kCases[0], kTensors * kStride, stream);
  std::vector<radam_cuda_tensor> parts;
  for (std::int64_t i = 0; i < kTensors; ++i) parts.push_back(memory.part(i * kStride, kLength));
  Plan many(parts, kAdam, stream), one({alone.part(0, kTensors * kLength)}, kAdam, stream);
  Timer timer(stream);
  const std::vector<Times> times = measure(timer, {[&] { many.step(); }, [&] { one.step(); }}, options.rounds);
  const double ratio = times[0].median / times[1].median;
  if (options.json) {
    std::printf("{\"case\":\"10,000 tensors of 1,000\",\"ms\":%.4f,\"one_tensor_ms\":%.4f,"
                "\"over_one_tensor\":%.4f}\n",
                times[0].median * 1e3, times[1].median * 1e3, ratio);
  } else {
    std::printf("\n10,000 tensors of 1,000: %.4f ms; one of 10,000,000: %.4f ms; %.3f times as long\n",
                times[0].median * 1e3, times[1].median * 1e3, ratio);
  }
}

}  // namespace

int main(int count, char** arguments) {
  Options options = parse_options(count, arguments);
  if (options.sizes.empty()) options.sizes = {std::int64_t{1} << 30};
  for (const std::int64_t n : options.sizes)
    if (n < kLongestTile) {
      std::fprintf(stderr, "radam_cuda_bench: sizes are %lld at least\n", static_cast<long long>(kLongestTile));
      return 2;
    }
  const radam_cuda_device d = device();
  void* stream = nullptr;
  require(radam_cuda_stream_create(kDevice, &stream));
  if (!options.json)
    std::printf("%s\n\n%-48s %11s %6s %9s %8s %8s %10s %10s\n", d.name, "parameters (and gradients)", "n", "B/par",
                "ms", "GB/s", "limit", "step/limit", "of bests");
  for (const std::int64_t n : options.sizes)
    for (const Case& k : kCases) run(options, k, n, d.multiprocessors, stream);
  run_many(options, stream);
  require(radam_cuda_stream_destroy(kDevice, stream));
  return 0;
}
