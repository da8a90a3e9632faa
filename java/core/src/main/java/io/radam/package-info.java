/**
 * Optimizers of the Adam family that step parameters in place, in the memory where a framework keeps them.
 *
 * <p>An optimizer ({@link io.radam.RAdam}, {@link io.radam.Adam}, {@link io.radam.AdamW}) is built from pairs of
 * parameter values and gradients ({@link io.radam.Parameter}), which it borrows, and owns its moment estimates, which
 * {@link io.radam.Optimizer#close()} frees. The arithmetic runs in native code where that is possible, and in Java with
 * the same bits where it is not ({@link io.radam.Backend}).
 */
package io.radam;
