package io.radam.checkpoint;

import io.radam.AverageDecay;
import io.radam.DType;
import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.Parameter;
import io.radam.ParameterState;
import io.radam.Rounding;
import io.radam.StateType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A model that is trained by several processes, each of which has some parameters and slices of others. The processes
 * are optimizers here. Whatever their number, the training is the same.
 */
final class ShardModel implements AutoCloseable {
    /** A tensor of the whole model. */
    private record Whole(String name, int length, boolean sliced, boolean half, boolean averaged, int group) {
    }

    private static final List<Whole> WHOLES = List.of(
            new Whole("a", 1500, true, false, false, 0),
            new Whole("tiny", 3, false, false, false, 0),
            new Whole("b \"ä\"[0:5]", 1031, true, false, true, 1),
            new Whole("half", 700, true, true, false, 1),
            new Whole("none", 0, false, false, false, 0),
            new Whole("c", 300, false, false, false, 1));

    /** One process. */
    static final class Rank {
        final List<Parameter> parameters = new ArrayList<>();
        Optimizer optimizer;

        Checkpoint checkpoint() {
            return Checkpoint.of(optimizer).withParameters().withAverages();
        }
    }

    final List<Rank> ranks = new ArrayList<>();
    private final Arena arena = Arena.ofShared();
    private final StateType type;
    private long steps;

    ShardModel(Model.Kind kind, StateType type, int count) {
        this(kind, type, count, type == StateType.BLOCK8 ? 256 : 1);
    }

    /** Slices end at multiples of {@code unit}. */
    ShardModel(Model.Kind kind, StateType type, int count, int unit) {
        this.type = type;
        for (int rank = 0; rank < count; rank++) {
            ranks.add(rank(kind, rank, count, unit));
        }
    }

    private Rank rank(Model.Kind kind, int number, int count, int unit) {
        Rank rank = new Rank();
        List<List<Parameter>> groups = List.of(new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < WHOLES.size(); i++) {
            Whole whole = WHOLES.get(i);
            int begin = whole.sliced ? cut(whole, number, count, unit) : 0;
            int end = whole.sliced ? cut(whole, number + 1, count, unit) : whole.length;
            if (whole.sliced ? begin < end : i % count == number) {
                Parameter parameter = parameter(whole, i, begin, end, kind.averages());
                rank.parameters.add(parameter);
                groups.get(whole.group).add(parameter);
            }
        }
        OptimizerBuilder<?, ?> builder = kind.builder.get();
        builder.parametersLater();
        builder.parameters(groups.get(0));
        builder.stateType(type);
        builder.learningRate(0.01);
        builder.weightDecay(0.1);
        builder.seed(-5);
        rank.optimizer = builder.build();
        rank.optimizer.addGroup(group -> group.name("last").parameters(groups.get(1)).learningRate(0.003));
        return rank;
    }

    private static int cut(Whole whole, int number, int count, int unit) {
        return Math.min(whole.length, Math.ceilDiv(whole.length * number / count, unit) * unit);
    }

    private Parameter parameter(Whole whole, int index, int begin, int end, boolean averages) {
        int length = end - begin;
        MemorySegment values = arena.allocate((whole.half ? 2 : 4) * length, 4);
        fill(values, whole, index, begin);
        Parameter.Builder builder = Parameter.builder(values, arena.allocate(4 * length, 4)).name(whole.name)
                .slice(begin, whole.length).randomIndex(50 + index);
        if (whole.half) {
            builder.valuesType(DType.BFLOAT16).rounding(Rounding.STOCHASTIC);
        }
        if (whole.averaged) {
            builder.copy(arena.allocate(2 * length, 2), DType.BFLOAT16).rounding(Rounding.STOCHASTIC);
        }
        if (whole.averaged && averages) {
            builder.average(arena.allocate(4 * length, 4), AverageDecay.biasCorrected(0.9));
        }
        return builder.build();
    }

    /** The numbers of a slice are those that the whole has there. */
    private static void fill(MemorySegment segment, Whole whole, long seed, long begin) {
        SplittableRandom random = new SplittableRandom(seed);
        for (long i = 0; i < whole.length; i++) {
            float value = random.nextFloat() - 0.5f;
            long at = i - begin;
            boolean half = segment.byteSize() % 4 != 0 || whole.half && seed < WHOLES.size();
            if (at >= 0 && at < segment.byteSize() / (half ? 2 : 4)) {
                if (half) {
                    segment.setAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, at,
                            (short) (Float.floatToIntBits(value) >> 16));
                } else {
                    segment.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, at, value);
                }
            }
        }
    }

    /** As a training that begins anew, but with gradients from a step on. */
    ShardModel from(long step) {
        steps = step;
        return this;
    }

    /** Some tensors make fewer steps. */
    ShardModel step(int count) {
        for (int i = 0; i < count; i++) {
            steps++;
            for (Rank rank : ranks) {
                for (Parameter parameter : rank.parameters) {
                    int index = index(parameter);
                    if (index != 0 || steps % 2 == 0) {
                        fill(parameter.gradient(), WHOLES.get(index), 1000 * steps + index, parameter.first());
                        rank.optimizer.step(parameter);
                    }
                }
            }
        }
        return this;
    }

    private static int index(Parameter parameter) {
        for (int i = 0; i < WHOLES.size(); i++) {
            if (WHOLES.get(i).name.equals(parameter.name())) {
                return i;
            }
        }
        throw new AssertionError(parameter.name());
    }

    ShardModel write(Path path, long generation) throws IOException {
        for (int rank = 0; rank < ranks.size(); rank++) {
            ShardedCheckpoint.of(path, rank, ranks.size()).write(ranks.get(rank).checkpoint(), generation);
        }
        return this;
    }

    /** All that steps change and depend on, by tensors: what it is, then the bytes of all slices in their order. */
    Map<String, String> contents() {
        Map<String, TreeMap<Long, byte[]>> parts = new LinkedHashMap<>();
        Map<String, String> contents = new TreeMap<>();
        for (Rank rank : ranks) {
            contents.put("groups", rank.optimizer.groups().stream().map(g -> g.hyperparameters().toString()).toList()
                    .toString());
            for (Parameter parameter : rank.parameters) {
                String name = parameter.name();
                contents.put(name + " settings", rank.optimizer.stepCount(parameter) + " "
                        + rank.optimizer.randomIndex(parameter));
                put(parts, name + " values", parameter, parameter.values());
                put(parts, name + " copy", parameter, parameter.copy());
                put(parts, name + " average", parameter, parameter.average());
                ParameterState state = rank.optimizer.state(parameter);
                state.buffers().forEach((buffer, content) -> {
                    put(parts, name + " " + buffer, parameter, content.elements());
                    put(parts, name + " scales of " + buffer, parameter, content.scales());
                });
                state.numbers().forEach((number, value) -> put(parts, name + " " + number, parameter,
                        MemorySegment.ofArray(new double[] {value})));
            }
        }
        parts.forEach((key, slices) -> contents.put(key,
                slices.values().stream().map(Arrays::toString).toList().toString().replace("], [", ", ")));
        return contents;
    }

    private static void put(Map<String, TreeMap<Long, byte[]>> parts, String key, Parameter parameter,
            MemorySegment segment) {
        if (segment != null) {
            parts.computeIfAbsent(key, _ -> new TreeMap<>())
                    .put(parameter.first(), segment.toArray(ValueLayout.JAVA_BYTE));
        }
    }

    @Override
    public void close() {
        ranks.forEach(rank -> rank.optimizer.close());
        arena.close();
    }
}
