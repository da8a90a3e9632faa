package io.radam.bench;

/**
 * One thing that is measured: an implementation at some work.
 *
 * @param implementation its name; in a suite of methods, that of the method
 */
public record Point(Suite suite, String implementation, Work work, int threads) {
    /** What a reader wants to know of a point. A point can be in one suite only. */
    public enum Suite {
        /** Throughput and cost at some size. */
        SIZES(null),
        /** Cost at some number of tensors. */
        TENSORS(null),
        /** Cost of a step as a framework's users make it, with the framework's own optimizer and with ours. */
        MODELS(null),
        /** Cost of an epoch of training a network, with the framework's own optimizer and with ours. */
        EPOCHS(null),
        /** Cost of a step with next to no work in it. */
        OVERHEAD(null),
        /** Cost of gradients that are somewhere else in every step, for each of many small parameters. */
        BINDING(BindBenchmark.class),
        /** Cost of a call alone. */
        CALLS(CallBenchmark.class);

        private final Class<?> methods;

        Suite(Class<?> methods) {
            this.methods = methods;
        }

        /** The benchmark whose methods are measured; null where implementations are. */
        Class<?> methods() {
            return methods;
        }

        /** Whether frameworks' own optimizers are measured, and ours in their place. */
        public boolean isOfFrameworks() {
            return this == MODELS || this == EPOCHS;
        }

        /** Whether methods are measured, rather than implementations. */
        public boolean isOfMethods() {
            return methods != null;
        }
    }

    /** How many parameters a step has. */
    public int size() {
        return work.size();
    }

    /** How many tensors these are in. */
    public int tensors() {
        return work.tensors();
    }
}
