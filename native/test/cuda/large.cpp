// A tensor of more elements than 32 bits can count, of which some blocks are compared with the host's.
#include <algorithm>
#include <cstring>

#include "tests.h"
#include "twin.h"

namespace radam_test {
namespace {

constexpr std::int64_t kLength = (std::int64_t{1} << 32) + 777;
constexpr std::int64_t kBlocks = (kLength + RADAM_BLOCK_SIZE - 1) / RADAM_BLOCK_SIZE;

template <class T>
T* before(std::vector<T>& range, std::int64_t begin) {
  return reinterpret_cast<T*>(reinterpret_cast<std::uintptr_t>(range.data()) -
                              static_cast<std::uintptr_t>(begin) * sizeof(T));
}

}  // namespace

void large(Scale scale) {
  radam_cuda_device d{};
  d.struct_size = sizeof d;
  ok(radam_cuda_device_info(kDevice, &d), "radam_cuda_device_info");
  const std::int64_t needed = 6 * kLength + 8 * kBlocks + (std::int64_t{1} << 30);
  if (scale.small || d.free_memory < needed) {
    std::printf("(left out: %s) ", scale.small ? "--small" : "too little device memory");
    return;
  }
  const Stream stream;
  // Alike everywhere but for stochastic rounding, which tells the elements apart.
  constexpr std::uint8_t kParamByte = 0x3F, kGradByte = 0xBC;
  const DeviceMemory param(2 * kLength), grad(2 * kLength), m(kLength), v(kLength), m_scale(4 * kBlocks),
      v_scale(4 * kBlocks);
  const auto fill = [&](void* memory, int byte, std::int64_t bytes) {
    ok(radam_cuda_fill(kDevice, memory, byte, bytes, stream.get()), "radam_cuda_fill");
  };
  fill(param.get(), kParamByte, 2 * kLength);
  fill(grad.get(), kGradByte, 2 * kLength);
  fill(m.get(), 0, kLength);
  fill(v.get(), 0, kLength);
  fill(m_scale.get(), 0, 4 * kBlocks);
  fill(v_scale.get(), 0, 4 * kBlocks);

  radam_cuda_tensor t{};
  t.tensor.struct_size = sizeof t.tensor;
  t.tensor.param_type = t.tensor.grad_type = RADAM_TYPE_BF16;
  t.tensor.state_type = RADAM_STATE_BLOCK8;
  t.tensor.param_rounding = RADAM_ROUND_STOCHASTIC;
  t.tensor.length = kLength;
  t.tensor.seed = 42;
  t.tensor.state[0] = m.get();
  t.tensor.state[1] = v.get();
  t.tensor.state_scale[0] = m_scale.get<float>();
  t.tensor.state_scale[1] = v_scale.get<float>();
  t.param = param.get();
  t.grad = grad.get();
  std::int64_t bytes = 0;
  ok(radam_cuda_plan_size(&t, 1, 1, &bytes), "radam_cuda_plan_size");
  const DeviceMemory plan_memory(bytes), statistics(sizeof(radam_statistics));
  radam_cuda_plan plan{};
  plan.struct_size = sizeof plan;
  ok(radam_cuda_plan_init(&plan, kDevice, RADAM_ALGORITHM_ADAM, &t, 1, 1, plan_memory.get(), stream.get()),
     "radam_cuda_plan_init");
  const radam_coefficients c = coefficients_at(preset(RADAM_PRESET_ADAM_PYTORCH), 5);
  constexpr std::int64_t kSteps = 3;
  for (std::int64_t step = 1; step <= kSteps; ++step) {
    ok(radam_cuda_set_coefficients(&plan, &c, &step, nullptr, stream.get()), "radam_cuda_set_coefficients");
    ok(radam_cuda_step(&plan, stream.get()), "radam_cuda_step");
  }
  ok(radam_cuda_gradient_statistics(&plan, statistics.get<radam_statistics>(), stream.get()), "statistics");
  radam_statistics s{};
  stream.copy(&s, statistics.get(), sizeof s);
  stream.synchronize();
  std::uint16_t code;
  std::memset(&code, kGradByte, sizeof code);
  const double g = static_cast<double>(value_of(RADAM_TYPE_BF16, code));
  require(s.sum_of_squares == g * g * static_cast<double>(kLength), "the sum of squares");  // exact: g has 8 bits
  require(s.non_finite == 0, "non_finite");

  for (const std::int64_t first : {std::int64_t{0}, (std::int64_t{1} << 31) / RADAM_BLOCK_SIZE - 2,
                                   (std::int64_t{1} << 32) / RADAM_BLOCK_SIZE - 2, kBlocks - 4}) {
    const std::int64_t begin = first * RADAM_BLOCK_SIZE;
    const std::int64_t end = std::min(kLength, begin + 4 * RADAM_BLOCK_SIZE);
    const auto n = static_cast<std::size_t>(end - begin);
    std::vector<std::uint16_t> p(n), gradients(n), p_device(n);
    std::memset(p.data(), kParamByte, 2 * n);
    std::memset(gradients.data(), kGradByte, 2 * n);
    std::vector<std::uint8_t> state[2], from_device(n);
    std::vector<float> scales[2], scales_device(4);
    for (int k = 0; k < 2; ++k) {
      state[k].resize(n);
      scales[k].resize(4);
    }
    radam_tensor host = t.tensor;
    for (int k = 0; k < 2; ++k) {
      host.state[k] = before(state[k], begin);
      host.state_scale[k] = before(scales[k], first);
    }
    for (host.step = 1; host.step <= kSteps; ++host.step)
      ok(radam_step(RADAM_TARGET_AUTO, &c, &host, begin, end, before(p, begin), before(gradients, begin), nullptr,
                    nullptr),
         "radam_step");
    const auto compare = [&](void* actual, const void* device, const void* expected, std::size_t size, const char* what) {
      stream.copy(actual, device, size);
      stream.synchronize();
      require(std::memcmp(actual, expected, size) == 0,
              std::string(what) + " differs in the blocks from " + std::to_string(first));
    };
    compare(p_device.data(), param.get<std::uint16_t>() + begin, p.data(), 2 * n, "param");
    compare(from_device.data(), m.get<std::uint8_t>() + begin, state[0].data(), n, "exp_avg");
    compare(from_device.data(), v.get<std::uint8_t>() + begin, state[1].data(), n, "exp_avg_sq");
    compare(scales_device.data(), m_scale.get<float>() + first, scales[0].data(), 16, "exp_avg_scale");
    compare(scales_device.data(), v_scale.get<float>() + first, scales[1].data(), 16, "exp_avg_sq_scale");
  }
}

}  // namespace radam_test
