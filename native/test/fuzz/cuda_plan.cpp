// Plans of radam_cuda.h on the emulated device: any tensors, then calls with arguments of any kind. They do what
// libradam does on the host.
#include <algorithm>
#include <cstring>
#include <vector>

#include <radam/radam_cuda.h>

#include "../algorithms.h"
#include "cuda_faults.h"
#include "cuda_memory.h"
#include "cuda_model.h"
#include "elements.h"
#include "environment.h"
#include "faults.h"
#include "filled.h"
#include "input.h"
#include "memory.h"
#include "spoiled.h"
#include "tensor_memory.h"

namespace radam_test {
namespace {

alignas(256) unsigned char host_bytes[64];

struct Init {
  radam_cuda_plan* plan = nullptr;
  std::int32_t device = kDevice, algorithm = 0;
  const radam_cuda_tensor* tensors = nullptr;
  std::int64_t count = 0;
  std::int32_t groups = 1;
  void* memory = nullptr;

  radam_status operator()() const {
    return radam_cuda_plan_init(plan, device, algorithm, tensors, count, groups, memory, nullptr);
  }

  Faults faults() const {
    if (plan == nullptr || tensors == nullptr || memory == nullptr) return fault(RADAM_ERROR_NULL);
    const Faults of_counts = faults_of_counts(tensors, count, groups);
    Faults f = of_counts | faults_of_room(plan);
    f |= fault_if(!is_one_of(algorithm, kAlgorithms), RADAM_ERROR_ALGORITHM);
    f |= fault_if(device != kDevice, RADAM_CUDA_ERROR_DEVICE);
    f |= faults_of_pointer(memory, 256, true);
    if (of_counts != 0 || !is_one_of(algorithm, kAlgorithms)) return f;
    for (const radam_cuda_tensor& t : known_tensors(array_of(tensors, count), algorithm))
      f |= faults_of(t, algorithm, groups);
    return f;
  }
};

// Spoils a tensor, as a program with a mistake would. Returns false if it may now have memory that is not there,
// without a fault that the library could find.
bool spoil(Input& in, radam_cuda_tensor& tensor) {
  radam_tensor& t = tensor.tensor;
  std::int32_t* const choices[] = {&t.param_rounding, &t.state_rounding, &t.output, &t.lookahead, &tensor.reserved};
  void* const own[] = {tensor.param, tensor.grad, host_bytes, host_bytes + 1};
  void* const other = advance(own[in.below(4)], static_cast<std::int8_t>(in.byte()));
  switch (in.below(18)) {
    case 0: tensor.param = nullptr; return true;
    case 1: tensor.grad = nullptr; return true;
    case 2: tensor.param = other; return false;
    case 3: tensor.grad = other; return false;
    case 4: tensor.param_copy = other; return false;
    case 5: tensor.param_average = static_cast<float*>(other); return false;
    case 6: t.state[in.below(RADAM_MAX_STATE)] = in.rarely(2) ? nullptr : other; return false;
    case 7:
      t.state_scale[in.below(RADAM_MAX_STATE)] = static_cast<float*>(in.rarely(2) ? nullptr : other);
      return false;
    case 8: t.average_rate = in.any_float(); return true;
    case 9: t.length = in.integer(); return false;
    case 10: t.first = in.integer(); return true;
    case 11: t.state_type = in.choice(3); return false;
    case 12: (in.rarely(2) ? t.param_type : t.grad_type) = in.choice(3); return false;
    case 13: tensor.group = in.choice(3); return true;
    // What is ignored: it belongs to each step.
    case 14: t.zero_grad = in.choice(2); return true;
    case 15: t.clip_value = in.any_float(); return true;
    case 16: t.step = in.integer(); return true;
    default: *choices[in.below(5)] = in.choice(2); return true;
  }
}

// The same for a binding.
bool spoil(Input& in, radam_cuda_binding& b) {
  switch (in.below(8)) {
    case 0: b.tensor = in.integer(); return false;
    case 1: b.group = in.choice(3); return true;
    case 2: b.average_rate = in.any_float(); return true;
    case 3: b.param = nullptr; return true;
    case 4: b.grad = nullptr; return true;
    case 5: b.param = host_bytes; return true;
    case 6: b.grad = host_bytes; return true;
    default: (in.rarely(2) ? b.param : b.grad) = advance(b.param, static_cast<std::int8_t>(in.byte())); return false;
  }
}

class Run {
 public:
  explicit Run(Input& in) : in_(in), device_(device_arena()) {}

  void operator()() {
    if (!make_plan()) return;
    for (unsigned n = 1 + in_.below(5); n > 0; --n) {
      switch (in_.below(6)) {
        case 0: set_coefficients(); break;
        case 1: bind(); break;
        case 2: statistics(); break;
        case 3: prepare(); break;
        case 4: change_memory(); break;
        default: break;
      }
      step();
    }
    device_.finish();
    host_.finish();
  }

 private:
  // Makes a call with arguments in `arguments`. True if it succeeded, as it must if there are no faults. computes: the
  // device computes, in an environment of its own, but the emulated one in that of the caller.
  template <class Call>
  bool succeeds(Memory& arguments, const Call& call, Faults faults, const char* name, bool computes = false) {
    expect(computes ? call() : in_environment(in_, call), faults, name);
    arguments.require_unchanged("arguments were changed");
    arguments.finish();
    host_.require_unchanged("the plan or its tensors were changed");
    if (faults != 0) device_.require_unchanged("a call failed and changed something");
    return faults == 0;
  }

  // The device has what the model expects.
  void compare(const char* what) {
    device_.require_expected(what);
    device_.keep();
    device_.expect_this();  // another NaN is as good, but would not be later
  }

  // Mostly the plan.
  radam_cuda_plan* some_plan() {
    const std::uint8_t b = in_.byte();
    return b < 250 ? init_.plan : b < 253 ? nullptr : unfilled_;
  }

  Faults faults_of_plan(const radam_cuda_plan* plan) const {
    if (plan == nullptr) return fault(RADAM_ERROR_NULL);
    return plan == unfilled_ ? fault(RADAM_CUDA_ERROR_PLAN) : faults_of_size(plan);
  }

  template <class T>
  static T* place_device(Memory& memory, std::size_t count) {
    auto* const at = memory.place(count * sizeof(T));
    std::memset(at, 0, count * sizeof(T));
    return reinterpret_cast<T*>(at);
  }

  // False if there is nothing that steps could be made of.
  bool make_plan() {
    const std::uint8_t layout = in_.byte();
    Init& init = init_;
    init.algorithm = in_.byte() % kFirstLayerwise;
    const AlgorithmCase& algorithm = algorithms()[static_cast<std::size_t>(init.algorithm)];
    const std::uint8_t many = in_.byte();
    init.groups = many < 200 ? 1 + many % 3 : 1 + many % 50;
    std::vector<radam_cuda_tensor> tensors(1 + layout % 3);
    for (radam_cuda_tensor& t : tensors) describe(algorithm, t);
    // More of the last, without elements or memory.
    if (in_.rarely(8)) {
      radam_cuda_tensor empty = tensors.back();
      empty.tensor.length = 0;
      empty.tensor.first = 0;
      tensors.resize(tensors.size() + in_.byte() % 60, empty);
    }
    const bool there = !in_.rarely(4) || spoil(in_, tensors[in_.byte() % tensors.size()]);
    init.count = static_cast<std::int64_t>(tensors.size());
    init.tensors = reinterpret_cast<const radam_cuda_tensor*>(host_.place_array<radam_tensor>(in_, tensors.data(),
                                                                                              tensors.size()));
    init.plan = host_.place_struct(in_, marked<radam_cuda_plan>());
    unfilled_ = reinterpret_cast<radam_cuda_plan*>(host_.place(sizeof *unfilled_));
    *unfilled_ = {sizeof *unfilled_, kDevice, 1, 0, 1, device_arena().bytes, {}};
    statistics_ = place_device<radam_statistics>(device_, tensors.size());
    total_ = place_device<radam_statistics>(device_, 1);

    spoil_counts();
    controls_ = place_device<radam_cuda_control>(
        device_, init.groups > 0 && init.groups <= 50 ? static_cast<std::size_t>(init.groups) : 1);
    std::int64_t bytes = -5;
    const Faults of_size = faults_of_counts(init.tensors, init.count, init.groups);
    expect(radam_cuda_plan_size(init.tensors, init.count, init.groups, &bytes), of_size, "radam_cuda_plan_size");
    require(of_size == 0 ? bytes > 0 : bytes == -5, "no size, or a size and a failure");
    if (bytes > kMostPlanBytes) return false;
    init.memory = device_.place(static_cast<std::size_t>(std::max<std::int64_t>(bytes, 256)), Kind::kOpaque);
    spoil_arguments();
    device_.guard();
    host_.guard();
    // Again, with memory around that must not be read.
    expect(radam_cuda_plan_size(init.tensors, init.count, init.groups, &bytes), of_size, "radam_cuda_plan_size");
    expect(radam_cuda_plan_size(nullptr, init.count, init.groups, &bytes), fault(RADAM_ERROR_NULL), "no tensors");
    expect(radam_cuda_plan_size(init.tensors, init.count, init.groups, nullptr), fault(RADAM_ERROR_NULL), "no size");

    const Faults faults = init.faults();
    expect(in_environment(in_, init), faults, "radam_cuda_plan_init");
    if (faults != 0) {
      host_.require_unchanged("radam_cuda_plan_init failed and changed something");
      device_.require_unchanged("radam_cuda_plan_init failed and changed something on the device");
      host_.finish();
      device_.finish();
      return false;
    }
    require_filled();
    host_.keep();
    device_.expect_this();
    device_.keep();
    model_.emplace_back(device_, known_tensors(array_of(init.tensors, init.count), init.algorithm), init.groups);
    if (is_layerwise(init.algorithm)) require_order();
    return there && init.groups <= 50 && !is_layerwise(init.algorithm);
  }

  void describe(const AlgorithmCase& algorithm, radam_cuda_tensor& to) {
    const std::uint8_t layout = in_.byte();
    to = {};
    to.tensor = some_tensor(in_, layout);
    to.tensor.zero_grad = 0;
    std::int64_t n = element_count(in_);
    if (in_.rarely(3)) to.tensor.first = RADAM_BLOCK_SIZE * std::int64_t{in_.bits<std::uint16_t>()};
    // A piece of statistics ends within the tensor.
    if (in_.rarely(16)) {
      to.tensor.first = RADAM_CUDA_STATISTICS_PIECE - RADAM_BLOCK_SIZE;
      n += RADAM_BLOCK_SIZE;
    }
    to.tensor.length = n;
    TensorBuffers b;
    const auto misaligned = [&](Kind kind) { return layout % 4 == 3 ? in_.byte() % 8 * size_of(kind) : 0; };
    place_buffers(in_, device_, {&algorithm, layout, n, 0}, misaligned, to.tensor, b);
    // Where max_exp_avg_sq alone is NaN, which no step makes of what steps make, libradam keeps the NaN in a block that
    // is not whole, and the device does not. So its scales are ordinary.
    for (std::int64_t i = 0; to.tensor.state_scale[2] != nullptr && i < n; i += RADAM_BLOCK_SIZE) {
      float& scale = to.tensor.state_scale[2][i / RADAM_BLOCK_SIZE];
      if (!(scale >= 0x1p-60f && scale <= 0x1p60f)) scale = 1;
    }
    to.param = b.param;
    to.grad = b.grad;
    to.param_copy = b.param_copy;
    to.param_average = b.param_average;
    to.group = static_cast<std::int32_t>(in_.byte() % init_.groups);
    // What may be bound later.
    Places places{{to.param, to.param}, {to.grad, to.grad}};
    if (in_.rarely(4)) {
      const auto another = [&](std::int32_t type) {
        const Kind kind = kind_of_type(type);
        const std::size_t count = static_cast<std::size_t>(n);
        unsigned char* const at = device_.place(count * size_of(kind), kind, misaligned(kind));
        fill_elements(in_, at, kind, count, true);
        return at;
      };
      places.param[1] = another(to.tensor.param_type);
      places.grad[1] = another(to.tensor.grad_type);
    }
    places_.push_back(places);
    if (in_.rarely(8)) {
      to.group = RADAM_CUDA_NO_GROUP;
      if (in_.rarely(2)) to.param = to.grad = host_bytes + 1;
    }
  }

  void spoil_counts() {
    switch (in_.below(32)) {
      case 1: init_.count = 0; break;
      case 2: init_.count = in_.rarely(2) ? INT64_MIN + in_.byte() : -1 - in_.byte(); break;
      case 3: init_.count = (std::int64_t{1} << 31) + in_.byte(); break;
      case 4: init_.count = 1; break;
      case 5: init_.groups = in_.choice(3); break;
      default: break;
    }
  }

  void spoil_arguments() {
    switch (in_.below(32)) {
      case 1: init_.device = in_.choice(1); break;
      case 2: init_.algorithm = in_.choice(kAlgorithms); break;
      case 3: init_.memory = nullptr; break;
      case 4: init_.memory = advance(init_.memory, 128); break;
      case 5: init_.memory = host_bytes; break;
      case 6: unfilled_is_used(); break;
      default: break;
    }
  }

  // Calls with null, and with a plan that was never filled.
  void unfilled_is_used() const {
    for (radam_cuda_plan* const p : {unfilled_, static_cast<radam_cuda_plan*>(nullptr)}) {
      const Faults f = p != nullptr ? fault(RADAM_CUDA_ERROR_PLAN) : fault(RADAM_ERROR_NULL);
      expect(radam_cuda_step(p, nullptr), f, "radam_cuda_step");
      expect(radam_cuda_bind(p, nullptr, 0, nullptr), f, "radam_cuda_bind");
      expect(radam_cuda_gradient_statistics(p, statistics_, nullptr), f, "radam_cuda_gradient_statistics");
      expect(radam_cuda_gradient_means(p, nullptr), f, "radam_cuda_gradient_means");
      expect(radam_cuda_tensor_sums(p, reinterpret_cast<radam_sums*>(statistics_), nullptr), f,
             "radam_cuda_tensor_sums");
      expect(radam_cuda_row_sums(p, reinterpret_cast<double*>(statistics_), nullptr), f, "radam_cuda_row_sums");
    }
    Init call = init_;
    call.plan = nullptr;
    expect(call(), fault(RADAM_ERROR_NULL), "radam_cuda_plan_init");
    call = init_;
    call.tensors = nullptr;
    expect(call(), fault(RADAM_ERROR_NULL), "radam_cuda_plan_init");
  }

  // A layer-wise algorithm, before any coefficients are set.
  void require_order() const {
    expect(radam_cuda_step(init_.plan, nullptr), fault(RADAM_ERROR_SUMS), "radam_cuda_step");
    auto* const sums = reinterpret_cast<radam_sums*>(statistics_);
    auto* const of_rows = reinterpret_cast<double*>(statistics_);
    const Faults own = fault(RADAM_ERROR_COEFFICIENTS), other = fault(RADAM_ERROR_ALGORITHM);
    const bool rows = is_by_rows(init_.algorithm);
    expect(radam_cuda_tensor_sums(init_.plan, sums, nullptr), rows ? other : own, "radam_cuda_tensor_sums");
    expect(radam_cuda_row_sums(init_.plan, of_rows, nullptr), rows ? own : other, "radam_cuda_row_sums");
  }

  void require_filled() const {
    const radam_cuda_plan& p = *init_.plan;
    require(p.device == init_.device && p.groups == init_.groups && p.algorithm == init_.algorithm &&
                p.tensors == init_.count && p.memory == init_.memory, "the plan has other values");
    for (std::size_t i = sizeof p; i < p.struct_size; ++i)
      require(reinterpret_cast<const unsigned char*>(&p)[i] == 0, "a field that is not known is not 0");
  }

  const radam_cuda_step_options* some_options(Memory& arguments) {
    radam_cuda_step_options o{};
    const auto groups = static_cast<std::size_t>(init_.groups);
    const std::uint8_t b = in_.byte();
    if (b % 4 == 0) return nullptr;
    o.zero_grad = b / 4 % 2;
    o.skip_non_finite = b / 8 % 2;
    if (b / 16 % 2 != 0) o.clip_value = 0.5f;
    if (b / 32 % 2 != 0) o.max_grad_norm = 0.125;
    switch (in_.below(16)) {
      case 1: o.zero_grad = in_.choice(2); break;
      case 2: o.skip_non_finite = in_.choice(2); break;
      case 3: o.clip_value = in_.any_float(); break;
      case 4: o.max_grad_norm = in_.any_double(); break;
      case 5: {
        auto* const values = reinterpret_cast<float*>(arguments.place(groups * sizeof(float), Kind::kOpaque));
        for (std::size_t i = 0; i < groups; ++i) values[i] = in_.rarely(8) ? in_.any_float() : 0.25f;
        o.clip_values = values;
        break;
      }
      case 6: {
        auto* const all = reinterpret_cast<std::int32_t*>(arguments.place(4 * groups, Kind::kOpaque));
        for (std::size_t i = 0; i < groups; ++i) all[i] = in_.rarely(8) ? in_.choice(3) : 2 * (in_.byte() % 2);
        o.projections = all;
        break;
      }
      default: break;
    }
    return arguments.place_struct(in_, o);
  }

  void set_coefficients() {
    Memory arguments(host_arena<1>());
    const auto groups = static_cast<std::size_t>(init_.groups);
    const std::vector<Combination>& own = algorithms()[static_cast<std::size_t>(init_.algorithm)].combinations;
    std::vector<radam_coefficients> all(groups);
    for (std::size_t i = 0; i < groups; ++i) {
      // Each of many groups has its own, from a few bytes of input.
      all[i] = i < kFewGroups ? own[in_.byte() % own.size()].typical : all[i % kFewGroups];
      if (i < kFewGroups) spoil(in_, all[i]);
      else all[i].grad_scale += static_cast<float>(i) / 64;
    }
    auto* coefficients = arguments.place_array<radam_coefficients>(in_, all.data(), groups);
    auto* steps = reinterpret_cast<std::int64_t*>(arguments.place(8 * groups));
    for (std::size_t i = 0; i < groups; ++i) steps[i] = static_cast<std::int64_t>(i) + 1;
    const std::uint8_t b = in_.byte();
    if (b >= 224) steps[b % groups] = in_.integer();
    const radam_cuda_step_options* const options = some_options(arguments);
    radam_cuda_plan* const plan = some_plan();
    const std::uint8_t null = in_.byte();
    if (null == 1) coefficients = nullptr;
    if (null == 2) steps = nullptr;
    arguments.guard();

    Faults f = faults_of_plan(plan);
    if (f == 0) f |= fault_if(coefficients == nullptr || steps == nullptr, RADAM_ERROR_NULL);
    if (f == 0) {
      const StructArray<radam_coefficients> given{coefficients, init_.groups};
      f |= faults_of_options(options, false, model().has_updates(), groups);
      f |= given.faults([&](std::int64_t i, const radam_coefficients& c) {
        all[static_cast<std::size_t>(i)] = c;
        return faults_of(c) | fault_if(c.algorithm != init_.algorithm, RADAM_ERROR_ALGORITHM) |
               fault_if(steps[i] < 1, RADAM_ERROR_STEP);
      });
    }
    const auto call = [&] { return radam_cuda_set_coefficients(plan, coefficients, steps, options, nullptr); };
    if (!succeeds(arguments, call, f, "radam_cuda_set_coefficients")) return;
    const radam_cuda_step_options o = options != nullptr ? known_part(options) : radam_cuda_step_options{};
    for (std::size_t i = 0; i < groups; ++i)
      model().set(i, {all[i], steps[i], o.clip_values != nullptr ? o.clip_values[i] : o.clip_value, o.zero_grad});
    compare("radam_cuda_set_coefficients changed something else");
  }

  void bind() {
    Memory arguments(host_arena<1>());
    std::vector<radam_cuda_binding> all;
    for (std::size_t i = 0; i < places_.size() && i < static_cast<std::size_t>(init_.count); ++i) {
      const std::uint8_t b = in_.byte();
      if (b % 4 == 3) continue;
      const Places& p = places_[i];
      all.push_back({static_cast<std::int64_t>(i), p.param[b / 4 % 2], p.grad[b / 8 % 2],
                     b / 16 % (init_.groups + 1) - 1, static_cast<float>(in_.byte()) / 255});
    }
    const bool there = all.empty() || !in_.rarely(4) || spoil(in_, all[in_.byte() % all.size()]);
    // Alike, so that it does not matter which takes effect.
    const std::size_t own = all.size(), times = in_.rarely(16) ? 1 + in_.byte() % 64 : 1;
    for (std::size_t i = own; i < own * times; ++i) all.push_back(all[i - own]);
    auto count = static_cast<std::int64_t>(all.size());
    auto* const placed = arguments.place(all.size() * sizeof(radam_cuda_binding));
    if (!all.empty()) std::memcpy(placed, all.data(), all.size() * sizeof(radam_cuda_binding));
    auto* bindings = reinterpret_cast<radam_cuda_binding*>(placed);
    radam_cuda_plan* const plan = some_plan();
    const std::uint8_t null = in_.byte();
    if (null == 1) bindings = nullptr;
    if (null == 2) count = INT64_MIN + in_.byte();
    arguments.guard();

    Faults f = faults_of_plan(plan);
    if (f == 0)
      f |= fault_if(count < 0, RADAM_ERROR_RANGE) | fault_if(bindings == nullptr && count > 0, RADAM_ERROR_NULL);
    const std::int64_t checked = f == 0 ? count : 0;
    for (std::int64_t i = 0; i < checked; ++i) {
      const radam_cuda_binding& b = bindings[i];
      f |= fault_if(b.tensor < 0 || b.tensor >= init_.count, RADAM_CUDA_ERROR_TENSOR);
      f |= fault_if(!is_group(b.group, init_.groups), RADAM_CUDA_ERROR_GROUP);
      if (b.group == RADAM_CUDA_NO_GROUP) continue;
      f |= fault_if(!is_in_unit_interval(static_cast<double>(b.average_rate)), RADAM_ERROR_AVERAGE);
      f |= fault_if(b.param == nullptr || b.grad == nullptr, RADAM_ERROR_NULL);
      f |= faults_of_pointer(b.param, model().param_bytes(), true);
      f |= faults_of_pointer(b.grad, model().grad_bytes(), true);
    }
    if (f == 0 && !there) return;
    const auto call = [&] { return radam_cuda_bind(plan, bindings, count, nullptr); };
    if (!succeeds(arguments, call, f, "radam_cuda_bind")) return;
    for (std::int64_t i = 0; i < count; ++i) model().bind(bindings[i]);
    compare("radam_cuda_bind changed something else");
  }

  void statistics() {
    Memory arguments(host_arena<1>());
    radam_cuda_plan* const plan = some_plan();
    radam_statistics* const to = in_.rarely(32) ? nullptr : statistics_;
    arguments.guard();
    Faults f = faults_of_plan(plan);
    if (f == 0) f |= fault_if(to == nullptr, RADAM_ERROR_NULL);
    const auto call = [&] { return radam_cuda_gradient_statistics(plan, to, nullptr); };
    if (!succeeds(arguments, call, f, "radam_cuda_gradient_statistics", true)) return;
    const std::vector<radam_statistics> all = model().statistics();
    for (std::size_t i = 0; i < all.size(); ++i) require_statistics(to[i], all[i]);
    compare("radam_cuda_gradient_statistics changed something else");
  }

  // Also makes them what is expected.
  void require_statistics(const radam_statistics& actual, const radam_statistics& right) {
    const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
    require(actual.struct_size == sizeof actual, "statistics of another size");
    require(same(actual.sum_of_squares, right.sum_of_squares), "another sum of squares");
    require(same(static_cast<double>(actual.max_abs), static_cast<double>(right.max_abs)), "another largest magnitude");
    require(actual.non_finite == right.non_finite, "another number of elements that are not finite");
    *device_.expected(const_cast<radam_statistics*>(&actual)) = actual;
  }

  void prepare() {
    Memory arguments(host_arena<1>());
    const auto groups = static_cast<std::size_t>(init_.groups);
    std::vector<radam_hyperparameters> all(groups);
    for (std::size_t i = 0; i < groups; ++i) {
      all[i] = all[i % kFewGroups];
      if (i >= kFewGroups) continue;
      all[i].struct_size = sizeof all[i];
      std::int32_t preset = in_.byte() % kPresets;
      do {
        preset = (preset + 1) % kPresets;
        radam_hyperparameters_init(&all[i], preset);
      } while (all[i].algorithm != init_.algorithm);
      for (unsigned n = in_.byte() % 16 % 3; n > 0; --n) spoil(in_, all[i]);
    }
    auto* hyperparameters = arguments.place_array<radam_hyperparameters>(in_, all.data(), groups);
    const std::uint8_t choice = in_.byte();
    radam_cuda_control* const controls = choice % 64 == 63 ? nullptr : controls_;
    const radam_statistics* const statistics = choice % 4 == 0 ? nullptr : statistics_;
    radam_statistics* const total = choice / 4 % 2 == 0 ? nullptr : total_;
    const radam_cuda_step_options* const options = some_options(arguments);
    radam_cuda_plan* const plan = some_plan();
    if (in_.byte() == 1) hyperparameters = nullptr;
    arguments.guard();

    Faults f = faults_of_plan(plan);
    if (f == 0) f |= fault_if(hyperparameters == nullptr || controls == nullptr, RADAM_ERROR_NULL);
    radam_cuda_step_options o{};
    if (f == 0) {
      const StructArray<radam_hyperparameters> given{hyperparameters, init_.groups};
      const Faults of_options = faults_of_options(options, true, model().has_updates(), groups);
      f |= of_options | given.faults([&](std::int64_t i, const radam_hyperparameters& h) {
        all[static_cast<std::size_t>(i)] = h;
        return faults_of(h) | fault_if(h.algorithm != init_.algorithm, RADAM_ERROR_ALGORITHM);
      });
      if (of_options == 0 && options != nullptr) o = known_part(options);
      const bool needs_statistics = o.skip_non_finite != 0 || o.max_grad_norm > 0 || total != nullptr;
      f |= fault_if(statistics == nullptr && needs_statistics, RADAM_ERROR_NULL);
    }
    const auto call = [&] {
      return radam_cuda_prepare(plan, hyperparameters, controls, statistics, options, total, nullptr);
    };
    if (!succeeds(arguments, call, f, "radam_cuda_prepare")) return;
    const radam_statistics right = model().prepare(all, device_.expected(controls_), device_.expected(statistics), o);
    if (total != nullptr) require_statistics(*total, right);
    compare("radam_cuda_prepare: other controls, or something else was changed");
  }

  // What a program does between steps: other controls, statistics and gradients.
  void change_memory() {
    radam_cuda_control& control = controls_[in_.byte() % init_.groups];
    radam_statistics& s = statistics_[in_.byte() % init_.count];
    control.learning_rate = in_.rarely(2) ? in_.any_double() : 1e-3;
    control.grad_scale = in_.rarely(2) ? in_.any_double() : 0.5;
    control.step = in_.integer();
    if (in_.rarely(2)) s.sum_of_squares = std::fabs(in_.any_double());
    if (in_.rarely(2)) s.max_abs = std::fabs(in_.any_float());
    s.non_finite = in_.rarely(8);
    device_.keep();
    device_.expect_this();
  }

  void step() {
    if (!model().is_ready()) return;
    Memory arguments(host_arena<1>());
    radam_cuda_plan* const plan = some_plan();
    arguments.guard();
    const auto call = [&] { return radam_cuda_step(plan, nullptr); };
    if (!succeeds(arguments, call, faults_of_plan(plan), "radam_cuda_step", true)) return;
    model().step();
    compare("a step has other bits than that of libradam");
  }

  PlanModel& model() { return model_.front(); }

  static constexpr std::size_t kFewGroups = 3;
  static constexpr std::int64_t kMostPlanBytes = 40 << 10;

  // Where the parameters and gradients of a tensor may be.
  struct Places {
    void *param[2], *grad[2];
  };

  Input& in_;
  Memory host_, device_;
  Init init_;
  radam_cuda_plan* unfilled_ = nullptr;
  radam_cuda_control* controls_ = nullptr;
  radam_statistics *statistics_ = nullptr, *total_ = nullptr;
  std::vector<Places> places_;    // of the tensors that have memory
  std::vector<PlanModel> model_;  // one, once there is a plan
};

}  // namespace
}  // namespace radam_test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  radam_test::Input in(data, size);
  radam_test::Run run(in);
  run();
  return 0;
}
