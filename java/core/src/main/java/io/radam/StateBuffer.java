package io.radam;

/**
 * A buffer of an algorithm's state. It has as many elements as the parameter.
 *
 * @param name         as the algorithm's first implementations call it, such as {@code exp_avg}
 * @param signed       whether its elements can be negative
 * @param initialValue what its elements are before the first step
 */
public record StateBuffer(String name, boolean signed, float initialValue) {
}
