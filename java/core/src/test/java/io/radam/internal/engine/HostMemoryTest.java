package io.radam.internal.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostMemoryTest {
    /** Without huge pages: Java where native access is denied, and wherever the system has none. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void alignedAndZeroedWithAndWithoutHugePages(boolean huge) {
        for (long bytes : new long[] {64, HostMemory.MIN_HUGE - 64, HostMemory.MIN_HUGE, 3 * HostMemory.MIN_HUGE + 64}) {
            try (Arena arena = Arena.ofShared()) {
                MemorySegment memory = new HostMemory(huge, null).allocate(bytes, arena);
                assertEquals(0, memory.address() % StateMemory.ALIGNMENT);
                assertEquals(bytes, memory.byteSize());
                assertEquals(-1, memory.mismatch(MemorySegment.ofArray(new byte[(int) bytes])));
            }
        }
    }

    /** As by the platform's copy. */
    @ParameterizedTest
    @ValueSource(ints = {-70_000, -1, 0, 1, 70_000})
    void copiesWithinItself(int distance) {
        int bytes = 200_003;
        byte[] random = new byte[bytes + 2 * 70_000];
        new SplittableRandom(1).nextBytes(random);
        byte[] expected = random.clone();
        System.arraycopy(random, 70_000, expected, 70_000 + distance, bytes);
        MemorySegment array = MemorySegment.ofArray(random);
        new HostMemory(false, null).copy(array.asSlice(70_000, bytes), array.asSlice(70_000 + distance, bytes));
        assertArrayEquals(expected, random);
    }

    /** They are done in pieces; none is left out, and nothing beyond is touched. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, (64 << 10) - 1, 64 << 10, (64 << 10) + 1, 200_003})
    void copiesAndClearsAll(int bytes) {
        byte[] random = new byte[bytes];
        new SplittableRandom(bytes).nextBytes(random);
        HostMemory memory = new HostMemory(false, null);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment room = arena.allocate(bytes + 2);
            room.fill((byte) 7);
            MemorySegment place = room.asSlice(1, bytes);
            memory.copy(MemorySegment.ofArray(random), place);
            assertArrayEquals(random, place.toArray(ValueLayout.JAVA_BYTE));
            memory.clear(place);
            assertArrayEquals(new byte[bytes], place.toArray(ValueLayout.JAVA_BYTE));
            assertEquals(7, room.get(ValueLayout.JAVA_BYTE, 0));
            assertEquals(7, room.get(ValueLayout.JAVA_BYTE, bytes + 1));
        }
    }
}
