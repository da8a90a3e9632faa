package io.radam.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CallBenchmarkTest {
    @Test
    void allWaysToCallGiveTheSameBits() throws Throwable {
        CallBenchmark benchmark = new CallBenchmark();
        try {
            benchmark.prepare(); // compares
            assertEquals(0, benchmark.jniStep());
            assertEquals(benchmark.ffmNothing(), benchmark.jniNothing());
        } finally {
            benchmark.close();
        }
    }
}
