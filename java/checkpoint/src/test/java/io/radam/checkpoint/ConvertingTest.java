package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Conversions;
import io.radam.InvalidSnapshotException;
import io.radam.Parameter;
import io.radam.ParameterState;
import io.radam.Rounding;
import io.radam.StateBuffer;
import io.radam.StateType;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A checkpoint goes on in an optimizer with another type of state, if that is asked for. */
class ConvertingTest {
    @TempDir
    Path folder;

    static List<Arguments> types() {
        List<Arguments> all = new ArrayList<>();
        for (StateType from : StateType.values()) {
            for (StateType to : StateType.values()) {
                all.add(Arguments.of(from, to, Model.Kind.AMSGRAD, true));
                all.add(Arguments.of(from, to, Model.Kind.SGD_PLAIN, false));
                all.add(Arguments.of(from, to, Model.Kind.LION, false));
                all.add(Arguments.of(from, to, Model.Kind.RANGER, true));
            }
        }
        return all;
    }

    /** What it becomes is tested with {@link Conversions}. */
    @ParameterizedTest
    @MethodSource("types")
    void convertedOnlyOnRequest(StateType from, StateType to, Model.Kind kind, boolean named) throws Exception {
        Path file = folder.resolve("run.safetensors");
        try (Model saved = new Model(kind, from, named).step(4); Model model = new Model(kind, to, named);
                Arena arena = Arena.ofConfined()) {
            Checkpoint.of(saved.optimizer).withParameters().withAverages().write(file);
            Checkpoint checkpoint = Checkpoint.of(model.optimizer).withParameters().withAverages();
            List<String> before = model.contents();
            if (from != to) {
                InvalidSnapshotException e =
                        assertThrows(InvalidSnapshotException.class, () -> checkpoint.restore(file));
                assertTrue(e.getMessage().contains("the state type of group 0 is " + from + " in the checkpoint, and "
                        + to + " in the optimizer; Checkpoint.convertingState()"), e.getMessage());
                assertEquals(before, model.contents());
            }
            checkpoint.convertingState().restore(file);
            for (int i = 0; i < model.parameters.size(); i++) {
                Parameter parameter = model.parameters.get(i);
                Parameter was = saved.parameters.get(i);
                assertEquals(-1, was.values().mismatch(parameter.values()));
                ParameterState expected = Conversions.convert(saved.optimizer.state(was),
                        saved.optimizer.algorithm(), to, arena);
                ParameterState found = model.optimizer.state(parameter);
                assertEquals(expected.step(), found.step());
                assertEquals(saved.optimizer.randomIndex(was), model.optimizer.randomIndex(parameter));
                assertEquals(expected.buffers().keySet(), found.buffers().keySet());
                expected.buffers().forEach((name, buffer) -> {
                    assertEquals(-1, buffer.elements().mismatch(found.buffer(name).elements()), name);
                    if (StateBuffer.typeOf(name, to) == StateType.BLOCK8) {
                        assertEquals(-1, buffer.scales().mismatch(found.buffer(name).scales()), name);
                    }
                });
            }
            assertEquals(to, model.optimizer.groups().getFirst().stateType());
            if (from == to) {
                assertEquals(saved.step(3).contents(), model.from(4).step(3).contents());
            }
        }
    }

    /** To float32 and back, nothing is lost but in the rounding. */
    @Test
    void fromBlock8ToFloat32AndOn() throws Exception {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        try (Model small = new Model(Model.Kind.ADAM, StateType.BLOCK8, true).step(4);
                Model large = new Model(Model.Kind.ADAM, StateType.FLOAT32, true);
                Model other = new Model(Model.Kind.ADAM, StateType.FLOAT32, true)) {
            Checkpoint.of(small.optimizer).withParameters().withAverages().write(one);
            Checkpoint.of(large.optimizer).withParameters().withAverages().convertingState().restore(one);
            Checkpoint.of(large.optimizer).withParameters().withAverages().write(two);
            Checkpoint.of(other.optimizer).withParameters().withAverages().restore(two);
            assertEquals(large.step(2).contents(), other.step(2).contents());
        }
    }

    /** How state is rounded is a setting of the training, unless the state becomes another anyway. */
    @Test
    void theRounding() throws Exception {
        Path file = folder.resolve("run.safetensors");
        try (Model saved = new Model(Model.Kind.ADAM, StateType.BLOCK8, true).step(1);
                Model same = new Model(Model.Kind.ADAM, StateType.BLOCK8, true,
                        builder -> builder.stateRounding(Rounding.NEAREST));
                Model other = new Model(Model.Kind.ADAM, StateType.BFLOAT16, true,
                        builder -> builder.stateRounding(Rounding.NEAREST))) {
            Checkpoint.write(file, saved.optimizer);
            assertThrows(InvalidSnapshotException.class,
                    () -> Checkpoint.of(same.optimizer).convertingState().restore(file));
            Checkpoint.of(other.optimizer).convertingState().restore(file);
            assertEquals(Rounding.NEAREST, other.optimizer.groups().getFirst().stateRounding());
        }
    }

    /** All else has to fit as before. */
    @Test
    void nothingElseIsConverted() throws Exception {
        Path file = folder.resolve("run.safetensors");
        try (Model saved = new Model(Model.Kind.ADAM, StateType.FLOAT32, true).step(1);
                Model lion = new Model(Model.Kind.LION, StateType.BLOCK8, true);
                Model more = new Model(Model.Kind.AMSGRAD, StateType.BLOCK8, true)) {
            Checkpoint.write(file, saved.optimizer);
            for (Model model : List.of(lion, more)) {
                List<String> before = model.contents();
                assertThrows(InvalidSnapshotException.class,
                        () -> Checkpoint.of(model.optimizer).convertingState().restore(file));
                assertEquals(before, model.contents());
            }
        }
    }
}
