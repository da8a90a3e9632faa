package io.radam.paper.translation;

import io.radam.demo.ProgressBar;
import io.radam.demo.Torch;
import io.radam.paper.Results;
import io.radam.paper.Setting;
import io.radam.paper.Text;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

/** Trains the Transformer again and again, one training for each core at a time, and keeps what is finished. */
final class Trainings {
    private final Setting setting;
    private final Results results;
    private final Training.Text text;
    private ProgressBar progress;

    Trainings(Setting setting, Results results) throws IOException {
        Torch.start();
        this.setting = setting;
        this.results = results;
        Corpus corpus = Corpus.load();
        WordPieces vocabulary = new WordPieces(corpus.training().stream()
                .flatMap(pair -> Stream.of(pair.spanish(), pair.english())).toList(), setting.size().vocabulary());
        text = new Training.Text(encode(corpus.training(), vocabulary), encode(corpus.heldOut(), vocabulary),
                vocabulary.size());
    }

    private static List<Batch.Sentence> encode(List<Corpus.Pair> pairs, WordPieces vocabulary) {
        return pairs.stream().map(pair -> new Batch.Sentence(
                vocabulary.encode(pair.spanish()), vocabulary.encode(pair.english()))).toList();
    }

    Training.Text text() {
        return text;
    }

    /** Trains, or reads, in this order. */
    List<Curve> of(List<Trial> trials) throws IOException {
        progress = new ProgressBar(System.out, trials.size(), setting.steps());
        return Parallel.call(trials.stream().<Callable<Curve>>map(trial -> () -> curve(trial)).toList(),
                Runtime.getRuntime().availableProcessors());
    }

    private Curve curve(Trial trial) throws IOException {
        String run = trial.run(setting.steps());
        String made = Training.made(trial, setting);
        String task = trial.label();
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
            rows = new Training(trial, setting, text, this::advance).run(results.checkpoint(run));
            results.write(run, made, rows);
        }
        Curve curve = new Curve(trial, rows);
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
