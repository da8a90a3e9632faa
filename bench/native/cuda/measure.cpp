#include "measure.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

namespace {

// How long a measurement takes at least: long against the clock's resolution and the time of a launch.
constexpr double kSeconds = 2e-3;

int enough_repeats(Timer& timer, const Pass& pass) {
  timer.seconds(pass, 1);  // the first is slower
  int repeats = 1;
  while (timer.seconds(pass, repeats) * repeats < kSeconds && repeats < 4096) repeats *= 2;
  return repeats;
}

}  // namespace

void require(radam_status status) {
  if (status == RADAM_OK) return;
  std::fprintf(stderr, "radam_cuda_bench: %s", radam_cuda_status_string(status));
  if (*radam_cuda_last_error() != '\0') std::fprintf(stderr, " (%s)", radam_cuda_last_error());
  std::fputc('\n', stderr);
  std::exit(1);
}

Timer::Timer(void* stream) : stream_(stream) {
  require(radam_cuda_event_create(kDevice, &start_));
  require(radam_cuda_event_create(kDevice, &end_));
}

Timer::~Timer() {
  radam_cuda_event_destroy(kDevice, start_);
  radam_cuda_event_destroy(kDevice, end_);
}

double Timer::seconds(const Pass& pass, int repeats) {
  float milliseconds = 0;
  require(radam_cuda_event_record(kDevice, start_, stream_));
  for (int i = 0; i < repeats; ++i) pass();
  require(radam_cuda_event_record(kDevice, end_, stream_));
  require(radam_cuda_event_synchronize(kDevice, end_));
  require(radam_cuda_event_elapsed(kDevice, start_, end_, &milliseconds));
  return milliseconds * 1e-3 / repeats;
}

std::vector<Times> measure(Timer& timer, const std::vector<Pass>& passes, int rounds) {
  std::vector<int> repeats;
  for (const Pass& pass : passes) repeats.push_back(enough_repeats(timer, pass));
  std::vector<std::vector<double>> seconds(passes.size());
  for (int round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < passes.size(); ++i) seconds[i].push_back(timer.seconds(passes[i], repeats[i]));
  std::vector<Times> times;
  for (std::vector<double>& of_pass : seconds) {
    std::sort(of_pass.begin(), of_pass.end());
    times.push_back({of_pass[of_pass.size() / 2], of_pass.front()});
  }
  return times;
}

Pass fastest(Timer& timer, const std::vector<Pass>& ways) {
  constexpr int kRounds = 3;
  const std::vector<Times> times = measure(timer, ways, kRounds);
  const auto best = std::min_element(times.begin(), times.end(),
                                     [](const Times& a, const Times& b) { return a.median < b.median; });
  return ways[static_cast<std::size_t>(best - times.begin())];
}
