#include "tensor.h"

#include "random.h"

namespace {

int size_of(std::int32_t type) { return type == RADAM_TYPE_F32 ? 4 : 2; }
int size_of_state(std::int32_t type) { return type == RADAM_STATE_F32 ? 4 : type == RADAM_STATE_BF16 ? 2 : 1; }

std::int64_t plan_bytes(const std::vector<radam_cuda_tensor>& tensors) {
  std::int64_t bytes = 0;
  require(radam_cuda_plan_size(tensors.data(), static_cast<std::int64_t>(tensors.size()), 1, &bytes));
  return bytes;
}

void zero(const Memory& memory, std::int64_t bytes, void* stream) {
  require(radam_cuda_fill(kDevice, memory.get(), 0, bytes, stream));
}

void* behind(void* buffer, std::int64_t bytes) {
  return buffer == nullptr ? nullptr : static_cast<unsigned char*>(buffer) + bytes;
}

}  // namespace

Traffic Case::traffic() const {
  return {size_of(param_type), size_of(grad_type), size_of_state(state_type), buffers, copy ? 2 : 0, average ? 4 : 0};
}

double Case::bytes() const {
  const Traffic t = traffic();
  return t.param + t.grad + t.buffers * (t.state + (t.scaled() ? 4.0 / RADAM_BLOCK_SIZE : 0)) + t.copy + t.average;
}

Tensor::Tensor(const Case& k, std::int64_t n, void* stream)
    : k_(k),
      n_(n),
      param_(n * k.traffic().param),
      grad_(n * k.traffic().grad),
      copy_(n * k.traffic().copy),
      average_(n * k.traffic().average),
      state_{Memory(n * k.traffic().state), Memory(k.buffers > 1 ? n * k.traffic().state : 0),
             Memory(k.buffers > 2 ? n * k.traffic().state : 0)},
      scales_{Memory(n / 64), Memory(k.buffers > 1 ? n / 64 : 0), Memory(k.buffers > 2 ? n / 64 : 0)},
      streams_{param_.get(),
               grad_.get(),
               copy_.get(),
               average_.get(),
               {state_[0].get(), state_[1].get(), state_[2].get()},
               {static_cast<float*>(scales_[0].get()), static_cast<float*>(scales_[1].get()),
                static_cast<float*>(scales_[2].get())}} {
  const Traffic t = k.traffic();
  fill_random(param_.get(), k.param_type, n, 0.02f, 1, stream);
  fill_random(grad_.get(), k.grad_type, n, 1e-3f, 2, stream);
  for (int i = 0; i < t.buffers; ++i) {
    zero(state_[i], n * t.state, stream);
    zero(scales_[i], n / 64, stream);
  }
  if (k.average) zero(average_, n * t.average, stream);
}

radam_cuda_tensor Tensor::part(std::int64_t begin, std::int64_t length) const {
  const Traffic traffic = k_.traffic();
  radam_cuda_tensor result{};
  radam_tensor& t = result.tensor;
  t.struct_size = sizeof t;
  t.param_type = k_.param_type;
  t.grad_type = k_.grad_type;
  t.state_type = k_.state_type;
  t.copy_type = RADAM_TYPE_BF16;
  t.param_rounding = k_.param_type == RADAM_TYPE_F32 ? RADAM_ROUND_NEAREST : RADAM_ROUND_STOCHASTIC;
  t.length = length;
  t.seed = static_cast<std::uint64_t>(begin);
  t.average_rate = k_.average ? 1e-3f : 0;
  for (int i = 0; i < traffic.buffers; ++i) {
    t.state[i] = behind(streams_.state[i], begin * traffic.state);
    t.state_scale[i] = streams_.scales[i] + begin / RADAM_BLOCK_SIZE;
  }
  result.param = behind(streams_.param, begin * traffic.param);
  result.grad = behind(streams_.grad, begin * traffic.grad);
  result.param_copy = behind(streams_.copy, begin * traffic.copy);
  result.param_average = static_cast<float*>(behind(streams_.average, begin * traffic.average));
  return result;
}

Plan::Plan(const std::vector<radam_cuda_tensor>& tensors, std::int32_t preset, void* stream)
    : stream_(stream),
      memory_(plan_bytes(tensors)),
      statistics_(static_cast<std::int64_t>(tensors.size() * sizeof(radam_statistics))) {
  hyperparameters_.struct_size = sizeof hyperparameters_;
  require(radam_hyperparameters_init(&hyperparameters_, preset));
  plan_.struct_size = sizeof plan_;
  require(radam_cuda_plan_init(&plan_, kDevice, hyperparameters_.algorithm, tensors.data(),
                               static_cast<std::int64_t>(tensors.size()), 1, memory_.get(), stream));
  constexpr int kSteps = 10;  // after which the state is no longer that of the first
  for (int i = 0; i < kSteps; ++i) step();
}

void Plan::step() {
  ++step_;
  radam_coefficients c{};
  c.struct_size = sizeof c;
  require(radam_coefficients_at(&hyperparameters_, step_, &c));
  require(radam_cuda_set_coefficients(&plan_, &c, &step_, nullptr, stream_));
  require(radam_cuda_step(&plan_, stream_));
}

void Plan::statistics() {
  require(radam_cuda_gradient_statistics(&plan_, static_cast<radam_statistics*>(statistics_.get()), stream_));
}
