package io.radam.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.bench.Point.Suite;
import io.radam.bench.implementation.Radam;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static final List<Implementation> ALL = Implementations.available();

    @Test
    void oursIsInEveryBatchToCompareWith() {
        for (String setting : List.of("smoke", "short", "long")) {
            for (Batch batch : Batch.plan(Settings.named(setting), ALL, Radam.best(), 2)) {
                boolean found = batch.implementations().stream().anyMatch(i -> i.name().equals(Radam.best()));
                assertTrue(found || batch.suite().isOfMethods() || batch.suite().isOfFrameworks(), batch::toString);
            }
        }
    }

    @Test
    void oneProcessorHasNoBatchesOfAllThreads() {
        assertTrue(Batch.plan(Settings.named("short"), ALL, Radam.best(), 1).stream()
                .allMatch(batch -> batch.threads() == 1));
    }

    @Test
    void slowOnesAreLeftOutOfLargeSizesUnlessThereIsTime() {
        assertEquals(0, slowAt(16 << 20, "short"));
        assertEquals(2, slowAt(16 << 20, "long"));
    }

    @Test
    void unknownSettingIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Settings.named("quick"));
        String message = assertThrows(IllegalArgumentException.class, () -> Settings.suites("sizes, all")).getMessage();
        assertTrue(message.startsWith("bench.suites has names of [sizes, tensors, models,"), message);
        assertTrue(message.endsWith("not all"), message);
    }

    @Test
    void suitesAreChosen() {
        assertEquals(Set.of(Suite.SIZES, Suite.MODELS), Settings.suites("sizes, models"));
        assertEquals(Set.of(), Settings.suites(""));
    }

    /** By the numbers that are published with the models. */
    @Test
    void modelsHaveTheirSizes() {
        assertEquals(11_689_512, Work.named("resnet18").size());
        assertEquals(62, Work.named("resnet18").tensors());
        assertEquals(124_439_808, Work.named("gpt2").size());
        assertEquals(148, Work.named("gpt2").tensors());
        assertEquals(6_090, Work.named("digits").size());
        assertEquals(9_849_410, Work.named("mlp").size());
        assertThrows(IllegalArgumentException.class, () -> Work.named("gpt7"));
    }

    @Test
    void workIsDividedAmongTensors() {
        Work work = Work.of(6, 3);
        assertEquals(work, Work.named(work.name()));
        float[] all = {1, 2, 3, 4, 5, 6};
        float[][] parts = work.split(all);
        assertArrayEquals(new float[] {3, 4}, parts[1]);
        assertArrayEquals(all, work.join(i -> parts[i]));
    }

    private static long slowAt(int size, String setting) {
        return Batch.plan(Settings.named(setting), ALL, Radam.best(), 2).stream()
                .filter(batch -> batch.work().size() == size && batch.threads() == 1)
                .flatMap(batch -> batch.implementations().stream()).filter(Implementation::isSlow).count();
    }
}
