// Units of the vector type V. Included by by_fma_units_*.cpp.
#include "../src/by_fma.h"
#include "../src/driver.h"
#include "by_fma_units.h"
#include "decided.h"

namespace {

template <class V, class Body>
RADAM_INLINE void each_vector(Body body) {
  for (int i = 0; i < 16; i += V::kLanes) body(i);
}

template <class V>
void approximate_reciprocal(const float* x, float* y) {
  each_vector<V>([&](int i) { V::store(y + i, V::approximate_reciprocal(V::load(x + i))); });
}

template <class V>
void approximate_rsqrt(const float* x, float* y) {
  if constexpr (V::kSqrtByFma) each_vector<V>([&](int i) { V::store(y + i, V::approximate_rsqrt(V::load(x + i))); });
}

template <class V>
void sqrt_by_fma(const float* x, float* root) {
  each_vector<V>([&](int i) { V::store(root + i, ByFma<V>::sqrt(V::load(x + i))); });
}

template <class V>
void div_by_fma(const float* a, const float* b, float* quotient) {
  each_vector<V>([&](int i) { V::store(quotient + i, ByFma<V>::div(V::load(a + i), V::load(b + i))); });
}

template <class V>
bool accepts(const float* numerator, const float* radicand, const float* divisor) {
  typename V::Guard guard;
  each_vector<V>([&](int i) { guard.watch(V::load(numerator + i), V::load(radicand + i), V::load(divisor + i)); });
  return guard.accepts();
}

template <class V>
constexpr radam::KernelTable kernels = kernel_table<Decided<V>>();

template <class V>
constexpr radam_test::Units units(std::int32_t target, double reciprocal_error, double rsqrt_error) {
  return {target,
          reciprocal_error,
          rsqrt_error,
          approximate_reciprocal<V>,
          approximate_rsqrt<V>,
          sqrt_by_fma<V>,
          div_by_fma<V>,
          accepts<V>,
          &kernels<V>,
          &Decided<V>::chosen};
}

}  // namespace
