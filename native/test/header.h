/* What a language makes of radam.h: the sizes of its structs, and every function, which must therefore be exported. */
#ifndef RADAM_TEST_HEADER_H
#define RADAM_TEST_HEADER_H

#include <stddef.h>

#include <radam/radam.h>

struct header_view {
  size_t hyperparameters, coefficients, tensor, state_buffer, statistics, sums;
  int32_t (*abi_version)(void);
  const char *(*version)(void);
  const char *(*status_string)(radam_status);
  radam_status (*select_target)(const char *, int32_t *);
  int32_t (*best_target)(void);
  int32_t (*target_available)(int32_t);
  const char *(*target_name)(int32_t);
  const char *(*target_pattern)(int32_t);
  radam_status (*set_target_pattern)(int32_t, const char *);
  radam_status (*init)(radam_hyperparameters *, int32_t);
  radam_status (*check)(const radam_hyperparameters *);
  radam_status (*coefficients_at)(const radam_hyperparameters *, int64_t, radam_coefficients *);
  const char *(*algorithm_name)(int32_t);
  int32_t (*state_count)(int32_t);
  radam_status (*state_describe)(const radam_hyperparameters *, int32_t, radam_state_buffer *);
  radam_status (*step_f32)(int32_t, const radam_coefficients *, int64_t, int64_t, float *, const float *,
                           float *const *);
  radam_status (*step)(int32_t, const radam_coefficients *, const radam_tensor *, int64_t, int64_t, void *, void *,
                       void *, float *);
  radam_status (*gradient_statistics)(int32_t, int32_t, int64_t, int64_t, const void *, radam_statistics *);
  radam_status (*gradient_means)(int32_t, int32_t, int64_t, int64_t, int64_t, const void *, float *);
  radam_status (*tensor_sums)(int32_t, const radam_coefficients *, const radam_tensor *, int64_t, int64_t, const void *,
                              const void *, const void *, radam_sums *);
  radam_status (*coefficients_reduce)(const radam_coefficients *, int64_t, const radam_sums *, double *,
                                      radam_coefficients *);
  radam_status (*row_sums)(int32_t, const radam_coefficients *, const radam_tensor *, int64_t, int64_t, const void *,
                           const void *, const void *, double *);
  radam_status (*coefficients_reduce_rows)(const radam_coefficients *, int64_t, int64_t, const double *, float *,
                                           int32_t *, radam_coefficients *);
};

#ifdef __cplusplus
extern "C" {
#endif
extern const struct header_view header_of_c99;
#ifdef __cplusplus
}
#endif

#endif
