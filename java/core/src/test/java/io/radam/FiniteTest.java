package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nothing that is finite makes a NaN: {@code finite_test.cpp}, of every backend and with the options of a step. */
class FiniteTest {
    private static final float[] HUGE = {1.9e19f, -2e19f, 1e21f, 1e30f, Float.MAX_VALUE, -Float.MAX_VALUE};
    private static final int LENGTH = 600;
    private static final int STEPS = 4;

    private static MemorySegment memory() {
        return MemorySegment.ofArray(new float[LENGTH]);
    }

    /** Each with weight decay, which is a product with the values. */
    private static List<Hyperparameters> rules() {
        Hyperparameters radam = RAdam.Preset.PYTORCH.hyperparameters().withWeightDecay(0.1);
        Hyperparameters sgd = SGD.Preset.PYTORCH.hyperparameters().withWeightDecay(0.1);
        return List.of(radam, radam.with(AdamSettings.AMSGRAD, true),
                AdamW.Preset.PYTORCH.hyperparameters().with(AdamSettings.BETA1, 0.1).with(AdamSettings.BETA2, 0.3),
                sgd,
                sgd.toBuilder().set(SgdSettings.MOMENTUM, 0.9).set(SgdSettings.NESTEROV, true).build(),
                Lion.Preset.AUTHORS.hyperparameters().withWeightDecay(0.1),
                NAdam.Preset.PYTORCH.hyperparameters().withWeightDecay(0.1),
                NAdam.Preset.NADAMW.hyperparameters().withWeightDecay(0.1).with(NAdamSettings.BETA1, 0.1),
                Algorithm.RMSPROP.defaults().withWeightDecay(0.1),
                Algorithm.RMSPROP.defaults().toBuilder().set(RMSpropSettings.CENTERED, true)
                        .set(RMSpropSettings.MOMENTUM, 0.9).set(RMSpropSettings.EPSILON_IN_ROOT, true).build(),
                Algorithm.ADAGRAD.defaults().withWeightDecay(0.1),
                Algorithm.ADAMAX.defaults().withWeightDecay(0.1),
                Algorithm.ADADELTA.defaults().withWeightDecay(0.1),
                Algorithm.ADABELIEF.defaults().withWeightDecay(0.1),
                Algorithm.ADOPT.defaults().withWeightDecay(0.1),
                Algorithm.YOGI.defaults().withWeightDecay(0.1),
                Algorithm.QHADAM.defaults().withWeightDecay(0.1),
                Algorithm.ADEMAMIX.defaults().withWeightDecay(0.1),
                Algorithm.ADEMAMIX.defaults().with(AdEMAMixSettings.BETA3, 0.3).with(AdEMAMixSettings.ALPHA, 0x1p63),
                Algorithm.ADAMOD.defaults().withWeightDecay(0.1),
                Algorithm.ADAMOD.defaults().with(AdaModSettings.BETA3, 0.3).with(AdaModSettings.EPSILON, 0.0),
                Algorithm.QHM.defaults().withWeightDecay(0.1),
                Algorithm.DIFFGRAD.defaults().withWeightDecay(0.1),
                Algorithm.PADAM.defaults().withWeightDecay(0.1),
                Algorithm.PADAM.defaults().with(PadamSettings.PARTIAL, 0.5).with(PadamSettings.EPSILON, 0.0)
                        .with(PadamSettings.AMSGRAD, false),
                Algorithm.COCOB.defaults().withWeightDecay(0.1),
                Algorithm.COCOB.defaults().with(CocobSettings.ALPHA, 0x1p63).with(CocobSettings.EPSILON, 1e-38),
                Algorithm.SCHEDULEFREE_SGD.defaults().withWeightDecay(0.1),
                Algorithm.SCHEDULEFREE_SGD.defaults().toBuilder().set(Hyperparameters.WEIGHT_DECAY, 0.1)
                        .set(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.DECOUPLED).build(),
                Algorithm.SCHEDULEFREE_ADAMW.defaults().withWeightDecay(0.1)
                        .with(ScheduleFreeAdamWSettings.INNER_MOMENTUM, 0.3),
                ScheduleFreeRAdam.Preset.AUTHORS.hyperparameters().withWeightDecay(0.1),
                Algorithm.MADGRAD.defaults().withWeightDecay(0.1),
                Algorithm.MADGRAD.defaults().with(MadgradSettings.MOMENTUM, 0.0).with(MadgradSettings.EPSILON, 0.0),
                Algorithm.ADABOUND.defaults().withWeightDecay(0.1),
                AdaBound.Preset.AMSBOUND.hyperparameters().with(AdaBoundSettings.GAMMA, 1e-30)
                        .with(AdaBoundSettings.EPSILON, 0.0),
                Algorithm.QHM.defaults().with(QHMSettings.MOMENTUM, 0.3).with(QHMSettings.NU, 1.0),
                Algorithm.ADAN.defaults().withWeightDecay(0.1),
                Algorithm.ADAN.defaults().withWeightDecay(0.1).with(AdanSettings.BETA2, 0.3)
                        .with(AdanSettings.NO_PROX, true),
                Algorithm.LAMB.defaults().withWeightDecay(0.1),
                LAMB.Preset.CYBERTRONAI.hyperparameters().with(LambSettings.MAX_PARAM_NORM, Double.POSITIVE_INFINITY),
                LARS.Preset.BARLOWTWINS.hyperparameters().withWeightDecay(0.1),
                LARS.Preset.TIMM.hyperparameters().with(LarsSettings.TRUST_CLIP, true).withWeightDecay(0.1),
                Algorithm.CAUTIOUS_ADAMW.defaults().withWeightDecay(0.1),
                Algorithm.CAUTIOUS_LION.defaults().withWeightDecay(0.1),
                Algorithm.NOVOGRAD.defaults().with(NovoGradSettings.EPSILON, 0.0).withWeightDecay(0.1),
                Algorithm.STABLEADAMW.defaults().with(StableAdamWSettings.CLIP_THRESHOLD, 1e-37),
                Algorithm.QHADAM.defaults().with(QHAdamSettings.NU1, 0.5).with(QHAdamSettings.NU2, 0.5),
                Algorithm.YOGI.defaults().with(YogiSettings.INITIAL_ACCUMULATOR, 0x1p127),
                Algorithm.ADOPT.defaults().with(AdoptSettings.CLIP, false),
                Algorithm.ADABELIEF.defaults().toBuilder().set(AdaBeliefSettings.RECTIFY, false)
                        .set(AdaBeliefSettings.AMSGRAD, true).set(AdaBeliefSettings.BETA1, 0.1)
                        .set(AdaBeliefSettings.BETA2, 0.3).build());
    }

    /** Some values are huge, and averages begin as far away as can be, on either side. */
    private static Parameter parameter(boolean updates) {
        MemorySegment values = memory();
        MemorySegment average = memory();
        for (int i = 0; i < LENGTH; i++) {
            values.setAtIndex(ValueLayout.JAVA_FLOAT, i, i % 50 == 7 ? 3e38f : 1);
            average.setAtIndex(ValueLayout.JAVA_FLOAT, i, i % 4 < 2 ? -Float.MAX_VALUE : Float.MAX_VALUE);
        }
        Parameter.Builder builder = Parameter.builder(values, memory());
        return updates ? builder.updateInGradient().build() : builder.average(average, 0.9).build();
    }

    /** Those of huge values are huge in every step, and some others in every other one. */
    private static void newGradients(Parameter parameter, int step) {
        for (int i = 0; i < LENGTH; i++) {
            boolean huge = i % 50 == 7 || i % 61 == 5 && step % 2 == 1;
            parameter.gradient().setAtIndex(ValueLayout.JAVA_FLOAT, i, huge ? HUGE[(i + step) % HUGE.length] : 0.5f);
        }
    }

    private static void assertFinite(MemorySegment floats, String what) {
        for (int i = 0; i < floats.byteSize() / Float.BYTES; i++) {
            float x = floats.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            assertTrue(Float.isFinite(x), () -> what + ", " + x);
        }
    }

    /** The bits of all that a training writes. */
    private static List<Object> train(Backend backend, Hyperparameters h, StateType type, StepOptions options,
            double gradientScale, boolean updates) {
        String what = h + " with " + type + ", " + options + ", scale " + gradientScale + " by " + backend;
        Parameter parameter = parameter(updates);
        List<Object> written = new ArrayList<>();
        OptimizerBuilder<?, ?> builder = Contestant.builder(h.algorithm());
        builder.hyperparameters(h).set(Hyperparameters.GRADIENT_SCALE, gradientScale).parameter(parameter)
                .stateType(type).backend(backend).sequential();
        try (Optimizer optimizer = builder.build()) {
            for (int step = 0; step < STEPS; step++) {
                newGradients(parameter, step);
                assertTrue(optimizer.step(options).applied(), what);
                for (MemorySegment segment : MixedModel.memory(parameter, optimizer.state(parameter))) {
                    if (segment == null) {
                        continue;
                    }
                    // Bytes of 8-bit state are finite where their scales are; bfloat16 is half a float.
                    if (segment.byteSize() != LENGTH && segment.byteSize() != 2 * LENGTH) {
                        assertFinite(segment, what);
                    } else if (segment.byteSize() == 2 * LENGTH) {
                        MemorySegment floats = memory();
                        Conversions.convert(segment, DType.BFLOAT16, floats, DType.FLOAT32);
                        assertFinite(floats, what);
                    }
                    written.add(ByteBuffer.wrap(segment.toArray(ValueLayout.JAVA_BYTE)));
                }
            }
        }
        return written;
    }

    @ParameterizedTest
    @EnumSource
    void whateverTheGradients(StateType type) {
        List<StepOptions> all = List.of(StepOptions.NONE, StepOptions.NONE.withSkipNonFinite(true),
                StepOptions.NONE.withMaxGradientNorm(1), StepOptions.NONE.withMaxGradientValue(1e30));
        for (Hyperparameters h : rules()) {
            for (StepOptions options : all) {
                for (double scale : new double[] {1, 1e30}) {
                    for (boolean updates : new boolean[] {false, true}) {
                        List<Object> java = train(Backend.named("java"), h, type, options, scale, updates);
                        for (Backend backend : Backend.available()) {
                            assertEquals(java, train(backend, h, type, options, scale, updates), backend::toString);
                        }
                    }
                }
            }
        }
    }
}
