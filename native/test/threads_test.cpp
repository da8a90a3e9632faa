// The parts of one tensor, stepped by several threads at once, give the bits of one thread; and the first calls of a
// process may be made by several. ci/sanitize runs this under ThreadSanitizer, which reports where two threads touch the
// same memory.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "layerwise_reference.h"
#include "mixed_cases.h"
#include "targets.h"

namespace radam_test {
namespace {

constexpr int kThreads = 3;

// Calls body(thread) in several threads that begin at the same time.
void in_threads(const std::function<void(int)>& body) {
  std::atomic<int> missing{kThreads};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread)
    threads.emplace_back([&, thread] {
      --missing;
      while (missing > 0) std::this_thread::yield();
      body(thread);
    });
  for (std::thread& thread : threads) thread.join();
}

// Before all others, so that these are the first calls of the process: the target is chosen by several threads.
TEST(Threads, FirstCalls) {
  std::int32_t chosen[kThreads] = {};
  in_threads([&](int thread) { radam_select_target(nullptr, &chosen[thread]); });
  std::int32_t expected = 0;
  ASSERT_EQ(radam_select_target(nullptr, &expected), RADAM_OK);
  for (const std::int32_t target : chosen) EXPECT_EQ(target, expected);
}

TEST(Threads, PartsOfOneTensor) {
  Values random(0x7412ead5);
  std::set<std::int32_t> state_types;
  // A number that has no factor with the number of cases, so that the cases differ in all they can.
  for (unsigned number = 0; number < MixedCase::count(); number += 61) {
    const MixedCase k(number, random);
    state_types.insert(k.settings.state_type);
    MixedTensor whole = tensor(random, k.settings, k.parts->present, k.copy, k.average, k.tame);
    whole.settings.step = 1;
    new_gradients(random, whole, k.tame);
    const std::int64_t length = k.settings.length;
    const std::int64_t unit = k.settings.state_type == RADAM_STATE_BLOCK8 ? RADAM_BLOCK_SIZE : 1;
    const std::int64_t part = unit > 1 ? unit : 1 + random.below(150);
    for (const std::int32_t target : available_targets()) {
      MixedTensor expected = whole, actual = whole;
      const MixedBuffers one = expected.buffers(), several = actual.buffers();
      ASSERT_EQ(step_mixed(target, &k.parts->typical, &one, 0, length), RADAM_OK);
      radam_status status[kThreads] = {};
      in_threads([&](int thread) {
        for (std::int64_t begin = thread * part; begin < length; begin += kThreads * part)
          if (status[thread] == RADAM_OK)
            status[thread] = step_mixed(target, &k.parts->typical, &several, begin, std::min(begin + part, length));
      });
      for (const radam_status of_thread : status) ASSERT_EQ(of_thread, RADAM_OK);
      ASSERT_EQ(difference(actual, expected), "") << radam_target_name(target) << ", " << k.describe();
    }
  }
  EXPECT_EQ(state_types.size(), 3u);
}

// Statistics of one gradient, which several threads may read.
TEST(Threads, StatisticsOfOneGradient) {
  const std::vector<float> grad(5000, 0.5f);
  radam_statistics s[kThreads] = {};
  in_threads([&](int thread) {
    s[thread].struct_size = sizeof s[thread];
    radam_gradient_statistics(RADAM_TARGET_AUTO, RADAM_TYPE_F32, 0, 5000, grad.data(), &s[thread]);
  });
  for (const radam_statistics& of_thread : s) EXPECT_EQ(of_thread.sum_of_squares, 1250);
}

// Likewise the sums of one tensor.
TEST(Threads, SumsOfOneTensor) {
  Values random(0x7412ead5);
  for (unsigned number = 0; number < LayerwiseCase::count(); number += 61) {
    LayerwiseCase k(number, random);
    const MixedBuffers b = k.t.buffers();
    const radam_sums expected = reference_sums(k.c, k.t, 0, b.length);
    radam_sums s[kThreads] = {};
    in_threads([&](int thread) {
      s[thread] = no_sums();
      radam_tensor_sums(RADAM_TARGET_AUTO, &k.c, &b, 0, b.length, b.param, b.grad, b.param_copy, &s[thread]);
    });
    for (const radam_sums& of_thread : s)
      for (int i = 0; i < RADAM_MAX_SUMS; ++i) EXPECT_TRUE(same_sum(of_thread.values[i], expected.values[i])) << number;
  }
}

}  // namespace
}  // namespace radam_test
