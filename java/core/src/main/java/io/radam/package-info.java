/**
 * Optimizers that step parameters in place, in the memory where a framework keeps them.
 *
 * <p>{@link io.radam.RAdam}, {@link io.radam.Adam}, {@link io.radam.AdamW}, {@link io.radam.NAdam},
 * {@link io.radam.Adamax}, {@link io.radam.SGD}, {@link io.radam.Lion}, {@link io.radam.RMSprop},
 * {@link io.radam.Adagrad}, {@link io.radam.Adadelta}, {@link io.radam.AdaBelief}, {@link io.radam.ADOPT},
 * {@link io.radam.Yogi}, {@link io.radam.QHAdam}, {@link io.radam.AdEMAMix}, {@link io.radam.AdaMod},
 * {@link io.radam.QHM}, {@link io.radam.Adan}, {@link io.radam.AdaBound}, {@link io.radam.DiffGrad},
 * {@link io.radam.Padam}, {@link io.radam.MADGRAD}, {@link io.radam.COCOB}, {@link io.radam.ScheduleFreeSGD},
 * {@link io.radam.ScheduleFreeAdamW}, {@link io.radam.ScheduleFreeRAdam}, {@link io.radam.LAMB}, {@link io.radam.LARS},
 * {@link io.radam.StableAdamW}, {@link io.radam.CautiousAdamW}, {@link io.radam.CautiousLion},
 * {@link io.radam.NovoGrad}, {@link io.radam.SgdHD}, {@link io.radam.AdamHD}, {@link io.radam.YellowFin},
 * {@link io.radam.AdamP} and {@link io.radam.SGDP} have builders of an {@link io.radam.Optimizer}, and
 * {@link io.radam.CustomAlgorithm} is for rules of one's own. An optimizer updates the values of each
 * {@link io.radam.Parameter} by its gradient, both in memory of the caller. The state belongs to the optimizer:
 * {@link io.radam.Optimizer#close()} frees it.
 *
 * {@snippet :
 * float[] weights = {1, 2, 3};
 * float[] gradient = new float[3];
 * try (Optimizer optimizer = RAdam.builder().parameter(Parameter.of(weights, gradient)).learningRate(1e-2).build()) {
 *     for (int step = 1; step <= 100; step++) {
 *         for (int i = 0; i < 3; i++) {
 *             gradient[i] = weights[i]; // of |weights|^2 / 2
 *         }
 *         optimizer.step();
 *     }
 * }
 * }
 *
 * <p>Native code computes the steps where it can run, and Java elsewhere, with the same bits
 * ({@link io.radam.Backend}). Steps on NVIDIA GPUs are in {@link io.radam.cuda}.
 */
package io.radam;
