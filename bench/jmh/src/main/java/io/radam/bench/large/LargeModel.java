package io.radam.bench.large;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.radam.AdamW;
import io.radam.DType;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.StateType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * Steps models of one tensor, up to as many elements as memory has room for, and says how long a step takes. Then it
 * compares the bits at the beginning, at the end, and about 2^31 bytes and 2^31 elements with those of optimizers that
 * have only these slices.
 *
 * <pre>
 *   LargeModel FLOAT32|BFLOAT16 FLOAT32|BFLOAT16|BLOCK8 SIZES...
 *   LargeModel FLOAT32|BFLOAT16 FLOAT32|BFLOAT16|BLOCK8 SIZES... --disk FOLDER MEGABYTES
 * </pre>
 */
public final class LargeModel {
    private static final int STEPS = 5;
    /** A slice begins and ends at a block of 8-bit state. */
    private static final long SLICE = 1 << 16;

    private LargeModel() {
    }

    /** Values and gradients of a model. */
    private static final class Model implements AutoCloseable {
        final DType type;
        final Arena arena = Arena.ofShared();
        final MemorySegment values;
        final MemorySegment gradients;

        Model(DType type, long length) {
            this.type = type;
            values = arena.allocate(length * type.bytes(), 64);
            gradients = arena.allocate(length * type.bytes(), 64);
        }

        /** Fills elements by their place in the whole. */
        Model fill(long first) {
            long length = values.byteSize() / type.bytes();
            LongStream.range(0, (length + SLICE - 1) / SLICE).parallel().forEach(slice -> {
                for (long i = slice * SLICE; i < Math.min(length, (slice + 1) * SLICE); i++) {
                    long place = first + i;
                    set(values, i, (float) (place % 8191 - 4095) / 4096);
                    set(gradients, i, (float) (place % 127 - 63) * (1 + place % 31) / 1024);
                }
            });
            return this;
        }

        private void set(MemorySegment segment, long i, float x) {
            if (type == DType.FLOAT32) {
                segment.setAtIndex(JAVA_FLOAT, i, x);
            } else {
                segment.setAtIndex(JAVA_SHORT, i, (short) (Float.floatToRawIntBits(x) >> 16));
            }
        }

        Parameter.Builder parameter() {
            return Parameter.builder(values, gradients).valuesType(type).gradientType(type);
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    /** Prints a line for each size. */
    public static void main(String[] arguments) {
        List<String> words = new ArrayList<>(Arrays.asList(arguments));
        DType type = DType.valueOf(words.removeFirst());
        StateType state = StateType.valueOf(words.removeFirst());
        int disk = words.indexOf("--disk");
        List<String> place = disk < 0 ? List.of() : List.copyOf(words.subList(disk + 1, words.size()));
        List<Long> sizes = words.subList(0, disk < 0 ? words.size() : disk).stream().map(Long::parseLong).toList();
        System.out.println("AdamW, " + type + " values and gradients, " + state + " state" + (disk < 0 ? ""
                : " in " + place.getFirst() + ", of which " + place.getLast() + " MB may be in memory"));
        for (long size : sizes) {
            measure(type, state, size, place);
        }
    }

    private static AdamW.Builder builder(StateType state, List<String> place) {
        AdamW.Builder builder = AdamW.builder().stateType(state);
        return place.isEmpty() ? builder
                : builder.stateOnDisk(Path.of(place.getFirst()), Long.parseLong(place.getLast()) << 20);
    }

    private static void measure(DType type, StateType state, long size, List<String> place) {
        try (Model model = new Model(type, size).fill(0);
                Optimizer optimizer = builder(state, place).parameter(model.parameter().build()).build()) {
            double[] seconds = new double[STEPS];
            int repetitions = (int) Math.max(1, 100_000_000 / size);
            optimizer.step(); // which reads zeros of a new file, for which the disk has nothing to do
            for (int i = 0; i < STEPS; i++) {
                long begin = System.nanoTime();
                for (int j = 0; j < repetitions; j++) {
                    optimizer.step();
                }
                seconds[i] = (System.nanoTime() - begin) / 1e9 / repetitions;
            }
            Arrays.sort(seconds);
            double bytes = size * (3.0 * type.bytes() + 4.0 * state.bytes());
            double onDisk = size * 4.0 * state.bytes();
            System.out.println(String.format(Locale.ROOT, "%,d parameters: %.3f ms a step, %.3f ns a parameter, "
                            + "%.2f GB/s%s; best of %d, the slowest %.2f times that; %d slices have the right bits",
                    size, 1e3 * seconds[0], 1e9 * seconds[0] / size, bytes / seconds[0] / 1e9, place.isEmpty() ? ""
                            : String.format(Locale.ROOT, ", of state on disk %.2f", onDisk / seconds[0] / 1e9), STEPS,
                    seconds[STEPS - 1] / seconds[0], check(model, size, state, 1 + STEPS * repetitions)));
        }
    }

    /** Compares slices, and returns how many. */
    private static int check(Model whole, long size, StateType state, int steps) {
        long last = Math.max(0, size - SLICE) / SLICE * SLICE;
        long[] begins = LongStream.of(0, (1L << 31) / whole.type.bytes() - SLICE, (1L << 31) / whole.type.bytes(),
                (1L << 31) - SLICE, 1L << 31, last).filter(begin -> begin <= last).distinct().toArray();
        for (long begin : begins) {
            long length = Math.min(2 * SLICE, size - begin);
            length = begin + length == size ? length : length / SLICE * SLICE;
            try (Model slice = new Model(whole.type, length).fill(begin);
                    Optimizer optimizer = AdamW.builder().stateType(state).parameter(slice.parameter()
                            .slice(begin, size).randomIndex(0).build()).build()) {
                for (int step = 0; step < steps; step++) {
                    optimizer.step();
                }
                long bytes = length * whole.type.bytes();
                if (slice.values.mismatch(whole.values.asSlice(begin * whole.type.bytes(), bytes)) >= 0) {
                    throw new AssertionError("elements from " + begin + " on have other bits than their slice");
                }
            }
        }
        return begins.length;
    }
}
