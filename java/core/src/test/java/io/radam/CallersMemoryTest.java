package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** State in the caller's memory, slices of larger tensors, updates in place of gradients, and copies on demand. */
@Tag("vectors")
class CallersMemoryTest {
    private static final int LENGTH = 1000;

    static List<Backend> backends() {
        return Backend.available();
    }

    private static void refused(org.junit.jupiter.api.function.Executable call, Object... parts) {
        Misuse.refused(InvalidParameterException.class, call, parts);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void stateOfTheCallers(Backend backend) {
        for (StateType type : StateType.values()) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment flat = arena.allocate(4 * 2 * LENGTH, 64);
                MemorySegment scales = arena.allocate(4 * 8, 4);
                long bytes = (long) LENGTH * type.bytes();
                float[] values = Numbers.random(1, LENGTH);
                Parameter.Builder builder = Parameter.builder(MemorySegment.ofArray(values),
                        MemorySegment.ofArray(Numbers.random(2, LENGTH))).state("exp_avg", flat.asSlice(0, bytes))
                        .state("exp_avg_sq", flat.asSlice(bytes, bytes));
                if (type == StateType.BLOCK8) {
                    builder.stateScales("exp_avg", scales.asSlice(0, 16)).stateScales("exp_avg_sq", scales.asSlice(16, 16));
                }
                Parameter outside = builder.build();
                float[] same = values.clone();
                Parameter inside = Parameter.of(same, Numbers.random(2, LENGTH));
                try (Optimizer one = Adam.builder().backend(backend).stateType(type).parameter(outside).build();
                        Optimizer other = Adam.builder().backend(backend).stateType(type).parameter(inside).build()) {
                    for (int i = 0; i < 3; i++) {
                        one.step();
                        other.step();
                    }
                    assertArrayEquals(same, values);
                    MemorySegment expected = other.state(inside).buffer("exp_avg_sq").elements();
                    assertEquals(-1, expected.mismatch(flat.asSlice(bytes, bytes)));
                    assertEquals(flat.address(), one.state(outside).buffer("exp_avg").elements().address());
                }
            }
        }
    }

    /** A snapshot is taken and restored as a whole, or not at all, and never from or to freed memory. */
    @ParameterizedTest
    @MethodSource("backends")
    void stateInMemoryThatIsClosed(Backend backend) {
        for (boolean sequential : new boolean[] {false, true}) {
            stateInMemoryThatIsClosed(backend, Arena.ofShared(), sequential);
            stateInMemoryThatIsClosed(backend, Arena.ofConfined(), sequential);
        }
    }

    private static void stateInMemoryThatIsClosed(Backend backend, Arena arena, boolean sequential) {
        Parameter first = Parameter.of(Numbers.random(1, LENGTH), Numbers.random(2, LENGTH));
        Parameter second = Parameter.builder(MemorySegment.ofArray(Numbers.random(3, LENGTH)),
                MemorySegment.ofArray(Numbers.random(4, LENGTH)))
                .state("exp_avg", arena.allocate(4 * LENGTH, 4)).build();
        Adam.Builder builder = Adam.builder().backend(backend).parameter(first).parameter(second);
        if (sequential) {
            builder.sequential();
        }
        try (Optimizer optimizer = builder.build()) {
            optimizer.step();
            OptimizerSnapshot snapshot = optimizer.snapshot();
            ParameterState saved = snapshot.groups().getFirst().parameters().getLast().state();
            optimizer.step();
            int[] before = Numbers.bits(optimizer.state(first).buffer("exp_avg").elements());
            MemorySegment view = optimizer.state(second).buffer("exp_avg").elements();
            arena.close();
            assertFalse(view.scope().isAlive());
            refused(optimizer::step, "exp_avg", "closed");
            refused(optimizer::snapshot, "exp_avg", "closed");
            refused(() -> optimizer.restore(snapshot), "exp_avg", "closed");
            refused(() -> optimizer.restore(second, saved), "exp_avg", "closed");
            assertEquals(2, optimizer.stepCount(first));
            assertArrayEquals(before, Numbers.bits(optimizer.state(first).buffer("exp_avg").elements()));
            optimizer.remove(second);
            optimizer.step();
        }
    }

    /** Only the owner of confined memory takes a snapshot of it, as only the owner makes steps. */
    @Test
    void stateInMemoryOfAnotherThread() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            Parameter parameter = Parameter.builder(MemorySegment.ofArray(new float[LENGTH]),
                    MemorySegment.ofArray(new float[LENGTH]))
                    .state("exp_avg_sq", arena.allocate(4 * LENGTH, 4)).build();
            try (Optimizer optimizer = Adam.builder().parameter(parameter).build()) {
                OptimizerSnapshot snapshot = optimizer.snapshot();
                AtomicReference<Throwable> failure = new AtomicReference<>();
                Thread thread = new Thread(() -> {
                    refused(optimizer::snapshot, "exp_avg_sq", "confined");
                    refused(() -> optimizer.restore(snapshot), "exp_avg_sq", "confined");
                });
                thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
                thread.start();
                thread.join();
                assertNull(failure.get());
                optimizer.restore(snapshot);
            }
        }
    }

    @Test
    void stateThatDoesNotFit() {
        Arena arena = Arena.ofAuto();
        MemorySegment values = arena.allocate(40, 4);
        MemorySegment right = arena.allocate(40, 4);
        Parameter.Builder[] wrong = {
            Parameter.builder(values).state("momentum_buffer", right),
            Parameter.builder(values).state("exp_avg", arena.allocate(44, 4)),
            Parameter.builder(values).state("exp_avg", MemorySegment.ofArray(new float[10])),
            Parameter.builder(values).state("exp_avg", right.asReadOnly()),
            Parameter.builder(values).state("exp_avg", arena.allocate(44, 4).asSlice(2, 40)),
            Parameter.builder(values).state("exp_avg", values),
            Parameter.builder(values).state("exp_avg", right).state("exp_avg_sq", right),
            Parameter.builder(values).state("exp_avg", right).stateScales("exp_avg", right),
        };
        String[] messages = {"momentum_buffer", "44", "heap", "read-only", "misaligned", "overlap", "overlap", "scales"};
        for (int i = 0; i < wrong.length; i++) {
            Adam.Builder builder = Adam.builder().parameter(wrong[i].build());
            refused(builder::build, messages[i]);
        }
        Adam.Builder withoutScales = Adam.builder().stateType(StateType.BLOCK8)
                .parameter(Parameter.builder(values).state("exp_avg", arena.allocate(10)).build());
        refused(withoutScales::build, "scales of exp_avg");
        Adam.Builder scalesAlone = Adam.builder().stateType(StateType.BLOCK8)
                .parameter(Parameter.builder(values).stateScales("exp_avg", right).build());
        refused(scalesAlone::build, "scales of exp_avg");
        try (Optimizer optimizer = Adam.builder().parameter(Parameter.builder(values).state("exp_avg", right).build())
                .build()) {
            Parameter parameter = optimizer.groups().getFirst().parameters().getFirst();
            refused(() -> optimizer.bind(parameter, right), "overlap", "exp_avg");
        }
    }

    /** Two slices in one optimizer give the bits of the whole: random bits, blocks and statistics. */
    @ParameterizedTest
    @MethodSource("backends")
    void slices(Backend backend) {
        int length = 20_000;
        int cut = 8192 + 256;
        for (StateType type : StateType.values()) {
            MemorySegment whole = MemorySegment.ofArray(Numbers.random(1, length));
            MemorySegment cutUp = MemorySegment.ofArray(Numbers.random(1, length));
            MemorySegment gradient = MemorySegment.ofArray(Numbers.random(2, length));
            Parameter first = Parameter.builder(cutUp.asSlice(0, 4L * cut), gradient.asSlice(0, 4L * cut))
                    .slice(0, length).randomIndex(0).build();
            Parameter second = Parameter.builder(cutUp.asSlice(4L * cut), gradient.asSlice(4L * cut))
                    .slice(cut, length).randomIndex(0).build();
            try (Optimizer one = Adam.builder().backend(backend).stateType(type)
                    .parameter(Parameter.of(whole, gradient)).build();
                    Optimizer two = Adam.builder().backend(backend).stateType(type)
                            .parameter(second).parameter(first).build()) {
                for (int i = 0; i < 3; i++) {
                    one.step();
                    two.step();
                }
                assertEquals(-1, whole.mismatch(cutUp));
                double squares = Math.pow(two.gradientStatistics().norm(), 2);
                assertEquals(Math.pow(one.gradientStatistics().norm(), 2), squares, 1e-9 * squares);
            }
        }
    }

    @Test
    void slicesThatAreNotInTheWhole() {
        MemorySegment values = MemorySegment.ofArray(new float[300]);
        refused(() -> Parameter.builder(values).slice(-1, 1000).build(), -1);
        refused(() -> Parameter.builder(values).slice(701, 1000).build(), 701, 1000, 300);
        refused(() -> Parameter.builder(values).slice(0, -5), -5);
        for (long first : new long[] {100, 256}) {
            Adam.Builder builder = Adam.builder().stateType(StateType.BLOCK8)
                    .parameter(Parameter.builder(values).slice(first, 1000).build());
            refused(builder::build, first, "block");
        }
    }

    /** Updates in the gradient, for a framework that subtracts them by itself. */
    @ParameterizedTest
    @MethodSource("backends")
    void theUpdateInPlaceOfTheGradient(Backend backend) {
        float[] values = Numbers.random(1, LENGTH);
        float[] kept = values.clone();
        float[] stepped = values.clone();
        float[] update = Numbers.random(2, LENGTH);
        float[] gradient = update.clone();
        Parameter updated = Parameter.builder(MemorySegment.ofArray(values), MemorySegment.ofArray(update))
                .updateInGradient().build();
        try (Optimizer one = RAdam.builder(RAdam.Preset.PYTORCH).backend(backend).parameter(updated).build();
                Optimizer other = RAdam.builder(RAdam.Preset.PYTORCH).backend(backend)
                        .parameter(Parameter.of(stepped, gradient)).build()) {
            one.step();
            other.step();
            assertArrayEquals(kept, values);
            for (int i = 0; i < LENGTH; i++) {
                assertEquals(kept[i] - stepped[i], update[i]);
            }
            refused(() -> one.step(StepOptions.NONE.withZeroGradients(true)), "update");
            refused(() -> one.bind(updated, MemorySegment.ofArray(new float[LENGTH]).asReadOnly()), "read-only");
            assertEquals(1, one.stepCount(updated));
        }
        refused(() -> Parameter.builder(MemorySegment.ofArray(values)).updateInGradient()
                .average(MemorySegment.ofArray(new float[LENGTH]), 0.9).build(), "average");
    }

    @Test
    void updatesMayNotOverlapOtherGradients() {
        MemorySegment shared = MemorySegment.ofArray(new float[4]);
        Parameter updated = Parameter.builder(MemorySegment.ofArray(new float[4]), shared).updateInGradient().build();
        Parameter reading = Parameter.of(MemorySegment.ofArray(new float[4]), shared);
        refused(Adam.builder().parameter(updated).parameter(reading)::build, "overlap", shared);
        refused(Adam.builder().parameter(reading).parameter(updated)::build, "overlap", shared);
    }

    /** Copies are rounded as in the latest step. */
    @ParameterizedTest
    @MethodSource("backends")
    void copiesOnDemand(Backend backend) {
        for (Rounding rounding : Rounding.values()) {
            MemorySegment copy = MemorySegment.ofArray(new short[LENGTH]);
            MemorySegment values = MemorySegment.ofArray(Numbers.random(1, LENGTH));
            Parameter parameter = Parameter.builder(values, MemorySegment.ofArray(Numbers.random(2, LENGTH)))
                    .copy(copy, DType.BFLOAT16).rounding(rounding).build();
            try (Optimizer optimizer = Adam.builder().backend(backend).parameter(parameter).build()) {
                optimizer.writeCopies();
                for (int i = 0; i < LENGTH; i++) {
                    float x = values.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                    float c = Float.intBitsToFloat(copy.getAtIndex(ValueLayout.JAVA_SHORT, i) << 16);
                    assertEquals(x, c, Math.abs(x) / 128);
                }
                optimizer.step();
                short[] written = copy.toArray(ValueLayout.JAVA_SHORT);
                copy.fill((byte) 0);
                optimizer.writeCopies();
                assertArrayEquals(written, copy.toArray(ValueLayout.JAVA_SHORT));
            }
        }
    }
}
