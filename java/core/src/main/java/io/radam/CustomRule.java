package io.radam;

/**
 * What a step of a {@link CustomAlgorithm} does with each element of a parameter, in plain Java.
 *
 * <p>A rule is called with some hundreds of elements at a time, as copies in arrays of floats, whatever the types and
 * the memory of the parameter are. It is one loop over them, or several:
 *
 * {@snippet :
 * // p <- p - stepSize * m, where m is an average of gradients
 * static void step(int count, float[] c, float[] values, float[] gradient, float[][] state) {
 *     momentum(count, c[0], c[1], values, gradient, state[0]);
 * }
 *
 * private static void momentum(int count, float oneMinusBeta, float stepSize, float[] p, float[] g, float[] m) {
 *     for (int i = 0; i < count; i++) {
 *         m[i] = Math.fma(oneMinusBeta, g[i] - m[i], m[i]);
 *         p[i] = Math.fma(-stepSize, m[i], p[i]);
 *     }
 * }
 * }
 *
 * <p>A loop is fast where the virtual machine makes vector instructions of it: in a static method of its own, over
 * arrays that are its arguments, all indexed by {@code i}, with {@link Math#fma}, {@link Math#sqrt}, {@link Math#min},
 * {@link Math#max}, {@link Math#abs} and {@link Math#signum} in place of conditional expressions.
 *
 * <p>The results are the same bits for any number of threads, and for any slices of a parameter, if what becomes of an
 * element depends on nothing but the coefficients and the numbers of this element. {@link Math#fma} and
 * {@link Math#sqrt} round once, so that they have the same bits on all machines; {@link Math#exp} and its like may
 * differ, and {@link StrictMath} does not.
 */
@FunctionalInterface
public interface CustomRule {
    /**
     * Steps the elements 0 to {@code count - 1} of all arrays. What lies behind them is of no meaning, and may be
     * changed. Several threads call this at the same time, with different arrays but for the coefficients. Arrays are
     * used again for other elements, and must not be kept. No array is another one.
     *
     * @param count        the number of elements, at least 1 and no more than 1024
     * @param coefficients of the step, in the order in which they were named; not to be changed
     * @param values       of the parameter, as float32; gets the new values, which are rounded as the parameter says
     * @param gradient     multiplied by gradient and loss scale, clipped, turned around to maximize, with L2 decay, and
     *                     cut to [-2^63, 2^63], so that no square overflows; NaN stays. May be changed: nobody sees it
     * @param state        the buffers in the order in which they were named, as float32; get the new state. Null in
     *                     place of each that the hyperparameters do not need. A rule that puts another array or null
     *                     in place of one ends the step with an {@link IllegalStateException}, as if it had thrown it
     */
    void step(int count, float[] coefficients, float[] values, float[] gradient, float[][] state);
}
