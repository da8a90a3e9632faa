package io.radam.internal.engine;

import io.radam.InvalidParameterException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * Regions of memory that do not overlap, sorted by their addresses. A binary search, which allocates nothing, finds
 * whether a segment overlaps one of them.
 *
 * <p>Native memory, including that of a GPU, is one space of addresses. Each array of the Java heap is a space of its
 * own. The scope of a segment identifies the array: it is equal for all segments of one array, also for read-only ones.
 */
final class MemoryMap {
    /** A named segment of a slot, or, where the slot is null, of all slots together. */
    static final class Region {
        final Slot owner;
        final String what;
        MemorySegment segment;

        Region(Slot owner, String what, MemorySegment segment) {
            this.owner = owner;
            this.what = what;
            this.segment = segment;
        }

        private long start() {
            return segment.address();
        }

        private long end() {
            return segment.address() + segment.byteSize();
        }

        @Override
        public String toString() {
            return what + (owner == null ? "" : " of " + owner.parameter) + " (" + segment + ")";
        }
    }

    /** Regions of one space of addresses. */
    private static final class Space {
        private long[] starts = new long[4];
        private Region[] regions = new Region[4];
        private int size;
        /** The gap between regions where the latest search ended. No region is in it. */
        private long gapStart;
        private long gapEnd;

        /** The number of regions that begin before an address. */
        private int before(long address) {
            int low = 0;
            int high = size;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (starts[middle] < address) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        /**
         * The region that overlaps a range; null if there is none. Only the last region that begins before the end of
         * the range can, because regions do not overlap each other.
         */
        Region overlapping(long start, long end) {
            if (start >= gapStart && end <= gapEnd) {
                return null;
            }
            int i = before(end);
            if (i > 0 && regions[i - 1].end() > start) {
                return regions[i - 1];
            }
            gapStart = i > 0 ? regions[i - 1].end() : Long.MIN_VALUE;
            gapEnd = i < size ? starts[i] : Long.MAX_VALUE;
            return null;
        }

        void add(Region region) {
            reserve(size + 1);
            int i = before(region.start());
            System.arraycopy(starts, i, starts, i + 1, size - i);
            System.arraycopy(regions, i, regions, i + 1, size - i);
            starts[i] = region.start();
            regions[i] = region;
            size++;
            forgetGap();
        }

        void remove(Region region) {
            int i = before(region.start());
            size--;
            System.arraycopy(starts, i + 1, starts, i, size - i);
            System.arraycopy(regions, i + 1, regions, i, size - i);
            regions[size] = null;
            forgetGap();
        }

        private void forgetGap() {
            gapStart = 0;
            gapEnd = -1;
        }

        private void reserve(int capacity) {
            if (capacity > starts.length) {
                starts = Arrays.copyOf(starts, Math.max(capacity, 2 * starts.length));
                regions = Arrays.copyOf(regions, starts.length);
            }
        }
    }

    /** Up to so many regions are put where they belong one by one, and more are merged with what is there. */
    private static final int FEW = 8;

    private final Space natives = new Space();
    private final Map<MemorySegment.Scope, Space> arrays = new HashMap<>();

    /** The space of a segment's addresses; null for an array without regions. */
    private Space spaceOf(MemorySegment segment) {
        return segment.isNative() ? natives : arrays.get(segment.scope());
    }

    /** A region that shares memory with a segment; null if there is none. */
    Region overlapping(MemorySegment segment) {
        long bytes = segment.byteSize();
        Space space = bytes == 0 ? null : spaceOf(segment);
        return space == null ? null : space.overlapping(segment.address(), segment.address() + bytes);
    }

    /** Adds a region that overlaps no other. */
    void add(Region region) {
        if (region.segment.byteSize() > 0) {
            Space space = spaceOf(region.segment);
            if (space == null) {
                space = new Space();
                arrays.put(region.segment.scope(), space);
            }
            space.add(region);
        }
    }

    /** Removes a region, whose segment must be the one that it had when it was added. */
    void remove(Region region) {
        if (region.segment.byteSize() > 0) {
            Space space = spaceOf(region.segment);
            space.remove(region);
            if (space.size == 0 && space != natives) {
                arrays.remove(region.segment.scope());
            }
        }
    }

    /**
     * Adds many regions in n log n, or fails and adds none.
     *
     * @throws InvalidParameterException if two overlap each other, or one overlaps a region that is there
     */
    void addAll(Collection<Region> added) {
        Map<Object, Region> last = new HashMap<>();
        Region[] sorted = added.stream().filter(region -> region.segment.byteSize() > 0)
                .sorted(Comparator.comparingLong(Region::start)).toArray(Region[]::new);
        for (Region region : sorted) {
            Region other = overlapping(region.segment);
            Object space = region.segment.isNative() ? natives : region.segment.scope();
            Region earlier = last.put(space, region);
            if (other == null && earlier != null && earlier.end() > region.start()) {
                other = earlier;
            }
            if (other != null) {
                throw overlap(other, region.toString());
            }
        }
        if (sorted.length <= FEW) {
            natives.reserve(natives.size + sorted.length);
            for (Region region : sorted) {
                add(region);
            }
        } else {
            addSorted(sorted);
        }
    }

    private void addSorted(Region[] sorted) {
        Space merged = new Space();
        merged.reserve(natives.size + sorted.length);
        int old = 0;
        for (Region region : sorted) {
            if (!region.segment.isNative()) {
                add(region);
                continue;
            }
            while (old < natives.size && natives.starts[old] < region.start()) {
                append(merged, natives.regions[old++]);
            }
            append(merged, region);
        }
        while (old < natives.size) {
            append(merged, natives.regions[old++]);
        }
        natives.starts = merged.starts;
        natives.regions = merged.regions;
        natives.size = merged.size;
        natives.forgetGap();
    }

    private static void append(Space space, Region region) {
        space.starts[space.size] = region.start();
        space.regions[space.size++] = region;
    }

    static InvalidParameterException overlap(Region region, String other) {
        return new InvalidParameterException("memory that a step writes overlaps: " + region + " and " + other);
    }
}
