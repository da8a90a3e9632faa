/* The header as C99, with the values of the ABI that must never change. */
#include <radam/radam.h>

#include <stddef.h>

#include "header.h"

#define CHECK(name, condition) typedef char check_##name[(condition) ? 1 : -1]

CHECK(hyperparameters_size, sizeof(radam_hyperparameters) == 232);
CHECK(hyperparameters_learning_rate, offsetof(radam_hyperparameters, learning_rate) == 8);
CHECK(hyperparameters_of, offsetof(radam_hyperparameters, of) == 40);
CHECK(coefficients_size, sizeof(radam_coefficients) == 112);
CHECK(coefficients_of, offsetof(radam_coefficients, of) == 16);
CHECK(coefficients_learning_rate, offsetof(radam_coefficients, learning_rate) == 80);
CHECK(coefficients_rectified, offsetof(radam_coefficients, rectified) == 104);
CHECK(tensor_length, offsetof(radam_tensor, length) == 32);
CHECK(tensor_state, offsetof(radam_tensor, state) == 64);
CHECK(tensor_first, offsetof(radam_tensor, first) == 64 + 12 * sizeof(void *));
CHECK(statistics_size, sizeof(radam_statistics) == 24);
CHECK(sums_size, sizeof(radam_sums) == 32);
CHECK(sums_values, offsetof(radam_sums, values) == 8);
CHECK(algorithms, RADAM_ALGORITHM_ADAM == 0 && RADAM_ALGORITHM_SGD == 1 && RADAM_ALGORITHM_LION == 2 &&
                      RADAM_ALGORITHM_NADAM == 3 && RADAM_ALGORITHM_RMSPROP == 4 && RADAM_ALGORITHM_ADAGRAD == 5 &&
                      RADAM_ALGORITHM_ADAMAX == 6 && RADAM_ALGORITHM_ADADELTA == 7 &&
                      RADAM_ALGORITHM_ADABELIEF == 8 && RADAM_ALGORITHM_ADOPT == 9 &&
                      RADAM_ALGORITHM_YOGI == 10 && RADAM_ALGORITHM_QHADAM == 11 &&
                      RADAM_ALGORITHM_ADEMAMIX == 12 && RADAM_ALGORITHM_ADAMOD == 13 &&
                      RADAM_ALGORITHM_QHM == 14 && RADAM_ALGORITHM_ADAN == 15 &&
                      RADAM_ALGORITHM_ADABOUND == 16 && RADAM_ALGORITHM_DIFFGRAD == 17 &&
                      RADAM_ALGORITHM_PADAM == 18 && RADAM_ALGORITHM_MADGRAD == 19 &&
                      RADAM_ALGORITHM_COCOB == 20 && RADAM_ALGORITHM_SCHEDULEFREE_SGD == 21 &&
                      RADAM_ALGORITHM_SCHEDULEFREE_ADAMW == 22 &&
                      RADAM_ALGORITHM_LAMB == 23 && RADAM_ALGORITHM_STABLEADAMW == 24 && RADAM_ALGORITHM_LARS == 25 &&
                      RADAM_ALGORITHM_CAUTIOUS_ADAMW == 26 && RADAM_ALGORITHM_CAUTIOUS_LION == 27 &&
                      RADAM_ALGORITHM_NOVOGRAD == 28 && RADAM_ALGORITHM_SGD_HD == 29 &&
                      RADAM_ALGORITHM_ADAM_HD == 30 && RADAM_ALGORITHM_YELLOWFIN == 31 &&
                      RADAM_ALGORITHM_ADAMP == 32 && RADAM_ALGORITHM_SGDP == 33);
CHECK(projections, RADAM_PROJECTION_NONE == 0 && RADAM_PROJECTION_ROWS == 1 && RADAM_PROJECTION_TENSOR == 2);
CHECK(adapt, RADAM_ADAPT_NEVER == 0 && RADAM_ADAPT_WITH_DECAY == 1 && RADAM_ADAPT_ALWAYS == 2);
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
                         RADAM_ERROR_NESTEROV == 28 && RADAM_ERROR_STATE == 29 && RADAM_ERROR_OUTPUT == 30 &&
                         RADAM_ERROR_MOMENTUM_DECAY == 31 && RADAM_ERROR_PATTERN == 32 &&
                         RADAM_ERROR_ALPHA == 33 && RADAM_ERROR_RHO == 34 && RADAM_ERROR_LEARNING_RATE_DECAY == 35 &&
                         RADAM_ERROR_INITIAL_ACCUMULATOR == 36 && RADAM_ERROR_NU1 == 37 && RADAM_ERROR_NU2 == 38 &&
                         RADAM_ERROR_BETA3 == 39 && RADAM_ERROR_ALPHA_WARMUP_STEPS == 40 &&
                         RADAM_ERROR_BETA3_WARMUP_STEPS == 41 && RADAM_ERROR_NU == 42 &&
                         RADAM_ERROR_FINAL_LEARNING_RATE == 43 && RADAM_ERROR_BASE_LEARNING_RATE == 44 &&
                         RADAM_ERROR_GAMMA == 45 && RADAM_ERROR_PARTIAL == 46 && RADAM_ERROR_R == 47 &&
                         RADAM_ERROR_WEIGHT_LR_POWER == 48 && RADAM_ERROR_INNER_MOMENTUM == 49 &&
                         RADAM_ERROR_SUMS == 50 && RADAM_ERROR_MAX_PARAM_NORM == 51 &&
                         RADAM_ERROR_CLIP_THRESHOLD == 52 && RADAM_ERROR_TRUST_COEFFICIENT == 53 &&
                         RADAM_ERROR_ROW_LENGTH == 54 && RADAM_ERROR_NUMBERS == 55 &&
                         RADAM_ERROR_HYPERGRAD_LR == 56 && RADAM_ERROR_BETA == 57 &&
                         RADAM_ERROR_CURV_WIN_WIDTH == 58 && RADAM_ERROR_AUTO_CLIP_FACTOR == 59 &&
                         RADAM_ERROR_DELTA == 60 && RADAM_ERROR_WD_RATIO == 61);
CHECK(targets, RADAM_TARGET_AUTO == 0 && RADAM_TARGET_SCALAR == 1 && RADAM_TARGET_AVX2 == 2 &&
                   RADAM_TARGET_AVX512 == 3 && RADAM_TARGET_NEON == 4);
CHECK(modes, RADAM_MODE_ADAPTIVE == 0 && RADAM_MODE_MOMENTUM == 1 && RADAM_MODE_MOMENTS_ONLY == 2 &&
                 RADAM_MODE_SECOND_MOMENT_ONLY == 3 && RADAM_MODE_CAUTIOUS == 4 &&
                 RADAM_MODE_KEEPS_UPDATE == 5 && RADAM_MODE_AVERAGES_GRADIENT == 6);

const struct header_view header_of_c99 = {
    sizeof(radam_hyperparameters),
    sizeof(radam_coefficients),
    sizeof(radam_tensor),
    sizeof(radam_state_buffer),
    sizeof(radam_statistics),
    sizeof(radam_sums),
    radam_abi_version,
    radam_version,
    radam_status_string,
    radam_select_target,
    radam_best_target,
    radam_target_available,
    radam_target_name,
    radam_target_pattern,
    radam_set_target_pattern,
    radam_hyperparameters_init,
    radam_hyperparameters_check,
    radam_coefficients_at,
    radam_algorithm_name,
    radam_state_count,
    radam_state_describe,
    radam_step_f32,
    radam_step,
    radam_gradient_statistics,
    radam_gradient_means,
    radam_tensor_sums,
    radam_coefficients_reduce,
    radam_row_sums,
    radam_coefficients_reduce_rows,
};
