/*
 * libradam: fused optimizer steps of the Adam family, updated in place.
 *
 * A step takes two calls:
 *
 *   1. radam_coefficients_at() turns hyperparameters and a step number into coefficients. This is where Adam, AdamW,
 *      RAdam and their dialects differ. Once per step.
 *   2. radam_step_f32() applies the coefficients to a range of elements, on the calling thread. Once per tensor, or
 *      once per chunk of a tensor: chunks may run on any thread and in any order, and give the same bits.
 *      radam_step() does the same for 16-bit parameters and gradients and for smaller state, and takes along what
 *      training does around a step: clipping, a copy for the model, a moving average, zeroing gradients.
 *
 * radam_gradient_statistics() goes before them where gradients are clipped by their norm or may be infinite.
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
  RADAM_ERROR_FROZEN_STEPS = 19,   /* negative */
  RADAM_ERROR_TYPE = 20,           /* no such element type, state type or rounding, or one not supported there */
  RADAM_ERROR_COPY = 21,           /* a copy of parameters that are not float32, or one in float32 */
  RADAM_ERROR_BLOCK = 22,          /* block8 state: begin is not a multiple of RADAM_BLOCK_SIZE, or end is neither one
                                      nor the length */
  RADAM_ERROR_CLIP = 23,           /* clip_value is negative, or not a number */
  RADAM_ERROR_AVERAGE = 24         /* average_rate is not in [0, 1] */
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

/* ------------------------------------------------------------------------------------------- mixed precision --- */

/* Types of parameters, gradients and copies. */
enum {
  RADAM_TYPE_F32 = 0,  /* IEEE-754 binary32 */
  RADAM_TYPE_BF16 = 1, /* bfloat16, the upper half of a binary32 */
  RADAM_TYPE_F16 = 2   /* IEEE-754 binary16 */
};

/* Types of the moments.
 *
 * A beta2 of 0.999 moves v by a thousandth in a step, which is less than half the distance to the next bfloat16 or
 * 8-bit level: rounded to nearest, v would never move again. So the two small types are rounded stochastically, which
 * is right on average. */
enum {
  RADAM_STATE_F32 = 0,   /* 8 bytes per parameter */
  RADAM_STATE_BF16 = 1,  /* 4 bytes per parameter */
  RADAM_STATE_BLOCK8 = 2 /* 2 bytes per parameter, and a scale for every RADAM_BLOCK_SIZE of them and moment */
};

/* Rounding of a value to a smaller type. */
enum {
  RADAM_ROUND_DEFAULT = 0,   /* of parameters and copies: nearest; of the moments: stochastic */
  RADAM_ROUND_NEAREST = 1,   /* parameters and copies: ties to even; moments, for comparison: ties away from zero */
  RADAM_ROUND_STOCHASTIC = 2 /* up or down by chance, the nearer the likelier, so that the mean is the value */
};

/* Elements of a block: block b of a tensor is elements 256 b to 256 b + 255, the last block may be shorter. */
#define RADAM_BLOCK_SIZE 256

/* One tensor: how it is stored, its state, and what to do with it.
 *
 * RADAM_STATE_BLOCK8, to the bit. Each moment has one byte per element, and one float32 scale per block, which is a
 * power of two. The lower bits of the byte are a code c, and its value is
 *
 *   scale * ((1 + (c & 7) / 8) * 2^(c >> 3) - 1)
 *
 * so that levels are evenly spaced near zero and at most 1/8 of their value apart further up. exp_avg has 7 bits of
 * code below a sign bit; exp_avg_sq and max_exp_avg_sq have 8 bits. The bracket is rounded to float32, its product with
 * the scale is exact.
 *   To encode a block, let a be its largest magnitude as a float32, with 2^20 added to its bits (so that the top level
 * is not passed by rounding up), and e the exponent of that. The scale is 2^(e - 15) for exp_avg and 2^(e - 31) for the
 * others, at least 2^-126; it is NaN, and with it the whole block, where a magnitude is infinite or NaN: then all bytes
 * are 0. For an element x, let t = |x| + scale, rounded to float32, and d the difference of the bits of t and of scale;
 * then c = (d + (r << 4) + 8) >> 20 with a random 16-bit r, but at most the largest code; and at least 1 for an element
 * of exp_avg_sq or max_exp_avg_sq that is not 0: were v rounded to 0 where m is not, the step would be m / epsilon.
 *   Zero bytes with any finite scale are zeros.
 *
 * Stochastic rounding takes 16 random bits r for a value between two neighbouring levels, and goes to the one further
 * from zero if f + (r + 1/2) / 2^16 >= 1, where f is the distance from the nearer-to-zero one, in units of their
 * distance. With 64-bit unsigned arithmetic, and mix(x) the finalizer of SplitMix64 (Steele, Lea and Flood, "Fast
 * splittable pseudorandom number generators", OOPSLA 2014):
 *
 *   mix(x): x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9; x = (x ^ x >> 27) * 0x94D049BB133111EB; x ^ x >> 31
 *   key  = mix(mix(seed + step * 0x9E3779B97F4A7C15) + (2 * block + stream) * 0x9E3779B97F4A7C15)
 *
 * and for element j of the block, with 32-bit unsigned arithmetic, low and high being the halves of key:
 *
 *   x = low + j * 0x9E3779B9;  x = (x ^ x >> 16) * 0x7FEB352D;  x = (x ^ x >> 15 ^ high) * 0x846CA68B;  x ^ x >> 16
 *
 * Of stream 0, the lower half is exp_avg's r and the upper half exp_avg_sq's; of stream 1, the lower half is that of
 * param or param_copy and the upper half max_exp_avg_sq's. Rounding the moments to nearest takes r = 2^15. Blocks are
 * counted like this for all types. In bfloat16 too, a second moment above 0 stays above 0. */
typedef struct radam_tensor {
  uint32_t struct_size;        /* sizeof(radam_tensor) */
  int32_t param_type;          /* RADAM_TYPE_... */
  int32_t grad_type;           /* RADAM_TYPE_... */
  int32_t state_type;          /* RADAM_STATE_... */
  int32_t copy_type;           /* RADAM_TYPE_... of param_copy, but not F32; ignored without one */
  int32_t param_rounding;      /* RADAM_ROUND_... of param, or of param_copy where there is one */
  int32_t state_rounding;      /* RADAM_ROUND_...; ignored for RADAM_STATE_F32 */
  int32_t zero_grad;           /* 1: gradients are set to zero after they were used; 0: they are only read */
  int64_t length;              /* elements of the tensor */
  int64_t step;                /* the step number, for stochastic rounding */
  uint64_t seed;               /* for stochastic rounding; tensors should have different ones */
  float clip_value;            /* gradients, once scaled, are cut to [-clip_value, clip_value]; 0: they are not */
  float average_rate;          /* 1 - decay of the moving average, in [0, 1] */
  void *exp_avg;               /* updated; all of its bytes are zero before step 1, and those of its scales too */
  void *exp_avg_sq;            /* likewise */
  void *max_exp_avg_sq;        /* likewise; or null for no AMSGrad */
  float *exp_avg_scale;        /* one per block, updated; RADAM_STATE_BLOCK8 only, otherwise ignored */
  float *exp_avg_sq_scale;     /* likewise */
  float *max_exp_avg_sq_scale; /* likewise; for a max_exp_avg_sq only */
} radam_tensor;

/* Applies one step to the elements begin <= i < end of a tensor, on the calling thread. Each element goes through the
 * rule of radam_coefficients as float32; what is stored in a smaller type is converted on the way in, which is exact,
 * and rounded once on the way out. With the types of radam_step_f32, and none of the options, it does what that does.
 *
 *   param          parameters, updated
 *   grad           gradients, read; set to zero if zero_grad
 *   param_copy     written: the float32 parameters in a smaller type, for the model to use; or null
 *   param_average  moving average of the parameters as they are stored, updated: a = fma(average_rate, p - a, a);
 *                  or null
 *
 * With a clip_value the gradient is g = clamp(|grad_scale| * grad), with the sign of grad_scale then; NaN stays NaN.
 *
 * Values beyond the largest of a type become infinite, as IEEE-754 has it. Where the mode does not move a buffer, it is
 * not written, but param_copy and param_average always are.
 *
 * Under RADAM_STATE_BLOCK8 begin must be a multiple of RADAM_BLOCK_SIZE, and end too unless it is the length. Otherwise
 * ranges may begin and end anywhere. Pointers are to element 0, need no alignment, and may be null only if begin == end
 * or where the field says so. Nothing outside the range is read or written. No two buffers may share memory.
 * Errors: those of radam_step_f32, RADAM_ERROR_RANGE also for an end beyond the length, RADAM_ERROR_STEP,
 * RADAM_ERROR_TYPE, RADAM_ERROR_COPY, RADAM_ERROR_BLOCK, RADAM_ERROR_CLIP, RADAM_ERROR_AVERAGE,
 * RADAM_ERROR_SETTING (zero_grad). */
RADAM_API radam_status radam_step(int32_t target, const radam_coefficients *c, const radam_tensor *t, int64_t begin,
                                  int64_t end, void *param, void *grad, void *param_copy, float *param_average);

/* ---------------------------------------------------------------------------------------- gradient statistics --- */

/* What the gradients of a range come to. */
typedef struct radam_statistics {
  uint32_t struct_size; /* sizeof(radam_statistics) */
  float max_abs;        /* the largest magnitude, 0 for an empty range; NaN if an element is */
  double sum_of_squares;/* the square of the 2-norm, summed in double */
  int64_t non_finite;   /* the number of elements that are infinite or NaN */
} radam_statistics;

/* Computes the statistics of the elements begin <= i < end, on the calling thread. s->struct_size must be set.
 *
 * The squares, which are exact, are summed in a fixed order: element i of the range goes to sum i mod 32, in order of
 * i; then sums j and j + 16 are added, for j < 16, then those 8 apart, 4, 2, 1. So the result does not depend on the
 * target; it does depend on how a tensor is cut into ranges. A caller with several threads should cut it in the same
 * way whatever their number, and add up in a fixed order.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_STRUCT_SIZE, RADAM_ERROR_TYPE, RADAM_ERROR_RANGE, RADAM_ERROR_TARGET. */
RADAM_API radam_status radam_gradient_statistics(int32_t target, int32_t grad_type, int64_t begin, int64_t end,
                                                 const void *grad, radam_statistics *s);

#ifdef __cplusplus
}
#endif

#endif
