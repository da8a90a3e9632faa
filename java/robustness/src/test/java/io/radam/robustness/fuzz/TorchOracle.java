package io.radam.robustness.fuzz;

import io.radam.Hyperparameter;
import io.radam.Parameter;
import io.radam.ParameterGroup;
import io.radam.checkpoint.TorchCheckpoint;
import io.radam.checkpoint.TorchFile;
import io.radam.checkpoint.TorchTensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Compares a training that a file of PyTorch was restored to with what the file has, then writes it and reads that. */
final class TorchOracle {
    private final SmallTraining training;
    /** Whether a parameter has state, though it has made no step. */
    private boolean stateBeforeSteps;

    private TorchOracle(SmallTraining training) {
        this.training = training;
    }

    static void check(Path path, SmallTraining training) throws IOException {
        TorchOracle oracle = new TorchOracle(training);
        try (TorchFile file = TorchCheckpoint.read(path)) {
            Object saved = file.contents();
            for (Object key : TorchTarget.place(file)) {
                saved = saved instanceof Map<?, ?> map ? map.get(key) : ((List<?>) saved).get((Integer) key);
            }
            oracle.compare((Map<?, ?>) saved);
        }
        // PyTorch has no such state, and it is not written.
        if (!oracle.stateBeforeSteps) {
            oracle.writeAndRead(path.resolveSibling("written.pt"));
        }
    }

    // ------------------------------------------------------------------------------------------------------- compare

    private void compare(Map<?, ?> saved) {
        List<?> groups = (List<?>) saved.get("param_groups");
        for (int i = 0; i < groups.size(); i++) {
            Map<?, ?> group = (Map<?, ?>) groups.get(i);
            ParameterGroup present = training.optimizer.groups().get(i);
            for (Hyperparameter<?> hyperparameter : training.optimizer.algorithm().hyperparameters()) {
                compareSetting(group, hyperparameter.toString(), present.hyperparameters().get(hyperparameter));
            }
            for (int j = 0; j < present.parameters().size(); j++) {
                Parameter parameter = present.parameters().get(j);
                Object state = ((Map<?, ?>) saved.get("state")).get(id(group, parameter, j));
                compareState(state == null ? Map.of() : (Map<?, ?>) state, parameter);
            }
        }
    }

    private static void compareSetting(Map<?, ?> group, String name, Object value) {
        switch (name) {
            case "learningRate" -> require(value.equals(number(group.get("lr"))), name);
            case "epsilon" -> require(value.equals(number(group.get("eps"))), name);
            case "weightDecay" -> require(value.equals(number(group.get("weight_decay"))), name);
            case "momentumDecay" -> require(value.equals(number(group.get("momentum_decay"))), name);
            case "momentum", "dampening" -> require(value.equals(number(group.get(name))), name);
            case "beta1" -> require(value.equals(number(((List<?>) group.get("betas")).get(0))), name);
            case "beta2" -> require(value.equals(number(((List<?>) group.get("betas")).get(1))), name);
            case "amsgrad", "nesterov", "maximize" ->
                require(value.equals(Objects.requireNonNullElse(group.get(name), false)), name);
            default -> { } // PyTorch does not have it
        }
    }

    /** By name, where both have names of the whole group. */
    private static Object id(Map<?, ?> group, Parameter parameter, int index) {
        List<?> ids = (List<?>) group.get("params");
        List<?> names = group.get("param_names") instanceof List<?> list ? list
                : ids.stream().allMatch(String.class::isInstance) ? ids : null;
        return ids.get(names == null || parameter.name() == null ? index : names.indexOf(parameter.name()));
    }

    private void compareState(Map<?, ?> state, Parameter parameter) {
        long step = training.optimizer.stepCount(parameter);
        if (state.values().stream().allMatch(Objects::isNull)) {
            require(step == 0, "step");
            return;
        }
        stateBeforeSteps |= step == 0;
        // SGD does not count.
        require(step == (state.get("step") == null ? 1 : number(state.get("step"))), "step");
        training.optimizer.state(parameter).buffers().forEach((name, buffer) -> {
            MemorySegment floats = MemorySegment.ofArray(new float[(int) parameter.length()]);
            ((TorchTensor) state.get(name)).copyTo(floats);
            require(floats.mismatch(buffer.elements()) == -1, name);
        });
    }

    private static double number(Object value) {
        return value instanceof TorchTensor tensor ? tensor.item() : ((Number) value).doubleValue();
    }

    private static void require(boolean equal, String what) {
        if (!equal) {
            throw new AssertionError("restored, but not as the file has it: " + what);
        }
    }

    // ------------------------------------------------------------------------------------------------ write and read

    private void writeAndRead(Path path) throws IOException {
        TorchCheckpoint.write(path, training.optimizer);
        byte[] bits = training.bits();
        TorchCheckpoint.restore(path, training.optimizer);
        require(Arrays.equals(bits, training.bits()), "what was written and read");
        SmallTraining other = new SmallTraining(training.kind);
        try (other.optimizer) {
            TorchCheckpoint.restore(path, other.optimizer);
            require(Arrays.equals(bits, other.bits()), "what was written and read by a new training");
        }
    }
}
