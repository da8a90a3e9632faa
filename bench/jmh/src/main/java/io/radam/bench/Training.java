package io.radam.bench;

/** Parameters, gradients and optimizer state in the memory of one implementation, which steps them. */
public interface Training extends AutoCloseable {
    /**
     * Copies gradients to where {@link #step()} reads them, and leaves them there for all steps until the next call.
     *
     * @param gradients of all tensors, one after the other
     */
    void setGradients(float[] gradients);

    /** What comes between two steps and is not timed, such as a backward pass. */
    default void prepare() {
    }

    /** Makes one step of all parameters. This is what is timed. */
    void step();

    /** A copy of all parameters as they are now, tensor after tensor. */
    float[] parameters();

    /** Frees the memory. */
    @Override
    void close();
}
