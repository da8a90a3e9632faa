// A step captured in a CUDA graph: statistics, the device's decision, and the step, replayed with values that change on
// the device.
#include <cuda_runtime_api.h>

#include "../mixed_cases.h"
#include "../values.h"
#include "on_device.h"
#include "tests.h"

namespace radam_test {
namespace {

void check(cudaError_t error) { require(error == cudaSuccess, cudaGetErrorString(error)); }

}  // namespace

void graph(Scale) {
  const Stream stream;
  auto* const cuda_stream = static_cast<cudaStream_t>(stream.get());
  Values random(0x64A9);
  std::vector<MixedTensor> host;
  for (unsigned i = 0; i < 12; ++i) {
    radam_tensor settings{};
    settings.state_type = static_cast<std::int32_t>(i % 3);
    settings.length = 1 + random.below(40000);
    settings.seed = i;
    host.push_back(tensor(random, settings, false, false, false, true));
    new_gradients(random, host.back(), true);
  }
  std::vector<MixedTensor> device = host;
  TensorsOnDevice on_device(device, std::vector<std::int32_t>(device.size(), 0),
                            std::vector<std::size_t>(device.size(), 0), 1, stream);
  const DeviceMemory statistics(static_cast<std::int64_t>(host.size() * sizeof(radam_statistics)));
  const DeviceMemory control_memory(sizeof(radam_cuda_control));
  auto* const control = control_memory.get<radam_cuda_control>();
  radam_hyperparameters h{};
  h.struct_size = sizeof h;
  ok(radam_hyperparameters_init(&h, RADAM_PRESET_RADAM_PYTORCH), "radam_hyperparameters_init");
  radam_cuda_control now{1e-3, 1, 0, 0, 0, 0};
  stream.copy(control, &now, sizeof now);
  stream.synchronize();

  cudaGraph_t graph = nullptr;
  cudaGraphExec_t executable = nullptr;
  check(cudaStreamBeginCapture(cuda_stream, cudaStreamCaptureModeThreadLocal));
  radam_cuda_step_options o{};
  o.struct_size = sizeof o;
  o.skip_non_finite = 1;
  ok(radam_cuda_gradient_statistics(&on_device.plan, statistics.get<radam_statistics>(), stream.get()), "statistics");
  ok(radam_cuda_prepare(&on_device.plan, &h, control, statistics.get<radam_statistics>(), &o, nullptr, stream.get()),
     "radam_cuda_prepare");
  ok(radam_cuda_step(&on_device.plan, stream.get()), "radam_cuda_step");
  check(cudaStreamEndCapture(cuda_stream, &graph));
  check(cudaGraphInstantiate(&executable, graph, 0));

  for (std::int64_t step = 1; step <= 8; ++step) {
    now.learning_rate *= 1.5;
    now.step = step - 1;
    stream.copy(control, &now, sizeof(double));  // the learning rate alone
    check(cudaGraphLaunch(executable, cuda_stream));
    h.learning_rate = now.learning_rate;
    radam_coefficients c{};
    c.struct_size = sizeof c;
    ok(radam_coefficients_at(&h, step, &c), "radam_coefficients_at");
    for (MixedTensor& t : host) {
      t.settings.step = step;
      const MixedBuffers b = t.buffers();
      ok(step_mixed(RADAM_TARGET_AUTO, &c, &b, 0, b.length), "radam_step");
    }
  }
  on_device.download();
  for (std::size_t i = 0; i < host.size(); ++i) {
    const std::string text = difference(device[i], host[i]);
    require(text.empty(), "tensor " + std::to_string(i) + ": " + text);
  }
  check(cudaGraphExecDestroy(executable));
  check(cudaGraphDestroy(graph));
}

}  // namespace radam_test
