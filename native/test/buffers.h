// The buffers of a step, by number, and plain arrays to keep elements in.
#ifndef RADAM_TEST_BUFFERS_H
#define RADAM_TEST_BUFFERS_H

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ios>
#include <sstream>
#include <string>
#include <vector>

#include <radam/radam.h>

namespace radam_test {

enum Buffer { kParam, kGrad, kState, kBufferCount = kState + RADAM_MAX_STATE };

constexpr const char* kBufferNames[kBufferCount] = {"param",   "grad",    "state 0", "state 1",
                                                    "state 2", "state 3", "state 4", "state 5"};

// Element 0 of each buffer; null for state that is not there. They may be misaligned: pass them on, do not follow them.
using Pointers = std::array<float*, kBufferCount>;

// The values of one element, by buffer.
using Element = std::array<float, kBufferCount>;

// The values of many elements, by buffer.
struct Arrays {
  std::array<std::vector<float>, kBufferCount> values;

  std::size_t size() const { return values[kParam].size(); }
  void push_back(const Element& element) {
    for (int b = 0; b < kBufferCount; ++b) values[b].push_back(element[b]);
  }
  Element at(std::size_t i) const {
    Element element;
    for (int b = 0; b < kBufferCount; ++b) element[b] = values[b][i];
    return element;
  }
  // present: bit k is set if there is buffer k of the state.
  Pointers pointers(unsigned present) {
    Pointers p{values[kParam].data(), values[kGrad].data()};
    for (int k = 0; k < RADAM_MAX_STATE; ++k)
      if (present >> k & 1) p[kState + k] = values[kState + k].data();
    return p;
  }
};

// `bytes` bytes further, in arithmetic on addresses: the result may be misaligned or point to nothing.
inline float* advance(void* from, std::ptrdiff_t bytes) {
  return reinterpret_cast<float*>(reinterpret_cast<std::uintptr_t>(from) + static_cast<std::uintptr_t>(bytes));
}

inline std::uint32_t bits_of(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

// Equality as the library promises it: the same bits, and any NaN for a NaN.
inline bool same(float a, float b) { return bits_of(a) == bits_of(b) || (std::isnan(a) && std::isnan(b)); }

// Where two sets of arrays first differ, in words; empty if they do not.
inline std::string first_difference(const Arrays& actual, const Arrays& expected, const Arrays& before) {
  for (int b = 0; b < kBufferCount; ++b) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (same(actual.values[b][i], expected.values[b][i])) continue;
      std::ostringstream text;
      text << std::hexfloat << kBufferNames[b] << "[" << i << "] is " << actual.values[b][i] << " and not "
           << expected.values[b][i] << "; before the step:";
      for (int k = 0; k < kBufferCount; ++k) text << " " << kBufferNames[k] << " " << before.values[k][i];
      return text.str();
    }
  }
  return "";
}

}  // namespace radam_test

#endif
