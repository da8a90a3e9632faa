/* The header as C99, with the values of the ABI that must never change. */
#include <radam/radam.h>

#include <stddef.h>

#include "header.h"

#define CHECK(name, condition) typedef char check_##name[(condition) ? 1 : -1]

CHECK(version, RADAM_VERSION_NUMBER == 10000 * RADAM_VERSION_MAJOR + 100 * RADAM_VERSION_MINOR + RADAM_VERSION_PATCH);
CHECK(hyperparameters_size, sizeof(radam_hyperparameters) == 232);
CHECK(hyperparameters_learning_rate, offsetof(radam_hyperparameters, learning_rate) == 8);
CHECK(hyperparameters_of, offsetof(radam_hyperparameters, of) == 40);
CHECK(adam_size, sizeof(radam_adam) == 72 && offsetof(radam_adam, epsilon_placement) == 48);
CHECK(sgd_size, sizeof(radam_sgd) == 24 && offsetof(radam_sgd, nesterov) == 16);
CHECK(lion_size, sizeof(radam_lion) == 16);
CHECK(coefficients_size, sizeof(radam_coefficients) == 112);
CHECK(coefficients_of, offsetof(radam_coefficients, of) == 16);
CHECK(coefficients_rho, offsetof(radam_coefficients, rho) == 88);
CHECK(state_buffer_name, offsetof(radam_state_buffer, name) == 16);
CHECK(tensor_state, offsetof(radam_tensor, state) == 64);
CHECK(tensor_first, offsetof(radam_tensor, first) == 160 && sizeof(radam_tensor) == 176);
CHECK(max_state, RADAM_MAX_STATE == 6);
CHECK(algorithms, RADAM_ALGORITHM_ADAM == 0 && RADAM_ALGORITHM_SGD == 1 && RADAM_ALGORITHM_LION == 2);
CHECK(outputs, RADAM_OUTPUT_PARAM == 0 && RADAM_OUTPUT_UPDATE == 1);
CHECK(status_size, sizeof(radam_status) == 4);
CHECK(status_values, RADAM_OK == 0 && RADAM_ERROR_NULL == 1 && RADAM_ERROR_STRUCT_SIZE == 2 &&
                         RADAM_ERROR_RANGE == 3 && RADAM_ERROR_OVERLAP == 4 && RADAM_ERROR_TARGET == 5 &&
                         RADAM_ERROR_PRESET == 6 && RADAM_ERROR_STEP == 7 && RADAM_ERROR_COEFFICIENTS == 8 &&
                         RADAM_ERROR_SETTING == 9 && RADAM_ERROR_LEARNING_RATE == 10 && RADAM_ERROR_BETA1 == 11 &&
                         RADAM_ERROR_BETA2 == 12 && RADAM_ERROR_EPSILON == 13 && RADAM_ERROR_WEIGHT_DECAY == 14 &&
                         RADAM_ERROR_GRAD_SCALE == 15 && RADAM_ERROR_RHO_THRESHOLD == 16 &&
                         RADAM_ERROR_NEVER_RECTIFIES == 17 && RADAM_ERROR_WARMUP_STEPS == 18 &&
                         RADAM_ERROR_FROZEN_STEPS == 19 && RADAM_ERROR_TYPE == 20 && RADAM_ERROR_COPY == 21 &&
                         RADAM_ERROR_BLOCK == 22 && RADAM_ERROR_CLIP == 23 && RADAM_ERROR_AVERAGE == 24 &&
                         RADAM_ERROR_ALGORITHM == 25 && RADAM_ERROR_MOMENTUM == 26 && RADAM_ERROR_DAMPENING == 27 &&
                         RADAM_ERROR_NESTEROV == 28 && RADAM_ERROR_STATE == 29 && RADAM_ERROR_OUTPUT == 30);
CHECK(targets, RADAM_TARGET_AUTO == 0 && RADAM_TARGET_SCALAR == 1 && RADAM_TARGET_AVX2 == 2 &&
                   RADAM_TARGET_AVX512 == 3);
CHECK(modes, RADAM_MODE_ADAPTIVE == 0 && RADAM_MODE_MOMENTUM == 1 && RADAM_MODE_MOMENTS_ONLY == 2 &&
                 RADAM_MODE_SECOND_MOMENT_ONLY == 3);

const struct header_view header_of_c99 = HEADER_VIEW;
