// Runs a fuzz target on the inputs of a file, without a fuzzer: a line of hexadecimal digits each.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int count, char** arguments) {
  std::size_t inputs = 0;
  for (int i = 1; i < count; ++i) {
    std::ifstream file(arguments[i]);
    for (std::string line; std::getline(file, line); ++inputs) {
      std::vector<std::uint8_t> input;
      for (std::size_t k = 0; k + 1 < line.size(); k += 2)
        input.push_back(static_cast<std::uint8_t>(std::stoi(line.substr(k, 2), nullptr, 16)));
      // On a failure, the last line says which input it was.
      std::printf("%s:%zu\n", arguments[i], inputs + 1);
      std::fflush(stdout);
      LLVMFuzzerTestOneInput(input.data(), input.size());
    }
  }
  if (inputs == 0) {
    std::fprintf(stderr, "replay: no inputs\n");
    return 1;
  }
  return 0;
}
