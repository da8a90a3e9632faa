package io.radam.robustness.endurance;

import io.radam.Adam;
import io.radam.Hyperparameters;
import io.radam.InvalidParameterException;
import io.radam.Optimizer;
import io.radam.OptimizerSnapshot;
import io.radam.OptimizerStateException;
import io.radam.Parameter;
import io.radam.ParameterState;
import io.radam.SGD;
import io.radam.StepOptions;
import io.radam.robustness.Size;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two calls at the same moment. One is refused and has changed nothing, or both are made and the result is, bit for
 * bit, that of one order or the other.
 */
@Timeout(value = 4, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RacesTest {
    /** In all; each race has a share. */
    private static final long RACES = Size.of("races", 200_000);
    private static final int LENGTH = 70;

    private static float[] numbers(int seed, int length) {
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = ((seed * 31 + i * 17) % 101 - 50) / 64f;
        }
        return numbers;
    }

    /** A parameter of SGD, which has no state: a step from the same values gives the same values. */
    private static final class Weights {
        final float[] start;
        final float[] values;
        final float[] gradient;
        final Parameter parameter;

        Weights(int seed, int length) {
            start = numbers(seed, length);
            values = start.clone();
            gradient = numbers(seed + 1, length);
            parameter = Parameter.of(values, gradient);
        }

        void reset() {
            System.arraycopy(start, 0, values, 0, values.length);
        }

        boolean is(float[] expected) {
            return Arrays.equals(expected, values);
        }

        /** What a call makes of the values. */
        float[] after(Runnable call) {
            reset();
            call.run();
            float[] result = values.clone();
            reset();
            return result;
        }
    }

    private static Optimizer sgd(Weights weights) {
        return SGD.builder().parameter(weights.parameter).learningRate(0.125).sequential().build();
    }

    @Test
    void stepAndClose() throws InterruptedException {
        Weights weights = new Weights(1, LENGTH);
        float[] stepped;
        try (Optimizer optimizer = sgd(weights)) {
            stepped = weights.after(optimizer::step);
        }
        new Race() {
            private Optimizer optimizer;
            private boolean steps;
            private boolean closes;

            @Override
            void prepare() {
                weights.reset();
                optimizer = sgd(weights);
            }

            @Override
            void first() {
                try {
                    steps = isMade(optimizer::step);
                } catch (OptimizerStateException e) {
                    require(e.getMessage().equals("the optimizer is closed"), e.toString());
                    steps = false;
                }
            }

            @Override
            void second() {
                closes = isMade(optimizer::close);
            }

            @Override
            void check() {
                require(steps || closes, "both were refused");
                require(weights.is(steps ? stepped : weights.start), "the step is made by halves");
                optimizer.close();
            }
        }.run(RACES / 20);
    }

    @Test
    void stepAndStep() throws InterruptedException {
        float[] values = numbers(1, LENGTH);
        float[] mirrored = values.clone();
        Parameter parameter = Parameter.of(values, numbers(2, LENGTH));
        Parameter mirror = Parameter.of(mirrored, numbers(2, LENGTH));
        try (Optimizer optimizer = Adam.builder().parameter(parameter).sequential().build();
                Optimizer alone = Adam.builder().parameter(mirror).sequential().build()) {
            new Race() {
                private boolean one;
                private boolean two;

                @Override
                void prepare() {
                    // Goes on from the race before.
                }

                @Override
                void first() {
                    one = isMade(optimizer::step);
                }

                @Override
                void second() {
                    two = isMade(() -> optimizer.step(parameter));
                }

                @Override
                void check() {
                    require(one || two, "both were refused");
                    for (int steps = one && two ? 2 : 1; steps > 0; steps--) {
                        alone.step();
                    }
                    require(Arrays.equals(mirrored, values), "the values are of no order");
                    require(alone.stepCount(mirror) == optimizer.stepCount(parameter), "a step is counted by halves");
                }
            }.run(RACES / 4);
        }
    }

    /** Settings may change during a step, which goes by the old or the new ones, for statistics and update alike. */
    @Test
    void stepAndSettings() throws InterruptedException {
        Weights weights = new Weights(3, LENGTH);
        StepOptions options = StepOptions.NONE.withMaxGradientNorm(1);
        try (Optimizer optimizer = sgd(weights)) {
            Runnable step = () -> optimizer.step(options);
            Runnable[] settings = new Runnable[2];
            float[][] results = new float[2][];
            for (int i = 0; i < 2; i++) {
                double scale = i + 1;
                settings[i] = () -> optimizer.groups().getFirst().update(h ->
                        h.withLearningRate(0.25 * scale).withWeightDecay(0.125 * scale).toBuilder()
                                .set(Hyperparameters.GRADIENT_SCALE, 0.01 * scale * scale).build());
                settings[i].run();
                results[i] = weights.after(step);
            }
            new Race() {
                private int now = 1;

                @Override
                void prepare() {
                    weights.reset();
                    now ^= 1;
                }

                @Override
                void first() {
                    step.run();
                }

                @Override
                void second() {
                    settings[now].run();
                }

                @Override
                void check() {
                    require(weights.is(results[0]) || weights.is(results[1]), "the step goes by mixed settings");
                    weights.reset();
                    step.run();
                    require(weights.is(results[now]), "the change is lost");
                }
            }.run(RACES / 4);
        }
    }

    /** Two threads change one setting each, and both changes hold. */
    @Test
    void settingsAndSettings() throws InterruptedException {
        Weights weights = new Weights(3, LENGTH);
        try (Optimizer optimizer = sgd(weights)) {
            new Race() {
                private int number;

                @Override
                void prepare() {
                    number++;
                }

                @Override
                void first() {
                    optimizer.groups().getFirst().setLearningRate(1.0 / number);
                }

                @Override
                void second() {
                    optimizer.groups().getFirst().update(h -> h.withWeightDecay(0.5 / number));
                }

                @Override
                void check() {
                    var now = optimizer.groups().getFirst().hyperparameters();
                    require(now.learningRate() == 1.0 / number && now.weightDecay() == 0.5 / number,
                            "a change is lost: " + now);
                }
            }.run(RACES / 10);
        }
    }

    @Test
    void stepAndAddOrRemove() throws InterruptedException {
        Weights always = new Weights(4, LENGTH);
        Weights sometimes = new Weights(5, LENGTH);
        try (Optimizer optimizer = sgd(always)) {
            float[] alwaysStepped = always.after(optimizer::step);
            optimizer.add(optimizer.groups().getFirst(), sometimes.parameter);
            float[] sometimesStepped = sometimes.after(optimizer::step);
            new Race() {
                private boolean isThere = true;
                private boolean steps;
                private boolean changes;

                @Override
                void prepare() {
                    always.reset();
                    sometimes.reset();
                }

                @Override
                void first() {
                    steps = isMade(optimizer::step);
                }

                @Override
                void second() {
                    changes = isMade(isThere
                            ? () -> optimizer.remove(sometimes.parameter)
                            : () -> optimizer.add(optimizer.groups().getFirst(), sometimes.parameter));
                }

                @Override
                void check() {
                    require(steps || changes, "both were refused");
                    require(always.is(steps ? alwaysStepped : always.start), "the step is made by halves");
                    boolean moved = sometimes.is(sometimesStepped);
                    require(moved || sometimes.is(sometimes.start), "the step of the other is made by halves");
                    if (!steps) {
                        require(!moved, "a step was refused, and made");
                    } else if (!changes) {
                        require(moved == isThere, "a change was refused, and made");
                    }
                    isThere ^= changes;
                    require(optimizer.groups().getFirst().parameters().size() == (isThere ? 2 : 1),
                            "the group has " + optimizer.groups().getFirst());
                }
            }.run(RACES / 10);
        }
    }

    @Test
    void stepAndBind() throws InterruptedException {
        Weights weights = new Weights(6, LENGTH);
        MemorySegment[] gradients = {
            MemorySegment.ofArray(weights.gradient), MemorySegment.ofArray(numbers(9, LENGTH))};
        try (Optimizer optimizer = sgd(weights)) {
            float[][] results = new float[2][];
            for (int i = 0; i < 2; i++) {
                optimizer.bind(weights.parameter, gradients[i]);
                results[i] = weights.after(optimizer::step);
            }
            new Race() {
                private int bound = 1;
                private boolean steps;
                private boolean binds;

                @Override
                void prepare() {
                    weights.reset();
                }

                @Override
                void first() {
                    steps = isMade(optimizer::step);
                }

                @Override
                void second() {
                    binds = isMade(() -> optimizer.bind(weights.parameter, gradients[bound ^ 1]));
                }

                @Override
                void check() {
                    require(steps || binds, "both were refused");
                    boolean ofOld = weights.is(results[bound]);
                    boolean ofNew = weights.is(results[bound ^ 1]);
                    require(steps ? ofOld || binds && ofNew : weights.is(weights.start), "the values are of no order");
                    bound ^= binds ? 1 : 0;
                }
            }.run(RACES / 10);
        }
    }

    /** A snapshot is of before a step or after it, all of it. */
    @Test
    void stepAndSnapshot() throws InterruptedException {
        Parameter parameter = Parameter.of(numbers(1, LENGTH), numbers(2, LENGTH));
        Parameter copy = Parameter.of(numbers(1, LENGTH), numbers(2, LENGTH));
        try (Optimizer optimizer = Adam.builder().parameter(parameter).sequential().build();
                Optimizer restored = Adam.builder().parameter(copy).sequential().build()) {
            new Race() {
                private float[][] before;
                private OptimizerSnapshot snapshot;
                private boolean steps;

                @Override
                void prepare() {
                    before = contents(optimizer, parameter);
                    snapshot = null;
                }

                @Override
                void first() {
                    steps = isMade(optimizer::step);
                }

                @Override
                void second() {
                    isMade(() -> snapshot = optimizer.snapshot());
                }

                @Override
                void check() {
                    require(steps || snapshot != null, "both were refused");
                    float[][] after = contents(optimizer, parameter);
                    require(steps != Arrays.deepEquals(before, after), "a step was refused, and made");
                    if (snapshot != null) {
                        restored.restore(snapshot);
                        float[][] taken = contents(restored, copy);
                        require(Arrays.deepEquals(before, taken) || Arrays.deepEquals(after, taken),
                                "the snapshot is of no order");
                    }
                }
            }.run(RACES / 20);
        }
    }

    /** The state, with the step number. */
    private static float[][] contents(Optimizer optimizer, Parameter parameter) {
        ParameterState state = optimizer.state(parameter);
        return new float[][] {state.buffer("exp_avg").elements().toArray(ValueLayout.JAVA_FLOAT),
                state.buffer("exp_avg_sq").elements().toArray(ValueLayout.JAVA_FLOAT), {state.step()}};
    }

    /** Closing is refused during the call, or the step fails and the values are as before. */
    @Test
    void stepAndArena() throws InterruptedException {
        Weights weights = new Weights(7, LENGTH);
        try (Optimizer optimizer = sgd(weights)) {
            float[] stepped = weights.after(optimizer::step);
            new Race() {
                private Arena arena;
                private boolean steps;

                @Override
                void prepare() {
                    weights.reset();
                    arena = Arena.ofShared();
                    MemorySegment gradient = arena.allocate(4L * LENGTH, 4);
                    gradient.copyFrom(MemorySegment.ofArray(weights.gradient));
                    optimizer.bind(weights.parameter, gradient);
                }

                @Override
                void first() {
                    try {
                        optimizer.step();
                        steps = true;
                    } catch (IllegalStateException | InvalidParameterException e) {
                        require(e.getMessage().contains("closed"), e.toString());
                        steps = false;
                    }
                }

                @Override
                void second() {
                    try {
                        arena.close();
                    } catch (IllegalStateException e) {
                        require(e.getMessage().contains("acquired"), e.toString());
                    }
                }

                @Override
                void check() {
                    require(weights.is(steps ? stepped : weights.start), "the step is made by halves");
                    require(steps || !arena.scope().isAlive(), "the step failed, and the memory is there");
                    if (arena.scope().isAlive()) {
                        arena.close();
                    }
                }
            }.run(RACES / 20);
        }
    }

    /** Optimizers that share a pool: each gives its own bits, and no step is left waiting. */
    @Test
    void stepsInOnePool() throws InterruptedException {
        int length = 20_000; // a piece for each thread
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            Supplier<Weights> make = () -> new Weights(8, length);
            Weights one = make.get();
            Weights two = make.get();
            try (Optimizer first = SGD.builder().parameter(one.parameter).learningRate(0.125).pool(pool).build();
                    Optimizer second = SGD.builder().parameter(two.parameter).learningRate(0.125).pool(pool).build()) {
                float[] stepped = one.after(first::step);
                new Race() {
                    @Override
                    void prepare() {
                        one.reset();
                        two.reset();
                    }

                    @Override
                    void first() {
                        first.step();
                    }

                    @Override
                    void second() {
                        second.step();
                    }

                    @Override
                    void check() {
                        require(one.is(stepped) && two.is(stepped), "a step in a pool has other bits");
                    }
                }.run(RACES / 20);
            }
        }
    }
}
