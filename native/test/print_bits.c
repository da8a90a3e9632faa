/* Prints, for every preset and types of elements, and for Lookahead, a number that depends on all bits at which a
 * training ends, on the statistics of its gradients, and on the sums of a layer-wise algorithm. Then, for every preset,
 * one of trainings on wild values: infinities, NaNs, subnormals and the largest numbers. bits.txt has what it prints on
 * every processor and operating system. It trains on each target that the machine can run, and says where one of them
 * has other bits. All NaNs count as one, since that is all that radam.h promises of them. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <radam/radam.h>

enum { LENGTH = 1000, BLOCKS = (LENGTH + RADAM_BLOCK_SIZE - 1) / RADAM_BLOCK_SIZE, STEPS = 12 };

typedef struct tensor {
  float param[LENGTH], grad[LENGTH], average[LENGTH];
  uint16_t copy[LENGTH];
  float state[RADAM_MAX_STATE][LENGTH]; /* room for elements of any type */
  float scale[RADAM_MAX_STATE][BLOCKS];
} tensor;

/* Knuth, "The Art of Computer Programming", volume 2, 3.3.4: the multiplier and increment of MMIX. */
static uint64_t random_state;
static uint32_t random_bits(void) {
  random_state = random_state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(random_state >> 40);
}

/* A number of some size, by operations that are exact or correctly rounded. */
static float some_number(void) {
  static const float sizes[] = {1, 0x1p-4f, 0x1p-20f, 0x1p5f};
  const float size = sizes[random_bits() % 4];
  return ((float)random_bits() * 0x1p-23f - 1) * size;
}

/* Where wild, what is not finite and what is near to it are among the first half of the elements. */
static void fill(int32_t type, int wild, void *to) {
  static const uint32_t wild_bits[] = {0x7F800000, 0xFF800000, 0x7FC00000, 0xFFA00001, 0x80000000, 1, 0x807FFFFF,
                                       0x7F7FFFFF};
  static const uint16_t wild_halves[] = {0x7C00, 0xFC00, 0x7E00, 0xFD01, 0x8000, 1, 0x83FF, 0x7BFF};
  for (int i = 0; i < LENGTH; ++i) {
    float x = some_number();
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    /* Any 16 bits are a number of a small type; those of a half's exponent are to be no infinity. */
    uint16_t half = (uint16_t)(type == RADAM_TYPE_F16 ? bits >> 16 & 0xBFFF : bits >> 16);
    if (wild && i < LENGTH / 2 && random_bits() % 32 == 0) {
      const uint32_t k = random_bits() % 8;
      memcpy(&x, &wild_bits[k], sizeof x);
      half = type == RADAM_TYPE_F16 ? wild_halves[k] : (uint16_t)(wild_bits[k] >> 16);
    }
    if (type == RADAM_TYPE_F32)
      memcpy((float *)to + i, &x, sizeof x);
    else
      memcpy((uint16_t *)to + i, &half, sizeof half);
  }
}

/* Fowler, Noll and Vo's hash 1a. */
static uint64_t add_to(uint64_t hash, const void *bytes, size_t count) {
  for (size_t i = 0; i < count; ++i) hash = (hash ^ ((const unsigned char *)bytes)[i]) * 1099511628211u;
  return hash;
}

/* Makes all NaNs of n elements of a type one. */
static void unify_nans(int32_t type, int n, void *elements) {
  const uint16_t infinity = type == RADAM_TYPE_F16 ? 0x7C00 : 0x7F80;
  for (int i = 0; i < n; ++i) {
    if (type == RADAM_TYPE_F32) {
      uint32_t bits;
      unsigned char *const at = (unsigned char *)elements + i * sizeof bits;
      memcpy(&bits, at, sizeof bits);
      if ((bits & 0x7FFFFFFF) > 0x7F800000) bits = 0x7FC00000;
      memcpy(at, &bits, sizeof bits);
    } else {
      uint16_t bits;
      unsigned char *const at = (unsigned char *)elements + i * sizeof bits;
      memcpy(&bits, at, sizeof bits);
      if ((bits & 0x7FFF) > infinity) bits = 0x7FFF;
      memcpy(at, &bits, sizeof bits);
    }
  }
}

static uint64_t add_doubles(uint64_t hash, const double *values, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const int is_nan = values[i] != values[i];
    hash = is_nan ? add_to(hash, "NaN", 3) : add_to(hash, values + i, sizeof values[i]);
  }
  return hash;
}

static int moves_learning_rate(int32_t algorithm) {
  return algorithm == RADAM_ALGORITHM_SGD_HD || algorithm == RADAM_ALGORITHM_ADAM_HD;
}

static int is_by_rows(int32_t algorithm) {
  return algorithm == RADAM_ALGORITHM_ADAMP || algorithm == RADAM_ALGORITHM_SGDP;
}

static int is_layerwise(int32_t algorithm) {
  return algorithm == RADAM_ALGORITHM_LAMB || algorithm == RADAM_ALGORITHM_STABLEADAMW ||
         algorithm == RADAM_ALGORITHM_LARS || algorithm == RADAM_ALGORITHM_CAUTIOUS_ADAMW ||
         algorithm == RADAM_ALGORITHM_CAUTIOUS_LION || algorithm == RADAM_ALGORITHM_NOVOGRAD ||
         algorithm == RADAM_ALGORITHM_YELLOWFIN || moves_learning_rate(algorithm);
}

// What is around the algorithm, or wild values.
enum around { NOTHING, LOOKAHEAD, CENTRALIZED, WILD };
enum { ROW = 37 };  // elements

static uint64_t train(uint64_t hash, int32_t target, int32_t preset, int32_t type, int32_t state_type, int32_t rounding,
                      enum around around) {
  static tensor t;
  memset(&t, 0, sizeof t);
  random_state = 1;
  fill(type, around == WILD, t.param);
  radam_hyperparameters h = {.struct_size = sizeof h};
  radam_hyperparameters_init(&h, preset);
  // So that steps of all kinds are there: of projected rows, of a projected tensor and of neither.
  if (h.algorithm == RADAM_ALGORITHM_ADAMP) h.of.adamp.delta = 2.25;
  if (h.algorithm == RADAM_ALGORITHM_SGDP) h.of.sgdp.delta = 2.25;
  radam_tensor options = {.struct_size = sizeof options, .param_type = type, .grad_type = type,
                          .state_type = state_type, .copy_type = RADAM_TYPE_BF16, .param_rounding = rounding,
                          .state_rounding = rounding, .length = LENGTH, .seed = 7,
                          .average_rate = 0.125f, .lookahead = around == LOOKAHEAD};
  for (int k = 0; k < radam_state_count(h.algorithm); ++k) {
    options.state[k] = t.state[k];
    options.state_scale[k] = t.scale[k];
  }
  double numbers[RADAM_MAX_NUMBERS] = {moves_learning_rate(h.algorithm) ? h.learning_rate : 0};
  void *const copy = type == RADAM_TYPE_F32 ? t.copy : NULL;
  for (int step = 1; step <= STEPS; ++step) {
    radam_coefficients c = {.struct_size = sizeof c};
    radam_statistics s = {.struct_size = sizeof s};
    fill(type, around == WILD, t.grad);
    options.step = step;
    options.clip_value = 16;
    if (around == LOOKAHEAD) options.average_rate = step % 5 ? 0 : 0.75f;
    float means[LENGTH / ROW + 1] = {0};  // the last row, which is a part, has none
    radam_status status = radam_coefficients_at(&h, step, &c);
    if (status == RADAM_OK && around == CENTRALIZED) {
      options.row_length = ROW;
      options.grad_mean = means;
      status = radam_gradient_means(target, type, ROW, 0, LENGTH / ROW, t.grad, means);
    }
    if (status == RADAM_OK) status = radam_gradient_statistics(target, type, 0, LENGTH, t.grad, &s);
    if (status == RADAM_OK && is_layerwise(h.algorithm)) {
      radam_sums sums = {.struct_size = sizeof sums};
      status = radam_tensor_sums(target, &c, &options, 0, LENGTH, t.param, t.grad, NULL, &sums);
      radam_coefficients reduced = {.struct_size = sizeof reduced};
      if (status == RADAM_OK) status = radam_coefficients_reduce(&c, LENGTH, &sums, numbers, &reduced);
      options.clip_value *= reduced.grad_scale / c.grad_scale;
      c = reduced;
      /* The third, which one algorithm has, came later. */
      const size_t count = h.algorithm == RADAM_ALGORITHM_YELLOWFIN ? 3 : 2;
      hash = add_doubles(hash, sums.values, count);
    }
    float decays[LENGTH / ROW + 1] = {0};
    if (status == RADAM_OK && is_by_rows(h.algorithm)) {
      options.row_length = ROW;
      options.row_decay = NULL;
      double sums[LENGTH / ROW][RADAM_ROW_SUMS];
      status = radam_row_sums(target, &c, &options, 0, LENGTH / ROW, t.param, t.grad, NULL, sums[0]);
      radam_coefficients reduced = {.struct_size = sizeof reduced};
      int32_t projection = RADAM_PROJECTION_NONE;
      if (status == RADAM_OK)
        status = radam_coefficients_reduce_rows(&c, ROW, LENGTH / ROW, sums[0], decays, &projection, &reduced);
      if (projection == RADAM_PROJECTION_ROWS) options.row_decay = decays;
      c = reduced;
      hash = add_doubles(hash, sums[0], sizeof sums / sizeof sums[0][0]);
      hash = add_to(hash, decays, sizeof decays);
    }
    if (status == RADAM_OK)
      status = radam_step(target, &c, &options, 0, LENGTH, t.param, t.grad, copy, t.average);
    if (status != RADAM_OK) printf("%s\n", radam_status_string(status));
    hash = add_doubles(hash, &s.sum_of_squares, 1);
  }
  unify_nans(type, LENGTH, t.param);
  unify_nans(type, LENGTH, t.grad);
  unify_nans(RADAM_TYPE_F32, LENGTH, t.average);
  unify_nans(RADAM_TYPE_BF16, LENGTH, t.copy);
  for (int k = 0; k < RADAM_MAX_STATE; ++k) {
    unify_nans(RADAM_TYPE_F32, BLOCKS, t.scale[k]);
    if (state_type == RADAM_STATE_F32) unify_nans(RADAM_TYPE_F32, LENGTH, t.state[k]);
    if (state_type == RADAM_STATE_BF16) unify_nans(RADAM_TYPE_BF16, LENGTH, t.state[k]);
  }
  return add_to(hash, &t, sizeof t);
}

static uint64_t trainings(int32_t target, int32_t preset, int32_t type, int32_t state_type, enum around around) {
  uint64_t hash = 14695981039346656037u;
  for (int32_t rounding = RADAM_ROUND_NEAREST; rounding <= RADAM_ROUND_STOCHASTIC; ++rounding)
    hash = train(hash, target, preset, type, state_type, rounding, around);
  return hash;
}

static void print(const char *name, int32_t preset, enum around around) {
  static const char *const types[] = {"f32", "bf16", "f16"}, *const states[] = {"f32", "bf16", "block8"};
  for (int32_t type = RADAM_TYPE_F32; type <= RADAM_TYPE_F16; ++type)
    for (int32_t state = RADAM_STATE_F32; state <= RADAM_STATE_BLOCK8; ++state) {
      const uint64_t expected = trainings(RADAM_TARGET_SCALAR, preset, type, state, around);
      printf("%s %s %s %016" PRIx64 "\n", name, types[type], states[state], expected);
      for (int32_t target = RADAM_TARGET_SCALAR + 1; target <= RADAM_TARGET_NEON; ++target)
        if (radam_target_available(target) && trainings(target, preset, type, state, around) != expected)
          printf("other bits on %s\n", radam_target_name(target));
    }
}

/* One training for each pair of types. */
static uint64_t wild_trainings(int32_t target, int32_t preset) {
  uint64_t hash = 14695981039346656037u;
  for (int32_t type = RADAM_TYPE_F32; type <= RADAM_TYPE_F16; ++type)
    for (int32_t state = RADAM_STATE_F32; state <= RADAM_STATE_BLOCK8; ++state)
      hash = train(hash, target, preset, type, state, RADAM_ROUND_STOCHASTIC, WILD);
  return hash;
}

static void print_wild(int32_t preset) {
  const uint64_t expected = wild_trainings(RADAM_TARGET_SCALAR, preset);
  printf("wild %" PRId32 " %016" PRIx64 "\n", preset, expected);
  for (int32_t target = RADAM_TARGET_SCALAR + 1; target <= RADAM_TARGET_NEON; ++target)
    if (radam_target_available(target) && wild_trainings(target, preset) != expected)
      printf("other bits on %s\n", radam_target_name(target));
}

int main(void) {
  radam_hyperparameters h = {.struct_size = sizeof h};
  for (int32_t preset = 0; radam_hyperparameters_init(&h, preset) == RADAM_OK; ++preset) {
    char number[12];
    snprintf(number, sizeof number, "%" PRId32, preset);
    print(number, preset, NOTHING);
  }
  print("lookahead", RADAM_PRESET_RADAM_PYTORCH, LOOKAHEAD);
  print("centralized", RADAM_PRESET_RADAM_PYTORCH, CENTRALIZED);
  for (int32_t preset = 0; radam_hyperparameters_init(&h, preset) == RADAM_OK; ++preset) print_wild(preset);
  return 0;
}
