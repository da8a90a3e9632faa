#ifndef RADAM_BENCH_OPTIONS_H
#define RADAM_BENCH_OPTIONS_H

#include <cstdint>
#include <string>
#include <vector>

struct Options {
  bool json = false;
  bool table = false;
  bool sparse = false;
  int rounds = 9;
  std::vector<std::string> targets;  // empty: all that this machine can run
  std::vector<std::string> patterns; // empty: the one that each target has at first
  std::vector<std::string> modes;    // empty: all
  std::vector<int> threads;          // empty: one, and all
  std::vector<std::int64_t> sizes;   // empty: 1,024 to 67,108,864; of a table, 16,384 and 67,108,864
};

// Ends the program with a sentence where it does not understand.
Options parse_options(int count, char** arguments);

#endif
