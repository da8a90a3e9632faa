// Structs of older and newer headers: what they lack is 0, and what the library does not know must be.
// abi/old_program.c is compiled against such a header; here are the sizes themselves.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>
#include <radam/radam.h>

#include "algorithms.h"
#include "trajectory.h"

namespace radam_test {
namespace {

constexpr std::size_t kMore = 24;  // bytes that a newer header adds

// A struct with room behind it, all of it marked.
template <class T>
struct Roomy {
  T value;
  unsigned char behind[kMore];

  explicit Roomy(const T& of, int mark) : value(of) { std::memset(behind, mark, sizeof behind); }
  Roomy& claim(std::size_t size) {
    value.struct_size = static_cast<std::uint32_t>(size);
    return *this;
  }
};

// Reads a struct: equal, larger with zeros behind, larger with more; and smaller than any version, or not set at all.
template <class T, class Call>
void expect_read(const T& valid, std::size_t oldest, const Call& call) {
  Roomy<T> zeros(valid, 0), marked(valid, 0x5C);
  EXPECT_EQ(call(&zeros.claim(sizeof(T)).value), RADAM_OK);
  EXPECT_EQ(call(&marked.claim(sizeof(T)).value), RADAM_OK) << "what lies behind does not count";
  EXPECT_EQ(call(&zeros.claim(sizeof(T) + kMore).value), RADAM_OK);
  EXPECT_EQ(call(&marked.claim(sizeof(T) + kMore).value), RADAM_ERROR_STRUCT_SIZE);
  zeros.behind[kMore - 1] = 1;
  EXPECT_EQ(call(&zeros.claim(sizeof(T) + kMore).value), RADAM_ERROR_STRUCT_SIZE) << "the last byte of what is unknown";
  EXPECT_EQ(call(&zeros.claim(sizeof(T) + kMore - 1).value), RADAM_OK);
  EXPECT_EQ(call(&zeros.claim(oldest).value), RADAM_OK);
  for (const std::size_t wrong : {std::size_t{0}, oldest - 1, std::size_t{4097}, std::size_t{UINT32_MAX}})
    EXPECT_EQ(call(&zeros.claim(wrong).value), RADAM_ERROR_STRUCT_SIZE) << wrong;
}

// Fills a struct: what the library knows is the same, the rest of what was claimed is 0, and nothing behind that is
// touched.
template <class T, class Call>
void expect_filled(const Call& call, std::size_t oldest = sizeof(T)) {
  T known;
  std::memset(&known, 0, sizeof known);
  known.struct_size = sizeof known;
  ASSERT_EQ(call(&known), RADAM_OK);
  T marked;
  std::memset(&marked, 0x5C, sizeof marked);
  for (const std::size_t more : {std::size_t{0}, std::size_t{1}, kMore - 1}) {
    Roomy<T> roomy(marked, 0x5C);
    ASSERT_EQ(call(&roomy.claim(sizeof(T) + more).value), RADAM_OK);
    EXPECT_EQ(roomy.value.struct_size, sizeof(T) + more);
    roomy.value.struct_size = sizeof(T);
    EXPECT_EQ(std::memcmp(&roomy.value, &known, sizeof known), 0);
    for (std::size_t i = 0; i < kMore; ++i) EXPECT_EQ(roomy.behind[i], i < more ? 0 : 0x5C) << i;
  }
  for (const std::size_t wrong : {std::size_t{0}, oldest - 1, std::size_t{4097}, std::size_t{UINT32_MAX}}) {
    Roomy<T> roomy(marked, 0x5C);
    const Roomy<T> before = roomy.claim(wrong);
    EXPECT_EQ(call(&roomy.value), RADAM_ERROR_STRUCT_SIZE) << wrong;
    EXPECT_EQ(std::memcmp(&roomy, &before, sizeof roomy), 0);
  }
}

TEST(StructSize, Hyperparameters) {
  expect_read(preset(RADAM_PRESET_RADAM_PYTORCH), sizeof(radam_hyperparameters), radam_hyperparameters_check);
  expect_read(preset(RADAM_PRESET_RADAM_PYTORCH), sizeof(radam_hyperparameters), [](const radam_hyperparameters* h) {
    radam_coefficients c{};
    c.struct_size = sizeof c;
    return radam_coefficients_at(h, 1, &c);
  });
  expect_filled<radam_hyperparameters>(
      [](radam_hyperparameters* h) { return radam_hyperparameters_init(h, RADAM_PRESET_ADAMW_PYTORCH); });
}

TEST(StructSize, Coefficients) {
  expect_read(combination("lion").typical, sizeof(radam_coefficients), [](const radam_coefficients* c) {
    float p = 1, g = 1, m = 1;
    float* const state[] = {&m};
    return radam_step_f32(RADAM_TARGET_AUTO, c, 0, 1, &p, &g, state);
  });
  const radam_hyperparameters h = preset(RADAM_PRESET_RADAM_PYTORCH);
  expect_filled<radam_coefficients>([&](radam_coefficients* c) { return radam_coefficients_at(&h, 7, c); });
}

TEST(StructSize, Tensor) {
  radam_tensor t{};
  t.length = 1;
  t.step = 1;
  t.zero_grad = 1;
  const radam_coefficients c = combination("sgd").typical;
  float p = 1, g = 1;
  expect_read(t, offsetof(radam_tensor, first), [&](const radam_tensor* given) {
    return radam_step(RADAM_TARGET_AUTO, &c, given, 0, 1, &p, &g, nullptr, nullptr);
  });
  // Fields that an older struct does not have are 0, whatever its memory holds after its end.
  t.output = RADAM_OUTPUT_UPDATE;
  t.first = -1;
  t.struct_size = offsetof(radam_tensor, first);
  EXPECT_EQ(radam_step(RADAM_TARGET_AUTO, &c, &t, 0, 1, &p, &g, nullptr, nullptr), RADAM_OK);
}

TEST(StructSize, StateBufferAndStatistics) {
  const radam_hyperparameters h = preset(RADAM_PRESET_ADAM_PYTORCH);
  expect_filled<radam_state_buffer>([&](radam_state_buffer* b) { return radam_state_describe(&h, 1, b); });
  const float grad[] = {1, -2, 3};
  expect_filled<radam_statistics>([&](radam_statistics* s) {
    return radam_gradient_statistics(RADAM_TARGET_AUTO, RADAM_TYPE_F32, 0, 3, grad, s);
  });
}

// Sums are filled by one function and read by another, and coefficients are read by both and filled by the latter.
void expect_of_layerwise(const radam_hyperparameters& h) {
  radam_coefficients c{};
  c.struct_size = sizeof c;
  ASSERT_EQ(radam_coefficients_at(&h, 7, &c), RADAM_OK);
  const float p = 3, g = 1;
  float m = 1, v = 1;
  radam_tensor t{};
  t.struct_size = sizeof t;
  t.length = t.step = 1;
  t.state[0] = &m;
  t.state[1] = &v;
  const auto sums = [&](const radam_coefficients* k, const radam_tensor* of, radam_sums* s) {
    return radam_tensor_sums(RADAM_TARGET_AUTO, k, of, 0, 1, &p, &g, nullptr, s);
  };
  radam_sums s{};
  s.struct_size = sizeof s;
  ASSERT_EQ(sums(&c, &t, &s), RADAM_OK);
  EXPECT_EQ(s.values[0], h.algorithm == RADAM_ALGORITHM_LAMB || h.algorithm == RADAM_ALGORITHM_LARS ? 9 : 1);
  radam_sums again = s;
  expect_read(c, sizeof(radam_coefficients), [&](const radam_coefficients* k) { return sums(k, &t, &again); });
  expect_read(t, offsetof(radam_tensor, first), [&](const radam_tensor* of) { return sums(&c, of, &again); });
  // The oldest version has two sums, which are too few for YellowFin.
  const std::size_t fewest = h.algorithm == RADAM_ALGORITHM_YELLOWFIN ? 3 : 2;
  const std::size_t oldest = offsetof(radam_sums, values) + fewest * sizeof(double);
  expect_filled<radam_sums>([&](radam_sums* to) { return sums(&c, &t, to); }, oldest);
  radam_coefficients r = c;
  const auto reduce = [&](const radam_coefficients* k, const radam_sums* of, radam_coefficients* to) {
    double numbers[RADAM_MAX_NUMBERS] = {0.5, 0};
    return radam_coefficients_reduce(k, 1, of, numbers, to);
  };
  expect_read(c, sizeof(radam_coefficients),
              [&](const radam_coefficients* k) { return reduce(k, &s, &r); });
  expect_read(s, oldest, [&](const radam_sums* of) { return reduce(&c, of, &r); });
  expect_filled<radam_coefficients>([&](radam_coefficients* to) { return reduce(&c, &s, to); });
}

TEST(StructSize, OfRows) {
  const radam_hyperparameters h = preset(RADAM_PRESET_ADAMP_AUTHORS);
  radam_coefficients c{};
  c.struct_size = sizeof c;
  ASSERT_EQ(radam_coefficients_at(&h, 1, &c), RADAM_OK);
  radam_tensor t{};
  t.struct_size = sizeof t;
  t.length = t.step = t.row_length = 1;
  float p = 3, g = 1, m = 0, v = 0, decay = 0;
  t.state[0] = &m;
  t.state[1] = &v;
  double sums[RADAM_ROW_SUMS];
  const auto sum = [&](const radam_coefficients* k, const radam_tensor* of) {
    return radam_row_sums(RADAM_TARGET_AUTO, k, of, 0, 1, &p, &g, nullptr, sums);
  };
  expect_read(c, sizeof(radam_coefficients), [&](const radam_coefficients* k) { return sum(k, &t); });
  EXPECT_EQ(sums[2], 9);
  // Of an older header there is no length of rows.
  radam_tensor old = t;
  old.struct_size = offsetof(radam_tensor, grad_mean);
  EXPECT_EQ(sum(&c, &old), RADAM_ERROR_ROW_LENGTH);
  old.struct_size = 1;
  EXPECT_EQ(sum(&c, &old), RADAM_ERROR_STRUCT_SIZE);
  std::int32_t projection = -1;
  radam_coefficients r = c;
  expect_read(c, sizeof(radam_coefficients), [&](const radam_coefficients* k) {
    return radam_coefficients_reduce_rows(k, 1, 1, sums, &decay, &projection, &r);
  });
  expect_filled<radam_coefficients>([&](radam_coefficients* to) {
    return radam_coefficients_reduce_rows(&c, 1, 1, sums, &decay, &projection, to);
  });
}

TEST(StructSize, OfLayerwiseAlgorithms) {
  expect_of_layerwise(preset(RADAM_PRESET_LAMB_NVIDIA));
  expect_of_layerwise(preset(RADAM_PRESET_LARS_BARLOWTWINS));
  expect_of_layerwise(preset(RADAM_PRESET_NOVOGRAD_NVIDIA));
  expect_of_layerwise(preset(RADAM_PRESET_SGD_HD_AUTHORS));
  expect_of_layerwise(preset(RADAM_PRESET_YELLOWFIN_AUTHORS));
}

}  // namespace
}  // namespace radam_test
