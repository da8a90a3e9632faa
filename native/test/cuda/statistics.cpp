// Statistics of gradients, and steps that the device prepares from them.
#include <cmath>
#include <limits>
#include <memory>

#include "tests.h"
#include "twin.h"

namespace radam_test {
namespace {

// The host's statistics of each piece.
std::vector<radam_statistics> expected_pieces(const Twin& twin, const TwinTensor& t) {
  std::vector<radam_statistics> pieces;
  for_pieces(t.settings, [&](std::int64_t begin, std::int64_t end) {
    radam_statistics s{sizeof s, 0, 0, 0};
    ok(radam_gradient_statistics(RADAM_TARGET_AUTO, t.settings.grad_type, begin, end, twin.host(t.grad), &s),
       "radam_gradient_statistics");
    pieces.push_back(s);
  });
  return pieces;
}

// From those.
radam_statistics expected_statistics(const Twin& twin, const TwinTensor& t) {
  radam_statistics all{sizeof all, 0, 0, 0};
  std::vector<double> squares;
  for (const radam_statistics& s : expected_pieces(twin, t)) {
    squares.push_back(s.sum_of_squares);
    if (std::isnan(s.max_abs) || s.max_abs > all.max_abs) all.max_abs = s.max_abs;
    all.non_finite += s.non_finite;
  }
  all.sum_of_squares = tree_sum(squares, t.settings.first / RADAM_CUDA_STATISTICS_PIECE);
  return all;
}

// Tensors of an algorithm in groups, and what a step that the device prepares needs.
class Training {
 public:
  Training(Values& random, std::int32_t algorithm, unsigned count, unsigned longest, std::int32_t group_count, bool tame,
           const Stream& stream)
      : twin(std::int64_t{count} * (longest + 2000) * 17, stream),
        statistics_(static_cast<std::int64_t>(count * sizeof(radam_statistics))),
        controls_(static_cast<std::int64_t>(group_count * sizeof(radam_cuda_control))),
        total_(sizeof(radam_statistics)),
        stream_(stream) {
    radam_hyperparameters first = drawn(random, algorithm);
    first.weight_decay = 0;
    for (std::int32_t i = 0; i < group_count; ++i) {
      // They differ in what does not change the state that there is.
      hyperparameters.push_back(first);
      hyperparameters.back().grad_scale = 0.5 + 0.25 * (i % 3);
      hyperparameters.back().weight_decay = 0.0625 * (i % 2);
      controls.push_back({first.learning_rate * (1 + i), 1.0 / 1024, 0, 0, -1, -1});
    }
    for (unsigned i = 0; i < count; ++i) {
      radam_tensor settings{};
      settings.grad_type = static_cast<std::int32_t>(random.below(3));
      settings.state_type = static_cast<std::int32_t>(random.below(3));
      settings.length = random.below(4) == 0 ? random.below(longest) : random.below(700);
      settings.first = random.below(2) ? RADAM_BLOCK_SIZE * static_cast<std::int64_t>(random.below(1000)) : 0;
      settings.seed = i;
      tensors.emplace_back(random, twin, settings, first, false, false);
      fill(random, settings.grad_type, twin.host(tensors.back().grad), settings.length, tame || random.below(3) != 0);
      tensors.back().group = static_cast<std::int32_t>(i) % (group_count + 1) - 1;  // one part of them in none
    }
    twin.upload();
    plan = std::make_unique<TwinPlan>(twin, tensors, algorithm, group_count, stream);
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
    ok(radam_cuda_gradient_statistics(&plan->plan, statistics, stream_.get()), "radam_cuda_gradient_statistics");
    ok(radam_cuda_prepare(&plan->plan, hyperparameters.data(), controls_.get<radam_cuda_control>(), statistics,
                          &options, total_.get<radam_statistics>(), stream_.get()),
       "radam_cuda_prepare");
    ok(radam_cuda_step(&plan->plan, stream_.get()), "radam_cuda_step");
    stream_.copy(controls.data(), controls_.get(), controls.size() * sizeof controls[0]);
    stream_.copy(&total, total_.get(), sizeof total);
    stream_.synchronize();
  }

  // The hyperparameters of a step on the host.
  radam_hyperparameters now(std::size_t group, double factor) const {
    radam_hyperparameters h = hyperparameters[group];
    h.learning_rate = controls[group].learning_rate;
    h.grad_scale *= controls[group].grad_scale * factor;
    return h;
  }

  Twin twin;
  std::vector<TwinTensor> tensors;
  std::unique_ptr<TwinPlan> plan;
  std::vector<radam_hyperparameters> hyperparameters;
  std::vector<radam_cuda_control> controls;
  radam_cuda_step_options options{};
  radam_statistics total{};

 private:
  DeviceMemory statistics_, controls_, total_;
  const Stream& stream_;
};

void require_same(const radam_statistics& actual, const radam_statistics& right, const std::string& what) {
  require(same_double(actual.sum_of_squares, right.sum_of_squares) && same_double(actual.max_abs, right.max_abs) &&
              actual.non_finite == right.non_finite && actual.struct_size == right.struct_size,
          "statistics of " + what + ": " + std::to_string(actual.sum_of_squares) + " and not " +
              std::to_string(right.sum_of_squares));
}

}  // namespace

void statistics(Scale scale) {
  const Stream stream;
  Values random(0x57A7);
  for (int draw = 0; draw < (scale.small ? 2 : 10); ++draw) {
    const unsigned count = 1 + random.below(15), longest = scale.small ? 20000 : 600000;
    Training training(random, RADAM_ALGORITHM_LION, count, longest, 1, false, stream);
    const std::vector<radam_statistics> actual = training.plan->statistics();
    for (std::size_t i = 0; i < actual.size(); ++i) {
      const TwinTensor& t = training.tensors[i];
      radam_statistics right{sizeof right, 0, 0, 0};
      if (t.group != RADAM_CUDA_NO_GROUP) right = expected_statistics(training.twin, t);
      require_same(actual[i], right,
                   "tensor " + std::to_string(i) + " with " + std::to_string(t.settings.length) +
                       " elements of type " + std::to_string(t.settings.grad_type));
    }
    // The pieces of all tensors, in the caller's order.
    std::vector<radam_statistics> pieces;
    for (const TwinTensor& t : training.tensors)
      for (const radam_statistics& piece : expected_pieces(training.twin, t))
        pieces.push_back(t.group != RADAM_CUDA_NO_GROUP ? piece : radam_statistics{sizeof piece, 0, 0, 0});
    const auto of_pieces = training.plan->piece_statistics(static_cast<std::int64_t>(pieces.size()));
    for (std::size_t i = 0; i < pieces.size(); ++i) require_same(of_pieces[i], pieces[i], "piece " + std::to_string(i));
  }
}

// With clipping by norm, steps that the device prepares are those that the host computes.
void prepared_on_device(Scale scale) {
  const Stream stream;
  Values random(0x93E9);
  for (std::int32_t algorithm = 0; algorithm < kFirstLayerwise; ++algorithm) {
    constexpr std::int32_t kGroups = 40;  // more than one upload takes
    Training training(random, algorithm, scale.small ? 50 : 100, scale.small ? 2000 : 8000, kGroups, true, stream);
    training.options.zero_grad = 1;
    training.options.clip_value = 0.25f;
    for (std::int64_t step = 1; step <= 5; ++step) {
      for (TwinTensor& t : training.tensors) {
        t.settings.zero_grad = 1;
        t.settings.clip_value = training.options.clip_value;
        fill(random, t.settings.grad_type, training.twin.host(t.grad), t.settings.length);
      }
      for (auto& control : training.controls) control.learning_rate *= 1.25;
      training.options.max_grad_norm = step % 2 ? 1e-3 : 0;
      training.send_controls();
      training.twin.upload();
      training.step();

      std::vector<double> squares;
      for (const TwinTensor& t : training.tensors) {
        if (t.group == RADAM_CUDA_NO_GROUP) {
          squares.push_back(0);
          continue;
        }
        const double by = training.now(static_cast<std::size_t>(t.group), 1).grad_scale;
        squares.push_back(expected_statistics(training.twin, t).sum_of_squares * by * by);
      }
      const double sum = tree_sum(squares);
      require(same_double(training.total.sum_of_squares, sum), "the sum of all squares differs");
      const double factor = step % 2 ? std::fmin(1, 1e-3 / (std::sqrt(sum) + 1e-6)) : 1;
      for (TwinTensor& t : training.tensors)
        if (t.group != RADAM_CUDA_NO_GROUP)
          t.step(training.twin, coefficients_at(training.now(static_cast<std::size_t>(t.group), factor), step), step);
      training.twin.expect_same(std::string(radam_algorithm_name(algorithm)) + ", step " + std::to_string(step));
      for (const auto& control : training.controls)
        require(control.step == step && control.skipped == 0 && control.status == RADAM_OK && control.was_skipped == 0,
                "a control does not tell what happened");
    }
  }
}

// One infinite gradient, and nothing changes.
void skipped_on_device(Scale) {
  const Stream stream;
  for (const bool by_norm : {false, true}) {
    Values random(0x5C19);
    Training training(random, RADAM_ALGORITHM_ADAM, 20, 20000, 3, true, stream);
    TwinTensor& t = training.tensors[7];
    require(t.group != RADAM_CUDA_NO_GROUP && t.settings.length > 0, "the test needs another tensor");
    const std::int64_t last = t.settings.length - 1;
    set_element(training.twin.host(t.grad), t.settings.grad_type, last, -std::numeric_limits<float>::infinity());
    // Those of a tensor without a group do not count.
    const TwinTensor& idle = training.tensors[4];
    require(idle.group == RADAM_CUDA_NO_GROUP && idle.settings.length > 0, "the test needs another tensor");
    set_element(training.twin.host(idle.grad), idle.settings.grad_type, 0, std::numeric_limits<float>::infinity());
    training.twin.upload();
    training.options.skip_non_finite = by_norm ? 0 : 1;
    training.options.max_grad_norm = by_norm ? 1 : 0;
    training.options.zero_grad = 1;
    training.step();
    training.twin.expect_same("a skipped step");
    require(training.total.non_finite == 1, "one element is not finite");
    for (const auto& control : training.controls)
      require(control.step == 0 && control.skipped == 1 && control.status == RADAM_OK && control.was_skipped == 1,
              "a control does not tell of the skipped step");
    // The next one is made.
    set_element(training.twin.host(t.grad), t.settings.grad_type, last, 1);
    training.twin.upload();
    training.step();
    for (const auto& control : training.controls)
      require(control.step == 1 && control.skipped == 1 && control.was_skipped == 0, "the next step was not made");
  }
}

// Values on the device that are out of range, and nothing changes in any group.
void refused_on_device(Scale) {
  const Stream stream;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const struct {
    radam_cuda_control control;
    radam_status status;
  } bad[] = {{{nan, 1, 0, 0, 0, 0}, RADAM_ERROR_LEARNING_RATE}, {{-1, 1, 0, 0, 0, 0}, RADAM_ERROR_LEARNING_RATE},
             {{0.1, 0, 0, 0, 0, 0}, RADAM_ERROR_GRAD_SCALE},    {{0.1, nan, 0, 0, 0, 0}, RADAM_ERROR_GRAD_SCALE},
             {{0.1, -1, 0, 0, 0, 0}, RADAM_ERROR_GRAD_SCALE},   {{0.1, 1, -1, 0, 0, 0}, RADAM_ERROR_STEP},
             {{0.1, 1, std::numeric_limits<std::int64_t>::max(), 0, 0, 0}, RADAM_ERROR_STEP},  // there is none after it
             // Their product with that of the hyperparameters is 0 or infinite as a float.
             {{0.1, 1e-60, 0, 0, 0, 0}, RADAM_ERROR_GRAD_SCALE}, {{0.1, 1e60, 0, 0, 0, 0}, RADAM_ERROR_GRAD_SCALE}};
  for (std::int32_t algorithm = 0; algorithm < kFirstLayerwise; ++algorithm)
    for (const auto& b : bad) {
      Values random(0x4EF5);
      Training training(random, algorithm, 10, 3000, 2, true, stream);
      training.controls[1] = b.control;
      training.send_controls();
      training.step();
      training.twin.expect_same("a refused step");
      expect_status(training.controls[1].status, b.status, "the control's status");
      expect_status(training.controls[0].status, RADAM_OK, "the other control's status");
      for (const auto& control : training.controls)
        require(control.was_skipped == 1 && control.skipped == 1, "a control does not tell of the refused step");
    }
}

}  // namespace radam_test
