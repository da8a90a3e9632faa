package io.radam.child;

import io.radam.internal.engine.HugePages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory straight from the system, in a JVM whose settings are what is tested. */
public final class HugePagesProbe {
    private HugePagesProbe() {
    }

    /**
     * Prints whether there is any.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = HugePages.allocate(1 << 22, arena);
            System.out.println("bytes=" + (memory == null ? "none" : memory.byteSize()));
        }
    }
}
