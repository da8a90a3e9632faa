package io.radam.robustness.fuzz;

import io.radam.Adam;
import io.radam.AverageDecay;
import io.radam.DType;
import io.radam.Lion;
import io.radam.LossScaler;
import io.radam.NAdam;
import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.Parameter;
import io.radam.ParameterGroup;
import io.radam.ParameterState;
import io.radam.PlateauSchedule;
import io.radam.Rounding;
import io.radam.SGD;
import io.radam.StateType;
import io.radam.checkpoint.Checkpoint;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A training of a few numbers, to which files are restored. */
final class SmallTraining {
    /** Trainings whose files differ. */
    enum Kind {
        AMSGRAD, BLOCK8, SGD, LION,
        /** Of two processes, each with one half of a tensor. */
        FIRST_SHARD, SECOND_SHARD,
        /** As PyTorch's, with the groups and lengths of the files that the tests of checkpoints have from it. */
        TORCH_SGD, TORCH_NADAM, TORCH_AMSGRAD, TORCH_ADAM;

        static final Set<Kind> CHECKPOINTS = EnumSet.range(AMSGRAD, LION);
        static final Set<Kind> SHARDS = EnumSet.range(FIRST_SHARD, SECOND_SHARD);
        static final Set<Kind> TORCH = EnumSet.range(TORCH_SGD, TORCH_ADAM);
    }

    private static final int LENGTH = 3;

    final Kind kind;
    final List<Parameter> parameters = new ArrayList<>();
    final Optimizer optimizer;
    final LossScaler scaler = new LossScaler();
    final PlateauSchedule plateau = new PlateauSchedule();

    SmallTraining(Kind kind) {
        this.kind = kind;
        Arena arena = Arena.ofAuto();
        Parameter.Builder first = Parameter.builder(MemorySegment.ofArray(new float[] {1, -2, 3}));
        switch (kind) {
            case AMSGRAD -> {
                add("w", first);
                add("ä\"", Parameter.builder(arena.allocate(4 * LENGTH, 4)).slice(256, 256 + LENGTH)
                        .copy(arena.allocate(2 * LENGTH, 2), DType.BFLOAT16)
                        .average(arena.allocate(4 * LENGTH, 4), AverageDecay.constant(0.9)));
            }
            case BLOCK8 -> add(null, first);
            case SGD -> add("w", first);
            case LION -> {
                add("w", first);
                add("half", Parameter.builder(arena.allocate(2 * LENGTH, 2)).valuesType(DType.BFLOAT16)
                        .rounding(Rounding.STOCHASTIC).randomIndex(77));
            }
            case FIRST_SHARD -> add("w", first.slice(0, 2 * LENGTH));
            case SECOND_SHARD -> add("w", first.slice(LENGTH, 2 * LENGTH));
            case TORCH_SGD, TORCH_NADAM, TORCH_AMSGRAD, TORCH_ADAM -> {
                boolean named = kind == Kind.TORCH_SGD || kind == Kind.TORCH_AMSGRAD;
                add(named ? "a" : null, Parameter.builder(arena.allocate(4 * 6, 4)));
                add(named ? "b" : null, Parameter.builder(arena.allocate(4 * 4, 4)));
                add(named ? "c" : null, Parameter.builder(arena.allocate(4 * 5, 4)));
            }
        }
        OptimizerBuilder<?, ?> builder = builder(kind);
        builder.sequential();
        builder.parameter(parameters.getFirst());
        optimizer = builder.build();
        if (parameters.size() > 1) {
            List<Parameter> others = parameters.subList(1, parameters.size());
            optimizer.addGroup(group -> {
                group.name("last").learningRate(0.003);
                others.forEach(group::parameter);
            });
        }
    }

    private static OptimizerBuilder<?, ?> builder(Kind kind) {
        return switch (kind) {
            case AMSGRAD, TORCH_AMSGRAD -> Adam.builder().amsgrad(true);
            case BLOCK8 -> {
                Adam.Builder adam = Adam.builder();
                adam.stateType(StateType.BLOCK8);
                yield adam;
            }
            case SGD, FIRST_SHARD, SECOND_SHARD, TORCH_SGD -> SGD.builder().momentum(0.9);
            case LION -> {
                Lion.Builder lion = Lion.builder();
                lion.stateType(StateType.BFLOAT16);
                yield lion;
            }
            case TORCH_NADAM -> NAdam.builder();
            case TORCH_ADAM -> Adam.builder();
        };
    }

    private void add(String name, Parameter.Builder builder) {
        parameters.add(name == null ? builder.build() : builder.name(name).build());
    }

    SmallTraining step() {
        for (Parameter parameter : parameters) {
            optimizer.bind(parameter, MemorySegment.ofArray(
                    Arrays.copyOf(new float[] {0.5f, -0.25f, 4}, (int) parameter.length())));
        }
        optimizer.step();
        return this;
    }

    Checkpoint checkpoint() {
        return Checkpoint.of(optimizer).withParameters().withAverages().lossScaler(scaler).plateau(plateau);
    }

    // --------------------------------------------------------------------------------------- what a restore may change

    /** All that a restore may change, and nothing may change that fails. */
    byte[] bits() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeDouble(optimizer.learningRateFactor());
            out.writeLong(optimizer.nextRandomIndex());
            out.writeDouble(scaler.scale());
            out.writeInt(scaler.appliedInARow());
            out.writeUTF(plateau.state().toString());
            for (ParameterGroup group : optimizer.groups()) {
                out.writeInt(group.hyperparameters().hashCode());
            }
            for (Parameter parameter : parameters) {
                out.writeLong(optimizer.stepCount(parameter));
                out.writeLong(optimizer.randomIndex(parameter));
            }
            for (MemorySegment segment : memory().values()) {
                out.write(segment.toArray(ValueLayout.JAVA_BYTE));
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By the names of tensors in a checkpoint; and copies, which are none there. */
    Map<String, MemorySegment> memory() {
        Map<String, MemorySegment> memory = new TreeMap<>();
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            String name = name(i);
            memory.put("parameter." + name, optimizer.values(parameter));
            if (parameter.average() != null) {
                memory.put("average." + name, parameter.average());
            }
            if (parameter.copy() != null) {
                memory.put("copy." + name, parameter.copy());
            }
            optimizer.state(parameter).buffers().forEach((buffer, content) -> {
                memory.put("state." + name + "." + buffer, content.elements());
                if (content.scales() != null) {
                    memory.put("state." + name + "." + buffer + ".scale", content.scales());
                }
            });
        }
        return memory;
    }

    /** What a parameter is called in a checkpoint, where each is the first of its group. */
    String name(int parameter) {
        String name = parameters.get(parameter).name();
        return name == null ? parameter + ".0" : name;
    }
}
