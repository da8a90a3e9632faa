package io.radam.bench.implementation;

import io.radam.Adam;
import io.radam.Backend;
import io.radam.EpsilonPlacement;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.StateType;
import io.radam.bench.Implementation;
import io.radam.bench.Inputs;
import io.radam.bench.Training;
import io.radam.bench.Work;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/** This library as its users call it: an {@link Adam} over parameters in native memory or in arrays. */
public final class Radam implements Implementation {
    /** The name of {@link #onArrays()}. */
    public static final String ARRAYS = "radam-array";

    private static final Set<String> SLOW = Set.of("scalar", "java");

    /** The library logs which target it has chosen; hundreds of processes need not. A field, or it is forgotten. */
    private static final Logger LOGGER = Logger.getLogger("io.radam");

    static {
        LOGGER.setLevel(Level.WARNING);
    }

    private final String name;
    private final String description;
    /** A backend's name; null for the one that the library prefers. */
    private final String target;
    private final boolean arrays;
    private final StateType stateType;

    private Radam(String name, String description, String target, boolean arrays, StateType stateType) {
        this.name = name;
        this.description = description;
        this.target = target;
        this.arrays = arrays;
        this.stateType = stateType;
    }

    /** The name of what others are compared with: the backend that users get unless they ask for another. */
    public static String best() {
        return name(Backend.preferred().name());
    }

    private static String name(String target) {
        return "radam-" + target;
    }

    /** Over native memory, on the backend of that name. */
    public static Radam onTarget(String target) {
        String how = target.equals("java") ? "the fallback in Java" : "native code for " + target;
        return new Radam(name(target), "io.radam.Adam over native memory, " + how, target, false,
                StateType.FLOAT32);
    }

    /** Over arrays, on the backend that the library prefers. */
    public static Radam onArrays() {
        return new Radam(ARRAYS, "io.radam.Adam over float[], on the best target", null, true, StateType.FLOAT32);
    }

    /** Over native memory, with state of a smaller type, on the backend that the library prefers. */
    public static Radam withState(StateType type) {
        return new Radam(name(type.name().toLowerCase(Locale.ROOT)),
                "io.radam.Adam over native memory with " + type + " state, on the best target", null, false, type);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public boolean isAvailable() {
        return target == null || Backend.available().stream().anyMatch(backend -> backend.name().equals(target));
    }

    @Override
    public boolean isSlow() {
        return target != null && SLOW.contains(target);
    }

    @Override
    public boolean takesTensors() {
        return true;
    }

    @Override
    public EpsilonPlacement epsilonPlacement() {
        return stateType == StateType.FLOAT32 ? EpsilonPlacement.BIAS_CORRECTED : null;
    }

    @Override
    public Training create(Work work, int threads) {
        return new OptimizerTraining(work, threads);
    }

    private final class OptimizerTraining implements Training {
        private final Arena arena = Arena.ofShared();
        private final List<Parameter> tensors = new ArrayList<>();
        private final Work work;
        private final Optimizer adam;

        OptimizerTraining(Work work, int threads) {
            this.work = work;
            for (float[] values : work.split(Inputs.values(work.size()))) {
                Parameter tensor = Parameter.of(allocate(values.length), allocate(values.length));
                tensor.values().copyFrom(MemorySegment.ofArray(values));
                tensors.add(tensor);
            }
            Adam.Builder builder = Adam.builder().parameters(tensors).stateType(stateType)
                    .backend(target == null ? Backend.preferred() : Backend.named(target));
            if (threads == 1) {
                builder.sequential();
            }
            adam = builder.build();
        }

        private MemorySegment allocate(int size) {
            return arrays ? MemorySegment.ofArray(new float[size])
                    : arena.allocate((long) size * Float.BYTES, SegmentTraining.ALIGNMENT);
        }

        @Override
        public void setGradients(float[] gradients) {
            float[][] parts = work.split(gradients);
            for (int i = 0; i < parts.length; i++) {
                tensors.get(i).gradient().copyFrom(MemorySegment.ofArray(parts[i]));
            }
        }

        @Override
        public void step() {
            adam.step();
        }

        @Override
        public float[] parameters() {
            return work.join(i -> tensors.get(i).values().toArray(ValueLayout.JAVA_FLOAT));
        }

        @Override
        public void close() {
            adam.close();
            arena.close();
        }
    }
}
