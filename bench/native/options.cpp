#include "options.h"

#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

namespace {

constexpr const char* kUsage =
    "usage: radam_roofline [--json | --table] [--sparse] [--rounds N] [--target LIST] [--pattern LIST] [--mode LIST]\n"
    "                      [--threads LIST] [--size LIST]\n"
    "\n"
    "Compares a step with a loop that has the same loads and stores, and with the same step that takes all its roots and\n"
    "quotients by the divider. Interleaved; of several rounds, the best of each.\n"
    "\n"
    "  --json     one JSON object a line\n"
    "  --table    in Markdown, a row for each mode: one thread with 16384 parameters, which a cache holds, and all with\n"
    "             67108864, or the numbers of --threads each with the one of --size at the same place\n"
    "  --sparse   of ten rows, nine have never had a gradient: their moments are zero\n"
    "  --rounds   how often each is measured (9)\n"
    "  --target   scalar, avx2, avx512, neon (all that the machine can run)\n"
    "  --pattern  divider, quarter, half: how steps take roots and quotients, where the target has it (the one that\n"
    "             suits the processor)\n"
    "  --mode     adam, sgd and so on, each algorithm of the library; adam_l2, adamw, amsgrad, momentum, moments,\n"
    "             second_moment, sgd_momentum, sgdn_hd, rmsprop_momentum, rmsprop_centered (all)\n"
    "  --threads  numbers (1 and all)\n"
    "  --size     numbers of parameters (1024 to 67108864, in powers of four)\n"
    "\n"
    "Lists have commas.\n";

[[noreturn]] void fail(const std::string& sentence) {
  std::fprintf(stderr, "radam_roofline: %s\n\n%s", sentence.c_str(), kUsage);
  std::exit(2);
}

std::vector<std::string> words(const std::string& list) {
  std::vector<std::string> result;
  std::istringstream stream(list);
  for (std::string word; std::getline(stream, word, ',');) result.push_back(word);
  return result;
}

std::int64_t positive(const std::string& word, std::int64_t largest) {
  char* end = nullptr;
  const long long number = std::strtoll(word.c_str(), &end, 10);
  if (word.empty() || *end != '\0' || number < 1 || number > largest) fail("not a positive number in range: " + word);
  return number;
}

}  // namespace

Options parse_options(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string name = arguments[i];
    if (name == "--help") {
      std::fputs(kUsage, stdout);
      std::exit(0);
    }
    if (name == "--json") {
      options.json = true;
      continue;
    }
    if (name == "--table") {
      options.table = true;
      continue;
    }
    if (name == "--sparse") {
      options.sparse = true;
      continue;
    }
    if (name != "--rounds" && name != "--target" && name != "--pattern" &&
        name != "--mode" && name != "--threads" && name != "--size")
      fail("unknown option " + name);
    if (++i == count) fail(name + " needs a value");
    const std::vector<std::string> list = words(arguments[i]);
    if (list.empty()) fail(name + " needs a value");
    if (name == "--rounds") options.rounds = static_cast<int>(positive(arguments[i], 1000));
    if (name == "--target") options.targets = list;
    if (name == "--pattern") options.patterns = list;
    if (name == "--mode") options.modes = list;
    for (const std::string& word : list) {
      if (name == "--threads") options.threads.push_back(static_cast<int>(positive(word, 1024)));
      if (name == "--size") options.sizes.push_back(positive(word, std::int64_t{1} << 33));
    }
  }
  if (options.json && options.table) fail("--json or --table, not both");
  if (options.table && !options.patterns.empty()) fail("--pattern and --table do not go together");
  return options;
}
