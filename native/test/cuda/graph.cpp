// A step captured in a CUDA graph: a binding, statistics, the device's decision, and the step, replayed with values
// that change on the device.
#include <cuda_runtime_api.h>

#include "tests.h"
#include "twin.h"

namespace radam_test {
namespace {

void check(cudaError_t error) { require(error == cudaSuccess, cudaGetErrorString(error)); }

}  // namespace

void graph(Scale) {
  const Stream stream;
  auto* const cuda_stream = static_cast<cudaStream_t>(stream.get());
  Values random(0x64A9);
  radam_hyperparameters h = preset(RADAM_PRESET_RADAM_PYTORCH);
  Twin twin(std::int64_t{8} << 20, stream);
  std::vector<TwinTensor> tensors;
  for (unsigned i = 0; i < 12; ++i) {
    radam_tensor settings{};
    settings.state_type = static_cast<std::int32_t>(i % 3);
    settings.length = 1 + random.below(40000);
    settings.seed = i;
    tensors.emplace_back(random, twin, settings, h, false, false);
  }
  // It takes part from the graph on, with another gradient.
  tensors[5].group = RADAM_CUDA_NO_GROUP;
  twin.upload();
  TwinPlan plan(twin, tensors, RADAM_ALGORITHM_ADAM, 1, stream);
  tensors[5].group = 0;
  const std::int64_t bytes = 4 * tensors[5].settings.length, gradient = twin.take(bytes, 4);
  std::memcpy(twin.host(gradient), twin.host(tensors[5].grad), static_cast<std::size_t>(bytes));
  tensors[5].grad = gradient;
  twin.upload();

  const DeviceMemory statistics(static_cast<std::int64_t>(tensors.size() * sizeof(radam_statistics)));
  const DeviceMemory control_memory(sizeof(radam_cuda_control));
  auto* const control = control_memory.get<radam_cuda_control>();
  radam_cuda_control now{1e-3, 1, 0, 0, 0, 0};
  stream.copy(control, &now, sizeof now);
  stream.synchronize();

  cudaGraph_t graph = nullptr;
  cudaGraphExec_t executable = nullptr;
  check(cudaStreamBeginCapture(cuda_stream, cudaStreamCaptureModeThreadLocal));
  radam_cuda_step_options o{};
  o.struct_size = sizeof o;
  o.skip_non_finite = 1;
  plan.bind({tensors[5].binding(twin, 5)});
  ok(radam_cuda_gradient_statistics(&plan.plan, statistics.get<radam_statistics>(), stream.get()), "statistics");
  ok(radam_cuda_prepare(&plan.plan, &h, control, statistics.get<radam_statistics>(), &o, nullptr, stream.get()),
     "radam_cuda_prepare");
  ok(radam_cuda_step(&plan.plan, stream.get()), "radam_cuda_step");
  check(cudaStreamEndCapture(cuda_stream, &graph));
  check(cudaGraphInstantiate(&executable, graph, 0));

  for (std::int64_t step = 1; step <= 8; ++step) {
    now.learning_rate *= 1.5;
    stream.copy(control, &now, sizeof(double));  // the learning rate alone
    check(cudaGraphLaunch(executable, cuda_stream));
    h.learning_rate = now.learning_rate;
    const radam_coefficients c = coefficients_at(h, step);
    for (TwinTensor& t : tensors) t.step(twin, c, step);
  }
  twin.expect_same("a graph");
  check(cudaGraphExecDestroy(executable));
  check(cudaGraphDestroy(graph));
}

}  // namespace radam_test
