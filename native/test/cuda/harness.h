// Tests without a framework, for machines with a GPU and little else. A test is a function that fails by calling
// fail().
#ifndef RADAM_TEST_CUDA_HARNESS_H
#define RADAM_TEST_CUDA_HARNESS_H

#include <cstdint>
#include <string>

#include <radam/radam_cuda_runtime.h>

namespace radam_test {

struct Failure {
  std::string text;
};

[[noreturn]] inline void fail(const std::string& text) { throw Failure{text}; }

inline void require(bool condition, const std::string& text) {
  if (!condition) fail(text);
}

// Fails unless a status is the one expected.
inline void expect_status(radam_status actual, radam_status expected, const std::string& what) {
  if (actual == expected) return;
  fail(what + ": " + std::to_string(actual) + " (" + radam_cuda_status_string(actual) + "; " +
       radam_cuda_last_error() + ") and not " + std::to_string(expected) + " (" + radam_cuda_status_string(expected) +
       ")");
}

inline void ok(radam_status status, const std::string& what) { expect_status(status, RADAM_OK, what); }

// How many cases to run: fewer under a tool that makes everything slower.
struct Scale {
  bool small;
};

}  // namespace radam_test

#endif
