package io.radam.checkpoint;

import io.radam.Hyperparameters;
import io.radam.InvalidSnapshotException;
import io.radam.Optimizer;
import io.radam.OptimizerSnapshot;
import io.radam.Parameter;
import io.radam.ParameterGroup;
import io.radam.ParameterState;
import io.radam.StateBuffer;
import io.radam.StateType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Restores an optimizer from PyTorch's state: checks everything, then changes everything. */
final class TorchRestore {
    private static final String STEP = "step";
    /** Every whole number up to this is a double. */
    private static final double LARGEST_STEP = 1L << 53;
    /** More than a product of factors of at most 1 can be off by rounding to float: they become less quickly. */
    private static final double FAR_FROM_SETTINGS = 0x1p-20;

    private final TorchState saved;
    private final TorchCheckpoint run;
    private final Optimizer optimizer;
    /** Of the file's tensors that are not as the optimizer has them; made when all is checked. */
    private final List<Copy> copies = new ArrayList<>();
    /** Of the file's tensors, those from before a first step. */
    private final List<Beginning> beginnings = new ArrayList<>();
    private final Arena arena = Arena.ofAuto();

    /** A tensor of the file, and memory for its elements as floats. */
    private record Copy(TorchTensor from, MemorySegment to) {
    }

    /** Elements that all have to be what the settings say that they begin with. */
    private record Beginning(MemorySegment elements, float begins, String what) {
        void require() {
            for (long at = 0; at < elements.byteSize(); at += Float.BYTES) {
                float present = elements.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
                TorchRestore.require(present == begins, what + " is " + present + " in the file before the first step, but "
                        + begins + " by its settings");
            }
        }
    }

    TorchRestore(TorchState saved, TorchCheckpoint run) {
        this.saved = saved;
        this.run = run;
        optimizer = run.optimizer();
        Contents.requireLittleEndian();
    }

    /** Checks the state, then the sums of all that it has, and restores it. */
    void run(StoredZip zip) throws IOException {
        // Numbers are read to be checked. The rest may be large, and is read when all else fits.
        zip.verify(saved.entries(tensor -> tensor.length() == 1), (done, total) -> { }, run.pieceBytes());
        List<ParameterGroup> groups = optimizer.groups();
        require(groups.size() == saved.groups().size(), "the file has " + saved.groups().size()
                + " groups, the optimizer " + groups.size());
        requireNames();
        List<OptimizerSnapshot.Group> matched = new ArrayList<>();
        int first = 0;
        for (int i = 0; i < groups.size(); i++) {
            matched.add(group(saved.groups().get(i), groups.get(i), i, first));
            first += groups.get(i).parameters().size();
        }
        zip.verify(saved.entries(tensor -> true), run.progress(), run.pieceBytes());
        copies.forEach(copy -> copy.from.copyTo(copy.to));
        beginnings.forEach(Beginning::require);
        run.memory().begin();
        // The file's learning rates are those of the next step, and the factor is one of schedules.
        optimizer.restore(new OptimizerSnapshot(optimizer.algorithm(), optimizer.seed(), 1,
                optimizer.nextRandomIndex(), matched));
    }

    private static void require(boolean condition, String sentence) {
        if (!condition) {
            throw new InvalidSnapshotException(sentence);
        }
    }

    private void requireNames() {
        int parameters = saved.groups().stream().mapToInt(group -> group.ids().size()).sum();
        require(run.names() == null || run.names().size() == parameters, "the file has " + parameters
                + " parameters, and " + (run.names() == null ? 0 : run.names().size()) + " names are given");
    }

    private OptimizerSnapshot.Group group(TorchState.Group group, ParameterGroup present, int number, int first) {
        String which = "group " + (present.name() == null ? number : present.name());
        require(present.stateType() == StateType.FLOAT32, "the state of " + which + " is " + present.stateType()
                + ". State of PyTorch is restored to FLOAT32");
        require(group.ids().size() == present.parameters().size(), which + " has " + group.ids().size()
                + " parameters in the file, and " + present.parameters().size() + " in the optimizer");
        saved.optimizer().requireRules(present.hyperparameters(), which);
        Hyperparameters hyperparameters = saved.optimizer().read(group.settings(), present.hyperparameters());
        List<Object> ids = matched(group, present, which, first);
        List<OptimizerSnapshot.Entry> parameters = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            Parameter parameter = present.parameters().get(i);
            String name = Keys.parameter(parameter, number, i);
            require(parameter.length() == parameter.wholeLength(), name + " is a slice. PyTorch has state of whole "
                    + "tensors");
            parameters.add(new OptimizerSnapshot.Entry(parameter.name(), parameter.length(), parameter.first(),
                    parameter.wholeLength(), optimizer.randomIndex(parameter),
                    state(saved.states().getOrDefault(ids.get(i), Map.of()), hyperparameters, parameter, name)));
        }
        return new OptimizerSnapshot.Group(present.name(), hyperparameters, present.stateType(),
                present.stateRounding(), parameters);
    }

    /** The ids of the optimizer's parameters: by name if both have names, otherwise in their order. */
    private List<Object> matched(TorchState.Group group, ParameterGroup present, String which, int first) {
        boolean named = present.parameters().stream().allMatch(parameter -> parameter.name() != null);
        List<String> names = group.names();
        if (run.names() != null) {
            require(named, "names are given for the file, but not all parameters of " + which + " have one");
            names = run.names().subList(first, first + group.ids().size());
            require(new HashSet<>(names).size() == names.size(), "a name is given twice for " + which);
        }
        if (names == null || !named) {
            return group.ids();
        }
        List<Object> ids = new ArrayList<>();
        Map<String, Object> byName = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            byName.put(names.get(i), group.ids().get(i));
        }
        for (Parameter parameter : present.parameters()) {
            Object id = byName.get(parameter.name());
            require(id != null, "the file has no parameter of the name " + parameter.name() + " in " + which
                    + ", it has " + names.stream().limit(20).toList());
            ids.add(id);
        }
        return ids;
    }

    // --------------------------------------------------------------------------------------------------------- state

    private ParameterState state(Map<String, Object> state, Hyperparameters hyperparameters, Parameter parameter,
            String name) {
        Set<String> rest = new LinkedHashSet<>(state.keySet());
        // Some versions write one that is not used, as None.
        rest.removeIf(key -> state.get(key) == null);
        boolean begun = !rest.isEmpty();
        Map<String, ParameterState.Buffer> buffers = new LinkedHashMap<>();
        for (StateBuffer buffer : hyperparameters.state()) {
            if (buffer != null) {
                String key = buffer.name();
                require(!begun || rest.remove(key), "the state of " + name + " in the file has no " + key + ", but "
                        + rest);
                buffers.put(key, new ParameterState.Buffer(begun ? floats(state.get(key), key, parameter, name)
                        : initial(buffer, parameter)));
            }
        }
        long step = begun ? 1 : 0; // where PyTorch does not count
        if (begun && saved.optimizer().countsSteps()) {
            require(rest.remove(STEP), "the state of " + name + " in the file has no " + STEP);
            step = step(state.get(STEP), name);
        }
        if (step > 0) {
            saved.optimizer().scalars(hyperparameters, step).forEach((key, value) -> {
                require(rest.remove(key), "the state of " + name + " in the file has no " + key);
                double present = TorchOptimizer.number(key, state.get(key));
                require(Math.abs(present - value) <= FAR_FROM_SETTINGS, key + " of " + name + " is " + present
                        + " in the file, but " + value + " by its settings, which must have been others in the first "
                        + "steps");
            });
        }
        require(rest.isEmpty(), "the state of " + name + " in the file has what the optimizer does not have: " + rest);
        if (begun && step == 0 && saved.optimizer().beginsWithState()) {
            // Here step 1 adds what PyTorch's optimizer begins with.
            float begins = saved.optimizer().initial(hyperparameters);
            for (StateBuffer buffer : hyperparameters.state()) {
                if (buffer != null) {
                    beginnings.add(new Beginning(buffers.get(buffer.name()).elements(), begins, buffer.name() + " of "
                            + name));
                    buffers.put(buffer.name(), new ParameterState.Buffer(initial(buffer, parameter)));
                }
            }
        }
        return new ParameterState(step, StateType.FLOAT32, buffers);
    }

    private long step(Object saved, String name) {
        double step = TorchOptimizer.number(STEP, saved);
        require(step >= 0 && step <= LARGEST_STEP && step == Math.rint(step), "the step of " + name + " is " + step);
        return (long) step;
    }

    private MemorySegment initial(StateBuffer buffer, Parameter parameter) {
        MemorySegment memory = arena.allocate(parameter.length() * Float.BYTES, Float.BYTES);
        if (buffer.initialValue() != 0) {
            for (long i = 0; i < parameter.length(); i++) {
                memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, buffer.initialValue());
            }
        }
        return memory;
    }

    private MemorySegment floats(Object saved, String buffer, Parameter parameter, String name) {
        require(saved instanceof TorchTensor, buffer + " of " + name + " is no tensor in the file, but "
                + TorchOptimizer.describe(saved));
        TorchTensor tensor = (TorchTensor) saved;
        require(tensor.isExactAsFloat(), buffer + " of " + name + " is " + tensor.type()
                + " in the file, which FLOAT32 cannot hold");
        long[] shape = run.shapes().get(name);
        require(tensor.length() == parameter.length() && (shape == null || Arrays.equals(shape, tensor.shape())),
                buffer + " of " + name + " is " + tensor + " in the file, but the parameter has "
                        + (shape == null ? parameter.length() + " elements" : "the shape " + Arrays.toString(shape)));
        if (tensor.type() == TorchTensor.Type.FLOAT32 && tensor.isContiguous()) {
            return tensor.contiguous();
        }
        MemorySegment memory = arena.allocate(tensor.length() * Float.BYTES, Float.BYTES);
        copies.add(new Copy(tensor, memory));
        return memory;
    }
}
