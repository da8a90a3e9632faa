// Plans of layer-wise algorithms on the emulated device: sums, the coefficients that follow from them, and the step by
// these, with calls out of order and coefficients of any kind between. They do what libradam does on the host, by
// whichever target.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include <radam/radam_cuda.h>

#include "../algorithms.h"
#include "cuda_faults.h"
#include "cuda_memory.h"
#include "elements.h"
#include "faults.h"
#include "input.h"
#include "memory.h"
#include "spoiled.h"
#include "tensor_memory.h"

namespace radam_test {
namespace {

constexpr std::size_t kMostTensors = 3;

// What the next step of a group goes by.
struct GroupOfStep {
  radam_coefficients own{}, reduced{};
  std::int64_t step = 1;
  float clip_value = 0;
  std::int32_t projection = RADAM_PROJECTION_NONE;
  double numbers[RADAM_MAX_NUMBERS] = {};
};

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

class Run {
 public:
  explicit Run(Input& in)
      : in_(in), device_(device_arena()),
        algorithm_(kFirstLayerwise + static_cast<std::int32_t>(in.below(kAlgorithms - kFirstLayerwise))) {}

  void operator()() {
    make_plan();
    for (unsigned n = 1 + in_.below(3); n > 0; --n) {
      choose_target();
      out_of_order();
      if (!set_own()) break;
      out_of_order();
      measure();
      out_of_order();
      reduce();
      if (!set_reduced()) break;
      out_of_order();
      for (unsigned times = 1 + in_.rarely(8); times > 0; --times) step();
    }
    device_.finish();
  }

 private:
  enum State { kNothing, kOwn, kReduced };  // the coefficients that were set last

  bool by_rows() const { return is_by_rows(algorithm_); }

  bool is_stepped(std::size_t i) const { return tensors_[i].group != RADAM_CUDA_NO_GROUP; }

  std::int64_t rows_of(const radam_tensor& t) const {
    return by_rows() && t.row_length > 0 ? t.length / t.row_length : 0;
  }

  void make_plan() {
    // Those that add the sums of all tensors have one group.
    const bool together = algorithm_ == RADAM_ALGORITHM_SGD_HD || algorithm_ == RADAM_ALGORITHM_YELLOWFIN;
    tensors_.resize(1 + in_.below(kMostTensors));
    groups_.resize(together ? 1 : tensors_.size());
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
      describe(tensors_[i]);
      tensors_[i].group = in_.rarely(8) ? RADAM_CUDA_NO_GROUP : together ? 0 : static_cast<std::int32_t>(i);
      first_row_.push_back(rows_);
      rows_ += rows_of(tensors_[i].tensor);
    }
    for (GroupOfStep& group : groups_) {
      const unsigned number = in_.byte();
      for (double& x : group.numbers) x = number / 4.0;
    }
    sums_ = place<radam_sums>(tensors_.size());
    row_sums_ = place<double>(static_cast<std::size_t>(rows_) * RADAM_ROW_SUMS);
    row_decay_ = place<float>(static_cast<std::size_t>(rows_));
    const auto count = static_cast<std::int64_t>(tensors_.size());
    const auto groups = static_cast<std::int32_t>(groups_.size());
    std::int64_t bytes = 0;
    expect(radam_cuda_plan_size(tensors_.data(), count, groups, &bytes), 0, "radam_cuda_plan_size");
    unsigned char* const memory = device_.place(static_cast<std::size_t>(bytes), Kind::kOpaque);
    device_.guard();
    plan_.struct_size = sizeof plan_;
    expect(radam_cuda_plan_init(&plan_, kDevice, algorithm_, tensors_.data(), count, groups, memory, nullptr), 0,
           "radam_cuda_plan_init");
    device_.expect_this();
    device_.keep();
  }

  template <class T>
  T* place(std::size_t count) {
    unsigned char* const at = device_.place(count * sizeof(T));
    std::memset(at, 0, count * sizeof(T));
    return reinterpret_cast<T*>(at);
  }

  void describe(radam_cuda_tensor& to) {
    // Only where sums do not depend on the buffer may a tensor lack it, although there is a momentum.
    const bool optional = algorithm_ == RADAM_ALGORITHM_LARS || algorithm_ == RADAM_ALGORITHM_NOVOGRAD;
    const auto layout = static_cast<std::uint8_t>(in_.byte() & (optional ? 0xFF : ~16));
    to = {};
    radam_tensor& t = to.tensor;
    t = some_tensor(in_, layout);
    t.zero_grad = 0;
    std::int64_t n = element_count(in_);
    if (by_rows() && in_.below(4) != 0) {
      const std::int64_t wanted = 1 + in_.byte() % 40;
      t.row_length = std::min(wanted, std::max<std::int64_t>(n, 1));
      n -= n % t.row_length;
      if (in_.rarely(4)) t.first = RADAM_BLOCK_SIZE * t.row_length * in_.byte();
    } else if (!by_rows() && in_.rarely(4)) {
      t.first = in_.rarely(2) ? RADAM_CUDA_STATISTICS_PIECE - RADAM_BLOCK_SIZE  // a piece ends within the tensor
                              : RADAM_BLOCK_SIZE * std::int64_t{in_.byte()};
      n += RADAM_BLOCK_SIZE;
    }
    t.length = n;
    TensorBuffers b;
    const auto aligned = [](Kind) { return std::size_t{0}; };
    const AlgorithmCase& stepped = algorithms()[static_cast<std::size_t>(stepped_by(algorithm_))];
    place_buffers(in_, device_, {&stepped, layout, n, 0}, aligned, t, b);
    for (int k = radam_state_count(algorithm_); k < RADAM_MAX_STATE; ++k) {
      t.state[k] = nullptr;
      t.state_scale[k] = nullptr;
    }
    to.param = b.param;
    to.grad = b.grad;
    to.param_copy = b.param_copy;
    to.param_average = b.param_average;
  }

  void choose_target() {
    std::vector<std::int32_t> all;
    for (std::int32_t target = RADAM_TARGET_SCALAR; radam_target_name(target) != nullptr; ++target)
      if (radam_target_available(target) != 0) all.push_back(target);
    target_ = all[in_.byte() % all.size()];
  }

  // ------------------------------------------------------------------------------------------- what is refused

  void refused(radam_status status, Faults faults, const char* name) const {
    expect(status, faults, name);
    device_.require_unchanged("a call failed and changed something");
  }

  // Mostly nothing; or a call that has to fail in the present state.
  void out_of_order() {
    const Faults other = fault(RADAM_ERROR_ALGORITHM), missing = fault(RADAM_ERROR_COEFFICIENTS);
    switch (in_.byte() % 16) {
      case 1:
        if (state_ != kReduced) refused(radam_cuda_step(&plan_, nullptr), fault(RADAM_ERROR_SUMS), "radam_cuda_step");
        break;
      case 2:
        if (state_ == kOwn) break;
        if (by_rows()) refused(radam_cuda_row_sums(&plan_, row_sums_, nullptr), missing, "radam_cuda_row_sums");
        else refused(radam_cuda_tensor_sums(&plan_, sums_, nullptr), missing, "radam_cuda_tensor_sums");
        break;
      case 3:
        if (by_rows()) refused(radam_cuda_tensor_sums(&plan_, sums_, nullptr), other, "radam_cuda_tensor_sums");
        else refused(radam_cuda_row_sums(&plan_, row_sums_, nullptr), other, "radam_cuda_row_sums");
        break;
      case 4:
        if (state_ != kOwn) break;
        if (by_rows()) refused(radam_cuda_row_sums(&plan_, nullptr, nullptr), fault(RADAM_ERROR_NULL), "no sums");
        else refused(radam_cuda_tensor_sums(&plan_, nullptr, nullptr), fault(RADAM_ERROR_NULL), "no sums");
        break;
      case 5: both_algorithms(); break;
      case 6: prepare(); break;
      default: break;
    }
  }

  // Coefficients for sums of one group, and for the step of another.
  void both_algorithms() {
    if (state_ != kReduced || groups_.size() < 2) return;
    std::vector<radam_coefficients> all;
    std::vector<std::int64_t> steps;
    for (const GroupOfStep& group : groups_) {
      all.push_back(all.empty() ? group.own : group.reduced);
      steps.push_back(1);
    }
    refused(radam_cuda_set_coefficients(&plan_, all.data(), steps.data(), nullptr, nullptr),
            fault(RADAM_ERROR_ALGORITHM), "coefficients of both algorithms");
  }

  // The device does not prepare them.
  void prepare() {
    std::vector<radam_hyperparameters> all(groups_.size(), some_hyperparameters());
    refused(radam_cuda_prepare(&plan_, all.data(), reinterpret_cast<radam_cuda_control*>(sums_), nullptr, nullptr,
                               nullptr, nullptr), fault(RADAM_ERROR_SUMS), "radam_cuda_prepare");
  }

  // ------------------------------------------------------------------------------------------------------ steps

  radam_hyperparameters some_hyperparameters() {
    radam_hyperparameters h{};
    h.struct_size = sizeof h;
    std::int32_t preset = in_.byte() % kPresets;
    do {
      preset = (preset + 1) % kPresets;
      expect(radam_hyperparameters_init(&h, preset), 0, "radam_hyperparameters_init");
    } while (h.algorithm != algorithm_);
    if (algorithm_ == RADAM_ALGORITHM_ADAMP) h.of.adamp.delta = in_.byte() % 8 * 0.5;  // so that updates are projected
    if (algorithm_ == RADAM_ALGORITHM_SGDP) h.of.sgdp.delta = in_.byte() % 8 * 0.5;
    h.maximize = in_.rarely(4);
    h.weight_decay = in_.byte() % 4 * 0.01;
    return h;
  }

  // False if there are none for sums.
  bool set_own() {
    Faults f = 0;
    std::vector<radam_coefficients> all;
    std::vector<std::int64_t> steps;
    for (GroupOfStep& group : groups_) {
      const radam_hyperparameters h = some_hyperparameters();
      group.step = 1 + in_.byte();
      group.own = {};
      group.own.struct_size = sizeof group.own;
      expect(radam_coefficients_at(&h, group.step, &group.own), 0, "radam_coefficients_at");
      if (in_.rarely(4)) spoil(in_, group.own);
      f |= faults_of(group.own);
      all.push_back(group.own);
      steps.push_back(group.step);
    }
    options_ = {};
    options_.struct_size = sizeof options_;
    clip_value_ = in_.rarely(4) ? 0.5f : 0;
    options_.clip_value = clip_value_;
    if (in_.rarely(4)) options_.zero_grad = std::all_of(tensors_.begin(), tensors_.end(), [](const auto& t) {
                         return t.tensor.output == RADAM_OUTPUT_PARAM;
                       });
    return set(all, steps, f) && state_ == kOwn;
  }

  // False if the coefficients are refused. What was spoiled may be those for sums where others were meant, or the other
  // way round.
  bool set(const std::vector<radam_coefficients>& all, const std::vector<std::int64_t>& steps, Faults f) {
    const auto are_of = [&](std::int32_t algorithm) {
      return std::all_of(all.begin(), all.end(), [&](const auto& c) { return c.algorithm == algorithm; });
    };
    const bool own = are_of(algorithm_);
    f |= fault_if(!own && !are_of(stepped_by(algorithm_)), RADAM_ERROR_ALGORITHM);
    const radam_status status = radam_cuda_set_coefficients(&plan_, all.data(), steps.data(), &options_, nullptr);
    if (f != 0) {
      refused(status, f, "radam_cuda_set_coefficients");
      return false;
    }
    expect(status, 0, "radam_cuda_set_coefficients");
    keep("coefficients changed something else");
    state_ = own ? kOwn : kReduced;
    return true;
  }

  // The device has what the host computed. Another NaN is as good, but would not be later.
  void keep(const char* what) {
    device_.require_expected(what);
    device_.keep();
    device_.expect_this();
  }

  radam_tensor on_host(const radam_cuda_tensor& given) const {
    radam_tensor t = given.tensor;
    for (int k = 0; k < RADAM_MAX_STATE; ++k) {
      t.state[k] = device_.expected(t.state[k]);
      t.state_scale[k] = device_.expected(t.state_scale[k]);
    }
    t.clip_value = clip_value_;
    return t;
  }

  // A tensor without a momentum_buffer is stepped without momentum.
  static void without_missing(const radam_tensor& t, const radam_coefficients& c, radam_sgd_coefficients& sgd) {
    const std::int32_t stepped = is_layerwise(c.algorithm) ? stepped_by(c.algorithm) : c.algorithm;
    if (stepped == RADAM_ALGORITHM_SGD && t.state[0] == nullptr) sgd.momentum = sgd.nesterov = 0;
  }

  void* lower_halves(const radam_cuda_tensor& t) const {
    return t.tensor.param_type == RADAM_TYPE_SPLIT ? device_.expected(t.param_copy) : nullptr;
  }

  void measure() {
    if (by_rows()) measure_rows();
    else measure_tensors();
    keep("sums changed something else");
  }

  void measure_tensors() {
    expect(radam_cuda_tensor_sums(&plan_, sums_, nullptr), 0, "radam_cuda_tensor_sums");
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
      const radam_sums right = is_stepped(i) ? sums_on_host(tensors_[i]) : radam_sums{};
      require(sums_[i].struct_size == sizeof right && sums_[i].reserved == 0, "sums of another size");
      for (int k = 0; k < RADAM_MAX_SUMS; ++k) require(same(sums_[i].values[k], right.values[k]), "other sums");
      *device_.expected(sums_ + i) = sums_[i];
    }
  }

  // There are two pieces at most, so that the order in which they are added does not matter.
  radam_sums sums_on_host(const radam_cuda_tensor& given) const {
    radam_sums all{};
    const radam_tensor t = on_host(given);
    radam_coefficients c = groups_[static_cast<std::size_t>(given.group)].own;
    without_missing(t, c, c.of.lars.sgd);  // NovoGrad's is the first member, too
    for (std::int64_t begin = 0, end; begin < t.length; begin = end) {
      end = std::min(t.length, begin + RADAM_CUDA_STATISTICS_PIECE - (t.first + begin) % RADAM_CUDA_STATISTICS_PIECE);
      radam_sums part{};
      part.struct_size = sizeof part;
      expect(radam_tensor_sums(target_, &c, &t, begin, end, device_.expected(given.param),
                               device_.expected(given.grad), lower_halves(given), &part), 0, "radam_tensor_sums");
      for (int k = 0; k < RADAM_MAX_SUMS; ++k) all.values[k] += part.values[k];
    }
    return all;
  }

  void measure_rows() {
    expect(radam_cuda_row_sums(&plan_, row_sums_, nullptr), 0, "radam_cuda_row_sums");
    std::vector<double> right(static_cast<std::size_t>(rows_) * RADAM_ROW_SUMS);
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
      const radam_tensor t = on_host(tensors_[i]);
      if (!is_stepped(i) || rows_of(t) == 0) continue;
      expect(radam_row_sums(target_, &groups_[i].own, &t, 0, rows_of(t), device_.expected(tensors_[i].param),
                            device_.expected(tensors_[i].grad), lower_halves(tensors_[i]),
                            right.data() + first_row_[i] * RADAM_ROW_SUMS), 0, "radam_row_sums");
    }
    for (std::size_t i = 0; i < right.size(); ++i) {
      require(same(row_sums_[i], right[i]), "other sums of rows");
      *device_.expected(row_sums_ + i) = row_sums_[i];
    }
  }

  // What a program does between sums and step: as the example of the header.
  void reduce() {
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      GroupOfStep& group = groups_[i];
      group.reduced.struct_size = sizeof group.reduced;
      group.projection = RADAM_PROJECTION_NONE;
      const radam_tensor& t = tensors_[i].tensor;
      const std::int64_t rows = rows_of(t), at = first_row_[i];
      if (rows > 0) {
        expect(radam_coefficients_reduce_rows(&group.own, t.row_length, rows, row_sums_ + at * RADAM_ROW_SUMS,
                                              row_decay_ + at, &group.projection, &group.reduced), 0,
               "radam_coefficients_reduce_rows");
      } else {
        radam_sums sums{};
        sums.struct_size = sizeof sums;
        for (std::size_t k = 0; k < tensors_.size() && !by_rows(); ++k)
          if (groups_.size() == 1 || k == i)
            for (int j = 0; j < RADAM_MAX_SUMS; ++j) sums.values[j] += sums_[k].values[j];
        expect(radam_coefficients_reduce(&group.own, t.length, &sums, group.numbers, &group.reduced), 0,
               "radam_coefficients_reduce");
      }
      const double factor = static_cast<double>(group.reduced.grad_scale) / static_cast<double>(group.own.grad_scale);
      const double clip_value = static_cast<double>(clip_value_) * factor;
      group.clip_value = clip_value_ > 0 ? std::fmax(0x1p-149f, static_cast<float>(clip_value)) : 0;
    }
    if (rows_ > 0)
      std::memcpy(device_.expected(row_decay_), row_decay_, static_cast<std::size_t>(rows_) * sizeof *row_decay_);
    device_.keep();
  }

  // False if there are none for a step.
  bool set_reduced() {
    Faults f = 0;
    std::vector<radam_coefficients> all;
    std::vector<std::int64_t> steps;
    std::vector<float> clip_values;
    std::vector<std::int32_t> projections;
    for (GroupOfStep& group : groups_) {
      if (in_.rarely(16)) spoil(in_, group.reduced);
      f |= faults_of(group.reduced);
      const bool of_rows = group.projection == RADAM_PROJECTION_ROWS;
      f |= fault_if(of_rows && group.reduced.algorithm != stepped_by(algorithm_), RADAM_ERROR_ALGORITHM);
      f |= fault_if(of_rows && (group.reduced.of.values[0] != 0 || group.reduced.mode != 0), RADAM_ERROR_COEFFICIENTS);
      all.push_back(group.reduced);
      steps.push_back(group.step);
      clip_values.push_back(group.clip_value);
      projections.push_back(group.projection);
    }
    if (clip_value_ > 0) options_.clip_values = clip_values.data();
    options_.projections = projections.data();
    options_.row_decay = row_decay_;
    return set(all, steps, f) && state_ == kReduced;
  }

  void step() {
    expect(radam_cuda_step(&plan_, nullptr), 0, "radam_cuda_step");
    for (std::size_t i = 0; i < tensors_.size(); ++i)
      if (is_stepped(i) && tensors_[i].tensor.length > 0) step_on_host(i);
    keep("a step has other bits than that of libradam");
  }

  void step_on_host(std::size_t i) const {
    const radam_cuda_tensor& given = tensors_[i];
    const GroupOfStep& group = groups_[static_cast<std::size_t>(given.group)];
    radam_tensor t = on_host(given);
    t.step = group.step;
    t.clip_value = group.clip_value;
    t.zero_grad = options_.zero_grad;
    if (rows_of(t) > 0 && group.projection == RADAM_PROJECTION_ROWS)
      t.row_decay = device_.expected(row_decay_ + first_row_[i]);
    radam_coefficients c = group.reduced;
    without_missing(t, c, c.of.sgd);
    expect(radam_step(target_, &c, &t, 0, t.length, device_.expected(given.param), device_.expected(given.grad),
                      device_.expected(given.param_copy), device_.expected(given.param_average)), 0, "radam_step");
  }

  Input& in_;
  Memory device_;
  const std::int32_t algorithm_;
  std::int32_t target_ = RADAM_TARGET_SCALAR;
  State state_ = kNothing;
  radam_cuda_plan plan_{};
  std::vector<radam_cuda_tensor> tensors_;
  std::vector<GroupOfStep> groups_;
  std::vector<std::int64_t> first_row_;  // of each tensor among all
  std::int64_t rows_ = 0;
  radam_sums* sums_ = nullptr;
  double* row_sums_ = nullptr;
  float* row_decay_ = nullptr;
  radam_cuda_step_options options_{};
  float clip_value_ = 0;
};

}  // namespace
}  // namespace radam_test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  radam_test::Input in(data, size);
  radam_test::Run run(in);
  run();
  return 0;
}
