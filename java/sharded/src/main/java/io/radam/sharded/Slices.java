package io.radam.sharded;

import io.radam.DType;
import io.radam.InvalidParameterException;
import io.radam.Parameter;
import io.radam.internal.sharding.DeviceStream;
import io.radam.internal.sharding.Sharding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a rank has of the parameters, and what its optimizer asks of the other ranks. */
final class Slices implements Sharding {
    private final Collectives collectives;
    private final Arena arena;
    private final long bucketElements;
    private final DType wireType;
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
    private final Map<Parameter, Integer> numbers = new IdentityHashMap<>();
    /** Whether each parameter has a gradient: its pieces are among those of the statistics. */
    private boolean[] bound;

    Slices(Collectives collectives, Arena arena, long bucketElements, DType wireType) {
        this.collectives = collectives;
        this.arena = arena;
        this.bucketElements = bucketElements;
        this.wireType = wireType;
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
    public List<Parameter> slices(List<Parameter> parameters) {
        wholes = parameters;
        layout = new ShardLayout(parameters, collectives.size(), bucketElements);
        sums = new MemorySegment[parameters.size()];
        List<Parameter> made = new ArrayList<>();
        for (int i = 0; i < sums.length; i++) {
            Parameter whole = parameters.get(i);
            requireWhole(whole);
            numbers.put(whole, i);
            long length = layout.length(i, collectives.rank());
            sums[i] = mover.allocate(length * Float.BYTES, arena);
            // An empty slice is nowhere; at the beginning it is not within a block.
            long first = length == 0 ? 0 : layout.first(i, collectives.rank());
            made.add(slice(whole, first, length, sums[i]));
        }
        slices = List.copyOf(made);
        return slices;
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
                : stream != null && wireType == DType.BFLOAT16 && parameter.gradientType() != DType.BFLOAT16
                        ? "has gradients that a device cannot round to BFLOAT16 yet"
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

    private static Parameter slice(Parameter whole, long first, long length, MemorySegment sum) {
        MemorySegment values = part(whole.values(), first, length, whole.valuesType().bytes());
        Parameter.Builder slice = whole.gradient() == null ? Parameter.builder(values) : Parameter.builder(values, sum);
        slice.slice(first, whole.length()).valuesType(whole.valuesType()).rounding(whole.rounding());
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
        long[] bytes = new long[collectives.size()];
        for (int rank = 0; rank < bytes.length; rank++) {
            for (int i = 0; i < bound.length; i++) {
                bytes[rank] += pieces(i, rank) * entryBytes;
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
        return layout.buckets() == 1 ? received : inOrder(received, bytes, entryBytes);
    }

    private long pieces(int parameter, int rank) {
        return bound[parameter] ? (layout.length(parameter, rank) + PIECE - 1) / PIECE : 0;
    }

    /** The pieces of all ranks, one rank after the other, in the order of parameters. */
    private MemorySegment inOrder(MemorySegment received, long[] bytes, long entryBytes) {
        MemorySegment ordered = Arena.ofAuto().allocate(received.byteSize(), Long.BYTES);
        long[] from = new long[bytes.length];
        for (int rank = 1; rank < from.length; rank++) {
            from[rank] = from[rank - 1] + bytes[rank - 1];
        }
        long at = 0;
        for (int i = 0; i < bound.length; i++) {
            for (int rank = 0; rank < from.length; rank++) {
                long some = pieces(i, rank) * entryBytes;
                MemorySegment.copy(received, from[rank], ordered, at, some);
                from[rank] += some;
                at += some;
            }
        }
        return ordered;
    }
}
