package io.radam.internal.kernel;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * Objects that threads use for a while, one each, and leave to others: so that steps allocate nothing, and nothing stays
 * with the threads of a pool.
 */
final class Spares<T> {
    /** There are seldom more threads, and those beyond it make new objects. */
    private static final int MOST = 64;

    private final AtomicReferenceArray<T> unused = new AtomicReferenceArray<>(MOST);
    private final Supplier<T> make;

    Spares(Supplier<T> make) {
        this.make = make;
    }

    /** One that no other thread has. */
    T take() {
        for (int i = 0; i < MOST; i++) {
            T found = unused.getPlain(i) == null ? null : unused.getAndSet(i, null);
            if (found != null) {
                return found;
            }
        }
        return make.get();
    }

    /** Leaves one to others. */
    void giveBack(T used) {
        for (int i = 0; i < MOST; i++) {
            if (unused.getPlain(i) == null && unused.compareAndSet(i, null, used)) {
                return;
            }
        }
    }
}
