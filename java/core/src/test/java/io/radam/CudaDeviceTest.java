package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.cuda.CudaDevice;
import io.radam.cuda.CudaEvent;
import io.radam.cuda.CudaStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Memory of a GPU: copied, filled, borrowed, never touched from Java, freed with its arena. */
@Tag("gpu")
class CudaDeviceTest {
    /** The size of memory that has addresses of its own, which CUDA does not know any more once it is freed. */
    private static final long LARGE = 4L << 20;

    private final CudaDevice device = Gpu.device();

    private static void assertRefused(String part, Executable call) {
        String message = assertThrows(InvalidParameterException.class, call).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void saysWhatItIs() {
        assertTrue(CudaDevice.count() >= 1);
        assertEquals(0, device.number());
        assertFalse(device.name().isEmpty());
        assertTrue(device.computeCapability() > 0);
        assertTrue(device.totalMemory() > 0);
        assertTrue(device.freeMemory() >= 0 && device.freeMemory() <= device.totalMemory());
        assertEquals("CUDA device 0, default stream", device.toString());
    }

    @Test
    void copiesAndFills() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = device.allocate(12, arena);
            MemorySegment host = arena.allocateFrom(ValueLayout.JAVA_INT, 1, 2, 3);
            device.copy(host, memory);
            device.fill(device.borrow(memory.address() + 4, 4, arena), (byte) -1);
            device.copy(memory, host);
            assertArrayEquals(new int[] {1, -1, 3}, host.toArray(ValueLayout.JAVA_INT));
            int[] array = {7, 8};
            device.copy(MemorySegment.ofArray(array).asReadOnly(), memory.asSlice(4));
            device.copy(memory.asReadOnly(), host);
            assertArrayEquals(new int[] {1, 7, 8}, host.toArray(ValueLayout.JAVA_INT));
            device.copy(memory.asSlice(0, 8), MemorySegment.ofArray(array));
            assertArrayEquals(new int[] {1, 7}, array);
            MemorySegment none = device.allocate(0, arena);
            device.copy(none, device.allocate(0, arena));
            device.fill(none, (byte) 1);
        }
    }

    @Test
    void isOutOfJavasReach() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = device.allocate(16, arena);
            assertEquals(16, memory.byteSize());
            assertThrows(WrongThreadException.class, () -> memory.get(ValueLayout.JAVA_INT, 0));
            assertThrows(WrongThreadException.class, () -> memory.set(ValueLayout.JAVA_INT, 0, 1));
            assertThrows(WrongThreadException.class, () -> memory.fill((byte) 0));
            assertThrows(WrongThreadException.class, () -> memory.toArray(ValueLayout.JAVA_BYTE));
            assertThrows(WrongThreadException.class, () -> memory.asSlice(8, 4).set(ValueLayout.JAVA_INT, 0, 1));
            assertThrows(WrongThreadException.class, () -> memory.asByteBuffer().put(0, (byte) 1));
        }
    }

    @Test
    void diesWithItsArena() {
        Arena arena = Arena.ofShared();
        MemorySegment memory = device.allocate(LARGE, arena);
        CudaStream stream = device.newStream(arena);
        CudaEvent event = device.newEvent(arena);
        MemorySegment pinned = device.allocateHost(16, arena);
        stream.record(event);
        arena.close();
        assertFalse(memory.scope().isAlive());
        assertFalse(pinned.scope().isAlive());
        assertRefused("closed", () -> device.fill(memory, (byte) 0));
        assertRefused("stream is closed", stream::synchronize);
        assertRefused("event is closed", event::synchronize);
        assertRefused("stream is closed", () -> stream.record(event));
        assertRefused("event is closed", () -> device.stream().waitFor(event));
        assertThrows(IllegalStateException.class, () -> device.allocate(16, arena));
        assertThrows(IllegalStateException.class, () -> device.allocateHost(16, arena));
        assertThrows(IllegalStateException.class, () -> device.newStream(arena));
        try (Arena other = Arena.ofConfined()) {
            assertThrows(InvalidParameterException.class, () -> device.borrow(memory.address(), 16, other));
        }
    }

    /** Memory of an automatic arena lives as long as a segment of it is reachable, and no longer. */
    @Test
    void isFreedOnceItCannotBeReached() throws InterruptedException {
        MemorySegment memory = device.allocate(LARGE, Arena.ofAuto());
        long address = memory.address();
        MemorySegment slice = memory.asSlice(8, 8);
        memory = null;
        WeakReference<Object> collected = new WeakReference<>(new Object());
        for (int i = 0; i < 6000 && collected.get() != null; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertNull(collected.get());
        device.copy(MemorySegment.ofArray(new long[] {5}), slice);
        assertTrue(slice.scope().isAlive());
        slice = null;
        boolean freed = false;
        for (int i = 0; i < 6000 && !freed; i++) {
            System.gc();
            Thread.sleep(10);
            freed = isFree(address);
        }
        assertTrue(freed);
    }

    private boolean isFree(long address) {
        try (Arena arena = Arena.ofConfined()) {
            device.borrow(address, 8, arena);
            return false;
        } catch (InvalidParameterException e) {
            return true;
        }
    }

    @Test
    void belongsToAnyThread() throws InterruptedException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = device.allocate(4, arena);
            Thread other = Thread.ofPlatform().start(() -> device.copy(MemorySegment.ofArray(new int[] {9}), memory));
            other.join();
            int[] array = new int[1];
            device.copy(memory, MemorySegment.ofArray(array));
            assertEquals(9, array[0]);
        }
    }

    @Test
    void refusesWhatIsNotItsMemory() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment host = arena.allocate(16);
            MemorySegment memory = device.allocate(16, arena);
            assertRefused("not to memory that the device can use", () -> device.borrow(host.address(), 16, arena));
            assertRefused("not to memory that the device can use",
                    () -> device.borrow(memory.address(), 1L << 40, arena));
            assertRefused("-1", () -> device.borrow(memory.address(), -1, arena));
            assertRefused("-1", () -> device.allocate(-1, arena));
            assertRefused("-1", () -> device.allocateHost(-1, arena));
            assertRefused("not to memory that the device can use", () -> device.fill(host, (byte) 0));
            assertRefused("read-only", () -> device.fill(memory.asReadOnly(), (byte) 0));
            assertRefused("sizes differ", () -> device.copy(memory.asSlice(1), host));
            assertRefused("read-only", () -> device.copy(memory, host.asReadOnly()));
            assertRefused("Java heap", () -> device.copyAsync(memory, MemorySegment.ofArray(new byte[16])));
            assertThrows(BackendException.class, () -> device.allocate(1L << 50, arena));
            assertThrows(BackendException.class, () -> CudaDevice.of(99));
            assertThrows(BackendException.class, () -> CudaDevice.of(-1));
        }
    }

    @Test
    void refusesHostMemoryOfAnotherThread() throws InterruptedException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = device.allocate(16, arena);
            MemorySegment[] foreign = new MemorySegment[1];
            Thread other = Thread.ofPlatform().start(() -> foreign[0] = Arena.ofConfined().allocate(16));
            other.join();
            assertRefused("another thread", () -> device.copy(memory, foreign[0]));
            assertRefused("another thread", () -> device.copyAsync(foreign[0], memory));
        }
    }
}
