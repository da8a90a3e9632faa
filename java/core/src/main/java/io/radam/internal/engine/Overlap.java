package io.radam.internal.engine;

import io.radam.InvalidParameterException;
import io.radam.Parameter;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Finds memory that two parameters of an optimizer share, where one of them would write it. */
public final class Overlap {
    private Overlap() {
    }

    private record Region(String what, MemorySegment segment, boolean written) {
        long end() {
            return segment.address() + segment.byteSize();
        }
    }

    /**
     * Fails if memory that a step writes, of a parameter, overlaps other memory of it or of another. Gradients may overlap
     * each other if they are only read.
     */
    public static void check(List<Parameter> parameters, boolean gradientsAreWritten) {
        List<Region> natives = new ArrayList<>();
        Map<Object, List<Region>> arrays = new IdentityHashMap<>();
        List<Region> unknown = new ArrayList<>();
        for (Parameter parameter : parameters) {
            for (Region region : regions(parameter, gradientsAreWritten)) {
                Object array = region.segment.heapBase().orElse(null);
                if (region.segment.byteSize() == 0) {
                    continue;
                }
                if (region.segment.isNative()) {
                    natives.add(region);
                } else if (array != null) {
                    arrays.computeIfAbsent(array, ignored -> new ArrayList<>()).add(region);
                } else {
                    unknown.add(region); // a read-only segment does not tell its array
                }
            }
        }
        checkNative(natives);
        for (List<Region> regions : arrays.values()) {
            checkPairs(regions, regions);
            checkPairs(unknown, regions);
        }
    }

    private static List<Region> regions(Parameter parameter, boolean gradientsAreWritten) {
        List<Region> regions = new ArrayList<>(4);
        regions.add(new Region("values", parameter.values(), true));
        regions.add(new Region("gradient", parameter.gradient(), gradientsAreWritten));
        if (parameter.copy() != null) {
            regions.add(new Region("copy", parameter.copy(), true));
        }
        if (parameter.average() != null) {
            regions.add(new Region("average", parameter.average(), true));
        }
        return regions;
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

    private static void checkPairs(List<Region> some, List<Region> others) {
        for (Region a : some) {
            for (Region b : others) {
                if (a != b && (a.written || b.written) && a.segment.asOverlappingSlice(b.segment).isPresent()) {
                    fail(a, b);
                }
            }
        }
    }

    private static void fail(Region a, Region b) {
        throw new InvalidParameterException("the memory of two parameters overlaps: " + describe(a) + " and "
                + describe(b));
    }

    private static String describe(Region region) {
        return region.what + " " + region.segment;
    }
}
