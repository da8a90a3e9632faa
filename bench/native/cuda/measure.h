#ifndef RADAM_BENCH_CUDA_MEASURE_H
#define RADAM_BENCH_CUDA_MEASURE_H

#include <functional>
#include <vector>

#include <radam/radam_cuda_runtime.h>

// Queues some work.
using Pass = std::function<void()>;

constexpr int kDevice = 0;

// Ends the program with a sentence if it is not RADAM_OK.
void require(radam_status status);

// Times work in one stream, by the device's own clock.
class Timer {
 public:
  explicit Timer(void* stream);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Seconds that a pass takes, when so many are queued one after the other.
  double seconds(const Pass& pass, int repeats);

 private:
  void *stream_, *start_ = nullptr, *end_ = nullptr;
};

// Of several rounds.
struct Times {
  double median, best;
};

// Seconds of each pass. Each round measures every pass, one after the other, so that a change of the device's speed
// meets them all.
std::vector<Times> measure(Timer& timer, const std::vector<Pass>& passes, int rounds);

// The fastest of several ways to do the same.
Pass fastest(Timer& timer, const std::vector<Pass>& ways);

#endif
