package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Adam;
import io.radam.AdamW;
import io.radam.DType;
import io.radam.InvalidParameterException;
import io.radam.OptimizerBuilder;
import io.radam.Parameter;
import io.radam.StateType;
import io.radam.StepOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Ranks that are not alike are refused, by all ranks, with what differs. */
@ParameterizedClass
@EnumSource
class DisagreementTest {
    @org.junit.jupiter.params.Parameter
    Engine engine;

    private static final Duration LONG = Duration.ofMinutes(1);

    private static Parameter parameter(String name, float... values) {
        return Parameter.builder(MemorySegment.ofArray(values), MemorySegment.ofArray(new float[values.length]))
                .name(name).build();
    }

    private static AdamW.Builder builder() {
        return AdamW.builder().parameter(parameter("w", 1, 2, 3));
    }

    static Stream<Map.Entry<String, Function<Collectives, ShardedOptimizer>>> differentBuilders() {
        return Stream.of(
                builder("learningRate=0.5", builder().learningRate(0.5)),
                builder("seed 3", builder().seed(3)),
                builder("state BLOCK8", builder().stateType(StateType.BLOCK8)),
                builder("algorithm sgd", io.radam.SGD.builder().parameter(parameter("w", 1, 2, 3))),
                builder("(v) of 3", AdamW.builder().parameter(parameter("v", 1, 2, 3))),
                builder("(w) of 2", AdamW.builder().parameter(parameter("w", 1, 2))),
                builder("values with CRC-32C", AdamW.builder().parameter(parameter("w", 1, 2, 4))),
                builder("rows of 3", AdamW.builder().parameter(Parameter.builder(
                        MemorySegment.ofArray(new float[] {1, 2, 3}), MemorySegment.ofArray(new float[3])).name("w")
                        .rowLength(3).build())),
                builder("of 2 parameters", builder().parameter(parameter("more", 1))),
                Map.entry("on the way BFLOAT16", ranks -> ShardedOptimizer.of(ranks, builder(), DType.BFLOAT16)));
    }

    private static Map.Entry<String, Function<Collectives, ShardedOptimizer>> builder(String says,
            OptimizerBuilder<?, ?> builder) {
        return Map.entry(says, ranks -> ShardedOptimizer.of(ranks, builder));
    }

    @ParameterizedTest
    @MethodSource("differentBuilders")
    void differencesAreRefusedAtTheStart(Map.Entry<String, Function<Collectives, ShardedOptimizer>> different)
            throws Exception {
        List<Object> outcomes = Ranks.outcomes(engine, 3, LONG, collectives -> collectives.rank() == 1
                ? different.getValue().apply(collectives) : ShardedOptimizer.of(collectives, builder()));
        for (Object outcome : outcomes) {
            String message = assertInstanceOf(RankMismatchException.class, outcome).getMessage();
            assertTrue(message.startsWith("ranks differ: rank 1 has "), message);
            assertTrue(message.substring(0, message.indexOf(", where rank 0 has ")).contains(different.getKey()),
                    message);
        }
    }

    /** The memory for messages is got before the ranks agree to begin. */
    @Test
    void allLearnThatARankHasNoMemoryForMessages() throws Exception {
        List<Object> outcomes = Ranks.outcomes(engine, 2, LONG, collectives -> ShardedOptimizer.of(
                collectives.rank() == 0 ? collectives : new Delegating(collectives) {
                    @Override
                    public int size() {
                        if (StackWalker.getInstance().walk(frames -> frames.anyMatch(
                                frame -> frame.getClassName().equals(ShardExchange.class.getName())))) {
                            throw new OutOfMemoryError("of the test");
                        }
                        return super.size();
                    }
                }, builder()));
        assertEquals("rank 1 failed: java.lang.OutOfMemoryError: of the test",
                assertInstanceOf(CollectivesException.class, outcomes.getFirst()).getMessage());
        assertInstanceOf(OutOfMemoryError.class, outcomes.get(1));
    }

    static Stream<Map.Entry<String, BiConsumer<ShardedOptimizer, Parameter>>> differentSteps() {
        return Stream.of(
                Map.entry("lossScale=2.0", (o, _) -> o.step(StepOptions.NONE.withLossScale(2))),
                Map.entry("the call of gather", (o, _) -> o.gather()),
                Map.entry("with no gradient", (o, p) -> {
                    o.unbind(p);
                    o.step();
                }),
                Map.entry("after 5 steps", (o, p) -> {
                    o.optimizer().setStepCount(o.slice(p), 5);
                    o.step();
                }),
                Map.entry("learningRateFactor 0.5", (o, _) -> {
                    o.optimizer().setLearningRateFactor(0.5);
                    o.step();
                }),
                Map.entry("learningRate=0.25", (o, _) -> {
                    o.optimizer().groups().getFirst().setLearningRate(0.25);
                    o.step();
                }));
    }

    @ParameterizedTest
    @MethodSource("differentSteps")
    void differencesAreRefusedInAStep(Map.Entry<String, BiConsumer<ShardedOptimizer, Parameter>> different)
            throws Exception {
        Ranks.run(engine, 3, collectives -> {
            Parameter parameter = parameter("w", 1, 2, 3);
            try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives,
                    AdamW.builder().parameter(parameter))) {
                String message = assertThrows(RankMismatchException.class, () -> {
                    if (collectives.rank() == 2) {
                        different.getValue().accept(optimizer, parameter);
                    } else {
                        optimizer.step();
                    }
                }).getMessage();
                assertTrue(message.startsWith("ranks differ: rank 2 has "), message);
                assertTrue(message.substring(0, message.indexOf(", where rank 0 has ")).contains(different.getKey()),
                        message);
                assertArrayEquals(new float[] {1, 2, 3}, (float[]) parameter.values().heapBase().orElseThrow());
                // Nothing was changed, and all can go on.
                optimizer.optimizer().setStepCount(optimizer.slice(parameter), 0);
                optimizer.optimizer().setLearningRateFactor(1);
                optimizer.optimizer().groups().getFirst().setLearningRate(0.1);
                optimizer.bind(parameter, parameter.gradient());
                optimizer.step();
                return optimizer.optimizer().stepCount(optimizer.slice(parameter)) == 1;
            }
        }).forEach(stepped -> assertEquals(true, stepped));
    }

    /** Step numbers of 1 and 0 differ from 0 and 31, though a sum of the first times 31 and the second is the same. */
    @Test
    void stepNumbersThatDifferAreRefused() throws Exception {
        Ranks.run(engine, 2, collectives -> {
            Parameter first = parameter("v", 1);
            Parameter second = parameter("w", 1);
            try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives,
                    AdamW.builder().parameter(first).parameter(second))) {
                optimizer.optimizer().setStepCount(optimizer.slice(first), collectives.rank() == 0 ? 1 : 0);
                optimizer.optimizer().setStepCount(optimizer.slice(second), collectives.rank() == 0 ? 0 : 31);
                String message = assertThrows(RankMismatchException.class, optimizer::step).getMessage();
                assertTrue(message.contains("rank 1 has parameter 0 (v) with a gradient, after 0 steps"), message);
                return true;
            }
        });
    }

    @Test
    void aRankThatCannotBuildIsNamed() throws Exception {
        List<Object> outcomes = Ranks.outcomes(engine, 2, LONG, collectives -> ShardedOptimizer.of(collectives,
                collectives.rank() == 0 ? builder() : builder().learningRate(-1)));
        CollectivesException e = assertInstanceOf(CollectivesException.class, outcomes.getFirst());
        assertEquals(List.of(1), e.ranks());
        assertTrue(e.getMessage().startsWith("rank 1 failed: learningRate"), e.getMessage());
        assertInstanceOf(io.radam.InvalidHyperparameterException.class, outcomes.get(1));
    }

    @Test
    void aRankWhoseMemoryIsClosedIsNamed() throws Exception {
        Ranks.run(engine, 2, collectives -> {
            Parameter parameter = parameter("w", 1, 2, 3);
            try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives, Adam.builder().parameter(parameter))) {
                try (Arena arena = Arena.ofShared()) {
                    optimizer.bind(parameter, arena.allocate(12, 4));
                }
                if (collectives.rank() == 0) {
                    optimizer.bind(parameter, parameter.gradient());
                    CollectivesException e = assertThrows(CollectivesException.class, optimizer::step);
                    assertEquals(List.of(1), e.ranks());
                    assertTrue(e.getMessage().startsWith("rank 1 failed: the memory of the gradient is closed"),
                            e.getMessage());
                } else {
                    assertThrows(InvalidParameterException.class, optimizer::step);
                    optimizer.bind(parameter, parameter.gradient().asReadOnly());
                }
                StepOptions zeroing = StepOptions.NONE.withZeroGradients(true);
                String message = assertThrows(RuntimeException.class, () -> optimizer.step(zeroing)).getMessage();
                assertTrue(message.contains("the gradient is read-only"), message);
                optimizer.step();
                return true;
            }
        });
    }

    @Test
    void parametersThatCannotBeShardedAreRefused() throws Exception {
        MemorySegment values = Arena.ofAuto().allocate(1024, 4);
        MemorySegment gradient = Arena.ofAuto().allocate(1024, 4);
        Map<Parameter, String> parameters = Map.of(
                Parameter.builder(values).slice(256, 1024).build(), "is a slice",
                Parameter.of(new float[0]), "has no elements",
                Parameter.builder(values, gradient).updateInGradient().build(), "gets its update in its gradient",
                Parameter.builder(values).state("exp_avg", gradient).build(), "brings memory for its state");
        for (Map.Entry<Parameter, String> parameter : parameters.entrySet()) {
            Collectives alone = ThreadCollectives.of(1, LONG).getFirst();
            String message = assertThrows(InvalidParameterException.class, () -> ShardedOptimizer.of(alone,
                    Adam.builder().parameter(parameter.getKey()))).getMessage();
            assertTrue(message.contains("this one " + parameter.getValue()), message);
        }
        assertThrows(IllegalArgumentException.class, () -> ShardedOptimizer.of(
                ThreadCollectives.of(1, LONG).getFirst(), builder(), DType.FLOAT16));
    }
}
