package io.radam.nd4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.AdaBoundSettings;
import io.radam.AdamSettings;
import io.radam.AdanSettings;
import io.radam.Algorithm;
import io.radam.Hyperparameters;
import io.radam.InvalidHyperparameterException;
import io.radam.NAdam;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.SgdSettings;
import io.radam.YogiSettings;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/** Updaters by name. */
class RadamUpdatersTest {
    private static final List<DataSet> BATCHES = Digits.batches();

    private static List<Method> factories() {
        return Arrays.stream(RadamUpdaters.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .sorted(Comparator.comparing(Method::getName)).toList();
    }

    private static FusedUpdater call(Method factory, double learningRate) throws ReflectiveOperationException {
        return (FusedUpdater) switch (factory.getParameterCount()) {
            case 0 -> factory.invoke(null);
            case 1 -> factory.invoke(null, learningRate);
            default -> factory.invoke(null, learningRate, 0.9);
        };
    }

    /** All, with a learning rate with which digits are learnt. */
    static List<FusedUpdater> all() throws ReflectiveOperationException {
        List<FusedUpdater> all = new ArrayList<>();
        for (Method factory : factories()) {
            all.add(call(factory, switch (factory.getName()) {
                case "adadelta", "qhm" -> 1;
                case "lion" -> 1e-3;
                case "nesterovs", "padam", "sgd" -> 0.1;
                default -> 1e-2;
            }));
        }
        return all;
    }

    private static Algorithm algorithmOf(FusedUpdater updater) {
        return updater.hyperparameters(0, 0).algorithm();
    }

    /** Each algorithm of the library that an updater can have has a name here. */
    @Test
    void algorithms() throws ReflectiveOperationException {
        Set<Algorithm> named = all().stream().map(RadamUpdatersTest::algorithmOf).collect(Collectors.toSet());
        for (Algorithm algorithm : Algorithm.values()) {
            boolean refused = false;
            try {
                new FusedUpdater(algorithm.defaults().withWeightDecay(0));
            } catch (InvalidHyperparameterException e) {
                refused = true;
            }
            assertEquals(!refused, named.contains(algorithm), algorithm.toString());
        }
        assertEquals(factories().size(), all().stream().distinct().count(), "two are the same");
    }

    @ParameterizedTest
    @MethodSource("all")
    void learns(FusedUpdater updater) {
        MultiLayerNetwork network = Networks.network(updater);
        List<Double> losses = new ArrayList<>();
        for (int epoch = 0; epoch < 4; epoch++) { // not fewer: some begin slowly
            losses.addAll(Networks.train(network, BATCHES));
        }
        assertTrue(losses.getLast() < losses.getFirst() - 0.5, updater + ": " + losses);
    }

    /**
     * An updater sees no parameters, so its updates must be those of the library that does. What parameters round
     * differs, and no more.
     */
    @ParameterizedTest
    @MethodSource("all")
    void updatesAreThoseOfParametersThatMove(FusedUpdater config) {
        int length = 500;
        float[] values = new float[length];
        Random random = new Random(3);
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        float[] subtracted = values.clone();
        float[] gradient = new float[length];
        GradientUpdater<?> updater = config.instantiate(config.stateSize(length) == 0 ? null
                : Nd4j.createUninitialized(DataType.FLOAT, config.stateSize(length)), true);
        try (Optimizer optimizer = Optimizer.builder(config.hyperparameters(0, 0))
                .parameter(Parameter.of(values, gradient)).build()) {
            for (int step = 0; step < 30; step++) {
                for (int i = 0; i < length; i++) {
                    gradient[i] = (float) random.nextGaussian();
                }
                optimizer.step();
                INDArray update = Nd4j.createFromArray(gradient);
                updater.applyUpdater(update, step, 0);
                float[] updates = update.toFloatVector();
                for (int i = 0; i < length; i++) {
                    subtracted[i] -= updates[i];
                    assertEquals(values[i], subtracted[i], 1e-5 * (1 + Math.abs(values[i])), "step " + step);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void configurationsAreReadAsTheyWere(FusedUpdater updater) {
        ISchedule schedule = new StepSchedule(ScheduleType.ITERATION, 1e-2, 0.5, 10);
        for (FusedUpdater each : List.of(updater, updater.withSchedule(schedule))) {
            MultiLayerConfiguration written = Networks.layers(Networks.builder(each));
            MultiLayerConfiguration read = MultiLayerConfiguration.fromJson(written.toJson());
            assertEquals(each, ((BaseLayer) read.getConf(0).getLayer()).getIUpdater());
        }
    }

    /** The learning rate is that which was asked for, and the rest that of the preset, but for weight decay. */
    @Test
    void settings() throws ReflectiveOperationException {
        for (Method factory : factories()) {
            FusedUpdater updater = call(factory, 0.125);
            Hyperparameters h = updater.hyperparameters(0, 0);
            assertEquals(factory.getName().equals("cocob") ? 1 : 0.125, h.learningRate(), factory.getName());
            assertEquals(0, h.weightDecay(), factory.getName());
            if (factory.getParameterCount() > 0) {
                InvalidHyperparameterException e =
                        assertThrows(InvalidHyperparameterException.class, () -> invoke(factory, -1));
                assertTrue(e.getMessage().contains("earningRate") && e.getMessage().contains("-1"), e.getMessage());
            }
        }
        assertEquals(NAdam.Preset.PYTORCH.hyperparameters().withLearningRate(0.125),
                RadamUpdaters.nadam(0.125).hyperparameters(0, 0));
        assertTrue(RadamUpdaters.amsgrad(0.1).hyperparameters(0, 0).get(AdamSettings.AMSGRAD));
        assertTrue(RadamUpdaters.nesterovs(0.1, 0.9).hyperparameters(0, 0).get(SgdSettings.NESTEROV));
        assertThrows(InvalidHyperparameterException.class, () -> RadamUpdaters.nesterovs(0.1, 0));
        assertEquals(0.125, RadamUpdaters.amsbound(0.125).hyperparameters(0, 0)
                .get(AdaBoundSettings.BASE_LEARNING_RATE));
    }

    private static void invoke(Method factory, double learningRate) {
        try {
            call(factory, learningRate);
        } catch (ReflectiveOperationException e) {
            throw (RuntimeException) e.getCause();
        }
    }

    @Test
    void oneHyperparameterChanged() {
        FusedUpdater updater = RadamUpdaters.adan(0.25);
        FusedUpdater changed = updater.with(AdanSettings.BETA1, 0.5);
        assertEquals(updater.hyperparameters(0, 0).with(AdanSettings.BETA1, 0.5), changed.hyperparameters(0, 0));
        assertNotEquals(updater, changed);
        assertEquals(0.5, updater.with(Hyperparameters.LEARNING_RATE, 0.5).getLearningRate(0, 0));
        assertSame(FusedUpdater.class, RadamUpdaters.adam(0.1).with(AdamSettings.BETA1, 0.5).getClass());
        assertThrows(InvalidHyperparameterException.class, () -> updater.with(AdamSettings.BETA1, 0.5));
        assertThrows(InvalidHyperparameterException.class, () -> updater.with(AdanSettings.BETA1, 1.5));
        assertThrows(InvalidHyperparameterException.class, () -> updater.with(Hyperparameters.LOOKAHEAD_STEPS, 5L));
        InvalidHyperparameterException e = assertThrows(InvalidHyperparameterException.class,
                () -> updater.with(Hyperparameters.WEIGHT_DECAY, 0.1));
        assertTrue(e.getMessage().contains("weightDecay(...)"), e.getMessage());
    }

    @Test
    void schedules() {
        ISchedule schedule = new StepSchedule(ScheduleType.ITERATION, 0.5, 0.5, 10);
        FusedUpdater updater = RadamUpdaters.yogi(0.25).withSchedule(schedule);
        assertEquals(0.5, updater.getLearningRate(0, 0));
        assertEquals(0.125, updater.hyperparameters(20, 0).learningRate());
        FusedUpdater changed = updater.with(YogiSettings.BETA1, 0.5).with(Hyperparameters.LEARNING_RATE, 7.0);
        assertEquals(0.125, changed.hyperparameters(20, 0).learningRate());
        assertEquals(0.5, changed.hyperparameters(20, 0).get(YogiSettings.BETA1));
        assertThrows(NullPointerException.class, () -> updater.withSchedule(null));
    }
}
