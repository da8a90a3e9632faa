// cuda_test [--small] [test...]: all tests, or those named. Exits with 77 if there is no GPU, unless RADAM_REQUIRE_GPU
// is set.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "tests.h"

namespace {

constexpr int kSkipped = 77;

struct Test {
  const char* name;
  void (*run)(radam_test::Scale);
};

constexpr Test kTests[] = {
#define RADAM_TEST(name) {#name, radam_test::name}
    RADAM_TEST(every_combination),
    RADAM_TEST(layerwise),
    RADAM_TEST(by_rows),
    RADAM_TEST(many_tensors),
    RADAM_TEST(slices),
    RADAM_TEST(finite),
    RADAM_TEST(bindings),
    RADAM_TEST(skipped_updates),
    RADAM_TEST(buffers_not_present),
    RADAM_TEST(statistics),
    RADAM_TEST(gradients_of_ranks),
    RADAM_TEST(prepared_on_device),
    RADAM_TEST(skipped_on_device),
    RADAM_TEST(refused_on_device),
    RADAM_TEST(memory_and_streams),
    RADAM_TEST(misuse),
#ifdef RADAM_TEST_REAL_DEVICE
    RADAM_TEST(graph),
    RADAM_TEST(large),
#else
    RADAM_TEST(no_waiting),
    RADAM_TEST(other_work),
#endif
#undef RADAM_TEST
};

// The name of the GPU; or what is wrong.
bool find_device(std::string& text) {
  int32_t count = 0;
  radam_status status = radam_cuda_device_count(&count);
  radam_cuda_device d{};
  d.struct_size = sizeof d;
  if (status == RADAM_OK) status = radam_cuda_device_info(0, &d);
  text = status == RADAM_OK ? d.name : radam_cuda_status_string(status);
  return status == RADAM_OK;
}

}  // namespace

int main(int argc, char** argv) {
  bool small = false;
  std::vector<std::string> names;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--small") == 0) {
      small = true;
    } else {
      names.push_back(argv[i]);
    }
  }
  std::string device;
  if (!find_device(device)) {
    const char* const required = std::getenv("RADAM_REQUIRE_GPU");
    const bool is_required = required != nullptr && *required != '\0';
    for (const Test& test : kTests) std::printf("%-20s %s\n", test.name, is_required ? "FAILED" : "skipped");
    std::printf("no GPU to test on: %s\n", device.c_str());
    return is_required ? 1 : kSkipped;
  }
  std::printf("on %s\n", device.c_str());
  int ran = 0, failed = 0;
  for (const Test& test : kTests) {
    bool chosen = names.empty();
    for (const std::string& name : names) chosen = chosen || name == test.name;
    if (!chosen) continue;
    ++ran;
    std::printf("%-20s ", test.name);
    std::fflush(stdout);
    try {
      test.run({small});
      std::printf("ok\n");
    } catch (const radam_test::Failure& failure) {
      ++failed;
      std::printf("FAILED: %s\n", failure.text.c_str());
    }
  }
  std::printf("%d tests, %d failed\n", ran, failed);
  return ran > 0 && failed == 0 ? 0 : 1;
}
