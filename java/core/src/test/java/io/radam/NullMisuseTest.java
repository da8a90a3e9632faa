package io.radam;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Null is refused where it is passed, by a message that names the argument. */
class NullMisuseTest {
    private static void refused(String argument, Executable call) {
        Misuse.refused(NullPointerException.class, call, argument);
    }

    @Test
    void memory() {
        MemorySegment segment = MemorySegment.ofArray(new float[1]);
        refused("values", () -> Parameter.of(null, segment));
        refused("gradient", () -> Parameter.of(segment, null));
        refused("values", () -> Parameter.of(null, new float[1]));
        refused("gradient", () -> Parameter.of(new float[1], null));
        refused("values", () -> Parameter.of(null, FloatBuffer.allocate(1)));
        refused("gradient", () -> Parameter.of(FloatBuffer.allocate(1), null));
        refused("values", () -> Parameter.of(null, ByteBuffer.allocateDirect(4)));
        ByteBuffer buffer = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
        refused("gradient", () -> Parameter.of(buffer, null));
    }

    @Test
    void settings() {
        refused("preset", () -> RAdam.builder(null));
        refused("preset", () -> Adam.builder(null));
        refused("preset", () -> AdamW.builder(null));
        refused("parameter", () -> RAdam.builder().parameter(null));
        refused("parameters", () -> RAdam.builder().parameters(null));
        refused("parameter", () -> RAdam.builder().parameters(Arrays.asList((Parameter) null)));
        refused("group", () -> RAdam.builder().group(null));
        refused("backend", () -> RAdam.builder().backend(null));
        refused("pool", () -> RAdam.builder().pool(null));
        refused("unrectified", () -> RAdam.builder().unrectified(null));
        refused("epsilonPlacement", () -> RAdam.builder().epsilonPlacement(null));
        refused("weightDecayMode", () -> RAdam.builder().weightDecayMode(null));
        refused("name", () -> Backend.named(null));
    }

    @Test
    void optimizer() {
        MemorySegment moment = MemorySegment.ofArray(new float[37]);
        harmless("parameter", training -> training.optimizer.step((Parameter) null));
        harmless("group", training -> training.optimizer.step((ParameterGroup) null));
        harmless("parameter", training -> training.optimizer.state(null));
        harmless("parameter", training -> training.optimizer.coefficients(null));
        harmless("parameter",
                training -> training.optimizer.restore(null, AdamState.of(1, moment, moment, null)));
        harmless("state", training -> training.optimizer.restore(training.parameters.getFirst(), null));
        harmless("hyperparameters", training -> training.optimizer.groups().getFirst().setHyperparameters(null));
    }

    @Test
    void momentsOfAState() {
        MemorySegment moment = MemorySegment.ofArray(new float[37]);
        harmless("exp_avg", training -> training.optimizer.restore(training.parameters.getFirst(),
                AdamState.of(1, null, moment, null)));
        harmless("exp_avg_sq", training -> training.optimizer.restore(training.parameters.getFirst(),
                AdamState.of(1, moment, null, null)));
    }

    private static void harmless(String argument, Consumer<Training> call) {
        Misuse.harmless(NullPointerException.class, call, argument);
    }
}
