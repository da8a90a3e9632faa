package io.radam.bench;

/**
 * One thing that is measured: an implementation at some work.
 *
 * @param implementation its name; for a {@link CallBenchmark}, that of the method
 */
public record Point(Suite suite, String implementation, int size, int tensors, int threads) {
    /** What a reader wants to know of a point. A point can be in one suite only. */
    public enum Suite {
        /** Throughput and cost at some size. */
        SIZES,
        /** Cost at some number of tensors. */
        TENSORS,
        /** Cost of a step with next to no work in it. */
        OVERHEAD,
        /** Cost of a call alone. */
        CALLS
    }
}
