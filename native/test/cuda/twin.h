// Memory of the host and its double on the device: the tests step tensors in both, and compare every byte.
#ifndef RADAM_TEST_CUDA_TWIN_H
#define RADAM_TEST_CUDA_TWIN_H

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <vector>

#include "../half_types.h"
#include "../numbers.h"
#include "../values.h"
#include "on_device.h"

namespace radam_test {

inline std::int64_t bytes_of_type(std::int32_t type) { return type == RADAM_TYPE_F32 ? 4 : 2; }
inline std::int64_t bytes_of_state(std::int32_t type) {
  return type == RADAM_STATE_F32 ? 4 : type == RADAM_STATE_BF16 ? 2 : 1;
}

// Element i of a buffer.
inline float element(const std::uint8_t* from, std::int32_t type, std::int64_t i) {
  if (type == RADAM_TYPE_F32) {
    float x;
    std::memcpy(&x, from + 4 * i, sizeof x);
    return x;
  }
  std::uint16_t code;
  std::memcpy(&code, from + 2 * i, sizeof code);
  return value_of(type, code);
}

inline void set_element(void* to, std::int32_t type, std::int64_t i, float x) {
  if (type == RADAM_TYPE_F32) {
    std::memcpy(static_cast<std::uint8_t*>(to) + 4 * i, &x, sizeof x);
    return;
  }
  const std::uint16_t code = code_of(type, x, kNearest);
  std::memcpy(static_cast<std::uint8_t*>(to) + 2 * i, &code, sizeof code);
}

// What training meets, or what looks for trouble.
inline void fill(Values& random, std::int32_t type, void* to, std::int64_t n, bool tame = true) {
  for (std::int64_t i = 0; i < n; ++i) set_element(to, type, i, tame ? random.ordinary() : random.adversarial());
}

// Sums in the documented order: number i to sum i mod 32, then those 16, 8, 4, 2 and 1 apart. first: the number of the
// first one.
inline double tree_sum(const std::vector<double>& x, std::int64_t first = 0) {
  double sums[32] = {};
  for (std::size_t i = 0; i < x.size(); ++i) sums[(static_cast<std::size_t>(first) + i) % 32] += x[i];
  for (int distance = 16; distance > 0; distance /= 2)
    for (int j = 0; j < distance; ++j) sums[j] += sums[j + distance];
  return sums[0];
}

inline bool same_double(double a, double b) {
  return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b));
}

// Calls body(begin, end) for each piece of a tensor.
template <class Body>
void for_pieces(const radam_tensor& t, Body body) {
  const std::int64_t last = t.first + t.length;
  for (std::int64_t begin = t.first; begin < last;) {
    const std::int64_t end = std::min(last, (begin / RADAM_CUDA_STATISTICS_PIECE + 1) * RADAM_CUDA_STATISTICS_PIECE);
    body(begin - t.first, end - t.first);
    begin = end;
  }
}

// The two memories.
class Twin {
 public:
  Twin(std::int64_t bytes, const Stream& stream)
      : size_(bytes),
        stream_(stream),
        device_(bytes),
        host_(::operator new(static_cast<std::size_t>(bytes), kAlignment)) {
    std::memset(host_, 0x5A, static_cast<std::size_t>(size_));
  }
  ~Twin() {
    stream_.synchronize();
    ::operator delete(host_, kAlignment);
  }
  Twin(const Twin&) = delete;
  Twin& operator=(const Twin&) = delete;

  // Takes memory, so many bytes behind a multiple of 256 and with a gap before it: the result is its place.
  std::int64_t take(std::int64_t bytes, std::int64_t misalignment = 0) {
    const std::int64_t begin = (end_ + 255) / 256 * 256 + 256 + misalignment;
    end_ = begin + bytes;
    require(end_ <= size_, "the memory of the test is too small");
    return begin;
  }

  // The same for elements of a RADAM_TYPE_..., behind a multiple of 256 by so many of them. A NaN of theirs is as good
  // as another.
  std::int64_t take_elements(std::int32_t type, std::int64_t count, std::int64_t misalignment) {
    const std::int64_t each = bytes_of_type(type);
    const std::int64_t place = take(count * each, misalignment * each);
    elements_.push_back({place, type, count});
    return place;
  }

  template <class T = void>
  T* host(std::int64_t place) const {
    return reinterpret_cast<T*>(static_cast<std::uint8_t*>(host_) + place);
  }
  template <class T = void>
  T* device(std::int64_t place) const {
    return reinterpret_cast<T*>(device_.get<std::uint8_t>() + place);
  }

  // From the host to the device.
  void upload() const {
    stream_.copy(device_.get(), host_, static_cast<std::size_t>(size_));
    stream_.synchronize();
  }

  // Fails where the device has other bytes than the host.
  void expect_same(const std::string& what) const {
    std::vector<std::uint8_t> now(static_cast<std::size_t>(size_));
    stream_.copy(now.data(), device_.get(), now.size());
    stream_.synchronize();
    for (const Elements& e : elements_) {
      std::uint8_t* const actual = &now[static_cast<std::size_t>(e.place)];
      const std::uint8_t* const right = host<std::uint8_t>(e.place);
      const auto bytes = static_cast<std::size_t>(e.count * bytes_of_type(e.type));
      if (std::memcmp(actual, right, bytes) == 0) continue;
      for (std::int64_t i = 0; i < e.count; ++i)
        if (!same(element(actual, e.type, i), element(right, e.type, i)))
          fail(what + ": element " + std::to_string(i) + " of the buffer at " + std::to_string(e.place) + " is " +
               std::to_string(element(actual, e.type, i)) + " and not " + std::to_string(element(right, e.type, i)));
      std::memcpy(actual, right, bytes);
    }
    for (std::int64_t i = 0; i < size_; ++i)
      if (now[static_cast<std::size_t>(i)] != *host<std::uint8_t>(i))
        fail(what + ": byte " + std::to_string(i) + " differs");
  }

 private:
  struct Elements {
    std::int64_t place;
    std::int32_t type;
    std::int64_t count;
  };

  // As the device aligns its memory. Its size need be no multiple of this: a sanitizer sees what lies behind its end.
  static constexpr std::align_val_t kAlignment{256};

  std::int64_t size_, end_ = 0;
  std::vector<Elements> elements_;
  const Stream& stream_;
  DeviceMemory device_;
  void* host_;
};

// A tensor in both memories, by the places of its buffers. A place of 0 stands for none.
struct TwinTensor {
  radam_tensor settings{};  // without pointers
  std::int64_t param = 0, grad = 0, copy = 0, average = 0, state[RADAM_MAX_STATE] = {}, scales[RADAM_MAX_STATE] = {};
  std::int64_t means = 0;  // there where settings.row_length is not 0, unless it is set to 0 later
  std::int32_t group = 0;
  double numbers[RADAM_MAX_NUMBERS] = {};  // of layer-wise algorithms

  // Takes the memory and fills it: parameters and gradients with random values, state with zeros. The state is that of
  // the hyperparameters.
  TwinTensor(Values& random, Twin& twin, const radam_tensor& described, const radam_hyperparameters& h, bool has_copy,
             bool has_average, std::int64_t misalignment = 0, bool tame = true)
      : settings(described) {
    settings.struct_size = sizeof settings;
    if (moves_learning_rate(h.algorithm)) numbers[0] = h.learning_rate;
    const std::int64_t n = settings.length;
    param = twin.take_elements(settings.param_type, n, misalignment);
    grad = twin.take_elements(settings.grad_type, n, misalignment);
    fill(random, settings.param_type, twin.host(param), n, tame);
    fill(random, settings.grad_type, twin.host(grad), n, tame);
    if (settings.param_type == RADAM_TYPE_SPLIT) {
      // Any lower half goes with any upper one.
      copy = twin.take(2 * n, 2 * misalignment);
      for (std::int64_t i = 0; i < n; ++i)
        twin.host<std::uint16_t>(copy)[i] = static_cast<std::uint16_t>(random.below(0x10000));
    } else if (has_copy) {
      copy = twin.take_elements(settings.copy_type, n, misalignment);
    }
    if (has_average) {
      average = twin.take_elements(RADAM_TYPE_F32, n, misalignment);
      fill(random, RADAM_TYPE_F32, twin.host(average), n);
    }
    if (settings.row_length > 0) means = twin.take_elements(RADAM_TYPE_F32, rows(), 0);
    for (std::int32_t i = 0; i < radam_state_count(h.algorithm); ++i) {
      radam_state_buffer b{};
      b.struct_size = sizeof b;
      ok(radam_state_describe(&h, i, &b), "radam_state_describe");
      if (b.present) take_state(twin, i, misalignment);
    }
  }

  radam_cuda_tensor on_device(const Twin& twin) const {
    radam_cuda_tensor t{};
    t.tensor = settings;
    for (int i = 0; i < RADAM_MAX_STATE; ++i) {
      t.tensor.state[i] = state[i] ? twin.device(state[i]) : nullptr;
      t.tensor.state_scale[i] = scales[i] ? twin.device<float>(scales[i]) : nullptr;
    }
    t.param = twin.device(param);
    t.grad = twin.device(grad);
    t.param_copy = copy ? twin.device(copy) : nullptr;
    t.param_average = average ? twin.device<float>(average) : nullptr;
    t.tensor.grad_mean = means ? twin.device<float>(means) : nullptr;
    t.group = group;
    return t;
  }

  radam_cuda_binding binding(const Twin& twin, std::int64_t number) const {
    return {number, twin.device(param), twin.device(grad), group, settings.average_rate};
  }

  // Of the host, in a step of that number.
  radam_tensor on_host(const Twin& twin, std::int64_t number) const {
    radam_tensor t = settings;
    t.step = number;
    t.grad_mean = means ? twin.host<float>(means) : nullptr;
    for (int i = 0; i < RADAM_MAX_STATE; ++i) {
      t.state[i] = state[i] ? twin.host(state[i]) : nullptr;
      t.state_scale[i] = scales[i] ? twin.host<float>(scales[i]) : nullptr;
    }
    return t;
  }

  // Steps what the host has, by libradam. row_decay: radam_tensor's.
  void step(const Twin& twin, const radam_coefficients& c, std::int64_t number, const float* row_decay = nullptr) {
    radam_tensor t = on_host(twin, number);
    t.row_decay = row_decay;
    ok(radam_step(RADAM_TARGET_AUTO, &c, &t, 0, t.length, twin.host(param), twin.host(grad),
                  copy ? twin.host(copy) : nullptr, average ? twin.host<float>(average) : nullptr),
       "radam_step");
  }

  // Has means of rows of which the tensor has a part only, as a caller might.
  void draw_means(Values& random, const Twin& twin) const {
    if (means != 0) fill(random, RADAM_TYPE_F32, twin.host(means), rows());
  }

  // Computes the means of the other rows on the host.
  void compute_means(const Twin& twin) const {
    if (means == 0) return;
    const std::int64_t length = settings.row_length, cut = (length - settings.first % length) % length;
    const std::int64_t skipped = cut > 0 ? 1 : 0, whole = settings.length < cut ? 0 : (settings.length - cut) / length;
    ok(radam_gradient_means(RADAM_TARGET_AUTO, settings.grad_type, length, 0, whole,
                            twin.host<std::uint8_t>(grad) + cut * bytes_of_type(settings.grad_type),
                            twin.host<float>(means) + skipped),
       "radam_gradient_means");
  }

  // The sums over what the host has, in the order in which the device adds.
  radam_sums sums(const Twin& twin, const radam_coefficients& c, std::int64_t number) const {
    std::vector<double> pieces[RADAM_MAX_SUMS];
    for (const radam_sums& s : piece_sums(twin, c, number))
      for (int k = 0; k < RADAM_MAX_SUMS; ++k) pieces[k].push_back(s.values[k]);
    radam_sums all{sizeof all, 0, {}};
    for (int k = 0; k < RADAM_MAX_SUMS; ++k)
      all.values[k] = tree_sum(pieces[k], settings.first / RADAM_CUDA_STATISTICS_PIECE);
    return all;
  }

  // Those of each piece.
  std::vector<radam_sums> piece_sums(const Twin& twin, const radam_coefficients& c, std::int64_t number) const {
    const radam_tensor t = on_host(twin, number);
    std::vector<radam_sums> pieces;
    for_pieces(t, [&](std::int64_t begin, std::int64_t end) {
      radam_sums s{};
      s.struct_size = sizeof s;
      ok(radam_tensor_sums(RADAM_TARGET_AUTO, &c, &t, begin, end, twin.host(param), twin.host(grad),
                           copy ? twin.host(copy) : nullptr, &s),
         "radam_tensor_sums");
      pieces.push_back(s);
    });
    return pieces;
  }

  // The sums of all rows, which make up the tensor.
  std::vector<double> row_sums(const Twin& twin, const radam_coefficients& c, std::int64_t number) const {
    const radam_tensor t = on_host(twin, number);
    std::vector<double> all(static_cast<std::size_t>(rows()) * RADAM_ROW_SUMS);
    ok(radam_row_sums(RADAM_TARGET_AUTO, &c, &t, 0, rows(), twin.host(param), twin.host(grad),
                      copy ? twin.host(copy) : nullptr, all.data()),
       "radam_row_sums");
    return all;
  }

  // The number of rows of which it has a part.
  std::int64_t rows() const {
    const radam_tensor& t = settings;
    if (t.length == 0 || t.row_length == 0) return 0;
    return (t.first + t.length - 1) / t.row_length - t.first / t.row_length + 1;
  }

 private:
  void take_state(Twin& twin, int i, std::int64_t misalignment) {
    const std::int64_t n = settings.length, blocks = (n + RADAM_BLOCK_SIZE - 1) / RADAM_BLOCK_SIZE;
    switch (settings.state_type) {
      case RADAM_STATE_F32: state[i] = twin.take_elements(RADAM_TYPE_F32, n, misalignment); break;
      case RADAM_STATE_BF16: state[i] = twin.take_elements(RADAM_TYPE_BF16, n, misalignment); break;
      default:
        state[i] = twin.take(n, misalignment);
        scales[i] = twin.take_elements(RADAM_TYPE_F32, blocks, 0);
        std::memset(twin.host(scales[i]), 0, static_cast<std::size_t>(4 * blocks));
    }
    std::memset(twin.host(state[i]), 0, static_cast<std::size_t>(n * bytes_of_state(settings.state_type)));
  }
};

// A plan of tensors on the device.
class TwinPlan {
 public:
  TwinPlan(const std::vector<radam_cuda_tensor>& tensors, std::int32_t algorithm, std::int32_t groups,
           const Stream& stream)
      : memory_(bytes(tensors, groups)), stream_(stream) {
    plan.struct_size = sizeof plan;
    ok(radam_cuda_plan_init(&plan, kDevice, algorithm, tensors.data(), static_cast<std::int64_t>(tensors.size()),
                            groups, memory_.get(), stream.get()),
       "radam_cuda_plan_init");
  }
  TwinPlan(const Twin& twin, const std::vector<TwinTensor>& tensors, std::int32_t algorithm, std::int32_t groups,
           const Stream& stream)
      : TwinPlan(described(twin, tensors), algorithm, groups, stream) {}

  void bind(const std::vector<radam_cuda_binding>& bindings) {
    ok(radam_cuda_bind(&plan, bindings.data(), static_cast<std::int64_t>(bindings.size()), stream_.get()),
       "radam_cuda_bind");
  }

  void step(const std::vector<radam_coefficients>& coefficients, const std::vector<std::int64_t>& steps,
            const radam_cuda_step_options* options = nullptr) {
    ok(radam_cuda_set_coefficients(&plan, coefficients.data(), steps.data(), options, stream_.get()),
       "radam_cuda_set_coefficients");
    ok(radam_cuda_step(&plan, stream_.get()), "radam_cuda_step");
  }

  void compute_means() { ok(radam_cuda_gradient_means(&plan, stream_.get()), "radam_cuda_gradient_means"); }

  // The sums for steps of a layer-wise algorithm by the coefficients.
  std::vector<radam_sums> sums(const std::vector<radam_coefficients>& coefficients,
                               const std::vector<std::int64_t>& steps, const radam_cuda_step_options* options) {
    ok(radam_cuda_set_coefficients(&plan, coefficients.data(), steps.data(), options, stream_.get()),
       "radam_cuda_set_coefficients");
    return table<radam_sums>(radam_cuda_tensor_sums, plan.tensors, "radam_cuda_tensor_sums");
  }

  // The same of each piece, of which there are so many, by the coefficients that were set.
  std::vector<radam_sums> piece_sums(std::int64_t pieces) {
    return table<radam_sums>(radam_cuda_piece_sums, pieces, "radam_cuda_piece_sums");
  }

  // The same of rows.
  std::vector<double> row_sums(const std::vector<radam_coefficients>& coefficients,
                               const std::vector<std::int64_t>& steps, const radam_cuda_step_options* options,
                               std::int64_t rows) {
    ok(radam_cuda_set_coefficients(&plan, coefficients.data(), steps.data(), options, stream_.get()),
       "radam_cuda_set_coefficients");
    std::vector<double> result(static_cast<std::size_t>(rows) * RADAM_ROW_SUMS);
    const DeviceMemory memory(static_cast<std::int64_t>(result.size() * sizeof result[0]));
    ok(radam_cuda_row_sums(&plan, memory.get<double>(), stream_.get()), "radam_cuda_row_sums");
    stream_.copy(result.data(), memory.get(), result.size() * sizeof result[0]);
    stream_.synchronize();
    return result;
  }

  std::vector<radam_statistics> statistics() {
    return table<radam_statistics>(radam_cuda_gradient_statistics, plan.tensors, "radam_cuda_gradient_statistics");
  }

  std::vector<radam_statistics> piece_statistics(std::int64_t pieces) {
    return table<radam_statistics>(radam_cuda_piece_statistics, pieces, "radam_cuda_piece_statistics");
  }

  radam_cuda_plan plan{};

 private:
  // What a call writes into memory of the device.
  template <class Entry>
  std::vector<Entry> table(radam_status (*call)(radam_cuda_plan*, Entry*, void*), std::int64_t count,
                           const char* what) {
    std::vector<Entry> result(static_cast<std::size_t>(count));
    const std::size_t bytes = result.size() * sizeof result[0];
    const DeviceMemory memory(static_cast<std::int64_t>(bytes + 1));  // not null, where there is nothing
    ok(call(&plan, memory.get<Entry>(), stream_.get()), what);
    if (bytes > 0) stream_.copy(result.data(), memory.get(), bytes);
    stream_.synchronize();
    return result;
  }

  static std::vector<radam_cuda_tensor> described(const Twin& twin, const std::vector<TwinTensor>& tensors) {
    std::vector<radam_cuda_tensor> result;
    for (const TwinTensor& t : tensors) result.push_back(t.on_device(twin));
    return result;
  }

  static std::int64_t bytes(const std::vector<radam_cuda_tensor>& tensors, std::int32_t groups) {
    std::int64_t size = 0;
    ok(radam_cuda_plan_size(tensors.data(), static_cast<std::int64_t>(tensors.size()), groups, &size),
       "radam_cuda_plan_size");
    return size;
  }

  DeviceMemory memory_;
  const Stream& stream_;
};

inline radam_hyperparameters preset(std::int32_t number) {
  radam_hyperparameters h{};
  h.struct_size = sizeof h;
  ok(radam_hyperparameters_init(&h, number), "radam_hyperparameters_init");
  return h;
}

inline radam_coefficients coefficients_at(const radam_hyperparameters& h, std::int64_t step) {
  radam_coefficients c{};
  c.struct_size = sizeof c;
  ok(radam_coefficients_at(&h, step, &c), "radam_coefficients_at");
  return c;
}

// Of which all rows are projected, or where these are not long the tensor as one row, or nothing is.
inline double drawn_delta(Values& random) {
  const double deltas[] = {1e6, 1e6, 2, 4, 0};
  return deltas[random.below(5)];
}

// Hyperparameters of an algorithm, which are drawn: what a training run might have.
inline radam_hyperparameters drawn(Values& random, std::int32_t algorithm) {
  std::vector<std::int32_t> own;
  for (std::int32_t number = 0; number < kPresets; ++number) {
    // The paper's has an epsilon of 0, and Adam-2k moves nothing in the steps of a test.
    const bool trains = number != RADAM_PRESET_RADAM_PAPER && number != RADAM_PRESET_ADAM_2K;
    if (trains && preset(number).algorithm == algorithm) own.push_back(number);
  }
  radam_hyperparameters h = preset(own[random.below(static_cast<unsigned>(own.size()))]);
  h.learning_rate *= 1 + random.below(10);
  h.grad_scale = 0.25 * (1 + random.below(8));
  h.maximize = static_cast<std::int32_t>(random.below(2));
  if (random.below(2) != 0) h.weight_decay = 0.125;
  switch (algorithm) {
    case RADAM_ALGORITHM_ADAM: h.of.adam.amsgrad = static_cast<std::int32_t>(random.below(2)); break;
    case RADAM_ALGORITHM_SGD:
      h.of.sgd.momentum = random.below(3) == 0 ? 0 : 0.875;
      h.of.sgd.nesterov = h.of.sgd.momentum > 0 && random.below(2) != 0;
      h.of.sgd.dampening = h.of.sgd.nesterov == 0 && random.below(2) != 0 ? 0.25 : 0;
      break;
    case RADAM_ALGORITHM_NADAM: h.of.nadam.momentum_decay = random.below(2) != 0 ? 4e-3 : 0.5; break;
    case RADAM_ALGORITHM_RMSPROP:
      h.of.rmsprop.momentum = random.below(2) != 0 ? 0.875 : 0;
      h.of.rmsprop.centered = static_cast<std::int32_t>(random.below(2));
      h.of.rmsprop.epsilon_in_root = static_cast<std::int32_t>(random.below(2));
      break;
    case RADAM_ALGORITHM_ADAGRAD:
      h.of.adagrad.learning_rate_decay = random.below(2) != 0 ? 0.125 : 0;
      h.of.adagrad.initial_accumulator = random.below(2) != 0 ? 0.125 : 0;
      break;
    case RADAM_ALGORITHM_ADOPT: h.of.adopt.clip = static_cast<std::int32_t>(random.below(2)); break;
    case RADAM_ALGORITHM_QHADAM:
      h.of.qhadam.nu1 = random.below(2) != 0 ? 0.75 : 1;
      h.of.qhadam.nu2 = random.below(2) != 0 ? 0.75 : 1;
      break;
    case RADAM_ALGORITHM_ADEMAMIX:
      h.of.ademamix.alpha_warmup_steps = static_cast<std::int64_t>(5 * random.below(3));
      h.of.ademamix.beta3_warmup_steps = static_cast<std::int64_t>(5 * random.below(3));
      break;
    case RADAM_ALGORITHM_QHM: h.of.qhm.nu = random.below(2) != 0 ? 0.75 : 1; break;
    case RADAM_ALGORITHM_ADAN: h.of.adan.no_prox = static_cast<std::int32_t>(random.below(2)); break;
    case RADAM_ALGORITHM_ADABOUND:
      h.of.adabound.gamma = random.below(2) != 0 ? 0.25 : 1e-3;
      h.of.adabound.amsgrad = static_cast<std::int32_t>(random.below(2));
      h.of.adabound.fixed_weight_decay = static_cast<std::int32_t>(random.below(2));
      break;
    case RADAM_ALGORITHM_PADAM:
      h.of.padam.partial = random.below(2) != 0 ? 0.15 : 0.5;
      h.of.padam.amsgrad = static_cast<std::int32_t>(random.below(2));
      break;
    case RADAM_ALGORITHM_MADGRAD: h.of.madgrad.momentum = random.below(2) != 0 ? 0.5 : 0; break;
    case RADAM_ALGORITHM_SCHEDULEFREE_SGD:
      h.of.schedulefree_sgd.momentum = random.below(2) != 0 ? 0.5 : 0.9;
      h.of.schedulefree_sgd.r = random.below(2) != 0 ? 0.5 : 0;
      h.of.schedulefree_sgd.warmup_steps = static_cast<std::int64_t>(5 * random.below(3));
      break;
    case RADAM_ALGORITHM_SCHEDULEFREE_ADAMW:
      h.of.schedulefree_adamw.rectify = static_cast<std::int32_t>(random.below(2));
      h.of.schedulefree_adamw.silent_sgd_phase = static_cast<std::int32_t>(random.below(2));
      h.of.schedulefree_adamw.inner_momentum = random.below(2) != 0 ? 0.5 : 0;
      h.of.schedulefree_adamw.weight_lr_power = static_cast<double>(random.below(3));
      if (h.of.schedulefree_adamw.rectify == 0)
        h.of.schedulefree_adamw.warmup_steps = static_cast<std::int64_t>(5 * random.below(3));
      break;
    case RADAM_ALGORITHM_LARS:
      h.of.lars.nesterov = h.of.lars.momentum > 0 && random.below(2) != 0;
      h.of.lars.trust_coefficient = 0.125;
      h.of.lars.trust_clip = static_cast<std::int32_t>(random.below(2));
      break;
    case RADAM_ALGORITHM_SGD_HD:
      h.of.sgd_hd.hypergrad_lr = 0x1p-20;
      h.of.sgd_hd.nesterov = h.of.sgd_hd.momentum > 0 && random.below(2) != 0;
      break;
    case RADAM_ALGORITHM_ADAM_HD: h.of.adam_hd.hypergrad_lr = 0x1p-20; break;
    case RADAM_ALGORITHM_ADAMP:
      h.of.adamp.nesterov = static_cast<std::int32_t>(random.below(2));
      if (random.below(4) == 0) h.of.adamp.beta1 = 0.25;
      h.of.adamp.delta = drawn_delta(random);
      break;
    case RADAM_ALGORITHM_SGDP:
      h.of.sgdp.momentum = random.below(3) == 0 ? 0 : 0.875;
      h.of.sgdp.nesterov = h.of.sgdp.momentum > 0 && random.below(2) != 0;
      h.of.sgdp.dampening = h.of.sgdp.nesterov == 0 && random.below(2) != 0 ? 0.25 : 0;
      h.of.sgdp.delta = drawn_delta(random);
      break;
    case RADAM_ALGORITHM_NOVOGRAD:
      h.of.novograd.grad_averaging = static_cast<std::int32_t>(random.below(2));
      h.of.novograd.amsgrad = static_cast<std::int32_t>(random.below(2));
      break;
    case RADAM_ALGORITHM_ADABELIEF:
      h.of.adabelief.rectify = static_cast<std::int32_t>(random.below(2));
      h.of.adabelief.amsgrad = static_cast<std::int32_t>(random.below(2));
      h.of.adabelief.unrectified = static_cast<std::int32_t>(random.below(2));
      h.of.adabelief.fixed_weight_decay = static_cast<std::int32_t>(random.below(2));
      break;
    default: break;
  }
  return h;
}

}  // namespace radam_test

#endif
