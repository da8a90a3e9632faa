package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.radam.AdamP;
import io.radam.OptimizerBuilder;
import io.radam.SGDP;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where steps depend on rows, ranks have whole rows, and the bits of one process. Over sockets: ShardedBitsTest. */
class ShardedRowsTest {
    static Stream<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (Model.Storage storage : Model.Storage.values()) {
            for (int ranks = 1; ranks <= 4; ranks++) {
                cases.add(Arguments.of(ranks % 2 == 0 ? "AdamP by rows" : "AdamP by tensors", storage, ranks));
                cases.add(Arguments.of(ranks % 2 == 0 ? "SGDP by tensors" : "SGDP by rows", storage, ranks));
                cases.add(Arguments.of("AdamW, centralized", storage, ranks));
            }
        }
        for (String algorithm : Model.ROW_ALGORITHMS.keySet()) {
            cases.add(Arguments.of(algorithm, Model.Storage.FLOAT32, 3));
            cases.add(Arguments.of(algorithm, Model.Storage.FLOAT16_BLOCK8, 2));
        }
        return cases.stream();
    }

    @ParameterizedTest(name = "{0}, {1}, {2} ranks")
    @MethodSource("cases")
    void sameAsOneProcess(String algorithm, Model.Storage storage, int ranks) throws Exception {
        List<Training.Outcome> outcomes = ShardedBitsTest.requireSameAsOneProcess(Engine.THREADS, algorithm, storage,
                ranks, collectives -> Training.train(algorithm, storage, collectives));
        requireWholeRows(storage, algorithm, outcomes);
    }

    /** Sums of rows come by buckets, too. */
    @ParameterizedTest
    @ValueSource(longs = {1, 10_000, 300_000})
    void sameAsOneProcessByBuckets(long bucketElements) throws Exception {
        String algorithm = "AdamP by rows";
        List<Training.Outcome> outcomes = ShardedBitsTest.requireSameAsOneProcess(Engine.THREADS, algorithm,
                Model.Storage.FLOAT32, 3, collectives -> Training.train(algorithm, Model.Storage.FLOAT32, collectives,
                        Training.Announced.FROM_THE_LAST, bucketElements));
        requireWholeRows(Model.Storage.FLOAT32, algorithm, outcomes);
    }

    private static void requireWholeRows(Model.Storage storage, String algorithm, List<Training.Outcome> outcomes) {
        Model model = new Model(storage, algorithm);
        for (int i = 0; i < model.parameters.size(); i++) {
            long rowLength = Math.max(1, model.parameters.get(i).rowLength());
            for (Training.Outcome outcome : outcomes) {
                assertEquals(0, outcome.slices().get(i)[0] % rowLength);
                assertEquals(0, outcome.slices().get(i)[1] % rowLength);
            }
        }
    }

    /** What the tests above compare is projected: by rows for one delta, some parameters as one row for the other. */
    @Test
    void projects() throws Exception {
        List<Object[]> contents = new ArrayList<>();
        for (double delta : new double[] {0, 0.8, 10}) {
            for (OptimizerBuilder<?, ?> builder : List.of(AdamP.builder().delta(delta),
                    SGDP.builder().momentum(0.9).delta(delta))) {
                Model model = new Model(Model.Storage.FLOAT32, "AdamP by rows");
                builder.parameters(model.parameters);
                contents.add(Ranks.run(1, alone -> {
                    try (ShardedOptimizer optimizer = ShardedOptimizer.of(alone, builder)) {
                        model.backward(0, 1);
                        optimizer.step();
                        return model.contents().toArray();
                    }
                }).getFirst());
            }
        }
        for (int i = 0; i < contents.size(); i++) {
            for (int j = 0; j < i; j++) {
                assertFalse(Arrays.deepEquals(contents.get(i), contents.get(j)), i + " and " + j);
            }
        }
    }
}
