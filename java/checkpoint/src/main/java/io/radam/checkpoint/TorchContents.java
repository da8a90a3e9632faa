package io.radam.checkpoint;

import io.radam.Hyperparameters;
import io.radam.InvalidParameterException;
import io.radam.InvalidSnapshotException;
import io.radam.Optimizer;
import io.radam.OptimizerStateException;
import io.radam.Parameter;
import io.radam.ParameterGroup;
import io.radam.ParameterState;
import io.radam.StateType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/** What a file for PyTorch gets: the dict of an optimizer's state, and tensors that are views of its own memory. */
final class TorchContents {
    private static final String FOLDER = "optimizer";
    /** PyTorch writes this version, and reads it since 1.6. */
    private static final String VERSION = "3\n";
    /** From here on a float, as which PyTorch counts, has no next whole number. */
    private static final long LARGEST_STEP = 1 << 24;

    private final TorchCheckpoint run;
    private final Optimizer optimizer;
    private final List<MemorySegment> storages = new ArrayList<>();
    private final Map<Object, Object> dict = new LinkedHashMap<>();
    private final long changesBefore;
    private final Map<String, long[]> shapes;
    /** What the first group is of; null before it is known. */
    private TorchOptimizer first;
    private String firstGroup;

    /**
     * Collects all, and checks it.
     *
     * @throws InvalidSnapshotException if PyTorch does not have such an optimizer
     * @throws InvalidParameterException if PyTorch cannot hold the state, or memory cannot be read
     */
    TorchContents(TorchCheckpoint run) {
        this.run = run;
        optimizer = run.optimizer();
        shapes = new LinkedHashMap<>(run.shapes());
        Contents.requireLittleEndian();
        changesBefore = optimizer.changeCount();
        Map<Object, Object> states = new LinkedHashMap<>();
        List<Object> groups = new ArrayList<>();
        List<ParameterGroup> present = optimizer.groups();
        long id = 0;
        for (int i = 0; i < present.size(); i++) {
            ParameterGroup group = present.get(i);
            Map<String, Object> settings = settings(group, i);
            List<Object> ids = new ArrayList<>();
            for (Parameter parameter : group.parameters()) {
                String name = Keys.parameter(parameter, i, ids.size());
                Map<String, Object> state = state(parameter, name, group.hyperparameters());
                if (!state.isEmpty()) {
                    states.put(id, state);
                }
                ids.add(id++);
            }
            settings.put("params", ids);
            groups.add(settings);
        }
        if (!shapes.isEmpty()) {
            throw new InvalidParameterException("shapes are given for what no parameter is called: " + shapes.keySet());
        }
        dict.put("state", states);
        dict.put("param_groups", groups);
    }

    private Map<String, Object> settings(ParameterGroup group, int number) {
        String which = "group " + (group.name() == null ? number : group.name());
        TorchOptimizer torch = TorchOptimizer.of(group.hyperparameters());
        if (torch == null) {
            throw new InvalidSnapshotException("PyTorch does not have " + group.hyperparameters().algorithm());
        }
        if (first == null) {
            first = torch;
            firstGroup = which;
        } else if (torch != first) {
            throw new InvalidSnapshotException("an optimizer of PyTorch has groups of one class only, but " + firstGroup
                    + " is of " + first + ", " + which + " of " + torch);
        }
        torch.requireRules(group.hyperparameters(), which);
        if (group.stateType() != StateType.FLOAT32) {
            throw new InvalidSnapshotException("the state of " + which + " is " + group.stateType()
                    + ", which PyTorch would not go on with: it has no stochastic rounding of state");
        }
        Map<String, Object> settings = torch.write(group.hyperparameters(), optimizer.learningRateFactor());
        if (group.parameters().stream().allMatch(parameter -> parameter.name() != null)) {
            settings.put("param_names", group.parameters().stream().map(Parameter::name).map(Object.class::cast)
                    .toList());
        }
        return settings;
    }

    /** None before a parameter's first step, as in PyTorch; but Adagrad's there is what it begins with. */
    private Map<String, Object> state(Parameter parameter, String name, Hyperparameters hyperparameters) {
        if (parameter.length() != parameter.wholeLength()) {
            throw new InvalidParameterException(name + " is a slice. PyTorch has state of whole tensors");
        }
        ParameterState state = optimizer.state(parameter);
        List<Long> shape = shape(name, parameter);
        Map<String, Object> dict = new LinkedHashMap<>();
        TorchOptimizer torch = TorchOptimizer.of(hyperparameters);
        if (state.step() == 0 && !torch.beginsWithState()) {
            return dict;
        }
        if (torch.countsSteps()) {
            if (state.step() > LARGEST_STEP) {
                throw new InvalidParameterException("the step of " + name + " is " + state.step() + ". PyTorch counts "
                        + "in float32, to " + LARGEST_STEP);
            }
            dict.put("step", number(state.step(), name));
        }
        if (state.step() == 0) {
            float initial = torch.initial(hyperparameters);
            state.buffers().forEach((buffer, content) ->
                    dict.put(buffer, add(filled(parameter.length(), initial), shape, name + "'s " + buffer)));
            return dict;
        }
        torch.scalars(hyperparameters, state.step()).forEach((key, value) ->
                dict.put(key, number(value.floatValue(), name)));
        state.buffers().forEach((buffer, content) ->
                dict.put(buffer, add(content.elements(), shape, name + "'s " + buffer)));
        return dict;
    }

    private static MemorySegment filled(long length, float value) {
        MemorySegment memory = Arena.ofAuto().allocate(length * Float.BYTES, Float.BYTES);
        for (long i = 0; value != 0 && i < length; i++) {
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
        }
        return memory;
    }

    private Pickler.Floats number(float number, String what) {
        return add(MemorySegment.ofArray(new float[] {number}), List.of(), what);
    }

    private Pickler.Floats add(MemorySegment elements, List<Long> shape, String what) {
        run.memory().require(elements, what);
        storages.add(elements);
        return new Pickler.Floats(String.valueOf(storages.size() - 1), shape);
    }

    private List<Long> shape(String name, Parameter parameter) {
        long[] shape = shapes.remove(name);
        if (shape == null) {
            return List.of(parameter.length());
        }
        long product = 1;
        for (long size : shape) {
            // One that is too large is no factor of a length, unless the length is 0.
            boolean none = product < 0 || size < 0 || product > 0 && size > Long.MAX_VALUE / product;
            product = none ? -1 : product * size;
        }
        if (product != parameter.length() || shape.length > TorchTensor.MOST_DIMENSIONS) {
            throw new InvalidParameterException("the shape " + Arrays.toString(shape) + " does not fit " + parameter);
        }
        return Arrays.stream(shape).boxed().toList();
    }

    // --------------------------------------------------------------------------------------------------------- write

    void write(Path path) throws IOException {
        byte[] pickle = Pickler.write(dict);
        run.memory().begin();
        long total = storages.stream().mapToLong(MemorySegment::byteSize).sum();
        AtomicFile.replace(path, channel -> {
            StoredZipWriter zip = new StoredZipWriter(channel, FOLDER);
            add(zip, "data.pkl", pickle);
            add(zip, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment piece = arena.allocate(run.pieceBytes(), Long.BYTES);
                long done = 0;
                for (int i = 0; i < storages.size(); i++) {
                    MemorySegment storage = storages.get(i);
                    long before = done;
                    zip.add("data/" + i, storage.byteSize(), to -> write(to, storage, piece, before, total));
                    done += storage.byteSize();
                }
            }
            add(zip, "version", VERSION.getBytes(StandardCharsets.US_ASCII));
            Contents.requireUnchanged(optimizer, changesBefore);
            zip.finish();
        });
    }

    private static void add(StoredZipWriter zip, String name, byte[] bytes) throws IOException {
        zip.add(name, bytes.length, channel -> {
            CRC32 crc = new CRC32();
            crc.update(bytes);
            writeAll(channel, ByteBuffer.wrap(bytes));
            return (int) crc.getValue();
        });
    }

    /** Each piece is copied once, so that the sum is that of what was written. */
    private int write(FileChannel channel, MemorySegment bytes, MemorySegment piece, long done, long total)
            throws IOException {
        CRC32 crc = new CRC32();
        for (long begin = 0; begin < bytes.byteSize(); begin += piece.byteSize()) {
            MemorySegment copy = piece.asSlice(0, Math.min(piece.byteSize(), bytes.byteSize() - begin));
            try {
                run.memory().copy(bytes.asSlice(begin, copy.byteSize()), copy);
            } catch (IllegalStateException e) { // the memory is closed
                throw TensorWriter.changed(e);
            }
            crc.update(copy.asByteBuffer());
            writeAll(channel, copy.asByteBuffer());
            run.progress().at(done + begin + copy.byteSize(), total);
        }
        return (int) crc.getValue();
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
