package io.radam.sharded;

import io.radam.DType;
import io.radam.Parameter;
import io.radam.SGD;
import io.radam.internal.sharding.Sharding;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Measures what a rank of many does with gradients besides sending them: {@code <ranks> <rounds>}. Nothing is sent, so
 * that one process is enough. Prints nanoseconds for an element: of writing it into a message, of adding it, and of only
 * copying it from the messages to the cache. One thread's are of its processor time, the lower quartile of all rounds,
 * so that other work on the machine counts little; those of several threads are the best round.
 */
final class SumTime {
    private static final int TILE = 4096;
    /** {@code int clock_gettime(clockid_t, struct timespec *)}. */
    private static final MethodHandle CLOCK = Linker.nativeLinker().downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("clock_gettime"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    private static final int THREAD_CPUTIME = 3;
    private static final MemorySegment TIME = Arena.ofAuto().allocate(16, 8);

    private SumTime() {
    }

    /** A rank of many, of which the others never say anything. */
    private static final class Alone implements Collectives {
        private final int size;
        private final LongSupplier clock;
        private long begin;
        private long end;

        Alone(int size, LongSupplier clock) {
            this.size = size;
            this.clock = clock;
        }

        @Override
        public int rank() {
            return 0;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public void exchange(MemorySegment send, long[] sendBytes, MemorySegment receive, long[] receiveBytes) {
            begin = clock.getAsLong();
            receive.fill((byte) 0x3C); // as what comes from the network does, this goes through the cache
            end = clock.getAsLong();
        }

        @Override
        public void allGather(MemorySegment send, MemorySegment receive, long[] receiveBytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void barrier() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void abort(String reason) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
        }
    }

    public static void main(String[] arguments) {
        int ranks = Integer.parseInt(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        for (DType type : new DType[] {DType.FLOAT32, DType.BFLOAT16}) {
            System.out.printf("%s, %d ranks: copied from memory to the cache %.2f ns%n", type, ranks,
                    copy(ranks, rounds, type));
            measure(ranks, rounds, type, false);
            measure(ranks, rounds, type, true);
        }
    }

    private static void measure(int ranks, int rounds, DType type, boolean byPool) {
        LongSupplier clock = byPool ? System::nanoTime : SumTime::processorTime;
        long elements = ranks * ShardExchange.chunk(ranks);
        MemorySegment values = Arena.ofAuto().allocate(elements * type.bytes(), 64);
        MemorySegment gradient = Arena.ofAuto().allocate(elements * type.bytes(), 64);
        gradient.fill((byte) 0x3C);
        Alone alone = new Alone(ranks, clock);
        double[] write = new double[rounds];
        double[] add = new double[rounds];
        try (Arena arena = Arena.ofShared()) {
            Slices slices = new Slices(alone, arena, ranks * ShardExchange.chunk(ranks));
            SGD.Builder builder = byPool ? SGD.builder() : SGD.builder().sequential();
            builder.parameter(Parameter.builder(values, gradient).valuesType(type).gradientType(type).build());
            ScopedValue.where(Sharding.CURRENT, slices).call(builder::build).close();
            ShardExchange exchange = new ShardExchange(alone, slices.layout, slices.mover, slices.workers);
            for (int round = 0; round < rounds; round++) {
                long begin = clock.getAsLong();
                exchange.reduce(0, _ -> new ShardExchange.Elements(gradient, type), slices.sums, type, false);
                add[round] = (double) (clock.getAsLong() - alone.end) / elements;
                write[round] = (double) (alone.begin - begin) / elements;
            }
        }
        System.out.printf("  by %s: written %.2f ns, added %.2f ns%n", byPool ? "the common pool" : "one thread",
                typical(write, byPool), typical(add, byPool));
    }

    private static double copy(int ranks, int rounds, DType type) {
        long stride = (1L << 18) * type.bytes();
        MemorySegment messages = Arena.ofAuto().allocate(ranks * stride, 64);
        byte[] tile = new byte[TILE * type.bytes()];
        double[] times = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            messages.fill((byte) round);
            long begin = processorTime();
            for (long at = 0; at < stride; at += tile.length) {
                for (int rank = 0; rank < ranks; rank++) {
                    MemorySegment.copy(messages, ValueLayout.JAVA_BYTE, rank * stride + at, tile, 0, tile.length);
                }
            }
            times[round] = (double) (processorTime() - begin) / ranks / (1L << 18);
        }
        return typical(times, false);
    }

    /** Nanoseconds of this thread. */
    static long processorTime() {
        try {
            int failed = (int) CLOCK.invokeExact(THREAD_CPUTIME, TIME);
            if (failed != 0) {
                throw new AssertionError("clock_gettime fails");
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return TIME.get(ValueLayout.JAVA_LONG, 0) * 1_000_000_000 + TIME.get(ValueLayout.JAVA_LONG, 8);
    }

    /** Of several threads, a round in which all of them had a processor. */
    private static double typical(double[] times, boolean best) {
        Arrays.sort(times);
        return times[best ? 0 : times.length / 4];
    }
}
