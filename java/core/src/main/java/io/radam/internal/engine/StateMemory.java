package io.radam.internal.engine;

import io.radam.Parameter;
import io.radam.StateType;
import io.radam.internal.kernel.Block8;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;

/**
 * Where the state of an optimizer's parameters is: in one piece, buffer by buffer, so that for Adam it has first the first
 * moments of all, then the second ones. A step of many short parameters goes along a few long streams then, which the
 * processor fetches ahead.
 */
final class StateMemory {
    /** The state of a parameter begins at a cache line, which is also the widest vector. */
    static final long ALIGNMENT = 64;
    /**
     * The buffers begin this far from the start of a page, near which large values and gradients begin, and from each
     * other's. A processor takes a load to depend on an earlier store where the last 12 bits of their addresses agree,
     * and its caches have few places for addresses that agree in more. Measured where they did: half the speed in
     * cache, and a third of it in main memory, at a distance of a power of two.
     */
    private static final long STAGGER = 4096 + 1024;
    private static final long PAGE = 4096;

    /** Of each of the algorithm's buffers. */
    private final SegmentAllocator[] buffers;
    /** Of 8-bit state. They are a sixty-fourth of it, so it does not matter much where they are. */
    private final SegmentAllocator scales;

    /** Memory for the state of all parameters of some groups, of one algorithm. */
    StateMemory(List<StepGroup> groups, Memory from) {
        int count = groups.getFirst().state.size();
        long[] sizes = new long[count];
        long scaleBytes = 0;
        for (StepGroup group : groups) {
            for (Parameter parameter : group.parameters) {
                long bytes = roundUp(bufferBytes(group, parameter), ALIGNMENT);
                for (int i = 0; i < count; i++) {
                    if (group.state.get(i) != null) {
                        sizes[i] = Math.addExact(sizes[i], bytes);
                        scaleBytes += roundUp(Block8.scaleBytes(group.stateType, parameter.length()), ALIGNMENT);
                    }
                }
            }
        }
        long all = 0;
        for (long size : sizes) {
            all = Math.addExact(all, stride(size));
        }
        MemorySegment memory = from.allocate(all);
        buffers = new SegmentAllocator[count];
        long start = 0;
        for (int i = 0; i < count; i++) {
            buffers[i] = SegmentAllocator.slicingAllocator(memory.asSlice(start + (sizes[i] > 0 ? STAGGER : 0), sizes[i]));
            start += stride(sizes[i]);
        }
        scales = SegmentAllocator.slicingAllocator(from.allocate(scaleBytes));
    }

    /** The distance from a buffer of all parameters to the next. */
    private static long stride(long size) {
        return size > 0 ? Math.addExact(roundUp(size, PAGE), STAGGER) : 0;
    }

    /** The size of one buffer of a parameter. */
    private static long bufferBytes(StepGroup group, Parameter parameter) {
        return Math.multiplyExact(parameter.length(), group.stateType.bytes());
    }

    private static long roundUp(long bytes, long unit) {
        return Math.addExact(bytes, unit - 1) & -unit;
    }

    /** One of the algorithm's buffers, for the next parameter. */
    MemorySegment nextBuffer(int index, StepGroup group, Parameter parameter) {
        return buffers[index].allocate(bufferBytes(group, parameter), ALIGNMENT);
    }

    /** The scales of the next buffer; null but under 8-bit state. */
    MemorySegment nextScales(StepGroup group, Parameter parameter) {
        long bytes = Block8.scaleBytes(group.stateType, parameter.length());
        return group.stateType == StateType.BLOCK8 ? scales.allocate(bytes, ALIGNMENT) : null;
    }
}
