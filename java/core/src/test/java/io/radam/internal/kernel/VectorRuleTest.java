package io.radam.internal.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.radam.Algorithm;
import io.radam.Hyperparameters;
import io.radam.LarsSettings;
import io.radam.PadamSettings;
import io.radam.Parameter;
import io.radam.Rounding;
import io.radam.SgdHD;
import io.radam.SgdPSettings;
import io.radam.SgdSettings;
import io.radam.StateType;
import io.radam.WeightDecay;
import io.radam.internal.schedule.StepCoefficients;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What goes by the Vector API. Where something does not, its bits are right, but it takes twice as long. */
@Tag("vectors")
class VectorRuleTest {
    private static final boolean EXPECTED = Boolean.getBoolean("radam.test.vectors");
    /** Whole vectors of any processor, and a rest. */
    private static final int WHOLE = 9984;
    private static final int LENGTH = WHOLE + 3;

    static List<Hyperparameters> hyperparameters() {
        List<Hyperparameters> usual = new ArrayList<>();
        for (Algorithm algorithm : Algorithm.values()) {
            usual.add(algorithm == Algorithm.SGD
                    ? algorithm.defaults().toBuilder().set(SgdSettings.MOMENTUM, 0.9).build()
                    : algorithm == Algorithm.SGDP ? algorithm.defaults().with(SgdPSettings.MOMENTUM, 0.9)
                    : algorithm == Algorithm.LARS ? algorithm.defaults().with(LarsSettings.MOMENTUM, 0.9)
                    : algorithm.defaults());
        }
        for (Algorithm algorithm : List.of(Algorithm.SCHEDULEFREE_SGD, Algorithm.SCHEDULEFREE_ADAMW)) {
            usual.add(algorithm.defaults().with(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.DECOUPLED)
                    .withWeightDecay(0.01));
        }
        usual.add(SgdHD.Preset.AUTHORS_NESTEROV.hyperparameters());
        usual.add(Algorithm.PADAM.defaults().toBuilder().set(PadamSettings.AMSGRAD, false).build());
        return usual;
    }

    @ParameterizedTest
    @MethodSource("hyperparameters")
    void wholeVectorsOfArraysAndOfNativeMemory(Hyperparameters each) {
        int stepped = EXPECTED ? WHOLE : 0;
        try (Arena confined = Arena.ofConfined(); Arena shared = Arena.ofShared()) {
            assertEquals(stepped, stepped(each, array(), array()));
            for (Arena arena : List.of(confined, shared, Arena.ofAuto(), Arena.global())) {
                assertEquals(stepped, stepped(each, allocated(arena), allocated(arena)));
                assertEquals(stepped, stepped(each, allocated(arena), allocated(shared).asReadOnly()));
            }
            // By way of blocks.
            assertEquals(0, stepped(each, array(), allocated(shared)));
            assertEquals(0, stepped(each, allocated(shared), array()));
            assertEquals(0, stepped(each, array(), array().asReadOnly()));
        }
    }

    @Test
    void noneWithoutTheModule() {
        if (!EXPECTED) {
            assertNull(VectorRule.of(coefficients(Algorithm.ADAM.defaults()).schedule()));
        }
    }

    private static MemorySegment array() {
        return MemorySegment.ofArray(new float[LENGTH + 1]).asSlice(Float.BYTES);
    }

    private static MemorySegment allocated(Arena arena) {
        return arena.allocate(Float.BYTES * (long) LENGTH, Float.BYTES);
    }

    private static StepCoefficients coefficients(Hyperparameters hyperparameters) {
        StepCoefficients coefficients = new StepCoefficients(hyperparameters.algorithm());
        coefficients.configure(hyperparameters);
        coefficients.compute(100); // a usual step: AdaBelief's are rectified by then
        return coefficients;
    }

    /** How many elements of a tensor in this memory are stepped by vectors. */
    private static long stepped(Hyperparameters hyperparameters, MemorySegment values, MemorySegment gradient) {
        MemorySegment[] state = new MemorySegment[StepCoefficients.stateOfSteps(hyperparameters.algorithm()).size()];
        for (int i = 0; i < hyperparameters.state().size(); i++) {
            state[i] = hyperparameters.state().get(i) == null ? null : allocated(Arena.ofAuto());
        }
        Tensor tensor = new Tensor(Parameter.of(values, gradient), null, null, null, false, null, null, null,
                StateType.FLOAT32, Rounding.NEAREST, state, new MemorySegment[state.length]);
        tensor.bind(values, gradient);
        tensor.setStep(1, 0, false, 0);
        VectorRule rule = VectorRule.of(coefficients(hyperparameters).schedule());
        return rule == null ? 0 : rule.step(tensor, 0, LENGTH);
    }
}
