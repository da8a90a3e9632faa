package io.radam;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;

/**
 * Where the state of an optimizer's parameters is: in one piece, first the first moments of all, then the second ones,
 * then the maxima. So a step of many short parameters goes along a few long streams, which the processor fetches ahead.
 */
final class StateMemory {
    /** The state of a parameter begins at a cache line, which is also the widest vector. */
    static final long ALIGNMENT = 64;
    /**
     * The moments begin this far from the start of a page, near which large values and gradients begin, and from each
     * other's. A processor takes a load to depend on an earlier store where the last 12 bits of their addresses agree,
     * and its caches have few places for addresses that agree in more. Measured where they did: half the speed in
     * cache, and a third of it in main memory, at a distance of a power of two.
     */
    private static final long STAGGER = 4096 + 1024;
    private static final long PAGE = 4096;

    private final SegmentAllocator expAvg;
    private final SegmentAllocator expAvgSq;
    private final SegmentAllocator maxExpAvgSq;
    /** Of 8-bit state. They are a sixty-fourth of it, so it does not matter much where they are. */
    private final SegmentAllocator scales;

    /** Zeroed memory for the state of all parameters of some groups. */
    StateMemory(List<ParameterGroup> groups, Memory from) {
        long all = 0;
        long amsgrad = 0;
        long scaleBytes = 0;
        for (ParameterGroup group : groups) {
            for (Parameter parameter : group.parameters()) {
                long bytes = roundUp(momentBytes(group, parameter), ALIGNMENT);
                all = Math.addExact(all, bytes);
                amsgrad += group.amsgrad() ? bytes : 0;
                scaleBytes += 3 * roundUp(group.stateType().scaleBytes(parameter.length()), ALIGNMENT);
            }
        }
        long stride = Math.addExact(roundUp(all, PAGE), STAGGER);
        long bytes = Math.addExact(Math.multiplyExact(2, stride), STAGGER + amsgrad);
        MemorySegment memory = from.allocate(bytes);
        expAvg = SegmentAllocator.slicingAllocator(memory.asSlice(STAGGER, all));
        expAvgSq = SegmentAllocator.slicingAllocator(memory.asSlice(STAGGER + stride, all));
        maxExpAvgSq = SegmentAllocator.slicingAllocator(memory.asSlice(STAGGER + 2 * stride, amsgrad));
        scales = SegmentAllocator.slicingAllocator(from.allocate(scaleBytes));
    }

    /** The size of one moment of a parameter. */
    static long momentBytes(ParameterGroup group, Parameter parameter) {
        return Math.multiplyExact(parameter.length(), group.stateType().bytes());
    }

    private static long roundUp(long bytes, long unit) {
        return Math.addExact(bytes, unit - 1) & -unit;
    }

    /** The first moment of the next parameter. */
    MemorySegment nextExpAvg(long bytes) {
        return expAvg.allocate(bytes, ALIGNMENT);
    }

    /** The second moment of the next parameter. */
    MemorySegment nextExpAvgSq(long bytes) {
        return expAvgSq.allocate(bytes, ALIGNMENT);
    }

    /** The maximum of the next parameter under AMSGrad. */
    MemorySegment nextMaxExpAvgSq(long bytes) {
        return maxExpAvgSq.allocate(bytes, ALIGNMENT);
    }

    /** The scales of the next moment under 8-bit state. */
    MemorySegment nextScales(long bytes) {
        return scales.allocate(bytes, ALIGNMENT);
    }
}
