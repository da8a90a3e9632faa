package io.radam.internal.kernel;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * A pool of objects. A thread takes one, uses it, and gives it back for others. So steps allocate nothing, and the
 * threads of a pool keep nothing.
 */
final class Spares<T> {
    /**
     * The number of objects that are kept. There are seldom more threads; those beyond this number make new objects.
     */
    private static final int MOST = 64;

    private final AtomicReferenceArray<T> unused = new AtomicReferenceArray<>(MOST);
    private final Supplier<T> make;

    Spares(Supplier<T> make) {
        this.make = make;
    }

    /** An object that no other thread uses. */
    T take() {
        for (int i = 0; i < MOST; i++) {
            T found = unused.getPlain(i) == null ? null : unused.getAndSet(i, null);
            if (found != null) {
                return found;
            }
        }
        return make.get();
    }

    /** Gives an object back. */
    void giveBack(T used) {
        for (int i = 0; i < MOST; i++) {
            if (unused.getPlain(i) == null && unused.compareAndSet(i, null, used)) {
                return;
            }
        }
    }
}
