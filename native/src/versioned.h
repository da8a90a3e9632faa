// Structs of callers whose header may be older or newer than this library. radam.h (Conventions) documents what happens
// then.
#ifndef RADAM_SRC_VERSIONED_H
#define RADAM_SRC_VERSIONED_H

#include <cstddef>
#include <cstdint>
#include <cstring>

#include <radam/radam.h>

namespace radam {

// The size of the first version of a struct. It never changes, however the struct grows.
template <class T>
constexpr std::size_t kOldest = 0;
template <>
inline constexpr std::size_t kOldest<radam_hyperparameters> =
    offsetof(radam_hyperparameters, of) + sizeof(radam_hyperparameters::of);
template <>
inline constexpr std::size_t kOldest<radam_coefficients> = offsetof(radam_coefficients, reserved) + 4;
template <>
inline constexpr std::size_t kOldest<radam_state_buffer> = offsetof(radam_state_buffer, name) + sizeof(const char*);
template <>
inline constexpr std::size_t kOldest<radam_statistics> = offsetof(radam_statistics, non_finite) + 8;
template <>
inline constexpr std::size_t kOldest<radam_sums> = offsetof(radam_sums, values) + 2 * sizeof(double);
template <>
inline constexpr std::size_t kOldest<radam_tensor> = offsetof(radam_tensor, first);

// More than any struct will have. A larger struct_size was not set at all.
constexpr std::size_t kLargest = 4096;

// A struct that the library reads.
template <class T>
class Versioned {
 public:
  explicit Versioned(const T& given) : given_(&given) {
    const std::size_t size = given.struct_size;
    if (__builtin_expect(size == sizeof(T), true)) return;
    if (size < sizeof(T)) {
      known_ = size >= kOldest<T>;
      std::memset(&copy_, 0, sizeof copy_);
      if (known_) std::memcpy(&copy_, &given, size);
      given_ = &copy_;
      return;
    }
    const auto* const bytes = reinterpret_cast<const unsigned char*>(&given);
    known_ = size <= kLargest;
    for (std::size_t i = sizeof(T); known_ && i < size; ++i) known_ = bytes[i] == 0;
  }
  Versioned(const Versioned&) = delete;
  Versioned& operator=(const Versioned&) = delete;

  // False: RADAM_ERROR_STRUCT_SIZE.
  bool is_known() const { return known_; }
  const T& get() const { return *given_; }

 private:
  const T* given_;
  bool known_ = true;
  T copy_;  // of an older struct, with zeros for what it lacks
};

// Structs that the library fills.

template <class T>
bool has_room(const T& to) {
  return to.struct_size >= kOldest<T> && to.struct_size <= kLargest;
}

// Writes as many fields as there is room for, and zeros after the fields that the library knows.
template <class T>
void write(T& from, T& to) {
  const std::size_t size = to.struct_size;
  from.struct_size = to.struct_size;
  std::memcpy(&to, &from, size < sizeof(T) ? size : sizeof(T));
  if (size > sizeof(T)) std::memset(reinterpret_cast<unsigned char*>(&to) + sizeof(T), 0, size - sizeof(T));
}

}  // namespace radam

#endif
