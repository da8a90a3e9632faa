package io.radam.checkpoint;

import io.radam.InvalidParameterException;
import io.radam.Optimizer;
import io.radam.OptimizerStateException;
import io.radam.Parameter;
import io.radam.ParameterGroup;
import io.radam.ParameterState;
import io.radam.StateBuffer;
import io.radam.PlateauSchedule;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a file gets: texts, and tensors that are views of the training's own memory. */
final class Contents {
    private final Checkpoint checkpoint;
    private final Optimizer optimizer;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final List<Tensor> tensors = new ArrayList<>();
    private final Map<String, SavedParameter> parameters = new LinkedHashMap<>();
    private final long changesBefore;
    /** Null if the file is to have all. */
    private final ShardName shard;

    /**
     * Collects all, and checks it.
     *
     * @param shard null if the file is to have all
     * @throws InvalidParameterException if two names are equal, a shape does not fit, or memory cannot be read
     */
    Contents(Checkpoint checkpoint, ShardName shard) {
        this.checkpoint = checkpoint;
        this.shard = shard;
        optimizer = checkpoint.optimizer();
        requireLittleEndian();
        changesBefore = optimizer.changeCount();
        metadata.put(Keys.FORMAT, Keys.FORMAT_VALUE);
        metadata.put(Keys.VERSION, Keys.VERSION_VALUE);
        metadata.put(Keys.ALGORITHM, optimizer.algorithm().toString());
        metadata.put(Keys.SEED, String.valueOf(optimizer.seed()));
        metadata.put(Keys.FACTOR, String.valueOf(optimizer.learningRateFactor()));
        metadata.put(Keys.NEXT_RANDOM_INDEX, String.valueOf(optimizer.nextRandomIndex()));
        List<ParameterGroup> groups = optimizer.groups();
        List<SavedGroup> savedGroups = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            savedGroups.add(group(groups.get(i), i));
        }
        metadata.put(Keys.GROUPS, SavedGroup.toJson(savedGroups, optimizer.algorithm()));
        metadata.put(Keys.PARAMETERS, SavedParameter.toJson(parameters));
        for (String name : checkpoint.shapes().keySet()) {
            if (shard == null && !parameters.containsKey(name)) {
                throw new InvalidParameterException("a shape is given for " + name + ", which no parameter is called");
            }
        }
        requireDistinct();
        if (shard != null) {
            metadata.put(Keys.GENERATION, String.valueOf(shard.generation()));
            metadata.put(Keys.SHARD, String.valueOf(shard.number()));
            metadata.put(Keys.SHARDS, String.valueOf(shard.count()));
        }
        putSchedules();
        checkpoint.strings().forEach((name, value) -> metadata.put(Keys.USER + name, value));
    }

    /** The format's numbers are, and memory is written as it is. */
    static void requireLittleEndian() {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new UnsupportedOperationException("checkpoints need a little-endian machine");
        }
    }

    Map<String, String> metadata() {
        return metadata;
    }

    List<Tensor> tensors() {
        return tensors;
    }

    /** Fails if state, a step number or the parameters may be others since. */
    void requireUnchanged() {
        requireUnchanged(optimizer, changesBefore);
    }

    static void requireUnchanged(Optimizer optimizer, long changesBefore) {
        if (optimizer.changeCount() != changesBefore) {
            throw new OptimizerStateException("the optimizer was changed, such as by a step, while the checkpoint was "
                    + "written");
        }
    }

    private SavedGroup group(ParameterGroup group, int number) {
        if (group.name() != null) {
            requireText(group.name());
        }
        List<String> names = new ArrayList<>();
        for (Parameter parameter : group.parameters()) {
            if (shard != null && parameter.length() == 0 && parameter.wholeLength() > 0) {
                continue; // Other shards have all of it. Several of such slices would have one name.
            }
            String name = name(parameter, number, names.size());
            requireText(name);
            if (parameters.put(name, SavedParameter.of(parameter, optimizer.randomIndex(parameter))) != null) {
                throw new InvalidParameterException("two parameters are called " + name + " in the file, of which one "
                        + "is called so after its place, for it has no name: " + parameter);
            }
            names.add(name);
            put(name, parameter);
        }
        return new SavedGroup(group.name(), group.hyperparameters(), group.stateType(), group.stateRounding(), names);
    }

    private String name(Parameter parameter, int group, int position) {
        if (shard == null) {
            return Keys.parameter(parameter, group, position);
        }
        if (parameter.name() == null) {
            throw new InvalidParameterException("the parameters of a sharded checkpoint need names, by which they are "
                    + "found in its files: " + parameter);
        }
        return parameter.name() + Keys.slice(parameter.first(), parameter.length(), parameter.wholeLength());
    }

    private static void requireText(String name) {
        if (!Json.isText(name)) {
            throw new InvalidParameterException("a name is not Unicode: " + name);
        }
    }

    private void put(String name, Parameter parameter) {
        List<Long> shape = shape(name, parameter);
        ParameterState state = optimizer.state(parameter);
        metadata.put(Keys.step(name), String.valueOf(state.step()));
        add(new Tensor(Keys.step(name), TensorType.F32, List.of(),
                MemorySegment.ofArray(new float[] {state.step()})));
        state.buffers().forEach((buffer, content) -> {
            add(new Tensor(Keys.state(name, buffer), TensorType.of(StateBuffer.typeOf(buffer, state.type())), shape,
                    content.elements()));
            if (content.scales() != null) {
                add(Tensor.vector(Keys.scales(name, buffer), TensorType.F32, content.scales()));
            }
        });
        NumberTensors.of(state.numbers().keySet()).forEach((tensor, numbers) -> add(Tensor.vector(
                Keys.state(name, tensor), TensorType.F64, MemorySegment.ofArray(numbers.stream()
                        .mapToDouble(state.numbers()::get).toArray()))));
        if (checkpoint.hasParameters()) {
            add(new Tensor(Keys.values(name), TensorType.of(parameter.valuesType()), shape,
                    optimizer.values(parameter)));
        }
        // Also where the values are saved by somebody else, who knows nothing of them.
        if (parameter.lowerHalves() != null) {
            add(new Tensor(Keys.lowerHalves(name), TensorType.I16, shape, parameter.lowerHalves()));
        }
        if (checkpoint.hasAverages() && parameter.average() != null) {
            add(new Tensor(Keys.average(name), TensorType.F32, shape, parameter.average()));
        }
    }

    private void add(Tensor tensor) {
        checkpoint.memory().require(tensor.bytes(), tensor.name());
        tensors.add(tensor);
    }

    private List<Long> shape(String name, Parameter parameter) {
        long[] shape = checkpoint.shapes().get(name);
        // A shard names its slices otherwise, so that they have no shape.
        if (shape == null) {
            return List.of(parameter.length());
        }
        if (Arrays.stream(shape).anyMatch(size -> size < 0) || shape.length > Header.MOST_DIMENSIONS
                || product(shape) != parameter.length()) {
            throw new InvalidParameterException("the shape " + Arrays.toString(shape) + " does not fit " + parameter);
        }
        return Arrays.stream(shape).boxed().toList();
    }

    /** Less than 0 if it is too large. */
    private static long product(long[] sizes) {
        if (Arrays.stream(sizes).anyMatch(size -> size == 0)) {
            return 0;
        }
        try {
            return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
        } catch (ArithmeticException e) {
            return -1;
        }
    }

    /** Names of tensors are made of several parts, so two could be equal. */
    private void requireDistinct() {
        Set<String> names = new HashSet<>();
        for (Tensor tensor : tensors) {
            if (!names.add(tensor.name())) {
                throw new InvalidParameterException("two tensors are called " + tensor.name() + " in the file");
            }
        }
    }

    private void putSchedules() {
        if (checkpoint.lossScaler() != null) {
            metadata.put(Keys.SCALE, String.valueOf(checkpoint.lossScaler().scale()));
            metadata.put(Keys.APPLIED, String.valueOf(checkpoint.lossScaler().appliedInARow()));
        }
        if (checkpoint.plateau() != null) {
            PlateauSchedule.State state = checkpoint.plateau().state();
            metadata.put(Keys.PLATEAU_FACTOR, String.valueOf(state.factor()));
            metadata.put(Keys.PLATEAU_BEST, String.valueOf(state.best()));
            metadata.put(Keys.PLATEAU_WORSE, String.valueOf(state.worseInARow()));
            metadata.put(Keys.PLATEAU_COOLDOWN, String.valueOf(state.cooldownLeft()));
        }
    }
}
