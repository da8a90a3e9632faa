package io.radam.djl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.Trainer;
import ai.djl.training.tracker.ParameterTracker;
import ai.djl.training.tracker.Tracker;
import io.radam.AdEMAMixSettings;
import io.radam.AdaBeliefSettings;
import io.radam.AdaBoundSettings;
import io.radam.AdaModSettings;
import io.radam.AdamHDSettings;
import io.radam.AdamPSettings;
import io.radam.AdamSettings;
import io.radam.AdamW;
import io.radam.AdamaxSettings;
import io.radam.AdanSettings;
import io.radam.Adaptation;
import io.radam.AdoptSettings;
import io.radam.Algorithm;
import io.radam.CautiousAdamWSettings;
import io.radam.CocobSettings;
import io.radam.DiffGradSettings;
import io.radam.Hyperparameters;
import io.radam.LambSettings;
import io.radam.LarsSettings;
import io.radam.LionSettings;
import io.radam.MadgradSettings;
import io.radam.NovoGradSettings;
import io.radam.Optimizer;
import io.radam.PadamSettings;
import io.radam.Parameter;
import io.radam.QHAdamSettings;
import io.radam.QHMSettings;
import io.radam.ScheduleFreeAdamWSettings;
import io.radam.ScheduleFreeRAdam;
import io.radam.ScheduleFreeSgdSettings;
import io.radam.RAdam;
import io.radam.RMSpropSettings;
import io.radam.SgdHDSettings;
import io.radam.SgdPSettings;
import io.radam.StableAdamWSettings;
import io.radam.YogiSettings;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bits that the optimizer without a framework has, for copies of the same values and gradients. */
class SameBitsTest {
    private static final float RATE = 3e-3f;
    private static final int STEPS = 30;

    @ParameterizedTest
    @EnumSource
    void radam(TrainerKind kind) {
        compare(kind, RAdam.Preset.AUTHORS.hyperparameters());
    }

    @ParameterizedTest
    @EnumSource
    void radamOfPyTorchWithAmsgrad(TrainerKind kind) {
        compare(kind, RAdam.Preset.PYTORCH.hyperparameters().with(AdamSettings.AMSGRAD, true));
    }

    @ParameterizedTest
    @EnumSource
    void lion(TrainerKind kind) {
        compare(kind, Algorithm.LION.defaults().withWeightDecay(0.1f));
    }

    @ParameterizedTest
    @EnumSource
    void rmsprop(TrainerKind kind) {
        compare(kind, RadamOptimizers.rmsprop().optMomentum(0.75f).optEpsilon(0.125f), Algorithm.RMSPROP.defaults()
                .toBuilder().set(RMSpropSettings.MOMENTUM, 0.75).set(RMSpropSettings.EPSILON, 0.125).build());
    }

    @ParameterizedTest
    @EnumSource
    void adagrad(TrainerKind kind) {
        compare(kind, RadamOptimizers.adagrad(), Algorithm.ADAGRAD.defaults());
    }

    @ParameterizedTest
    @EnumSource
    void adamax(TrainerKind kind) {
        compare(kind, RadamOptimizers.adamax().optBeta1(0.75f).optBeta2(0.875f), Algorithm.ADAMAX.defaults()
                .toBuilder().set(AdamaxSettings.BETA1, 0.75).set(AdamaxSettings.BETA2, 0.875).build());
    }

    @ParameterizedTest
    @EnumSource
    void adadelta(TrainerKind kind) {
        compare(kind, RadamOptimizers.adadelta(), Algorithm.ADADELTA.defaults());
    }

    @ParameterizedTest
    @EnumSource
    void adopt(TrainerKind kind) {
        compare(kind, RadamOptimizers.adopt().optBeta1(0.75f), Algorithm.ADOPT.defaults()
                .with(AdoptSettings.BETA1, 0.75));
    }

    @ParameterizedTest
    @EnumSource
    void qhadam(TrainerKind kind) {
        compare(kind, RadamOptimizers.qhadam().optBeta1(0.75f), Algorithm.QHADAM.defaults()
                .with(QHAdamSettings.BETA1, 0.75));
    }

    @ParameterizedTest
    @EnumSource
    void ademamix(TrainerKind kind) {
        compare(kind, RadamOptimizers.ademamix().optBeta1(0.75f).opt(AdEMAMixSettings.ALPHA, 5.0),
                Algorithm.ADEMAMIX.defaults().with(AdEMAMixSettings.BETA1, 0.75).with(AdEMAMixSettings.ALPHA, 5.0));
    }

    @ParameterizedTest
    @EnumSource
    void adamod(TrainerKind kind) {
        compare(kind, RadamOptimizers.adamod().optBeta1(0.75f).opt(AdaModSettings.BETA3, 0.5),
                Algorithm.ADAMOD.defaults().with(AdaModSettings.BETA1, 0.75).with(AdaModSettings.BETA3, 0.5));
    }

    @ParameterizedTest
    @EnumSource
    void adabound(TrainerKind kind) {
        compare(kind, RadamOptimizers.adabound().optBeta1(0.75f).opt(AdaBoundSettings.GAMMA, 0.5),
                Algorithm.ADABOUND.defaults().with(AdaBoundSettings.BETA1, 0.75).with(AdaBoundSettings.GAMMA, 0.5));
    }

    @ParameterizedTest
    @EnumSource
    void diffgrad(TrainerKind kind) {
        compare(kind, RadamOptimizers.diffgrad().optBeta1(0.75f),
                Algorithm.DIFFGRAD.defaults().with(DiffGradSettings.BETA1, 0.75));
    }

    @ParameterizedTest
    @EnumSource
    void padam(TrainerKind kind) {
        compare(kind, RadamOptimizers.padam().optBeta1(0.75f).opt(PadamSettings.PARTIAL, 0.125),
                Algorithm.PADAM.defaults().with(PadamSettings.BETA1, 0.75).with(PadamSettings.PARTIAL, 0.125));
    }

    @ParameterizedTest
    @EnumSource
    void madgrad(TrainerKind kind) {
        compare(kind, RadamOptimizers.madgrad().optMomentum(0.75f),
                Algorithm.MADGRAD.defaults().with(MadgradSettings.MOMENTUM, 0.75));
    }

    @ParameterizedTest
    @EnumSource
    void cocob(TrainerKind kind) {
        compare(kind, RadamOptimizers.cocob().opt(CocobSettings.ALPHA, 30.0),
                Algorithm.COCOB.defaults().with(CocobSettings.ALPHA, 30.0));
    }

    @ParameterizedTest
    @EnumSource
    void scheduleFreeSgd(TrainerKind kind) {
        compare(kind, RadamOptimizers.scheduleFreeSgd().optMomentum(0.75f),
                Algorithm.SCHEDULEFREE_SGD.defaults().with(ScheduleFreeSgdSettings.MOMENTUM, 0.75));
    }

    @ParameterizedTest
    @EnumSource
    void lamb(TrainerKind kind) {
        compare(kind, RadamOptimizers.lamb().optBeta1(0.75f).opt(LambSettings.TRUST_CLIP, true),
                Algorithm.LAMB.defaults().withWeightDecay(0.01f).with(LambSettings.BETA1, 0.75)
                        .with(LambSettings.TRUST_CLIP, true));
    }

    @ParameterizedTest
    @EnumSource
    void scheduleFreeAdamW(TrainerKind kind) {
        compare(kind, RadamOptimizers.scheduleFreeAdamW().optBeta1(0.75f)
                        .opt(ScheduleFreeAdamWSettings.WARMUP_STEPS, 2L),
                Algorithm.SCHEDULEFREE_ADAMW.defaults().with(ScheduleFreeAdamWSettings.BETA1, 0.75)
                        .with(ScheduleFreeAdamWSettings.WARMUP_STEPS, 2L));
    }

    @ParameterizedTest
    @EnumSource
    void lars(TrainerKind kind) {
        compare(kind, RadamOptimizers.lars().optMomentum(0.75f).opt(LarsSettings.ADAPT, Adaptation.ALWAYS),
                Algorithm.LARS.defaults().with(LarsSettings.MOMENTUM, 0.75)
                        .with(LarsSettings.ADAPT, Adaptation.ALWAYS));
    }

    @ParameterizedTest
    @EnumSource
    void scheduleFreeRAdam(TrainerKind kind) {
        compare(kind, RadamOptimizers.scheduleFreeRAdam().optBeta2(0.75f),
                ScheduleFreeRAdam.Preset.AUTHORS.hyperparameters().with(ScheduleFreeAdamWSettings.BETA2, 0.75));
    }

    @ParameterizedTest
    @EnumSource
    void cautiousAdamW(TrainerKind kind) {
        compare(kind, RadamOptimizers.cautiousAdamW().optBeta1(0.75f).opt(CautiousAdamWSettings.CORRECT_BIAS, false),
                Algorithm.CAUTIOUS_ADAMW.defaults().with(CautiousAdamWSettings.BETA1, 0.75)
                        .with(CautiousAdamWSettings.CORRECT_BIAS, false));
    }

    @ParameterizedTest
    @EnumSource
    void cautiousLion(TrainerKind kind) {
        compare(kind, RadamOptimizers.cautiousLion().optBeta2(0.75f),
                Algorithm.CAUTIOUS_LION.defaults().with(LionSettings.BETA2, 0.75));
    }

    @ParameterizedTest
    @EnumSource
    void novoGrad(TrainerKind kind) {
        compare(kind, RadamOptimizers.novoGrad().optBeta1(0.75f).opt(NovoGradSettings.AMSGRAD, true),
                Algorithm.NOVOGRAD.defaults().with(NovoGradSettings.BETA1, 0.75)
                        .with(NovoGradSettings.AMSGRAD, true));
    }

    @ParameterizedTest
    @EnumSource
    void stableAdamW(TrainerKind kind) {
        compare(kind, RadamOptimizers.stableAdamW().optBeta1(0.75f).opt(StableAdamWSettings.CLIP_THRESHOLD, 0.5),
                Algorithm.STABLEADAMW.defaults().withWeightDecay(0.2f).with(StableAdamWSettings.BETA1, 0.75)
                        .with(StableAdamWSettings.CLIP_THRESHOLD, 0.5));
    }

    @ParameterizedTest
    @EnumSource
    void qhm(TrainerKind kind) {
        compare(kind, RadamOptimizers.qhm().optMomentum(0.75f).opt(QHMSettings.NU, 0.5),
                Algorithm.QHM.defaults().with(QHMSettings.MOMENTUM, 0.75).with(QHMSettings.NU, 0.5));
    }

    @ParameterizedTest
    @EnumSource
    void adan(TrainerKind kind) {
        compare(kind, RadamOptimizers.adan().optBeta2(0.75f).opt(AdanSettings.NO_PROX, true),
                Algorithm.ADAN.defaults().with(AdanSettings.BETA2, 0.75).with(AdanSettings.NO_PROX, true));
    }

    @ParameterizedTest
    @EnumSource
    void yogi(TrainerKind kind) {
        compare(kind, RadamOptimizers.yogi().optBeta1(0.75f), Algorithm.YOGI.defaults()
                .with(YogiSettings.BETA1, 0.75));
    }

    @ParameterizedTest
    @EnumSource
    void adabelief(TrainerKind kind) {
        compare(kind, RadamOptimizers.adabelief().optEpsilon(0.125f), Algorithm.ADABELIEF.defaults()
                .with(AdaBeliefSettings.EPSILON, 0.125));
    }

    /** Which know the rows from the shapes: of all weights here, some are projected with such a delta. */
    @ParameterizedTest
    @EnumSource(TrainerKind.class)
    void projections(TrainerKind kind) {
        compare(kind, RadamOptimizers.adamP().optBeta1(0.75f).opt(AdamPSettings.DELTA, 1.0),
                Algorithm.ADAMP.defaults().with(AdamPSettings.BETA1, 0.75).with(AdamPSettings.DELTA, 1.0));
        compare(kind, RadamOptimizers.sgdP().opt(SgdPSettings.MOMENTUM, 0.5).opt(SgdPSettings.DELTA, 1.0),
                Algorithm.SGDP.defaults().with(SgdPSettings.MOMENTUM, 0.5).with(SgdPSettings.DELTA, 1.0));
    }

    private static void compare(TrainerKind kind, Hyperparameters hyperparameters) {
        compare(kind, RadamOptimizers.of(hyperparameters), hyperparameters);
    }

    /** The first group that a shape fits has it. */
    @ParameterizedTest
    @EnumSource
    void groups(TrainerKind kind) {
        Hyperparameters most = AdamW.Preset.PYTORCH.hyperparameters().withLearningRate(RATE).withWeightDecay(0.0625);
        Hyperparameters biases = most.withWeightDecay(0);
        compare(kind, RadamOptimizers.of(most).optGroup(shape -> shape.dimension() == 1, biases)
                        .optGroup(shape -> shape.dimension() <= 1, Algorithm.SGD.defaults()),
                parameters -> Optimizer.builder(most).parameters(of(parameters, "weight"))
                        .group(biases, group -> group.parameters(of(parameters, "bias"))).build());
    }

    /** Of one's own, too. Each has a tracker of its learning rate. */
    @ParameterizedTest
    @EnumSource
    void algorithms(TrainerKind kind) {
        Hyperparameters own = Halving.ALGORITHM.defaults().withLearningRate(0.25);
        Hyperparameters lion = Algorithm.LION.defaults().withLearningRate(RATE);
        compare(kind, RadamOptimizers.of(lion)
                        .optGroup(shape -> shape.dimension() == 1, own, Tracker.fixed(0.25f)),
                parameters -> Optimizer.builder(lion).parameters(of(parameters, "weight"))
                        .group(own, group -> group.parameters(of(parameters, "bias"))).build());
    }

    /** Each parameter has a group of its own where each may have its own learning rate. */
    @ParameterizedTest
    @EnumSource
    void learningRatesOfEach(TrainerKind kind) {
        Hyperparameters lion = Algorithm.LION.defaults().withLearningRate(RATE);
        Hyperparameters sgd = Algorithm.SGD.defaults().withLearningRate(0.5);
        ParameterTracker tracker = (id, update) -> 0.5f;
        compare(kind, RadamOptimizers.of(lion).optGroup(shape -> shape.dimension() == 1, sgd, tracker),
                parameters -> Optimizer.builder(lion).parameters(of(parameters, "weight"))
                        .group(sgd, group -> group.parameters(of(parameters, "bias"))).build());
    }

    /** A fixed tracker is what they begin with. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void hypergradients(boolean adam) {
        compare(TrainerKind.RADAM, adam ? Algorithm.ADAM_HD.defaults().with(AdamHDSettings.HYPERGRAD_LR, 1e-3)
                : Algorithm.SGD_HD.defaults().with(SgdHDSettings.HYPERGRAD_LR, 1e-3));
    }

    @Test
    void yellowFin() {
        compare(TrainerKind.RADAM, Algorithm.YELLOWFIN.defaults());
    }

    private static List<Parameter> of(Map<String, Parameter> parameters, String kind) {
        return parameters.keySet().stream().filter(name -> name.endsWith(kind)).map(parameters::get).toList();
    }

    private static void compare(TrainerKind kind, RadamOptimizer.Builder builder, Hyperparameters hyperparameters) {
        Hyperparameters withRate = hyperparameters.withLearningRate(RATE);
        compare(kind, builder, parameters -> Optimizer.builder(withRate).parameters(parameters.values()).build());
    }

    private static void compare(TrainerKind kind, RadamOptimizer.Builder builder,
            Function<Map<String, Parameter>, Optimizer> twin) {
        RadamOptimizer ours = builder.optLearningRateTracker(Tracker.fixed(RATE)).build();
        try (Model model = Network.model();
             Trainer trainer = kind.newTrainer(model, Network.config(ours))) {
            Network.initialize(trainer);
            Map<String, float[]> copies = Network.values(model.getBlock());
            Map<String, float[]> gradients = new LinkedHashMap<>();
            Map<String, Parameter> parameters = new LinkedHashMap<>();
            copies.forEach((name, values) -> {
                gradients.put(name, new float[values.length]);
                Shape shape = model.getBlock().getParameters().get(name).getArray().getShape();
                parameters.put(name, parameter(values, gradients.get(name), shape));
            });
            try (Optimizer core = twin.apply(parameters)) {
                for (int step = 0; step < STEPS; step++) {
                    float[] before = copies.get("03Linear_weight").clone();
                    Network.backward(trainer, step);
                    Network.gradients(model.getBlock()).forEach((name, gradient) ->
                            System.arraycopy(gradient, 0, gradients.get(name), 0, gradient.length));
                    core.step();
                    trainer.step();

                    Map<String, float[]> actual = Network.values(model.getBlock());
                    for (String name : copies.keySet()) {
                        assertArrayEquals(copies.get(name), actual.get(name), name + " after step " + (step + 1));
                    }
                    if (step > 5) {
                        // Cautious steps leave some elements.
                        assertFalse(Arrays.equals(before, copies.get("03Linear_weight")));
                    }
                }
            }
        }
        ours.close();
    }

    /** As the adapter has it: a row is the elements of one output. */
    private static Parameter parameter(float[] values, float[] gradient, Shape shape) {
        Parameter.Builder builder =
                Parameter.builder(MemorySegment.ofArray(values), MemorySegment.ofArray(gradient));
        return shape.dimension() > 1 ? builder.rowLength(shape.size() / shape.get(0)).build() : builder.build();
    }
}
