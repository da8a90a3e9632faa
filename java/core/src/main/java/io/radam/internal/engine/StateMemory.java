package io.radam.internal.engine;

import io.radam.BackendException;
import io.radam.Parameter;
import io.radam.internal.engine.MemoryMap.Region;
import io.radam.internal.kernel.Block8;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;

/**
 * The memory of the state of parameters that were added together. It is one piece: the first buffers of all parameters,
 * then their second buffers, and so on. So a step of many short parameters reads a few long streams, which the
 * processor prefetches.
 *
 * <p>The memory is freed when the last of these parameters is removed.
 */
final class StateMemory {
    /** The state of a parameter begins at a cache line, which is also the widest vector. */
    static final long ALIGNMENT = 64;
    /**
     * The first buffers begin this far from the start of a page, and each further kind of buffer this far, modulo a
     * page, from the kind before. Large values and gradients begin near the start of a page. A processor takes a load
     * to depend on an earlier store where the last 12 bits of their addresses agree, and its caches have few places for
     * addresses that agree in more bits. Without these distances, at a distance of a power of two, steps were measured
     * at half the speed in cache and a third of the speed in main memory.
     */
    private static final long STAGGER = 4096 + 1024;
    private static final long PAGE = 4096;

    final Arena arena;
    private final Arenas arenas;
    /**
     * The allocator of each of the algorithm's buffers; nothing is left in it where the parameters do not have the
     * buffer, or have it in other memory.
     */
    private final SegmentAllocator[] buffers;
    /**
     * The allocator of the scales of 8-bit state. They are a sixty-fourth of the state, so their place does not matter
     * much.
     */
    private final SegmentAllocator scales;
    /** The regions that the memory is made of. */
    final List<Region> regions;
    private int users;

    /**
     * Allocates zeroed memory for the state of some parameters, except for buffers that are in memory of the caller.
     *
     * @throws BackendException if there is no such memory
     */
    StateMemory(Group group, List<Parameter> parameters, Memory from, Arenas arenas) {
        users = parameters.size();
        this.arenas = arenas;
        arena = arenas.openForState();
        try {
            long[] bytes = new long[group.buffers.size()];
            long scaleBytes = 0;
            for (Parameter parameter : parameters) {
                for (int i = 0; i < bytes.length; i++) {
                    // Memory of the optimizer begins as zeros, as all buffers of all algorithms do.
                    if (group.has(i) && !parameter.state().containsKey(group.buffers.get(i).name())) {
                        bytes[i] = Math.addExact(bytes[i], roundUp(bufferBytes(group, i, parameter)));
                        scaleBytes += roundUp(Block8.scaleBytes(group.typeOf(i), parameter.length()));
                    }
                }
            }
            long total = STAGGER;
            for (long each : bytes) {
                total = Math.addExact(total, each + PAGE + STAGGER);
            }
            buffers = new SegmentAllocator[bytes.length];
            MemorySegment memory = allocate(from, total);
            long start = STAGGER;
            for (int i = 0; i < bytes.length; i++) {
                buffers[i] = SegmentAllocator.slicingAllocator(memory.asSlice(start, bytes[i]));
                start += (bytes[i] + PAGE - 1 & -PAGE) + STAGGER;
            }
            MemorySegment scaleMemory = allocate(from, scaleBytes);
            scales = SegmentAllocator.slicingAllocator(scaleMemory);
            regions = List.of(new Region(null, "state of the optimizer", memory),
                    new Region(null, "scales of the optimizer's state", scaleMemory));
        } catch (ArithmeticException e) {
            arenas.close(arena);
            throw new BackendException("the state is larger than the address space", e);
        } catch (RuntimeException | Error e) {
            arenas.close(arena);
            throw e;
        }
    }

    private MemorySegment allocate(Memory from, long bytes) {
        try {
            return from.allocate(bytes, arena);
        } catch (OutOfMemoryError e) {
            throw new BackendException("there is no memory for " + bytes + " bytes of state", e);
        }
    }

    /** The size of one buffer of a parameter. */
    static long bufferBytes(Group group, int buffer, Parameter parameter) {
        return Math.multiplyExact(parameter.length(), group.typeOf(buffer).bytes());
    }

    private static long roundUp(long bytes) {
        return Math.addExact(bytes, ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** Memory for a buffer of the next parameter. */
    MemorySegment next(int buffer, long bytes) {
        return buffers[buffer].allocate(bytes, ALIGNMENT);
    }

    /** Memory for the scales of the next buffer of 8-bit state. */
    MemorySegment nextScales(long bytes) {
        return scales.allocate(bytes, ALIGNMENT);
    }

    /**
     * Tells that one of the parameters does not need the memory any more. With the last one, the memory is freed.
     *
     * @throws IllegalStateException if it was the last one, and the memory is in use
     */
    void release() {
        if (users == 1) {
            arenas.close(arena);
        }
        users--;
    }

    /** Whether there are parameters that need the memory. */
    boolean isUsed() {
        return users > 0;
    }
}
