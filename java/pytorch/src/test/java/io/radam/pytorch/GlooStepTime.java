package io.radam.pytorch;

import io.radam.AdamW;
import io.radam.Parameter;
import io.radam.sharded.Collectives;
import io.radam.sharded.ShardedOptimizer;
import io.radam.sharded.SocketCollectives;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.FileStore;

/**
 * Measures steps over gloo and over sockets by turns. Arguments: rank, number of ranks, a new file, a free port,
 * parameters, steps. One process for each rank, all on one machine.
 */
final class GlooStepTime {
    private GlooStepTime() {
    }

    public static void main(String[] arguments) {
        int rank = Integer.parseInt(arguments[0]);
        int size = Integer.parseInt(arguments[1]);
        int steps = Integer.parseInt(arguments[5]);
        try (Collectives gloo = TorchCollectives.of(GlooRanks.join(new FileStore(arguments[2], size), rank, size));
                Collectives sockets = SocketCollectives.open(rank, size, "127.0.0.1:" + arguments[3],
                        Duration.ofMinutes(1), "");
                ShardedOptimizer overGloo = optimizer(gloo, Long.parseLong(arguments[4]));
                ShardedOptimizer overSockets = optimizer(sockets, Long.parseLong(arguments[4]))) {
            double[] ofGloo = new double[steps];
            double[] ofSockets = new double[steps];
            for (int step = 0; step < steps; step++) {
                ofGloo[step] = millis(gloo, overGloo);
                ofSockets[step] = millis(sockets, overSockets);
            }
            for (double[] times : List.of(ofGloo, ofSockets)) {
                Arrays.sort(times);
                System.out.printf("rank %d over %s: a step took %.2f ms at best, %.2f at the lower quartile%n", rank,
                        times == ofGloo ? "gloo" : "sockets", times[0], times[steps / 4]);
            }
        }
    }

    private static ShardedOptimizer optimizer(Collectives ranks, long parameters) {
        MemorySegment values = Arena.ofAuto().allocate(parameters * Float.BYTES, 64);
        MemorySegment gradient = Arena.ofAuto().allocate(parameters * Float.BYTES, 64);
        for (long i = 0; i < parameters; i++) {
            gradient.setAtIndex(ValueLayout.JAVA_FLOAT, i, i % 7 - 3 + ranks.rank());
        }
        return ShardedOptimizer.of(ranks, AdamW.builder().parameter(Parameter.of(values, gradient)));
    }

    private static double millis(Collectives ranks, ShardedOptimizer optimizer) {
        ranks.barrier();
        long begin = System.nanoTime();
        optimizer.step();
        return (System.nanoTime() - begin) / 1e6;
    }
}
