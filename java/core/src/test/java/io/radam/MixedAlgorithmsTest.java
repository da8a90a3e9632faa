package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One optimizer whose groups have different algorithms. */
class MixedAlgorithmsTest {
    private static final int LENGTH = 30_000;
    private static final List<Hyperparameters> ALGORITHMS = List.of(
            AdamW.Preset.PYTORCH.hyperparameters().withLearningRate(0.01),
            Algorithm.LION.defaults().withWeightDecay(0.1),
            SGD.Preset.PYTORCH.hyperparameters().with(SgdSettings.MOMENTUM, 0.9),
            OwnAdaBelief.ALGORITHM.defaults());

    static List<Backend> backends() {
        return Backend.available();
    }

    /** A parameter for each algorithm. */
    private static final class Model {
        final List<Parameter> parameters = new ArrayList<>();

        Model() {
            for (int i = 0; i < ALGORITHMS.size(); i++) {
                parameters.add(Parameter.builder(MemorySegment.ofArray(Numbers.random(i, LENGTH)),
                        MemorySegment.ofArray(new float[LENGTH])).name("p" + i).randomIndex(i).build());
            }
        }

        Optimizer optimizer(Backend backend) {
            var builder = Optimizer.builder(ALGORITHMS.getFirst()).parameter(parameters.getFirst()).backend(backend)
                    .stateType(StateType.BLOCK8).seed(3);
            for (int i = 1; i < parameters.size(); i++) {
                Parameter parameter = parameters.get(i);
                builder.group(ALGORITHMS.get(i), group -> group.name(parameter.name()).parameter(parameter));
            }
            return builder.build();
        }

        void newGradients(int step) {
            for (int i = 0; i < parameters.size(); i++) {
                parameters.get(i).gradient().copyFrom(MemorySegment.ofArray(Numbers.random(100 * step + i, LENGTH)));
            }
        }

        String contents() {
            StringBuilder all = new StringBuilder();
            parameters.forEach(parameter -> all.append(Arrays.hashCode(Numbers.bits(parameter.values()))).append(' '));
            return all.toString();
        }
    }

    /** Each group's bits are those of an optimizer of its own, which scales gradients as the clipping by norm does. */
    @ParameterizedTest
    @MethodSource("backends")
    void eachHasTheBitsOfAnOptimizerOfItsOwn(Backend backend) {
        Model together = new Model();
        Model apart = new Model();
        List<Optimizer> each = new ArrayList<>();
        for (int i = 0; i < ALGORITHMS.size(); i++) {
            each.add(Optimizer.builder(ALGORITHMS.get(i)).parameter(apart.parameters.get(i)).backend(backend)
                    .stateType(StateType.BLOCK8).seed(3).build());
        }
        try (Optimizer all = together.optimizer(backend)) {
            assertSame(Algorithm.ADAM, all.algorithm());
            assertSame(Algorithm.LION, all.group("p1").hyperparameters().algorithm());
            for (int step = 1; step < 8; step++) {
                together.newGradients(step);
                apart.newGradients(step);
                double norm = all.gradientStatistics().norm();
                assertTrue(all.step(StepOptions.NONE.withMaxGradientNorm(norm / 3)).applied());
                double factor = norm / 3 / (norm + 1e-6);
                for (Optimizer one : each) {
                    one.groups().getFirst().update(h -> h.withGradientScale(factor));
                    one.step();
                }
                assertEquals(apart.contents(), together.contents(), "step " + step);
            }
        }
        each.forEach(Optimizer::close);
    }

    /** One gradient that is not finite holds back the step of all. */
    @Test
    void skipTogether() {
        Model model = new Model();
        try (Optimizer optimizer = model.optimizer(Backend.preferred())) {
            model.newGradients(1);
            model.parameters.getLast().gradient().set(ValueLayout.JAVA_FLOAT, 0, Float.NaN);
            String before = model.contents();
            assertFalse(optimizer.step(StepOptions.NONE.withSkipNonFinite(true)).applied());
            assertEquals(before, model.contents());
        }
    }

    @Test
    void anyThreadsGiveTheSameBits() {
        List<String> found = new ArrayList<>();
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            for (boolean sequential : new boolean[] {true, false}) {
                Model model = new Model();
                var builder = Optimizer.builder(ALGORITHMS.getFirst()).parameter(model.parameters.getFirst());
                builder = sequential ? builder.sequential() : builder.pool(pool);
                try (Optimizer optimizer = builder.build()) {
                    for (int i = 1; i < ALGORITHMS.size(); i++) {
                        Parameter parameter = model.parameters.get(i);
                        Hyperparameters h = ALGORITHMS.get(i);
                        ParameterGroup added =
                                optimizer.addGroup(group -> group.hyperparameters(h).parameter(parameter));
                        assertEquals(h, added.hyperparameters());
                    }
                    for (int step = 1; step < 5; step++) {
                        model.newGradients(step);
                        optimizer.step();
                    }
                }
                found.add(model.contents());
            }
        }
        assertEquals(found.get(0), found.get(1));
    }

    @Test
    void goOnFromASnapshot() {
        Model whole = new Model();
        Model resumed = new Model();
        try (Optimizer one = whole.optimizer(Backend.preferred());
                Optimizer two = resumed.optimizer(Backend.preferred())) {
            for (int step = 1; step < 8; step++) {
                whole.newGradients(step);
                one.step();
                if (step == 4) {
                    two.restore(one.snapshot());
                    for (int i = 0; i < whole.parameters.size(); i++) {
                        resumed.parameters.get(i).values().copyFrom(whole.parameters.get(i).values());
                    }
                } else if (step > 4) {
                    resumed.newGradients(step);
                    two.step();
                }
            }
            assertEquals(whole.contents(), resumed.contents());
        }
    }

    @Test
    void groupsWhoseAlgorithmsDiffer() {
        Parameter first = Parameter.of(new float[2], new float[2]);
        Parameter second = Parameter.of(new float[2], new float[2]);
        try (Optimizer mixed = Adam.builder().parameter(first)
                .group(Algorithm.LION.defaults(), group -> group.parameter(second).learningRate(0.5)).build();
                Optimizer plain = Adam.builder().parameter(Parameter.of(new float[2]))
                        .group(group -> group.parameter(Parameter.of(new float[2]))).build()) {
            assertEquals(Algorithm.LION.defaults().withLearningRate(0.5), mixed.groups().getLast().hyperparameters());
            Misuse.refused(InvalidSnapshotException.class, () -> plain.restore(mixed.snapshot()), "lion", "adam");
            Misuse.refused(InvalidSnapshotException.class, () -> mixed.restore(plain.snapshot()), "lion", "adam");
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> mixed.groups().getLast().setHyperparameters(Algorithm.ADAM.defaults()), "lion", "adam");
        }
        Misuse.refused(NullPointerException.class, () -> Adam.builder().group(null, group -> { }), "hyperparameters");
        Misuse.refused(InvalidHyperparameterException.class, () -> Adam.builder().parameter(first)
                .group(Algorithm.LION.defaults(), group -> group.set(AdamSettings.EPSILON, 1e-3)).build(), "lion",
                "epsilon");
    }

    /** A file could not tell them apart. */
    @Test
    void differentAlgorithmsOfOneName() {
        CustomAlgorithm other = CustomAlgorithm.builder(OwnAdaBelief.ALGORITHM.toString())
                .coefficients((step, h, c) -> { }).rule((count, c, values, gradient, state) -> { }).build();
        float[] values = {1};
        try (Optimizer optimizer = Optimizer.builder(OwnAdaBelief.ALGORITHM.defaults())
                .parameter(Parameter.of(values, new float[1])).build()) {
            Misuse.refused(InvalidParameterException.class, () -> optimizer.addGroup(
                    group -> group.hyperparameters(other.defaults()).parameter(Parameter.of(new float[1]))),
                    "own.adabelief");
            assertEquals(1, optimizer.groups().size());
            optimizer.step();
            assertArrayEquals(new float[] {1}, values);
        }
    }
}
