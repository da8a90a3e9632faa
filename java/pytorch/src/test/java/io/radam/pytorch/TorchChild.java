package io.radam.pytorch;

import io.radam.RAdam;
import io.radam.StepOptions;
import io.radam.sharded.Collectives;
import io.radam.sharded.CollectivesException;
import io.radam.sharded.ShardedOptimizer;
import java.time.Duration;
import java.util.zip.CRC32C;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** One of the processes that {@link TorchProcessesTest} starts: rank, size, port, time-out, what to do. */
final class TorchChild {
    private static final int STEPS = 20;

    private TorchChild() {
    }

    public static void main(String[] arguments) {
        torch.set_num_threads(1);
        int rank = Integer.parseInt(arguments[0]);
        int size = Integer.parseInt(arguments[1]);
        TCPStore store = new TCPStore("127.0.0.1", new TCPStoreOptions().port((short) Integer.parseInt(arguments[2]))
                .isServer(rank == 0));
        ProcessGroupGloo group = GlooRanks.join(store, rank, size);
        try (Collectives ranks = TorchCollectives.of(group)) {
            if (arguments[4].equals("train")) {
                System.out.println("rank " + rank + " of " + size + " has " + train(ranks));
                return;
            }
            GlooRanks.setTimeout(group, Duration.parse(arguments[3]));
            untilItFails(ranks);
        }
    }

    /** The digest of the parameters that all ranks have in the end. */
    static String train(Collectives ranks) {
        Digits digits = Digits.load();
        Classifier module;
        synchronized (Classifier.class) { // the seed is the process's
            module = Classifier.of(1);
        }
        try (TorchParameters model = TorchParameters.of(module);
                ShardedOptimizer optimizer = ShardedOptimizer.of(ranks,
                        RAdam.builder().learningRate(1e-2).parameters(model.all()))) {
            for (int step = 0; step < STEPS; step++) {
                step(ranks, digits, module, model, optimizer, step);
            }
        }
        CRC32C crc = new CRC32C();
        for (Tensor tensor : TorchOptimizer.namedParameters(module).values()) {
            for (float value : Tensors.floats(tensor)) {
                int bits = Float.floatToRawIntBits(value);
                for (int i = 0; i < Integer.BYTES; i++) {
                    crc.update(bits >> 8 * i);
                }
            }
        }
        return Long.toHexString(crc.getValue());
    }

    private static void step(Collectives ranks, Digits digits, Classifier module, TorchParameters model,
            ShardedOptimizer optimizer, int step) {
        try (PointerScope _ = new PointerScope()) {
            module.zero_grad(true);
            module.backward(digits.batch(step * ranks.size() + ranks.rank()));
            model.step(optimizer, StepOptions.NONE.withMaxGradientNorm(1));
        }
    }

    private static void untilItFails(Collectives ranks) {
        Digits digits = Digits.load();
        Classifier module = Classifier.of(1);
        try (TorchParameters model = TorchParameters.of(module);
                ShardedOptimizer optimizer = ShardedOptimizer.of(ranks, RAdam.builder().parameters(model.all()))) {
            for (int step = 0;; step++) {
                step(ranks, digits, module, model, optimizer, step);
                if (step == 5) {
                    System.out.println("makes steps");
                }
            }
        } catch (CollectivesException e) {
            System.out.println(e.ranks() + " " + e.getMessage());
        }
    }
}
