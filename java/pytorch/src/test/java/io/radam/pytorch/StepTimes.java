package io.radam.pytorch;

import io.radam.Adam;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Times whole steps of Adam, ours and libtorch's in turn, from Java: on tensors of the sizes of ResNet-18, and on many
 * small ones, where the time is that of finding out where they are. A program, not a test.
 *
 * <p>Arguments: threads of each, 1 unless given; rounds, 100 unless given.
 */
final class StepTimes {
    private StepTimes() {
    }

    public static void main(String[] arguments) {
        int threads = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100;
        torch.set_num_threads(threads);
        compare("ResNet-18", resnet18(), threads, rounds);
        List<long[]> small = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            small.add(new long[] {100});
        }
        compare("1000 tensors of 100", small, threads, rounds);
    }

    /** Convolutions and the linear layer, each with what normalizes it: 62 tensors, 11.7 million parameters. */
    private static List<long[]> resnet18() {
        List<long[]> sizes = new ArrayList<>();
        convolution(sizes, 64, 3, 7);
        long channels = 64;
        for (long width : new long[] {64, 128, 256, 512}) {
            convolution(sizes, width, channels, 3);
            convolution(sizes, width, width, 3);
            if (width != channels) {
                convolution(sizes, width, channels, 1);
            }
            convolution(sizes, width, width, 3);
            convolution(sizes, width, width, 3);
            channels = width;
        }
        sizes.add(new long[] {1000, 512});
        sizes.add(new long[] {1000});
        return sizes;
    }

    private static void convolution(List<long[]> sizes, long outputs, long inputs, long kernel) {
        sizes.add(new long[] {outputs, inputs, kernel, kernel});
        sizes.add(new long[] {outputs});
        sizes.add(new long[] {outputs});
    }

    private static void compare(String name, List<long[]> sizes, int threads, int rounds) {
        List<Tensor> ours = parameters(sizes);
        List<Tensor> theirs = parameters(sizes);
        var radam = Adam.builder().learningRate(1e-3);
        if (threads == 1) {
            radam.sequential();
        }
        try (TorchOptimizer our = TorchOptimizer.of(radam, new TensorVector(ours.toArray(Tensor[]::new)))) {
            var their = new org.bytedeco.pytorch.Adam(new TensorVector(theirs.toArray(Tensor[]::new)),
                    new AdamOptions(1e-3));
            int warming = rounds / 2;
            double[] ourTimes = new double[rounds];
            double[] theirTimes = new double[rounds];
            double[] ratios = new double[rounds];
            for (int i = -warming; i < rounds; i++) {
                long ourTime = time(our::step);
                long theirTime = time(() -> {
                    try (PointerScope _ = new PointerScope()) {
                        their.step();
                    }
                });
                if (i >= 0) {
                    ourTimes[i] = ourTime;
                    theirTimes[i] = theirTime;
                    ratios[i] = (double) theirTime / ourTime;
                }
            }
            System.out.printf(Locale.ROOT, "%-20s %5d tensors, %,11d parameters, %d thread(s): ours %,.0f us, "
                    + "libtorch's %,.0f us, ratio %.2f (quartiles %.2f to %.2f)%n", name, sizes.size(),
                    ours.stream().mapToLong(Tensor::numel).sum(), threads, quantile(ourTimes, 0.5) / 1e3,
                    quantile(theirTimes, 0.5) / 1e3, quantile(ratios, 0.5), quantile(ratios, 0.25),
                    quantile(ratios, 0.75));
        }
    }

    private static List<Tensor> parameters(List<long[]> sizes) {
        return sizes.stream().map(size -> {
            Tensor parameter = torch.randn(size).set_requires_grad(true);
            Tensors.setGradient(parameter, torch.randn(size));
            return parameter;
        }).toList();
    }

    private static long time(Runnable step) {
        long start = System.nanoTime();
        step.run();
        return System.nanoTime() - start;
    }

    private static double quantile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) (share * (sorted.length - 1))];
    }
}
