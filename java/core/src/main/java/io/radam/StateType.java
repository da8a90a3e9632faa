package io.radam;

/**
 * How the state is stored: each of the algorithm's buffers. Adam, NAdam, Adamax, Adadelta, AdaBelief, ADOPT, Yogi,
 * QHAdam, AdaBound and Padam have two, and three with a running maximum; AdEMAMix, AdaMod, diffGrad and MADGRAD three,
 * Adan and COCOB four, LAMB, StableAdamW, cautious AdamW, Adam-HD, AdamP, YellowFin and SGD-HD with Nesterov momentum
 * two, Lion and cautious Lion, Adagrad, QHM, Schedule-Free SGD, NovoGrad, SGD-HD, and SGD, LARS and SGDP with momentum
 * one, Schedule-Free AdamW two, and three with an inner momentum, and RMSprop one to three.
 *
 * <p>A beta2 of 0.999 moves the second moment of Adam by a thousandth in a step. That is less than half the distance to
 * the next value of the smaller types: rounded to nearest, the moment would never move again. So the smaller types are
 * rounded stochastically. {@code radam_tensor} in {@code radam.h} documents both to the bit.
 */
public enum StateType {
    /** 4 bytes per element and buffer, a {@code float}. */
    FLOAT32(4),
    /** 2 bytes per element and buffer. */
    BFLOAT16(2),
    /** 1 byte per element and buffer, and a scale of 4 bytes for every block of 256 elements of a parameter. */
    BLOCK8(1);

    private final int bytes;

    StateType(int bytes) {
        this.bytes = bytes;
    }

    /**
     * The size of one element of one buffer.
     *
     * @return 4, 2 or 1 bytes
     */
    public int bytes() {
        return bytes;
    }
}
