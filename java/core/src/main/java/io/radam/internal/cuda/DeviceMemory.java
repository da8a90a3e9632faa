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
 * Segments that have the addresses of device memory, but that Java cannot read or write. They are confined to a thread
 * that accesses no memory. So an access by any other thread throws a WrongThreadException, where it would have crashed
 * the program.
 */
public final class DeviceMemory {
    /** The thread that device memory is confined to. It is started with the first such segment. */
    private static final class Keeper {
        static final ExecutorService EXECUTOR = Executors.newSingleThreadExecutor(task -> Thread.ofPlatform().daemon()
                .name("radam-device-memory").inheritInheritableThreadLocals(false).unstarted(task));
        static final Thread THREAD = call(Thread::currentThread);
        static final Thread ANOTHER_THREAD =
                Thread.ofPlatform().inheritInheritableThreadLocals(false).unstarted(() -> { });
    }

    /** A cleanup action that does nothing. The scope of a segment keeps it reachable, and with it its fields. */
    private static final class Kept implements Consumer<MemorySegment> {
        final Arena confined = Arena.ofConfined();
        MemorySegment segment;
        /**
         * A segment of the owner's arena, which keeps an automatic arena open as long as the device memory is
         * reachable.
         */
        MemorySegment life;

        static Kept of(long address, long bytes) {
            Kept kept = new Kept();
            kept.segment = MemorySegment.ofAddress(address).reinterpret(bytes, kept.confined, kept);
            return kept;
        }

        @Override
        public void accept(MemorySegment dead) {
            // The owner's arena frees the memory.
        }
    }

    private static volatile boolean exists;

    private DeviceMemory() {
    }

    /** Whether a segment is device memory, or a slice of it. */
    public static boolean is(MemorySegment segment) {
        return exists && segment.isAccessibleBy(Keeper.THREAD) && !segment.isAccessibleBy(Keeper.ANOTHER_THREAD);
    }

    /** Whether a segment is device memory that may still be used. */
    public static boolean isAlive(MemorySegment segment) {
        return is(segment) && segment.scope().isAlive();
    }

    /**
     * A segment of device memory.
     *
     * @param owner the arena: when it is closed, or when neither it nor the segment is reachable, the segment is dead
     * @param free  frees the memory when the segment is dead
     */
    public static MemorySegment segment(long address, long bytes, Arena owner, Runnable free) {
        exists = true;
        Kept kept = call(() -> Kept.of(address, bytes));
        // A weak reference, because the closing action of an automatic arena must not keep the arena reachable. The
        // segment keeps both reachable.
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
