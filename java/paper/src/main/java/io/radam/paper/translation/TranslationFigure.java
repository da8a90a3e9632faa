package io.radam.paper.translation;

import io.radam.demo.ProgressBar;
import io.radam.demo.Torch;
import io.radam.paper.Results;
import io.radam.paper.Section;
import io.radam.paper.Setting;
import io.radam.paper.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

/**
 * A Transformer that translates, by optimizers with and without warm-up: what the paper's own first figure shows.
 */
public final class TranslationFigure {
    private final Setting setting;
    private final Results results;
    private final ProgressBar progress;
    private final Training.Text text;

    private TranslationFigure(Setting setting, Results results) throws IOException {
        this.setting = setting;
        this.results = results;
        text = text(setting);
        progress = new ProgressBar(System.out, Method.values().length * setting.seeds().size(), setting.steps());
    }

    /** Trains, and says what came out. */
    public static Section make(Setting setting, Results results) throws IOException {
        Torch.start();
        TranslationFigure figure = new TranslationFigure(setting, results);
        return new Described(setting, figure.text, figure.trainings()).section();
    }

    private static Training.Text text(Setting setting) throws IOException {
        Corpus corpus = Corpus.load();
        WordPieces vocabulary = new WordPieces(corpus.training().stream()
                .flatMap(pair -> Stream.of(pair.spanish(), pair.english())).toList(), setting.size().vocabulary());
        return new Training.Text(encode(corpus.training(), vocabulary), encode(corpus.heldOut(), vocabulary),
                vocabulary.size());
    }

    private static List<Batch.Sentence> encode(List<Corpus.Pair> pairs, WordPieces vocabulary) {
        return pairs.stream().map(pair -> new Batch.Sentence(
                vocabulary.encode(pair.spanish()), vocabulary.encode(pair.english()))).toList();
    }

    /** One training for each core at a time. Seeds come first, so that one that is broken off has whole comparisons. */
    private List<Curve> trainings() throws IOException {
        List<Callable<Curve>> tasks = new ArrayList<>();
        for (long seed : setting.seeds()) {
            for (Method method : Method.values()) {
                tasks.add(() -> training(method, seed));
            }
        }
        return Parallel.call(tasks, Runtime.getRuntime().availableProcessors());
    }

    private Curve training(Method method, long seed) throws IOException {
        String run = Text.format("translation-%s-%d", method.name().toLowerCase(Locale.ROOT), seed);
        String made = Training.made(method, seed, setting);
        String task = method.label() + ", seed " + seed;
        var finished = results.read(run, made);
        synchronized (progress) {
            progress.begin(task);
        }
        List<double[]> rows;
        if (finished.isPresent()) {
            rows = finished.get();
            for (int i = 0; i < setting.steps(); i++) {
                advance();
            }
        } else {
            rows = new Training(method, seed, setting, text, this::advance).run(results.checkpoint(run));
            results.write(run, made, rows);
        }
        Curve curve = new Curve(method, seed, rows);
        synchronized (progress) {
            progress.begin(task);
            progress.end(curve.diverged() ? "diverged" : "held-out perplexity " + Text.number(curve.last()));
        }
        return curve;
    }

    /** Ends this training when another has failed. */
    private void advance() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("another training failed");
        }
        synchronized (progress) {
            progress.advance();
        }
    }
}
