package io.radam.robustness.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.radam.robustness.Child;
import io.radam.robustness.Size;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program that trains and saves is killed at random moments, and started again. After each kill the latest checkpoint
 * is whole, is not older than the last one that was written, and has the bits of a training that was never killed.
 */
class KillTest {
    /** Ends quickly and begins quickly; little else differs from the default. */
    private static final List<String> OPTIONS = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");
    /** A file has a few megabytes, so that most of the time is spent in a write. */
    private static final int LENGTH = 40_000;
    private static final int MOST_ROUNDS = 20;
    private static final String ENDLESS = String.valueOf(Long.MAX_VALUE);

    private final SplittableRandom random = new SplittableRandom(Size.of("seed", 1));
    private int kills;
    private int duringWrites;
    private int duringRestores;
    private long steps;

    @TempDir
    Path scratch;

    @Test
    void oldOrNewAndTheSameBits() throws Exception {
        assumeTrue(!System.getProperty("os.name").startsWith("Windows"), "there is no SIGKILL");
        long all = Size.of("kills", 36);
        long begin = System.nanoTime();
        int ways = Writing.values().length;
        int trainings = Training.Kind.values().length * ways;
        // As many kills of each. More, where by chance or on a fast machine too few fell into a write or a restore.
        for (int i = 0; i < trainings || i < MOST_ROUNDS * trainings && !isEnough(all); i++) {
            int training = i % trainings;
            train(Training.Kind.values()[training / ways], Writing.values()[training % ways],
                    all * (i + 1) / trainings);
        }
        System.out.printf("%d kills: %d during a write, %d during a restore; %d steps; %d s%n", kills, duringWrites,
                duringRestores, steps, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin));
        assertTrue(kills >= all, kills + " kills");
        assertTrue(isEnough(all), "only " + duringWrites + " were during a write, " + duringRestores
                + " during a restore, of " + kills);
    }

    private boolean isEnough(long all) {
        return duringWrites >= all / 8 && duringRestores >= all / 32;
    }

    private void train(Training.Kind kind, Writing writing, long killsAfter) throws Exception {
        Path folder = Files.createDirectory(scratch.resolve(kind + "-" + writing));
        String[] arguments = {kind.name(), String.valueOf(LENGTH), writing.name(), folder.toString(), ENDLESS};
        Set<Path> unfinished = new HashSet<>();
        try (Training neverKilled = new Training(kind, LENGTH)) {
            while (kills < killsAfter) {
                long written = Math.max(live(arguments, neverKilled.step() > 0), neverKilled.step());
                countUnfinished(writing, folder, unfinished);
                try (Training restored = new Training(kind, LENGTH)) {
                    writing.restore(restored, folder);
                    long step = restored.step();
                    assertTrue(step == written || step == written + 1, step + " is the latest, of " + written);
                    assertEquals(neverKilled.trainTo(step).digest(), restored.digest(), () -> kind + ", step " + step);
                }
            }
            // And to the end.
            neverKilled.train();
            arguments[4] = String.valueOf(neverKilled.step());
            List<String> lines = run(arguments, Integer.MAX_VALUE, 0);
            assertEquals(KilledProgram.END + neverKilled.digest(), lines.getLast());
            assertEquals(Set.of(), unfinished(folder));
            steps += neverKilled.step();
        }
        delete(folder);
    }

    /** Has the program run for a while, and kills it. Returns the number of the last step that it has written, or 0. */
    private long live(String[] arguments, boolean hasCheckpoint) throws Exception {
        // A quarter of them during a restore, the others between 0 and 8 writes later. A write takes some milliseconds,
        // the first ones more.
        boolean early = hasCheckpoint && random.nextInt(4) == 0;
        int lines = early ? 1 : 2 + random.nextInt(8);
        double part = random.nextDouble();
        // A restore takes from one millisecond to tens, so short times are as frequent as long ones.
        double milliseconds = early ? 60 * part * part * part : 40 * part;
        List<String> printed = run(arguments, lines, (long) (1e6 * milliseconds));
        kills++;
        if (printed.size() == 1) {
            duringRestores++;
        }
        String last = printed.getLast();
        boolean written = last.startsWith(KilledProgram.WRITTEN);
        return written ? Long.parseLong(last.substring(KilledProgram.WRITTEN.length())) : 0;
    }

    /** Waits until the program has printed some lines, and for a time more, and kills it. Returns all its lines. */
    private static List<String> run(String[] arguments, int lines, long nanoseconds) throws Exception {
        Process child = Child.builder(OPTIONS, KilledProgram.class, arguments).redirectErrorStream(true).start();
        // So that a program that hangs becomes a failure.
        CompletableFuture.delayedExecutor(10, TimeUnit.MINUTES).execute(child::destroyForcibly);
        List<String> printed = new ArrayList<>();
        try (BufferedReader output = child.inputReader()) {
            String line = output.readLine();
            for (; line != null && printed.size() + 1 < lines; line = output.readLine()) {
                printed.add(line);
            }
            if (line != null) {
                printed.add(line);
                LockSupport.parkNanos(nanoseconds);
                // Not the process's own method, which also closes its output.
                child.toHandle().destroyForcibly();
                output.lines().forEach(printed::add);
            }
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertTrue(!printed.isEmpty() && printed.stream().allMatch(line -> line.matches("[a-z]+( [0-9a-f]+)?")),
                () -> String.join("\n", printed));
        return printed;
    }

    /** A kill between the beginning of a file and its renaming leaves it. All but {@code FILE} delete it later. */
    private void countUnfinished(Writing writing, Path folder, Set<Path> before) throws IOException {
        Set<Path> now = unfinished(folder);
        long more = now.stream().filter(file -> !before.contains(file)).count();
        assertTrue(more <= 1, () -> before + ", " + now);
        duringWrites += (int) more;
        before.clear();
        if (writing == Writing.FILE) {
            for (Path file : now) {
                Files.delete(file);
            }
        } else {
            before.addAll(now);
        }
    }

    private static Set<Path> unfinished(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".tmp")).collect(Collectors.toSet());
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
