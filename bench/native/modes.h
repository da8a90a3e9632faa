// What radam_roofline measures: a step of each algorithm, and of some the ways that cost something else.
#ifndef RADAM_BENCH_MODES_H
#define RADAM_BENCH_MODES_H

#include <string>
#include <vector>

#include <radam/radam.h>

#include "baseline.h"

struct Mode {
  std::string name;
  radam_coefficients coefficients;
  unsigned present;    // bit k: buffer k of the state is there
  unsigned is_signed;  // bit k: its elements may be negative
  Streams streams;
};

// All algorithms of the library, by its own list, as the first preset of each has them; and then those other ways.
const std::vector<Mode>& modes();

#endif
