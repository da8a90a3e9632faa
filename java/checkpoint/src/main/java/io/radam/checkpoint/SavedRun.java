package io.radam.checkpoint;

import io.radam.Algorithm;
import io.radam.Optimizer;
import io.radam.OptimizerSnapshot;
import io.radam.ParameterState;
import io.radam.PlateauSchedule;
import io.radam.StateBuffer;
import io.radam.StateType;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a file has of a training. Every text and every tensor of the file is one that is known, and fits the others. */
final class SavedRun implements Saved {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    /** The elements of a block of {@link StateType#BLOCK8}, which have one scale. */
    static final long BLOCK = 256;
    private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,18}");
    /** No text of a number is longer than this. */
    private static final int LONGEST_NUMBER = 40;

    private final OptimizerSnapshot snapshot;
    private final Map<String, String> strings = new LinkedHashMap<>();
    private final LossScale lossScale;
    private final PlateauSchedule.State plateau;
    private final TensorFile file;
    private final Shard shard;
    /** By the names that parameters have in the file. */
    private final Map<String, Stored> stored = new LinkedHashMap<>();

    /** What is not taken yet. */
    private final Map<String, String> texts;
    private final Map<String, Tensor> tensors;

    /** A loss scaler's state. */
    record LossScale(double scale, int appliedInARow) {
    }

    /** Which one of how many shards the file is, from 1, and of which checkpoint. */
    record Shard(long generation, int number, int count) {
    }

    /**
     * What the file has of a parameter.
     *
     * @param state  the tensors of its buffers, scales and numbers, by what their names have after the parameter's
     * @param step   the tensor that has it
     * @param values  null if there are none
     * @param lowerHalves null if there are none
     * @param average null if there is none
     */
    record Stored(int group, OptimizerSnapshot.Entry entry, Map<String, Tensor> state, Tensor step, Tensor values,
            Tensor lowerHalves, Tensor average) {
    }

    /**
     * Reads all texts and the names of all tensors.
     *
     * @throws Malformed if they are not those of a checkpoint
     * @throws IllegalArgumentException if a setting is none, or is out of range
     */
    SavedRun(TensorFile file, Algorithms known) {
        this.file = file;
        texts = new LinkedHashMap<>(file.metadata());
        tensors = new LinkedHashMap<>(file.tensors());
        Malformed.require(Keys.FORMAT_VALUE.equals(texts.remove(Keys.FORMAT)),
                "the file is no checkpoint of radam");
        String version = take(Keys.VERSION);
        Malformed.require(Keys.VERSION_VALUE.equals(version), "the checkpoint's version is " + version
                + ", known is " + Keys.VERSION_VALUE);
        Algorithm algorithm = known.named(take(Keys.ALGORITHM));
        long seed = integer(Keys.SEED);
        double factor = real(Keys.FACTOR);
        long nextRandomIndex = integer(Keys.NEXT_RANDOM_INDEX);
        shard = texts.containsKey(Keys.GENERATION)
                ? new Shard(integer(Keys.GENERATION), small(Keys.SHARD), small(Keys.SHARDS)) : null;
        Map<String, SavedParameter> parameters = SavedParameter.parse(take(Keys.PARAMETERS));
        List<OptimizerSnapshot.Group> groups = new ArrayList<>();
        for (SavedGroup group : SavedGroup.parse(take(Keys.GROUPS), algorithm, known)) {
            List<OptimizerSnapshot.Entry> entries = new ArrayList<>();
            for (String name : group.parameters()) {
                SavedParameter parameter = parameters.remove(name);
                Malformed.require(parameter != null, "a group has a parameter that is unknown, or in another: " + name);
                entries.add(entry(name, parameter, group, groups.size()));
            }
            groups.add(new OptimizerSnapshot.Group(group.name(), group.hyperparameters(), group.stateType(),
                    group.stateRounding(), entries));
        }
        Malformed.require(parameters.isEmpty(), "parameters without a group, such as " + some(parameters));
        snapshot = new OptimizerSnapshot(algorithm, seed, factor, nextRandomIndex, groups);
        lossScale = texts.containsKey(Keys.SCALE) ? new LossScale(real(Keys.SCALE), small(Keys.APPLIED)) : null;
        plateau = texts.containsKey(Keys.PLATEAU_FACTOR) ? new PlateauSchedule.State(real(Keys.PLATEAU_FACTOR),
                real(Keys.PLATEAU_BEST), small(Keys.PLATEAU_WORSE), small(Keys.PLATEAU_COOLDOWN)) : null;
        for (Map.Entry<String, String> text : texts.entrySet()) {
            Malformed.require(text.getKey().startsWith(Keys.USER), "a text is unknown: " + text.getKey());
            strings.put(text.getKey().substring(Keys.USER.length()), text.getValue());
        }
        Malformed.require(tensors.isEmpty(), "tensors are unknown, such as " + some(tensors));
    }

    /** A hostile file may have very many. */
    private static List<String> some(Map<String, ?> map) {
        return map.keySet().stream().limit(3).toList();
    }

    private OptimizerSnapshot.Entry entry(String name, SavedParameter parameter, SavedGroup group, int groupNumber) {
        long step = integer(Keys.step(name));
        Tensor stepTensor = take(Keys.step(name), TensorType.F32, 1);
        Malformed.require(stepTensor.bytes().get(FLOAT, 0) == (float) step,
                "the text and the tensor " + stepTensor.name() + " differ");
        Map<String, Tensor> state = new LinkedHashMap<>();
        Map<String, ParameterState.Buffer> buffers = new LinkedHashMap<>();
        for (StateBuffer buffer : group.hyperparameters().state()) {
            if (buffer != null) {
                buffers.put(buffer.name(), buffer(name, buffer.name(), parameter,
                        StateBuffer.typeOf(buffer.name(), group.stateType()), state));
            }
        }
        Map<String, Double> numbers = new LinkedHashMap<>();
        NumberTensors.of(group.hyperparameters().algorithm().numbers()).forEach((tensor, elements) -> {
            state.put(tensor, take(Keys.state(name, tensor), TensorType.F64, elements.size()));
            for (int i = 0; i < elements.size(); i++) {
                numbers.put(elements.get(i), number(state.get(tensor), i));
            }
        });
        OptimizerSnapshot.Entry entry = new OptimizerSnapshot.Entry(parameter.named() ? ownName(name, parameter) : null,
                parameter.length(), parameter.first(), parameter.wholeLength(), parameter.randomIndex(),
                new ParameterState(step, group.stateType(), buffers, numbers));
        Tensor lowerHalves = takeIfThere(Keys.lowerHalves(name), parameter);
        Malformed.require(lowerHalves == null || lowerHalves.type() == TensorType.I16,
                "the lower halves of " + name + " are not I16");
        stored.put(name, new Stored(groupNumber, entry, state, stepTensor, takeIfThere(Keys.values(name), parameter),
                lowerHalves, takeIfThere(Keys.average(name), parameter)));
        return entry;
    }

    private static double number(Tensor tensor, int i) {
        double value = tensor.bytes().get(DOUBLE, (long) i * Double.BYTES);
        Malformed.require(value >= 0 && value < Double.POSITIVE_INFINITY, () -> "element " + i + " of the tensor "
                + tensor.name() + " has to be finite and at least 0, but is " + value);
        return value;
    }

    /** Without what the names of slices have in a shard. */
    private String ownName(String name, SavedParameter parameter) {
        if (shard == null) {
            return name;
        }
        String end = Keys.slice(parameter.first(), parameter.length(), parameter.wholeLength());
        Malformed.require(name.endsWith(end), "the name of a slice does not end in " + end + ": " + name);
        return name.substring(0, name.length() - end.length());
    }

    private ParameterState.Buffer buffer(String parameter, String buffer, SavedParameter saved, StateType type,
            Map<String, Tensor> state) {
        Tensor elements = take(Keys.state(parameter, buffer), TensorType.of(type), saved.length());
        state.put(buffer, elements);
        if (type != StateType.BLOCK8 || saved.length() == 0) {
            return new ParameterState.Buffer(elements.bytes());
        }
        Tensor scales = take(Keys.scales(parameter, buffer), TensorType.F32, Math.ceilDiv(saved.length(), BLOCK));
        state.put(Keys.scale(buffer), scales);
        return new ParameterState.Buffer(elements.bytes(), scales.bytes());
    }

    // ---------------------------------------------------------------------------------------------------------- take

    private String take(String key) {
        String text = texts.remove(key);
        Malformed.require(text != null, "a text is missing: " + key);
        return text;
    }

    private long integer(String key) {
        String text = take(key);
        Malformed.require(INTEGER.matcher(text).matches(), "not an integer: " + key);
        return Long.parseLong(text);
    }

    private int small(String key) {
        long number = integer(key);
        Malformed.require(number == (int) number, "an integer of more than 32 bits: " + key);
        return (int) number;
    }

    private double real(String key) {
        String text = take(key);
        Malformed.require(text.length() <= LONGEST_NUMBER, "not a number: " + key);
        double number = Double.parseDouble(text);
        // Java reads much else, such as hexadecimal numbers.
        Malformed.require(!Double.isNaN(number) && String.valueOf(number).equals(text), "no number as checkpoints have "
                + "them: " + key);
        return number;
    }

    private Tensor take(String name, TensorType type, long length) {
        Tensor tensor = tensors.remove(name);
        Malformed.require(tensor != null, "a tensor is missing: " + name);
        Malformed.require(tensor.type() == type && tensor.length() == length, "the tensor " + name + " has "
                + tensor.length() + " of " + tensor.type() + ", but should have " + length + " of " + type);
        return tensor;
    }

    private Tensor takeIfThere(String key, SavedParameter parameter) {
        Tensor tensor = tensors.remove(key);
        Malformed.require(tensor == null || tensor.length() == parameter.length(), () -> "the tensor " + key + " has "
                + tensor.length() + " elements, but its parameter has " + parameter.length());
        return tensor;
    }

    // --------------------------------------------------------------------------------------------------------- saved

    TensorFile file() {
        return file;
    }

    /** Null if the file has all of the training. */
    Shard shard() {
        return shard;
    }

    Map<String, Stored> stored() {
        return stored;
    }

    @Override
    public OptimizerSnapshot settings() {
        return snapshot;
    }

    @Override
    public Map<String, String> strings() {
        return strings;
    }

    @Override
    public LossScale lossScale() {
        return lossScale;
    }

    @Override
    public PlateauSchedule.State plateau() {
        return plateau;
    }

    @Override
    public Part values(String name) {
        Stored parameter = stored.get(name);
        return parameter == null ? null : part(parameter, parameter.values);
    }

    @Override
    public Part lowerHalves(String name) {
        Stored parameter = stored.get(name);
        return parameter == null ? null : part(parameter, parameter.lowerHalves);
    }

    @Override
    public Part average(String name) {
        Stored parameter = stored.get(name);
        return parameter == null ? null : part(parameter, parameter.average);
    }

    /** Of a slice, the whole is not in the file, and what there is has to fit as it is. */
    private Part part(Stored parameter, Tensor tensor) {
        return tensor == null ? null : new Part(tensor.type(), parameter.entry.wholeLength(),
                List.of(new Piece(file, tensor, parameter.entry.first())));
    }

    @Override
    public List<Piece> state(Optimizer optimizer) {
        List<Piece> state = new ArrayList<>();
        for (Stored parameter : stored.values()) {
            state.add(new Piece(file, parameter.step, 0));
            parameter.state.values().forEach(tensor -> state.add(new Piece(file, tensor, 0)));
        }
        return state;
    }

    @Override
    public OptimizerSnapshot snapshot(Optimizer optimizer, Arena arena) {
        return snapshot;
    }
}
