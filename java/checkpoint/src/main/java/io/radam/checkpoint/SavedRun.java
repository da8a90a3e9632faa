package io.radam.checkpoint;

import io.radam.Algorithm;
import io.radam.OptimizerSnapshot;
import io.radam.ParameterState;
import io.radam.PlateauSchedule;
import io.radam.StateBuffer;
import io.radam.StateType;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a file has of a training. Every text and every tensor of the file is one that is known, and fits the others. */
final class SavedRun {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    /** The elements of a block of {@link StateType#BLOCK8}, which have one scale. */
    private static final long BLOCK = 256;
    private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,18}");
    /** No text of a number is longer than this. */
    private static final int LONGEST_NUMBER = 40;

    private final OptimizerSnapshot snapshot;
    private final Map<String, String> strings = new LinkedHashMap<>();
    private final LossScale lossScale;
    private final PlateauSchedule.State plateau;
    private final List<Tensor> state = new ArrayList<>();
    private final Map<String, Tensor> values = new HashMap<>();
    private final Map<String, Tensor> averages = new HashMap<>();

    /** What is not taken yet. */
    private final Map<String, String> texts;
    private final Map<String, Tensor> tensors;

    /** A loss scaler's state. */
    record LossScale(double scale, int appliedInARow) {
    }

    /**
     * Reads all texts and the names of all tensors.
     *
     * @throws Malformed if they are not those of a checkpoint
     * @throws IllegalArgumentException if a setting is none, or is out of range
     */
    SavedRun(Map<String, String> texts, Map<String, Tensor> tensors) {
        this.texts = new LinkedHashMap<>(texts);
        this.tensors = new LinkedHashMap<>(tensors);
        Malformed.require(Keys.FORMAT_VALUE.equals(this.texts.remove(Keys.FORMAT)),
                "the file is no checkpoint of radam");
        String version = take(Keys.VERSION);
        Malformed.require(Keys.VERSION_VALUE.equals(version), "the checkpoint's version is " + version
                + ", known is " + Keys.VERSION_VALUE);
        Algorithm algorithm = Algorithm.named(take(Keys.ALGORITHM));
        long seed = integer(Keys.SEED);
        double factor = real(Keys.FACTOR);
        long nextRandomIndex = integer(Keys.NEXT_RANDOM_INDEX);
        Map<String, SavedParameter> parameters = SavedParameter.parse(take(Keys.PARAMETERS));
        List<OptimizerSnapshot.Group> groups = new ArrayList<>();
        for (SavedGroup group : SavedGroup.parse(take(Keys.GROUPS), algorithm)) {
            List<OptimizerSnapshot.Entry> entries = new ArrayList<>();
            for (String name : group.parameters()) {
                SavedParameter parameter = parameters.remove(name);
                Malformed.require(parameter != null, "a group has a parameter that is unknown, or in another: " + name);
                entries.add(entry(name, parameter, group));
            }
            groups.add(new OptimizerSnapshot.Group(group.name(), group.hyperparameters(), group.stateType(),
                    group.stateRounding(), entries));
        }
        Malformed.require(parameters.isEmpty(), "parameters without a group, such as " + some(parameters));
        snapshot = new OptimizerSnapshot(algorithm, seed, factor, nextRandomIndex, groups);
        lossScale = this.texts.containsKey(Keys.SCALE) ? new LossScale(real(Keys.SCALE), small(Keys.APPLIED)) : null;
        plateau = this.texts.containsKey(Keys.PLATEAU_FACTOR) ? new PlateauSchedule.State(real(Keys.PLATEAU_FACTOR),
                real(Keys.PLATEAU_BEST), small(Keys.PLATEAU_WORSE), small(Keys.PLATEAU_COOLDOWN)) : null;
        for (Map.Entry<String, String> text : this.texts.entrySet()) {
            Malformed.require(text.getKey().startsWith(Keys.USER), "a text is unknown: " + text.getKey());
            strings.put(text.getKey().substring(Keys.USER.length()), text.getValue());
        }
        Malformed.require(this.tensors.isEmpty(), "tensors are unknown, such as " + some(this.tensors));
    }

    /** A hostile file may have very many. */
    private static List<String> some(Map<String, ?> map) {
        return map.keySet().stream().limit(3).toList();
    }

    private OptimizerSnapshot.Entry entry(String name, SavedParameter parameter, SavedGroup group) {
        long step = integer(Keys.step(name));
        Tensor stepTensor = take(Keys.step(name), TensorType.F32, 1);
        Malformed.require(stepTensor.bytes().get(FLOAT, 0) == (float) step,
                "the text and the tensor " + stepTensor.name() + " differ");
        state.add(stepTensor);
        Map<String, ParameterState.Buffer> buffers = new LinkedHashMap<>();
        for (StateBuffer buffer : group.hyperparameters().state()) {
            if (buffer != null) {
                buffers.put(buffer.name(), buffer(name, buffer.name(), parameter, group.stateType()));
            }
        }
        takeIfThere(Keys.values(name), values, name, parameter);
        takeIfThere(Keys.average(name), averages, name, parameter);
        return new OptimizerSnapshot.Entry(parameter.named() ? name : null, parameter.length(), parameter.first(),
                parameter.wholeLength(), parameter.randomIndex(),
                new ParameterState(step, group.stateType(), buffers));
    }

    private ParameterState.Buffer buffer(String parameter, String buffer, SavedParameter saved, StateType type) {
        Tensor elements = take(Keys.state(parameter, buffer), TensorType.of(type), saved.length());
        state.add(elements);
        if (type != StateType.BLOCK8 || saved.length() == 0) {
            return new ParameterState.Buffer(elements.bytes());
        }
        Tensor scales = take(Keys.scales(parameter, buffer), TensorType.F32,
                Math.ceilDiv(saved.length(), BLOCK));
        state.add(scales);
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

    private void takeIfThere(String key, Map<String, Tensor> taken, String name, SavedParameter parameter) {
        Tensor tensor = tensors.remove(key);
        if (tensor != null) {
            Malformed.require(tensor.length() == parameter.length(), "the tensor " + key + " has " + tensor.length()
                    + " elements, but its parameter has " + parameter.length());
            taken.put(name, tensor);
        }
    }

    // --------------------------------------------------------------------------------------------------------- saved

    OptimizerSnapshot snapshot() {
        return snapshot;
    }

    Map<String, String> strings() {
        return strings;
    }

    /** Null if there is none. */
    LossScale lossScale() {
        return lossScale;
    }

    /** Null if there is none. */
    PlateauSchedule.State plateau() {
        return plateau;
    }

    /** The tensors that the snapshot is made of. */
    List<Tensor> state() {
        return state;
    }

    /** By the names of parameters in the file. */
    Map<String, Tensor> values() {
        return values;
    }

    /** By the names of parameters in the file. */
    Map<String, Tensor> averages() {
        return averages;
    }
}
