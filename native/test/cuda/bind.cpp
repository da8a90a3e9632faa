// What changes of a plan from step to step: addresses, groups, and which tensors take part.
#include <cmath>
#include <limits>
#include <memory>

#include "tests.h"
#include "twin.h"

namespace radam_test {
namespace {

constexpr std::int32_t kGroups = 3;

// Tensors of one algorithm that can move to other places, and be stepped by one of several groups, or by none.
class Moving {
 public:
  Moving(std::int32_t algorithm, unsigned count, const Stream& stream)
      : random_(0xB14D + static_cast<unsigned>(algorithm)), twin_(std::int64_t{4} << 20, stream) {
    // They differ in what does not change the state that there is.
    const radam_hyperparameters first = drawn(random_, algorithm);
    for (std::int32_t i = 0; i < kGroups; ++i) {
      h_.push_back(first);
      h_.back().learning_rate *= 1 + i;
    }
    steps_.assign(kGroups, 0);
    for (unsigned i = 0; i < count; ++i) {
      radam_tensor settings{};
      settings.param_type = static_cast<std::int32_t>(random_.below(3));
      settings.grad_type = static_cast<std::int32_t>(random_.below(3));
      settings.state_type = static_cast<std::int32_t>(random_.below(3));
      settings.param_rounding = RADAM_ROUND_STOCHASTIC;
      settings.length = 1 + random_.below(1500);
      settings.seed = i;
      settings.lookahead = i % 6 == 0;
      tensors_.emplace_back(random_, twin_, settings, first, false, i % 3 == 0);
      // What was not bound yet has no memory.
      if (i % 4 == 0) tensors_.back().group = RADAM_CUDA_NO_GROUP;
    }
    twin_.upload();
    std::vector<radam_cuda_tensor> described;
    for (const TwinTensor& t : tensors_) {
      described.push_back(t.on_device(twin_));
      if (t.group == RADAM_CUDA_NO_GROUP) described.back().param = described.back().grad = nullptr;
    }
    plan_ = std::make_unique<TwinPlan>(described, algorithm, kGroups, stream);
  }

  // Other addresses and groups for some tensors, then a step.
  void round(const std::string& what) {
    std::vector<radam_cuda_binding> bindings;
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
      TwinTensor& t = tensors_[i];
      if (random_.below(2) != 0) continue;
      t.group = static_cast<std::int32_t>(random_.below(kGroups + 1)) - 1;
      t.settings.average_rate = random_.below(3) == 0 ? 0 : static_cast<float>(random_.below(1025)) / 1024;
      // Aligned for four elements at once, or not.
      t.param = moved(t.param, t.settings.length * bytes_of_type(t.settings.param_type));
      t.grad = moved(t.grad, t.settings.length * bytes_of_type(t.settings.grad_type));
      bindings.push_back(t.binding(twin_, static_cast<std::int64_t>(i)));
      if (t.group == RADAM_CUDA_NO_GROUP) {
        // Nothing looks at these.
        bindings.back().param = nullptr;
        bindings.back().grad = reinterpret_cast<void*>(std::uintptr_t{3});
      }
    }
    std::vector<radam_coefficients> coefficients;
    for (std::size_t i = 0; i < kGroups; ++i) {
      steps_[i] += static_cast<std::int64_t>(i) + 1;
      coefficients.push_back(coefficients_at(h_[i], steps_[i]));
    }
    twin_.upload();
    plan_->bind(bindings);
    const std::vector<radam_statistics> statistics = plan_->statistics();
    plan_->step(coefficients, steps_);
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
      TwinTensor& t = tensors_[i];
      const bool active = t.group != RADAM_CUDA_NO_GROUP;
      const radam_statistics& s = statistics[i];
      require(s.struct_size == sizeof s && s.non_finite == 0 && (s.sum_of_squares > 0) == active &&
                  (s.max_abs > 0) == active,
              what + ": the statistics of tensor " + std::to_string(i));
      if (!active) continue;
      const auto group = static_cast<std::size_t>(t.group);
      t.step(twin_, coefficients[group], steps_[group]);
    }
    twin_.expect_same(what);
  }

  radam_cuda_plan& plan() { return plan_->plan; }

 private:
  // Copies a buffer to another place.
  std::int64_t moved(std::int64_t place, std::int64_t bytes) {
    if (random_.below(2) != 0) return place;
    const std::int64_t to = twin_.take(bytes, 4 * random_.below(4));
    std::memcpy(twin_.host(to), twin_.host(place), static_cast<std::size_t>(bytes));
    return to;
  }

  Values random_;
  Twin twin_;
  std::vector<radam_hyperparameters> h_;
  std::vector<std::int64_t> steps_;
  std::vector<TwinTensor> tensors_;
  std::unique_ptr<TwinPlan> plan_;
};

}  // namespace

void bindings(Scale scale) {
  const Stream stream;
  for (std::int32_t algorithm = 0; algorithm < 3; ++algorithm) {
    Moving moving(algorithm, scale.small ? 20 : 200, stream);  // more than one batch
    for (int round = 0; round < 6; ++round)
      moving.round(std::string(radam_algorithm_name(algorithm)) + ", round " + std::to_string(round));
  }
}

// A step that the device skips leaves all as it is, but for updates, which are 0 then: what subtracts them does not
// know.
void skipped_updates(Scale) {
  const Stream stream;
  Values random(0x5B1B);
  const radam_hyperparameters h = preset(RADAM_PRESET_ADAM_PYTORCH);
  Twin twin(std::int64_t{1} << 20, stream);
  std::vector<TwinTensor> tensors;
  for (unsigned i = 0; i < 9; ++i) {
    radam_tensor settings{};
    settings.grad_type = static_cast<std::int32_t>(i % 3);
    settings.output = i < 6 ? RADAM_OUTPUT_UPDATE : RADAM_OUTPUT_PARAM;
    settings.length = 300 + random.below(1000);
    tensors.emplace_back(random, twin, settings, h, false, false, i % 2);
    if (i == 5) tensors.back().group = RADAM_CUDA_NO_GROUP;
  }
  *twin.host<float>(tensors[6].grad) = std::numeric_limits<float>::infinity();
  twin.upload();
  TwinPlan plan(twin, tensors, RADAM_ALGORITHM_ADAM, 1, stream);
  const DeviceMemory statistics(static_cast<std::int64_t>(tensors.size() * sizeof(radam_statistics)));
  const DeviceMemory control(sizeof(radam_cuda_control));
  const radam_cuda_control values{1e-3, 1, 0, 0, 0, 0};
  stream.copy(control.get(), &values, sizeof values);
  radam_cuda_step_options o{};
  o.struct_size = sizeof o;
  o.skip_non_finite = 1;
  ok(radam_cuda_gradient_statistics(&plan.plan, statistics.get<radam_statistics>(), stream.get()), "statistics");
  ok(radam_cuda_prepare(&plan.plan, &h, control.get<radam_cuda_control>(), statistics.get<radam_statistics>(), &o,
                        nullptr, stream.get()),
     "radam_cuda_prepare");
  ok(radam_cuda_step(&plan.plan, stream.get()), "radam_cuda_step");
  for (const TwinTensor& t : tensors)
    if (t.settings.output == RADAM_OUTPUT_UPDATE && t.group != RADAM_CUDA_NO_GROUP)
      std::memset(twin.host(t.grad), 0,
                  static_cast<std::size_t>(t.settings.length * bytes_of_type(t.settings.grad_type)));
  twin.expect_same("a skipped step");
}

}  // namespace radam_test
