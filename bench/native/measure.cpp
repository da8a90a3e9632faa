#include "measure.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

namespace {

// How long a measurement takes at least. Long against the clock and the start of the threads' loops, short against
// disturbances.
constexpr double kSeconds = 2e-3;
constexpr std::int64_t kCutElements = 256;  // a block of 8-bit state

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::int64_t cut(std::int64_t n, int part, int parts) {
  return part == parts ? n : n * part / parts / kCutElements * kCutElements;
}

// All threads begin at once.
class Start {
 public:
  explicit Start(int threads) : missing_(threads) {}
  void wait() {
    --missing_;
    // There may be more threads than processors.
    while (missing_.load() > 0) std::this_thread::yield();
  }

 private:
  std::atomic<int> missing_;
};

// Seconds from the first thread's start to the last one's end.
double seconds(const Pass& pass, int threads, std::int64_t n, int repeats) {
  Start start(threads);
  std::vector<double> first(static_cast<std::size_t>(threads)), last(first);
  std::atomic<int> next{0};
  on_threads(threads, n, [&](std::int64_t begin, std::int64_t end) {
    const auto self = static_cast<std::size_t>(next++);
    start.wait();
    first[self] = now();
    for (int i = 0; i < repeats; ++i) pass(begin, end);
    last[self] = now();
  });
  return *std::max_element(last.begin(), last.end()) - *std::min_element(first.begin(), first.end());
}

}  // namespace

void on_threads(int threads, std::int64_t n, const Pass& body) {
  std::vector<std::thread> others;
  for (int part = 1; part < threads; ++part)
    others.emplace_back([&, part] { body(cut(n, part, threads), cut(n, part + 1, threads)); });
  body(0, cut(n, 1, threads));
  for (std::thread& thread : others) thread.join();
}

std::vector<double> measure(const std::vector<Pass>& passes, int threads, std::int64_t n, int rounds) {
  std::vector<int> repeats;
  std::vector<double> best;
  for (const Pass& pass : passes) {
    int count = 1;
    double time = seconds(pass, threads, n, count);
    while (time < kSeconds && count < (1 << 20)) time = seconds(pass, threads, n, count *= 2);
    repeats.push_back(count);
    best.push_back(time / count);
  }
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < passes.size(); ++i)
      best[i] = std::min(best[i], seconds(passes[i], threads, n, repeats[i]) / repeats[i]);
  }
  return best;
}
