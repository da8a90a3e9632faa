package io.radam.paper.translation;

import io.radam.OptimizerBuilder;
import io.radam.checkpoint.Checkpoint;
import io.radam.checkpoint.CheckpointFile;
import io.radam.paper.Made;
import io.radam.paper.Results;
import io.radam.paper.Setting;
import io.radam.pytorch.TorchOptimizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** One training of the Transformer, on one thread. It keeps a checkpoint, from which it goes on with the same bits. */
final class Training {
    static final double LEARNING_RATE = 4e-3;
    /** Counted up when the code changes in a way that changes numbers. */
    private static final int FORMAT = 1;
    private static final int SENTENCES = 64;
    /** Steps whose gradients are counted by magnitude. */
    static final List<Integer> COUNTED = List.of(1, 10, 100);

    /** The sum of losses in nats, of all pieces. */
    private record Loss(double sum, long pieces) {
        double perplexity() {
            return Math.exp(sum / pieces);
        }
    }

    private final Method method;
    private final long seed;
    private final Setting setting;
    private final String made;
    private final Text text;
    private final Runnable afterStep;

    /** The sentences, as pieces. */
    record Text(List<Batch.Sentence> training, List<Batch.Sentence> heldOut, int vocabulary) {
    }

    /**
     * A training that has not begun.
     *
     * @param afterStep called after each step, also those of a checkpoint
     */
    Training(Method method, long seed, Setting setting, Text text, Runnable afterStep) {
        this.method = method;
        this.seed = seed;
        this.setting = setting;
        made = made(method, seed, setting);
        this.text = text;
        this.afterStep = afterStep;
    }

    /** What decides the numbers. */
    static String made(Method method, long seed, Setting setting) {
        return "format=" + FORMAT + " seed=" + seed + " steps=" + setting.steps() + " between=" + setting.between()
                + " size=" + setting.size() + " batch=" + SENTENCES + " " + Made.by(builder(method, setting));
    }

    private static OptimizerBuilder<?, ?> builder(Method method, Setting setting) {
        return method.builder(setting.steps()).learningRate(LEARNING_RATE);
    }

    /**
     * Trains, or goes on.
     *
     * @return rows of step, training and held-out perplexity; then for each step whose gradients were counted a row of
     *     minus its number and the counts of {@link Magnitudes}
     */
    List<double[]> run(Path checkpoint) throws IOException {
        try (PointerScope _ = new PointerScope()) {
            torch.set_num_threads(1);
            Transformer network = new Transformer(setting.size(), text.vocabulary(), seed);
            try (TorchOptimizer optimizer = TorchOptimizer.of(builder(method, setting), network)) {
                return run(network, optimizer, checkpoint);
            }
        }
    }

    private List<double[]> run(Transformer network, TorchOptimizer optimizer, Path file) throws IOException {
        Checkpoint checkpoint = Checkpoint.of(optimizer.core()).withParameters();
        List<double[]> rows = new ArrayList<>();
        int step = 0;
        if (isOfThisTraining(file)) {
            var saved = checkpoint.restore(file);
            step = Integer.parseInt(saved.get("step"));
            saved.get("rows").lines().map(Results::parse).forEach(rows::add);
            for (int i = 0; i < step; i++) {
                afterStep.run();
            }
        }
        double sum = 0;
        long pieces = 0;
        List<double[]> histograms = new ArrayList<>();
        rows.removeIf(row -> row[0] < 0 && histograms.add(row));
        while (step < setting.steps()) {
            step++;
            Loss loss = step(network, optimizer, step, histograms);
            sum += loss.sum();
            pieces += loss.pieces();
            if (step % setting.between() == 0 || step == setting.steps()) {
                rows.add(new double[] {step, Math.exp(sum / pieces), heldOut(network).perplexity()});
                sum = 0;
                pieces = 0;
                checkpoint.put("made", made).put("step", String.valueOf(step)).put("rows", text(rows, histograms))
                        .write(file);
            }
            afterStep.run();
        }
        rows.addAll(histograms);
        return rows;
    }

    private boolean isOfThisTraining(Path file) throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        try (CheckpointFile saved = Checkpoint.read(file)) {
            return made.equals(saved.get("made"));
        }
    }

    private static String text(List<double[]> rows, List<double[]> histograms) {
        List<double[]> all = new ArrayList<>(rows);
        all.addAll(histograms);
        return String.join("\n", all.stream().map(Results::text).toList());
    }

    private Loss step(Transformer network, TorchOptimizer optimizer, int step, List<double[]> histograms) {
        try (PointerScope _ = new PointerScope()) {
            Batch batch = Batch.of(sentences(step));
            optimizer.zero_grad();
            Tensor loss = loss(network, batch);
            loss.backward();
            if (COUNTED.contains(step)) {
                histograms.add(histogram(network, step));
            }
            optimizer.step();
            return new Loss((double) loss.item_float() * batch.pieces(), batch.pieces());
        }
    }

    /** The mean over all pieces. */
    private static Tensor loss(Transformer network, Batch batch) {
        return torch.cross_entropy_loss(network.forward(batch).flatten(0, 1), batch.next(), new TensorOptional(),
                torch.Reduction.Mean.value, WordPieces.PAD, 0);
    }

    /** The batch of a step: all sentences in a new order in each epoch, which is a function of seed and epoch. */
    private List<Batch.Sentence> sentences(int step) {
        int batches = text.training().size() / SENTENCES;
        int epoch = (step - 1) / batches;
        int first = (step - 1) % batches * SENTENCES;
        int[] order = order(new SplittableRandom(seed * 1_000_003 + epoch), text.training().size());
        return Arrays.stream(order, first, first + SENTENCES).mapToObj(text.training()::get).toList();
    }

    private static int[] order(SplittableRandom random, int size) {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            int at = random.nextInt(i + 1);
            order[i] = order[at];
            order[at] = i;
        }
        return order;
    }

    private Loss heldOut(Transformer network) {
        double sum = 0;
        long pieces = 0;
        for (int i = 0; i < text.heldOut().size(); i += SENTENCES) {
            try (PointerScope _ = new PointerScope(); NoGradGuard _ = new NoGradGuard()) {
                Batch batch = Batch.of(text.heldOut().subList(i, Math.min(i + SENTENCES, text.heldOut().size())));
                sum += (double) loss(network, batch).item_float() * batch.pieces();
                pieces += batch.pieces();
            }
        }
        return new Loss(sum, pieces);
    }

    private static double[] histogram(Transformer network, int step) {
        double[] counts = new double[Magnitudes.COUNTS];
        for (Tensor parameter : TorchOptimizer.namedParameters(network).values()) {
            Tensor gradient = parameter.grad().contiguous();
            float[] numbers = new float[Math.toIntExact(gradient.numel())];
            gradient.data_ptr_float().get(numbers, 0, numbers.length);
            Magnitudes.count(numbers, counts);
        }
        return DoubleStream.concat(DoubleStream.of(-step), Arrays.stream(counts)).toArray();
    }
}
