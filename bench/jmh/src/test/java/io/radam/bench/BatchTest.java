package io.radam.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.bench.implementation.Radam;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static final List<Implementation> ALL = Implementations.available();

    @Test
    void oursIsInEveryBatchToCompareWith() {
        for (String setting : List.of("smoke", "short", "long")) {
            for (Batch batch : Batch.plan(Settings.named(setting), ALL, Radam.best(), 2)) {
                boolean found = batch.implementations().stream().anyMatch(i -> i.name().equals(Radam.best()));
                assertTrue(found || batch.suite().isOfMethods(), batch::toString);
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
    }

    private static long slowAt(int size, String setting) {
        return Batch.plan(Settings.named(setting), ALL, Radam.best(), 2).stream()
                .filter(batch -> batch.size() == size && batch.threads() == 1)
                .flatMap(batch -> batch.implementations().stream()).filter(Implementation::isSlow).count();
    }
}
