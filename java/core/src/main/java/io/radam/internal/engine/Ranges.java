package io.radam.internal.engine;

import java.util.Arrays;

/**
 * Ranges of addresses that do not overlap, which are collected in any order. The state of many short parameters is a
 * few long ranges, so that the system is called a few times, and not for each parameter.
 */
final class Ranges {
    /** Less than this may be between two ranges of one: a page, with which the system does one thing anyway. */
    private static final long GAP = 4096;

    private long[] begins = new long[8];
    private long[] ends = new long[8];
    private int size;

    /** Adds a range. */
    void add(long from, long to) {
        if (from < to) {
            if (size == begins.length) {
                begins = Arrays.copyOf(begins, 2 * size);
                ends = Arrays.copyOf(ends, 2 * size);
            }
            begins[size] = from;
            ends[size++] = to;
        }
    }

    /** Forgets all ranges, and returns them: the begin and the end of each, in the order of addresses. */
    long[] take() {
        // Ranges that do not overlap have their ends in the order of their begins.
        Arrays.sort(begins, 0, size);
        Arrays.sort(ends, 0, size);
        long[] merged = new long[2 * size];
        int length = 0;
        for (int i = 0; i < size; i++) {
            if (length > 0 && begins[i] - merged[length - 1] < GAP) {
                merged[length - 1] = ends[i];
            } else {
                merged[length++] = begins[i];
                merged[length++] = ends[i];
            }
        }
        size = 0;
        return Arrays.copyOf(merged, length);
    }
}
