package io.radam.bench;

/** A way to make steps which can also train a whole network, with the layers of its framework. */
public interface NetworkTrainer extends Implementation {
    /**
     * Makes a network.
     *
     * @param network the name of its {@link Work}, {@code digits} or {@code mlp}
     * @param threads how many threads compute: 1 or all that the machine has
     */
    Epochs train(String network, int threads);

    /** A network in training. */
    interface Epochs extends AutoCloseable {
        /**
         * Trains for an epoch. This is what is timed.
         *
         * @return the mean of the losses of its batches
         */
        double run();

        /** Frees the memory. */
        @Override
        void close();
    }
}
