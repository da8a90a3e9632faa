// Statistics of gradients, and steps that the device prepares from them.
#include <cmath>
#include <cstring>
#include <limits>

#include "../mixed_cases.h"
#include "../values.h"
#include "on_device.h"
#include "tests.h"

namespace radam_test {
namespace {

// Sums in the documented order: number i to sum i mod 32, then those 16, 8, 4, 2 and 1 apart.
double tree_sum(const std::vector<double>& x) {
  double sums[32] = {};
  for (std::size_t i = 0; i < x.size(); ++i) sums[i % 32] += x[i];
  for (int distance = 16; distance > 0; distance /= 2)
    for (int j = 0; j < distance; ++j) sums[j] += sums[j + distance];
  return sums[0];
}

bool same_double(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b)); }

// From the host's statistics of each piece.
radam_statistics expected_statistics(const MixedTensor& t) {
  radam_statistics all{sizeof all, 0, 0, 0};
  std::vector<double> squares;
  for (std::int64_t begin = 0; begin < t.settings.length; begin += RADAM_CUDA_STATISTICS_PIECE) {
    const std::int64_t end = std::min<std::int64_t>(t.settings.length, begin + RADAM_CUDA_STATISTICS_PIECE);
    radam_statistics s{sizeof s, 0, 0, 0};
    ok(radam_gradient_statistics(RADAM_TARGET_AUTO, t.settings.grad_type, begin, end, t.grad.data(), &s),
       "radam_gradient_statistics");
    squares.push_back(s.sum_of_squares);
    if (std::isnan(s.max_abs) || s.max_abs > all.max_abs) all.max_abs = s.max_abs;
    all.non_finite += s.non_finite;
  }
  all.sum_of_squares = tree_sum(squares);
  return all;
}

std::vector<MixedTensor> tensors_with_gradients(Values& random, unsigned count, unsigned longest, bool tame) {
  std::vector<MixedTensor> tensors;
  for (unsigned i = 0; i < count; ++i) {
    radam_tensor settings{};
    settings.grad_type = static_cast<std::int32_t>(random.below(3));
    settings.state_type = static_cast<std::int32_t>(random.below(3));
    settings.length = random.below(4) == 0 ? random.below(longest) : random.below(700);
    settings.seed = i;
    settings.step = 1;
    tensors.push_back(tensor(random, settings, false, false, false, true));
    new_gradients(random, tensors.back(), tame || random.below(3) != 0);
  }
  return tensors;
}

// A plan of tensors in groups, and what a step that the device prepares needs.
class Training {
 public:
  Training(std::vector<MixedTensor>& tensors, std::int32_t group_count, const Stream& stream)
      : groups(groups_of(tensors.size(), group_count)),
        on_device(tensors, groups, std::vector<std::size_t>(tensors.size(), 0), group_count, stream),
        hyperparameters(static_cast<std::size_t>(group_count)),
        controls(static_cast<std::size_t>(group_count)),
        statistics_(static_cast<std::int64_t>(tensors.size() * sizeof(radam_statistics))),
        controls_(static_cast<std::int64_t>(controls.size() * sizeof(radam_cuda_control))),
        total_(sizeof(radam_statistics)),
        stream_(stream) {
    for (std::size_t i = 0; i < hyperparameters.size(); ++i) {
      hyperparameters[i].struct_size = sizeof hyperparameters[i];
      ok(radam_hyperparameters_init(&hyperparameters[i], static_cast<std::int32_t>(i % 8)), "init");
      hyperparameters[i].grad_scale = 0.5 + 0.25 * static_cast<double>(i % 3);
      controls[i] = {hyperparameters[i].learning_rate, 1.0 / 1024, 0, 0, -1, -1};
    }
    options.struct_size = sizeof options;
    send_controls();
  }

  void send_controls() {
    stream_.copy(controls_.get(), controls.data(), controls.size() * sizeof controls[0]);
    stream_.synchronize();
  }

  // Statistics, preparation and step, and the controls back.
  void step() {
    auto* const statistics = statistics_.get<radam_statistics>();
    ok(radam_cuda_gradient_statistics(&on_device.plan, statistics, stream_.get()), "radam_cuda_gradient_statistics");
    ok(radam_cuda_prepare(&on_device.plan, hyperparameters.data(), controls_.get<radam_cuda_control>(), statistics,
                          &options, total_.get<radam_statistics>(), stream_.get()),
       "radam_cuda_prepare");
    ok(radam_cuda_step(&on_device.plan, stream_.get()), "radam_cuda_step");
    stream_.copy(controls.data(), controls_.get(), controls.size() * sizeof controls[0]);
    stream_.copy(&total, total_.get(), sizeof total);
    stream_.synchronize();
  }

  std::vector<radam_statistics> statistics() {
    std::vector<radam_statistics> result(groups.size());
    ok(radam_cuda_gradient_statistics(&on_device.plan, statistics_.get<radam_statistics>(), stream_.get()),
       "radam_cuda_gradient_statistics");
    stream_.copy(result.data(), statistics_.get(), result.size() * sizeof result[0]);
    stream_.synchronize();
    return result;
  }

  std::vector<std::int32_t> groups;
  TensorsOnDevice on_device;
  std::vector<radam_hyperparameters> hyperparameters;
  std::vector<radam_cuda_control> controls;
  radam_cuda_step_options options{};
  radam_statistics total{};

 private:
  static std::vector<std::int32_t> groups_of(std::size_t tensors, std::int32_t count) {
    std::vector<std::int32_t> groups;
    for (std::size_t i = 0; i < tensors; ++i) groups.push_back(static_cast<std::int32_t>(i) % count);
    return groups;
  }

  DeviceMemory statistics_, controls_, total_;
  const Stream& stream_;
};

std::string first_difference(const std::vector<MixedTensor>& a, const std::vector<MixedTensor>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::string text = difference(a[i], b[i]);
    if (!text.empty()) return "tensor " + std::to_string(i) + ": " + text;
  }
  return "";
}

}  // namespace

void statistics(Scale scale) {
  const Stream stream;
  Values random(0x57A7);
  for (int draw = 0; draw < (scale.small ? 2 : 10); ++draw) {
    std::vector<MixedTensor> tensors =
        tensors_with_gradients(random, 1 + random.below(60), scale.small ? 20000 : 600000, false);
    Training training(tensors, 1, stream);
    const std::vector<radam_statistics> actual = training.statistics();
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      const radam_statistics right = expected_statistics(tensors[i]);
      require(same_double(actual[i].sum_of_squares, right.sum_of_squares) &&
                  same_double(actual[i].max_abs, right.max_abs) && actual[i].non_finite == right.non_finite &&
                  actual[i].struct_size == right.struct_size,
              "statistics of tensor " + std::to_string(i) + " with " + std::to_string(tensors[i].settings.length) +
                  " elements of type " + std::to_string(tensors[i].settings.grad_type) + ": " +
                  std::to_string(actual[i].sum_of_squares) + " and not " + std::to_string(right.sum_of_squares));
    }
  }
}

// With clipping by norm, steps that the device prepares are those that the host computes.
void prepared_on_device(Scale scale) {
  const Stream stream;
  Values random(0x93E9);
  constexpr std::int32_t kGroups = 40;  // more than one upload takes
  std::vector<MixedTensor> host = tensors_with_gradients(random, scale.small ? 50 : 300, 20000, true), device = host;
  Training training(device, kGroups, stream);
  training.options.zero_grad = 1;
  training.options.clip_value = 0.25f;
  for (std::int64_t step = 1; step <= 7; ++step) {
    for (std::size_t i = 0; i < host.size(); ++i) {
      host[i].settings.step = step;
      host[i].settings.zero_grad = 1;
      host[i].settings.clip_value = training.options.clip_value;
      new_gradients(random, host[i], true);
      device[i].grad = host[i].grad;
    }
    for (auto& control : training.controls) control.learning_rate *= 1.25;
    training.options.max_grad_norm = step % 2 ? 1e-3 : 0;
    training.send_controls();
    training.on_device.upload();
    training.step();
    training.on_device.download();

    std::vector<double> squares;
    for (std::size_t i = 0; i < host.size(); ++i) {
      const auto group = static_cast<std::size_t>(training.groups[i]);
      const double by = training.hyperparameters[group].grad_scale * training.controls[group].grad_scale;
      squares.push_back(expected_statistics(host[i]).sum_of_squares * by * by);
    }
    const double sum = tree_sum(squares);
    require(same_double(training.total.sum_of_squares, sum), "the sum of all squares differs");
    const double factor = step % 2 ? std::fmin(1, 1e-3 / (std::sqrt(sum) + 1e-6)) : 1;
    for (std::size_t i = 0; i < host.size(); ++i) {
      const auto group = static_cast<std::size_t>(training.groups[i]);
      radam_hyperparameters h = training.hyperparameters[group];
      h.learning_rate = training.controls[group].learning_rate;
      h.grad_scale *= training.controls[group].grad_scale * factor;
      radam_coefficients c{};
      c.struct_size = sizeof c;
      ok(radam_coefficients_at(&h, step, &c), "radam_coefficients_at");
      const MixedBuffers b = host[i].buffers();
      ok(step_mixed(RADAM_TARGET_AUTO, &c, &b, 0, b.length), "radam_step");
    }
    const std::string text = first_difference(device, host);
    require(text.empty(), text + ", step " + std::to_string(step));
    for (const auto& control : training.controls)
      require(control.step == step && control.skipped == 0 && control.status == RADAM_OK && control.was_skipped == 0,
              "a control does not tell what happened");
  }
}

// One infinite gradient, and nothing changes.
void skipped_on_device(Scale) {
  const Stream stream;
  Values random(0x5C19);
  std::vector<MixedTensor> tensors = tensors_with_gradients(random, 20, 20000, true);
  tensors[7].settings.length = 9000;
  tensors[7] = tensor(random, tensors[7].settings, false, false, false, true);
  new_gradients(random, tensors[7], true);
  for (const bool by_norm : {false, true}) {
    std::vector<MixedTensor> device = tensors;
    store(device[7].grad, device[7].settings.grad_type, 8999, -std::numeric_limits<float>::infinity(), kNearest);
    const std::vector<MixedTensor> before = device;
    Training training(device, 3, stream);
    training.options.skip_non_finite = by_norm ? 0 : 1;
    training.options.max_grad_norm = by_norm ? 1 : 0;
    training.options.zero_grad = 1;
    training.step();
    training.on_device.download();
    require(first_difference(device, before).empty(), "a skipped step changed something");
    require(training.total.non_finite == 1, "one element is not finite");
    for (const auto& control : training.controls)
      require(control.step == 0 && control.skipped == 1 && control.status == RADAM_OK && control.was_skipped == 1,
              "a control does not tell of the skipped step");
    // The next one is made.
    device[7].grad = tensors[7].grad;
    training.on_device.upload();
    training.step();
    for (const auto& control : training.controls)
      require(control.step == 1 && control.skipped == 1 && control.was_skipped == 0, "the next step was not made");
  }
}

// Values on the device that are out of range, and nothing changes in any group.
void refused_on_device(Scale) {
  const Stream stream;
  Values random(0x4EF5);
  const std::vector<MixedTensor> tensors = tensors_with_gradients(random, 10, 3000, true);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const struct {
    radam_cuda_control control;
    radam_status status;
  } bad[] = {{{nan, 1, 0, 0, 0, 0}, RADAM_ERROR_LEARNING_RATE}, {{-1, 1, 0, 0, 0, 0}, RADAM_ERROR_LEARNING_RATE},
             {{0.1, 0, 0, 0, 0, 0}, RADAM_ERROR_GRAD_SCALE},    {{0.1, nan, 0, 0, 0, 0}, RADAM_ERROR_GRAD_SCALE},
             {{0.1, -1, 0, 0, 0, 0}, RADAM_ERROR_GRAD_SCALE},   {{0.1, 1, -1, 0, 0, 0}, RADAM_ERROR_STEP}};
  for (const auto& b : bad) {
    std::vector<MixedTensor> device = tensors;
    Training training(device, 2, stream);
    training.controls[1] = b.control;
    training.send_controls();
    training.step();
    training.on_device.download();
    require(first_difference(device, tensors).empty(), "a refused step changed something");
    expect_status(training.controls[1].status, b.status, "the control's status");
    expect_status(training.controls[0].status, RADAM_OK, "the other control's status");
    for (const auto& control : training.controls)
      require(control.was_skipped == 1 && control.skipped == 1, "a control does not tell of the refused step");
  }
}

}  // namespace radam_test
