package io.radam.internal.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Segments of device memory: with its addresses, but out of Java's reach. They are confined to a thread that touches no
 * memory, so that an access is a WrongThreadException where it would have been a crash.
 */
public final class DeviceMemory {
    /** The thread, which is not started by programs that have no such memory. */
    private static final class Keeper {
        static final ExecutorService EXECUTOR = Executors.newSingleThreadExecutor(task -> Thread.ofPlatform().daemon()
                .name("radam-device-memory").inheritInheritableThreadLocals(false).unstarted(task));
        static final Thread THREAD = call(Thread::currentThread);
        static final Thread ANOTHER_THREAD =
                Thread.ofPlatform().inheritInheritableThreadLocals(false).unstarted(() -> { });
    }

    /** What a segment's scope keeps reachable, as an action at its end that does nothing. */
    private static final class Kept implements Consumer<MemorySegment> {
        final Arena confined = Arena.ofConfined();
        MemorySegment segment;
        /** What the segment belongs to. */
        MemorySegment life;

        static Kept of(long address, long bytes) {
            Kept kept = new Kept();
            kept.segment = MemorySegment.ofAddress(address).reinterpret(bytes, kept.confined, kept);
            return kept;
        }

        @Override
        public void accept(MemorySegment dead) {
            // The memory is freed at the end of what it belongs to.
        }
    }

    private static volatile boolean exists;

    private DeviceMemory() {
    }

    /** Whether a segment, or one that it is a slice of, is from here. */
    public static boolean is(MemorySegment segment) {
        return exists && segment.isAccessibleBy(Keeper.THREAD) && !segment.isAccessibleBy(Keeper.ANOTHER_THREAD);
    }

    /** Whether it is, and may still be used. */
    public static boolean isAlive(MemorySegment segment) {
        return is(segment) && segment.scope().isAlive();
    }

    /**
     * A segment of device memory.
     *
     * @param owner its arena: when it is closed, or neither it nor the segment can be reached, the segment is dead
     * @param free  frees the memory, then
     */
    public static MemorySegment segment(long address, long bytes, Arena owner, Runnable free) {
        exists = true;
        Kept kept = call(() -> Kept.of(address, bytes));
        // An automatic arena must not be kept by what it closes. The segment keeps both.
        WeakReference<Kept> closed = new WeakReference<>(kept);
        kept.life = MemorySegment.NULL.reinterpret(owner, ignored -> {
            Kept alive = closed.get();
            if (alive != null) {
                call(() -> {
                    alive.confined.close();
                    return null;
                });
            }
            free.run();
        });
        return kept.segment;
    }

    private static <T> T call(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, Keeper.EXECUTOR).join();
    }
}
