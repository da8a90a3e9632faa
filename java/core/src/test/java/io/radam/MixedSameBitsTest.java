package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Mixed precision: the same bits from Java, which is written after the header, and from every native target. */
class MixedSameBitsTest {
    private static final int STEPS = 4;

    static List<MixedModel.Kind> kinds() {
        List<MixedModel.Kind> kinds = new ArrayList<>();
        for (DType values : DType.values()) {
            for (DType gradient : DType.values()) {
                boolean odd = (values.ordinal() + gradient.ordinal()) % 2 == 1;
                for (Rounding rounding : Rounding.values()) {
                    DType copy = odd ? DType.BFLOAT16 : DType.FLOAT16;
                    // Half of the bfloat16 values are split, which are not rounded.
                    boolean split = values == DType.BFLOAT16 && rounding == Rounding.NEAREST;
                    kinds.add(new MixedModel.Kind(values, rounding, gradient,
                            values == DType.BFLOAT16 && !split ? null : copy, odd, rounding == Rounding.NEAREST));
                }
            }
        }
        return kinds;
    }

    /** All memory after some steps with the same options. */
    private static List<byte[]> run(MixedModel.Kind kind, StepOptions options, UnaryOperator<RAdam.Builder> settings) {
        try (Arena arena = Arena.ofShared()) {
            MixedModel model = new MixedModel(kind, arena);
            try (Optimizer optimizer = settings.apply(RAdam.builder().parameters(model.parameters).learningRate(0.01)
                    .seed(5).unrectified(Unrectified.MOMENTUM)).build()) {
                for (int step = 0; step < STEPS; step++) {
                    model.newGradients(step);
                    assertTrue(optimizer.step(options).applied());
                }
                return model.bytes(optimizer);
            }
        }
    }

    private static void assertSame(List<byte[]> expected, List<byte[]> actual, String what) {
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), what + ", memory " + i);
        }
    }

    /** What an algorithm may have that matters to storage: each buffer it can have, and none. */
    static List<Hyperparameters> algorithms() {
        Hyperparameters radam = RAdam.Preset.PYTORCH.hyperparameters();
        return List.of(radam, radam.with(AdamSettings.AMSGRAD, true), Adam.Preset.ADAM_2K.hyperparameters(),
                Algorithm.SGD.defaults(),
                SGD.Preset.SGDW.hyperparameters().toBuilder().set(SgdSettings.MOMENTUM, 0.9)
                        .set(SgdSettings.NESTEROV, true).set(Hyperparameters.WEIGHT_DECAY, 0.1).build(),
                Algorithm.LION.defaults().toBuilder().set(Hyperparameters.LEARNING_RATE, 0.01)
                        .set(Hyperparameters.WEIGHT_DECAY, 0.1).build(),
                NAdam.Preset.NADAMW.hyperparameters().withWeightDecay(0.1),
                Algorithm.RMSPROP.defaults().toBuilder().set(RMSpropSettings.CENTERED, true)
                        .set(RMSpropSettings.MOMENTUM, 0.9).set(Hyperparameters.WEIGHT_DECAY, 0.1).build(),
                Algorithm.ADAGRAD.defaults().withWeightDecay(0.1),
                Algorithm.ADAMAX.defaults().withWeightDecay(0.1),
                Algorithm.ADADELTA.defaults().withWeightDecay(0.1),
                Algorithm.ADOPT.defaults().withWeightDecay(0.1),
                Algorithm.YOGI.defaults().withWeightDecay(0.1),
                Algorithm.QHADAM.defaults().with(QHAdamSettings.NU1, 0.7).withWeightDecay(0.1),
                Algorithm.ADEMAMIX.defaults().with(AdEMAMixSettings.BETA3_WARMUP_STEPS, 3L).withWeightDecay(0.1),
                Algorithm.ADAMOD.defaults().withWeightDecay(0.1),
                AdaBound.Preset.AMSBOUND.hyperparameters().withWeightDecay(0.1),
                Algorithm.DIFFGRAD.defaults().withWeightDecay(0.1),
                Algorithm.PADAM.defaults().withWeightDecay(0.1),
                Algorithm.COCOB.defaults().withWeightDecay(0.1),
                Algorithm.SCHEDULEFREE_SGD.defaults().withWeightDecay(0.1),
                Algorithm.SCHEDULEFREE_ADAMW.defaults().withWeightDecay(0.1)
                        .with(ScheduleFreeAdamWSettings.INNER_MOMENTUM, 0.9),
                ScheduleFreeRAdam.Preset.AUTHORS.hyperparameters().withWeightDecay(0.1),
                Algorithm.LAMB.defaults().withWeightDecay(0.1),
                Algorithm.STABLEADAMW.defaults(),
                Algorithm.CAUTIOUS_ADAMW.defaults().withWeightDecay(0.1),
                Algorithm.CAUTIOUS_LION.defaults().withWeightDecay(0.1),
                LARS.Preset.BARLOWTWINS.hyperparameters().withWeightDecay(0.1),
                Algorithm.NOVOGRAD.defaults().with(NovoGradSettings.AMSGRAD, true).withWeightDecay(0.1),
                Algorithm.MADGRAD.defaults().toBuilder().set(Hyperparameters.WEIGHT_DECAY, 0.1)
                        .set(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.DECOUPLED).build(),
                Algorithm.QHM.defaults().withWeightDecay(0.1),
                Algorithm.ADAN.defaults().withWeightDecay(0.1),
                Algorithm.ADABELIEF.defaults().toBuilder().set(AdaBeliefSettings.RECTIFY, false)
                        .set(AdaBeliefSettings.AMSGRAD, true).set(Hyperparameters.WEIGHT_DECAY, 0.1).build());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void onEveryBackendAndAnyThreads(MixedModel.Kind kind) {
        StepOptions clipped = StepOptions.NONE.withLossScale(4).withMaxGradientNorm(10).withMaxGradientValue(0.01)
                .withZeroGradients(true);
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            for (int i = 0; i < algorithms().size(); i++) {
                Hyperparameters h = algorithms().get(i);
                // Every algorithm with every type, but not under every kind of memory, which would take minutes.
                StateType one = StateType.values()[(kinds().indexOf(kind) + i) % StateType.values().length];
                for (StateType type : i < 2 ? StateType.values() : new StateType[] {one}) {
                    StepOptions options = type == StateType.BFLOAT16 ? StepOptions.NONE : clipped;
                    List<byte[]> java = run(kind, h, options, builder -> builder.stateType(type)
                            .backend(Backend.named("java")).sequential());
                    for (Backend backend : Backend.available()) {
                        assertSame(java, run(kind, h, options, builder -> builder.stateType(type).backend(backend)),
                                h.algorithm() + " with " + type + " by " + backend);
                    }
                    assertSame(java, run(kind, h, options, builder -> builder.stateType(type).pool(pool)),
                            h.algorithm() + " with " + type + " by three threads");
                }
            }
        }
    }

    private static List<byte[]> run(MixedModel.Kind kind, Hyperparameters h, StepOptions options,
            Consumer<OptimizerBuilder<?, ?>> settings) {
        try (Arena arena = Arena.ofShared()) {
            MixedModel model = new MixedModel(kind, arena);
            OptimizerBuilder<?, ?> builder = Contestant.builder(h.algorithm());
            builder.hyperparameters(h).parameters(model.parameters).seed(5);
            settings.accept(builder);
            try (Optimizer optimizer = builder.build()) {
                for (int step = 0; step < STEPS; step++) {
                    model.newGradients(step);
                    assertTrue(optimizer.step(options).applied());
                }
                return model.bytes(optimizer);
            }
        }
    }

    /** Training that goes on from what was saved, with the same seed, gives the same bits. */
    @ParameterizedTest
    @MethodSource("kinds")
    void onceResumed(MixedModel.Kind kind) {
        for (StateType type : StateType.values()) {
            try (Arena arena = Arena.ofShared()) {
                MixedModel whole = new MixedModel(kind, arena);
                MixedModel resumed = new MixedModel(kind, arena);
                UnaryOperator<RAdam.Builder> settings = builder -> builder.stateType(type).amsgrad(true).seed(9)
                        .unrectified(Unrectified.MOMENTUM);
                try (Optimizer one = settings.apply(RAdam.builder().parameters(whole.parameters)).build();
                        Optimizer two = settings.apply(RAdam.builder().parameters(resumed.parameters)).build()) {
                    for (int step = 0; step < 2; step++) {
                        whole.newGradients(step);
                        one.step();
                    }
                    for (int i = 0; i < whole.parameters.size(); i++) {
                        Parameter from = whole.parameters.get(i);
                        Parameter to = resumed.parameters.get(i);
                        to.values().copyFrom(from.values());
                        if (from.lowerHalves() != null) {
                            to.lowerHalves().copyFrom(from.lowerHalves());
                        }
                        if (from.average() != null) {
                            to.average().copyFrom(from.average());
                        }
                        two.restore(to, one.state(from));
                    }
                    for (int step = 2; step < 4; step++) {
                        whole.newGradients(step);
                        one.step();
                        resumed.newGradients(step);
                        two.step();
                    }
                    assertSame(whole.bytes(one), resumed.bytes(two), type.toString());
                }
            }
        }
    }

    @Test
    void anotherSeedRoundsOtherwise() {
        MixedModel.Kind kind =
                new MixedModel.Kind(DType.BFLOAT16, Rounding.STOCHASTIC, DType.BFLOAT16, null, false, false);
        List<byte[]> one = run(kind, StepOptions.NONE, builder -> builder.stateType(StateType.BLOCK8));
        List<byte[]> other = run(kind, StepOptions.NONE, builder -> builder.stateType(StateType.BLOCK8).seed(6));
        for (int memory : new int[] {32, 36, 38}) { // values and moments of the last parameter
            assertFalse(java.util.Arrays.equals(one.get(memory), other.get(memory)), "memory " + memory);
        }
    }

    /** The statistics are those of plain Java in the documented order, and the same for any number of threads. */
    @ParameterizedTest
    @MethodSource("kinds")
    void statistics(MixedModel.Kind kind) {
        try (Arena arena = Arena.ofShared()) {
            MixedModel model = new MixedModel(kind, arena);
            model.newGradients(3);
            List<GradientStatistics> all = new ArrayList<>();
            for (Backend backend : Backend.available()) {
                for (boolean sequential : new boolean[] {true, false}) {
                    RAdam.Builder builder = RAdam.builder().parameters(model.parameters).backend(backend)
                            .gradientScale(0.3);
                    try (Optimizer optimizer = (sequential ? builder.sequential() : builder).build()) {
                        all.add(optimizer.gradientStatistics());
                    }
                }
            }
            double squares = 0;
            for (Parameter parameter : model.parameters) {
                double of = 0;
                for (float g : floats(parameter.gradientType(), parameter.gradient())) {
                    of += (double) g * g;
                }
                assertEquals(0.3 * Math.sqrt(of), all.getFirst().ofParameter(parameter).norm(), 1e-12 * Math.sqrt(of));
                squares += of;
            }
            assertEquals(0.3 * Math.sqrt(squares), all.getFirst().norm(), 1e-12 * Math.sqrt(squares));
            for (GradientStatistics statistics : all) {
                assertEquals(all.getFirst().norm(), statistics.norm(), "bit for bit");
                assertEquals(all.getFirst().maxAbs(), statistics.maxAbs());
                assertEquals(0, statistics.nonFinite());
            }
        }
    }

    private static float[] floats(DType type, MemorySegment from) {
        float[] floats = new float[(int) (from.byteSize() / type.bytes())];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = switch (type) {
                case FLOAT32 -> from.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                case BFLOAT16 -> Float.intBitsToFloat(from.getAtIndex(ValueLayout.JAVA_SHORT, i) << 16);
                case FLOAT16 -> Float.float16ToFloat(from.getAtIndex(ValueLayout.JAVA_SHORT, i));
            };
        }
        return floats;
    }
}
