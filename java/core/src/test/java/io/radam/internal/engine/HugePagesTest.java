package io.radam.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Memory straight from the system. */
class HugePagesTest {
    private static final long PAGE = 2L << 20;

    @Test
    @EnabledOnOs(OS.LINUX)
    void alignedZeroedAndWritable() {
        for (long bytes : new long[] {64, PAGE - 64, PAGE, PAGE + 64, 5 * PAGE + 4096}) {
            try (Arena arena = Arena.ofShared()) {
                MemorySegment memory = HugePages.allocate(bytes, arena);
                assertEquals(bytes, memory.byteSize());
                assertEquals(0, memory.address() % PAGE);
                assertEquals(-1, memory.mismatch(MemorySegment.ofArray(new byte[(int) bytes])));
                memory.fill((byte) 1);
            }
        }
    }

    @Test
    void nothingWhereThereIsNotEnough() {
        try (Arena arena = Arena.ofShared()) {
            for (long bytes : new long[] {1L << 60, Long.MAX_VALUE - 63}) {
                assertNull(HugePages.allocate(bytes, arena));
            }
        }
    }
}
