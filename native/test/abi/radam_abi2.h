/* The part of radam.h that a program of the first ABI 2 may use to step a tensor: radam_tensor ends before `first`. Frozen:
 * it stands for what old programs were compiled against, and is not changed when radam.h is. */
#ifndef RADAM_TEST_ABI_RADAM_H
#define RADAM_TEST_ABI_RADAM_H

#include <stdint.h>

#define RADAM_MAX_STATE 6

typedef struct radam_adam_coefficients {
  float l2, decay, step_size, beta1, one_minus_beta1, beta2, one_minus_beta2, epsilon;
} radam_adam_coefficients;

typedef struct radam_coefficients {
  uint32_t struct_size;
  int32_t algorithm;
  int32_t mode;
  float grad_scale;
  union {
    radam_adam_coefficients adam;
    float values[16];
  } of;
  double learning_rate;
  double rho;
  double rectification;
  int32_t rectified;
  int32_t reserved;
} radam_coefficients;

typedef struct radam_tensor {
  uint32_t struct_size;
  int32_t param_type;
  int32_t grad_type;
  int32_t state_type;
  int32_t copy_type;
  int32_t param_rounding;
  int32_t state_rounding;
  int32_t zero_grad;
  int64_t length;
  int64_t step;
  uint64_t seed;
  float clip_value;
  float average_rate;
  void *state[RADAM_MAX_STATE];
  float *state_scale[RADAM_MAX_STATE];
} radam_tensor;

int32_t radam_step(int32_t target, const radam_coefficients *c, const radam_tensor *t, int64_t begin, int64_t end,
                   void *param, void *grad, void *param_copy, float *param_average);

#endif
