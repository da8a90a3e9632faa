// Memory, streams and events; and every bad argument.
#include <cstddef>
#include <cstring>
#include <functional>
#include <limits>

#include "tests.h"
#include "twin.h"

namespace radam_test {
namespace {

// A tensor of 1,000 elements in device memory, for one to spoil.
struct Described {
  DeviceMemory memory{64 << 10};
  DeviceMemory plan_memory{64 << 10};
  radam_cuda_tensor tensor{};
  radam_cuda_plan plan{};
  std::int32_t device = kDevice, algorithm = RADAM_ALGORITHM_ADAM, groups = 1;
  std::int64_t count = 1;
  void* memory_of_plan = plan_memory.get();

  explicit Described(std::int32_t state_type = RADAM_STATE_F32) {
    auto* const at = memory.get<std::uint8_t>();
    radam_tensor& t = tensor.tensor;
    t.struct_size = sizeof t;
    t.state_type = state_type;
    t.length = 1000;
    tensor.param = at;
    tensor.grad = at + (4 << 10);
    t.state[0] = at + (8 << 10);
    t.state[1] = at + (12 << 10);
    t.state_scale[0] = reinterpret_cast<float*>(at + (16 << 10));
    t.state_scale[1] = reinterpret_cast<float*>(at + (17 << 10));
    plan.struct_size = sizeof plan;
  }

  radam_status init() {
    return radam_cuda_plan_init(&plan, device, algorithm, &tensor, count, groups, memory_of_plan, nullptr);
  }
};

void expect_init(radam_status expected, const char* what, const std::function<void(Described&)>& spoil,
                 std::int32_t state_type = RADAM_STATE_F32) {
  Described d(state_type);
  spoil(d);
  const radam_cuda_plan before = d.plan;
  expect_status(d.init(), expected, std::string("radam_cuda_plan_init, ") + what);
  require(std::memcmp(&before, &d.plan, sizeof before) == 0, std::string("the plan was changed: ") + what);
}

// By numbers, because from may be null, or the result outside of its memory.
void* offset(void* from, std::ptrdiff_t bytes) {
  return reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(from) + static_cast<std::uintptr_t>(bytes));
}

void bad_plans() {
  static float on_host[4096];
  expect_init(RADAM_ERROR_STRUCT_SIZE, "struct_size of the plan", [](Described& d) { d.plan.struct_size = 8; });
  expect_init(RADAM_ERROR_STRUCT_SIZE, "struct_size of a tensor", [](Described& d) { d.tensor.tensor.struct_size = 8; });
  expect_init(RADAM_ERROR_NULL, "no memory", [](Described& d) { d.memory_of_plan = nullptr; });
  expect_init(RADAM_ERROR_NULL, "no param", [](Described& d) { d.tensor.param = nullptr; });
  expect_init(RADAM_ERROR_NULL, "no grad", [](Described& d) { d.tensor.grad = nullptr; });
  expect_init(RADAM_ERROR_NULL, "no exp_avg", [](Described& d) { d.tensor.tensor.state[0] = nullptr; });
  expect_init(RADAM_ERROR_NULL, "no scale", [](Described& d) { d.tensor.tensor.state_scale[1] = nullptr; },
              RADAM_STATE_BLOCK8);
  expect_init(RADAM_ERROR_ALGORITHM, "algorithm", [](Described& d) { d.algorithm = kAlgorithms; });
  expect_init(RADAM_ERROR_ALGORITHM, "algorithm", [](Described& d) { d.algorithm = -1; });
  for (const std::int32_t algorithm : {RADAM_ALGORITHM_ADAMP, RADAM_ALGORITHM_SGDP})
    for (const std::int64_t row_length : {-1, 3, 2000})
      expect_init(RADAM_ERROR_ROW_LENGTH, "rows that do not make up a tensor", [=](Described& d) {
        d.algorithm = algorithm;
        d.tensor.tensor.row_length = row_length;
      });
  expect_init(RADAM_ERROR_ROW_LENGTH, "a slice whose first row is not whole", [](Described& d) {
    d.algorithm = RADAM_ALGORITHM_ADAMP;
    d.tensor.tensor.row_length = 10;
    d.tensor.tensor.first = RADAM_BLOCK_SIZE;
  });
  expect_init(RADAM_ERROR_RANGE, "no tensors", [](Described& d) { d.count = 0; });
  expect_init(RADAM_ERROR_RANGE, "no groups", [](Described& d) { d.groups = 0; });
  expect_init(RADAM_ERROR_RANGE, "length", [](Described& d) { d.tensor.tensor.length = -1; });
  expect_init(RADAM_ERROR_RANGE, "length", [](Described& d) { d.tensor.tensor.length = (std::int64_t{1} << 40) + 1; });
  expect_init(RADAM_ERROR_RANGE, "first", [](Described& d) { d.tensor.tensor.first = -256; });
  expect_init(RADAM_ERROR_BLOCK, "first", [](Described& d) { d.tensor.tensor.first = 128; });
  expect_init(RADAM_ERROR_OUTPUT, "output", [](Described& d) { d.tensor.tensor.output = 2; });
  expect_init(RADAM_ERROR_OUTPUT, "output and average", [](Described& d) {
    d.tensor.tensor.output = RADAM_OUTPUT_UPDATE;
    d.tensor.param_average = static_cast<float*>(offset(d.tensor.param, 32 << 10));
  });
  expect_init(RADAM_ERROR_SETTING, "reserved", [](Described& d) { d.tensor.reserved = 1; });
  expect_init(RADAM_ERROR_SETTING, "lookahead", [](Described& d) { d.tensor.tensor.lookahead = 2; });
  expect_init(RADAM_ERROR_OVERLAP, "overlap", [](Described& d) { d.tensor.grad = offset(d.tensor.param, 3996); });
  expect_init(RADAM_ERROR_TYPE, "param_type", [](Described& d) { d.tensor.tensor.param_type = 4; });
  expect_init(RADAM_ERROR_NULL, "no lower halves", [](Described& d) { d.tensor.tensor.param_type = RADAM_TYPE_SPLIT; });
  expect_init(RADAM_ERROR_TYPE, "state_type", [](Described& d) { d.tensor.tensor.state_type = -1; });
  expect_init(RADAM_ERROR_AVERAGE, "average_rate", [](Described& d) { d.tensor.tensor.average_rate = 2; });
  expect_init(RADAM_ERROR_COPY, "copy", [](Described& d) { d.tensor.param_copy = offset(d.tensor.param, 32 << 10); });
  expect_init(RADAM_ERROR_ROW_LENGTH, "row_length", [](Described& d) {
    d.tensor.tensor.grad_mean = static_cast<float*>(offset(d.tensor.param, 32 << 10));
  });
  expect_init(RADAM_CUDA_ERROR_ALIGNMENT, "grad_mean", [](Described& d) {
    d.tensor.tensor.row_length = 10;
    d.tensor.tensor.grad_mean = static_cast<float*>(offset(d.tensor.param, (32 << 10) + 2));
  });
  expect_init(RADAM_ERROR_OVERLAP, "grad_mean", [](Described& d) {
    d.tensor.tensor.row_length = 10;
    d.tensor.tensor.grad_mean = static_cast<float*>(offset(d.tensor.param, 3996));
  });
  expect_init(RADAM_CUDA_ERROR_POINTER, "grad_mean", [](Described& d) {
    d.tensor.tensor.row_length = 10;
    d.tensor.tensor.grad_mean = on_host;
  });
  // SGD takes decays of rows on the host, and AdamP otherwise.
  for (const std::int32_t algorithm : {RADAM_ALGORITHM_SGD, RADAM_ALGORITHM_ADAMP})
    expect_init(RADAM_ERROR_ROW_LENGTH, "row_decay", [=](Described& d) {
      d.algorithm = algorithm;
      d.tensor.tensor.row_length = 10;
      d.tensor.tensor.row_decay = static_cast<float*>(offset(d.tensor.param, 32 << 10));
    });
  expect_init(RADAM_CUDA_ERROR_GROUP, "group", [](Described& d) { d.tensor.group = 1; });
  expect_init(RADAM_CUDA_ERROR_GROUP, "group", [](Described& d) { d.tensor.group = -2; });
  expect_init(RADAM_CUDA_ERROR_ALIGNMENT, "param", [](Described& d) { d.tensor.param = offset(d.tensor.param, 2); });
  expect_init(RADAM_CUDA_ERROR_ALIGNMENT, "memory", [](Described& d) { d.memory_of_plan = offset(d.memory_of_plan, 64); });
  expect_init(RADAM_CUDA_ERROR_POINTER, "host memory", [](Described& d) { d.tensor.grad = on_host; });
  expect_init(RADAM_CUDA_ERROR_POINTER, "host memory", [](Described& d) { d.memory_of_plan = offset(nullptr, 1 << 20); });
  expect_init(RADAM_CUDA_ERROR_DEVICE, "device", [](Described& d) { d.device = 9999; });
  expect_init(RADAM_CUDA_ERROR_DEVICE, "device", [](Described& d) { d.device = -1; });
}

void bad_bindings() {
  static float on_host[4096];
  Described d;
  const radam_cuda_binding good{0, d.tensor.param, d.tensor.grad, 0, 0};
  expect_status(radam_cuda_bind(&d.plan, &good, 1, nullptr), RADAM_CUDA_ERROR_PLAN, "a plan that was not filled");
  ok(d.init(), "radam_cuda_plan_init");
  const auto expect = [&](radam_status status, const char* what, const std::function<void(radam_cuda_binding&)>& spoil) {
    // The first is good, but must not count either.
    radam_cuda_binding bindings[2] = {good, good};
    bindings[0].group = RADAM_CUDA_NO_GROUP;
    spoil(bindings[1]);
    expect_status(radam_cuda_bind(&d.plan, bindings, 2, nullptr), status, std::string("radam_cuda_bind, ") + what);
  };
  expect(RADAM_CUDA_ERROR_TENSOR, "tensor", [](radam_cuda_binding& b) { b.tensor = 1; });
  expect(RADAM_CUDA_ERROR_TENSOR, "tensor", [](radam_cuda_binding& b) { b.tensor = -1; });
  expect(RADAM_CUDA_ERROR_GROUP, "group", [](radam_cuda_binding& b) { b.group = 1; });
  expect(RADAM_CUDA_ERROR_GROUP, "group", [](radam_cuda_binding& b) { b.group = -2; });
  expect(RADAM_ERROR_AVERAGE, "average_rate", [](radam_cuda_binding& b) { b.average_rate = 1.5f; });
  expect(RADAM_ERROR_AVERAGE, "average_rate", [](radam_cuda_binding& b) { b.average_rate = std::nanf(""); });
  expect(RADAM_ERROR_NULL, "param", [](radam_cuda_binding& b) { b.param = nullptr; });
  expect(RADAM_ERROR_NULL, "grad", [](radam_cuda_binding& b) { b.grad = nullptr; });
  expect(RADAM_CUDA_ERROR_ALIGNMENT, "param", [](radam_cuda_binding& b) { b.param = offset(b.param, 2); });
  expect(RADAM_CUDA_ERROR_ALIGNMENT, "grad", [](radam_cuda_binding& b) { b.grad = offset(b.grad, 1); });
  expect(RADAM_CUDA_ERROR_POINTER, "param", [](radam_cuda_binding& b) { b.param = on_host; });
  expect(RADAM_CUDA_ERROR_POINTER, "grad", [](radam_cuda_binding& b) { b.grad = on_host; });
  expect_status(radam_cuda_bind(&d.plan, &good, -1, nullptr), RADAM_ERROR_RANGE, "count");
  expect_status(radam_cuda_bind(&d.plan, nullptr, 1, nullptr), RADAM_ERROR_NULL, "bindings");
  expect_status(radam_cuda_bind(nullptr, &good, 1, nullptr), RADAM_ERROR_NULL, "plan");
  ok(radam_cuda_bind(&d.plan, nullptr, 0, nullptr), "no bindings");

  // The tensor still has its group, so its gradients count.
  const DeviceMemory gradient(4000), statistics(sizeof(radam_statistics));
  ok(radam_cuda_fill(kDevice, d.tensor.grad, 0x7F, 4000, nullptr), "radam_cuda_fill");
  ok(radam_cuda_gradient_statistics(&d.plan, statistics.get<radam_statistics>(), nullptr), "statistics");
  radam_statistics s{};
  ok(radam_cuda_copy(kDevice, &s, statistics.get(), sizeof s, nullptr), "radam_cuda_copy");
  ok(radam_cuda_stream_synchronize(kDevice, nullptr), "radam_cuda_stream_synchronize");
  require(s.sum_of_squares > 0, "a refused binding was made");
}

// Structs of another version of the header.
void other_versions() {
  struct Newer {
    radam_tensor tensor;
    std::int64_t more;
    unsigned char rest[sizeof(radam_cuda_tensor) - sizeof(radam_tensor)];
  };
  const auto newer = [](const Described& d, std::int64_t more) {
    Newer t{};
    t.tensor = d.tensor.tensor;
    t.tensor.struct_size = offsetof(Newer, rest);
    t.more = more;
    std::memcpy(t.rest, &d.tensor.param, sizeof t.rest);
    return t;
  };
  Described d, other;
  const auto init = [&](std::int64_t more) {
    const Newer two[2] = {newer(d, 0), newer(other, more)};
    return radam_cuda_plan_init(&d.plan, kDevice, RADAM_ALGORITHM_ADAM, reinterpret_cast<const radam_cuda_tensor*>(two),
                                2, 1, d.memory_of_plan, nullptr);
  };
  expect_status(init(1), RADAM_ERROR_STRUCT_SIZE, "a tensor that uses what is not known");
  ok(init(0), "a tensor of a newer header");
  Newer mixed[2] = {newer(d, 0), newer(other, 0)};
  mixed[1].tensor.struct_size = sizeof(radam_tensor);
  expect_status(radam_cuda_plan_init(&d.plan, kDevice, RADAM_ALGORITHM_ADAM,
                                     reinterpret_cast<const radam_cuda_tensor*>(mixed), 2, 1, d.memory_of_plan,
                                     nullptr),
                RADAM_ERROR_STRUCT_SIZE, "tensors of two sizes");
}

// A plan of another version of the header.
void other_plans() {
  expect_init(RADAM_ERROR_STRUCT_SIZE, "struct_size of the plan", [](Described& d) { d.plan.struct_size = 4097; });
  struct Newer {
    radam_cuda_plan plan;
    std::int64_t more;
  };
  Described d;
  Newer newer{};
  newer.plan.struct_size = sizeof newer;
  newer.more = 1;
  ok(radam_cuda_plan_init(&newer.plan, kDevice, RADAM_ALGORITHM_ADAM, &d.tensor, 1, 1, d.memory_of_plan, nullptr),
     "radam_cuda_plan_init of a newer plan");
  require(newer.more == 0, "a field that is not known was not set to 0");
  ok(radam_cuda_bind(&newer.plan, nullptr, 0, nullptr), "a newer plan");
  newer.more = 1;
  expect_status(radam_cuda_bind(&newer.plan, nullptr, 0, nullptr), RADAM_ERROR_STRUCT_SIZE,
                "a plan that uses what is not known");
}

void bad_steps() {
  Described d;
  expect_status(radam_cuda_step(&d.plan, nullptr), RADAM_CUDA_ERROR_PLAN, "a plan that was not filled");
  expect_status(radam_cuda_step(nullptr, nullptr), RADAM_ERROR_NULL, "no plan");
  ok(d.init(), "radam_cuda_plan_init");
  radam_coefficients good = coefficients_at(preset(RADAM_PRESET_ADAM_PYTORCH), 1), c = good;
  std::int64_t step = 1;
  radam_cuda_step_options o{};
  o.struct_size = sizeof o;
  const auto set = [&] { return radam_cuda_set_coefficients(&d.plan, &c, &step, &o, nullptr); };
  ok(set(), "radam_cuda_set_coefficients");
  expect_status(radam_cuda_set_coefficients(&d.plan, nullptr, &step, &o, nullptr), RADAM_ERROR_NULL, "coefficients");
  expect_status(radam_cuda_set_coefficients(&d.plan, &c, nullptr, &o, nullptr), RADAM_ERROR_NULL, "steps");
  c.struct_size = 4;
  expect_status(set(), RADAM_ERROR_STRUCT_SIZE, "coefficients");
  c = good;
  c.of.adam.beta1 = 2;
  expect_status(set(), RADAM_ERROR_COEFFICIENTS, "beta1");
  c = good;
  c.algorithm = RADAM_ALGORITHM_SGD;
  expect_status(set(), RADAM_ERROR_ALGORITHM, "coefficients of another algorithm");
  for (const std::int32_t number :
       {RADAM_PRESET_LAMB_NVIDIA, RADAM_PRESET_LARS_BARLOWTWINS, RADAM_PRESET_NOVOGRAD_NVIDIA}) {
    c = coefficients_at(preset(number), 1);
    expect_status(set(), RADAM_ERROR_ALGORITHM, "coefficients that were not reduced");
  }
  c = good;
  step = 0;
  expect_status(set(), RADAM_ERROR_STEP, "step 0");
  step = 1;
  o.clip_value = -1;
  expect_status(set(), RADAM_ERROR_CLIP, "clip_value");
  o.clip_value = 0;
  for (const float bad : {-1.0f, std::numeric_limits<float>::quiet_NaN()}) {
    o.clip_values = &bad;
    expect_status(set(), RADAM_ERROR_CLIP, "clip_values");
  }
  o.clip_values = nullptr;
  o.zero_grad = 2;
  expect_status(set(), RADAM_ERROR_SETTING, "zero_grad");
  o.zero_grad = 0;
  o.struct_size = 4;
  expect_status(set(), RADAM_ERROR_STRUCT_SIZE, "options");
  o.struct_size = sizeof o;
  o.skip_non_finite = 2;
  o.max_grad_norm = -1;
  ok(set(), "options that are ignored");
  o.skip_non_finite = 0;
  o.max_grad_norm = 0;

  radam_hyperparameters h{};
  h.struct_size = sizeof h;
  ok(radam_hyperparameters_init(&h, RADAM_PRESET_ADAM_PYTORCH), "radam_hyperparameters_init");
  auto* const control = static_cast<radam_cuda_control*>(offset(d.memory.get(), 40 << 10));
  auto* const statistics = static_cast<radam_statistics*>(offset(d.memory.get(), 50 << 10));
  const auto prepare = [&](const radam_statistics* s) {
    return radam_cuda_prepare(&d.plan, &h, control, s, &o, nullptr, nullptr);
  };
  expect_status(radam_cuda_prepare(&d.plan, nullptr, control, statistics, &o, nullptr, nullptr), RADAM_ERROR_NULL, "h");
  expect_status(radam_cuda_prepare(&d.plan, &h, nullptr, statistics, &o, nullptr, nullptr), RADAM_ERROR_NULL, "controls");
  o.skip_non_finite = 1;
  expect_status(prepare(nullptr), RADAM_ERROR_NULL, "no statistics to skip by");
  o.max_grad_norm = std::numeric_limits<double>::quiet_NaN();
  expect_status(prepare(statistics), RADAM_ERROR_CLIP, "max_grad_norm");
  o.max_grad_norm = 0;
  h.of.adam.beta2 = 1;
  expect_status(prepare(statistics), RADAM_ERROR_BETA2, "beta2");
  ok(radam_hyperparameters_init(&h, RADAM_PRESET_LION_AUTHORS), "radam_hyperparameters_init");
  expect_status(prepare(statistics), RADAM_ERROR_ALGORITHM, "hyperparameters of another algorithm");
  for (const std::int32_t number :
       {RADAM_PRESET_STABLEADAMW_AUTHORS, RADAM_PRESET_LARS_TIMM, RADAM_PRESET_CAUTIOUS_LION_TIMM,
        RADAM_PRESET_NOVOGRAD_NVIDIA, RADAM_PRESET_ADAMP_AUTHORS, RADAM_PRESET_SGDP_AUTHORS}) {
    h = preset(number);
    expect_status(prepare(statistics), RADAM_ERROR_ALGORITHM, "hyperparameters of a layer-wise algorithm");
  }
  expect_status(radam_cuda_gradient_statistics(&d.plan, nullptr, nullptr), RADAM_ERROR_NULL, "no statistics");
  expect_status(radam_cuda_piece_statistics(nullptr, statistics, nullptr), RADAM_ERROR_NULL, "no plan");
  expect_status(radam_cuda_piece_statistics(&d.plan, nullptr, nullptr), RADAM_ERROR_NULL, "no statistics");
  auto* const misaligned = static_cast<radam_statistics*>(offset(statistics, 4));
  expect_status(radam_cuda_piece_statistics(&d.plan, misaligned, nullptr), RADAM_CUDA_ERROR_ALIGNMENT, "statistics");
  static radam_statistics on_host;
  expect_status(radam_cuda_piece_statistics(&d.plan, &on_host, nullptr), RADAM_CUDA_ERROR_POINTER, "statistics");
  ok(radam_cuda_piece_statistics(&d.plan, statistics, nullptr), "radam_cuda_piece_statistics");
  expect_status(radam_cuda_gradient_statistics(&d.plan, misaligned, nullptr), RADAM_CUDA_ERROR_ALIGNMENT, "statistics");
  expect_status(radam_cuda_gradient_statistics(&d.plan, &on_host, nullptr), RADAM_CUDA_ERROR_POINTER, "statistics");

  Described updated;
  updated.tensor.tensor.output = RADAM_OUTPUT_UPDATE;
  ok(updated.init(), "radam_cuda_plan_init");
  o.zero_grad = 1;
  o.skip_non_finite = 0;
  c = good;
  expect_status(radam_cuda_set_coefficients(&updated.plan, &c, &step, &o, nullptr), RADAM_ERROR_OUTPUT,
                "updates, and zero_grad");
  ok(radam_hyperparameters_init(&h, RADAM_PRESET_ADAM_PYTORCH), "radam_hyperparameters_init");
  expect_status(radam_cuda_prepare(&updated.plan, &h, control, statistics, &o, nullptr, nullptr), RADAM_ERROR_OUTPUT,
                "updates, and zero_grad");
  ok(radam_cuda_stream_synchronize(kDevice, nullptr), "radam_cuda_stream_synchronize");
}

// The order of the calls that a step of a layer-wise algorithm takes.
void bad_layerwise_steps(radam_status (*measure_plan)(radam_cuda_plan*, radam_sums*, void*)) {
  Described d;
  auto* const sums = static_cast<radam_sums*>(offset(d.memory.get(), 40 << 10));
  const auto measure = [&] { return measure_plan(&d.plan, sums, nullptr); };
  expect_status(measure(), RADAM_CUDA_ERROR_PLAN, "a plan that was not filled");
  expect_status(measure_plan(nullptr, sums, nullptr), RADAM_ERROR_NULL, "no plan");
  expect_status(radam_cuda_gradient_means(&d.plan, nullptr), RADAM_CUDA_ERROR_PLAN, "a plan that was not filled");
  expect_status(radam_cuda_gradient_means(nullptr, nullptr), RADAM_ERROR_NULL, "no plan");
  ok(d.init(), "radam_cuda_plan_init");
  ok(radam_cuda_gradient_means(&d.plan, nullptr), "means of no rows");
  expect_status(measure(), RADAM_ERROR_ALGORITHM, "sums of Adam");

  d.algorithm = RADAM_ALGORITHM_LAMB;
  d.groups = 2;
  ok(d.init(), "radam_cuda_plan_init");
  expect_status(measure(), RADAM_ERROR_COEFFICIENTS, "sums by no coefficients");
  expect_status(radam_cuda_step(&d.plan, nullptr), RADAM_ERROR_SUMS, "a step by no coefficients");
  const radam_coefficients c = coefficients_at(preset(RADAM_PRESET_LAMB_NVIDIA), 1);
  const radam_sums none{sizeof none, 0, {}};
  radam_coefficients r = c;
  ok(radam_coefficients_reduce(&c, 1000, &none, nullptr, &r), "radam_coefficients_reduce");
  const std::int64_t steps[] = {1, 1};
  const auto set = [&](const radam_coefficients& first, const radam_coefficients& second) {
    const radam_coefficients both[] = {first, second};
    return radam_cuda_set_coefficients(&d.plan, both, steps, nullptr, nullptr);
  };
  ok(set(c, c), "coefficients for sums");
  expect_status(radam_cuda_step(&d.plan, nullptr), RADAM_ERROR_SUMS, "a step by coefficients that were not reduced");
  expect_status(measure_plan(&d.plan, nullptr, nullptr), RADAM_ERROR_NULL, "no sums");
  auto* const misaligned = static_cast<radam_sums*>(offset(sums, 4));
  expect_status(measure_plan(&d.plan, misaligned, nullptr), RADAM_CUDA_ERROR_ALIGNMENT, "sums");
  static radam_sums on_host;
  expect_status(measure_plan(&d.plan, &on_host, nullptr), RADAM_CUDA_ERROR_POINTER, "sums");
  expect_status(set(c, r), RADAM_ERROR_ALGORITHM, "coefficients of which some are reduced");
  expect_status(set(r, c), RADAM_ERROR_ALGORITHM, "coefficients of which some are reduced");
  const radam_coefficients other = coefficients_at(preset(RADAM_PRESET_STABLEADAMW_AUTHORS), 1);
  expect_status(set(other, other), RADAM_ERROR_ALGORITHM, "coefficients of another algorithm");
  const radam_coefficients sgd = coefficients_at(preset(RADAM_PRESET_SGD_PYTORCH), 1);
  expect_status(set(sgd, sgd), RADAM_ERROR_ALGORITHM, "coefficients of SGD");
  ok(measure(), "sums");
  ok(set(r, r), "reduced coefficients");
  expect_status(measure(), RADAM_ERROR_COEFFICIENTS, "sums by reduced coefficients");
  ok(radam_cuda_step(&d.plan, nullptr), "radam_cuda_step");
  const radam_hyperparameters h[] = {preset(RADAM_PRESET_LAMB_NVIDIA), preset(RADAM_PRESET_LAMB_NVIDIA)};
  auto* const control = static_cast<radam_cuda_control*>(offset(d.memory.get(), 50 << 10));
  expect_status(radam_cuda_prepare(&d.plan, h, control, nullptr, nullptr, nullptr, nullptr), RADAM_ERROR_SUMS,
                "preparation on the device");
  ok(radam_cuda_stream_synchronize(kDevice, nullptr), "radam_cuda_stream_synchronize");
}

// The same of an algorithm with sums of rows, and what is wrong with their decays.
void bad_steps_by_rows() {
  static float on_host[4096];
  Described d;
  auto* const sums = static_cast<double*>(offset(d.memory.get(), 40 << 10));
  const auto measure = [&] { return radam_cuda_row_sums(&d.plan, sums, nullptr); };
  expect_status(measure(), RADAM_CUDA_ERROR_PLAN, "a plan that was not filled");
  expect_status(radam_cuda_row_sums(nullptr, sums, nullptr), RADAM_ERROR_NULL, "no plan");
  std::int64_t step = 1;
  std::int32_t projection = RADAM_PROJECTION_ROWS;
  radam_cuda_step_options o{};
  o.struct_size = sizeof o;
  o.projections = &projection;
  o.row_decay = static_cast<float*>(offset(d.memory.get(), 50 << 10));
  const auto set = [&](const radam_coefficients& c) {
    return radam_cuda_set_coefficients(&d.plan, &c, &step, &o, nullptr);
  };
  const radam_coefficients c = coefficients_at(preset(RADAM_PRESET_SGDP_AUTHORS), 1);
  std::int32_t of_no_rows = -1;
  radam_coefficients r = c;
  ok(radam_coefficients_reduce_rows(&c, 10, 0, nullptr, nullptr, &of_no_rows, &r), "radam_coefficients_reduce_rows");

  // Other algorithms, also the one that steps.
  for (const std::int32_t number : {RADAM_PRESET_LARS_TIMM, RADAM_PRESET_SGD_PYTORCH}) {
    d.algorithm = preset(number).algorithm;
    ok(d.init(), "radam_cuda_plan_init");
    expect_status(measure(), RADAM_ERROR_ALGORITHM, "sums of rows of another algorithm");
    expect_status(set(r), RADAM_ERROR_ALGORITHM, "projected rows of another algorithm");
  }

  d.algorithm = RADAM_ALGORITHM_SGDP;
  d.tensor.tensor.row_length = 10;
  ok(d.init(), "radam_cuda_plan_init");
  expect_status(measure(), RADAM_ERROR_COEFFICIENTS, "sums by no coefficients");
  expect_status(radam_cuda_step(&d.plan, nullptr), RADAM_ERROR_SUMS, "a step by no coefficients");
  expect_status(set(c), RADAM_ERROR_ALGORITHM, "projected rows of what is not reduced");
  o.projections = nullptr;
  ok(set(c), "coefficients for sums");
  expect_status(radam_cuda_step(&d.plan, nullptr), RADAM_ERROR_SUMS, "a step by coefficients that were not reduced");
  expect_status(radam_cuda_row_sums(&d.plan, nullptr, nullptr), RADAM_ERROR_NULL, "no sums");
  auto* const misaligned = static_cast<double*>(offset(sums, 4));
  expect_status(radam_cuda_row_sums(&d.plan, misaligned, nullptr), RADAM_CUDA_ERROR_ALIGNMENT, "sums");
  static double sums_on_host[RADAM_ROW_SUMS];
  expect_status(radam_cuda_row_sums(&d.plan, sums_on_host, nullptr), RADAM_CUDA_ERROR_POINTER, "sums");
  auto* const of_tensors = reinterpret_cast<radam_sums*>(sums);
  expect_status(radam_cuda_tensor_sums(&d.plan, of_tensors, nullptr), RADAM_ERROR_ALGORITHM, "sums of tensors");
  expect_status(radam_cuda_piece_sums(&d.plan, of_tensors, nullptr), RADAM_ERROR_ALGORITHM, "sums of pieces");
  ok(measure(), "radam_cuda_row_sums");
  o.projections = &projection;
  for (const std::int32_t wrong : {-1, RADAM_PROJECTION_TENSOR + 1}) {
    projection = wrong;
    expect_status(set(r), RADAM_ERROR_SETTING, "a projection");
  }
  projection = RADAM_PROJECTION_ROWS;
  radam_coefficients spoiled = r;
  spoiled.of.sgd.l2 = 0.5f;
  expect_status(set(spoiled), RADAM_ERROR_COEFFICIENTS, "an L2 penalty, and decays of rows");
  spoiled = r;
  spoiled.mode = RADAM_MODE_KEEPS_UPDATE;
  expect_status(set(spoiled), RADAM_ERROR_COEFFICIENTS, "a mode, and decays of rows");
  const float* const good = o.row_decay;
  o.row_decay = nullptr;
  expect_status(set(r), RADAM_ERROR_NULL, "no decays of rows");
  o.row_decay = static_cast<float*>(offset(d.memory.get(), (50 << 10) + 2));
  expect_status(set(r), RADAM_CUDA_ERROR_ALIGNMENT, "decays of rows");
  o.row_decay = on_host;
  expect_status(set(r), RADAM_CUDA_ERROR_POINTER, "decays of rows");
  for (const std::int32_t other : {RADAM_PROJECTION_NONE, RADAM_PROJECTION_TENSOR}) {
    projection = other;
    ok(set(r), "decays of rows that are not read");
  }
  expect_status(measure(), RADAM_ERROR_COEFFICIENTS, "sums by reduced coefficients");
  projection = RADAM_PROJECTION_ROWS;
  o.row_decay = good;
  ok(set(r), "radam_cuda_set_coefficients");
  ok(radam_cuda_step(&d.plan, nullptr), "radam_cuda_step");
  const radam_hyperparameters h = preset(RADAM_PRESET_SGDP_AUTHORS);
  auto* const control = static_cast<radam_cuda_control*>(offset(d.memory.get(), 60 << 10));
  expect_status(radam_cuda_prepare(&d.plan, &h, control, nullptr, nullptr, nullptr, nullptr), RADAM_ERROR_SUMS,
                "preparation on the device");

  // Options of an older header end before them.
  o.struct_size = offsetof(radam_cuda_step_options, projections);
  o.row_decay = on_host;
  ok(set(r), "older options");
  d.tensor.tensor.row_length = 0;
  ok(d.init(), "radam_cuda_plan_init");
  ok(set(c), "coefficients for sums");
  ok(measure(), "sums of no rows");
  ok(radam_cuda_stream_synchronize(kDevice, nullptr), "radam_cuda_stream_synchronize");
}

void bad_memory() {
  void* memory = nullptr;
  expect_status(radam_cuda_malloc(kDevice, -1, &memory), RADAM_ERROR_RANGE, "negative size");
  expect_status(radam_cuda_malloc(kDevice, 1, nullptr), RADAM_ERROR_NULL, "no address");
  expect_status(radam_cuda_malloc(9999, 1, &memory), RADAM_CUDA_ERROR_DEVICE, "no such device");
  expect_status(radam_cuda_malloc(kDevice, std::int64_t{1} << 50, &memory), RADAM_CUDA_ERROR_MEMORY, "a petabyte");
  require(*radam_cuda_last_error() != '\0', "CUDA has no words for its error");
  require(memory == nullptr, "the address was changed");
  std::int64_t bytes = 0;
  expect_status(radam_cuda_plan_size(nullptr, 1, 1, &bytes), RADAM_ERROR_NULL, "no tensors");
  expect_status(radam_cuda_copy(kDevice, nullptr, &memory, 8, nullptr), RADAM_ERROR_NULL, "copy to null");
  expect_status(radam_cuda_copy(kDevice, &memory, &memory, -8, nullptr), RADAM_ERROR_RANGE, "copy of -8 bytes");
  expect_status(radam_cuda_check_pointer(kDevice, &memory), RADAM_CUDA_ERROR_POINTER, "host memory");
  radam_cuda_device d{};
  expect_status(radam_cuda_device_info(kDevice, &d), RADAM_ERROR_STRUCT_SIZE, "struct_size");
  d.struct_size = sizeof d;
  expect_status(radam_cuda_device_info(9999, &d), RADAM_CUDA_ERROR_DEVICE, "no such device");
  expect_status(radam_cuda_device_count(nullptr), RADAM_ERROR_NULL, "count");
}

}  // namespace

void misuse(Scale) {
  bad_plans();
  bad_bindings();
  other_versions();
  other_plans();
  bad_steps();
  bad_layerwise_steps(radam_cuda_tensor_sums);
  bad_layerwise_steps(radam_cuda_piece_sums);
  bad_steps_by_rows();
  bad_memory();
}

void memory_and_streams(Scale) {
  const Stream first, second;
  void* pinned = nullptr;
  ok(radam_cuda_host_malloc(1 << 20, &pinned), "radam_cuda_host_malloc");
  ok(radam_cuda_check_pointer(kDevice, pinned), "pinned memory");
  const DeviceMemory memory(1 << 20);
  ok(radam_cuda_check_pointer(kDevice, offset(memory.get(), (1 << 20) - 1)), "device memory");
  auto* const bytes = static_cast<std::uint8_t*>(pinned);
  for (int i = 0; i < 1 << 20; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7);
  void *start = nullptr, *end = nullptr;
  ok(radam_cuda_event_create(kDevice, &start), "radam_cuda_event_create");
  ok(radam_cuda_event_create(kDevice, &end), "radam_cuda_event_create");
  ok(radam_cuda_event_record(kDevice, start, first.get()), "radam_cuda_event_record");
  first.copy(memory.get(), pinned, 1 << 20);
  ok(radam_cuda_fill(kDevice, memory.get(), 0x11, 100, first.get()), "radam_cuda_fill");
  ok(radam_cuda_event_record(kDevice, end, first.get()), "radam_cuda_event_record");
  ok(radam_cuda_stream_wait(kDevice, second.get(), end), "radam_cuda_stream_wait");
  std::vector<std::uint8_t> back(1 << 20);
  second.copy(back.data(), memory.get(), back.size());
  second.synchronize();
  ok(radam_cuda_event_synchronize(kDevice, end), "radam_cuda_event_synchronize");
  float milliseconds = -1;
  ok(radam_cuda_event_elapsed(kDevice, start, end, &milliseconds), "radam_cuda_event_elapsed");
  require(milliseconds >= 0, "time runs backwards");
  for (int i = 0; i < 1 << 20; ++i)
    require(back[static_cast<std::size_t>(i)] == (i < 100 ? 0x11 : static_cast<std::uint8_t>(i * 7)),
            "byte " + std::to_string(i) + " was not copied");
  ok(radam_cuda_event_destroy(kDevice, start), "radam_cuda_event_destroy");
  ok(radam_cuda_event_destroy(kDevice, end), "radam_cuda_event_destroy");
  ok(radam_cuda_host_free(pinned), "radam_cuda_host_free");
  ok(radam_cuda_free(kDevice, nullptr), "radam_cuda_free(null)");
  radam_cuda_device d{};
  d.struct_size = sizeof d;
  ok(radam_cuda_device_info(kDevice, &d), "radam_cuda_device_info");
  require(d.name[0] != '\0' && d.total_memory > 0 && d.multiprocessors > 0, "the device has no name, memory or size");
}

}  // namespace radam_test
