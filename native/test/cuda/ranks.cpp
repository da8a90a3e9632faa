// The gradients of several ranks: their sum, and what goes to others.
#include <cmath>
#include <cstring>
#include <limits>

#include "../half_types.h"
#include "on_device.h"
#include "tests.h"
#include "twin.h"

namespace radam_test {
namespace {

float element(const unsigned char* from, std::int32_t type, std::int64_t i) {
  if (type == RADAM_TYPE_F32) {
    float x;
    std::memcpy(&x, from + 4 * i, sizeof x);
    return x;
  }
  std::uint16_t code;
  std::memcpy(&code, from + 2 * i, sizeof code);
  return value_of(type, code);
}

void require_sum(Values& random, std::int32_t type, std::int64_t length, std::int32_t ranks, std::int32_t rank,
                 const Stream& stream) {
  const std::int64_t bytes = type == RADAM_TYPE_F32 ? 4 : 2;
  // Half of the time all is aligned for four elements at once. Else a slice begins anywhere, and so does each message.
  const bool wide = random.below(2) != 0;
  const auto some = [&] { return wide ? 0 : static_cast<std::int64_t>(random.below(4)); };
  const std::int64_t stride = ((wide ? (length + 3) / 4 * 4 : length) + some()) * bytes;
  const std::int64_t before_sum = 4 + some(), before_grad = some(), before_messages = some();
  std::vector<unsigned char> own(static_cast<std::size_t>(length * bytes));
  std::vector<unsigned char> messages(static_cast<std::size_t>((ranks - 1) * stride));
  const bool tame = random.below(2) != 0;
  fill(random, type, own.data(), length, tame);
  for (std::int32_t i = 0; i < ranks - 1; ++i) fill(random, type, messages.data() + i * stride, length, tame);

  // Beside the sum, and where it is, is something else.
  std::vector<float> sums(static_cast<std::size_t>(before_sum + length + 4), 7.0f);
  const std::size_t sum_bytes = sums.size() * sizeof(float);
  const DeviceMemory device_sums(static_cast<std::int64_t>(sum_bytes));
  const DeviceMemory device_own((before_grad + length) * bytes);
  const DeviceMemory device_messages(before_messages * bytes + (ranks - 1) * stride + 1);
  auto* const grad = device_own.get<unsigned char>() + before_grad * bytes;
  auto* const others = device_messages.get<unsigned char>() + before_messages * bytes;
  stream.copy(device_sums.get(), sums.data(), sum_bytes);
  stream.copy(grad, own.data(), own.size());
  stream.copy(others, messages.data(), messages.size());
  ok(radam_cuda_add_gradients(kDevice, device_sums.get<float>() + before_sum, grad, ranks > 1 ? others : nullptr,
                              stride, ranks, rank, type, length, stream.get()),
     "radam_cuda_add_gradients");
  stream.copy(sums.data(), device_sums.get(), sum_bytes);
  stream.synchronize();

  for (std::int64_t i = -before_sum; i < length + 4; ++i) {
    float expected = 7;
    for (std::int32_t r = 0; i >= 0 && i < length && r < ranks; ++r) {
      const float next = r == rank ? element(own.data(), type, i)
                                   : element(messages.data() + (r < rank ? r : r - 1) * stride, type, i);
      expected = r == 0 ? next : expected + next;
    }
    const float actual = sums[static_cast<std::size_t>(before_sum + i)];
    const bool same = std::isnan(expected) ? std::isnan(actual) : std::memcmp(&expected, &actual, sizeof actual) == 0;
    require(same, "element " + std::to_string(i) + " of " + std::to_string(length) + " of type " +
                      std::to_string(type) + ", rank " + std::to_string(rank) + " of " + std::to_string(ranks) +
                      ": " + std::to_string(actual) + " and not " + std::to_string(expected));
  }
}

void misused() {
  const DeviceMemory memory(1000);
  auto* const m = memory.get<unsigned char>();
  const auto add = [&](void* sum, const void* grad, const void* messages, std::int64_t stride, std::int32_t ranks,
                       std::int32_t rank, std::int32_t type, std::int64_t length, std::int32_t device = kDevice) {
    return radam_cuda_add_gradients(device, static_cast<float*>(sum), grad, messages, stride, ranks, rank, type, length,
                                    nullptr);
  };
  constexpr auto f32 = RADAM_TYPE_F32, bf16 = RADAM_TYPE_BF16;
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  ok(add(m, m + 100, m + 200, 40, 3, 1, f32, 10), "a sum");
  ok(add(m, m + 100, nullptr, 0, 1, 0, f32, 10), "a sum of one rank");
  ok(add(nullptr, nullptr, nullptr, 0, 2, 1, f32, 0), "a sum of nothing");
  expect_status(add(nullptr, m + 100, m + 200, 40, 2, 0, f32, 10), RADAM_ERROR_NULL, "no sum");
  expect_status(add(m, nullptr, m + 200, 40, 2, 0, f32, 10), RADAM_ERROR_NULL, "no gradient");
  expect_status(add(m, m + 100, nullptr, 40, 2, 0, f32, 10), RADAM_ERROR_NULL, "no messages");
  expect_status(add(m, m + 100, m + 200, 40, 0, 0, f32, 10), RADAM_ERROR_RANGE, "no ranks");
  expect_status(add(m, m + 100, m + 200, 40, 2, 2, f32, 10), RADAM_ERROR_RANGE, "another rank");
  expect_status(add(m, m + 100, m + 200, 40, 2, -1, f32, 10), RADAM_ERROR_RANGE, "a negative rank");
  expect_status(add(m, m + 100, m + 200, -40, 2, 0, f32, 10), RADAM_ERROR_RANGE, "a negative stride");
  expect_status(add(m, m + 100, m + 200, most - 39, 3, 0, f32, 10), RADAM_ERROR_RANGE, "a stride that is too long");
  expect_status(add(m, m + 100, m + 200, most / 2, 4, 0, f32, 10), RADAM_ERROR_RANGE, "a stride that is too long");
  for (const std::int64_t stride : {0, 36})
    expect_status(add(m, m + 100, m + 200, stride, 3, 0, f32, 10), RADAM_ERROR_RANGE, "a stride that is too short");
  ok(add(m, m + 100, m + 200, 0, 2, 0, f32, 10), "a stride that is not used");
  expect_status(add(m, m + 100, m + 200, 40, 2, 0, f32, -1), RADAM_ERROR_RANGE, "a negative length");
  expect_status(add(m, m + 100, m + 200, 40, 2, 0, f32, most / 2), RADAM_ERROR_RANGE, "a length that is too long");
  expect_status(add(m, m + 100, m + 200, 40, 2, 0, RADAM_TYPE_SPLIT, 10), RADAM_ERROR_TYPE, "split gradients");
  expect_status(add(m, m + 100, m + 200, 40, 2, 0, -1, 10), RADAM_ERROR_TYPE, "no type");
  expect_status(add(m + 2, m + 100, m + 200, 40, 2, 0, f32, 10), RADAM_CUDA_ERROR_ALIGNMENT, "a misaligned sum");
  expect_status(add(m, m + 102, m + 200, 40, 2, 0, f32, 10), RADAM_CUDA_ERROR_ALIGNMENT, "a misaligned gradient");
  expect_status(add(m, m + 100, m + 201, 40, 2, 0, bf16, 10), RADAM_CUDA_ERROR_ALIGNMENT, "misaligned messages");
  expect_status(add(m, m + 100, m + 200, 41, 3, 0, bf16, 10), RADAM_CUDA_ERROR_ALIGNMENT, "a misaligned stride");
  for (const std::int64_t apart : {-36, 0, 36})
    expect_status(add(m + 100 + apart, m + 100, m + 200, 40, 2, 0, f32, 10), RADAM_ERROR_OVERLAP, "sum and gradient");
  ok(add(m + 140, m + 100, m + 200, 40, 2, 0, f32, 10), "a sum next to the gradient");
  for (const std::int64_t apart : {-36, 0, 36, 64, 100, 136})
    expect_status(add(m + 200 + apart, m + 100, m + 200, 100, 3, 0, f32, 10), RADAM_ERROR_OVERLAP, "sum and message");
  ok(add(m + 240, m + 100, m + 200, 100, 3, 0, f32, 10), "a sum between messages");
  ok(add(m + 340, m + 100, m + 200, 100, 3, 0, f32, 10), "a sum behind the messages");
  static float on_host[10];
  void* const h = on_host;
  expect_status(add(h, m + 100, m + 200, 40, 2, 0, f32, 10), RADAM_CUDA_ERROR_POINTER, "a sum on the host");
  expect_status(add(m, h, m + 200, 40, 2, 0, f32, 10), RADAM_CUDA_ERROR_POINTER, "a gradient on the host");
  expect_status(add(m, m + 100, h, 40, 2, 0, f32, 10), RADAM_CUDA_ERROR_POINTER, "messages on the host");
  ok(add(m, m + 100, h, 40, 1, 0, f32, 10), "messages that are not used");
  ok(add(m, m + 100, m + 200, 40, 3, 0, f32, 0, -1), "a sum of nothing on no device");
  expect_status(add(m, m + 100, m + 200, 40, 2, 0, f32, 10, -1), RADAM_CUDA_ERROR_DEVICE, "no such device");
  ok(radam_cuda_stream_synchronize(kDevice, nullptr), "radam_cuda_stream_synchronize");
}

void require_rounded(Values& random, std::int32_t type, std::int64_t length, const Stream& stream) {
  const std::int64_t bytes = type == RADAM_TYPE_F32 ? 4 : 2;
  const bool wide = random.below(2) != 0;
  const auto some = [&] { return wide ? 0 : static_cast<std::int64_t>(random.below(4)); };
  const std::int64_t before_rounded = 4 + some(), before_grad = some();
  std::vector<unsigned char> grad(static_cast<std::size_t>(length * bytes));
  fill(random, type, grad.data(), length, random.below(2) != 0);

  // Beside the numbers, and where they are, is something else.
  std::vector<std::uint16_t> rounded(static_cast<std::size_t>(before_rounded + length + 4), 0x1234);
  const std::size_t rounded_bytes = rounded.size() * sizeof rounded[0];
  const DeviceMemory device_rounded(static_cast<std::int64_t>(rounded_bytes));
  const DeviceMemory device_grad((before_grad + length) * bytes);
  auto* const from = device_grad.get<unsigned char>() + before_grad * bytes;
  stream.copy(device_rounded.get(), rounded.data(), rounded_bytes);
  stream.copy(from, grad.data(), grad.size());
  ok(radam_cuda_round_gradient(kDevice, device_rounded.get<std::uint16_t>() + before_rounded, from, type, length,
                               stream.get()),
     "radam_cuda_round_gradient");
  stream.copy(rounded.data(), device_rounded.get(), rounded_bytes);
  stream.synchronize();
  for (std::int64_t i = -before_rounded; i < length + 4; ++i) {
    std::uint16_t expected = 0x1234;
    if (i >= 0 && i < length) {
      const float x = element(grad.data(), type, i);
      expected = std::isnan(x) ? std::uint16_t{0x7FC0} : code_of(RADAM_TYPE_BF16, x, kNearest);
    }
    const std::uint16_t actual = rounded[static_cast<std::size_t>(before_rounded + i)];
    require(actual == expected, "element " + std::to_string(i) + " of " + std::to_string(length) + " of type " +
                                    std::to_string(type) + ": " + std::to_string(actual) + " and not " +
                                    std::to_string(expected));
  }
}

void misused_rounding() {
  const DeviceMemory memory(1000);
  auto* const m = memory.get<unsigned char>();
  const auto round = [&](void* rounded, const void* grad, std::int32_t type, std::int64_t length,
                         std::int32_t device = kDevice) {
    return radam_cuda_round_gradient(device, rounded, grad, type, length, nullptr);
  };
  constexpr auto f32 = RADAM_TYPE_F32;
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  ok(round(m, m + 100, f32, 10), "a gradient");
  ok(round(nullptr, nullptr, f32, 0, -1), "nothing on no device");
  expect_status(round(nullptr, m + 100, f32, 10), RADAM_ERROR_NULL, "no memory for the result");
  expect_status(round(m, nullptr, f32, 10), RADAM_ERROR_NULL, "no gradient");
  for (const std::int32_t type : {-1, static_cast<std::int32_t>(RADAM_TYPE_SPLIT)})
    expect_status(round(m, m + 100, type, 10), RADAM_ERROR_TYPE, "type");
  for (const std::int64_t length : {std::int64_t{-1}, most / 2, most / 4 + 1})
    expect_status(round(m, m + 100, f32, length), RADAM_ERROR_RANGE, "length");
  expect_status(round(m + 1, m + 100, f32, 10), RADAM_CUDA_ERROR_ALIGNMENT, "a misaligned result");
  expect_status(round(m, m + 102, f32, 10), RADAM_CUDA_ERROR_ALIGNMENT, "a misaligned gradient");
  for (const std::int64_t apart : {-18, 0, 38})
    expect_status(round(m + 100 + apart, m + 100, f32, 10), RADAM_ERROR_OVERLAP, "result and gradient");
  for (const std::int64_t apart : {-20, 40}) ok(round(m + 100 + apart, m + 100, f32, 10), "next to the gradient");
  static float on_host[10];
  expect_status(round(on_host, m + 100, f32, 10), RADAM_CUDA_ERROR_POINTER, "a result on the host");
  expect_status(round(m, on_host, f32, 10), RADAM_CUDA_ERROR_POINTER, "a gradient on the host");
  expect_status(round(m, m + 100, f32, 10, -1), RADAM_CUDA_ERROR_DEVICE, "no such device");
  ok(radam_cuda_stream_synchronize(kDevice, nullptr), "radam_cuda_stream_synchronize");
}

}  // namespace

void gradients_of_ranks(Scale scale) {
  const Stream stream;
  Values random(0x5A4B);
  for (const std::int32_t type : {RADAM_TYPE_F32, RADAM_TYPE_BF16, RADAM_TYPE_F16})
    for (std::int32_t ranks = 1; ranks <= 4; ++ranks)
      for (std::int32_t rank = 0; rank < ranks; ++rank)
        for (const std::int64_t length : {1, 2, 3, 4, 5, 1000, scale.small ? 1001 : 70'001})
          require_sum(random, type, length, ranks, rank, stream);
  misused();
  for (const std::int32_t type : {RADAM_TYPE_F32, RADAM_TYPE_BF16, RADAM_TYPE_F16})
    for (const std::int64_t length : {1, 2, 3, 4, 5, 1000, scale.small ? 1001 : 70'001})
      require_rounded(random, type, length, stream);
  misused_rounding();
}

}  // namespace radam_test
