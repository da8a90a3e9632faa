package io.radam.paper.translation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ParallelTest {
    @Test
    @Timeout(60)
    void resultsAreInTheOrderOfTheTasks() throws IOException {
        CountDownLatch second = new CountDownLatch(1);
        assertEquals(List.of(1, 2), Parallel.call(List.of(() -> {
            second.await();
            return 1;
        }, () -> {
            second.countDown();
            return 2;
        }), 2));
    }

    @Test
    @Timeout(60)
    void aFailureIsReportedBeforeTheOthersAreDone() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        IOException failure = new IOException("failed");
        IOException thrown = assertThrows(IOException.class, () -> Parallel.<Void>call(List.of(() -> {
            begun.countDown();
            never.await();
            return null;
        }, () -> {
            begun.await();
            throw failure;
        }, () -> {
            never.await();
            return null;
        }), 2));
        assertSame(failure, thrown.getCause());
    }
}
