// What a plan does, by libradam on the host: on the expected contents of the device's memory.
#ifndef RADAM_TEST_FUZZ_CUDA_MODEL_H
#define RADAM_TEST_FUZZ_CUDA_MODEL_H

#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include <radam/radam_cuda.h>

#include "cuda_faults.h"
#include "memory.h"

namespace radam_test {

// What the steps of a group go by.
struct GroupModel {
  radam_coefficients c;
  std::int64_t step;
  float clip_value;
  std::int32_t zero_grad;
};

class PlanModel {
 public:
  PlanModel(const Memory& device, std::vector<radam_cuda_tensor> tensors, std::int32_t groups)
      : device_(device), tensors_(std::move(tensors)), groups_(static_cast<std::size_t>(groups)) {}

  // False until a step has coefficients.
  bool is_ready() const { return ready_; }

  bool has_updates() const {
    for (const radam_cuda_tensor& t : tensors_)
      if (t.tensor.output == RADAM_OUTPUT_UPDATE) return true;
    return false;
  }

  // The bytes of the largest element of any parameter, and of any gradient.
  std::int64_t param_bytes() const { return largest(&radam_tensor::param_type); }
  std::int64_t grad_bytes() const { return largest(&radam_tensor::grad_type); }

  void bind(const radam_cuda_binding& b) {
    radam_cuda_tensor& t = tensors_[static_cast<std::size_t>(b.tensor)];
    t.group = b.group;
    if (b.group == RADAM_CUDA_NO_GROUP) return;
    t.param = b.param;
    t.grad = b.grad;
    t.tensor.average_rate = b.average_rate;
  }

  void set(std::size_t group, const GroupModel& to) {
    groups_[group] = to;
    ready_ = true;
    skip_ = false;
  }

  void step() const {
    for (const radam_cuda_tensor& t : tensors_) {
      if (t.group == RADAM_CUDA_NO_GROUP || t.tensor.length == 0) continue;
      void* const grad = device_.expected(t.grad);
      if (!skip_) step(t, groups_[static_cast<std::size_t>(t.group)]);
      else if (t.tensor.output == RADAM_OUTPUT_UPDATE)
        std::memset(grad, 0, static_cast<std::size_t>(t.tensor.length * bytes_of_type(t.tensor.grad_type)));
    }
  }

  // Of each tensor.
  std::vector<radam_statistics> statistics() const {
    std::vector<radam_statistics> all;
    for (const radam_cuda_tensor& t : tensors_) all.push_back(statistics_of(t));
    return all;
  }

  // Changes the controls as the device does, and returns the statistics of all gradients. statistics may be null if the
  // options need none.
  radam_statistics prepare(const std::vector<radam_hyperparameters>& h, radam_cuda_control* controls,
                           const radam_statistics* statistics, const radam_cuda_step_options& o) {
    const radam_statistics total = statistics != nullptr ? total_of(h, controls, statistics) : radam_statistics{};
    double factor = 1;
    if (o.max_grad_norm > 0) factor = std::fmin(1, o.max_grad_norm / (std::sqrt(total.sum_of_squares) + 1e-6));
    bool skipped = (o.skip_non_finite != 0 || o.max_grad_norm > 0) && total.non_finite > 0;
    const bool has_infinite = skipped;
    std::vector<radam_hyperparameters> of_step = h;
    for (std::size_t i = 0; i < h.size(); ++i) {
      radam_cuda_control& control = controls[i];
      of_step[i].learning_rate = control.learning_rate;
      of_step[i].grad_scale *= control.grad_scale * factor;
      control.status = RADAM_OK;
      if (has_infinite) continue;
      control.status = control.step < 0 || control.step == INT64_MAX ? RADAM_ERROR_STEP
                                                                     : radam_hyperparameters_check(&of_step[i]);
      skipped = skipped || control.status != RADAM_OK;
    }
    for (std::size_t i = 0; i < h.size(); ++i) {
      radam_cuda_control& control = controls[i];
      control.was_skipped = skipped;
      if (skipped) {
        ++control.skipped;
        continue;
      }
      GroupModel group{{}, ++control.step, o.clip_value, o.zero_grad};
      group.c.struct_size = sizeof group.c;
      expect(radam_coefficients_at(&of_step[i], control.step, &group.c), 0, "radam_coefficients_at");
      set(i, group);
    }
    skip_ = skipped;
    ready_ = true;
    return total;
  }

 private:
  std::int64_t largest(std::int32_t radam_tensor::*type) const {
    std::int64_t bytes = 0;
    for (const radam_cuda_tensor& t : tensors_) bytes = std::max(bytes, bytes_of_type(t.tensor.*type));
    return bytes;
  }

  void step(const radam_cuda_tensor& given, const GroupModel& group) const {
    radam_tensor t = given.tensor;
    t.step = group.step;
    t.clip_value = group.clip_value;
    t.zero_grad = group.zero_grad;
    for (int k = 0; k < RADAM_MAX_STATE; ++k) {
      t.state[k] = device_.expected(t.state[k]);
      t.state_scale[k] = device_.expected(t.state_scale[k]);
    }
    radam_coefficients c = group.c;
    // A tensor without a momentum_buffer is stepped without momentum.
    if (c.algorithm == RADAM_ALGORITHM_SGD && t.state[0] == nullptr) c.of.sgd.momentum = c.of.sgd.nesterov = 0;
    if (c.algorithm == RADAM_ALGORITHM_RMSPROP && t.state[1] == nullptr) c.of.rmsprop.momentum = 0;
    expect(radam_step(RADAM_TARGET_SCALAR, &c, &t, 0, t.length, device_.expected(given.param),
                      device_.expected(given.grad), device_.expected(given.param_copy),
                      device_.expected(given.param_average)), 0, "radam_step");
  }

  // Sums in the documented order: number i is added to sum i mod 32, then those 16, 8, 4, 2 and 1 apart are added.
  struct Sums {
    double of[32] = {};
    std::size_t count = 0;  // the number of the next one
    void add(double x) { of[count++ % 32] += x; }
    double total() {
      for (std::size_t apart = 16; apart > 0; apart /= 2)
        for (std::size_t j = 0; j < apart; ++j) of[j] += of[j + apart];
      return of[0];
    }
  };

  static double larger_or_nan(double a, double b) { return std::isnan(a) || std::isnan(b) ? a + b : std::fmax(a, b); }

  radam_statistics statistics_of(const radam_cuda_tensor& t) const {
    radam_statistics all{};
    all.struct_size = sizeof all;
    if (t.group == RADAM_CUDA_NO_GROUP) return all;
    Sums sums;
    constexpr std::int64_t kPiece = RADAM_CUDA_STATISTICS_PIECE;
    sums.count = static_cast<std::size_t>(t.tensor.first / kPiece);
    for (std::int64_t begin = 0, end; begin < t.tensor.length; begin = end) {
      end = std::min(t.tensor.length, begin + kPiece - (t.tensor.first % kPiece + begin) % kPiece);
      radam_statistics s{};
      s.struct_size = sizeof s;
      expect(radam_gradient_statistics(RADAM_TARGET_SCALAR, t.tensor.grad_type, begin, end, device_.expected(t.grad),
                                       &s), 0, "radam_gradient_statistics");
      sums.add(s.sum_of_squares);
      all.max_abs = static_cast<float>(larger_or_nan(all.max_abs, s.max_abs));
      all.non_finite += s.non_finite;
    }
    all.sum_of_squares = sums.total();
    return all;
  }

  radam_statistics total_of(const std::vector<radam_hyperparameters>& h, const radam_cuda_control* controls,
                            const radam_statistics* statistics) const {
    radam_statistics total{};
    total.struct_size = sizeof total;
    Sums sums;
    double largest = 0;
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
      const std::int32_t group = tensors_[i].group;
      if (group == RADAM_CUDA_NO_GROUP) {
        sums.add(0);
        continue;
      }
      const double scale = h[static_cast<std::size_t>(group)].grad_scale * controls[group].grad_scale;
      sums.add(statistics[i].sum_of_squares * scale * scale);
      largest = larger_or_nan(largest, static_cast<double>(statistics[i].max_abs) * scale);
      total.non_finite += statistics[i].non_finite;
    }
    total.max_abs = static_cast<float>(largest);
    total.sum_of_squares = sums.total();
    return total;
  }

  const Memory& device_;
  std::vector<radam_cuda_tensor> tensors_;
  std::vector<GroupModel> groups_;
  bool ready_ = false, skip_ = false;
};

}  // namespace radam_test

#endif
