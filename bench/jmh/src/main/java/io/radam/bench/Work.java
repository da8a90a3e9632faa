package io.radam.bench;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * What a step has to update: the tensors of a model.
 *
 * @param name  by which {@link #named} finds it
 * @param sizes the number of parameters of each tensor
 */
public record Work(String name, int... sizes) {
    /** All parameters in one tensor. */
    public static Work of(int size) {
        return of(size, 1);
    }

    /**
     * Parameters in tensors of one length.
     *
     * @throws IllegalArgumentException if they do not divide among the tensors
     */
    public static Work of(int size, int tensors) {
        if (size < 1 || tensors < 1 || size % tensors != 0) {
            throw new IllegalArgumentException(size + " parameters cannot be in " + tensors + " tensors of one length");
        }
        int[] sizes = new int[tensors];
        Arrays.fill(sizes, size / tensors);
        return new Work(size + "/" + tensors, sizes);
    }

    /** The work with a name. */
    public static Work named(String name) {
        int slash = name.indexOf('/');
        return slash < 0 ? Models.named(name)
                : of(Integer.parseInt(name.substring(0, slash)), Integer.parseInt(name.substring(slash + 1)));
    }

    /** How many parameters there are, in all tensors. */
    public int size() {
        return Arrays.stream(sizes).sum();
    }

    /** How many tensors there are. */
    public int tensors() {
        return sizes.length;
    }

    /** Numbers of all parameters, divided among the tensors. */
    public float[][] split(float[] all) {
        float[][] parts = new float[sizes.length][];
        int begin = 0;
        for (int i = 0; i < sizes.length; i++) {
            parts[i] = Arrays.copyOfRange(all, begin, begin + sizes[i]);
            begin += sizes[i];
        }
        return parts;
    }

    /**
     * The numbers of all tensors, one after the other.
     *
     * @param numbers gives those of a tensor
     */
    public float[] join(IntFunction<float[]> numbers) {
        float[] all = new float[size()];
        int begin = 0;
        for (int i = 0; i < sizes.length; i++) {
            System.arraycopy(numbers.apply(i), 0, all, begin, sizes[i]);
            begin += sizes[i];
        }
        return all;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Work work && work.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
