package io.radam.sharded;

import io.radam.AdamW;
import io.radam.DType;
import io.radam.Optimizer;
import io.radam.Parameter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures what a step takes in some processes, and what memory; mpirun starts it.
 *
 * <p>{@code time <millions> <rounds> <wire type>}: in each round, the first process makes a step alone, while the
 * others wait, by one thread and by as many as there are processes; then all make one together, by MPI and by sockets.
 * Prints the best of all rounds.
 *
 * <p>{@code overlap <millions> <rounds> <milliseconds> idle|busy}: in each round, gradients are computed from the last
 * to the first in so many milliseconds together, and stepped: with announcements and without, by MPI and by sockets. To
 * compute is to wait, as for an accelerator, or to keep a processor busy. Prints the lower quartile of all rounds.
 *
 * <p>{@code goals <millions> <rounds>}: in each round, by turns, a step by MPI; what MPI's own collectives take for the
 * same, MPI_Reduce_scatter_block of the gradients, a step of this process's part by one optimizer, and MPI_Allgather of
 * the values; and replicated steps, MPI_Allreduce of the gradients and a step of all in each process. Each from a
 * barrier to the next. Of our step also the time in messages, and the processor's time elsewhere, of which other work
 * on the machine takes nothing. Also what bytes go through memory in a second while all processes copy, and while all
 * step their parts. Prints the lower quartile and the best of all rounds, and what part of our step the others are.
 *
 * <p>{@code memory <millions> <wire type>}: the resident memory of each process once it has stepped.
 */
final class StepTime {
    private static final int TENSORS = 16;

    private StepTime() {
    }

    public static void main(String[] arguments) throws Exception {
        try (MpiCollectives collectives = MpiCollectives.open()) {
            long elements = Long.parseLong(arguments[1]) * 1_000_000;
            if (arguments[0].equals("time")) {
                time(collectives, elements, Integer.parseInt(arguments[2]), DType.valueOf(arguments[3]));
            } else if (arguments[0].equals("overlap")) {
                overlap(collectives, elements, Integer.parseInt(arguments[2]),
                        Long.parseLong(arguments[3]) * 1_000_000 / TENSORS, arguments[4].equals("busy"));
            } else if (arguments[0].equals("goals")) {
                goals(collectives, elements, Integer.parseInt(arguments[2]));
            } else {
                memory(collectives, elements, DType.valueOf(arguments[2]));
            }
        }
    }

    private static List<Parameter> parameters(long elements) {
        List<Parameter> parameters = new ArrayList<>();
        for (int i = 0; i < TENSORS; i++) {
            MemorySegment values = Arena.ofAuto().allocate(elements / TENSORS * Float.BYTES, 64);
            MemorySegment gradient = Arena.ofAuto().allocate(values.byteSize(), 64);
            for (long at = 0; at < values.byteSize(); at += Float.BYTES) {
                gradient.set(ValueLayout.JAVA_FLOAT, at, 1e-3f * (at % 1000 - 500));
            }
            parameters.add(Parameter.of(values, gradient));
        }
        return parameters;
    }

    private static AdamW.Builder builder(long elements) {
        return AdamW.builder().parameters(parameters(elements)).learningRate(1e-4).sequential();
    }

    private static void time(MpiCollectives collectives, long elements, int rounds, DType wire) {
        boolean isFirst = collectives.rank() == 0;
        double alone = Double.POSITIVE_INFINITY;
        double threads = alone;
        double[] together = {alone, alone};
        double[] exchange = {alone, alone};
        long bytes = 0;
        try (Optimizer whole = isFirst ? builder(elements).build() : null;
                Optimizer parallel = isFirst ? AdamW.builder().parameters(parameters(elements)).build() : null;
                SocketCollectives sockets = sockets(collectives);
                ShardedOptimizer byMpi = ShardedOptimizer.of(collectives, builder(elements), wire);
                ShardedOptimizer bySockets = ShardedOptimizer.of(sockets, builder(elements), wire)) {
            for (int round = 0; round < rounds; round++) {
                collectives.barrier();
                if (isFirst) {
                    alone = Math.min(alone, seconds(whole::step));
                    threads = Math.min(threads, seconds(parallel::step));
                }
                collectives.barrier();
                bytes = byMpi.sentBytes();
                together[0] = Math.min(together[0], seconds(byMpi::step));
                bytes = byMpi.sentBytes() - bytes;
                collectives.barrier();
                together[1] = Math.min(together[1], seconds(bySockets::step));
            }
            for (int round = 0; round < rounds; round++) {
                collectives.barrier();
                exchange[0] = Math.min(exchange[0], seconds(() -> bare(collectives, elements)));
                collectives.barrier();
                exchange[1] = Math.min(exchange[1], seconds(() -> bare(sockets, elements)));
            }
        }
        if (isFirst) {
            System.out.printf("%d million parameters, %d processes, %s: alone %.1f ms by one thread, %.1f ms by the "
                    + "common pool; together %.1f ms by MPI, %.1f ms by sockets; the collectives alone, with as many "
                    + "bytes of float32, %.1f and %.1f ms; %.1f MB sent%n", elements / 1_000_000, collectives.size(),
                    wire, alone * 1e3, threads * 1e3, together[0] * 1e3, together[1] * 1e3, exchange[0] * 1e3,
                    exchange[1] * 1e3, bytes / 1e6);
        }
    }

    private static void goals(MpiCollectives collectives, long elements, int rounds) {
        int ranks = collectives.size();
        MpiSums mpi = new MpiSums(collectives.libraryVersion().contains("Open MPI"));
        long part = elements / ranks * Float.BYTES;
        MemorySegment values = Arena.ofAuto().allocate(part * ranks, 64);
        MemorySegment gradients = Arena.ofAuto().allocate(part * ranks, 64);
        MemorySegment replicas = Arena.ofAuto().allocate(part * ranks, 64);
        MemorySegment sums = Arena.ofAuto().allocate(part, 64);
        Parameter shard = Parameter.of(values.asSlice(part * collectives.rank(), part), sums);
        String[] names = {"our step", "MPI_Reduce_scatter_block", "step of a part", "MPI_Allgather", "MPI_Allreduce",
            "step of all", "copy"};
        double[][] times = new double[names.length][rounds];
        double[] inMessages = new double[rounds];
        double[] elsewhere = new double[rounds];
        double[] stepping = new double[rounds];
        Timed timed = new Timed(collectives);
        double[] replicated = new double[rounds];
        double[] collective = new double[rounds];
        try (ShardedOptimizer sharded = ShardedOptimizer.of(timed, builder(elements));
                Optimizer ofPart = AdamW.builder().parameter(shard).learningRate(1e-4).sequential().build();
                Optimizer ofAll = AdamW.builder().parameter(Parameter.of(replicas, gradients)).learningRate(1e-4)
                        .sequential().build()) {
            List<Runnable> works = List.of(sharded::step, () -> mpi.reduceScatter(gradients, sums), ofPart::step,
                    () -> mpi.allGather(values, ranks), () -> mpi.allReduce(gradients), ofAll::step,
                    () -> MemorySegment.copy(gradients, 0, replicas, 0, part));
            for (int round = 0; round < rounds; round++) {
                double before = timed.seconds;
                double processorBefore = timed.processorSeconds;
                for (int i = 0; i < names.length; i++) {
                    collectives.barrier();
                    Runnable work = works.get(i);
                    double[] processor = new double[1];
                    times[i][round] = seconds(() -> {
                        processor[0] = processorSeconds(work);
                        collectives.barrier();
                    });
                    if (i == 0) {
                        elsewhere[round] = processor[0] - (timed.processorSeconds - processorBefore);
                    } else if (i == 2) {
                        stepping[round] = processor[0];
                    }
                }
                inMessages[round] = timed.seconds - before;
                gradients.fill((byte) 0); // what is added again and again would overflow
                collective[round] = times[1][round] + times[2][round] + times[3][round];
                replicated[round] = times[4][round] + times[5][round];
            }
        }
        if (collectives.rank() == 0) {
            StringBuilder said = new StringBuilder();
            for (int i = 0; i < names.length; i++) {
                said.append(String.format("%n  %s %s", names[i], quartile(times[i])));
            }
            said.append(String.format("%n  of our step %s in its messages, with waiting for others; elsewhere, of "
                    + "processor time, %s, of which a step of a part is %s", quartile(inMessages), quartile(elsewhere),
                    quartile(stepping)));
            double ours = times[0][rounds / 4];
            said.append(String.format("%n  MPI's own and the step of a part %s, %.2f of our step",
                    quartile(collective), collective[rounds / 4] / ours));
            said.append(String.format("%n  replicated steps %s, %.2f of our step", quartile(replicated),
                    replicated[rounds / 4] / ours));
            // Read: gradients, and of a part values and two of state. Written: that of a part, and all other values.
            double bytes = ranks * (part * (double) ranks + 3 * part + 3 * part + part * (ranks - 1.0));
            double byCopying = 2.0 * ranks * part / times[6][rounds / 4];
            double byStepping = 7.0 * ranks * part / times[2][rounds / 4];
            said.append(String.format("%n  memory: %.1f GB/s while all copy, %.1f while all step their parts; our "
                    + "step's %.0f MB at the higher take %.2f of it", byCopying * 1e-9, byStepping * 1e-9, bytes / 1e6,
                    bytes / Math.max(byCopying, byStepping) / ours));
            System.out.printf("%d million parameters, %d processes, %s%s%n", elements / 1_000_000, ranks,
                    collectives.libraryVersion(), said);
        }
    }

    /** Collectives that know how long calls have taken. */
    private static final class Timed extends Delegating {
        private double seconds;
        private double processorSeconds;

        Timed(Collectives collectives) {
            super(collectives);
        }

        private void run(Runnable call) {
            seconds += StepTime.seconds(() -> processorSeconds += StepTime.processorSeconds(call));
        }

        @Override
        public void exchange(MemorySegment send, long[] sendBytes, MemorySegment receive, long[] receiveBytes) {
            run(() -> super.exchange(send, sendBytes, receive, receiveBytes));
        }

        @Override
        public void allGather(MemorySegment send, MemorySegment receive, long[] receiveBytes) {
            run(() -> super.allGather(send, receive, receiveBytes));
        }
    }

    private static double processorSeconds(Runnable work) {
        long begin = SumTime.processorTime();
        work.run();
        return (SumTime.processorTime() - begin) * 1e-9;
    }

    /** Sorts times, and says the lower quartile and the best. */
    private static String quartile(double[] times) {
        Arrays.sort(times);
        return String.format("%.1f ms (best %.1f)", times[times.length / 4] * 1e3, times[0] * 1e3);
    }

    private static void overlap(MpiCollectives collectives, long elements, int rounds, long nanosOfEach, boolean busy) {
        String[] names = {"step alone, by MPI", "by sockets", "computed, then stepped, by MPI", "by sockets",
            "announced as computed, by MPI", "by sockets"};
        double[][] times = new double[names.length][rounds];
        try (SocketCollectives sockets = sockets(collectives)) {
            List<List<Parameter>> models = List.of(parameters(elements), parameters(elements));
            List<ShardedOptimizer> optimizers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                optimizers.add(ShardedOptimizer.of(i == 0 ? collectives : sockets,
                        AdamW.builder().parameters(models.get(i)).learningRate(1e-4).sequential()));
            }
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < names.length; i++) {
                    ShardedOptimizer optimizer = optimizers.get(i % 2);
                    List<Parameter> model = models.get(i % 2).reversed();
                    boolean computes = i > 1;
                    boolean announces = i > 3;
                    collectives.barrier();
                    times[i][round] = seconds(() -> {
                        for (Parameter parameter : model) {
                            if (computes) {
                                compute(nanosOfEach, busy);
                            }
                            if (announces) {
                                optimizer.gradientReady(parameter);
                            }
                        }
                        optimizer.step();
                    });
                }
            }
            optimizers.forEach(ShardedOptimizer::close);
        }
        if (collectives.rank() == 0) {
            StringBuilder said = new StringBuilder();
            for (int i = 0; i < names.length; i++) {
                Arrays.sort(times[i]);
                said.append(String.format("; %s %.1f ms", names[i], times[i][rounds / 4] * 1e3));
            }
            System.out.printf("%d million parameters, %d processes, computing in %.1f ms, %s%s%n", elements / 1_000_000,
                    collectives.size(), nanosOfEach * TENSORS / 1e6, busy ? "busy" : "idle", said);
        }
    }

    private static void compute(long nanos, boolean busy) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            if (!busy) {
                LockSupport.parkNanos(left);
            }
        }
    }

    /** The same ranks over the loopback interface. */
    private static SocketCollectives sockets(MpiCollectives collectives) {
        Duration timeout = Duration.ofMinutes(5);
        ServerSocketChannel listener = collectives.rank() == 0 ? Engine.listener() : null;
        MemorySegment port = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_LONG,
                listener == null ? 0 : listener.socket().getLocalPort());
        MemorySegment ports = Arena.ofAuto().allocate(Long.BYTES * (long) collectives.size(), Long.BYTES);
        long[] bytes = new long[collectives.size()];
        Arrays.fill(bytes, Long.BYTES);
        collectives.allGather(port, ports, bytes);
        return listener != null ? SocketCollectives.open(listener, collectives.size(), timeout, "")
                : SocketCollectives.open(collectives.rank(), collectives.size(),
                        "127.0.0.1:" + ports.get(ValueLayout.JAVA_LONG, 0), timeout, "");
    }

    private static final MemorySegment SEND = Arena.ofAuto().allocate(4L << 20, 64);
    private static final MemorySegment RECEIVE = Arena.ofAuto().allocate(4L << 20, 64);

    /** The messages of a step, of the same bytes again and again. */
    private static void bare(Collectives collectives, long elements) {
        int ranks = collectives.size();
        long[] bytes = new long[ranks];
        long rest = elements / ranks * Float.BYTES;
        for (long done = 0; done < rest; done += 1 << 20) {
            Arrays.fill(bytes, Math.min(1 << 20, rest - done));
            collectives.exchange(SEND, bytes, RECEIVE, bytes);
            collectives.allGather(SEND.asSlice(0, bytes[0]), RECEIVE, bytes);
        }
    }

    private static void memory(MpiCollectives collectives, long elements, DType wire) throws IOException {
        AdamW.Builder builder = builder(elements);
        long before = residentKilobytes();
        try (ShardedOptimizer sharded = ShardedOptimizer.of(collectives, builder, wire)) {
            sharded.step();
            sharded.step();
            System.out.printf("rank %d of %d, %d million parameters: %d MB before, %d MB of the optimizer%n",
                    collectives.rank(), collectives.size(), elements / 1_000_000, before / 1000,
                    (residentKilobytes() - before) / 1000);
        }
    }

    private static long residentKilobytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", ""))).findFirst().orElseThrow();
    }

    private static double seconds(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) * 1e-9;
    }
}
