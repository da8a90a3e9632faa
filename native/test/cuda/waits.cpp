// Once a plan is made, nothing waits for the device. And what other_work.h announces is waited for.
#include "emulation/waits.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include "emulation/other_work.h"
#include "tests.h"
#include "twin.h"

namespace radam_test {

void no_waiting(Scale) {
  const Stream stream;
  Values random(0x3A17);
  const radam_hyperparameters h = preset(RADAM_PRESET_ADAM_PYTORCH);
  Twin twin(std::int64_t{1} << 20, stream);
  std::vector<TwinTensor> tensors;
  radam_tensor settings{};
  settings.length = 1000;
  for (unsigned i = 0; i < 3; ++i) tensors.emplace_back(random, twin, settings, h, false, false);
  const DeviceMemory statistics(static_cast<std::int64_t>(tensors.size() * sizeof(radam_statistics)));
  const DeviceMemory control(sizeof(radam_cuda_control));
  const DeviceMemory rounded(2000), gradient(4000);
  std::memset(control.get(), 0, sizeof(radam_cuda_control));  // the device is the host
  twin.upload();
  const std::int64_t before = radam_emulated_waits();
  TwinPlan plan(twin, tensors, RADAM_ALGORITHM_ADAM, 1, stream);
  const std::int64_t made = radam_emulated_waits();
  require(made > before, "the runtime does not count");

  plan.bind({tensors[1].binding(twin, 1)});
  plan.step({coefficients_at(h, 1)}, {1});
  ok(radam_cuda_gradient_statistics(&plan.plan, statistics.get<radam_statistics>(), stream.get()), "statistics");
  ok(radam_cuda_prepare(&plan.plan, &h, control.get<radam_cuda_control>(), nullptr, nullptr, nullptr, stream.get()),
     "radam_cuda_prepare");
  ok(radam_cuda_step(&plan.plan, stream.get()), "radam_cuda_step");
  // Each tensor has one piece.
  ok(radam_cuda_piece_statistics(&plan.plan, statistics.get<radam_statistics>(), stream.get()), "statistics of pieces");
  ok(radam_cuda_round_gradient(kDevice, rounded.get(), gradient.get(), RADAM_TYPE_F32, 1000, stream.get()), "rounding");
  require(radam_emulated_waits() == made, std::to_string(radam_emulated_waits() - made) + " calls may wait");

  settings.row_length = 10;
  std::vector<TwinTensor> others;
  const radam_hyperparameters of_lamb = preset(RADAM_PRESET_LAMB_NVIDIA);
  for (unsigned i = 0; i < 3; ++i) others.emplace_back(random, twin, settings, of_lamb, false, false);
  const DeviceMemory sums(static_cast<std::int64_t>(others.size() * sizeof(radam_sums)));
  TwinPlan second(twin, others, RADAM_ALGORITHM_LAMB, 1, stream);
  const std::int64_t both_made = radam_emulated_waits();
  const radam_coefficients c = coefficients_at(of_lamb, 1);
  const std::int64_t step = 1;
  ok(radam_cuda_set_coefficients(&second.plan, &c, &step, nullptr, stream.get()), "radam_cuda_set_coefficients");
  ok(radam_cuda_gradient_means(&second.plan, stream.get()), "radam_cuda_gradient_means");
  ok(radam_cuda_tensor_sums(&second.plan, sums.get<radam_sums>(), stream.get()), "radam_cuda_tensor_sums");
  ok(radam_cuda_piece_sums(&second.plan, sums.get<radam_sums>(), stream.get()), "radam_cuda_piece_sums");
  require(radam_emulated_waits() == both_made, "means or sums may wait");

  std::vector<TwinTensor> of_rows;
  const radam_hyperparameters of_adamp = preset(RADAM_PRESET_ADAMP_AUTHORS);
  for (unsigned i = 0; i < 3; ++i) of_rows.emplace_back(random, twin, settings, of_adamp, false, false);
  const DeviceMemory row_sums(3 * 100 * std::int64_t{RADAM_ROW_SUMS * sizeof(double)});
  const DeviceMemory row_decay(3 * 100 * std::int64_t{sizeof(float)});
  TwinPlan third(twin, of_rows, RADAM_ALGORITHM_ADAMP, 1, stream);
  const std::int64_t all_made = radam_emulated_waits();
  const radam_coefficients p = coefficients_at(of_adamp, 1);
  ok(radam_cuda_set_coefficients(&third.plan, &p, &step, nullptr, stream.get()), "radam_cuda_set_coefficients");
  ok(radam_cuda_row_sums(&third.plan, row_sums.get<double>(), stream.get()), "radam_cuda_row_sums");
  radam_coefficients r = p;
  std::int32_t projection = -1;
  ok(radam_coefficients_reduce_rows(&p, 10, 0, nullptr, nullptr, &projection, &r), "radam_coefficients_reduce_rows");
  projection = RADAM_PROJECTION_ROWS;
  radam_cuda_step_options o{};
  o.struct_size = sizeof o;
  o.projections = &projection;
  o.row_decay = row_decay.get<float>();
  third.step({r}, {1}, &o);
  require(radam_emulated_waits() == all_made, "sums of rows or a step by their decays may wait");
}

void other_work(Scale) {
  // Whether a call that another library's work is in the way of ends only after that.
  const auto require_wait = [](const char* what, std::int64_t work, std::function<void()> call) {
    std::atomic<bool> ended{false};
    std::thread caller([&] {
      call();
      ended = true;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const bool early = ended;
    radam_emulated_work_ends(work);
    caller.join();
    require(!early, std::string(what) + " did not wait");
  };
  auto stream = std::make_unique<Stream>();
  auto memory = std::make_unique<DeviceMemory>(64);
  const void* const used[] = {memory->get<char>() + 16};

  const std::int64_t work = radam_emulated_work_begins(stream->get(), used, 1);
  { const DeviceMemory unused(64); }  // is freed at once
  require_wait("radam_cuda_stream_synchronize", work,
               [&] { ok(radam_cuda_stream_synchronize(kDevice, stream->get()), "radam_cuda_stream_synchronize"); });
  // Also what is only queued: here, work is done when it is queued.
  const DeviceMemory other(64);
  const auto begin = [&] { return radam_emulated_work_begins(stream->get(), nullptr, 0); };
  require_wait("radam_cuda_copy", begin(), [&] { stream->copy(other.get<char>() + 32, other.get(), 32); });
  require_wait("radam_cuda_fill", begin(),
               [&] { ok(radam_cuda_fill(kDevice, other.get(), 0, 64, stream->get()), "radam_cuda_fill"); });
  require_wait("a launch", begin(), [&] {
    ok(radam_cuda_round_gradient(kDevice, other.get(), other.get<char>() + 32, RADAM_TYPE_F32, 8, stream->get()),
       "radam_cuda_round_gradient");
  });
  // Behind an event that was recorded after the work, in another stream or by the host; and not behind one from before.
  const Stream apart;
  void *early = nullptr, *late = nullptr;
  ok(radam_cuda_event_create(kDevice, &early), "radam_cuda_event_create");
  ok(radam_cuda_event_create(kDevice, &late), "radam_cuda_event_create");
  const auto begin_between = [&] {
    ok(radam_cuda_event_record(kDevice, early, stream->get()), "radam_cuda_event_record");
    const std::int64_t begun = begin();
    ok(radam_cuda_event_record(kDevice, late, stream->get()), "radam_cuda_event_record");
    ok(radam_cuda_event_synchronize(kDevice, early), "radam_cuda_event_synchronize");
    ok(radam_cuda_stream_wait(kDevice, apart.get(), early), "radam_cuda_stream_wait");
    apart.copy(other.get<char>() + 32, other.get(), 32);
    apart.synchronize();
    return begun;
  };
  require_wait("radam_cuda_event_synchronize", begin_between(),
               [&] { ok(radam_cuda_event_synchronize(kDevice, late), "radam_cuda_event_synchronize"); });
  require_wait("radam_cuda_stream_wait", begin_between(),
               [&] { ok(radam_cuda_stream_wait(kDevice, apart.get(), late), "radam_cuda_stream_wait"); });
  ok(radam_cuda_event_destroy(kDevice, early), "radam_cuda_event_destroy");
  ok(radam_cuda_event_destroy(kDevice, late), "radam_cuda_event_destroy");

  require_wait("radam_cuda_free", radam_emulated_work_begins(nullptr, used, 1), [&] { memory.reset(); });
  require_wait("radam_cuda_stream_destroy", radam_emulated_work_begins(stream->get(), nullptr, 0),
               [&] { stream.reset(); });
}

}  // namespace radam_test
