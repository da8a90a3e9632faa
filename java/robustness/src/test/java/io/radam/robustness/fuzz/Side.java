package io.radam.robustness.fuzz;

import io.radam.Backend;
import io.radam.LossScaler;
import io.radam.Optimizer;
import io.radam.OptimizerSnapshot;
import io.radam.Parameter;
import io.radam.ParameterGroup;
import io.radam.ParameterState;
import io.radam.PlateauSchedule;
import io.radam.SGD;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One optimizer and its memory. A sequence of calls is made on two sides, whose backends differ. */
final class Side implements AutoCloseable {
    static final int GROWTH_INTERVAL = 3;
    /** Memory that is confined to a thread that is gone; made when it is first needed. */
    private static MemorySegment foreign;

    final Backend backend;
    final Arena shared = Arena.ofShared();
    final Arena confined = Arena.ofConfined();
    final Map<Place.Base, MemorySegment> bases = new EnumMap<>(Place.Base.class);
    private final List<MemorySegment> kept = new ArrayList<>();
    private final Map<Place, MemorySegment> segments = new HashMap<>();
    /** By the numbers of parameters in the model; null where there is none. */
    final List<Parameter> parameters = new ArrayList<>();
    final List<OptimizerSnapshot> snapshots = new ArrayList<>();
    final LossScaler scaler = new LossScaler(65_536, 2, 0.5, GROWTH_INTERVAL);
    final PlateauSchedule plateau = ScheduleCalls.newPlateau();
    final List<CheckpointCalls.Written> checkpoints = new ArrayList<>();
    /** Whether a function of the user has changed settings since the last call was looked at. */
    boolean changed;
    Optimizer optimizer;
    /** Of checkpoints; null until there is one. */
    private Path folder;

    Side(Backend backend) {
        this.backend = backend;
        bases.put(Place.Base.FLOATS, MemorySegment.ofArray(new float[Place.BYTES / 4]));
        bases.put(Place.Base.MORE_FLOATS, MemorySegment.ofArray(new float[Place.BYTES / 4]));
        bases.put(Place.Base.LONGS, MemorySegment.ofArray(new long[Place.BYTES / 8]));
        bases.put(Place.Base.SHORTS, MemorySegment.ofArray(new short[Place.BYTES / 2]));
        bases.put(Place.Base.BYTES_OF_HEAP, MemorySegment.ofArray(new byte[Place.BYTES]));
        bases.put(Place.Base.NATIVE, Arena.ofAuto().allocate(Place.BYTES, 64));
        bases.put(Place.Base.SCALES, Arena.ofAuto().allocate(Place.BYTES, 64));
        bases.put(Place.Base.SHARED, memory(shared));
        bases.put(Place.Base.CONFINED, memory(confined));
        bases.put(Place.Base.FOREIGN, foreign());
        Arena closed = Arena.ofConfined();
        bases.put(Place.Base.CLOSED, memory(closed));
        closed.close();
    }

    /**
     * Memory that an arena closes, but does not free before the side is gone: an optimizer's own memory would be put in
     * its place at times, and overlap it then.
     */
    private MemorySegment memory(Arena arena) {
        MemorySegment memory = Arena.ofAuto().allocate(Place.BYTES, 64);
        kept.add(memory);
        return memory.reinterpret(arena, null);
    }

    private static synchronized MemorySegment foreign() {
        if (foreign == null) {
            Thread thread = new Thread(() -> foreign = Arena.ofConfined().allocate(Place.BYTES, 64));
            thread.start();
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return foreign;
    }

    /** The segment at a place; null for null. */
    MemorySegment segment(Place place) {
        return place == null ? null : segments.computeIfAbsent(place, p -> {
            MemorySegment slice = bases.get(p.base()).asSlice(p.offset(), p.bytes());
            return p.readOnly() ? slice.asReadOnly() : slice;
        });
    }

    /** The place of a segment that the optimizer was given; null for null. */
    Place placeOf(MemorySegment segment) {
        return segments.entrySet().stream().filter(entry -> entry.getValue() == segment).map(Map.Entry::getKey)
                .findFirst().orElse(null);
    }

    /** A group by its number; null for -1; for -2, one of another optimizer. */
    ParameterGroup group(int number) {
        if (number == -2) {
            try (Optimizer other = SGD.builder().parametersLater().backend(backend).build()) {
                return other.groups().getFirst();
            }
        }
        return number == -1 ? null : optimizer.groups().get(number);
    }

    /** Where a checkpoint is written. */
    Path file(int number) {
        try {
            folder = folder == null ? Fuzzer.newFolder() : folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder.resolve("checkpoint" + number);
    }

    Parameter parameter(int number) {
        return number < 0 ? null : parameters.get(number);
    }

    List<Parameter> parameters(List<Integer> numbers) {
        List<Parameter> all = new ArrayList<>();
        numbers.forEach(number -> all.add(parameter(number)));
        return all;
    }

    /** All memory, by the bases' numbers; null where it cannot be read. */
    byte[][] memory() {
        byte[][] memory = new byte[Place.Base.values().length][];
        bases.forEach((base, segment) -> {
            if (isReadable(segment)) {
                memory[base.ordinal()] = segment.toArray(ValueLayout.JAVA_BYTE);
            }
        });
        return memory;
    }

    /**
     * All that an optimizer knows of a parameter, but for what the model knows; null where it cannot be read. Each
     * buffer begins at a multiple of 4, where {@link Numbers} looks for its numbers.
     */
    byte[] state(int number) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ParameterState state = optimizer.state(parameters.get(number));
        for (ParameterState.Buffer buffer : state.buffers().values()) {
            if (!isReadable(buffer.elements()) || buffer.scales() != null && !isReadable(buffer.scales())) {
                return null;
            }
            bytes.writeBytes(buffer.elements().toArray(ValueLayout.JAVA_BYTE));
            bytes.writeBytes(new byte[-bytes.size() & 3]);
            if (buffer.scales() != null) {
                bytes.writeBytes(buffer.scales().toArray(ValueLayout.JAVA_BYTE));
            }
        }
        bytes.writeBytes(state.numbers().toString().getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    private static boolean isReadable(MemorySegment segment) {
        return segment.scope().isAlive() && segment.isAccessibleBy(Thread.currentThread());
    }

    /** Writes to all memory that can be written. */
    void fill(ByteBuffer numbers) {
        bases.forEach((base, segment) -> {
            if (isReadable(segment)) {
                segment.copyFrom(MemorySegment.ofBuffer(numbers));
            }
        });
        resetScales(new Place(Place.Base.SCALES, 0, Place.BYTES, false, 0));
    }

    /** Writes scales, with which any bytes are 8-bit state. */
    void resetScales(Place place) {
        MemorySegment scales = bases.get(Place.Base.SCALES).asSlice(place.offset(), place.bytes());
        for (long at = 0; at + Float.BYTES <= scales.byteSize(); at += Float.BYTES) {
            scales.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, Math.scalb(1f, (int) (at % 32) / 4 - 8));
        }
    }

    @Override
    public void close() {
        if (optimizer != null) {
            optimizer.close();
        }
        if (shared.scope().isAlive()) {
            shared.close();
        }
        if (confined.scope().isAlive()) {
            confined.close();
        }
        if (folder != null) {
            try {
                Fuzzer.delete(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
