/*
 * libradam: fused optimizer steps of the Adam family, updated in place.
 *
 * A step takes two calls:
 *
 *   1. radam_coefficients_at() turns hyperparameters and a step number into coefficients. This is where Adam, AdamW,
 *      RAdam and their dialects differ. Once per step.
 *   2. radam_step_f32() applies the coefficients to a range of elements, on the calling thread. Once per tensor, or
 *      once per chunk of a tensor: chunks may run on any thread and in any order, and give the same bits.
 *
 * Conventions
 *   - No handle, no allocation, no thread, no lock. Every function may be called from any thread at any time. The one
 *     thing remembered between calls is which target this machine runs best (see radam_select_target).
 *   - The caller owns all memory. Nothing is kept after a call returns.
 *   - Functions that can fail return a radam_status and change nothing when it is not RADAM_OK.
 *   - Structs begin with struct_size, which the caller sets to sizeof the struct as it was compiled.
 *   - Results are the same bits for every target, alignment, split into ranges and thread. Where a result is NaN, it is
 *     NaN everywhere, but the sign and payload of a NaN are not specified. The caller's rounding mode and
 *     flush-to-zero settings are overridden during a call and restored before it returns.
 */
#ifndef RADAM_RADAM_H
#define RADAM_RADAM_H

#include <stdint.h>

#if defined(RADAM_BUILD) && defined(__GNUC__)
#define RADAM_API __attribute__((visibility("default")))
#else
#define RADAM_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Changes whenever a program compiled against an older header could misbehave with this library. */
#define RADAM_ABI_VERSION 1

/* RADAM_ABI_VERSION of the library itself, to compare with the header's. */
RADAM_API int32_t radam_abi_version(void);

/* "major.minor.patch" of the library; a static string. */
RADAM_API const char *radam_version(void);

/* ---------------------------------------------------------------------------------------------------- status --- */

/* What a function reports. The values never change their meaning. */
typedef int32_t radam_status;
enum {
  RADAM_OK = 0,
  RADAM_ERROR_NULL = 1,            /* a pointer that must not be null is null */
  RADAM_ERROR_STRUCT_SIZE = 2,     /* struct_size is not that of a known version of the struct */
  RADAM_ERROR_RANGE = 3,           /* not 0 <= begin <= end, or the range does not fit the address space */
  RADAM_ERROR_OVERLAP = 4,         /* two buffers share memory */
  RADAM_ERROR_TARGET = 5,          /* no such target, or one that this machine cannot run */
  RADAM_ERROR_PRESET = 6,          /* no such preset */
  RADAM_ERROR_STEP = 7,            /* the step number is less than 1 */
  RADAM_ERROR_COEFFICIENTS = 8,    /* a coefficient is out of range or not finite, or the mode is unknown */
  RADAM_ERROR_SETTING = 9,         /* a field that selects a behaviour holds an unknown value */
  RADAM_ERROR_LEARNING_RATE = 10,  /* negative, not finite, or learning_rate / (1 - beta1) overflows float32 */
  RADAM_ERROR_BETA1 = 11,          /* not in [0, 1) */
  RADAM_ERROR_BETA2 = 12,          /* not in [0, 1) */
  RADAM_ERROR_EPSILON = 13,        /* negative, or not finite as float32 */
  RADAM_ERROR_WEIGHT_DECAY = 14,   /* negative, or not finite as float32 (alone or times the learning rate) */
  RADAM_ERROR_GRAD_SCALE = 15,     /* not positive, or not finite and non-zero as float32 */
  RADAM_ERROR_RHO_THRESHOLD = 16,  /* less than 4, where the rectification is undefined, or not finite */
  RADAM_ERROR_NEVER_RECTIFIES = 17,/* no step would ever move a parameter: rho never reaches the threshold, and
                                      unrectified steps are skipped. Raise beta2, or use RADAM_UNRECTIFIED_MOMENTUM */
  RADAM_ERROR_WARMUP_STEPS = 18,   /* negative */
  RADAM_ERROR_FROZEN_STEPS = 19    /* negative */
};

/* One English sentence for a status; a static string, never null. For RADAM_ERROR_TARGET it lists the targets that
 * this machine can run. */
RADAM_API const char *radam_status_string(radam_status status);

/* --------------------------------------------------------------------------------------------------- targets --- */

/* Instruction sets that kernels exist for. */
enum {
  RADAM_TARGET_AUTO = 0,   /* what radam_select_target(NULL, ...) selects */
  RADAM_TARGET_SCALAR = 1, /* one element at a time; any machine */
  RADAM_TARGET_AVX2 = 2,   /* needs AVX2 and FMA */
  RADAM_TARGET_AVX512 = 3  /* needs AVX-512F */
};

/* The target of that name: "scalar", "avx2" or "avx512". A null or empty name stands for the environment variable
 * RADAM_TARGET, and where that is unset or empty too, for the best target of this machine; the variable is read once,
 * by the first call that needs it.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_TARGET. */
RADAM_API radam_status radam_select_target(const char *name, int32_t *target);

/* 1 if this machine (processor and operating system) can run the target, 0 if it cannot or there is no such target. */
RADAM_API int32_t radam_target_available(int32_t target);

/* The target's name, a static string; null if there is no such target. RADAM_TARGET_AUTO is "auto". */
RADAM_API const char *radam_target_name(int32_t target);

/* ------------------------------------------------------------------------------------------- hyperparameters --- */

enum {
  RADAM_ALGORITHM_ADAM = 0, /* Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015; also AdamW */
  RADAM_ALGORITHM_RADAM = 1 /* Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond", ICLR 2020 */
};

/* What RAdam does in a step whose rho is below the threshold: the second moment has seen too little to be trusted. */
enum {
  RADAM_UNRECTIFIED_SKIP = 0,    /* update the moments, leave the parameters */
  RADAM_UNRECTIFIED_MOMENTUM = 1 /* step along the bias-corrected first moment, as SGD with momentum */
};

/* Whether epsilon is added to sqrt(v) as it is, or to the bias-corrected sqrt(v / (1 - beta2^t)). */
enum {
  RADAM_EPSILON_PLAIN = 0,
  RADAM_EPSILON_BIAS_CORRECTED = 1
};

/* How weight_decay acts. */
enum {
  RADAM_WEIGHT_DECAY_L2 = 0,                 /* added to the gradient: g + weight_decay * p */
  RADAM_WEIGHT_DECAY_DECOUPLED = 1,          /* p shrinks by learning_rate * weight_decay in every step */
  RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE = 2 /* the same, but only in steps that move p by their update */
};

/* Hyperparameters of one optimizer. Fill with radam_hyperparameters_init, then change what should differ. */
typedef struct radam_hyperparameters {
  uint32_t struct_size;        /* sizeof(radam_hyperparameters) */
  int32_t algorithm;           /* RADAM_ALGORITHM_... */
  int32_t unrectified;         /* RADAM_UNRECTIFIED_...; RAdam only */
  int32_t rectify_at_threshold;/* 1: rectified when rho >= rho_threshold; 0: when rho > rho_threshold; RAdam only */
  int32_t epsilon_placement;   /* RADAM_EPSILON_... */
  int32_t weight_decay_mode;   /* RADAM_WEIGHT_DECAY_... */
  int32_t maximize;            /* 1: step up the gradient instead of down; 0 otherwise */
  int32_t reserved;            /* 0 */
  double learning_rate;        /* >= 0 */
  double beta1;                /* decay rate of the first moment, in [0, 1) */
  double beta2;                /* decay rate of the second moment, in [0, 1) */
  double epsilon;              /* >= 0. With 0, an element whose gradients have all been zero becomes 0/0 = NaN */
  double weight_decay;         /* >= 0 */
  double grad_scale;           /* > 0; gradients are multiplied by it before anything else */
  double rho_threshold;        /* >= 4; RAdam only */
  int64_t warmup_steps;        /* the learning rate of step t < warmup_steps is 1e-8 + t * learning_rate / warmup_steps
                                  (the linear warm-up of the RAdam authors' AdamW); 0: none */
  int64_t frozen_steps;        /* in this many first steps only the second moment moves: no first moment, no decay, no
                                  update, though the steps count ("Adam-2k" of the RAdam paper: 2000) */
} radam_hyperparameters;

/* Whose rules to follow. Each preset is nothing but values for the fields above. */
enum {
  RADAM_PRESET_RADAM_AUTHORS = 0,            /* the paper authors' radam.py, unrectified steps skipped */
  RADAM_PRESET_RADAM_PYTORCH = 1,            /* torch.optim.RAdam */
  RADAM_PRESET_RADAM_TENSORFLOW_ADDONS = 2,  /* tfa.optimizers.RectifiedAdam */
  RADAM_PRESET_RADAM_OPTAX = 3,              /* optax.radam */
  RADAM_PRESET_RADAM_PAPER = 4,              /* Algorithm 2 of the paper, to the letter: epsilon is 0 */
  RADAM_PRESET_ADAM_PYTORCH = 5,             /* torch.optim.Adam */
  RADAM_PRESET_ADAMW_PYTORCH = 6,            /* torch.optim.AdamW */
  RADAM_PRESET_ADAMW_AUTHORS = 7,            /* the RAdam authors' AdamW; set warmup_steps for its warm-up */
  RADAM_PRESET_ADAM_2K = 8                   /* "Adam-2k" of the RAdam paper: frozen_steps is 2000 */
};

/* Fills *h with a preset. struct_size must be set.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_STRUCT_SIZE, RADAM_ERROR_PRESET. */
RADAM_API radam_status radam_hyperparameters_init(radam_hyperparameters *h, int32_t preset);

/* RADAM_OK if every field is in range and some step moves the parameters; otherwise the status that names the first
 * field at fault. */
RADAM_API radam_status radam_hyperparameters_check(const radam_hyperparameters *h);

/* ---------------------------------------------------------------------------------------------- coefficients --- */

/* What a step does with each element. */
enum {
  RADAM_MODE_ADAPTIVE = 0,          /* the update is m / (sqrt(v) + epsilon) */
  RADAM_MODE_MOMENTUM = 1,          /* the update is m */
  RADAM_MODE_MOMENTS_ONLY = 2,      /* m and v move, p does not */
  RADAM_MODE_SECOND_MOMENT_ONLY = 3 /* v moves, m and p do not */
};

/* All that a kernel needs to know about a step. The rule, each line of which is a fixed sequence of correctly rounded
 * binary32 operations, for an element's parameter p, gradient g and moments m, v:
 *
 *   g = grad_scale * g
 *   g = fma(l2, p, g)                                          if l2 != 0
 *   m = fma(one_minus_beta1, g - m, m)                         if one_minus_beta1 < 0.5
 *       fma(beta1, m - g, g)                                   otherwise
 *   v = fma(one_minus_beta2, fma(g, g, -v), v)                 if one_minus_beta2 < 0.5
 *       fma(beta2, fma(-g, g, v), g * g)                       otherwise
 *   w = max(w, v), s = sqrt(w)                                 with a max_exp_avg_sq w ("AMSGrad")
 *       s = sqrt(v)                                            without
 *   u = m / (s + epsilon)                                      RADAM_MODE_ADAPTIVE
 *       m                                                      RADAM_MODE_MOMENTUM
 *   p = fma(-step_size, u, p)                                  if decay == 0
 *       p - fma(step_size, u, decay * p)                       otherwise
 *
 * max(w, v) is w where w > v and v otherwise. RADAM_MODE_MOMENTS_ONLY ends before u; RADAM_MODE_SECOND_MOMENT_ONLY
 * leaves out m as well. */
typedef struct radam_coefficients {
  uint32_t struct_size;  /* sizeof(radam_coefficients) */
  int32_t mode;          /* RADAM_MODE_... */
  float grad_scale;      /* negative to maximize */
  float l2;              /* weight decay that is added to the gradient */
  float beta1;
  float one_minus_beta1; /* 1 - beta1, rounded once from double: float(1) - float(beta1) would lose digits */
  float beta2;
  float one_minus_beta2;
  float step_size;
  float epsilon;
  float decay;           /* learning_rate * weight_decay where the decay is decoupled */
  int32_t rectified;     /* 1 where RAdam rectified this step, and always under Adam; for information */
  double rho;            /* length of the approximated simple moving average; for information; 0 under Adam */
  double rectification;  /* RAdam's factor r, 1 under Adam and 0 where not rectified; for information */
  double learning_rate;  /* of this step, warm-up applied; for information */
} radam_coefficients;

/* Coefficients of step number `step`, counted from 1. c->struct_size must be set. Computed in double by operations
 * that IEEE-754 defines to the bit, so that they too are the same on every machine.
 * Errors: those of radam_hyperparameters_check, RADAM_ERROR_NULL, RADAM_ERROR_STRUCT_SIZE, RADAM_ERROR_STEP. */
RADAM_API radam_status radam_coefficients_at(const radam_hyperparameters *h, int64_t step, radam_coefficients *c);

/* ------------------------------------------------------------------------------------------------------ step --- */

/* Applies one step to the elements begin <= i < end of float32 buffers, on the calling thread.
 *
 *   target          a RADAM_TARGET_...
 *   c               from radam_coefficients_at, or filled by hand
 *   param           parameters, updated
 *   grad            gradients, only read
 *   exp_avg         first moment, updated; zero before step 1
 *   exp_avg_sq      second moment, updated; zero before step 1
 *   max_exp_avg_sq  running maximum of the second moment, updated, zero before step 1; or null for no AMSGrad
 *
 * Pointers are to element 0, need no alignment, and may be null only if begin == end (max_exp_avg_sq always). Nothing
 * outside the range is read or written. The ranges must not share memory with each other.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_STRUCT_SIZE, RADAM_ERROR_COEFFICIENTS, RADAM_ERROR_RANGE, RADAM_ERROR_OVERLAP,
 * RADAM_ERROR_TARGET. */
RADAM_API radam_status radam_step_f32(int32_t target, const radam_coefficients *c, int64_t begin, int64_t end,
                                      float *param, const float *grad, float *exp_avg, float *exp_avg_sq,
                                      float *max_exp_avg_sq);

#ifdef __cplusplus
}
#endif

#endif
