package io.radam;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same bits from every backend, number of threads, split and kind of memory, and from the rule as it is documented:
 * on random models, under random hyperparameters, whatever the values.
 */
@Tag("vectors")
class SameBitsTest {
    private static final List<ForkJoinPool> POOLS = Stream.of(1, 2, 3, 5).map(ForkJoinPool::new).toList();
    private static final List<Threads> THREADS = threads();

    /** The threads that do the work. */
    private record Threads(String name, Consumer<OptimizerBuilder<?, ?>> setting) {
    }

    private static List<Threads> threads() {
        List<Threads> threads = new ArrayList<>();
        threads.add(new Threads("sequential", OptimizerBuilder::sequential));
        threads.add(new Threads("common pool", builder -> { }));
        for (ForkJoinPool pool : POOLS) {
            threads.add(new Threads("pool of " + pool.getParallelism(), builder -> builder.pool(pool)));
        }
        return List.copyOf(threads);
    }

    @AfterAll
    static void closePools() {
        POOLS.forEach(ForkJoinPool::close);
    }

    static LongStream smallSeeds() {
        return LongStream.range(0, 300);
    }

    static LongStream largeSeeds() {
        return LongStream.range(1000, 1005);
    }

    /** Models of many shapes. */
    @ParameterizedTest
    @MethodSource("smallSeeds")
    void smallModels(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        List<Contestant.Group> groups = groups(random);
        List<Contestant> contestants = new ArrayList<>();
        for (Backend backend : Backend.available()) {
            contestants.add(contestant(groups, backend, THREADS.get(random.nextInt(THREADS.size())), random));
        }
        compete(contestants, groups, 8, random);
    }

    /** Models large enough for their steps to be shared among threads. */
    @ParameterizedTest
    @MethodSource("largeSeeds")
    void largeModels(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        List<Contestant.Group> groups = groups(random);
        List<Integer> lengths = List.of(
                random.nextInt(60_000, 200_000), length(random), random.nextInt(60_000, 100_000));
        groups.add(new Contestant.Group(
                RandomHyperparameters.of(groups.getFirst().hyperparameters().algorithm(), random), lengths));
        List<Contestant> contestants = new ArrayList<>();
        for (Backend backend : Backend.available()) {
            for (Threads threads : THREADS) {
                contestants.add(contestant(groups, backend, threads, random));
            }
        }
        compete(contestants, groups, 3, random);
    }

    private static int length(RandomGenerator random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(4);
            case 1 -> 16 * random.nextInt(1, 5) + random.nextInt(-1, 2); // around whole vectors
            case 2 -> random.nextInt(200);
            default -> random.nextInt(5000);
        };
    }

    /** One to three groups, some perhaps without parameters, but not all. */
    private static List<Contestant.Group> groups(RandomGenerator random) {
        List<Contestant.Group> groups = new ArrayList<>();
        // Where parameters move or find a learning rate of all, HypergradientTest and YellowFinTest have the reference.
        Algorithm[] some = Stream.of(Algorithm.values()).filter(a -> !a.movesLearningRate() && !a.measuresGroup())
                .toArray(Algorithm[]::new);
        Algorithm algorithm = some[random.nextInt(some.length)];
        int count = random.nextInt(1, 4);
        for (int i = 0; i < count; i++) {
            int parameters = i == 0 ? random.nextInt(1, 4) : random.nextInt(4);
            groups.add(new Contestant.Group(RandomHyperparameters.of(algorithm, random),
                    Stream.generate(() -> length(random)).limit(parameters).toList()));
        }
        return groups;
    }

    private static Contestant contestant(List<Contestant.Group> groups, Backend backend, Threads threads,
            RandomGenerator random) {
        return new Contestant(backend.name() + ", " + threads.name(), groups, builder -> {
            threads.setting().accept(builder);
            builder.backend(backend);
        }, random);
    }

    /** Makes the same steps on all contestants: of all parameters, of one group or of one parameter. */
    private static void compete(List<Contestant> contestants, List<Contestant.Group> groups, int steps,
            RandomGenerator random) {
        try {
            List<ParameterGroup> documented = contestants.getFirst().optimizer().groups();
            List<PlainReference> references = references(groups, random);
            int[] groupOf = groupOf(groups);
            contestants.forEach(c -> c.restore(references));
            for (int step = 1; step <= steps; step++) {
                if (random.nextInt(6) == 0) {
                    int changed = random.nextInt(groups.size());
                    Hyperparameters h = RandomHyperparameters.like(groups.get(changed).hyperparameters(), random);
                    contestants.forEach(c -> c.setHyperparameters(changed, h));
                }
                float[][] gradients = gradients(references, random);
                for (Contestant contestant : contestants) {
                    for (int i = 0; i < gradients.length; i++) {
                        contestant.setGradient(i, gradients[i]);
                    }
                }
                int kind = random.nextInt(4);
                int group = random.nextInt(groups.size());
                int parameter = random.nextInt(references.size());
                contestants.forEach(switch (kind) {
                    case 0 -> c -> c.stepGroup(group);
                    case 1 -> c -> c.stepParameter(parameter);
                    default -> c -> c.optimizer().step();
                });
                for (int i = 0; i < gradients.length; i++) {
                    boolean stepped = switch (kind) {
                        case 0 -> groupOf[i] == group;
                        case 1 -> i == parameter;
                        default -> true;
                    };
                    if (stepped) {
                        references.get(i).step(documented.get(groupOf[i]), gradients[i]);
                    }
                }
                String when = "after step " + step;
                contestants.forEach(c -> c.check(references, when));
            }
        } finally {
            contestants.forEach(Contestant::close);
        }
    }

    /**
     * Sets the beginning of a training; or some point in it, as after a restore, with parameters at different steps.
     */
    private static List<PlainReference> references(List<Contestant.Group> groups, RandomGenerator random) {
        List<PlainReference> references = new ArrayList<>();
        boolean restored = random.nextBoolean();
        long steps = random.nextInt(1 << random.nextInt(21));
        for (Contestant.Group group : groups) {
            for (int length : group.lengths()) {
                PlainReference reference = new PlainReference(length, group.hyperparameters());
                RandomFloats.fill(random, reference.p);
                if (restored) {
                    reference.step = steps + random.nextInt(3);
                    fill(reference.state, group.hyperparameters().state(), random);
                }
                references.add(reference);
            }
        }
        return references;
    }

    private static void fill(float[][] state, List<StateBuffer> buffers, RandomGenerator random) {
        for (int i = 0; i < state.length; i++) {
            if (state[i] != null && buffers.get(i).signed()) {
                RandomFloats.fill(random, state[i]);
            } else if (state[i] != null) {
                RandomFloats.fillPositive(random, state[i]);
            }
        }
    }

    private static int[] groupOf(List<Contestant.Group> groups) {
        List<Integer> result = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            for (int j = 0; j < groups.get(i).lengths().size(); j++) {
                result.add(i);
            }
        }
        return result.stream().mapToInt(Integer::intValue).toArray();
    }

    private static float[][] gradients(List<PlainReference> references, RandomGenerator random) {
        float[][] gradients = new float[references.size()][];
        for (int i = 0; i < gradients.length; i++) {
            gradients[i] = new float[references.get(i).p.length];
            RandomFloats.fill(random, gradients[i]);
        }
        return gradients;
    }
}
