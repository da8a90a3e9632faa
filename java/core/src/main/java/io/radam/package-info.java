/**
 * Optimizers that step parameters in place, in the memory where a framework keeps them.
 *
 * <p>{@link io.radam.RAdam}, {@link io.radam.Adam}, {@link io.radam.AdamW}, {@link io.radam.SGD} and
 * {@link io.radam.Lion} have builders of an {@link io.radam.Optimizer}. It borrows the parameters
 * ({@link io.radam.Parameter}), which are values and gradients, and owns its state, which
 * {@link io.radam.Optimizer#close()} frees. The arithmetic runs in native code where that is possible, and in Java with
 * the same bits where it is not ({@link io.radam.Backend}).
 */
package io.radam;
