package io.radam.sharded;

import io.radam.InvalidParameterException;
import io.radam.Parameter;
import io.radam.internal.sharding.DeviceStream;
import io.radam.internal.sharding.Sharding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What a rank has of the parameters, and what its optimizer asks of the other ranks. */
final class Slices implements Sharding {
    private final Collectives collectives;
    private final Arena arena;
    private final long bucketElements;
    /** The stream in which the steps are queued; null where parameters are in memory of the host. */
    DeviceStream stream;
    Mover mover = new HostMover();
    List<Parameter> wholes = List.of();
    List<Parameter> slices = List.of();
    ShardLayout layout;
    /** The threads that make this rank's steps; null where a device makes them. */
    Workers workers;
    /** The sums of the gradients of all ranks, for this rank's elements of each parameter. */
    MemorySegment[] sums;
    /** For each parameter the length of the rows that steps measure; 0 for no rows. */
    private long[] measured;
    private final Map<Parameter, Integer> numbers = new IdentityHashMap<>();
    /** Whether each parameter has a gradient: its pieces are among those of the statistics. */
    private boolean[] bound;

    Slices(Collectives collectives, Arena arena, long bucketElements) {
        this.collectives = collectives;
        this.arena = arena;
        this.bucketElements = bucketElements;
    }

    /** Says which parameters have gradients in the steps from now on. */
    void setBound(boolean[] bound) {
        this.bound = bound;
    }

    @Override
    public void setDevice(DeviceStream device) {
        if (!(collectives instanceof NcclCollectives nccl) || !nccl.isIn(device)) {
            throw new InvalidParameterException("the ranks of a sharded optimizer on device " + device.device()
                    + " exchange by NcclCollectives in the same stream, not by " + collectives);
        }
        stream = device;
        mover = new DeviceMover(device);
    }

    @Override
    public void setWorkers(Workers workers) {
        this.workers = workers;
    }

    @Override
    public List<Parameter> slices(List<Group> groups) {
        wholes = groups.stream().flatMap(group -> group.parameters().stream()).toList();
        long[] rowLengths = rowLengths(groups, group -> group.hyperparameters().algorithm().measuresRows()
                || group.hyperparameters().centralizesGradients());
        measured = rowLengths(groups, group -> group.hyperparameters().algorithm().measuresRows());
        layout = new ShardLayout(wholes, Arrays.stream(rowLengths).map(length -> Math.max(1, length)).toArray(),
                collectives.size(), bucketElements);
        sums = new MemorySegment[wholes.size()];
        List<Parameter> made = new ArrayList<>();
        for (int i = 0; i < sums.length; i++) {
            Parameter whole = wholes.get(i);
            requireWhole(whole);
            numbers.put(whole, i);
            long length = layout.length(i, collectives.rank());
            sums[i] = mover.allocate(length * Float.BYTES, arena);
            // An empty slice is nowhere; at the beginning it is not within a block.
            long first = length == 0 ? 0 : layout.first(i, collectives.rank());
            made.add(slice(whole, first, length, rowLengths[i], sums[i]));
        }
        slices = List.copyOf(made);
        return slices;
    }

    /** For each parameter of some groups the length of its rows; 0 for those of other groups, and where it has none. */
    private static long[] rowLengths(List<Group> groups, Predicate<Group> some) {
        return groups.stream().flatMapToLong(group -> group.parameters().stream()
                .mapToLong(whole -> some.test(group) ? whole.rowLength() : 0)).toArray();
    }

    private void requireWhole(Parameter parameter) {
        String what = parameter.length() != parameter.wholeLength() ? "is a slice"
                : parameter.length() == 0 ? "has no elements"
                : parameter.updatesGradient() ? "gets its update in its gradient"
                : !parameter.state().isEmpty() ? "brings memory for its state"
                : Stream.of(parameter.values(), parameter.gradient(), parameter.copy(), parameter.lowerHalves(),
                        parameter.average()).anyMatch(memory -> memory != null && !isInPlace(memory))
                        ? stream == null ? "is in memory of a device, which the builder does not have"
                        : "is in memory of the host, but the builder has a device"
                : null;
        if (what != null) {
            throw new InvalidParameterException("a parameter of a sharded optimizer is a whole tensor, whose values "
                    + "the optimizer moves and whose state it has; this one " + what + ": " + parameter);
        }
    }

    /** Whether memory is where the steps are made. */
    boolean isInPlace(MemorySegment memory) {
        return DeviceStream.isDeviceMemory(memory) == (stream != null);
    }

    private static Parameter slice(Parameter whole, long first, long length, long rowLength, MemorySegment sum) {
        MemorySegment values = part(whole.values(), first, length, whole.valuesType().bytes());
        Parameter.Builder slice = whole.gradient() == null ? Parameter.builder(values) : Parameter.builder(values, sum);
        slice.slice(first, whole.length()).valuesType(whole.valuesType()).rounding(whole.rounding());
        if (rowLength > 0) {
            slice.rowLength(rowLength);
        }
        if (whole.name() != null) {
            slice.name(whole.name());
        }
        if (whole.randomIndex() != null) {
            slice.randomIndex(whole.randomIndex());
        }
        if (whole.lowerHalves() != null) {
            slice.split(part(whole.lowerHalves(), first, length, Short.BYTES));
        }
        if (whole.copy() != null) {
            slice.copy(part(whole.copy(), first, length, whole.copyType().bytes()), whole.copyType());
        }
        if (whole.average() != null) {
            slice.average(part(whole.average(), first, length, Float.BYTES), whole.averageDecay());
        }
        return slice.build();
    }

    private static MemorySegment part(MemorySegment whole, long first, long length, long bytes) {
        return whole.asSlice(first * bytes, length * bytes);
    }

    /** The number of a parameter that the user has given. */
    int numberOf(Parameter whole) {
        Integer number = numbers.get(whole);
        if (number == null) {
            throw new InvalidParameterException(
                    "the parameter is not one that this optimizer was built with: " + whole);
        }
        return number;
    }

    /** This rank's part of other values of a parameter. */
    MemorySegment part(int parameter, MemorySegment values) {
        return part(values, slices.get(parameter).first(), slices.get(parameter).length(),
                slices.get(parameter).valuesType().bytes());
    }

    @Override
    public MemorySegment allPieces(MemorySegment own, long entryBytes) {
        return all(own, entryBytes, (parameter, rank) -> (layout.length(parameter, rank) + PIECE - 1) / PIECE);
    }

    @Override
    public MemorySegment allRows(MemorySegment own, long rowBytes) {
        return all(own, rowBytes, (parameter, rank) ->
                measured[parameter] == 0 ? 0 : layout.length(parameter, rank) / measured[parameter]);
    }

    /** How many entries a table has of the part of a parameter that a rank has. */
    private interface Entries {
        long of(int parameter, int rank);
    }

    /** The tables of all ranks, of the parameters that have gradients. */
    private MemorySegment all(MemorySegment own, long entryBytes, Entries entries) {
        long[] bytes = new long[collectives.size()];
        for (int rank = 0; rank < bytes.length; rank++) {
            for (int i = 0; i < bound.length; i++) {
                bytes[rank] += bytes(entries, i, rank, entryBytes);
            }
        }
        long all = 0;
        for (long some : bytes) {
            all += some;
        }
        MemorySegment received = Arena.ofAuto().allocate(Math.max(1, all), Long.BYTES);
        // What is sent may be read even after a failure, and the optimizer's own memory may be freed then.
        MemorySegment sent = Arena.ofAuto().allocate(Math.max(1, own.byteSize()), Long.BYTES)
                .asSlice(0, own.byteSize()).copyFrom(own);
        collectives.allGather(sent, received, bytes);
        return layout.buckets() == 1 ? received : inOrder(received, bytes, entryBytes, entries);
    }

    private long bytes(Entries entries, int parameter, int rank, long entryBytes) {
        return bound[parameter] ? entries.of(parameter, rank) * entryBytes : 0;
    }

    /** The tables of all ranks, which come one rank after the other, in the order of parameters. */
    private MemorySegment inOrder(MemorySegment received, long[] bytes, long entryBytes, Entries entries) {
        MemorySegment ordered = Arena.ofAuto().allocate(received.byteSize(), Long.BYTES);
        long[] from = new long[bytes.length];
        for (int rank = 1; rank < from.length; rank++) {
            from[rank] = from[rank - 1] + bytes[rank - 1];
        }
        long at = 0;
        for (int i = 0; i < bound.length; i++) {
            for (int rank = 0; rank < from.length; rank++) {
                long some = bytes(entries, i, rank, entryBytes);
                MemorySegment.copy(received, from[rank], ordered, at, some);
                from[rank] += some;
                at += some;
            }
        }
        return ordered;
    }
}
