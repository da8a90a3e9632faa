/*
 * libradam: fused optimizer steps, in place.
 *
 * A step takes two calls:
 *
 *   1. radam_coefficients_at() turns hyperparameters and a step number into coefficients. This is where Adam, AdamW,
 *      RAdam and their dialects differ. Once per step.
 *   2. radam_step_f32() applies the coefficients to a range of elements, on the calling thread. Once per tensor, or
 *      once per chunk of a tensor: chunks may run on any thread and in any order, and give the same bits.
 *      radam_step() does the same for 16-bit parameters and gradients and for smaller state. It also does what
 *      training does around a step: clipping, a copy for the model, a moving average, zeroing gradients.
 *
 * Call radam_gradient_statistics() before them if gradients are clipped by their norm or may be infinite.
 *
 * Conventions
 *   - No handle, no allocation, no thread, no lock. Every function may be called from any thread at any time. All that
 *     is remembered between calls is what the processor can do, what RADAM_TARGET said (see radam_select_target), and
 *     which pattern steps use (see radam_set_target_pattern).
 *   - The caller owns all memory. Nothing is kept after a call returns.
 *   - Functions that can fail return a radam_status and change nothing when it is not RADAM_OK.
 *   - Structs begin with struct_size, which the caller sets to sizeof the struct. New versions add fields at the end
 *     only. The library accepts structs of an older header, and takes the missing fields as 0. It accepts structs of a
 *     newer header if all fields that it does not know are 0. When it fills a struct, it writes as many fields as
 *     struct_size has room for, and zeros after the fields that it knows.
 *   - Results are the same bits for every target, alignment, split into ranges and thread. A NaN is a NaN in all of
 *     these, but its sign and payload are not specified. The caller's rounding mode and flush-to-zero settings are
 *     overridden during a call and restored before it returns.
 */
#ifndef RADAM_RADAM_H
#define RADAM_RADAM_H

#include <stdint.h>

/* The version of this header. "major.minor.patch" of the library itself is radam_version(). */
#define RADAM_VERSION_MAJOR 0
#define RADAM_VERSION_MINOR 2
#define RADAM_VERSION_PATCH 0
/* To compare in #if: 10000 * major + 100 * minor + patch. */
#define RADAM_VERSION_NUMBER 200

/* Marks the functions that the library exports. Programs that link the static library define RADAM_STATIC. */
#if defined(RADAM_STATIC)
#define RADAM_API
#elif defined(_WIN32)
#if defined(RADAM_BUILD)
#define RADAM_API __declspec(dllexport)
#else
#define RADAM_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define RADAM_API __attribute__((visibility("default")))
#else
#define RADAM_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Changes whenever a program compiled against an older header could misbehave with this library. */
#define RADAM_ABI_VERSION 2

/* RADAM_ABI_VERSION of the library itself, to compare with the header's. */
RADAM_API int32_t radam_abi_version(void);

/* "major.minor.patch" of the library; a static string. */
RADAM_API const char *radam_version(void);

/* ---------------------------------------------------------------------------------------------------- status --- */

/* The outcome of a function. The values never change their meaning. */
typedef int32_t radam_status;
enum {
  RADAM_OK = 0,
  RADAM_ERROR_NULL = 1,            /* a pointer that must not be null is null */
  RADAM_ERROR_STRUCT_SIZE = 2,     /* struct_size is less than in any version of the struct, or more than 4096; or the
                                      struct is of a newer header, and a field that this library does not know is
                                      not 0; or a radam_sums is of an older header and has fewer sums than the
                                      algorithm */
  RADAM_ERROR_RANGE = 3,           /* not 0 <= begin <= end, or the range does not fit the address space */
  RADAM_ERROR_OVERLAP = 4,         /* two buffers share memory */
  RADAM_ERROR_TARGET = 5,          /* no such target, or one that this machine cannot run */
  RADAM_ERROR_PRESET = 6,          /* no such preset */
  RADAM_ERROR_STEP = 7,            /* the step number is less than 1 */
  RADAM_ERROR_COEFFICIENTS = 8,    /* a coefficient is out of range or not finite, or the mode is unknown, or two
                                      coefficients exclude each other */
  RADAM_ERROR_SETTING = 9,         /* a field that selects a behaviour holds an unknown value, or one that the
                                      algorithm does not take (weight_decay_mode) */
  RADAM_ERROR_LEARNING_RATE = 10,  /* negative, not finite, or learning_rate / (1 - beta1) overflows float32 */
  RADAM_ERROR_BETA1 = 11,          /* not in [0, 1); with Schedule-Free also 0, or 1 / beta1 is not finite as
                                      float32 */
  RADAM_ERROR_BETA2 = 12,          /* not in [0, 1) */
  RADAM_ERROR_EPSILON = 13,        /* negative, or not finite as float32; with Adadelta also 0 as float32, with which no
                                      step would ever move a parameter, and with COCOB, which divides by it */
  RADAM_ERROR_WEIGHT_DECAY = 14,   /* negative, or not finite as float32 (alone or times the learning rate) */
  RADAM_ERROR_GRAD_SCALE = 15,     /* not positive, or not finite and non-zero as float32 */
  RADAM_ERROR_RHO_THRESHOLD = 16,  /* less than 4, where the rectification is undefined, or not finite */
  RADAM_ERROR_NEVER_RECTIFIES = 17,/* no step would ever move a parameter: rho never reaches the threshold, and
                                      unrectified steps are skipped. Raise beta2, or use RADAM_UNRECTIFIED_MOMENTUM */
  RADAM_ERROR_WARMUP_STEPS = 18,   /* negative; or not 0 with Schedule-Free RAdam, which has no warm-up */
  RADAM_ERROR_FROZEN_STEPS = 19,   /* negative */
  RADAM_ERROR_TYPE = 20,           /* no such element type, state type or rounding, or one not supported there */
  RADAM_ERROR_COPY = 21,           /* a copy of parameters that are not RADAM_TYPE_F32, or one in float32 */
  RADAM_ERROR_BLOCK = 22,          /* block8 state: begin is not a multiple of RADAM_BLOCK_SIZE, or end is neither one
                                      nor the length */
  RADAM_ERROR_CLIP = 23,           /* clip_value is negative, or not a number */
  RADAM_ERROR_AVERAGE = 24,        /* average_rate is not in [0, 1] */
  RADAM_ERROR_ALGORITHM = 25,      /* no such algorithm, or not the one that something was made for */
  RADAM_ERROR_MOMENTUM = 26,       /* not in [0, 1); with Schedule-Free as beta1 */
  RADAM_ERROR_DAMPENING = 27,      /* not in [0, 1]; of SGDP, not in [0, 1) */
  RADAM_ERROR_NESTEROV = 28,       /* Nesterov momentum needs a momentum above 0 and a dampening of 0 */
  RADAM_ERROR_STATE = 29,          /* the algorithm has no state buffer of that number */
  RADAM_ERROR_OUTPUT = 30,         /* no such output; or the update is asked for together with what follows the
                                      parameters: a copy, a moving average, or gradients set to zero */
  RADAM_ERROR_MOMENTUM_DECAY = 31, /* negative, or not finite */
  RADAM_ERROR_PATTERN = 32,        /* no such pattern, or the target does not have it */
  RADAM_ERROR_ALPHA = 33,          /* not in [0, 1); of AdEMAMix and COCOB not in [0, 2^63] */
  RADAM_ERROR_RHO = 34,            /* not in [0, 1) */
  RADAM_ERROR_LEARNING_RATE_DECAY = 35, /* negative, or not finite */
  RADAM_ERROR_INITIAL_ACCUMULATOR = 36, /* not in [0, 2^127] */
  RADAM_ERROR_NU1 = 37,                 /* not in [0, 1] */
  RADAM_ERROR_NU2 = 38,                 /* not in [0, 1] */
  RADAM_ERROR_BETA3 = 39,               /* not in [0, 1) */
  RADAM_ERROR_ALPHA_WARMUP_STEPS = 40,  /* negative */
  RADAM_ERROR_BETA3_WARMUP_STEPS = 41,  /* negative; or above 0 although beta1 or beta3 plus 1e-8 is not below 1, so that
                                           it has no half-life to begin or end with */
  RADAM_ERROR_NU = 42,                  /* not in [0, 1] */
  RADAM_ERROR_FINAL_LEARNING_RATE = 43, /* not positive, or not finite and non-zero as float32 */
  RADAM_ERROR_BASE_LEARNING_RATE = 44,  /* not positive, or not finite and non-zero as float32 */
  RADAM_ERROR_GAMMA = 45,               /* not in (0, 1), or 0 as float32 */
  RADAM_ERROR_PARTIAL = 46,             /* not in (0, 0.5], or 0 as float32 */
  RADAM_ERROR_R = 47,                   /* not in [0, 16] */
  RADAM_ERROR_WEIGHT_LR_POWER = 48,     /* not in [0, 16] */
  RADAM_ERROR_INNER_MOMENTUM = 49,      /* not in [0, 1) */
  RADAM_ERROR_SUMS = 50,                /* a step of a layer-wise algorithm needs sums over the whole tensor, and
                                           coefficients that follow from them: radam_coefficients_reduce */
  RADAM_ERROR_MAX_PARAM_NORM = 51,      /* not positive as float32 */
  RADAM_ERROR_CLIP_THRESHOLD = 52,      /* not positive, or not finite and non-zero as float32; of YellowFin 0 too is
                                           valid */
  RADAM_ERROR_TRUST_COEFFICIENT = 53,   /* not positive, or not finite and non-zero as float32 */
  RADAM_ERROR_ROW_LENGTH = 54,          /* less than 1; or a slice whose first row is not whole, where sums are of rows;
                                           or on a GPU rows that do not make up a tensor, or a tensor's row_decay */
  RADAM_ERROR_NUMBERS = 55,             /* a number that the algorithm keeps is out of range */
  RADAM_ERROR_HYPERGRAD_LR = 56,        /* negative, or not finite as float32; or hypergrad_lr / (1 - beta1) overflows
                                           float32 */
  RADAM_ERROR_BETA = 57,                /* not in [0, 1) */
  RADAM_ERROR_CURV_WIN_WIDTH = 58,      /* not in [1, RADAM_MAX_CURV_WIN_WIDTH] */
  RADAM_ERROR_AUTO_CLIP_FACTOR = 59,    /* negative, or not finite, or 0 as float32 though not 0 */
  RADAM_ERROR_DELTA = 60,               /* negative, or not finite as float32 */
  RADAM_ERROR_WD_RATIO = 61             /* negative, or not finite as float32 */
};

/* One English sentence for a status; a static string, never null. For RADAM_ERROR_TARGET it lists the targets that
 * this machine can run. */
RADAM_API const char *radam_status_string(radam_status status);

/* --------------------------------------------------------------------------------------------------- targets --- */

/* Instruction sets that kernels exist for. */
enum {
  RADAM_TARGET_AUTO = 0,   /* the target that radam_select_target(NULL, ...) finds */
  RADAM_TARGET_SCALAR = 1, /* one element at a time; any machine */
  RADAM_TARGET_AVX2 = 2,   /* needs AVX2, FMA and F16C */
  RADAM_TARGET_AVX512 = 3, /* needs what RADAM_TARGET_AVX2 needs, and AVX-512 F, BW, DQ and VL */
  RADAM_TARGET_NEON = 4    /* any AArch64 */
};

/* Finds the target of a name: "scalar", "avx2", "avx512" or "neon". If the name is null or empty, the environment variable
 * RADAM_TARGET has the name. If that is unset, empty or "java", the result is that of radam_best_target. ("java"
 * asks the Java library for its own code, which C programs do not have.) The variable is read once, by the first call
 * that needs it.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_TARGET. */
RADAM_API radam_status radam_select_target(const char *name, int32_t *target);

/* The target that is best on this machine, whatever RADAM_TARGET says. It is the one with the widest vectors, but avx2,
 * where the library has it, on Intel's first generations with AVX-512, which lower the clock of all that they run while it
 * is used: family 6, model 85 (Skylake, Cascade Lake and Cooper Lake of servers and workstations). */
RADAM_API int32_t radam_best_target(void);

/* 1 if this machine (processor and operating system) can run the target, 0 if it cannot or there is no such target. */
RADAM_API int32_t radam_target_available(int32_t target);

/* The target's name, a static string; null if there is no such target. RADAM_TARGET_AUTO is "auto". */
RADAM_API const char *radam_target_name(int32_t target);

/* The pattern of a target's steps: how an algorithm that takes a root and a quotient of each element shares them
 * between the divider and the units that multiply and add. Which is fastest depends on the processor. The bits are the
 * same.
 *   "divider"  all by the divider; every target
 *   "quarter"  of each four vectors, one takes its quotient by multiplications and additions; avx2 and avx512
 *   "half"     of each two vectors, one takes root and quotient so; avx512
 * It is for whole groups of vectors of numbers that training meets. The others go by the divider, and so do most steps
 * of small state. At first the pattern of avx512 is "half" on Intel's processors and "quarter" on AMD's Zen 4, and that
 * of avx2 is "quarter" on Intel's: these were measured on one or two of each. All others are "divider".
 * Returns a static string; null if there is no such target, or if this machine cannot run it. */
RADAM_API const char *radam_target_pattern(int32_t target);

/* Sets the pattern of all steps of a target, on every thread, from now on; null: the one that it has at first. Steps
 * that are being made meanwhile use one or the other.
 * Errors: RADAM_ERROR_TARGET, RADAM_ERROR_PATTERN. */
RADAM_API radam_status radam_set_target_pattern(int32_t target, const char *pattern);

/* ------------------------------------------------------------------------------------------------ algorithms --- */

/* An algorithm has hyperparameters; coefficients, which follow from these and the step number; a rule, which applies
 * the coefficients to each element; and buffers of state. Each algorithm has a struct of hyperparameters and one of
 * coefficients below. */
enum {
  /* Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015. Also the algorithms that differ from it
   * only in how coefficients are computed: AdamW (Loshchilov and Hutter, "Decoupled Weight Decay Regularization",
   * ICLR 2019) and RAdam (Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond", ICLR 2020). */
  RADAM_ALGORITHM_ADAM = 0,
  /* Stochastic gradient descent with momentum, as torch.optim.SGD has it. */
  RADAM_ALGORITHM_SGD = 1,
  /* Chen et al., "Symbolic Discovery of Optimization Algorithms", NeurIPS 2023. */
  RADAM_ALGORITHM_LION = 2,
  /* Dozat, "Incorporating Nesterov Momentum into Adam", ICLR 2016 workshop, as torch.optim.NAdam has it. */
  RADAM_ALGORITHM_NADAM = 3,
  /* Tieleman and Hinton, "Lecture 6.5 - RMSprop", 2012; centered after Graves, "Generating Sequences With Recurrent
   * Neural Networks", 2013; as torch.optim.RMSprop has it. */
  RADAM_ALGORITHM_RMSPROP = 4,
  /* Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", JMLR 2011,
   * as torch.optim.Adagrad has it. */
  RADAM_ALGORITHM_ADAGRAD = 5,
  /* Adam by the infinity norm: section 7.1 of its paper, as torch.optim.Adamax has it. */
  RADAM_ALGORITHM_ADAMAX = 6,
  /* Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012, as torch.optim.Adadelta has it. */
  RADAM_ALGORITHM_ADADELTA = 7,
  /* Zhuang et al., "AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients", NeurIPS 2020, as the
   * authors' adabelief_pytorch 0.2 has it. */
  RADAM_ALGORITHM_ADABELIEF = 8,
  /* Taniguchi et al., "ADOPT: Modified Adam Can Converge with Any beta2 with the Optimal Rate", NeurIPS 2024, as the
   * authors' later version has it, which clips. */
  RADAM_ALGORITHM_ADOPT = 9,
  /* Zaheer et al., "Adaptive Methods for Nonconvex Optimization", NeurIPS 2018, as the package torch-optimizer has it
   * (jettify/pytorch-optimizer). */
  RADAM_ALGORITHM_YOGI = 10,
  /* Ma and Yarats, "Quasi-hyperbolic momentum and Adam for deep learning", ICLR 2019, as the authors' qhoptim has
   * it. */
  RADAM_ALGORITHM_QHADAM = 11,
  /* Pagliardini, Ablin and Grangier, "The AdEMAMix Optimizer: Better, Faster, Older", ICLR 2025, as the authors'
   * ml-ademamix has it. */
  RADAM_ALGORITHM_ADEMAMIX = 12,
  /* Ding, Ren, Luo and Sun, "An Adaptive and Momental Bound Method for Stochastic Learning", 2019, as the authors'
   * AdaMod has it. */
  RADAM_ALGORITHM_ADAMOD = 13,
  /* Quasi-hyperbolic momentum, of the paper of QHAdam, as the authors' qhoptim has it. */
  RADAM_ALGORITHM_QHM = 14,
  /* Xie et al., "Adan: Adaptive Nesterov Momentum Algorithm for Faster Optimizing Deep Models", 2022, as the authors'
   * Adan has it. */
  RADAM_ALGORITHM_ADAN = 15,
  /* Luo, Xiong, Liu and Sun, "Adaptive Gradient Methods with Dynamic Bound of Learning Rate", ICLR 2019, as the authors'
   * AdaBound has it. */
  RADAM_ALGORITHM_ADABOUND = 16,
  /* Dubey et al., "diffGrad: An Optimization Method for Convolutional Neural Networks", 2020, as the authors' later
   * version has it. */
  RADAM_ALGORITHM_DIFFGRAD = 17,
  /* Chen et al., "Closing the Generalization Gap of Adaptive Gradient Methods in Training Deep Neural Networks", 2018, as
   * the authors' Padam has it. */
  RADAM_ALGORITHM_PADAM = 18,
  /* Defazio and Jelassi, "Adaptivity without Compromise: A Momentumized, Adaptive, Dual Averaged Gradient Method for
   * Stochastic Optimization", 2021, as the authors' madgrad has it. */
  RADAM_ALGORITHM_MADGRAD = 19,
  /* Orabona and Tommasi, "Training Deep Networks without Learning Rates Through Coin Betting", NIPS 2017, as the author's
   * parameterfree has it. */
  RADAM_ALGORITHM_COCOB = 20,
  /* Defazio, Yang, Mehta, Mishchenko, Khaled and Cutkosky, "The Road Less Scheduled", 2024, as the authors'
   * SGDScheduleFree has it. */
  RADAM_ALGORITHM_SCHEDULEFREE_SGD = 21,
  /* The same authors' AdamWScheduleFree, and with rectify RAdamScheduleFree. */
  RADAM_ALGORITHM_SCHEDULEFREE_ADAMW = 22,

  /* The following are layer-wise: a step depends on sums over the whole tensor (radam_tensor_sums). */

  /* You et al., "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes", ICLR 2020. */
  RADAM_ALGORITHM_LAMB = 23,
  /* AdamW whose learning rate is divided by the root mean square of its updates, where that is above a threshold:
   * Wortsman et al., "Stable and low-precision training for large-scale vision-language models", NeurIPS 2023. */
  RADAM_ALGORITHM_STABLEADAMW = 24,
  /* You, Gitman and Ginsburg, "Large Batch Training of Convolutional Networks", 2017. */
  RADAM_ALGORITHM_LARS = 25,
  /* AdamW without the updates that point against the gradient: Liang, Chen, Liu and Liu, "Cautious Optimizers:
   * Improving Training with One Line of Code", 2024, as the authors' C-Optim has it. */
  RADAM_ALGORITHM_CAUTIOUS_ADAMW = 26,
  /* Lion, likewise, as pytorch-image-models has it. */
  RADAM_ALGORITHM_CAUTIOUS_LION = 27,
  /* Ginsburg et al., "Stochastic Gradient Methods with Layer-wise Adaptive Moments for Training of Deep Networks",
   * 2019, as NVIDIA's code has it. */
  RADAM_ALGORITHM_NOVOGRAD = 28,
  /* Hypergradient descent, which moves the learning rate too: Baydin et al., "Online Learning Rate Adaptation with
   * Hypergradient Descent", ICLR 2018, as the authors' SGDHD has it: SGD-HD, and with nesterov SGDN-HD. */
  RADAM_ALGORITHM_SGD_HD = 29,
  /* The same authors' AdamHD. */
  RADAM_ALGORITHM_ADAM_HD = 30,
  /* Zhang and Mitliagkas, "YellowFin and the Art of Momentum Tuning", MLSys 2019, as the authors' YellowFin_Pytorch has
   * it. */
  RADAM_ALGORITHM_YELLOWFIN = 31,
  /* AdamW whose update has no part along the parameters where these are nearly orthogonal to the gradient: Heo et al.,
   * "AdamP: Slowing Down the Slowdown for Momentum Optimizers on Scale-invariant Weights", ICLR 2021, as the authors'
   * AdamP has it. Its sums are of rows (radam_row_sums). */
  RADAM_ALGORITHM_ADAMP = 32,
  /* SGD, likewise, as in Algorithm 1 of the paper. The authors' SGDP does the same with Nesterov momentum; without, it
   * also takes the part along the parameters out of the momentum that it keeps. */
  RADAM_ALGORITHM_SGDP = 33
};

/* The algorithm's name, a static string: "adam", "sgd", "lion", "nadam", "rmsprop", "adagrad", "adamax", "adadelta",
 * "adabelief", "adopt", "yogi", "qhadam", "ademamix", "adamod", "qhm", "adan", "adabound", "diffgrad", "padam",
 * "madgrad", "cocob", "schedulefree_sgd", "schedulefree_adamw", "lamb", "stableadamw", "lars", "cautious_adamw",
 * "cautious_lion", "novograd", "sgd_hd", "adam_hd", "yellowfin", "adamp", "sgdp"; null if there is none of that number.
 * The numbers begin with 0 and have no gaps. */
RADAM_API const char *radam_algorithm_name(int32_t algorithm);

/* ------------------------------------------------------------------------------------------- hyperparameters --- */

/* What RAdam and AdaBelief do in a step whose rho is below the threshold, because the second moment has seen too few
 * gradients to be reliable. */
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
  RADAM_WEIGHT_DECAY_L2 = 0,                 /* added to the gradient: g + weight_decay * p; not with Lion, LAMB,
                                                StableAdamW, cautious AdamW, cautious Lion, AdamP and SGDP. LARS,
                                                NovoGrad, SGD-HD, Adam-HD and YellowFin take no other */
  RADAM_WEIGHT_DECAY_DECOUPLED = 1,          /* p shrinks by learning_rate * weight_decay in every step; with Adan as
                                                no_prox says; with SGDP by that over 1 - momentum; with AdamP and SGDP
                                                times wd_ratio where the update is projected */
  RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE = 2 /* the same, but only in steps that move p by their update */
};

/* Of RADAM_ALGORITHM_ADAM. State: exp_avg, exp_avg_sq, and max_exp_avg_sq with amsgrad. */
typedef struct radam_adam {
  double beta1;                /* decay rate of the first moment, in [0, 1) */
  double beta2;                /* decay rate of the second moment, in [0, 1) */
  double epsilon;              /* >= 0. With 0, an element whose gradients have all been zero becomes 0/0 = NaN */
  double rho_threshold;        /* >= 4; with rectify only */
  int64_t warmup_steps;        /* the learning rate of step t < warmup_steps is 1e-8 + t * learning_rate / warmup_steps
                                  (the linear warm-up of the RAdam authors' AdamW); 0: none */
  int64_t frozen_steps;        /* the number of first steps that update the second moment only. They count as steps, but
                                  leave the first moment and the parameters as they are, without decay ("Adam-2k" of
                                  the RAdam paper has 2000) */
  int32_t epsilon_placement;   /* RADAM_EPSILON_... */
  int32_t amsgrad;             /* 1: divide by the root of the second moment's running maximum (Reddi et al., "On the
                                  Convergence of Adam and Beyond", ICLR 2018); 0: by the root of the second moment */
  int32_t rectify;             /* 1: RAdam; 0: Adam */
  int32_t unrectified;         /* RADAM_UNRECTIFIED_...; with rectify only */
  int32_t rectify_at_threshold;/* 1: rectified when rho >= rho_threshold; 0: when rho > rho_threshold; with rectify
                                  only */
  int32_t reserved;            /* 0 */
} radam_adam;

/* Of RADAM_ALGORITHM_SGD. State: momentum_buffer, where momentum is above 0. */
typedef struct radam_sgd {
  double momentum;             /* in [0, 1) */
  double dampening;            /* in [0, 1]: gradients are added to the buffer times 1 - dampening, but the first
                                  gradient is added whole */
  int32_t nesterov;            /* 1: the update is g + momentum * momentum_buffer; needs momentum and no dampening */
  int32_t reserved;            /* 0 */
} radam_sgd;

/* Of RADAM_ALGORITHM_LION and RADAM_ALGORITHM_CAUTIOUS_LION. State: exp_avg. */
typedef struct radam_lion {
  double beta1;                /* weight of exp_avg in the update, in [0, 1) */
  double beta2;                /* decay rate of exp_avg, in [0, 1) */
} radam_lion;

/* Of RADAM_ALGORITHM_NADAM. State: exp_avg, exp_avg_sq. */
typedef struct radam_nadam {
  double beta1;                /* decay rate of the first moment, in [0, 1), which the momentum approaches from below */
  double beta2;                /* decay rate of the second moment, in [0, 1) */
  double epsilon;              /* >= 0; added to the bias-corrected sqrt(v). With 0, an element whose gradients have all
                                  been zero becomes 0/0 = NaN */
  double momentum_decay;       /* >= 0. The momentum of step t is beta1 * (1 - 0.96^(t * momentum_decay) / 2) */
} radam_nadam;

/* Of RADAM_ALGORITHM_RMSPROP. State: square_avg, momentum_buffer where momentum is above 0, and grad_avg where it is
 * centered. */
typedef struct radam_rmsprop {
  double alpha;                /* decay rate of the averages, in [0, 1) */
  double epsilon;              /* >= 0. With 0, an element whose gradients have all been zero becomes 0/0 = NaN */
  double momentum;             /* in [0, 1) */
  int32_t centered;            /* 1: divide by the root of the variance: of square_avg less the square of grad_avg. A
                                  gradient that is nearly constant then makes large steps, up to its quotient by
                                  epsilon. So does one whose variance is less than what smaller types of state round
                                  away of square_avg, a 256th or an eighth: use RADAM_STATE_F32. 0: by the root of
                                  square_avg */
  int32_t epsilon_in_root;     /* 1: the root is of the sum with epsilon, as in TensorFlow; 0: epsilon is added to the
                                  root, as in PyTorch */
} radam_rmsprop;

/* Of RADAM_ALGORITHM_ADAGRAD. State: sum. */
typedef struct radam_adagrad {
  double epsilon;              /* >= 0. With 0, an element whose gradients have all been zero becomes 0/0 = NaN, unless
                                  initial_accumulator is above 0 */
  double learning_rate_decay;  /* >= 0: the learning rate of step t is learning_rate / (1 + (t - 1) * it) */
  double initial_accumulator;  /* in [0, 2^127]: what the sums begin with. Step 1 adds it: before, the state is 0 */
} radam_adagrad;

/* Of RADAM_ALGORITHM_ADAMAX. State: exp_avg, exp_inf. */
typedef struct radam_adamax {
  double beta1;                /* decay rate of the first moment, in [0, 1) */
  double beta2;                /* decay rate of the largest magnitude, in [0, 1) */
  double epsilon;              /* >= 0; added to the gradient's magnitude. With 0, an element whose gradients have all
                                  been zero becomes 0/0 = NaN */
} radam_adamax;

/* Of RADAM_ALGORITHM_ADADELTA. State: square_avg, acc_delta. */
typedef struct radam_adadelta {
  double rho;                  /* decay rate of both averages, in [0, 1) */
  double epsilon;              /* > 0, also as float32 */
} radam_adadelta;

/* Of RADAM_ALGORITHM_ADABELIEF. State: exp_avg, exp_avg_var, and max_exp_avg_var with amsgrad and without rectify. */
typedef struct radam_adabelief {
  double beta1;                /* decay rate of the first moment, in [0, 1) */
  double beta2;                /* decay rate of the variance, in [0, 1) */
  double epsilon;              /* >= 0; added to the variance, again in every step, and to the root of it: without
                                  rectify to the bias-corrected one. With 0, also as float32, an element whose gradients
                                  have all been zero becomes 0/0 = NaN, and with a beta1 of 0, where there is no
                                  variance, all others become infinite */
  int32_t amsgrad;             /* 1: divide by the root of the variance's running maximum. With rectify it changes
                                  nothing, as with the authors */
  int32_t rectify;             /* 1: the learning rate is rectified as RAdam's, in steps with rho >= 5; 0: it is not */
  int32_t unrectified;         /* RADAM_UNRECTIFIED_...; with rectify only */
  int32_t fixed_weight_decay;  /* 1: under decoupled decay p shrinks by weight_decay * p, whatever the learning rate */
} radam_adabelief;

/* Of RADAM_ALGORITHM_ADOPT. State: exp_avg, exp_avg_sq. */
typedef struct radam_adopt {
  double beta1;                /* decay rate of the first moment, in [0, 1) */
  double beta2;                /* decay rate of the second moment, in [0, 1) */
  double epsilon;              /* >= 0; the least that a gradient is divided by. With 0, also as float32, an element
                                  whose gradients have all been zero becomes 0/0 = NaN */
  int32_t clip;                /* 1: what is averaged in step t is cut to +-(t - 1)^(1/4); 0: to +-2^63 */
  int32_t reserved;            /* 0 */
} radam_adopt;

/* Of RADAM_ALGORITHM_YOGI. State: exp_avg, exp_avg_sq. */
typedef struct radam_yogi {
  double beta1;                /* decay rate of the first moment, in [0, 1) */
  double beta2;                /* the second moment moves by 1 - beta2 times the squared gradient, in [0, 1) */
  double epsilon;              /* >= 0; added to the bias-corrected sqrt(v). With 0, also as float32, and an
                                  initial_accumulator of 0, an element whose gradients have all been zero becomes
                                  0/0 = NaN */
  double initial_accumulator;  /* in [0, 2^127]: what both moments begin with, so that elements without a gradient move,
                                  too. Step 1 adds it: before, the state is 0 */
} radam_yogi;

/* Of RADAM_ALGORITHM_QHADAM. State: exp_avg, exp_avg_sq. */
typedef struct radam_qhadam {
  double beta1;                /* decay rate of the first moment, in [0, 1) */
  double beta2;                /* decay rate of the second moment, in [0, 1) */
  double nu1;                  /* the first moment's part of the numerator, in [0, 1]; the rest is the gradient's */
  double nu2;                  /* the second moment's part below the root, in [0, 1]; the rest is g * g */
  double epsilon;              /* >= 0; added to the root. With 0, also as float32, an element whose gradients have all
                                  been zero becomes 0/0 = NaN; with a nu2 of 0 also one whose gradient is zero in a
                                  step becomes infinite or NaN */
} radam_qhadam;

/* Of RADAM_ALGORITHM_ADEMAMIX. State: exp_avg_fast, exp_avg_slow, exp_avg_sq. */
typedef struct radam_ademamix {
  double beta1;                /* decay rate of the fast average of gradients, in [0, 1) */
  double beta2;                /* decay rate of the second moment, in [0, 1) */
  double beta3;                /* decay rate of the slow average of gradients, in [0, 1) */
  double alpha;                /* what the slow average is multiplied by in the update, in [0, 2^63] */
  double epsilon;              /* >= 0; added to the bias-corrected sqrt(v). With 0, also as float32, an element whose
                                  gradients have all been zero becomes 0/0 = NaN. Where gradients end, sqrt(v)
                                  fades before the slow average does: only epsilon bounds the updates then */
  int64_t alpha_warmup_steps;  /* >= 0; in step t < it, alpha is t / it of its value; 0: none */
  int64_t beta3_warmup_steps;  /* >= 0; in step t < it, the half-life of beta3 is t / it of the way from that of beta1 to
                                  its own. Both rates plus 1e-8, by which the authors have their logarithms, have to
                                  be below 1. 0: none */
} radam_ademamix;

/* Of RADAM_ALGORITHM_ADAMOD. State: exp_avg, exp_avg_sq, exp_avg_lr. */
typedef struct radam_adamod {
  double beta1;                /* decay rate of the first moment, in [0, 1) */
  double beta2;                /* decay rate of the second moment, in [0, 1) */
  double beta3;                /* decay rate of the average of learning rates, in [0, 1) */
  double epsilon;              /* >= 0; added to sqrt(v) as it is. The learning rate of an element
                                  whose gradients have all been zero is divided by it, and the average then bounds
                                  nothing for thousands of steps; under RADAM_STATE_BLOCK8 also that of other elements
                                  of its block. With 0, also as float32, that rate is 2^63, and 0/0 = NaN in a step
                                  whose learning_rate is 0 */
} radam_adamod;

/* Of RADAM_ALGORITHM_QHM. State: momentum_buffer. */
typedef struct radam_qhm {
  double momentum;             /* decay rate of the average of gradients, in [0, 1) */
  double nu;                   /* the average's part of the update, in [0, 1]; the rest is the gradient's */
} radam_qhm;

/* Of RADAM_ALGORITHM_ADAN. State: exp_avg, exp_avg_sq, exp_avg_diff, neg_pre_grad. Its betas are decay rates, as in the
 * authors' code; in the paper they are 1 minus that. */
typedef struct radam_adan {
  double beta1;                /* decay rate of the average of gradients, in [0, 1) */
  double beta2;                /* decay rate of the average of their differences, in [0, 1) */
  double beta3;                /* decay rate of the second moment, in [0, 1) */
  double epsilon;              /* >= 0; added to the bias-corrected sqrt(v). With 0, also as float32, an element whose
                                  gradients have all been zero becomes 0/0 = NaN. Where gradients end, sqrt(v) may fade
                                  before the averages do: only epsilon bounds the updates then */
  int32_t no_prox;             /* of decoupled decay. 0: p is divided by 1 + learning_rate * weight_decay after its
                                  update; 1: multiplied by 1 - that before it */
  int32_t reserved;            /* 0 */
} radam_adan;

/* Of RADAM_ALGORITHM_ADABOUND. State: exp_avg, exp_avg_sq, and max_exp_avg_sq with amsgrad. */
typedef struct radam_adabound {
  double beta1;                /* decay rate of the first moment, in [0, 1) */
  double beta2;                /* decay rate of the second moment, in [0, 1) */
  double epsilon;              /* >= 0; added to sqrt(v) as it is. With 0, also as float32, an element whose gradients
                                  have all been zero becomes 0/0 = NaN in a step whose learning_rate is 0 */
  double final_learning_rate;  /* > 0; what the learning rates of all elements come to while learning_rate is
                                  base_learning_rate; with another learning_rate, in proportion */
  double base_learning_rate;   /* > 0; the learning_rate that training begins with: set both */
  double gamma;                /* in (0, 1); how fast the bounds close in: in step t a learning rate is between
                                  1 - 1 / (gamma * t + 1) and 1 + 1 / (gamma * t) of the one they come to */
  int32_t amsgrad;             /* 1: divide by the root of the second moment's running maximum, as AMSBound does */
  int32_t fixed_weight_decay;  /* 1: under decoupled decay p shrinks by weight_decay * p, whatever the learning rate,
                                  as with the authors' AdaBoundW */
} radam_adabound;

/* Of RADAM_ALGORITHM_DIFFGRAD. State: exp_avg, exp_avg_sq, previous_grad. */
typedef struct radam_diffgrad {
  double beta1;                /* decay rate of the first moment, in [0, 1) */
  double beta2;                /* decay rate of the second moment, in [0, 1) */
  double epsilon;              /* >= 0; added to sqrt(v) as it is. With 0, also as float32, an element whose gradients
                                  have all been zero becomes 0/0 = NaN */
} radam_diffgrad;

/* Of RADAM_ALGORITHM_PADAM. State: exp_avg, exp_avg_sq, and max_exp_avg_sq with amsgrad. */
typedef struct radam_padam {
  double beta1;                /* decay rate of the first moment, in [0, 1) */
  double beta2;                /* decay rate of the second moment, in [0, 1) */
  double epsilon;              /* >= 0; added to sqrt(v) as it is, within the power. An element whose gradients have all been
                                  zero does not move, with 0 either */
  double partial;              /* half of the power that the denominator is raised to, in (0, 0.5]. With 0.5 the rule is
                                  that of Adam or AMSGrad with RADAM_EPSILON_PLAIN, but for a few roundings; the less it
                                  is, the more it is that of SGD */
  int32_t amsgrad;             /* 1: divide by the root of the second moment's running maximum */
  int32_t reserved;            /* 0 */
} radam_padam;

/* Of RADAM_ALGORITHM_MADGRAD. State: grad_sum_sq, s, x0_minus_param. With a learning_rate of 0 parameters still move, to
 * where the gradients so far lead. */
typedef struct radam_madgrad {
  double momentum;             /* in [0, 1) */
  double epsilon;              /* >= 0; added to the cube root, and, as the authors do, to a learning_rate that is not 0 */
} radam_madgrad;

/* Of RADAM_ALGORITHM_COCOB. State: sum_negative_gradients, grad_norm_sum, L, reward. Its learning_rate is 1. Gradients are
 * multiplied by it: another that does not change changes nothing, unless gradients are as small as epsilon; one that
 * changes weighs them. Decoupled decay, which its author has not, is in proportion to it, and adds up. */
typedef struct radam_cocob {
  double alpha;                /* in [0, 2^63]; the larger it is, the shorter are the first steps */
  double epsilon;              /* > 0, also as float32; the largest gradient before the first one */
} radam_cocob;

/* Of RADAM_ALGORITHM_SCHEDULEFREE_SGD. State: z_minus_param.
 *
 * The parameter is y, where gradients are taken, and not the model to use. That is x, the average of the iterates z:
 *
 *   x = y + (1 - 1 / momentum) * z_minus_param
 *
 * Iterate t has the weight t^r * m^weight_lr_power in it, with m for learning_rate times min(1, t / warmup_steps). That
 * follows from t alone, as if the learning rate had always been what it is. The authors take for m the largest one so
 * far, and keep the sum of the weights. That is the same where learning_rate does not change during the warm-up, and
 * does not grow later: one that only falls leaves the largest as it is. Where it grows other than by warmup_steps, the
 * weights differ. */
typedef struct radam_schedulefree_sgd {
  double momentum;             /* in (0, 1), and 1 / momentum finite as float32; y is
                                  momentum * x + (1 - momentum) * z */
  double r;                    /* in [0, 16] */
  double weight_lr_power;      /* in [0, 16] */
  int64_t warmup_steps;        /* >= 0; in step t < warmup_steps the learning rate is t / warmup_steps of itself */
} radam_schedulefree_sgd;

/* Of RADAM_ALGORITHM_SCHEDULEFREE_ADAMW. State: z_minus_param, exp_avg_sq, and exp_avg with inner_momentum. beta1 is
 * what momentum is in radam_schedulefree_sgd, of which all holds. With rectify the learning rate of a step, m too, is
 * multiplied by RAdam's factor where rho > 4; while that grows, it is a warm-up. */
typedef struct radam_schedulefree_adamw {
  double beta1;                /* in (0, 1), and 1 / beta1 finite as float32; y is beta1 * x + (1 - beta1) * z */
  double beta2;                /* decay rate of the second moment, in [0, 1) */
  double epsilon;              /* >= 0; added to the bias-corrected sqrt(v). With 0, also as float32, an element whose
                                  gradients have all been zero becomes 0/0 = NaN */
  double r;                    /* in [0, 16] */
  double weight_lr_power;      /* in [0, 16] */
  double inner_momentum;       /* in [0, 1); decay rate of the average that takes the gradient's place; 0: none */
  int64_t warmup_steps;        /* >= 0; in step t < warmup_steps the learning rate is t / warmup_steps of itself. 0 with
                                  rectify */
  int32_t rectify;             /* 1: Schedule-Free RAdam */
  int32_t silent_sgd_phase;    /* of rectify. 1: steps before rho > 4 move exp_avg_sq and exp_avg alone, and have no
                                  weight; 0: they are those of SGD, with the learning rate itself, which then is m in
                                  all steps */
} radam_schedulefree_adamw;

/* For which tensors LAMB and LARS adapt the learning rate. */
enum {
  RADAM_ADAPT_NEVER = 0,      /* none; then LAMB is Adam, and LARS is SGD */
  RADAM_ADAPT_WITH_DECAY = 1, /* where weight_decay is not 0: biases and the like have none */
  RADAM_ADAPT_ALWAYS = 2
};

/* Of RADAM_ALGORITHM_LAMB. State: exp_avg, exp_avg_sq. weight_decay_mode must not be RADAM_WEIGHT_DECAY_L2. */
typedef struct radam_lamb {
  double beta1;                /* decay rate of the first moment, in [0, 1) */
  double beta2;                /* decay rate of the second moment, in [0, 1) */
  double epsilon;              /* >= 0; added to the root of the second moment, once that is bias-corrected. With 0, an
                                  element whose gradients have all been zero becomes 0/0 = NaN */
  double max_param_norm;       /* > 0, also INFINITY: the norm of the parameters counts as no more than this */
  int32_t bias_correction;     /* 1: moments are corrected for their beginning at 0; 0: they are not */
  int32_t grad_averaging;      /* 1: the first moment is an average of gradients; 0: 1 / (1 - beta1) times that. The
                                  buffer has the average in both cases */
  int32_t adapt;               /* RADAM_ADAPT_... */
  int32_t trust_clip;          /* 1: the trust ratio is at most 1; 0: it may be any */
  int32_t decay_apart;         /* 0: weight_decay * p is a part of the update, whose norm counts; 1: p shrinks by
                                  learning_rate * weight_decay, before its norm is taken */
  int32_t reserved;            /* 0 */
} radam_lamb;

/* Of RADAM_ALGORITHM_STABLEADAMW. State: exp_avg, exp_avg_sq. weight_decay_mode must not be RADAM_WEIGHT_DECAY_L2. */
typedef struct radam_stableadamw {
  double beta1;                /* decay rate of the first moment, in [0, 1) */
  double beta2;                /* decay rate of the second moment, in [0, 1) */
  double epsilon;              /* >= 0, as Adam's with RADAM_EPSILON_PLAIN */
  double clip_threshold;       /* > 0: the root mean square of g / max(sqrt(v), epsilon) from which on the learning rate
                                  is divided by it */
} radam_stableadamw;

/* Of RADAM_ALGORITHM_LARS. State: momentum_buffer, where momentum is above 0. weight_decay_mode must be
 * RADAM_WEIGHT_DECAY_L2: the decay is adapted with the gradient that it is added to. */
typedef struct radam_lars {
  double momentum;             /* in [0, 1) */
  double dampening;            /* in [0, 1], as SGD's */
  double trust_coefficient;    /* > 0: the trust ratio where the norms of parameters and gradient are equal */
  double epsilon;              /* >= 0; added to the norm of the gradient */
  int32_t nesterov;            /* 1: Nesterov momentum, with momentum > 0 and dampening == 0; 0: plain */
  int32_t adapt;               /* RADAM_ADAPT_... */
  int32_t trust_clip;          /* 1: the ratio over the learning rate, at most 1, takes the ratio's place, so that the
                                  learning rate is a limit; 0: it does not */
  int32_t decayed_norm;        /* 1: the norm is that of the gradient with decay; 0: that of the gradient without, plus
                                  weight_decay times that of the parameters */
} radam_lars;

/* Of RADAM_ALGORITHM_CAUTIOUS_ADAMW. State: exp_avg, exp_avg_sq. weight_decay_mode must not be
 * RADAM_WEIGHT_DECAY_L2. */
typedef struct radam_cautious_adamw {
  double beta1;                /* decay rate of the first moment, in [0, 1) */
  double beta2;                /* decay rate of the second moment, in [0, 1) */
  double epsilon;              /* >= 0, as Adam's with RADAM_EPSILON_PLAIN */
  int32_t correct_bias;        /* 1: moments are corrected for their beginning at 0; 0: they are not */
  int32_t reserved;            /* 0 */
} radam_cautious_adamw;

/* Of RADAM_ALGORITHM_NOVOGRAD. State: exp_avg, where beta1 is above 0; and numbers of each tensor
 * (radam_coefficients_reduce): exp_avg_sq, and max_exp_avg_sq, which only amsgrad moves. weight_decay_mode must be
 * RADAM_WEIGHT_DECAY_L2: the decay is added to the normalized gradient. */
typedef struct radam_novograd {
  double beta1;                /* decay rate of the first moment, in [0, 1) */
  double beta2;                /* decay rate of the second moment, in [0, 1) */
  double epsilon;              /* >= 0; added to the root of the second moment */
  int32_t grad_averaging;      /* 1: the first moment is an average; 0: 1 / (1 - beta1) times that */
  int32_t amsgrad;             /* 1: divide by the root of the second moment's running maximum; 0: by the root of the
                                  second moment */
} radam_novograd;

/* Of RADAM_ALGORITHM_SGD_HD. State: momentum_buffer, which without momentum is the last gradient; last_update, with
 * nesterov; and the learning rate, a number of all tensors together (radam_coefficients_reduce). weight_decay_mode must
 * be RADAM_WEIGHT_DECAY_L2. */
typedef struct radam_sgd_hd {
  double momentum;             /* in [0, 1) */
  double dampening;            /* in [0, 1], as SGD's */
  double hypergrad_lr;         /* >= 0: by which the learning rate follows the product of gradient and last update */
  int32_t nesterov;            /* 1: Nesterov momentum, with momentum > 0 and dampening == 0; 0: plain */
  int32_t reserved;            /* 0 */
} radam_sgd_hd;

/* Of RADAM_ALGORITHM_ADAM_HD. State: exp_avg, exp_avg_sq; and the learning rate, a number that all tensors have, and
 * move one after the other (radam_coefficients_reduce). weight_decay_mode must be RADAM_WEIGHT_DECAY_L2. */
typedef struct radam_adam_hd {
  double beta1;                /* decay rate of the first moment, in [0, 1) */
  double beta2;                /* decay rate of the second moment, in [0, 1) */
  double epsilon;              /* >= 0, as Adam's with RADAM_EPSILON_PLAIN */
  double hypergrad_lr;         /* >= 0, as SGD-HD's */
} radam_adam_hd;

/* The largest curv_win_width. */
#define RADAM_MAX_CURV_WIN_WIDTH 64

/* Of RADAM_ALGORITHM_YELLOWFIN. State: momentum_buffer, exp_avg, an average of gradients; and numbers
 * (radam_coefficients_reduce). learning_rate and momentum are those of step 1, from which on it tunes both.
 * weight_decay_mode must be RADAM_WEIGHT_DECAY_L2: the decay is added to the gradient after it was measured. */
typedef struct radam_yellowfin {
  double momentum;             /* in [0, 1): that of step 1 */
  double beta;                 /* decay rate of all averages, in [0, 1) */
  double clip_threshold;       /* the norm that all gradients together are cut to; 0: they are not */
  double auto_clip_factor;     /* without clip_threshold: how many times the root of the largest curvature that norm may
                                  be; 0: any */
  int64_t curv_win_width;      /* of how many steps the largest and smallest curvatures are; from 1 to
                                  RADAM_MAX_CURV_WIN_WIDTH */
  int32_t adapt_clip;          /* 1: gradients that explode are cut, and a step moves all parameters by 100 at most; 0:
                                  they are not */
  int32_t zero_debias;         /* 1: averages are corrected for their beginning at 0; 0: they are not */
  int32_t log_smooth;          /* 1: the averages of curvatures are geometric; 0: they are arithmetic */
  int32_t reserved;            /* 0 */
} radam_yellowfin;

/* Of RADAM_ALGORITHM_ADAMP. State: exp_avg, exp_avg_sq. weight_decay_mode must not be RADAM_WEIGHT_DECAY_L2. */
typedef struct radam_adamp {
  double beta1;                /* decay rate of the first moment, in [0, 1) */
  double beta2;                /* decay rate of the second moment, in [0, 1) */
  double epsilon;              /* >= 0; added to the bias-corrected sqrt(v), and of the projection: to the norm of p,
                                  and the least that the product of the norms of p and g may be. With 0, an element
                                  whose gradients have all been zero becomes 0/0 = NaN */
  double delta;                /* >= 0: an update is projected where |cos(g, p)| < delta / sqrt(length of a row) */
  double wd_ratio;             /* >= 0: what the decay is multiplied by where the update is projected */
  int32_t nesterov;            /* 1: the update has beta1 * m + (1 - beta1) * g in place of m; 0: it has m */
  int32_t reserved;            /* 0 */
} radam_adamp;

/* Of RADAM_ALGORITHM_SGDP. State: momentum_buffer, where momentum is above 0. weight_decay_mode must not be
 * RADAM_WEIGHT_DECAY_L2. */
typedef struct radam_sgdp {
  double momentum;             /* in [0, 1) */
  double dampening;            /* in [0, 1): gradients are added to the buffer times 1 - dampening, the first one too;
                                  without momentum the step is multiplied by that */
  double epsilon;              /* >= 0; of the projection, as AdamP's */
  double delta;                /* >= 0, as AdamP's */
  double wd_ratio;             /* >= 0, as AdamP's */
  int32_t nesterov;            /* 1: the update is g + momentum * momentum_buffer; needs momentum and no dampening */
  int32_t reserved;            /* 0 */
} radam_sgdp;

/* Hyperparameters of one optimizer. Fill them with radam_hyperparameters_init, then change single fields. */
typedef struct radam_hyperparameters {
  uint32_t struct_size;        /* sizeof(radam_hyperparameters) */
  int32_t algorithm;           /* RADAM_ALGORITHM_...; says which member of `of` is used */
  double learning_rate;        /* >= 0 */
  double weight_decay;         /* >= 0 */
  double grad_scale;           /* > 0; gradients are multiplied by it before anything else */
  int32_t weight_decay_mode;   /* RADAM_WEIGHT_DECAY_... */
  int32_t maximize;            /* 1: step up the gradient instead of down; 0 otherwise */
  union {
    radam_adam adam;
    radam_sgd sgd;
    radam_lion lion;
    radam_nadam nadam;
    radam_rmsprop rmsprop;
    radam_adagrad adagrad;
    radam_adamax adamax;
    radam_adadelta adadelta;
    radam_adabelief adabelief;
    radam_adopt adopt;
    radam_yogi yogi;
    radam_qhadam qhadam;
    radam_ademamix ademamix;
    radam_adamod adamod;
    radam_qhm qhm;
    radam_adan adan;
    radam_adabound adabound;
    radam_diffgrad diffgrad;
    radam_padam padam;
    radam_madgrad madgrad;
    radam_cocob cocob;
    radam_schedulefree_sgd schedulefree_sgd;
    radam_schedulefree_adamw schedulefree_adamw;
    radam_lamb lamb;
    radam_stableadamw stableadamw;
    radam_lars lars;
    radam_cautious_adamw cautious_adamw;
    radam_lion cautious_lion;
    radam_novograd novograd;
    radam_sgd_hd sgd_hd;
    radam_adam_hd adam_hd;
    radam_yellowfin yellowfin;
    radam_adamp adamp;
    radam_sgdp sgdp;
    double room[24];           /* for algorithms to come */
  } of;
} radam_hyperparameters;

/* Implementations whose rules to follow. A preset is a set of values for the fields above. */
enum {
  RADAM_PRESET_RADAM_AUTHORS = 0,            /* the paper authors' radam.py, unrectified steps skipped */
  RADAM_PRESET_RADAM_PYTORCH = 1,            /* torch.optim.RAdam */
  RADAM_PRESET_RADAM_TENSORFLOW_ADDONS = 2,  /* tfa.optimizers.RectifiedAdam */
  RADAM_PRESET_RADAM_OPTAX = 3,              /* optax.radam */
  RADAM_PRESET_RADAM_PAPER = 4,              /* Algorithm 2 of the paper, to the letter: epsilon is 0 */
  RADAM_PRESET_ADAM_PYTORCH = 5,             /* torch.optim.Adam */
  RADAM_PRESET_ADAMW_PYTORCH = 6,            /* torch.optim.AdamW */
  RADAM_PRESET_ADAMW_AUTHORS = 7,            /* the RAdam authors' AdamW; set warmup_steps for its warm-up */
  RADAM_PRESET_ADAM_2K = 8,                  /* "Adam-2k" of the RAdam paper: frozen_steps is 2000 */
  RADAM_PRESET_SGD_PYTORCH = 9,              /* torch.optim.SGD: learning rate 1e-3, no momentum, L2 decay */
  RADAM_PRESET_SGDW = 10,                    /* SGDW of Loshchilov and Hutter: the same with decoupled decay */
  RADAM_PRESET_LION_AUTHORS = 11,            /* the authors' lion_pytorch.py: 1e-4, betas 0.9 and 0.99 */
  RADAM_PRESET_NADAM_PYTORCH = 12,           /* torch.optim.NAdam: learning rate 2e-3, momentum_decay 4e-3, L2 decay */
  RADAM_PRESET_NADAMW_PYTORCH = 13,          /* the same with decoupled_weight_decay */
  RADAM_PRESET_RMSPROP_PYTORCH = 14,         /* torch.optim.RMSprop: 1e-2, alpha 0.99, epsilon 1e-8, L2 decay */
  RADAM_PRESET_ADAGRAD_PYTORCH = 15,         /* torch.optim.Adagrad: 1e-2, epsilon 1e-10, L2 decay */
  RADAM_PRESET_ADAMAX_PYTORCH = 16,          /* torch.optim.Adamax: 2e-3, betas 0.9 and 0.999, epsilon 1e-8, L2 decay */
  RADAM_PRESET_ADADELTA_PYTORCH = 17,        /* torch.optim.Adadelta: 1, rho 0.9, epsilon 1e-6, L2 decay */
  RADAM_PRESET_ADABELIEF_AUTHORS = 18,       /* the authors' adabelief_pytorch 0.2: learning rate 1e-3, betas 0.9 and
                                                0.999, epsilon 1e-16, decoupled decay, rectified */
  RADAM_PRESET_ADOPT_AUTHORS = 19,           /* the authors' adopt.py: learning rate 1e-3, betas 0.9 and 0.9999, epsilon
                                                1e-6, L2 decay, clipped */
  RADAM_PRESET_YOGI_TORCH_OPTIMIZER = 20,    /* torch_optimizer.Yogi: learning rate 1e-2, betas 0.9 and 0.999, epsilon
                                                1e-3, initial_accumulator 1e-6, L2 decay */
  RADAM_PRESET_QHADAM_AUTHORS = 21,          /* the authors' qhoptim: learning rate 1e-3, betas 0.9 and 0.999, nus of 1,
                                                epsilon 1e-8, L2 decay */
  RADAM_PRESET_ADEMAMIX_AUTHORS = 22,        /* the authors' ml-ademamix: learning rate 1e-3, betas 0.9, 0.999 and 0.9999,
                                                alpha 2, epsilon 1e-8, decoupled decay, no warm-up */
  RADAM_PRESET_ADAMOD_AUTHORS = 23,          /* the authors' AdaMod: learning rate 1e-3, betas 0.9, 0.999 and 0.999,
                                                epsilon 1e-8, decoupled decay */
  RADAM_PRESET_QHM_AUTHORS = 24,             /* the authors' qhoptim, which has no defaults, with what they propose to
                                                begin with: learning rate 1, momentum 0.999, nu 0.7; L2 decay */
  RADAM_PRESET_ADAN_AUTHORS = 25,            /* the authors' Adan: learning rate 1e-3, betas 0.98, 0.92 and 0.99,
                                                epsilon 1e-8, decoupled decay, proximal */
  RADAM_PRESET_ADABOUND_AUTHORS = 26,        /* the authors' AdaBound: learning rate 1e-3, betas 0.9 and 0.999, epsilon
                                                1e-8, final learning rate 0.1, gamma 1e-3, L2 decay */
  RADAM_PRESET_AMSBOUND_AUTHORS = 27,        /* the same with amsgrad */
  RADAM_PRESET_ADABOUNDW_AUTHORS = 28,       /* the authors' AdaBoundW: the same as AdaBound with decoupled decay, whose
                                                weight_decay is not multiplied by the learning rate */
  RADAM_PRESET_DIFFGRAD_AUTHORS = 29,        /* the authors' diffGrad: learning rate 1e-3, betas 0.9 and 0.999, epsilon
                                                1e-8, L2 decay */
  RADAM_PRESET_PADAM_AUTHORS = 30,           /* the authors' Padam: learning rate 0.1, betas 0.9 and 0.999, epsilon 1e-8,
                                                partial 1/4, amsgrad, L2 decay */
  RADAM_PRESET_MADGRAD_AUTHORS = 31,         /* the authors' MADGRAD: learning rate 1e-2, momentum 0.9, epsilon 1e-6, L2
                                                decay */
  RADAM_PRESET_COCOB_AUTHORS = 32,              /* the author's COCOB: learning rate 1, alpha 100, epsilon 1e-8, L2
                                                   decay */
  RADAM_PRESET_SCHEDULEFREE_SGD_AUTHORS = 33,   /* the authors' SGDScheduleFree: learning rate 1, momentum 0.9,
                                                   weight_lr_power 2, L2 decay */
  RADAM_PRESET_SCHEDULEFREE_ADAMW_AUTHORS = 34, /* the authors' AdamWScheduleFree: learning rate 0.0025, betas 0.9 and
                                                   0.999, epsilon 1e-8, weight_lr_power 2, decoupled decay */
  RADAM_PRESET_SCHEDULEFREE_RADAM_AUTHORS = 35, /* the authors' RAdamScheduleFree: the same with rectify and
                                                   silent_sgd_phase */
  RADAM_PRESET_LAMB_CYBERTRONAI = 36,        /* cybertronai/pytorch-lamb: learning rate 1e-3, betas 0.9 and 0.999,
                                                epsilon 1e-6, no bias correction, max_param_norm 10, adapts always */
  RADAM_PRESET_LAMB_NVIDIA = 37,             /* NVIDIA's FusedLAMB: learning rate 1e-3, betas 0.9 and 0.999, epsilon
                                                1e-6, weight decay 0.01, bias-corrected, adapts where there is decay.
                                                Its max_grad_norm of 1 is for the caller: radam_gradient_statistics */
  RADAM_PRESET_STABLEADAMW_AUTHORS = 38,     /* the authors' StableAdamWUnfused: learning rate 2e-3, betas 0.9 and 0.99,
                                                epsilon 1e-6, weight decay 0.2, clip_threshold 1 */
  RADAM_PRESET_LARS_TIMM = 39,               /* pytorch-image-models' Lars, after NVIDIA's LARC: learning rate 1, trust
                                                coefficient 1e-3, epsilon 1e-8, no momentum, adapts where there is
                                                decay */
  RADAM_PRESET_LARS_BARLOWTWINS = 40,        /* facebookresearch/barlowtwins: no learning rate of its own, here 0.2;
                                                momentum 0.9, trust coefficient 1e-3, epsilon 0, norm with decay, adapts
                                                always */
  RADAM_PRESET_CAUTIOUS_ADAMW_AUTHORS = 41,  /* the authors' c_adamw.py: learning rate 1e-3, betas 0.9 and 0.999,
                                                epsilon 1e-6, bias-corrected, decoupled decay */
  RADAM_PRESET_CAUTIOUS_LION_TIMM = 42,      /* pytorch-image-models' Lion with caution: 1e-4, betas 0.9 and 0.99 */
  RADAM_PRESET_NOVOGRAD_NVIDIA = 43,         /* NVIDIA's NovoGrad, as pytorch-image-models keeps it: learning rate 1e-3,
                                                betas 0.95 and 0.98, epsilon 1e-8, no grad_averaging */
  RADAM_PRESET_SGD_HD_AUTHORS = 44,          /* the authors' SGDHD, which has no learning rate of its own, here 1e-3: no
                                                momentum, hypergrad_lr 1e-6 */
  RADAM_PRESET_ADAM_HD_AUTHORS = 45,         /* the authors' AdamHD: learning rate 1e-3, betas 0.9 and 0.999, epsilon
                                                1e-8, hypergrad_lr 1e-8 */
  RADAM_PRESET_SGDN_HD_AUTHORS = 46,         /* the authors' SGDHD as their SGDN-HD: as SGD_HD_AUTHORS, with Nesterov
                                                momentum of 0.9 */
  RADAM_PRESET_YELLOWFIN_AUTHORS = 47,       /* the authors' YFOptimizer: learning rate 1e-4, momentum 0, beta 0.999,
                                                curv_win_width 20, adapt_clip, zero_debias, log_smooth */
  RADAM_PRESET_ADAMP_AUTHORS = 48,           /* the authors' AdamP: learning rate 1e-3, betas 0.9 and 0.999, epsilon
                                                1e-8, delta 0.1, wd_ratio 0.1 */
  RADAM_PRESET_SGDP_AUTHORS = 49             /* the authors' SGDP, which has no learning rate of its own, here 1e-3: no
                                                momentum, epsilon 1e-8, delta 0.1, wd_ratio 0.1 */
};

/* Fills *h with a preset. struct_size must be set.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_STRUCT_SIZE, RADAM_ERROR_PRESET. */
RADAM_API radam_status radam_hyperparameters_init(radam_hyperparameters *h, int32_t preset);

/* RADAM_OK if every field is in range and some step moves the parameters; otherwise the status that names the first
 * field at fault. */
RADAM_API radam_status radam_hyperparameters_check(const radam_hyperparameters *h);

/* ----------------------------------------------------------------------------------------------------- state --- */

/* The most state buffers that an algorithm has. */
#define RADAM_MAX_STATE 6

/* One of an algorithm's buffers. It has as many elements as there are parameters. */
typedef struct radam_state_buffer {
  uint32_t struct_size; /* sizeof(radam_state_buffer) */
  int32_t is_signed;    /* 0: its elements are never negative */
  int32_t present;      /* 1: these hyperparameters need it; 0: its pointers are null */
  float initial;        /* the value of its elements before step 1 */
  const char *name;     /* a static string, such as "exp_avg" */
} radam_state_buffer;

/* The number of buffers of an algorithm, including those that only some hyperparameters need; 0 if there is no such
 * algorithm. */
RADAM_API int32_t radam_state_count(int32_t algorithm);

/* Describes a buffer of the algorithm under these hyperparameters. Buffers are counted from 0, as in radam_tensor.
 * b->struct_size must be set.
 * Errors: those of radam_hyperparameters_check, RADAM_ERROR_STATE. */
RADAM_API radam_status radam_state_describe(const radam_hyperparameters *h, int32_t index, radam_state_buffer *b);

/* ---------------------------------------------------------------------------------------------- coefficients --- */

/* Coefficients are all that a kernel needs to know about a step. The rules below are for an element's parameter p,
 * gradient g and state. Each line is a fixed sequence of correctly rounded binary32 operations. All rules begin alike:
 *
 *   g = grad_scale * g
 *   g = fma(l2, p, g)                                          if l2 != 0
 *   g = min(2^63, max(-2^63, g))
 *
 * The bound keeps the squares of gradients, and everything computed from them, finite. So neither a large nor an
 * infinite gradient makes a NaN. A gradient that is NaN stays NaN. All rules end alike, with an update u:
 *
 *   p = fma(-step_size, u, p)                                  if decay == 0
 *       p - fma(step_size, u, decay * p)                       otherwise
 *
 * At least one of l2 and decay is 0. A moving average is written as a step towards its new value, because float(beta) +
 * float(1 - beta) is not exactly 1. average(a, x, beta) is
 *
 *   fma(one_minus_beta, x - a, a)                              if one_minus_beta < 0.5
 *   fma(beta, a - x, x)                                        otherwise
 */

/* What a step of Adam, AdaBelief or Schedule-Free AdamW does with each element. The last two have the first two. Lion
 * has 0 and RADAM_MODE_CAUTIOUS, SGD 0 and the last two. */
enum {
  RADAM_MODE_ADAPTIVE = 0,          /* the update is m / (sqrt(v) + epsilon) */
  RADAM_MODE_MOMENTUM = 1,          /* the update is m */
  RADAM_MODE_MOMENTS_ONLY = 2,      /* m and v move, p does not */
  RADAM_MODE_SECOND_MOMENT_ONLY = 3,/* v moves, m and p do not; l2 is 0 */
  RADAM_MODE_CAUTIOUS = 4,          /* the update is 0 where its sign is not that of g; of Adam: m / (sqrt(v) + epsilon)
                                       otherwise, l2 is 0, and a buffer for w is ignored */
  RADAM_MODE_KEEPS_UPDATE = 5,      /* of SGD: the update stays in a second buffer, and decay is 0 */
  RADAM_MODE_AVERAGES_GRADIENT = 6  /* of SGD: a second buffer has an average of gradients, and decay is 0 */
};

/* Adam, with m for exp_avg, v for exp_avg_sq, w for max_exp_avg_sq:
 *
 *   m = average(m, g, beta1)
 *   v = fma(one_minus_beta2, fma(g, g, -v), v)                 if one_minus_beta2 < 0.5
 *       fma(beta2, fma(-g, g, v), g * g)                       otherwise
 *   w = max(w, v), s = sqrt(w)                                 with a buffer for w ("AMSGrad")
 *       s = sqrt(v)                                            without
 *   u = m / (s + epsilon)                                      RADAM_MODE_ADAPTIVE
 *       m                                                      RADAM_MODE_MOMENTUM
 *       (m / (s + epsilon)) * k                                RADAM_MODE_CAUTIOUS
 *
 * max(w, v) is w where w > v and v otherwise. k is 1 where the product m * g is above 0, and 0 otherwise, also where it
 * is rounded to 0 or NaN. RADAM_MODE_MOMENTS_ONLY ends before u. RADAM_MODE_SECOND_MOMENT_ONLY also leaves m as it is.
 * RADAM_MODE_CAUTIOUS has s = sqrt(v), and leaves w as it is. */
typedef struct radam_adam_coefficients {
  float l2;              /* weight decay that is added to the gradient */
  float decay;           /* learning_rate * weight_decay where the decay is decoupled */
  float step_size;
  float beta1;
  float one_minus_beta1; /* 1 - beta1, rounded once from double: float(1) - float(beta1) would lose digits */
  float beta2;
  float one_minus_beta2;
  float epsilon;
} radam_adam_coefficients;

/* SGD, with b for momentum_buffer:
 *
 *   b = fma(momentum, b, one_minus_dampening * g)              with a buffer
 *   u = g                                                      without one
 *       b                                                      with one, nesterov == 0
 *       fma(nesterov, b, g)                                    with one, otherwise; and RADAM_MODE_KEEPS_UPDATE
 *   d = u                                                      RADAM_MODE_KEEPS_UPDATE, with d for last_update
 *
 * RADAM_MODE_AVERAGES_GRADIENT has u = b, and with a for exp_avg and the gradient before its decay
 *
 *   a = average(a, min(2^63, max(-2^63, grad_scale * g)), beta)
 *
 * where one_minus_beta is nesterov, and beta 1 - nesterov, rounded.
 *
 * Both modes are of reduced coefficients, of SGD-HD and YellowFin. They have that algorithm's two buffers, while those
 * of SGD itself are the one that radam_state_count counts.
 *
 * In step 1 momentum is 0 and one_minus_dampening is 1, so that the buffer begins as the first gradient, as in
 * PyTorch. */
typedef struct radam_sgd_coefficients {
  float l2;
  float decay;
  float step_size;
  float momentum;
  float one_minus_dampening;
  float nesterov;        /* the momentum under Nesterov's update; 0 without. Of RADAM_MODE_AVERAGES_GRADIENT what the
                            average takes up of each gradient */
} radam_sgd_coefficients;

/* Lion, with m for exp_avg:
 *
 *   u = sign(average(m, g, beta1))                             sign(x) is 1, -1, or x where that is 0 or NaN
 *   u = u * k                                                  RADAM_MODE_CAUTIOUS
 *   m = average(m, g, beta2)
 *
 * k is 1 where u * g is above 0, with the u before it, and 0 otherwise. */
typedef struct radam_lion_coefficients {
  float decay;
  float step_size;
  float beta1;
  float one_minus_beta1;
  float beta2;
  float one_minus_beta2;
} radam_lion_coefficients;

/* NAdam, with m for exp_avg and v for exp_avg_sq, which move as Adam's do:
 *
 *   m = average(m, g, beta1)
 *   v = fma(one_minus_beta2, fma(g, g, -v), v)                 if one_minus_beta2 < 0.5
 *       fma(beta2, fma(-g, g, v), g * g)                       otherwise
 *   n = fma(grad_factor, g, exp_avg_factor * m)
 *   u = n / (sqrt(v) + epsilon)
 *
 * With mu(t) for the momentum of step t, and P(t) = mu(1) * mu(2) * ... * mu(t):
 *
 *   grad_factor    = (1 - mu(t)) / (1 - P(t))
 *   exp_avg_factor = mu(t + 1) / (1 - P(t + 1))
 *   step_size      = learning_rate * sqrt(1 - beta2^t), and epsilon has the same factor
 *
 * P follows from the hyperparameters and t alone, as Adam's bias corrections do, so it is no state. If beta1 or
 * momentum_decay change during training, P is what it would be had they always been so, while PyTorch keeps the product
 * of the old momenta. With the presets' values it is below 2^-53, and makes no difference, from step 47 on. */
typedef struct radam_nadam_coefficients {
  float l2;
  float decay;
  float step_size;
  float grad_factor;
  float exp_avg_factor;
  float beta1;
  float one_minus_beta1;
  float beta2;
  float one_minus_beta2;
  float epsilon;
} radam_nadam_coefficients;

/* RMSprop, with v for square_avg, a for grad_avg, b for momentum_buffer:
 *
 *   v = fma(one_minus_alpha, fma(g, g, -v), v)                 if one_minus_alpha < 0.5
 *       fma(alpha, fma(-g, g, v), g * g)                       otherwise
 *   a = average(a, g, alpha)                                   with a buffer for a ("centered")
 *   s = max(0, fma(-a, a, v))                                  with a buffer for a
 *       v                                                      without
 *   q = g / (sqrt(s + epsilon_in_root) + epsilon)
 *   b = fma(momentum, b, q), u = b                             with a buffer for b
 *       u = q                                                  without
 *
 * max(0, x) is 0 where x < 0, and x otherwise. Of the hyperparameter epsilon, one of the two is 0. */
typedef struct radam_rmsprop_coefficients {
  float l2;
  float decay;
  float step_size;
  float alpha;
  float one_minus_alpha;
  float epsilon;
  float epsilon_in_root;
  float momentum;
} radam_rmsprop_coefficients;

/* Adagrad, with s for sum:
 *
 *   s = min(2^127, fma(g, g, s + initial_accumulator))
 *   u = g / (sqrt(s) + epsilon)
 *
 * initial_accumulator is 0 but for step 1. The bound keeps the sum finite. A NaN stays NaN. */
typedef struct radam_adagrad_coefficients {
  float l2;
  float decay;
  float step_size;
  float epsilon;
  float initial_accumulator;
} radam_adagrad_coefficients;

/* Adamax, with m for exp_avg and n for exp_inf:
 *
 *   m = average(m, g, beta1)
 *   n = min(2^127, max(|g| + epsilon, beta2 * n))              max(x, y) is x where x > y, and y otherwise
 *   u = m / n
 *
 * step_size is learning_rate / (1 - beta1^t). */
typedef struct radam_adamax_coefficients {
  float l2;
  float decay;
  float step_size;
  float beta1;
  float one_minus_beta1;
  float beta2;
  float epsilon;
} radam_adamax_coefficients;

/* Adadelta, with v for square_avg and w for acc_delta:
 *
 *   v = fma(one_minus_rho, fma(g, g, -v), v)                   if one_minus_rho < 0.5
 *       fma(rho, fma(-g, g, v), g * g)                         otherwise
 *   u = min(2^63, max(-2^63, sqrt(w + epsilon) / sqrt(v + epsilon) * g))
 *   w = fma(one_minus_rho, fma(u, u, -w), w)                   and likewise with u for g
 *
 * The bound of u is that of gradients. */
typedef struct radam_adadelta_coefficients {
  float l2;
  float decay;
  float step_size;
  float rho;
  float one_minus_rho;
  float epsilon;
} radam_adadelta_coefficients;

/* AdaBelief, with m for exp_avg, s for exp_avg_var, w for max_exp_avg_var:
 *
 *   m = average(m, g, beta1)
 *   d = min(2^63, max(-2^63, g - m))
 *   s = fma(one_minus_beta2, fma(d, d, -s), s)                 if one_minus_beta2 < 0.5
 *       fma(beta2, fma(-d, d, s), d * d)                       otherwise
 *   s = min(2^127, s + var_epsilon)
 *   w = max(w, s), r = sqrt(w)                                 with a buffer for w ("AMSGrad")
 *       r = sqrt(s)                                            without
 *   u = m / (r + epsilon)                                      RADAM_MODE_ADAPTIVE
 *       m                                                      RADAM_MODE_MOMENTUM
 *
 * max(w, s) is w where w > s and s otherwise. The schedule is Adam's, with a rho_threshold of 5. A step that is to
 * leave p as it is, is RADAM_MODE_MOMENTUM with a step_size and a decay of 0: where m is NaN, p becomes NaN in it too,
 * and -0 may become +0. */
typedef struct radam_adabelief_coefficients {
  float l2;
  float decay;
  float step_size;
  float beta1;
  float one_minus_beta1;
  float beta2;
  float one_minus_beta2;
  float var_epsilon;
  float epsilon;
} radam_adabelief_coefficients;

/* ADOPT, with m for exp_avg and v for exp_avg_sq:
 *
 *   n = g / max(epsilon, sqrt(v))                              max(x, y) is x where x > y, and y otherwise
 *   n = min(bound, max(-bound, n))                             a NaN stays NaN
 *   m = average(m, n, beta1), u = m
 *   v = fma(one_minus_beta2, fma(g, g, -v), v)                 if one_minus_beta2 < 0.5
 *       fma(beta2, fma(-g, g, v), g * g)                       otherwise
 *
 * Step 1 is to make v the square of the gradient, and to leave m and p as they are, without decoupled decay: its
 * step_size and decay are 0, its beta1 and epsilon 1, its beta2 0. Where g is NaN, m and p become NaN in it too, and
 * a p of -0 may become +0. */
typedef struct radam_adopt_coefficients {
  float l2;
  float decay;
  float step_size;
  float beta1;
  float one_minus_beta1;
  float beta2;
  float one_minus_beta2;
  float epsilon;
  float bound;
} radam_adopt_coefficients;

/* Yogi, with m for exp_avg and v for exp_avg_sq:
 *
 *   m = average(m + initial_accumulator, g, beta1)
 *   v = v + initial_accumulator
 *   v = fma(one_minus_beta2, sign(fma(g, g, -v)) * (g * g), v) sign(x) is 1, -1, or x where that is 0 or NaN
 *   u = m / (sqrt(v) + epsilon)
 *
 * initial_accumulator is in [0, 2^127], and 0 but for step 1. step_size and epsilon are Adam's with
 * RADAM_EPSILON_BIAS_CORRECTED. */
typedef struct radam_yogi_coefficients {
  float l2;
  float decay;
  float step_size;
  float beta1;
  float one_minus_beta1;
  float one_minus_beta2;
  float epsilon;
  float initial_accumulator;
} radam_yogi_coefficients;

/* QHAdam, with m for exp_avg and v for exp_avg_sq:
 *
 *   m = average(m, g, beta1)
 *   v = fma(one_minus_beta2, fma(g, g, -v), v)                 if one_minus_beta2 < 0.5
 *       fma(beta2, fma(-g, g, v), g * g)                       otherwise
 *   n = fma(nu1, m, one_minus_nu1 * g)
 *   s = fma(nu2, v, one_minus_nu2 * (g * g))
 *   u = n / (sqrt(s) + epsilon)
 *
 * With b for one of the hyperparameters beta1 and beta2, the coefficient of step t is (b - b^t) / (1 - b^t), and what
 * comes after it is (1 - b) / (1 - b^t). So the moments need no bias correction. */
typedef struct radam_qhadam_coefficients {
  float l2;
  float decay;
  float step_size;
  float beta1;
  float one_minus_beta1;
  float beta2;
  float one_minus_beta2;
  float nu1;
  float one_minus_nu1;
  float nu2;
  float one_minus_nu2;
  float epsilon;
} radam_qhadam_coefficients;

/* AdEMAMix, with m for exp_avg_fast, s for exp_avg_slow, v for exp_avg_sq:
 *
 *   m = average(m, g, beta1)
 *   s = average(s, g, beta3)
 *   v = fma(one_minus_beta2, fma(g, g, -v), v)                 if one_minus_beta2 < 0.5
 *       fma(beta2, fma(-g, g, v), g * g)                       otherwise
 *   u = fma(alpha, s, m) / (sqrt(v) + epsilon)
 *
 * step_size and epsilon are Adam's with RADAM_EPSILON_BIAS_CORRECTED. alpha is that of the step times 1 - beta1^t, since s
 * is not corrected for its beginning. With b1 and b3 for the hyperparameters beta1 and beta3 plus 1e-8, and a for t /
 * beta3_warmup_steps, beta3 is exp(log(b1) * log(b3) / ((1 - a) * log(b3) + a * log(b1))) where a < 1. */
typedef struct radam_ademamix_coefficients {
  float l2;
  float decay;
  float step_size;
  float beta1;
  float one_minus_beta1;
  float beta2;
  float one_minus_beta2;
  float beta3;
  float one_minus_beta3;
  float alpha;
  float epsilon;
} radam_ademamix_coefficients;

/* AdaMod, with m for exp_avg, v for exp_avg_sq, n for exp_avg_lr:
 *
 *   m = average(m, g, beta1)
 *   v = fma(one_minus_beta2, fma(g, g, -v), v)                 if one_minus_beta2 < 0.5
 *       fma(beta2, fma(-g, g, v), g * g)                       otherwise
 *   a = min(2^63, rate / (sqrt(v) + epsilon))                  min(x, y) is x where x < y, and y otherwise
 *   n = average(n, a, beta3)
 *   u = min(a, n) * m
 *
 * rate is Adam's step_size, and at least 0; epsilon is as it is. step_size is 1, since n is an average of whole
 * learning rates. The bound keeps it finite. */
typedef struct radam_adamod_coefficients {
  float l2;
  float decay;
  float step_size;
  float beta1;
  float one_minus_beta1;
  float beta2;
  float one_minus_beta2;
  float beta3;
  float one_minus_beta3;
  float rate;
  float epsilon;
} radam_adamod_coefficients;

/* QHM, with b for momentum_buffer:
 *
 *   b = average(b, g, momentum)
 *   u = fma(nu, b, one_minus_nu * g) */
typedef struct radam_qhm_coefficients {
  float l2;
  float decay;
  float step_size;
  float momentum;
  float one_minus_momentum;
  float nu;
  float one_minus_nu;
} radam_qhm_coefficients;

/* Adan, with m for exp_avg, v for exp_avg_sq, e for exp_avg_diff, w for neg_pre_grad:
 *
 *   d = diff_scale * (g + w)
 *   m = average(m, g, beta1)
 *   e = average(e, d, beta2)
 *   x = min(2^63, max(-2^63, fma(beta2, d, g)))
 *   v = fma(one_minus_beta3, fma(x, x, -v), v)                 if one_minus_beta3 < 0.5
 *       fma(beta3, fma(-x, x, v), x * x)                       otherwise
 *   w = -g
 *   u = fma(diff_factor, e, m) / (sqrt(v) + epsilon)
 *
 * diff_scale is 0 in step 1, which has no gradient before it, and 1 in the others. diff_factor is
 * beta2 * (1 - beta1^t) / (1 - beta2^t). With s for learning_rate * sqrt(1 - beta3^t) / (1 - beta1^t), and l for
 * learning_rate * weight_decay where the decay is decoupled and no_prox is 0, step_size is s / (1 + l), and decay is
 * l / (1 + l): (p - s * u) / (1 + l) is p - (s * u + l * p) / (1 + l). */
typedef struct radam_adan_coefficients {
  float l2;
  float decay;
  float step_size;
  float beta1;
  float one_minus_beta1;
  float beta2;
  float one_minus_beta2;
  float beta3;
  float one_minus_beta3;
  float diff_scale;
  float diff_factor;
  float epsilon;
} radam_adan_coefficients;

/* AdaBound, with m for exp_avg, v for exp_avg_sq, and for AMSBound w for max_exp_avg_sq:
 *
 *   m = average(m, g, beta1)
 *   v = fma(one_minus_beta2, fma(g, g, -v), v)                 if one_minus_beta2 < 0.5
 *       fma(beta2, fma(-g, g, v), g * g)                       otherwise
 *   w = max(w, v)                                              if there is w, which then stands for v in the next line
 *   a = min(upper, max(lower, rate / (sqrt(v) + epsilon)))
 *   u = a * m
 *
 * rate is Adam's step_size, and at least 0; epsilon is as it is. step_size is 1, since a is a whole learning rate. With f
 * for final_learning_rate * learning_rate / base_learning_rate, lower is f * (1 - 1 / (gamma * t + 1)) and upper is
 * f * (1 + 1 / (gamma * t)), both at most 2^63. */
typedef struct radam_adabound_coefficients {
  float l2;
  float decay;
  float step_size;
  float beta1;
  float one_minus_beta1;
  float beta2;
  float one_minus_beta2;
  float rate;
  float lower;
  float upper;
  float epsilon;
} radam_adabound_coefficients;

/* diffGrad, with m for exp_avg, v for exp_avg_sq, w for previous_grad:
 *
 *   m = average(m, g, beta1)
 *   v = fma(one_minus_beta2, fma(g, g, -v), v)                 if one_minus_beta2 < 0.5
 *       fma(beta2, fma(-g, g, v), g * g)                       otherwise
 *   d = |w - g|
 *   w = g
 *   e = 1 + exp2(max(-64, -0x1.715476p+0 * d))                 1 over the logistic function of d
 *   u = m / (e * (sqrt(v) + epsilon))
 *
 * step_size is Adam's, and epsilon as it is. exp2(x) is, with n for the integer nearest to x, of two the even one, and
 * r for x - n,
 *
 *   0x1.4498e8p-13 * r + 0x1.5f48c6p-10, each of these lines an fma
 *   times r + 0x1.3b2996p-7
 *   times r + 0x1.c6aeccp-5
 *   times r + 0x1.ebfbe2p-3
 *   times r + 0x1.62e430p-1
 *   times r + 1
 *   times 2^n                                                  exact
 *
 * which is within 1.5 * 2^-24 of 2^x, relative to it. */
typedef struct radam_diffgrad_coefficients {
  float l2;
  float decay;
  float step_size;
  float beta1;
  float one_minus_beta1;
  float beta2;
  float one_minus_beta2;
  float epsilon;
} radam_diffgrad_coefficients;

/* Padam, with m for exp_avg, v for exp_avg_sq, and with AMSGrad w for max_exp_avg_sq:
 *
 *   m = average(m, g, beta1)
 *   v = fma(one_minus_beta2, fma(g, g, -v), v)                 if one_minus_beta2 < 0.5
 *       fma(beta2, fma(-g, g, v), g * g)                       otherwise
 *   w = max(w, v)                                              if there is w, which then stands for v in the next line
 *   u = m / pow(sqrt(v) + epsilon, power, 0)
 *
 * step_size is Adam's, epsilon as it is, and power is 2 * partial. pow(x, y, z), which is x^(y + z), is, with x cut to
 * [2^-125, 2^126] and equal to c * 2^n for an integer n and a c that is at least 0x1.6a09e6p-1 and below twice that,
 *
 *   k = the integer nearest to y * n as a float, of two the even one
 *   a = c - 1
 *   b = -0x1.ceb882p-4 * a + 0x1.80a9aap-3, each of these lines an fma
 *       times a - 0x1.86606ep-3
 *       times a + 0x1.a26640p-3
 *       times a - 0x1.eac68ep-3
 *       times a + 0x1.2782e4p-2
 *       times a - 0x1.715a68p-2
 *       times a + 0x1.ec7080p-2
 *       times a - 0x1.715470p-1
 *       times a + 0x1.715476p+0
 *   b = b * a
 *   r = fma(y, b, fma(z, n, fma(y, n, -k)))
 *   exp2(r) * 2^k                                              of diffGrad; the product is exact
 *
 * which is within 2.25 * 2^-24 of x^(y + z), relative to it. A NaN stays NaN. */
typedef struct radam_padam_coefficients {
  float l2;
  float decay;
  float step_size;
  float beta1;
  float one_minus_beta1;
  float beta2;
  float one_minus_beta2;
  float power;
  float epsilon;
} radam_padam_coefficients;

/* MADGRAD, with v for grad_sum_sq, d for x0_minus_param:
 *
 *   v = min(2^127, fma(rate, g * g, v))
 *   s = min(2^127, max(-2^127, fma(rate, g, s)))
 *   u = s / (pow(v, 0x1.555556p-2, -0x1.555556p-27) + epsilon) - d
 *   d = fma(step_size, u, d)
 *   d = fma(decay, c, d)                                       if decay != 0 and step_size != 1, with c for p cut to
 *                                                              [-2^127, 2^127], of which a NaN becomes -2^127
 *   d = min(2^127, max(-2^127, d))
 *
 * pow is Padam's, here a cube root. step_size is 1 - momentum. Where that is 1, the authors keep no x0, and decay moves
 * it. rate is e * sqrt(t), at most 2^63, and decay is e * weight_decay, with e for learning_rate + epsilon, or 0 where
 * learning_rate is 0. */
typedef struct radam_madgrad_coefficients {
  float l2;
  float decay;
  float step_size;
  float rate;
  float epsilon;
} radam_madgrad_coefficients;

/* COCOB, with s for sum_negative_gradients, n for grad_norm_sum, r for reward, and offset(x) for
 *
 *   min(1, max(-1, s / max(n + x, alpha * x))) * min(2^126, (r + x) / x)
 *                                                              max(a, b) is a where a > b, and b otherwise
 *
 * which is how far p is from its value before training:
 *
 *   g = min(2^63, max(-2^63, rate * g))
 *   x = max(epsilon, L)
 *   o = offset(x)                                              of the state before the step
 *   L = max(x, |g|)
 *   s = min(2^127, max(-2^127, s - g))
 *   n = min(2^127, n + |g|)
 *   r = min(2^126, max(0, fma(-g, o, r)))                      0 also where that is -0
 *   u = o - offset(L)                                          of the state after it
 *
 * rate is learning_rate, and step_size is 1. With an epsilon of 0, which hyperparameters may not have, an element that
 * never had a gradient becomes 0/0 = NaN. */
typedef struct radam_cocob_coefficients {
  float l2;
  float decay;
  float step_size;
  float rate;
  float alpha;
  float epsilon;
} radam_cocob_coefficients;

/* Schedule-Free SGD, with d for z_minus_param:
 *
 *   u = fma(rate, g, -(ckp1 * d))
 *   d = cut(fma(-z_rate, g, d))                                cut(x) is min(2^127, max(-2^127, x)); a NaN stays NaN
 *   d = cut(fma(-z_decay, c, d))                               if decay != 0, with c for p cut to [-2^127, 2^127], of
 *                                                              which a NaN becomes -2^127
 *   d = fma(-ckp1, d, d)
 *
 * ckp1 is the weight of the newest z over the sum of all weights so far, within 1e-10 of itself before it is rounded.
 * With e for the learning rate of the step, rate is e * (1 - momentum * (1 - ckp1)) and z_rate e * momentum; decay and
 * z_decay are these times weight_decay where that is decoupled; step_size is 1. */
typedef struct radam_schedulefree_sgd_coefficients {
  float l2;
  float decay;
  float step_size;
  float ckp1;
  float rate;
  float z_rate;
  float z_decay;
} radam_schedulefree_sgd_coefficients;

/* Schedule-Free AdamW, with v for exp_avg_sq and m for exp_avg:
 *
 *   v = fma(one_minus_beta2, fma(g, g, -v), v)                 if one_minus_beta2 < 0.5
 *       fma(beta2, fma(-g, g, v), g * g)                       otherwise
 *   m = average(m, g, inner_momentum), n = m                   with a buffer for m
 *       n = g                                                  without
 *   n = min(2^63, max(-2^63, n / (sqrt(v) + epsilon)))         RADAM_MODE_ADAPTIVE; a NaN stays NaN
 *
 * and then as Schedule-Free SGD, with n for g and beta1 for momentum. e is multiplied by the rectification; rate and
 * z_rate, not decay and z_decay, by sqrt(1 - beta2^t) in RADAM_MODE_ADAPTIVE, and divided by 1 - inner_momentum^t.
 * epsilon is multiplied by sqrt(1 - beta2^t). A step that is to leave p and d as they are, is RADAM_MODE_MOMENTUM with
 * 0 for all of ckp1, rate, z_rate, decay and z_decay: where n is NaN, p and d become NaN in it too, and -0 may become
 * +0. */
typedef struct radam_schedulefree_adamw_coefficients {
  float l2;
  float decay;
  float step_size;
  float ckp1;
  float rate;
  float z_rate;
  float z_decay;
  float inner_momentum;
  float one_minus_inner_momentum;
  float beta2;
  float one_minus_beta2;
  float epsilon;
} radam_schedulefree_adamw_coefficients;

/* LAMB, for radam_tensor_sums and radam_coefficients_reduce. In terms of Adam's rule, with r for its m / (s + epsilon):
 *
 *   sums of the squares of p and of fma(update_scale, r, weight_decay * p)
 *
 * With a and b for the roots of the two sums, let a be min(a * param_scale, max_param_norm), and the trust ratio be
 * min(a / b, max_ratio) if adapts is not 0, a and b are above 0, and a / b is finite; and 1 otherwise. All this is in
 * double. The reduced coefficients are Adam's, with the product of step_size and the ratio, whose magnitude is at most
 * 2^126; and, if weight_decay is not 0, likewise of decay. Each is rounded once.
 *
 * update_scale is sqrt(1 - beta2^t) / (1 - beta1^t), or 1 without bias correction, and divided by 1 - beta1 without
 * averaging; step_size is learning_rate times that. weight_decay is 0 where decay is apart. Then param_scale is
 * |1 - learning_rate * weight_decay| with the hyperparameter, and otherwise 1. max_ratio is 1 or infinite. */
typedef struct radam_lamb_coefficients {
  radam_adam_coefficients adam; /* of RADAM_MODE_ADAPTIVE; l2 is 0 */
  float update_scale;
  float weight_decay;
  float max_param_norm;
  float param_scale;
  float max_ratio;
  float adapts;
} radam_lamb_coefficients;

/* StableAdamW, likewise:
 *
 *   the sum of the squares of g / max(epsilon, sqrt(v)), with g and v as Adam's rule has them; max(x, y) is x where
 *   x > y, and y otherwise
 *
 * With q for sqrt(sum / length) / clip_threshold, in double, the reduced coefficients are Adam's, with step_size and
 * decay divided by q if q is above 1, and rounded once. The beta1 of step t is (b - b^t) / (1 - b^t), with b for the
 * hyperparameter, and likewise beta2: QHAdam's, which need no bias correction. */
typedef struct radam_stableadamw_coefficients {
  radam_adam_coefficients adam; /* of RADAM_MODE_ADAPTIVE; l2 is 0 */
  float clip_threshold;
} radam_stableadamw_coefficients;

/* LARS, likewise, but by SGD:
 *
 *   sums of the squares of p and of min(2^63, max(-2^63, fma(norm_l2, p, grad_scale * g)))
 *
 * With a and b for the roots of the two sums, let q be trust_coefficient * a / (b + param_weight * a + epsilon) if a and
 * b are above 0 and that is finite, and 1 otherwise. The trust ratio is min(q / divisor, max_ratio) if adapts is not 0,
 * and 1 otherwise. All this is in double. The reduced coefficients are SGD's, with the products of grad_scale and l2 with
 * the ratio: of l2 at most 2^126, and of grad_scale with a magnitude between 2^-126 and 2^126. Each is rounded once.
 *
 * norm_l2 is weight_decay with decayed_norm, and otherwise 0; param_weight is the reverse. divisor is learning_rate
 * with trust_clip, and otherwise 1; max_ratio is 1 or infinite. */
typedef struct radam_lars_coefficients {
  radam_sgd_coefficients sgd;
  float norm_l2;
  float param_weight;
  float trust_coefficient;
  float epsilon;
  float divisor;
  float max_ratio;
  float adapts;
} radam_lars_coefficients;

/* Cautious AdamW and cautious Lion have coefficients of the types of Adam and Lion, likewise:
 *
 *   the sum of k, which is 0 or 1 and so its own square, of RADAM_MODE_CAUTIOUS
 *
 * The gradient in k is g as the rule has it: scaled, negated to maximize, and cut. The sum counts elements, and is
 * exact. Let q be sum / length. The reduced coefficients are Adam's or Lion's of RADAM_MODE_CAUTIOUS, with the product
 * of step_size and 1 / max(q, 1e-3), whose magnitude is at most 2^126, rounded once; all this is in double. Of no
 * elements, and where q is negative or NaN, the factor is 1. The 1e-3 is the authors'. decay stays as it is, and acts
 * on elements that the mask stops, too. A NaN in the gradient or in exp_avg becomes one in the parameter, as without
 * the mask.
 *
 * step_size of cautious AdamW is learning_rate * sqrt(1 - beta2^t) / (1 - beta1^t), or learning_rate without
 * correct_bias. */

/* NovoGrad, likewise by SGD, and with numbers of the tensor, v for exp_avg_sq and w for max_exp_avg_sq:
 *
 *   the sum of the squares of min(2^63, max(-2^63, grad_scale * g))
 *
 * In double, in this order, with n for the sum and b for one_minus_beta2:
 *
 *   v = n                                                      if v == 0
 *       (1 - b) * v + b * n                                    otherwise
 *   w = v                                                      if amsgrad is not 0 and v > w
 *   d = sqrt(w) + epsilon                                      if amsgrad is not 0
 *       sqrt(v) + epsilon                                      otherwise
 *
 * Where n is negative or not finite, v and w stay as they are; and if what d is the root of is 0 then, d is 1, as in
 * place of a d of 0. The reduced coefficients are SGD's, with 1 / d, rounded to double, times grad_scale: of a
 * magnitude between 2^-126 and 2^126, rounded once.
 *
 * sgd.momentum is beta1, but 0 in step 1. sgd.one_minus_dampening is 1 - beta1 with grad_averaging, in all steps, and
 * otherwise 1. */
typedef struct radam_novograd_coefficients {
  radam_sgd_coefficients sgd;
  float one_minus_beta2;
  float epsilon;
  float amsgrad;
} radam_novograd_coefficients;

/* SGD with hypergradient descent, likewise by SGD, with b for the last update: last_update if sgd.nesterov is not 0,
 * and otherwise momentum_buffer. The learning rate e is the number that is kept:
 *
 *   the sum of the products of g, as SGD's rule has it, with b, as it is before the step
 *
 * In double, with n for the sum of the tensors' sums, and f for e + hypergrad_lr * n:
 *
 *   e = min(2^63 / max(1, sgd.l2), max(0, f))                  if f is finite
 *
 * The reduced coefficients are SGD's, with scale * e for step_size: at most 2^126, rounded once; and of
 * RADAM_MODE_KEEPS_UPDATE if sgd.nesterov is not 0. scale is 1. The authors have no bounds: there a learning rate may
 * become negative. */
typedef struct radam_sgd_hd_coefficients {
  radam_sgd_coefficients sgd;
  float hypergrad_lr;
  float scale;
} radam_sgd_hd_coefficients;

/* Adam with hypergradient descent, likewise by Adam, with e for the learning rate as in SGD-HD:
 *
 *   the sum of the products of g, as Adam's rule has it, with m / (sqrt(v) + epsilon), where m and v are as before the
 *   step
 *
 * e follows as in SGD-HD, by the sum of one tensor; so it moves once for each tensor, and each steps by what it is
 * then.
 *
 * With C(t) for sqrt(1 - b2^t) / (1 - b1^t), and b1 and b2 for the hyperparameters, scale is C(step), and hypergrad_lr
 * is that of the hyperparameters times C(step - 1), but 0 in step 1. */
typedef struct radam_adam_hd_coefficients {
  radam_adam_coefficients adam; /* of RADAM_MODE_ADAPTIVE; decay is 0 */
  float hypergrad_lr;
  float scale;
} radam_adam_hd_coefficients;

/* YellowFin, likewise by SGD, with a for exp_avg as it is before the step:
 *
 *   the sums of a * a, a * g and g * g, where g is min(2^63, max(-2^63, grad_scale * g))
 *
 * All sums are those of all tensors together. In double, in this order, with A, B and C for the sums, E for 1e-6, w for
 * one_minus_beta, L for log2(E), next(x, y) for (1 - w) * x + w * y, cut(n, T) for min(1, T / (n + E)), and the numbers
 * of radam_coefficients_reduce by their names. H(x) is how a curvature is had from its average x: with D for weight
 * under zero_debias and 1 otherwise, it is x / D, and with log_smooth 2^min(900, x / D + weight / D * L).
 *
 *   t = steps + 1, m = H(h_max), n = sqrt(C), f = 1, e = 1
 *   k = cut(n, clip_threshold), f = f * k, n = n * k           if clip_threshold > 0
 *   k = cut(n, auto_clip_factor * sqrt(m)), likewise           otherwise, if auto_clip_factor > 0 and t > 1
 *   k = cut(n, sqrt(100 * m) + E), likewise                    if adapt_clip is not 0 and t > 2
 *   N = n * n
 *   e = cut(n, sqrt(m) + E)                                    if adapt_clip is not 0, t > 1 and N >= m
 *   N becomes the first number of the window, whose others move up
 *   steps = t, weight = next(weight, 1)
 *   h_min = next(h_min, S(l)), h_max = next(h_max, S(h))       l and h: the least and the largest of the window's first
 *                                                              min(t, curv_win_width); S(x) is x, or with log_smooth
 *                                                              max(0, log2(x + E) - L)
 *   norm_squared = next(norm_squared, N), norm = next(norm, n)
 *   dist_to_opt = next(dist_to_opt, norm / (norm_squared + E))
 *
 * If t is 1, learning_rate is sgd.step_size and momentum sgd.momentum. Otherwise, with l = H(h_min) and h = H(h_max):
 *
 *   M = (1 - w) * (1 - w) * A + 2 * ((1 - w) * w) * (f * B) + w * w * N
 *   V = max(E, norm_squared / D - M / (D * D))
 *   r = (dist_to_opt / D + E) * (l + E), q = r * r / 2 / (V + E)
 *   y = -cbrt((sqrt(q * q + 4 / 27 * (q * q * q)) + q) / 2), x = y - q / 3 / (y + E) + 1
 *   s = sqrt(max(1 + E, (h + E) / (l + E))), s = (s - 1) / (s + 1)
 *   momentum = max(x * x, s * s), s = 1 - sqrt(momentum)
 *   learning_rate = s * s / (l + E) * min(1, t / (10 * curv_win_width))
 *
 * and in any step 100 / sqrt(N + E) if adapt_clip is not 0 and learning_rate * n >= 100. Logarithms, powers of 2 and
 * cube roots are by series of fixed length, in src/algorithm/real_power.h.
 *
 * Where a number is not finite then, or momentum is above 1, all numbers stay as they were, f and e are 1, and the step
 * goes by their learning_rate and momentum, in step 1 by the coefficients'. So it is from step 2 on with the authors'
 * hyperparameters while all gradients have been 0. A gradient that is NaN makes the state NaN, as of other algorithms.
 *
 * The reduced coefficients are SGD's of RADAM_MODE_AVERAGES_GRADIENT: grad_scale is f times what it was, of a magnitude
 * between 2^-126 and 2^126; step_size learning_rate, at most 2^126; momentum is 0 instead in a step after one whose
 * momentum was 0, as PyTorch's SGD begins its buffer; one_minus_dampening e; l2 divided by e, at most 2^126; nesterov
 * one_minus_beta. Each is rounded once. Coefficients do not depend on the step. */
typedef struct radam_yellowfin_coefficients {
  radam_sgd_coefficients sgd;
  float one_minus_beta;
  float curv_win_width;
  float clip_threshold;
  float auto_clip_factor;
  float adapt_clip;
  float zero_debias;
  float log_smooth;
} radam_yellowfin_coefficients;

/* AdamP, for radam_row_sums and radam_coefficients_reduce_rows, by NAdam, with g and u as its rule has them:
 *
 *   sums over a row of the products g * p, g * g, p * p, u * p, in this order
 *
 * A view of the tensor is projected if for each of its rows, with a, b and c for the first three sums, and n for the
 * length of a row,
 *
 *   |a| / max(sqrt(b * c), projection_epsilon) < delta / sqrt(n)
 *
 * where max(x, y) is y where x < y, and x otherwise; so no view with a NaN is. The first view has the tensor's rows.
 * The second one has all of the tensor as one row, whose sums are those of the rows, added in their order; it is asked
 * for where the first one is not projected. In the view that is projected, the update u loses its part along p, which
 * is p times u * p summed over (sqrt(c) + projection_epsilon)^2. So the step is one of NAdam with another decay, with d
 * for the fourth sum:
 *
 *   decay * wd_ratio - step_size * d / (sqrt(c) + projection_epsilon)^2
 *
 * What is subtracted is 0 where it is not finite. The result is between -2^126 and 2^126. All this is in double, and
 * rounded once.
 *
 * step_size and epsilon are Adam's with RADAM_EPSILON_BIAS_CORRECTED, and l2 is 0. grad_factor and exp_avg_factor are
 * 1 - beta1 and beta1 with nesterov, and 0 and 1 without. */
typedef struct radam_adamp_coefficients {
  radam_nadam_coefficients nadam;
  float delta;
  float projection_epsilon; /* epsilon as it is */
  float wd_ratio;
} radam_adamp_coefficients;

/* SGDP, likewise, by SGD. For u, momentum_buffer is 0 where there is none.
 *
 * sgd.decay is learning_rate * weight_decay / (1 - momentum). The momentum is that in step 1 too, where the buffer is
 * 0; one_minus_dampening is 1 without a momentum, and step_size then is learning_rate * (1 - dampening). */
typedef struct radam_sgdp_coefficients {
  radam_sgd_coefficients sgd;
  float delta;
  float projection_epsilon;
  float wd_ratio;
} radam_sgdp_coefficients;

typedef struct radam_coefficients {
  uint32_t struct_size;  /* sizeof(radam_coefficients) */
  int32_t algorithm;     /* RADAM_ALGORITHM_...; says which member of `of` is used */
  int32_t mode;          /* RADAM_MODE_... of Adam, SGD, Lion, AdaBelief and Schedule-Free AdamW; 0 for the others */
  float grad_scale;      /* not 0; negative to maximize */
  union {
    radam_adam_coefficients adam;
    radam_sgd_coefficients sgd;
    radam_lion_coefficients lion;
    radam_nadam_coefficients nadam;
    radam_rmsprop_coefficients rmsprop;
    radam_adagrad_coefficients adagrad;
    radam_adamax_coefficients adamax;
    radam_adadelta_coefficients adadelta;
    radam_adabelief_coefficients adabelief;
    radam_adopt_coefficients adopt;
    radam_yogi_coefficients yogi;
    radam_qhadam_coefficients qhadam;
    radam_ademamix_coefficients ademamix;
    radam_adamod_coefficients adamod;
    radam_qhm_coefficients qhm;
    radam_adan_coefficients adan;
    radam_adabound_coefficients adabound;
    radam_diffgrad_coefficients diffgrad;
    radam_padam_coefficients padam;
    radam_madgrad_coefficients madgrad;
    radam_cocob_coefficients cocob;
    radam_schedulefree_sgd_coefficients schedulefree_sgd;
    radam_schedulefree_adamw_coefficients schedulefree_adamw;
    radam_lamb_coefficients lamb;
    radam_stableadamw_coefficients stableadamw;
    radam_lars_coefficients lars;
    radam_adam_coefficients cautious_adamw; /* of RADAM_MODE_ADAPTIVE; l2 is 0 */
    radam_lion_coefficients cautious_lion;
    radam_novograd_coefficients novograd;
    radam_sgd_hd_coefficients sgd_hd;
    radam_adam_hd_coefficients adam_hd;
    radam_yellowfin_coefficients yellowfin;
    radam_adamp_coefficients adamp;
    radam_sgdp_coefficients sgdp;
    float values[16];
  } of;
  double learning_rate;  /* of this step, with warm-up; this and the fields below are for information only */
  double rho;            /* of algorithms with modes: length of the approximated simple moving average; 0 without
                            rectify */
  double rectification;  /* of these: RAdam's factor r, 1 without rectify and 0 where not rectified */
  int32_t rectified;     /* of these: 1 where this step is rectified, and always without rectify. For other algorithms
                            the last three are 0 */
  int32_t reserved;      /* 0 */
} radam_coefficients;

/* Computes the coefficients of step number `step`, counted from 1. c->struct_size must be set. The computation is in
 * double, by operations that IEEE-754 defines to the bit, so that coefficients too are the same on every machine.
 * Errors: those of radam_hyperparameters_check, RADAM_ERROR_NULL, RADAM_ERROR_STRUCT_SIZE, RADAM_ERROR_STEP. */
RADAM_API radam_status radam_coefficients_at(const radam_hyperparameters *h, int64_t step, radam_coefficients *c);

/* ------------------------------------------------------------------------------------------------------ step --- */

/* Applies one step to the elements begin <= i < end of float32 buffers, on the calling thread.
 *
 *   target  a RADAM_TARGET_...
 *   c       from radam_coefficients_at, or filled by hand
 *   param   parameters, updated
 *   grad    gradients, only read
 *   state   as many pointers as radam_state_count(c->algorithm) says: the algorithm's buffers, updated. Before step 1
 *           their elements must be radam_state_buffer::initial, which is 0 for all algorithms so far. A buffer that is
 *           not needed is null: max_exp_avg_sq and max_exp_avg_var without AMSGrad, momentum_buffer without
 *           momentum, grad_avg unless centered
 *
 * Pointers are to element 0 and need no alignment. They may be null if begin == end. Nothing outside the range is read
 * or written. The ranges must not share memory with each other.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_STRUCT_SIZE, RADAM_ERROR_ALGORITHM, RADAM_ERROR_COEFFICIENTS,
 * RADAM_ERROR_RANGE, RADAM_ERROR_OVERLAP, RADAM_ERROR_TARGET, RADAM_ERROR_SUMS. */
RADAM_API radam_status radam_step_f32(int32_t target, const radam_coefficients *c, int64_t begin, int64_t end,
                                      float *param, const float *grad, float *const *state);

/* ------------------------------------------------------------------------------------------- mixed precision --- */

/* Types of parameters, gradients and copies.
 *
 * RADAM_TYPE_SPLIT is for parameters that are float32, in 4 bytes, of which a model uses the bfloat16 next to them. For
 * x, the bits of a parameter as a float32, in unsigned arithmetic of 32 bits:
 *
 *   param       (x + 0x8000) >> 16       the bfloat16 nearest to it; of two, the one further from zero
 *   param_copy  x & 0xFFFF               16 bits that are read as a number from -32768 to 32767
 *   x           (param << 16) + param_copy, but param << 16 if the two differ in their sign
 *
 * So every number, also an infinite one, a subnormal one or -0, is stored without loss, and steps have the bits of
 * float32. The bfloat16 of numbers from 0x1.ffp127 on is infinite, although the number is not. A NaN is stored as
 * 0x7FC0 and 0. Ties do not go to even: there would be bfloat16s that stand for 65537 numbers.
 *
 * For parameters that begin as bfloat16, the lower halves begin as zeros. Whoever writes over `param` later, such as by
 * loading weights, writes zeros to the lower halves too. Where that is forgotten, the parameter is one that rounds to
 * the new `param`, unless that is infinite. */
enum {
  RADAM_TYPE_F32 = 0,  /* IEEE-754 binary32 */
  RADAM_TYPE_BF16 = 1, /* bfloat16, the upper half of a binary32 */
  RADAM_TYPE_F16 = 2,  /* IEEE-754 binary16 */
  RADAM_TYPE_SPLIT = 3 /* of parameters alone: binary32 in two buffers, one of which is bfloat16 */
};

/* Types of the state.
 *
 * A beta2 of 0.999 moves v by a thousandth in a step. That is less than half the distance to the next bfloat16 or
 * 8-bit level: rounded to nearest, v would never move again. So the two small types are rounded stochastically,
 * which is right on average. */
enum {
  RADAM_STATE_F32 = 0,   /* 4 bytes per parameter and buffer */
  RADAM_STATE_BF16 = 1,  /* 2 bytes */
  RADAM_STATE_BLOCK8 = 2 /* 1 byte, and a scale of 4 bytes for every RADAM_BLOCK_SIZE of them */
};

/* Rounding of a value to a smaller type. */
enum {
  RADAM_ROUND_DEFAULT = 0,   /* of parameters and copies: nearest; of state: stochastic */
  RADAM_ROUND_NEAREST = 1,   /* parameters and copies: ties to even; state, for comparison: ties away from zero */
  RADAM_ROUND_STOCHASTIC = 2 /* up or down at random: the expected result is the value */
};

/* The number of elements of a block. Block b of a tensor has the elements 256 b to 256 b + 255. The last block may
 * be shorter. */
#define RADAM_BLOCK_SIZE 256

/* What a step does with the update. */
enum {
  RADAM_OUTPUT_PARAM = 0, /* the step moves the parameters */
  RADAM_OUTPUT_UPDATE = 1 /* the step writes p - p', where p' is the new parameter, over the gradient, and leaves the
                             parameters as they are: for a framework that subtracts the update by itself. p - p' is 0
                             where a step does not move p */
};

/* One tensor: how it is stored, its state, and the options of its steps.
 *
 * The format RADAM_STATE_BLOCK8, to the bit. Each buffer has one byte per element, and one float32 scale per block,
 * which is a power of two. The lower bits of the byte are a code c. The magnitude of the element is
 *
 *   scale * ((1 + (c & 7) / 8) * 2^(c >> 3) - 1)
 *
 * so that levels are evenly spaced near zero, and further up at most 1/8 of their value apart. A signed buffer has 7
 * bits of code below a sign bit. A buffer that is never negative has 8 bits of code. The bracket is rounded to float32.
 * Its product with the scale is exact. For example, code 19 has c & 7 = 3 and c >> 3 = 2, and stands for 4.5 times the
 * scale. Bytes of 0, with any finite scale, are elements of 0.
 *
 * To encode a block, take its largest magnitude as a float32 and add 2^20 to its bits, so that rounding up does not
 * pass the top level. Let e be the exponent of the result. The scale is 2^(e - 15) for a signed buffer and 2^(e - 31)
 * otherwise, but at least 2^-126. If a magnitude is infinite or NaN, the scale is NaN, all bytes are 0, and the whole
 * block is NaN. To encode an element x, let t = |x| + scale, rounded to float32, and let d be the difference of the
 * bits of t and of scale. Then c = (d + r) >> 20 with 20 random bits r, but at most the largest code. In a buffer that
 * is never negative, c is at least 1 if x is not 0: if v were rounded to 0 where m is not, the update would be
 * m / epsilon.
 *
 * Stochastic rounding of a value between two neighbouring levels uses n random bits r, where n is 20 for
 * RADAM_STATE_BLOCK8 and 16 for the other types. Let f be the distance of the value from the level nearer to zero,
 * divided by the distance of the two levels. The value is rounded away from zero if f + (r + 1/2) / 2^n >= 1, and
 * towards zero otherwise. The random bits begin with a hash for each block, in 64-bit unsigned arithmetic. With mix(x)
 * for the finalizer of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA
 * 2014):
 *
 *   mix(x): x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9; x = (x ^ x >> 27) * 0x94D049BB133111EB; x ^ x >> 31
 *   base = mix(seed + step * 0x9E3779B97F4A7C15)                         for streams 0 and 1
 *          mix(mix(seed + step * 0x9E3779B97F4A7C15) + (stream >> 1))    for the others
 *   key  = mix(base + (2 * block + (stream & 1)) * 0x9E3779B97F4A7C15)
 *
 * The word of element j of the block is key + j * 0x43B68FBF, of which the lowest 32 bits count. Its lowest and its
 * highest n bits are an r each:
 *
 *   stream  lowest bits          highest bits
 *   0       state buffer 0       state buffer 1
 *   1       param or param_copy  state buffer 2
 *   2       state buffer 3       state buffer 4
 *   3       state buffer 5
 *
 * Over steps, an r has each value equally often, and those of different steps and blocks are independent. Within a
 * block the words are spread more evenly than independent ones: two elements' r differ by the same number in each step.
 * Of 20 bits, the two r of a word have 8 in common, the highest of one and the lowest of the other. Words decide which
 * level is stored, and not what a stored byte means.
 *
 * Rounding state to nearest uses r = 2^(n - 1). For all types, blocks are counted from the beginning of the whole
 * tensor (see `first`). In bfloat16 too, an element above 0 of a buffer that is never negative stays above 0. */
typedef struct radam_tensor {
  uint32_t struct_size;        /* sizeof(radam_tensor) */
  int32_t param_type;          /* RADAM_TYPE_... */
  int32_t grad_type;           /* RADAM_TYPE_..., but not SPLIT */
  int32_t state_type;          /* RADAM_STATE_... */
  int32_t copy_type;           /* RADAM_TYPE_BF16 or RADAM_TYPE_F16, of param_copy; ignored without a copy */
  int32_t param_rounding;      /* RADAM_ROUND_... of param, or of param_copy where there is one; ignored for SPLIT */
  int32_t state_rounding;      /* RADAM_ROUND_...; ignored for RADAM_STATE_F32 */
  int32_t zero_grad;           /* 1: gradients are set to zero after they were used; 0: they are only read */
  int64_t length;              /* the number of elements of the buffers */
  int64_t step;                /* the step number, for stochastic rounding */
  uint64_t seed;               /* for stochastic rounding; tensors should have different ones */
  float clip_value;            /* gradients, once scaled, are cut to [-clip_value, clip_value]; 0: they are not */
  float average_rate;          /* 1 - decay of the moving average, in [0, 1]. With (1 - decay) / (1 - decay^step) the
                                  average's bias is corrected: it does not depend on its elements before step 1.
                                  With lookahead: its alpha in each k-th step, and 0 in all others */
  void *state[RADAM_MAX_STATE];        /* the algorithm's buffers as in radam_step_f32, of the state's type, updated.
                                          Further pointers are ignored. Bytes of 0 are elements of 0 */
  float *state_scale[RADAM_MAX_STATE]; /* for each buffer, one scale for each block, updated; RADAM_STATE_BLOCK8 only */
  int64_t first;               /* for a slice of a larger tensor: the index in that tensor of the slice's element 0.
                                  Random bits and blocks are those of the whole tensor. 0 if this is a whole tensor.
                                  With RADAM_STATE_BLOCK8 a multiple of RADAM_BLOCK_SIZE */
  int32_t output;              /* RADAM_OUTPUT_... */
  int32_t lookahead;           /* 1: param_average has the slow weights of Lookahead, and is not null: see radam_step;
                                  0: it has an average */
  const float *grad_mean;      /* centralizes the gradients: what is subtracted from those of each row that the buffers
                                  have a part of, the first row being that of element 0; see radam_gradient_means.
                                  Or null */
  int64_t row_length;          /* with grad_mean or row_decay, and for radam_row_sums, the elements of a row of the
                                  whole tensor, at least 1; else ignored */
  const float *row_decay;      /* for each row that the buffers have a part of, as of grad_mean, the decay of its
                                  elements in place of that of the coefficients; or null */
} radam_tensor;

/* Applies one step to the elements begin <= i < end of a tensor, on the calling thread. The rule of radam_coefficients
 * is applied in float32. Elements of a smaller type are converted to float32 before the rule, which is exact, and
 * rounded once after it. With the types of radam_step_f32 and no options, the function does what radam_step_f32 does.
 *
 *   param          parameters, updated; under RADAM_OUTPUT_UPDATE only read
 *   grad           gradients, read; set to zero if zero_grad; under RADAM_OUTPUT_UPDATE replaced
 *   param_copy     written: the float32 parameters in a smaller type, for the model to use; or null. With
 *                  RADAM_TYPE_SPLIT instead the lower halves of the parameters, not null, which are used as param is
 *   param_average  moving average of the parameters as they are stored, updated: a = fma(average_rate, d, a), where d
 *                  is p - a, cut to the range of finite floats; or null
 *
 * With lookahead, param_average has slow weights a instead (Zhang et al., "Lookahead Optimizer: k steps forward, 1 step
 * back", NeurIPS 2019, as the authors' code has it). Before step 1 they are the parameters. If average_rate is not 0,
 * then for p', the new parameter as float32:
 *
 *   a = fma(average_rate, d, a)   d is p' - a, cut to the range of finite floats
 *   p' = a                        in place of p', also in steps whose rule does not move the parameters
 *
 * So parameters of a smaller type are the slow weights, rounded once. If average_rate is 0, as in all but each k-th
 * step, the slow weights are neither read nor written. The authors of another implementation
 * (alphadl/lookahead.pytorch) begin with the parameters after step 1: that is slow weights of 0, a rate of 1 in step 1,
 * and of alpha in steps k + 1, 2 k + 1 and so on.
 *
 * With a grad_mean, g - grad_mean[(first + i) / row_length - first / row_length] takes the place of the gradient g of
 * element i of the buffers, before it is scaled and clipped, in radam_tensor_sums too. This is gradient centralization
 * (Yong et al., "Gradient Centralization: A New Optimization Technique for Deep Neural Networks", ECCV 2020) if these
 * are the means of rows, and a row is all axes of the tensor but the first. A row with a gradient that is infinite has
 * an infinite mean, and so no gradient that is finite.
 *
 * With a row_decay, the rule of element i ends with
 *
 *   p = p - fma(step_size, u, row_decay[(first + i) / row_length - first / row_length] * p)
 *
 * also where that is 0, and the decay of the coefficients is not used. This is for coefficients of
 * RADAM_ALGORITHM_NADAM and RADAM_ALGORITHM_SGD, with an l2 and a mode of 0.
 *
 * With a clip_value, the scaled gradient |grad_scale| * grad is cut to [-clip_value, clip_value] and then takes the
 * sign of grad_scale; NaN stays NaN. Under RADAM_OUTPUT_UPDATE, p' is the new parameter as float32, and p - p' is
 * rounded to nearest in the gradient's type.
 *
 * Values beyond the largest of a type become infinite, as in IEEE-754. A parameter that is infinite becomes NaN in the
 * next step with a decay other than 0, where it is inf - (step_size * u + decay * inf). A buffer that the mode does not
 * move is not written. A copy and a moving average are always written.
 *
 * Under RADAM_STATE_BLOCK8, begin must be a multiple of RADAM_BLOCK_SIZE, and end must be one or the length. Otherwise
 * ranges may begin and end anywhere. Pointers are to element 0, need no alignment, and may be null only if begin == end
 * or where the field says so. Nothing outside the range is read or written. No two buffers may share memory.
 * Errors: those of radam_step_f32, RADAM_ERROR_RANGE also for an end beyond the length or a negative `first`,
 * RADAM_ERROR_STEP, RADAM_ERROR_TYPE, RADAM_ERROR_COPY, RADAM_ERROR_BLOCK, RADAM_ERROR_CLIP, RADAM_ERROR_AVERAGE,
 * RADAM_ERROR_OUTPUT, RADAM_ERROR_ROW_LENGTH, RADAM_ERROR_SETTING (zero_grad, lookahead); with a row_decay
 * RADAM_ERROR_ALGORITHM also for another algorithm, and RADAM_ERROR_COEFFICIENTS also for an l2 or a mode. */
RADAM_API radam_status radam_step(int32_t target, const radam_coefficients *c, const radam_tensor *t, int64_t begin,
                                  int64_t end, void *param, void *grad, void *param_copy, float *param_average);

/* ---------------------------------------------------------------------------------------- gradient statistics --- */

/* Statistics of the gradients of a range. */
typedef struct radam_statistics {
  uint32_t struct_size; /* sizeof(radam_statistics) */
  float max_abs;        /* the largest magnitude, 0 for an empty range; NaN if an element is NaN */
  double sum_of_squares;/* the square of the 2-norm, summed in double */
  int64_t non_finite;   /* the number of elements that are infinite or NaN */
} radam_statistics;

/* Computes the statistics of the elements begin <= i < end, on the calling thread. s->struct_size must be set.
 *
 * The squares are exact in double, and are summed in a fixed order. Element i of the range is added to sum i mod 32, in
 * order of i. Then sums j and j + 16 are added, for j < 16, then those 8 apart, 4, 2 and 1. So the result does not
 * depend on the target, but it depends on how a tensor is cut into ranges. A caller with several threads should cut a
 * tensor in the same way whatever their number, and add the results in a fixed order.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_STRUCT_SIZE, RADAM_ERROR_TYPE, RADAM_ERROR_RANGE, RADAM_ERROR_TARGET. */
RADAM_API radam_status radam_gradient_statistics(int32_t target, int32_t grad_type, int64_t begin, int64_t end,
                                                 const void *grad, radam_statistics *s);

/* Computes the means of rows of gradients, begin <= row < end, on the calling thread, for radam_tensor's grad_mean.
 *
 *   grad  element 0 of row 0; row r begins at element r * row_length
 *   mean  mean[r] is written for each row of the range
 *
 * The elements of a row are added in double, in the order in which radam_gradient_statistics adds squares. The sum is
 * divided by row_length in double, and rounded to float32. Rows of finite elements have finite means. Pointers may be
 * null only if begin == end.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_TYPE, RADAM_ERROR_RANGE, RADAM_ERROR_ROW_LENGTH, RADAM_ERROR_OVERLAP,
 * RADAM_ERROR_TARGET. */
RADAM_API radam_status radam_gradient_means(int32_t target, int32_t grad_type, int64_t row_length, int64_t begin,
                                            int64_t end, const void *grad, float *mean);

/* ---------------------------------------------------------------------------------- layer-wise algorithms --- */

/* A step of a layer-wise algorithm of one tensor:
 *
 *   radam_coefficients_at      coefficients, which are alike for all tensors
 *   radam_tensor_sums          sums over the tensor, before the step; for parts of it by several threads if need be
 *   radam_coefficients_reduce  from these, coefficients of another algorithm for this tensor: of RADAM_ALGORITHM_ADAM
 *                              for LAMB, StableAdamW, cautious AdamW and Adam-HD, of RADAM_ALGORITHM_SGD for LARS,
 *                              NovoGrad, SGD-HD and YellowFin, of RADAM_ALGORITHM_LION for cautious Lion
 *   radam_step                 the step by them
 *
 * The sums of AdamP and SGDP are of rows: radam_row_sums and radam_coefficients_reduce_rows take the place of the two
 * in the middle.
 *
 * For example, of a float32 tensor of which `t` is filled for the step, in parts of 8192 elements:
 *
 *   radam_sums all = {sizeof all}, part = {sizeof part};
 *   for (int64_t i = 0; i < t.length; i += 8192) {
 *     radam_tensor_sums(target, &c, &t, i, i + 8192 < t.length ? i + 8192 : t.length, param, grad, NULL, &part);
 *     for (int k = 0; k < RADAM_MAX_SUMS; ++k) all.values[k] += part.values[k];
 *   }
 *   radam_coefficients r = {sizeof r};
 *   radam_coefficients_reduce(&c, t.length, &all, numbers, &r);
 *   const double factor = (double)r.grad_scale / c.grad_scale;
 *   if (t.clip_value > 0) t.clip_value = fmaxf(0x1p-149f, (float)(t.clip_value * factor));
 *   radam_step(target, &r, &t, 0, t.length, param, grad, NULL, NULL);
 *
 * The clip_value is that of all algorithms in the sums. What gradients are cut to has to follow what they are
 * multiplied by, which LARS and NovoGrad change. Before the next step it is to be set again.
 *
 * State is that of the algorithm, and the other algorithm's too. Adam's third pointer is null: with a third buffer,
 * radam_step would be one of AMSGrad. So all storage types and options of steps are there, and steps have the same bits
 * however they are cut; only sums depend on how a tensor is cut. */

/* The most sums of an algorithm. */
#define RADAM_MAX_SUMS 3

/* Sums over the elements of a range. */
typedef struct radam_sums {
  uint32_t struct_size;          /* sizeof(radam_sums) */
  int32_t reserved;              /* 0 */
  double values[RADAM_MAX_SUMS]; /* of the squares or products that the algorithm's coefficients document; further ones
                                    are 0. Of an older header it has two */
} radam_sums;

/* Computes the sums of the elements begin <= i < end that a step by c would have, on the calling thread. Nothing but *s
 * is written. s->struct_size must be set. Arguments are as for radam_step; param_copy is used with RADAM_TYPE_SPLIT
 * only, and t->row_decay is not used.
 *
 * What is squared or multiplied are float32 numbers of the step. Their products are exact in double. Element i is added
 * to sum (t->first + i) mod 32, in order of i; and then these as in radam_gradient_statistics. A caller with several
 * threads should cut a tensor in the same way whatever their number, and add the results in a fixed order. Of AdamP and
 * SGDP there are no sums, and all are 0.
 * Errors: those of radam_step but for its average, RADAM_ERROR_ALGORITHM also if the algorithm needs no sums, and
 * RADAM_ERROR_STRUCT_SIZE also for an *s of an older header, which has not room for all sums of the algorithm. */
RADAM_API radam_status radam_tensor_sums(int32_t target, const radam_coefficients *c, const radam_tensor *t,
                                         int64_t begin, int64_t end, const void *param, const void *grad,
                                         const void *param_copy, radam_sums *s);

/* The most numbers that an algorithm keeps. */
#define RADAM_MAX_NUMBERS 73

/* Computes the coefficients for the step of a tensor of `length` elements with these sums. r->struct_size must be set.
 * r may be c, if no other tensor is to be stepped by c. Those of AdamP and SGDP are of a tensor without rows, such as a
 * bias, whose update is never projected: coefficients of RADAM_ALGORITHM_NADAM and RADAM_ALGORITHM_SGD. Sums that are
 * negative or no numbers give a ratio of 1 for LAMB, StableAdamW and LARS; what they give for the others is said there.
 *
 * Some algorithms keep numbers between steps, beside the buffers of state:
 *
 *   RADAM_ALGORITHM_NOVOGRAD   exp_avg_sq, max_exp_avg_sq of a tensor; 0 before its step 1
 *   RADAM_ALGORITHM_SGD_HD     the learning rate of all tensors; before step 1 the one to begin with
 *   RADAM_ALGORITHM_ADAM_HD    likewise
 *   RADAM_ALGORITHM_YELLOWFIN  of all tensors: steps, weight, h_min, h_max, norm_squared, norm, dist_to_opt,
 *                              learning_rate and momentum, those of the last step; and the window of
 *                              RADAM_MAX_CURV_WIN_WIDTH squares of norms, the latest first; 0 before step 1
 *
 * `numbers` has as many as there are of the algorithm, in this order, each at least 0 and finite. They are read, and
 * replaced by those after the step. Call this only if the step is then made. They share no memory with the structs. For
 * the other algorithms numbers is not accessed, and may be null.
 *
 * Of Adam-HD call this for one tensor after the other, always in the same order: each has the learning rate that the
 * last one has left. Of SGD-HD and YellowFin there is one call for all tensors, with the sums of their sums, which the
 * caller adds in a fixed order; all are stepped by the result, and length is not used. If their step numbers differ,
 * there is one for each, from a copy of the numbers as they were before: all find the same ones.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_STRUCT_SIZE, RADAM_ERROR_COEFFICIENTS, RADAM_ERROR_RANGE for a negative length,
 * RADAM_ERROR_SETTING (reserved), RADAM_ERROR_ALGORITHM also if the algorithm needs no sums, RADAM_ERROR_NUMBERS,
 * RADAM_ERROR_STRUCT_SIZE also for an *s of an older header, which has fewer sums than the algorithm. */
RADAM_API radam_status radam_coefficients_reduce(const radam_coefficients *c, int64_t length, const radam_sums *s,
                                                 double *numbers, radam_coefficients *r);

/* A step of AdamP or SGDP of a tensor of rows, such as the output channels of a convolution, one after the other in
 * memory. t.row_length is set, t.length is `rows` times that, and there is room for the rest:
 *
 *   radam_row_sums(target, &c, &t, 0, rows, param, grad, NULL, sums);
 *   radam_coefficients_reduce_rows(&c, t.row_length, rows, sums, row_decay, &projection, &r);
 *   t.row_decay = projection == RADAM_PROJECTION_ROWS ? row_decay : NULL;
 *   radam_step(target, &r, &t, 0, t.length, param, grad, NULL, NULL);
 *
 * Threads may have rows of their own in radam_row_sums. Elements after the last whole row would be a row of their own
 * for radam_step, with a row_decay that radam_coefficients_reduce_rows does not write. */

/* The number of sums of a row. */
#define RADAM_ROW_SUMS 4

/* What a step projects. */
enum {
  RADAM_PROJECTION_NONE = 0,  /* nothing */
  RADAM_PROJECTION_ROWS = 1,  /* the update of each row */
  RADAM_PROJECTION_TENSOR = 2 /* the update of the tensor as one row */
};

/* Computes the sums of the rows begin <= row < end that a step by c would have, on the calling thread.
 *
 *   t     t->row_length elements are a row. Row r begins at element r * t->row_length of the buffers, so t->first is a
 *         multiple of that; elements after the last whole row are in none. t->row_decay is not used
 *   sums  RADAM_ROW_SUMS for each row, in the order of the rows: those of row r of the range are written at
 *         r * RADAM_ROW_SUMS. They share no memory with the other buffers
 *
 * The other arguments are as for radam_tensor_sums, and those of the whole tensor, also under RADAM_STATE_BLOCK8. What
 * is multiplied are float32 numbers of the step. The products are exact in double. Element j of a row is added to sum
 * j mod 8, in order of j; then sums j and j + 4 are added, for j < 4, then those 2 apart, and 1.
 * Errors: those of radam_tensor_sums, RADAM_ERROR_NULL, RADAM_ERROR_RANGE for rows that are not there,
 * RADAM_ERROR_ROW_LENGTH, RADAM_ERROR_ALGORITHM also if the algorithm has no sums of rows. */
RADAM_API radam_status radam_row_sums(int32_t target, const radam_coefficients *c, const radam_tensor *t, int64_t begin,
                                      int64_t end, const void *param, const void *grad, const void *param_copy,
                                      double *sums);

/* Computes the coefficients for the step of a tensor whose rows have these sums. r->struct_size must be set. r may be
 * c, if no other tensor is to be stepped by c.
 *
 *   sums        RADAM_ROW_SUMS for each row
 *   row_decay   written with RADAM_PROJECTION_ROWS, for each row: radam_tensor's; else left as it is
 *   projection  written: a RADAM_PROJECTION_...; of no rows RADAM_PROJECTION_NONE
 *
 * Sums and row_decay may be null only of no rows. They share no memory with each other and with the structs.
 * Errors: RADAM_ERROR_NULL, RADAM_ERROR_STRUCT_SIZE, RADAM_ERROR_COEFFICIENTS, RADAM_ERROR_ROW_LENGTH,
 * RADAM_ERROR_RANGE for a negative number of rows or more elements than fit the address space, RADAM_ERROR_ALGORITHM
 * also if the algorithm has no sums of rows. */
RADAM_API radam_status radam_coefficients_reduce_rows(const radam_coefficients *c, int64_t row_length, int64_t rows,
                                                      const double *sums, float *row_decay, int32_t *projection,
                                                      radam_coefficients *r);

#ifdef __cplusplus
}
#endif

#endif
