// Steps on the device have the bits of steps on the host.
#include <cstring>

#include "../mixed_cases.h"
#include "../values.h"
#include "on_device.h"
#include "tests.h"

namespace radam_test {
namespace {

radam_cuda_step_options options_of(const radam_tensor& settings) {
  radam_cuda_step_options o{};
  o.struct_size = sizeof o;
  o.zero_grad = settings.zero_grad;
  o.clip_value = settings.clip_value;
  return o;
}

// Steps tensors on the device and, by the library for the host, copies of them; each is a group of its own.
class Pair {
 public:
  Pair(const std::vector<MixedTensor>& tensors, const std::vector<std::size_t>& misalignments, const Stream& stream)
      : host(tensors), from_device(tensors), stream_(stream), device(from_device, numbers(tensors.size()),
                                                                     misalignments,
                                                                     static_cast<std::int32_t>(tensors.size()), stream) {}

  // The tensors' gradients and step numbers must be in `host`; they have the same options. Returns the first difference.
  std::string step(const std::vector<radam_coefficients>& coefficients) {
    std::vector<std::int64_t> steps;
    for (std::size_t i = 0; i < host.size(); ++i) {
      from_device[i].grad = host[i].grad;
      steps.push_back(host[i].settings.step);
    }
    device.upload();
    const radam_cuda_step_options o = options_of(host[0].settings);
    ok(radam_cuda_set_coefficients(&device.plan, coefficients.data(), steps.data(), &o, stream_.get()),
       "radam_cuda_set_coefficients");
    ok(radam_cuda_step(&device.plan, stream_.get()), "radam_cuda_step");
    for (std::size_t i = 0; i < host.size(); ++i) {
      const MixedBuffers b = host[i].buffers();
      ok(step_mixed(RADAM_TARGET_AUTO, &coefficients[i], &b, 0, b.length), "radam_step");
    }
    device.download();
    for (std::size_t i = 0; i < host.size(); ++i) {
      const std::string text = difference(from_device[i], host[i]);
      if (!text.empty()) return "tensor " + std::to_string(i) + ": " + text;
    }
    return "";
  }

  std::vector<MixedTensor> host, from_device;

 private:
  static std::vector<std::int32_t> numbers(std::size_t count) {
    std::vector<std::int32_t> result(count);
    for (std::size_t i = 0; i < count; ++i) result[i] = static_cast<std::int32_t>(i);
    return result;
  }

  const Stream& stream_;
  TensorsOnDevice device;
};

}  // namespace

// All combinations of types and options; those of the same options are in one plan.
void every_combination(Scale scale) {
  constexpr unsigned kOptions = 32;
  const Stream stream;
  Values random(0xCDA0);
  for (unsigned draw = 0; draw < (scale.small ? 1u : 4u); ++draw)
    for (unsigned options = 0; options < kOptions; ++options) {
      std::vector<MixedCase> cases;
      std::vector<MixedTensor> tensors;
      std::vector<std::size_t> misalignments;
      for (unsigned number = options; number < MixedCase::kCount; number += kOptions) {
        MixedCase k(number, random);
        if (!cases.empty()) k.settings.clip_value = cases[0].settings.clip_value;
        cases.push_back(k);
        tensors.push_back(tensor(random, k.settings, k.parts.amsgrad, k.copy, k.average, k.tame));
        misalignments.push_back(random.below(3) == 0 ? 1 + random.below(3) : 0);
      }
      Pair pair(tensors, misalignments, stream);
      for (std::int64_t step = 1; step <= 3; ++step) {
        std::vector<radam_coefficients> coefficients;
        for (std::size_t i = 0; i < cases.size(); ++i) {
          const MixedCase& k = cases[i];
          coefficients.push_back(k.tame ? typical_coefficients(k.parts) : random.coefficients(k.parts));
          pair.host[i].settings.step = step;
          new_gradients(random, pair.host[i], k.tame);
        }
        const std::string text = pair.step(coefficients);
        if (text.empty()) continue;
        const auto at = static_cast<std::size_t>(std::stoul(text.substr(text.find(' '))));
        fail(text + "; " + cases[at].describe() + ", misaligned by " + std::to_string(misalignments[at]) + ", step " +
             std::to_string(step));
      }
    }
}

// Thousands of tensors of all sizes, empty ones among them, in one plan.
void many_tensors(Scale scale) {
  const Stream stream;
  Values random(0x3A27);
  std::vector<MixedTensor> tensors;
  const unsigned count = scale.small ? 300 : 10000;
  for (unsigned i = 0; i < count; ++i) {
    radam_tensor settings{};
    const unsigned kind = random.below(12);
    settings.param_type = kind == 1 ? RADAM_TYPE_BF16 : RADAM_TYPE_F32;
    settings.grad_type = kind == 1 ? RADAM_TYPE_BF16 : RADAM_TYPE_F32;
    settings.state_type = kind < 3 ? RADAM_STATE_BLOCK8 : RADAM_STATE_F32;
    settings.seed = i;
    const unsigned size = random.below(200);
    settings.length = size < 10 ? 0 : size == 10 ? random.below(100000 / (scale.small ? 10 : 1)) : random.below(1100);
    tensors.push_back(tensor(random, settings, false, false, false, true));
  }
  // The last of its types is empty, and so is the first of all.
  tensors[0].settings.length = tensors[count - 1].settings.length = 0;
  for (const unsigned i : {0u, count - 1}) {
    const radam_tensor settings = tensors[i].settings;
    tensors[i] = tensor(random, settings, false, false, false, true);
  }
  Pair pair(tensors, std::vector<std::size_t>(count, 0), stream);
  std::vector<radam_coefficients> coefficients;
  for (unsigned i = 0; i < count; ++i) coefficients.push_back(typical_coefficients(combination(i % kCombinations)));
  for (auto& c : coefficients) c.mode = RADAM_MODE_ADAPTIVE;
  for (std::int64_t step = 1; step <= 2; ++step) {
    for (MixedTensor& t : pair.host) {
      t.settings.step = step;
      new_gradients(random, t, true);
    }
    const std::string text = pair.step(coefficients);
    require(text.empty(), text);
  }
}

}  // namespace radam_test
