package io.radam.sharded;

import java.time.Duration;

/** How long calls wait for other ranks. */
final class Timeouts {
    private Timeouts() {
    }

    /** The nanoseconds of a time-out; those of 292 years if it is longer. */
    static long nanos(Duration timeout) {
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("a time-out is longer than nothing, unlike " + timeout);
        }
        Duration longest = Duration.ofNanos(Long.MAX_VALUE);
        return (timeout.compareTo(longest) < 0 ? timeout : longest).toNanos();
    }
}
