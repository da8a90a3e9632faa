package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.DType;
import io.radam.InvalidParameterException;
import io.radam.InvalidSnapshotException;
import io.radam.LossScaler;
import io.radam.Optimizer;
import io.radam.OptimizerStateException;
import io.radam.Parameter;
import io.radam.PlateauSchedule;
import io.radam.SGD;
import io.radam.StateType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All of a training in one file. */
class WholeRunTest {
    @TempDir
    Path folder;

    private static LossScaler usedScaler() {
        LossScaler scaler = new LossScaler();
        scaler.update(false);
        scaler.update(true);
        return scaler;
    }

    private static PlateauSchedule usedSchedule() {
        PlateauSchedule schedule = new PlateauSchedule(1.0 / 3, 0, 0, 2, 0);
        schedule.update(0.1 + 0.2);
        schedule.update(1);
        return schedule;
    }

    private Path written(Consumer<Checkpoint> more) throws Exception {
        Path file = folder.resolve("run.safetensors");
        try (Model model = new Model(Model.Kind.RADAM, StateType.BFLOAT16, true).step(3)) {
            Checkpoint checkpoint = Checkpoint.of(model.optimizer);
            more.accept(checkpoint);
            checkpoint.write(file);
        }
        return file;
    }

    @Test
    void scalerScheduleAndStrings() throws Exception {
        Map<String, String> strings = Map.of("epoch", "3", "", "empty name", "ä€😀 \"\\\u0000\u2028", "", "format", "x");
        Path file = written(checkpoint -> {
            checkpoint.lossScaler(usedScaler()).plateau(usedSchedule()).put("epoch", "2");
            strings.forEach(checkpoint::put);
        });
        LossScaler scaler = new LossScaler();
        PlateauSchedule schedule = new PlateauSchedule(1.0 / 3, 0, 0, 2, 0);
        try (Model model = new Model(Model.Kind.RADAM, StateType.BFLOAT16, true);
                CheckpointFile opened = Checkpoint.read(file)) {
            assertEquals(strings, opened.strings());
            assertEquals("3", opened.get("epoch"));
            assertNull(opened.get("other"));
            assertThrows(UnsupportedOperationException.class, () -> opened.strings().put("a", "b"));
            opened.restore(Checkpoint.of(model.optimizer).lossScaler(scaler).plateau(schedule));
        }
        assertEquals(32768, scaler.scale());
        assertEquals(1, scaler.appliedInARow());
        assertEquals(usedSchedule().state(), schedule.state());
    }

    /** Before there was a loss, the best one is infinite. */
    @Test
    void aNewSchedule() throws Exception {
        Path file = written(checkpoint -> checkpoint.plateau(new PlateauSchedule()));
        PlateauSchedule schedule = new PlateauSchedule();
        schedule.update(1);
        try (Model model = new Model(Model.Kind.RADAM, StateType.BFLOAT16, true)) {
            Checkpoint.of(model.optimizer).plateau(schedule).restore(file);
        }
        assertEquals(new PlateauSchedule().state(), schedule.state());
    }

    /** In which a run may differ from the one that was saved. */
    enum Wrong {
        ALGORITHM, STATE_TYPE, NAMES, SEED, GROUPS, STATE, NO_VALUES, NO_AVERAGES, NO_SCALER, NO_SCHEDULE,
        SCALER_RANGE, SCHEDULE_RANGE, CLOSED
    }

    @ParameterizedTest
    @EnumSource
    void whatDoesNotFitChangesNothing(Wrong wrong) throws Exception {
        Path file = written(checkpoint -> {
            if (wrong != Wrong.NO_VALUES) {
                checkpoint.withParameters();
            }
            if (wrong != Wrong.NO_AVERAGES) {
                checkpoint.withAverages();
            }
            if (wrong != Wrong.NO_SCALER) {
                checkpoint.lossScaler(usedScaler());
            }
            if (wrong != Wrong.NO_SCHEDULE) {
                checkpoint.plateau(usedSchedule());
            }
        });
        LossScaler scaler = wrong == Wrong.SCALER_RANGE ? new LossScaler(1, 2, 0.5, 1) : new LossScaler();
        PlateauSchedule schedule = wrong == Wrong.SCHEDULE_RANGE ? new PlateauSchedule()
                : new PlateauSchedule(1.0 / 3, 0, 0, 2, 0);
        Model.Kind kind = switch (wrong) {
            case ALGORITHM -> Model.Kind.LION;
            case STATE -> Model.Kind.AMSGRAD;
            default -> Model.Kind.RADAM;
        };
        try (Model model = new Model(kind, wrong == Wrong.STATE_TYPE ? StateType.BLOCK8 : StateType.BFLOAT16,
                wrong != Wrong.NAMES, builder -> {
                    if (wrong == Wrong.SEED) {
                        builder.seed(3);
                    }
                })) {
            if (wrong == Wrong.GROUPS) {
                model.optimizer.addGroup(group -> group.name("more"));
            }
            List<String> before = model.contents();
            Checkpoint checkpoint = Checkpoint.of(model.optimizer).withParameters().withAverages().lossScaler(scaler)
                    .plateau(schedule);
            double scale = scaler.scale();
            PlateauSchedule.State state = schedule.state();
            if (wrong == Wrong.CLOSED) {
                model.optimizer.close();
                assertThrows(OptimizerStateException.class, () -> checkpoint.restore(file));
            } else {
                InvalidSnapshotException e =
                        assertThrows(InvalidSnapshotException.class, () -> checkpoint.restore(file));
                assertTrue(e.getMessage().length() > 20, e.getMessage());
                assertEquals(before, model.contents());
            }
            assertEquals(scale, scaler.scale());
            assertEquals(0, scaler.appliedInARow());
            assertEquals(state, schedule.state());
        }
    }

    @Test
    void valuesOfAnotherTypeOrLength() throws Exception {
        Path file = folder.resolve("run.safetensors");
        float[] values = {1, 2};
        try (Optimizer one = SGD.builder().parameter(Parameter.of(values)).build();
                Optimizer longer = SGD.builder().parameter(
                        Parameter.of(new float[3])).build();
                Optimizer half = SGD.builder().parameter(Parameter.builder(
                        MemorySegment.ofArray(new short[2]))
                        .valuesType(DType.FLOAT16).build()).build()) {
            Checkpoint.of(one).withParameters().write(file);
            for (Optimizer other : List.of(longer, half)) {
                InvalidSnapshotException e = assertThrows(InvalidSnapshotException.class,
                        () -> Checkpoint.of(other).withParameters().restore(file));
                assertTrue(e.getMessage().contains("values of 0.0"), e.getMessage());
            }
            Checkpoint.of(half).withParameters().write(file);
            assertThrows(InvalidSnapshotException.class, () -> Checkpoint.of(one).withParameters().restore(file));
            Checkpoint.of(half).withParameters().restore(file);
        }
    }

    @Test
    void nullIsRefused() throws Exception {
        try (Model model = new Model(Model.Kind.SGD_PLAIN, StateType.FLOAT32, true)) {
            Checkpoint checkpoint = Checkpoint.of(model.optimizer);
            assertThrows(NullPointerException.class, () -> Checkpoint.of(null));
            assertThrows(NullPointerException.class, () -> checkpoint.lossScaler(null));
            assertThrows(NullPointerException.class, () -> checkpoint.plateau(null));
            assertThrows(NullPointerException.class, () -> checkpoint.put(null, ""));
            assertThrows(NullPointerException.class, () -> checkpoint.put("", null));
            assertThrows(NullPointerException.class, () -> checkpoint.shapes(null));
            assertThrows(NullPointerException.class, () -> checkpoint.device(null));
            assertThrows(NullPointerException.class, () -> checkpoint.progress(null));
            assertThrows(NullPointerException.class, () -> checkpoint.write(null));
            assertThrows(NullPointerException.class, () -> checkpoint.restore(null));
            assertThrows(NullPointerException.class, () -> CheckpointFolder.of(null));
        }
    }

    /** A copy that cannot be written is found before anything is changed. */
    @Test
    void aCopyInClosedMemory() throws Exception {
        Path file = folder.resolve("run.safetensors");
        float[] values = {1, 2};
        Arena arena = Arena.ofShared();
        Parameter parameter = Parameter.builder(MemorySegment.ofArray(values))
                .copy(arena.allocate(4, 2), DType.BFLOAT16).build();
        try (Optimizer optimizer = SGD.builder().parameter(parameter).build()) {
            Checkpoint checkpoint = Checkpoint.of(optimizer).withParameters();
            checkpoint.write(file);
            values[0] = 5;
            arena.close();
            assertThrows(InvalidParameterException.class, () -> checkpoint.restore(file));
            assertEquals(5, values[0]);
        }
    }
}
