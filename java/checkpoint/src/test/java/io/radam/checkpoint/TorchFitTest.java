package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Adam;
import io.radam.AdamSettings;
import io.radam.AdamW;
import io.radam.Algorithm;
import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.InvalidParameterException;
import io.radam.InvalidSnapshotException;
import io.radam.Lion;
import io.radam.NAdam;
import io.radam.NAdamSettings;
import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.OptimizerSnapshot;
import io.radam.OptimizerStateException;
import io.radam.Parameter;
import io.radam.RAdam;
import io.radam.SGD;
import io.radam.StateType;
import io.radam.WeightDecay;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What PyTorch and this library do not both have is refused by a sentence, both ways. */
class TorchFitTest {
    private static final int LENGTH = 2;

    @TempDir
    Path folder;

    private final Parameter parameter = named("w");

    private static Parameter named(String name) {
        return Parameter.builder(MemorySegment.ofArray(new float[LENGTH]), MemorySegment.ofArray(new float[LENGTH]))
                .name(name).build();
    }

    private Path file() {
        return folder.resolve("state.pt");
    }

    // --------------------------------------------------------------------------------------------------------- write

    private void notWritten(OptimizerBuilder<?, ?> builder, String sentence) {
        builder.parameters(List.of(parameter));
        try (Optimizer optimizer = builder.build()) {
            String message = assertThrows(InvalidSnapshotException.class,
                    () -> TorchCheckpoint.write(file(), optimizer)).getMessage();
            assertTrue(message.contains(sentence), message);
            assertFalse(Files.exists(file()));
        }
    }

    @Test
    void otherRules() {
        notWritten(RAdam.builder(), "group 0 follows other rules than torch.optim.RAdam: weightDecayMode is "
                + "DECOUPLED_ON_UPDATE, there L2; unrectified is SKIP, there MOMENTUM; rectifyAtThreshold is true, "
                + "there false. Build it by the preset PYTORCH");
        notWritten(RAdam.builder(RAdam.Preset.PAPER), "rhoThreshold is 4.0, there 5.0");
        notWritten(RAdam.builder(RAdam.Preset.PYTORCH).amsgrad(true), "amsgrad is true, there false");
        notWritten(Adam.builder(Adam.Preset.ADAM_2K), "frozenSteps is 2000, there 0");
        notWritten(AdamW.builder().warmupSteps(10), "warmupSteps is 10, there 0");
        notWritten(SGD.builder(SGD.Preset.SGDW), "weightDecayMode is DECOUPLED, there L2");
        notWritten(SGD.builder().lookahead(5, 0.8), "lookaheadSteps is 5, there is no Lookahead");
        notWritten(SGD.builder().centralizeGradients(true), "centralizeGradients is true, there is none of it");
        notWritten(Adam.builder().stateType(StateType.BLOCK8), "the state of group 0 is BLOCK8");
        notWritten(Adam.builder().stateType(StateType.BFLOAT16), "the state of group 0 is BFLOAT16");
    }

    /** Some have buffers and settings with the names of one that PyTorch has, which mean something else. */
    @Test
    void algorithmsThatPyTorchHasNot() {
        List<Algorithm> others = List.of(Algorithm.LION, Algorithm.ADABELIEF, Algorithm.ADOPT, Algorithm.YOGI,
                Algorithm.QHADAM, Algorithm.ADEMAMIX, Algorithm.ADAMOD, Algorithm.QHM, Algorithm.ADAN,
                Algorithm.ADABOUND, Algorithm.DIFFGRAD, Algorithm.PADAM, Algorithm.MADGRAD, Algorithm.COCOB,
                Algorithm.SCHEDULEFREE_SGD, Algorithm.SCHEDULEFREE_ADAMW,
                Algorithm.LAMB, Algorithm.STABLEADAMW, Algorithm.LARS, Algorithm.CAUTIOUS_ADAMW,
                Algorithm.CAUTIOUS_LION, Algorithm.NOVOGRAD, Algorithm.SGD_HD, Algorithm.ADAM_HD, Algorithm.YELLOWFIN,
                Algorithm.ADAMP, Algorithm.SGDP);
        others.forEach(each -> notWritten(Optimizer.builder(each.defaults()), "PyTorch does not have " + each));
    }

    /** An optimizer of PyTorch has one class for all of its groups. */
    @Test
    void severalAlgorithms() {
        Hyperparameters sgd = SGD.Preset.PYTORCH.hyperparameters();
        notWritten(Optimizer.builder(sgd).group(Algorithm.LION.defaults(), group -> group.parameter(named("v"))),
                "PyTorch does not have lion");
        notWritten(Optimizer.builder(sgd).group(Adam.Preset.PYTORCH.hyperparameters(),
                group -> group.name("head").parameter(named("v"))),
                "group 0 is of torch.optim.SGD, group head of torch.optim.Adam");
        notWritten(Optimizer.builder(Adam.Preset.PYTORCH.hyperparameters()).group(RAdam.Preset.PYTORCH
                .hyperparameters(), group -> group.parameter(named("v"))),
                "group 0 is of torch.optim.Adam or AdamW, group 1 of torch.optim.RAdam");
    }

    @Test
    void otherParameters() throws Exception {
        Parameter slice = Parameter.builder(MemorySegment.ofArray(new float[LENGTH])).slice(2, 10).build();
        try (Optimizer optimizer = Adam.builder().parameter(slice).build()) {
            assertThrows(InvalidParameterException.class, () -> TorchCheckpoint.write(file(), optimizer));
        }
        try (Optimizer optimizer = Adam.builder().parameter(parameter).build()) {
            optimizer.setStepCount(parameter, (1 << 24) + 1);
            assertThrows(InvalidParameterException.class, () -> TorchCheckpoint.write(file(), optimizer));
            for (long[] shape : new long[][] {{}, {3}, {-1, -2}, {1L << 62, 4, 2}, {1L << 62, 1L << 62, 8}, {0}}) {
                assertThrows(InvalidParameterException.class, () -> TorchCheckpoint.of(optimizer)
                        .shapes(Map.of("w", shape)).write(file()));
            }
            assertThrows(InvalidParameterException.class, () -> TorchCheckpoint.of(optimizer)
                    .shapes(Map.of("v", new long[] {2})).write(file()));
            assertFalse(Files.exists(file()));
            optimizer.setStepCount(parameter, 1 << 24);
            TorchCheckpoint.write(file(), optimizer);
            optimizer.setStepCount(parameter, 1);
            TorchCheckpoint.restore(file(), optimizer);
            assertEquals(1 << 24, optimizer.stepCount(parameter));
        }
    }

    @Test
    void aStepMeanwhile() throws Exception {
        try (Optimizer optimizer = Adam.builder().parameter(parameter).build()) {
            optimizer.step();
            TorchCheckpoint.write(file(), optimizer);
            byte[] before = Files.readAllBytes(file());
            assertThrows(OptimizerStateException.class, () -> TorchCheckpoint.of(optimizer)
                    .progress((done, total) -> optimizer.step()).write(file()));
            OptimizerSnapshot sameStep = optimizer.snapshot();
            assertThrows(OptimizerStateException.class, () -> TorchCheckpoint.of(optimizer)
                    .progress((done, total) -> optimizer.restore(sameStep)).write(file()));
            assertEquals(List.of("state.pt"), Child.files(folder));
            assertEquals(-1, MemorySegment.ofArray(before).mismatch(MemorySegment.ofArray(
                    Files.readAllBytes(file()))));
        }
    }

    /** What is written can be read. */
    @Test
    void manyParameters() throws Exception {
        for (int number : new int[] {40_000, 80_000}) {
            List<Parameter> parameters = IntStream.range(0, number)
                    .mapToObj(i -> Parameter.of(new float[1], new float[1])).toList();
            Adam.Builder builder = Adam.builder();
            builder.parameters(parameters);
            try (Optimizer optimizer = builder.build()) {
                optimizer.step();
                if (number == 40_000) {
                    TorchCheckpoint.write(file(), optimizer);
                    TorchCheckpoint.restore(file(), optimizer);
                } else {
                    assertThrows(IllegalArgumentException.class, () -> TorchCheckpoint.write(file(), optimizer));
                }
            }
        }
    }

    /** PyTorch has no factor. */
    @Test
    void learningRates() throws Exception {
        try (Optimizer optimizer = AdamW.builder().learningRate(0.5).parameter(parameter).build()) {
            optimizer.setLearningRateFactor(0.25);
            TorchCheckpoint.write(file(), optimizer);
            try (TorchFile file = TorchCheckpoint.read(file())) {
                Map<?, ?> dict = (Map<?, ?>) file.contents();
                Map<?, ?> group = (Map<?, ?>) ((List<?>) dict.get("param_groups")).getFirst();
                assertEquals(0.125, group.get("lr"));
                assertEquals(0.5, group.get("initial_lr"));
                assertEquals(true, group.get("decoupled_weight_decay"));
                assertEquals(List.of("w"), group.get("param_names"));
                assertEquals(Map.of(), dict.get("state"));
                file.restore(optimizer);
            }
            assertEquals(1, optimizer.learningRateFactor());
            assertEquals(0.125, optimizer.groups().getFirst().hyperparameters().learningRate());
        }
    }

    // ---------------------------------------------------------------------------------------------------------- read

    /** As the state of Adam that PyTorch writes; a value of "-" takes the key away. */
    private Path adam(Map<String, Object> groupChanges, Map<String, Object> stateChanges) throws Exception {
        Map<String, Object> group = new LinkedHashMap<>(Map.of("lr", 0.5, "betas", new Pickler.Pair(0.75, 0.5), "eps",
                0.125, "weight_decay", 0L, "amsgrad", false, "params", List.of(0L)));
        Map<String, Object> state = new LinkedHashMap<>(Map.of("step", 3L, "exp_avg",
                new Pickler.Floats("0", List.of(2L)), "exp_avg_sq", new Pickler.Floats("1", List.of(2L))));
        change(group, groupChanges);
        change(state, stateChanges);
        Map<String, Object> dict = new LinkedHashMap<>();
        dict.put("state", Map.of(0L, state));
        dict.put("param_groups", List.of(group));
        return TorchFiles.zipped(folder, Pickler.write(dict), Map.of("data/0", new byte[8], "data/1", new byte[8],
                "data/2", new byte[4]));
    }

    private static void change(Map<String, Object> dict, Map<String, Object> changes) {
        changes.forEach((key, value) -> {
            if (value.equals("-")) {
                dict.remove(key);
            } else {
                dict.put(key, value);
            }
        });
    }

    private void refused(Map<String, Object> group, Map<String, Object> state, String sentence) throws Exception {
        Path path = adam(group, state);
        try (Optimizer optimizer = Adam.builder().parameter(parameter).build()) {
            Hyperparameters before = optimizer.groups().getFirst().hyperparameters();
            Exception e = assertThrows(Exception.class, () -> TorchCheckpoint.restore(path, optimizer));
            assertTrue(e instanceof InvalidSnapshotException || e instanceof CheckpointFormatException, e.toString());
            assertTrue(e.getMessage().contains(sentence), e.getMessage());
            assertEquals(before, optimizer.groups().getFirst().hyperparameters());
            assertEquals(0, optimizer.stepCount(parameter));
        }
    }

    @Test
    void otherFiles() throws Exception {
        try (Optimizer optimizer = Adam.builder().parameter(parameter).build()) {
            TorchCheckpoint.restore(adam(Map.of("foreach", true, "of the user", List.of()), Map.of()), optimizer);
            assertEquals(3, optimizer.stepCount(parameter));
            assertEquals(Adam.Preset.PYTORCH.hyperparameters().toBuilder().set(Hyperparameters.LEARNING_RATE, 0.5)
                    .set(AdamSettings.BETA1, 0.75).set(AdamSettings.BETA2, 0.5)
                    .set(AdamSettings.EPSILON, 0.125).build(),
                    optimizer.groups().getFirst().hyperparameters());
        }
        refused(Map.of("lr", "-"), Map.of(),
                "is of none of RAdam, Adam, AdamW, SGD, NAdam, RMSprop, Adagrad, Adamax and Adadelta");
        refused(Map.of("amsgrad", "-"), Map.of(), "the file is of torch.optim.RAdam, group 0 of torch.optim.Adam");
        refused(Map.of("momentum", 0.5, "nesterov", false, "dampening", 0L), Map.of(),
                "the file is of torch.optim.SGD");
        refused(Map.of("amsgrad", true), Map.of(), "has no max_exp_avg_sq");
        refused(Map.of("amsgrad", 1L), Map.of(), "amsgrad is neither True nor False");
        refused(Map.of("lr", -1.0), Map.of(), "learningRate must be");
        refused(Map.of("lr", Double.NaN), Map.of(), "learningRate must be");
        refused(Map.of("lr", true), Map.of(), "lr is no number");
        refused(Map.of("lr", new Pickler.Floats("1", List.of(2L))), Map.of(), "lr is no number");
        refused(Map.of("betas", 0.5), Map.of(), "betas are not two numbers");
        refused(Map.of("betas", List.of(0.5)), Map.of(), "betas are not two numbers");
        refused(Map.of("params", "-"), Map.of(), "a group has no parameters");
        refused(Map.of("params", List.of(0L, 0L)), Map.of(), "two groups have the parameter 0");
        refused(Map.of("params", List.of(0L, 1L)), Map.of(), "group 0 has 2 parameters in the file");
        refused(Map.of("params", List.of(1L)), Map.of(), "there is state of 0");
        refused(Map.of("params", List.of(0.5)), Map.of(), "neither numbers nor names");
        refused(Map.of("params", Arrays.asList((Object) null)), Map.of(), "neither numbers nor names");
        refused(Map.of("param_names", Arrays.asList((Object) null)), Map.of(), "other names than parameters");
        refused(Map.of("param_names", List.of()), Map.of(), "other names than parameters");
        refused(Map.of("param_names", List.of("v")), Map.of(), "no parameter of the name w in group 0, it has [v]");
        refused(Map.of(), Map.of("step", "-"), "has no step");
        refused(Map.of(), Map.of("step", 1.5), "the step of w is 1.5");
        refused(Map.of(), Map.of("step", -1L), "the step of w is -1.0");
        refused(Map.of(), Map.of("step", Double.POSITIVE_INFINITY), "the step of w is Infinity");
        refused(Map.of(), Map.of("step", List.of()), "step is no number");
        refused(Map.of(), Map.of("exp_avg", "-"), "has no exp_avg");
        refused(Map.of(), Map.of("exp_avg", 1.0), "exp_avg of w is no tensor");
        refused(Map.of(), Map.of("exp_avg", new Pickler.Floats("2", List.of(1L))), "but the parameter has 2 elements");
        refused(Map.of(), Map.of("max_exp_avg_sq", new Pickler.Floats("2", List.of(1L))),
                "what the optimizer does not have: [max_exp_avg_sq]");
        refused(Map.of(), Map.of("exp_inf", 0L), "what the optimizer does not have: [exp_inf]");
    }

    @Test
    void otherOptimizers() throws Exception {
        Path path = adam(Map.of(), Map.of());
        restoreRefused(path, Adam.builder().stateType(StateType.BFLOAT16), "State of PyTorch is restored to FLOAT32");
        restoreRefused(path, Adam.builder().amsgrad(true), "max_exp_avg_sq");
        restoreRefused(path, RAdam.builder(RAdam.Preset.PYTORCH), "of torch.optim.RAdam");
        restoreRefused(path, Lion.builder(), "of lion");
        restoreRefused(path, Adam.builder(Adam.Preset.ADAM_2K), "frozenSteps is 2000, there 0");
        try (Optimizer optimizer = Adam.builder().parameter(parameter).build()) {
            optimizer.addGroup(group -> group.parameters(List.of(named("v"))));
            assertTrue(assertThrows(InvalidSnapshotException.class, () -> TorchCheckpoint.restore(path, optimizer))
                    .getMessage().contains("the file has 1 groups, the optimizer 2"));
        }
        Parameter slice = Parameter.builder(MemorySegment.ofArray(new float[LENGTH])).slice(2, 10).build();
        try (Optimizer optimizer = Adam.builder().parameter(slice).build()) {
            assertThrows(InvalidSnapshotException.class, () -> TorchCheckpoint.restore(path, optimizer));
        }
        try (Optimizer optimizer = Adam.builder().parameter(parameter).build()) {
            TorchCheckpoint shaped = TorchCheckpoint.of(optimizer).shapes(Map.of("w", new long[] {1, 2}));
            assertTrue(assertThrows(InvalidSnapshotException.class, () -> shaped.restore(path)).getMessage()
                    .contains("exp_avg of w is FLOAT32[2] in the file, but the parameter has the shape [1, 2]"));
            TorchCheckpoint two = TorchCheckpoint.of(optimizer).names(List.of("w", "v"));
            assertThrows(InvalidSnapshotException.class, () -> two.restore(path));
        }
        try (Optimizer optimizer = Adam.builder().parameter(Parameter.of(new float[2], new float[2])).build()) {
            TorchCheckpoint unnamed = TorchCheckpoint.of(optimizer).names(List.of("w"));
            assertThrows(InvalidSnapshotException.class, () -> unnamed.restore(path));
            TorchCheckpoint.restore(path, optimizer);
        }
    }

    /** The product of momenta is no state here, but what the settings make of the step number. */
    @Test
    void momentumProduct() throws Exception {
        double product = 1;
        for (int t = 1; t <= 3; t++) {
            product *= 0.75 * (1 - 0.5 * Math.pow(0.96, t * 0.25));
        }
        Map<String, Object> settings = Map.of("amsgrad", "-", "momentum_decay", 0.25);
        try (Optimizer optimizer = NAdam.builder().parameter(parameter).build()) {
            TorchCheckpoint.restore(adam(settings, Map.of("mu_product", (double) (float) product)), optimizer);
            assertEquals(0.25, optimizer.groups().getFirst().hyperparameters().get(NAdamSettings.MOMENTUM_DECAY));
            assertEquals(product, ((Coefficients.NAdam) optimizer.coefficients(parameter)).momentumProduct(), 1e-15);
        }
        restoreRefused(adam(settings, Map.of("mu_product", product + 1e-5)), NAdam.builder(), "mu_product of w is ");
        restoreRefused(adam(settings, Map.of("mu_product", Double.NaN)), NAdam.builder(), "mu_product of w is NaN");
        restoreRefused(adam(settings, Map.of()), NAdam.builder(), "has no mu_product");
    }

    private void restoreRefused(Path path, OptimizerBuilder<?, ?> builder, String sentence) {
        builder.parameters(List.of(parameter));
        try (Optimizer optimizer = builder.build()) {
            String message = assertThrows(InvalidSnapshotException.class,
                    () -> TorchCheckpoint.restore(path, optimizer)).getMessage();
            assertTrue(message.contains(sentence), message);
        }
    }

    /** The file's mode counts where it has one. */
    @Test
    void decoupledWeightDecay() throws Exception {
        try (Optimizer optimizer = Adam.builder().parameter(parameter).build()) {
            TorchCheckpoint.restore(adam(Map.of("decoupled_weight_decay", true), Map.of()), optimizer);
            assertEquals(WeightDecay.DECOUPLED,
                    optimizer.groups().getFirst().hyperparameters().get(Hyperparameters.WEIGHT_DECAY_MODE));
        }
    }

    /** By names, also where they are the file's only ids, as FSDP writes them. */
    @Test
    void names() throws Exception {
        Parameter other = named("v");
        try (Optimizer saved = SGD.builder().momentum(0.5).parameter(parameter).parameter(other).build();
                Optimizer restored = SGD.builder().momentum(0.5).parameter(other).parameter(parameter).build()) {
            parameter.gradient().setAtIndex(ValueLayout.JAVA_FLOAT, 0, 7);
            saved.step();
            TorchCheckpoint.write(file(), saved);
            TorchCheckpoint.restore(file(), restored);
            assertEquals(7, momentum(restored, parameter));
            assertEquals(0, momentum(restored, other));
            TorchCheckpoint.of(restored).names(List.of("v", "w")).restore(file());
            assertEquals(7, momentum(restored, other));

            Map<String, Object> group = new LinkedHashMap<>(TorchOptimizer.SGD.write(
                    saved.groups().getFirst().hyperparameters(), 1));
            group.put("params", List.of("w", "v"));
            Path fsdp = TorchFiles.zipped(folder, Pickler.write(Map.of("param_groups", List.of(group), "state",
                    Map.of("w", Map.of("momentum_buffer", new Pickler.Floats("0", List.of(2L)))))),
                    Map.of("data/0", new byte[] {0, 0, 0, 0, 0, 0, (byte) 0x80, 0x3f}));
            TorchCheckpoint.restore(fsdp, restored);
            assertEquals(1, restored.state(parameter).buffer("momentum_buffer").elements()
                    .getAtIndex(ValueLayout.JAVA_FLOAT, 1));
            assertEquals(0, restored.stepCount(other));
        }
    }

    private static float momentum(Optimizer optimizer, Parameter parameter) {
        return optimizer.state(parameter).buffer("momentum_buffer").elements().getAtIndex(ValueLayout.JAVA_FLOAT, 0);
    }
}
