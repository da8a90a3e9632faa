package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hyperparameters out of range are refused, when an optimizer is built and between steps. */
class HyperparameterMisuseTest {
    private static void refusedToBuild(Consumer<RAdam.Builder> settings, Object... parts) {
        float[] values = Numbers.random(1, 20);
        List<Parameter> parameters = List.of(Parameter.of(values, Numbers.random(2, 20)));
        Snapshot before = Snapshot.of(parameters);
        RAdam.Builder builder = RAdam.builder().parameters(parameters);
        settings.accept(builder);

        Misuse.refused(InvalidHyperparameterException.class, builder::build, parts);
        before.assertSame(Snapshot.of(parameters));
        canStillBeStepped(parameters);
    }

    /** An optimizer that could not be built leaves nothing behind. */
    private static void canStillBeStepped(List<Parameter> parameters) {
        int[] before = Numbers.bits(parameters.getFirst().values());
        try (Optimizer optimizer = RAdam.builder(RAdam.Preset.PYTORCH).parameters(parameters).build()) {
            optimizer.step();
        }
        assertNotEquals(Arrays.toString(before), Arrays.toString(Numbers.bits(parameters.getFirst().values())));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e300})
    void learningRate(double learningRate) {
        refusedToBuild(builder -> builder.learningRate(learningRate), "learningRate", learningRate);
        Misuse.harmless(InvalidHyperparameterException.class,
                training -> training.optimizer.groups().getLast().setLearningRate(learningRate),
                "learningRate", learningRate);
    }

    @Test
    void learningRateThatOneGroupCannotTake() {
        // 1e30 is a learning rate that float32 can express, but not times the weight decay of the second group.
        float[] first = {1, 2};
        float[] second = {3, 4};
        try (Optimizer optimizer = RAdam.builder()
                .group(group -> group.parameter(Parameter.of(first, new float[2])).learningRate(0.25))
                .group(group -> group.parameter(Parameter.of(second, new float[2])).weightDecay(1e20))
                .build()) {
            List<Hyperparameters> before = hyperparameters(optimizer);
            Misuse.refused(InvalidHyperparameterException.class, () -> optimizer.setLearningRateFactor(1e33),
                    "learningRate", 1e33, "weightDecay", 1e20);
            assertEquals(before, hyperparameters(optimizer));
        }
    }

    private static List<Hyperparameters> hyperparameters(Optimizer optimizer) {
        return optimizer.groups().stream().map(ParameterGroup::hyperparameters).toList();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 1, 1.5, Double.NaN, Double.POSITIVE_INFINITY})
    void betas(double beta) {
        refusedToBuild(builder -> builder.betas(beta, 0.999), "beta1", beta);
        refusedToBuild(builder -> builder.betas(0.9, beta), "beta2", beta);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, Double.NaN, Double.POSITIVE_INFINITY, 1e39})
    void epsilon(double epsilon) {
        refusedToBuild(builder -> builder.epsilon(epsilon), "epsilon", epsilon);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, Double.NaN, Double.POSITIVE_INFINITY, 1e39})
    void weightDecay(double weightDecay) {
        refusedToBuild(builder -> builder.weightDecay(weightDecay), "weightDecay", weightDecay);
        Misuse.harmless(InvalidHyperparameterException.class, training -> {
            ParameterGroup group = training.optimizer.groups().getFirst();
            group.setHyperparameters(group.hyperparameters().withWeightDecay(weightDecay));
        }, "weightDecay", weightDecay);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 0, Double.NaN, Double.POSITIVE_INFINITY, 1e39, 1e-50})
    void gradientScale(double gradientScale) {
        refusedToBuild(builder -> builder.gradientScale(gradientScale), "gradientScale", gradientScale);
    }

    @ParameterizedTest
    @ValueSource(doubles = {3.999, Double.NaN, Double.POSITIVE_INFINITY})
    void rhoThreshold(double rhoThreshold) {
        refusedToBuild(builder -> builder.rhoThreshold(rhoThreshold), "rhoThreshold", rhoThreshold);
    }

    @Test
    void stepCounts() {
        refusedToBuild(builder -> builder.warmupSteps(-3), "warmupSteps", -3);
        Misuse.refused(InvalidHyperparameterException.class, () -> Adam.builder()
                .parameter(Parameter.of(new float[1], new float[1])).frozenSteps(-5).build(), "frozenSteps", -5);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 0.6})
    void beta2ThatNeverRectifies(double beta2) {
        refusedToBuild(builder -> builder.betas(0.9, beta2), "beta2", beta2, "Unrectified.MOMENTUM");
        // Other presets step along the momentum instead.
        try (Optimizer optimizer = RAdam.builder(RAdam.Preset.PYTORCH).betas(0.9, beta2)
                .parameter(Parameter.of(new float[1], new float[1])).build()) {
            optimizer.step();
        }
    }

    private static Parameter parameter() {
        return Parameter.of(new float[1], new float[1]);
    }

    private static void refusedSgd(UnaryOperator<SGD.Builder> settings, Object... parts) {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> settings.apply(SGD.builder().parameter(parameter())).build(), parts);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 1, Double.NaN, Double.POSITIVE_INFINITY})
    void momentum(double momentum) {
        refusedSgd(builder -> builder.momentum(momentum), "momentum", momentum);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 1.001, Double.NaN})
    void dampening(double dampening) {
        refusedSgd(builder -> builder.momentum(0.9).dampening(dampening), "dampening", dampening);
    }

    /** SGDP dampens the first gradient, too: no step would ever move a parameter. */
    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 1, 1.001, Double.NaN})
    void dampeningOfSgdp(double dampening) {
        for (double momentum : new double[] {0, 0.9}) {
            Misuse.refused(InvalidHyperparameterException.class, () -> SGDP.builder().momentum(momentum)
                    .dampening(dampening).parameter(parameter()).build(), "dampening", dampening);
        }
    }

    @Test
    void nesterovNeedsMomentumAndNoDampening() {
        refusedSgd(builder -> builder.nesterov(true), "nesterov", "momentum", 0.0);
        refusedSgd(builder -> builder.nesterov(true).momentum(0.9).dampening(0.5), "nesterov", "dampening", 0.5);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, Double.NaN, Double.POSITIVE_INFINITY, 1e39})
    void learningRates(double learningRate) {
        for (Algorithm algorithm : Algorithm.values()) {
            Misuse.refused(InvalidHyperparameterException.class, () -> Optimizer.builder(algorithm.defaults())
                    .parameter(parameter()).learningRate(learningRate).build(), "learningRate", learningRate);
        }
    }

    @Test
    void productsOfSgdAndLion() {
        refusedSgd(builder -> builder.learningRate(1e20).weightDecay(1e20), "learningRate", 1e20, "weightDecay", 1e20);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Lion.builder().parameter(parameter()).learningRate(1e20).weightDecay(1e20).build(),
                "learningRate", 1e20, "weightDecay", 1e20);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 1, Double.NaN})
    void betasOfLion(double beta) {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Lion.builder().parameter(parameter()).betas(beta, 0.99).build(), "beta1", beta);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Lion.builder().parameter(parameter()).betas(0.9, beta).build(), "beta2", beta);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, Double.NaN, Double.POSITIVE_INFINITY})
    void momentumDecay(double momentumDecay) {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> NAdam.builder().parameter(parameter()).momentumDecay(momentumDecay).build(),
                "momentumDecay", momentumDecay);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 1, Double.NaN})
    void ratesOfRmsPropAdamaxAndAdadelta(double rate) {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> RMSprop.builder().parameter(parameter()).alpha(rate).build(), "alpha", rate);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> RMSprop.builder().parameter(parameter()).momentum(rate).build(), "momentum", rate);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Adamax.builder().parameter(parameter()).betas(rate, 0.9).build(), "beta1", rate);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Adamax.builder().parameter(parameter()).betas(0.9, rate).build(), "beta2", rate);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Adadelta.builder().parameter(parameter()).rho(rate).build(), "rho", rate);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, Double.NaN, Double.POSITIVE_INFINITY})
    void ofAdagrad(double bad) {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Adagrad.builder().parameter(parameter()).learningRateDecay(bad).build(), "learningRateDecay", bad);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Adagrad.builder().parameter(parameter()).initialAccumulator(bad).build(),
                "initialAccumulator", bad);
    }

    /** From an epsilon of 0 Adadelta would never move a parameter. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-46, -1e-9, Double.NaN, 1e39})
    void epsilonOfAdadelta(double epsilon) {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Adadelta.builder().parameter(parameter()).epsilon(epsilon).build(), "epsilon", epsilon);
    }

    @Test
    void learningRateOverOneMinusBeta1OfAdamax() {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Adamax.builder().parameter(parameter()).learningRate(1e38).betas(0.9, 0.9).build(),
                "learningRate", 1e38, "beta1", 0.9);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 1.5, Double.NaN})
    void nusOfQHAdam(double nu) {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> QHAdam.builder().parameter(parameter()).nus(nu, 1).build(), "nu1", nu);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> QHAdam.builder().parameter(parameter()).nus(1, nu).build(), "nu2", nu);
    }

    @Test
    void ofQHAdam() {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> QHAdam.builder().parameter(parameter()).epsilon(-1e-9).build(), "epsilon", -1e-9);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> QHAdam.builder().parameter(parameter()).learningRate(1e39).build(), "learningRate", 1e39);
    }

    @Test
    void ofAdEMAMix() {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdEMAMix.builder().parameter(parameter()).betas(0.9, 0.9, 1).build(), "beta3", 1.0);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdEMAMix.builder().parameter(parameter()).alpha(1e19).build(), "alpha", 1e19);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdEMAMix.builder().parameter(parameter()).learningRate(1e38).build(), "learningRate", 1e38, 0.9);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdEMAMix.builder().parameter(parameter()).set(AdEMAMixSettings.ALPHA_WARMUP_STEPS, -1L).build(),
                "alphaWarmupSteps", -1);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdEMAMix.builder().parameter(parameter()).set(AdEMAMixSettings.BETA3_WARMUP_STEPS, -1L).build(),
                "beta3WarmupSteps", -1);
        double near = 1 - 1e-9;
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdEMAMix.builder().parameter(parameter()).betas(0.9, 0.9, near).warmupSteps(7).build(),
                "beta3WarmupSteps", 7, "beta3", near);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdEMAMix.builder().parameter(parameter()).betas(near, 0.9, 0.9).warmupSteps(7).build(),
                "beta3WarmupSteps", 7, "beta1", near);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 1, Double.NaN})
    void ratesOfAdaModQHMAndAdan(double rate) {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdaMod.builder().parameter(parameter()).betas(rate, 0.9, 0.9).build(), "beta1", rate);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdaMod.builder().parameter(parameter()).betas(0.9, rate, 0.9).build(), "beta2", rate);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdaMod.builder().parameter(parameter()).betas(0.9, 0.9, rate).build(), "beta3", rate);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> QHM.builder().parameter(parameter()).momentum(rate).build(), "momentum", rate);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Adan.builder().parameter(parameter()).betas(rate, 0.9, 0.9).build(), "beta1", rate);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Adan.builder().parameter(parameter()).betas(0.9, rate, 0.9).build(), "beta2", rate);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Adan.builder().parameter(parameter()).betas(0.9, 0.9, rate).build(), "beta3", rate);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 1.5, Double.NaN})
    void nuOfQHM(double nu) {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> QHM.builder().parameter(parameter()).nu(nu).build(), "nu", nu);
    }

    @Test
    void ofAdaModQHMAndAdan() {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdaMod.builder().parameter(parameter()).epsilon(-1e-9).build(), "epsilon", -1e-9);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdaMod.builder().parameter(parameter()).learningRate(1e38).build(), "learningRate", 1e38, 0.9);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> QHM.builder().parameter(parameter()).learningRate(1e39).build(), "learningRate", 1e39);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Adan.builder().parameter(parameter()).epsilon(-1e-9).build(), "epsilon", -1e-9);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Adan.builder().parameter(parameter()).learningRate(1e37).build(), "learningRate", 1e37, 0.98);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 0, 1e-50, Double.NaN})
    void boundsOfAdaBound(double value) {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdaBound.builder().parameter(parameter()).finalLearningRate(value).build(), "finalLearningRate",
                value);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdaBound.builder().parameter(parameter()).set(AdaBoundSettings.BASE_LEARNING_RATE, value).build(),
                "baseLearningRate", value);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdaBound.builder().parameter(parameter()).gamma(value).build(), "gamma", value);
    }

    @Test
    void ofAdaBound() {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdaBound.builder().parameter(parameter()).gamma(1).build(), "gamma", 1.0);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdaBound.builder().parameter(parameter()).finalLearningRate(1e39).build(), "finalLearningRate",
                1e39);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdaBound.builder().parameter(parameter()).learningRate(1e38).build(), "learningRate", 1e38, 0.9);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 1, Double.NaN})
    void ratesOfDiffGradPadamAndMADGRAD(double rate) {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> DiffGrad.builder().parameter(parameter()).betas(rate, 0.9).build(), "beta1", rate);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> DiffGrad.builder().parameter(parameter()).betas(0.9, rate).build(), "beta2", rate);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Padam.builder().parameter(parameter()).betas(rate, 0.9).build(), "beta1", rate);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Padam.builder().parameter(parameter()).betas(0.9, rate).build(), "beta2", rate);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> MADGRAD.builder().parameter(parameter()).momentum(rate).build(), "momentum", rate);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.25, 0, 1e-50, 0.50001, Double.NaN})
    void partialOfPadam(double partial) {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Padam.builder().parameter(parameter()).partial(partial).build(), "partial", partial);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 0x1.1p63, Double.NaN})
    void alphaOfCOCOB(double alpha) {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> COCOB.builder().parameter(parameter()).alpha(alpha).build(), "alpha", alpha);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 0, 1e-50, 1e39, Double.NaN})
    void epsilonOfCOCOB(double epsilon) {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> COCOB.builder().parameter(parameter()).epsilon(epsilon).build(), "epsilon", epsilon);
    }

    @Test
    void ofDiffGradPadamAndMADGRAD() {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> DiffGrad.builder().parameter(parameter()).epsilon(-1e-9).build(), "epsilon", -1e-9);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> DiffGrad.builder().parameter(parameter()).learningRate(1e38).build(), "learningRate", 1e38, 0.9);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Padam.builder().parameter(parameter()).epsilon(-1e-9).build(), "epsilon", -1e-9);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Padam.builder().parameter(parameter()).learningRate(1e38).build(), "learningRate", 1e38, 0.9);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> MADGRAD.builder().parameter(parameter()).epsilon(-1e-9).build(), "epsilon", -1e-9);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> MADGRAD.builder().parameter(parameter()).learningRate(1e39).build(), "learningRate", 1e39);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.5, 0, 1e-39, 1, Double.NaN})
    void interpolationOfScheduleFree(double value) {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> ScheduleFreeSGD.builder().parameter(parameter()).momentum(value).build(), "momentum", value);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> ScheduleFreeAdamW.builder().parameter(parameter()).betas(value, 0.9).build(), "beta1", value);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 16.1, Double.NaN})
    void powersOfScheduleFree(double power) {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> ScheduleFreeSGD.builder().parameter(parameter()).r(power).build(), "r", power);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> ScheduleFreeSGD.builder().parameter(parameter()).weightLrPower(power).build(), "weightLrPower",
                power);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> ScheduleFreeAdamW.builder().parameter(parameter()).r(power).build(), "r", power);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> ScheduleFreeAdamW.builder().parameter(parameter()).weightLrPower(power).build(),
                "weightLrPower", power);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 1, Double.NaN})
    void ratesOfScheduleFree(double rate) {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> ScheduleFreeAdamW.builder().parameter(parameter()).betas(0.9, rate).build(), "beta2", rate);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> ScheduleFreeAdamW.builder().parameter(parameter()).innerMomentum(rate).build(),
                "innerMomentum", rate);
    }

    @Test
    void ofScheduleFree() {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> ScheduleFreeSGD.builder().parameter(parameter()).warmupSteps(-1).build(), "warmupSteps", -1L);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> ScheduleFreeSGD.builder().parameter(parameter()).learningRate(1e39).build(), "learningRate",
                1e39);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> ScheduleFreeAdamW.builder().parameter(parameter()).warmupSteps(-1).build(), "warmupSteps", -1L);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> ScheduleFreeRAdam.builder().parameter(parameter()).warmupSteps(1).build(), "warmupSteps", 1L);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> ScheduleFreeAdamW.builder().parameter(parameter()).epsilon(-1e-9).build(), "epsilon", -1e-9);
        Misuse.refused(InvalidHyperparameterException.class, () -> ScheduleFreeAdamW.builder().parameter(parameter())
                .learningRate(1e38).innerMomentum(0.9).build(), "learningRate", 1e38, 0.9);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> ScheduleFreeRAdam.builder().parameter(parameter()).betas(0.9, 0.5).build(), "beta2", 0.5);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 1, Double.NaN})
    void ratesOfYogiAndQHAdam(double rate) {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> QHAdam.builder().parameter(parameter()).betas(rate, 0.9).build(), "beta1", rate);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> QHAdam.builder().parameter(parameter()).betas(0.9, rate).build(), "beta2", rate);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Yogi.builder().parameter(parameter()).betas(rate, 0.9).build(), "beta1", rate);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Yogi.builder().parameter(parameter()).betas(0.9, rate).build(), "beta2", rate);
    }

    @Test
    void ofYogi() {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Yogi.builder().parameter(parameter()).epsilon(-1e-9).build(), "epsilon", -1e-9);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Yogi.builder().parameter(parameter()).learningRate(1e38).build(), "learningRate", 1e38, 0.9);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Yogi.builder().parameter(parameter()).initialAccumulator(1e39).build(), "initialAccumulator",
                1e39);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 1, Double.NaN})
    void ratesOfAdoptAndAdaBelief(double rate) {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> ADOPT.builder().parameter(parameter()).betas(rate, 0.9).build(), "beta1", rate);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> ADOPT.builder().parameter(parameter()).betas(0.9, rate).build(), "beta2", rate);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdaBelief.builder().parameter(parameter()).betas(rate, 0.9).build(), "beta1", rate);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdaBelief.builder().parameter(parameter()).betas(0.9, rate).build(), "beta2", rate);
    }

    @Test
    void ofAdoptAndAdaBelief() {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> ADOPT.builder().parameter(parameter()).epsilon(-1e-9).build(), "epsilon", -1e-9);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> ADOPT.builder().parameter(parameter()).learningRate(1e39).build(), "learningRate", 1e39);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdaBelief.builder().parameter(parameter()).epsilon(-1e-9).build(), "epsilon", -1e-9);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdaBelief.builder().parameter(parameter()).learningRate(1e38).betas(0.9, 0.9).build(),
                "learningRate", 1e38, "beta1", 0.9);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdaBelief.builder().parameter(parameter()).betas(0.9, 0.5).unrectified(Unrectified.SKIP).build(),
                "beta2", 0.5, "Unrectified.MOMENTUM");
    }

    /** Each number of each algorithm. The rectification's is RAdam's alone. */
    @ParameterizedTest
    @MethodSource("io.radam.Presets#all")
    void numbers(Presets.Row preset) {
        Hyperparameters valid = preset.hyperparameters();
        for (Hyperparameter<?> each : valid.algorithm().hyperparameters()) {
            if (each.type() != Double.class || each == RAdamSettings.RHO_THRESHOLD && !valid.get(RAdamSettings.RECTIFY)) {
                continue;
            }
            for (String bad : new String[] {"-1.0E-9", "NaN", "Infinity", "-Infinity"}) {
                if (each == LambSettings.MAX_PARAM_NORM && bad.equals("Infinity")) {
                    continue; // no limit
                }
                Map<String, String> text = new HashMap<>(valid.toText());
                text.put(each.name(), bad);
                Misuse.refused(InvalidHyperparameterException.class,
                        () -> Hyperparameters.parse(valid.algorithm(), text), each.name(), bad);
            }
        }
    }

    @Test
    void hyperparametersThatTheAlgorithmDoesNotHave() {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Lion.builder().set(AdamSettings.EPSILON, 1e-8), "lion", "epsilon");
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Lion.builder().set(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.L2), "lion", "weightDecayMode");
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Algorithm.SGD.defaults().get(AdamSettings.BETA1), "sgd", "beta1");
        // Adam and Lion have hyperparameters of the same name, which are not the same.
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Algorithm.LION.defaults().with(AdamSettings.BETA1, 0.5), "lion", "beta1");
    }

    @Test
    void hyperparametersOfAnotherAlgorithm() {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> SGD.builder().hyperparameters(Algorithm.LION.defaults()), "sgd", "lion");
        Misuse.harmless(InvalidHyperparameterException.class,
                training -> training.optimizer.groups().getFirst().setHyperparameters(Algorithm.SGD.defaults()),
                "sgd", "adam");
    }

    @Test
    void hyperparametersThatWantOtherState() {
        Misuse.harmless(InvalidHyperparameterException.class, training -> {
            ParameterGroup group = training.optimizer.groups().getFirst();
            group.setHyperparameters(group.hyperparameters().with(AdamSettings.AMSGRAD, true));
        }, "exp_avg_sq", "max_exp_avg_sq", "amsgrad");
        try (Optimizer optimizer = SGD.builder().momentum(0.9).parameter(parameter()).build()) {
            ParameterGroup group = optimizer.groups().getFirst();
            Hyperparameters before = group.hyperparameters();
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> group.setHyperparameters(before.with(SgdSettings.MOMENTUM, 0.0)), "momentum_buffer");
            assertEquals(before, group.hyperparameters());
            group.setHyperparameters(before.with(SgdSettings.MOMENTUM, 0.5));
        }
    }

    @Test
    void hyperparametersOfOneGroupAlone() {
        refusedToBuild(builder -> builder.group(group -> group
                .parameter(Parameter.of(new float[1], new float[1])).epsilon(-2)), "epsilon", -2.0);
    }
}
