package io.radam;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds memory that two parameters of an optimizer share, where one of them would write it. */
final class Overlap {
    private Overlap() {
    }

    private record Region(MemorySegment segment, boolean written, Parameter parameter) {
        long end() {
            return segment.address() + segment.byteSize();
        }
    }

    /**
     * Fails if the values of a parameter overlap the values or the gradient of another. Gradients may overlap each other:
     * they are only read.
     */
    static void check(List<Parameter> parameters) {
        List<Region> natives = new ArrayList<>();
        List<Region> heap = new ArrayList<>();
        for (Parameter parameter : parameters) {
            for (Region region : List.of(
                    new Region(parameter.values(), true, parameter),
                    new Region(parameter.gradient(), false, parameter))) {
                if (region.segment.byteSize() > 0) {
                    (region.segment.isNative() ? natives : heap).add(region);
                }
            }
        }
        checkNative(natives);
        checkHeap(heap);
    }

    /** By address: a region overlaps an earlier one if it begins before the furthest end so far. */
    private static void checkNative(List<Region> regions) {
        regions.sort(Comparator.comparingLong(region -> region.segment.address()));
        Region furthest = null;
        Region furthestWritten = null;
        for (Region region : regions) {
            Region earlier = region.written ? furthest : furthestWritten;
            if (earlier != null && region.segment.address() < earlier.end()) {
                fail(earlier, region);
            }
            furthest = further(furthest, region);
            furthestWritten = region.written ? further(furthestWritten, region) : furthestWritten;
        }
    }

    private static Region further(Region a, Region b) {
        return a == null || b.end() > a.end() ? b : a;
    }

    /** Pair by pair: arrays have no address to sort by, and a read-only segment does not tell its array. */
    private static void checkHeap(List<Region> regions) {
        for (int i = 0; i < regions.size(); i++) {
            for (int j = 0; j < i; j++) {
                Region a = regions.get(i);
                Region b = regions.get(j);
                if ((a.written || b.written) && a.segment.asOverlappingSlice(b.segment).isPresent()) {
                    fail(b, a);
                }
            }
        }
    }

    private static void fail(Region a, Region b) {
        throw new InvalidParameterException("the memory of two parameters overlaps: " + describe(a) + " and "
                + describe(b));
    }

    private static String describe(Region region) {
        return (region.written ? "values " : "gradient ") + region.segment;
    }
}
