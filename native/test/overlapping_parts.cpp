// A mistake: two threads step the same element, the last of one part and the first of the other. ThreadSanitizer must
// report it, or its silence about the other tests means nothing.
#include <atomic>
#include <thread>

#include <radam/radam.h>

int main() {
  radam_hyperparameters h{};
  h.struct_size = sizeof h;
  radam_coefficients c{};
  c.struct_size = sizeof c;
  if (radam_hyperparameters_init(&h, RADAM_PRESET_LION_AUTHORS) || radam_coefficients_at(&h, 1, &c)) return 1;
  static float param[1000], grad[1000], exp_avg[1000];
  float* const state[] = {exp_avg};
  const auto step = [&](std::int64_t begin, std::int64_t end) {
    radam_step_f32(RADAM_TARGET_SCALAR, &c, begin, end, param, grad, state);
  };
  // One after the other, so that neither write is lost among what the sanitizer remembers. That is no order which a
  // program may rely on.
  std::atomic<bool> done{false};
  std::thread first([&] {
    step(0, 501);
    done.store(true, std::memory_order_relaxed);
  });
  std::thread second([&] {
    while (!done.load(std::memory_order_relaxed)) std::this_thread::yield();
    step(500, 1000);
  });
  first.join();
  second.join();
}
