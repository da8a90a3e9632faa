package io.radam.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostMemoryTest {
    /** Without huge pages: Java where native access is denied, and wherever the system has none. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void alignedAndZeroedWithAndWithoutHugePages(boolean huge) {
        for (long bytes : new long[] {64, HostMemory.MIN_HUGE - 64, HostMemory.MIN_HUGE, 3 * HostMemory.MIN_HUGE + 64}) {
            try (Arena arena = Arena.ofShared()) {
                MemorySegment memory = new HostMemory(huge, true).allocate(bytes, arena);
                assertEquals(0, memory.address() % StateMemory.ALIGNMENT);
                assertEquals(bytes, memory.byteSize());
                assertEquals(-1, memory.mismatch(MemorySegment.ofArray(new byte[(int) bytes])));
            }
        }
    }
}
