package io.radam.djl;

import io.radam.Algorithm;
import io.radam.Hyperparameters;
import io.radam.InvalidHyperparameterException;
import io.radam.InvalidSnapshotException;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.ParameterState;
import io.radam.StateBuffer;
import io.radam.StateType;
import io.radam.djl.TensorFile.Content;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The state of an optimizer as a file has it, by the names that a block gives to its parameters. Tensors are {@code
 * state.<name>.<buffer>}, and {@code average.<name>}; numbers are texts of the header.
 */
final class SavedState {
    private static final String VERSION = "version";
    private static final String ALGORITHM = "algorithm";
    private static final String STATE_TYPE = "stateType";
    private static final String UPDATES = "updates";
    private static final String STEP = "step.";
    private static final String UPDATES_OF = "updates.";
    private static final String STATE = "state.";
    private static final String NUMBER = "number.";
    private static final String AVERAGE = "average.";
    /** Of a parameter with another algorithm than most. */
    private static final String ALGORITHM_OF = "algorithm.";
    /** To which steps have moved the learning rate. */
    private static final String RATE = "learning_rate.";
    /** That of {@link Optimizer#restore(Parameter, ParameterState)}. */
    private static final long LARGEST_STEP = 1L << 62;

    private final TensorFile file;
    /** The keys of the tensors that were asked for. */
    private final Set<String> read = new HashSet<>();

    SavedState(TensorFile file) {
        this.file = file;
    }

    // --------------------------------------------------------------------------------------------------------- write

    static SavedState of(Optimizer core, int updates) {
        SavedState saved = new SavedState(new TensorFile());
        saved.file.texts().put("format", "radam-djl");
        saved.file.texts().put(VERSION, "1");
        saved.file.texts().put(ALGORITHM, core.algorithm().toString());
        saved.file.texts().put(STATE_TYPE, core.groups().getFirst().stateType().name());
        saved.file.texts().put(UPDATES, String.valueOf(updates));
        return saved;
    }

    TensorFile file() {
        return file;
    }

    /** Adds a parameter that has made no step. */
    void putNew(String name) {
        file.texts().put(STEP + name, "0");
    }

    void put(String name, KnownParameter parameter, ParameterState state) {
        file.texts().put(STEP + name, String.valueOf(state.step()));
        file.texts().put(UPDATES_OF + name, String.valueOf(parameter.updates()));
        Hyperparameters present = parameter.group().group().hyperparameters();
        if (!present.algorithm().toString().equals(file.texts().get(ALGORITHM))) {
            file.texts().put(ALGORITHM_OF + name, present.algorithm().toString());
        }
        if (parameter.group().movesRate()) {
            file.texts().put(RATE + name, String.valueOf(present.learningRate()));
        }
        long length = parameter.core().length();
        state.buffers().forEach((buffer, content) -> {
            String type = typeName(StateBuffer.typeOf(buffer, state.type()));
            file.tensors().put(key(name, buffer), new Content(type, length, content.elements()));
            if (content.scales() != null) {
                file.tensors().put(scaleKey(name, buffer),
                        new Content("F32", content.scales().byteSize() / Float.BYTES, content.scales()));
            }
        });
        state.numbers().forEach((number, value) ->
                file.texts().put(numberKey(name, number), String.valueOf(value)));
        MemorySegment average = parameter.core().average();
        if (average != null) {
            file.tensors().put(AVERAGE + name, new Content("F32", length, average));
        }
    }

    private static String typeName(StateType type) {
        return switch (type) {
            case FLOAT32 -> "F32";
            case BFLOAT16 -> "BF16";
            case BLOCK8 -> "U8";
        };
    }

    private static String key(String name, String buffer) {
        return STATE + name + "." + buffer;
    }

    private static String numberKey(String name, String number) {
        return NUMBER + name + "." + number;
    }

    private static String scaleKey(String name, String buffer) {
        return key(name, buffer) + ".scale";
    }

    // ---------------------------------------------------------------------------------------------------------- read

    int updates() {
        return (int) number(UPDATES, Integer.MAX_VALUE);
    }

    int updates(String name) {
        return (int) number(UPDATES_OF + name, Integer.MAX_VALUE);
    }

    private long step(String name) {
        return number(STEP + name, LARGEST_STEP);
    }

    private long number(String key, long largest) {
        String text = file.texts().get(key);
        try {
            long number = Long.parseLong(text);
            if (number >= 0 && number <= largest) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Is said below.
        }
        throw new InvalidSnapshotException("the file's " + key + " is no number from 0 to " + largest + ": " + text);
    }

    /** Whether a parameter had made a step. */
    boolean hasState(String name) {
        return file.texts().containsKey(STEP + name) && step(name) > 0;
    }

    /** Fails if the file is not of this kind of optimizer, or its parameters are not those of the block. */
    void requireFits(Optimizer core, List<NamedParameter> parameters) {
        requireSame("format", "radam-djl", file.texts().get("format"));
        requireSame(VERSION, "1", file.texts().get(VERSION));
        requireSame(ALGORITHM, core.algorithm().toString(), file.texts().get(ALGORITHM));
        requireSame(STATE_TYPE, core.groups().getFirst().stateType().name(), file.texts().get(STATE_TYPE));
        Set<String> saved = new HashSet<>();
        for (String key : file.texts().keySet()) {
            if (key.startsWith(STEP)) {
                saved.add(key.substring(STEP.length()));
            }
        }
        for (NamedParameter parameter : parameters) {
            if (!saved.remove(parameter.name()) && parameter.isTrained()) {
                throw new InvalidSnapshotException("the file has no state of the block's parameter "
                        + parameter.name());
            }
        }
        if (!saved.isEmpty()) {
            throw new InvalidSnapshotException("the file has state of " + saved + ", which the block has not");
        }
    }

    private static void requireSame(String what, String expected, String found) {
        if (!expected.equals(found)) {
            throw new InvalidSnapshotException("the " + what + " is " + found + " in the file, and " + expected
                    + " here");
        }
    }

    /** Fails if a parameter's state is of another algorithm. */
    void requireAlgorithm(String name, Algorithm expected) {
        requireSame("algorithm of " + name, expected.toString(),
                file.texts().getOrDefault(ALGORITHM_OF + name, file.texts().get(ALGORITHM)));
    }

    /** The learning rate to which steps have moved that of a parameter. */
    double rate(String name, TrackedGroup group) {
        double rate = real(RATE + name);
        try {
            group.group().hyperparameters().withLearningRate(rate);
            return rate;
        } catch (InvalidHyperparameterException e) {
            throw new InvalidSnapshotException("the file's " + RATE + name + " is no learning rate: " + e.getMessage());
        }
    }

    /** The state of a parameter, whose sizes are checked. */
    ParameterState state(String name, ParameterState present) {
        Map<String, ParameterState.Buffer> buffers = new LinkedHashMap<>();
        present.buffers().forEach((buffer, content) -> buffers.put(buffer, new ParameterState.Buffer(
                bytes(key(name, buffer), content.elements()),
                content.scales() == null ? null : bytes(scaleKey(name, buffer), content.scales()))));
        Map<String, Double> numbers = new LinkedHashMap<>();
        for (String number : present.numbers().keySet()) {
            numbers.put(number, real(numberKey(name, number)));
        }
        return new ParameterState(step(name), present.type(), buffers, numbers);
    }

    private double real(String key) {
        String text = file.texts().get(key);
        try {
            double number = text == null ? Double.NaN : Double.parseDouble(text);
            if (number >= 0 && number < Double.POSITIVE_INFINITY) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Is said below.
        }
        throw new InvalidSnapshotException("the file's " + key + " is no finite number of at least 0: " + text);
    }

    /**
     * Fails if the file has a buffer that is in none of the states that were read: it is of other settings, such as
     * AMSGrad or Lookahead.
     */
    void requireAllRead() {
        for (String key : file.tensors().keySet()) {
            if (key.startsWith(STATE) && !read.contains(key)) {
                throw new InvalidSnapshotException("the file has " + key + ", which these settings have not");
            }
        }
    }

    /** The average of a parameter; null if none is kept. */
    MemorySegment average(String name, Parameter parameter) {
        return parameter.average() == null ? null : bytes(AVERAGE + name, parameter.average());
    }

    private MemorySegment bytes(String key, MemorySegment like) {
        Content content = file.tensors().get(key);
        if (content == null) {
            throw new InvalidSnapshotException("the file has no " + key);
        }
        requireSame("size of " + key, like.byteSize() + " bytes", content.bytes().byteSize() + " bytes");
        read.add(key);
        return content.bytes();
    }
}
