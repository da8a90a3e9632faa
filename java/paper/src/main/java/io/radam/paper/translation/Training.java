package io.radam.paper.translation;

import io.radam.LearningRateSchedule;
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
import java.util.stream.DoubleStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** One training of the Transformer, on one thread. It keeps a checkpoint, from which it goes on with the same bits. */
final class Training {
    /** Of the first step. */
    static final double LEARNING_RATE = 2e-3;
    /** Counted up when the code changes in a way that changes numbers. */
    private static final int FORMAT = 3;
    static final int SENTENCES = 32;
    /** Steps whose gradients are counted by magnitude. */
    static final List<Integer> COUNTED = List.of(1, 10, 100);

    /** The sum of losses in nats, of all pieces. */
    private record Loss(double sum, long pieces) {
        double perplexity() {
            return Math.exp(sum / pieces);
        }
    }

    private final Trial trial;
    private final Setting setting;
    private final String made;
    private final Text text;
    private final Epochs epochs;
    private final LearningRateSchedule schedule;
    private final Runnable afterStep;

    /** The sentences, as pieces. */
    record Text(List<Batch.Sentence> training, List<Batch.Sentence> heldOut, int vocabulary) {
    }

    /**
     * A training that has not begun.
     *
     * @param afterStep called after each step, also those of a checkpoint
     */
    Training(Trial trial, Setting setting, Text text, Runnable afterStep) {
        this.trial = trial;
        this.setting = setting;
        made = made(trial, setting);
        this.text = text;
        epochs = new Epochs(text.training(), SENTENCES, trial.seed());
        schedule = schedule(setting.steps());
        this.afterStep = afterStep;
    }

    /** Down to 0 after the last step along a line, as in the trainings of the paper. */
    private static LearningRateSchedule schedule(int steps) {
        return LearningRateSchedule.linear(1, 0, steps + 1L);
    }

    /** What decides the numbers. */
    static String made(Trial trial, Setting setting) {
        return "format=" + FORMAT + " seed=" + trial.seed() + " norm=" + trial.norm() + " steps=" + setting.steps()
                + " between=" + setting.between() + " size=" + setting.size() + " batch=" + SENTENCES + " "
                + Made.by(trial.builder(setting.steps()));
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
            Transformer network = new Transformer(setting.size(), trial.preNorm(), text.vocabulary(), trial.seed());
            try (TorchOptimizer optimizer = TorchOptimizer.of(trial.builder(setting.steps()), network)) {
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
            Batch batch = Batch.of(epochs.batch(step));
            optimizer.zero_grad();
            Tensor loss = loss(network, batch);
            loss.backward();
            if (COUNTED.contains(step)) {
                histograms.add(histogram(network, step));
            }
            optimizer.core().setLearningRateFactor(schedule.factor(step));
            optimizer.step();
            return new Loss((double) loss.item_float() * batch.pieces(), batch.pieces());
        }
    }

    /** The mean over all pieces. */
    private static Tensor loss(Transformer network, Batch batch) {
        return torch.cross_entropy_loss(network.forward(batch).flatten(0, 1), batch.next(), new TensorOptional(),
                torch.Reduction.Mean.value, WordPieces.PAD, 0);
    }

    private Loss heldOut(Transformer network) {
        List<Batch.Sentence> sentences = Epochs.byLength(text.heldOut());
        double sum = 0;
        long pieces = 0;
        for (int i = 0; i < sentences.size(); i += SENTENCES) {
            try (PointerScope _ = new PointerScope(); NoGradGuard _ = new NoGradGuard()) {
                Batch batch = Batch.of(sentences.subList(i, Math.min(i + SENTENCES, sentences.size())));
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
