package io.radam.robustness.fuzz;

import io.radam.Adam;
import io.radam.AverageDecay;
import io.radam.DType;
import io.radam.Lion;
import io.radam.LossScaler;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A training of a few numbers, to which files are restored. */
final class SmallTraining {
    /** Trainings whose checkpoints differ. */
    enum Kind { AMSGRAD, BLOCK8, SGD, LION }

    private static final int LENGTH = 3;

    final List<Parameter> parameters = new ArrayList<>();
    final Optimizer optimizer;
    final LossScaler scaler = new LossScaler();
    final PlateauSchedule plateau = new PlateauSchedule();

    SmallTraining(Kind kind) {
        boolean named = kind != Kind.BLOCK8;
        Arena arena = Arena.ofAuto();
        add(named ? "w" : null, Parameter.builder(MemorySegment.ofArray(new float[] {1, -2, 3})));
        if (kind == Kind.AMSGRAD) {
            add("ä\"", Parameter.builder(arena.allocate(4 * LENGTH, 4)).slice(256, 256 + LENGTH)
                    .copy(arena.allocate(2 * LENGTH, 2), DType.BFLOAT16)
                    .average(arena.allocate(4 * LENGTH, 4), AverageDecay.constant(0.9)));
        } else if (kind == Kind.LION) {
            add("half", Parameter.builder(arena.allocate(2 * LENGTH, 2)).valuesType(DType.BFLOAT16)
                    .rounding(Rounding.STOCHASTIC).randomIndex(77));
        }
        OptimizerBuilder<?, ?> builder = switch (kind) {
            case AMSGRAD -> Adam.builder().amsgrad(true);
            case BLOCK8 -> {
                Adam.Builder adam = Adam.builder();
                adam.stateType(StateType.BLOCK8);
                yield adam;
            }
            case SGD -> SGD.builder().momentum(0.9);
            case LION -> {
                Lion.Builder lion = Lion.builder();
                lion.stateType(StateType.BFLOAT16);
                yield lion;
            }
        };
        builder.sequential();
        builder.parameter(parameters.getFirst());
        optimizer = builder.build();
        if (parameters.size() > 1) {
            optimizer.addGroup(group -> group.name("last").parameter(parameters.getLast()).learningRate(0.003));
        }
    }

    private void add(String name, Parameter.Builder builder) {
        parameters.add(name == null ? builder.build() : builder.name(name).build());
    }

    SmallTraining step() {
        for (Parameter parameter : parameters) {
            optimizer.bind(parameter, MemorySegment.ofArray(new float[] {0.5f, -0.25f, 4}));
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

    /** What a parameter is called in a checkpoint: each is the first of its group. */
    String name(int parameter) {
        String name = parameters.get(parameter).name();
        return name == null ? parameter + ".0" : name;
    }
}
