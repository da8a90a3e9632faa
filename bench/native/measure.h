#ifndef RADAM_BENCH_MEASURE_H
#define RADAM_BENCH_MEASURE_H

#include <cstdint>
#include <functional>
#include <vector>

// Work on a range of elements.
using Pass = std::function<void(std::int64_t begin, std::int64_t end)>;

// Calls body(begin, end) on as many threads, each with its part of [0, n).
void on_threads(int threads, std::int64_t n, const Pass& body);

// Seconds that one pass over [0, n) takes, for each kind of pass: the best of so many rounds. Each round measures every
// kind, one after the other, so that a change of the machine's speed meets them all. Threads do not wait for each other
// between passes.
std::vector<double> measure(const std::vector<Pass>& passes, int threads, std::int64_t n, int rounds);

#endif
