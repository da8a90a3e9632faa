package io.radam.robustness.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.robustness.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The power fails at every moment of some writes, and the disk has any part of what was not forced. There is always the
 * old checkpoint or the new one, whole; and once a write has returned, the new one.
 */
class PowerLossTest {
    private static final int STEPS = 4;
    /** So that the real disk has no part in it. */
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final int SMALL = 4;
    /** A file has some tens of pages. */
    private static final int LARGE = 3000;
    /** Up to so many parts, every combination is tried. */
    private static final int MOST_PARTS = 12;

    private final SplittableRandom random = new SplittableRandom(Size.of("seed", 1));
    private int disks;
    private int different;

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource
    void everyMomentAndEveryPart(Writing writing) throws Exception {
        List<Recording.Operation> operations = record(writing, SMALL);
        assertEquals(Set.of(), wrong(writing, SMALL, operations, true, 0));
        tell(writing, operations);

        // This test can fail: a force that is left out is found, already at the second write.
        operations = operations.subList(0, 1 + operations.indexOf(new Recording.Note(RecordedProgram.END + 2)));
        Predicate<Path> isFile = path -> path.toString().endsWith(".tmp");
        // Nothing of two writes of three files is forced then: too many parts for every combination.
        int samples = writing == Writing.SHARDS ? 20 : 0;
        Set<String> noFiles = wrong(writing, SMALL, without(operations, isFile), true, samples);
        assertTrue(noFiles.contains("is broken"), noFiles::toString);
        Set<String> noNames = wrong(writing, SMALL, without(operations, isFile.negate()), true, samples);
        // The index may be there without a shard.
        assertEquals(writing == Writing.SHARDS ? Set.of("is broken", "is too old") : Set.of("is too old"), noNames);
        if (writing == Writing.FOLDER) {
            // Its own name, in the folder above.
            Path folder = folder(writing, SMALL);
            assertEquals(Set.of("is too old"), wrong(writing, SMALL, without(operations, folder::equals), true, 0));
        }
    }

    /** Parts of pages too, and more pages than there can be combinations of. */
    @ParameterizedTest
    @EnumSource
    void someParts(Writing writing) throws Exception {
        List<Recording.Operation> operations = record(writing, LARGE);
        assertEquals(Set.of(), wrong(writing, LARGE, operations, false, (int) Size.of("disks", 3)));
        tell(writing, operations);
    }

    private void tell(Writing writing, List<Recording.Operation> operations) {
        System.out.printf("%s: %d operations, %d disks, %d of them different%n", writing, operations.size(), disks,
                different);
        assertTrue(different > 100, different + " disks");
    }

    // ---------------------------------------------------------------------------------------------------------- record

    private Path folder(Writing writing, int length) throws IOException {
        return scratch.toRealPath().resolve(writing + "-" + length);
    }

    private List<Recording.Operation> record(Writing writing, int length) throws Exception {
        Path folder = Files.createDirectory(folder(writing, length));
        Path record = scratch.resolve("record");
        Faults.run(scratch, RecordedProgram.class, writing.name(), String.valueOf(length), String.valueOf(STEPS),
                folder.toString(), record.toString());
        return Recording.read(record);
    }

    /** The operations but for forces of some files. */
    private static List<Recording.Operation> without(List<Recording.Operation> operations, Predicate<Path> files) {
        Set<Integer> numbers = new HashSet<>();
        List<Recording.Operation> left = new ArrayList<>();
        for (Recording.Operation operation : operations) {
            if (operation instanceof Recording.Open open && files.test(open.path())) {
                numbers.add(open.number());
            }
            if (!(operation instanceof Recording.Force force && numbers.contains(force.number()))) {
                left.add(operation);
            }
        }
        assertTrue(left.size() < operations.size(), "nothing was forced");
        return left;
    }

    // ---------------------------------------------------------------------------------------------------------- replay

    /** What is wrong with the checkpoints of some disk. */
    private Set<String> wrong(Writing writing, int length, List<Recording.Operation> operations, boolean wholePages,
            int samples) throws Exception {
        Disk disk = new Disk(folder(writing, length), wholePages);
        Set<String> wrong = new TreeSet<>();
        Set<String> seen = new HashSet<>();
        List<String> digests = digests(length);
        long returned = 0;
        long begun = 0;
        try (Training training = new Training(Training.Kind.SGD_MOMENTUM, length)) {
            for (Recording.Operation operation : operations) {
                disk.apply(operation);
                if (operation instanceof Recording.Note note) {
                    long step = Long.parseLong(note.text().split(" ")[1]);
                    begun = step;
                    returned = note.text().startsWith(RecordedProgram.END) ? step : returned;
                }
                for (BitSet kept : parts(disk.unforced().size(), samples)) {
                    Map<String, byte[]> files = disk.afterPowerLoss(kept);
                    disks++;
                    if (seen.add(returned + " " + begun + " " + text(files))) {
                        different++;
                        long step = latest(writing, training, files, digests);
                        if (step < 0) {
                            wrong.add("is broken");
                        } else if (step < returned) {
                            wrong.add("is too old");
                        } else if (step > begun) {
                            wrong.add("is too new");
                        }
                    }
                }
            }
        }
        assertTrue(returned > 0, "nothing was written");
        return wrong;
    }

    /** All combinations of some parts; or none, all, and some at random. */
    private List<BitSet> parts(int count, int samples) {
        List<BitSet> parts = new ArrayList<>();
        if (samples == 0) {
            assertTrue(count <= MOST_PARTS, count + " parts have too many combinations");
            for (long bits = 0; bits < 1L << count; bits++) {
                parts.add(BitSet.valueOf(new long[] {bits}));
            }
            return parts;
        }
        BitSet all = new BitSet();
        all.set(0, count);
        parts.add(new BitSet());
        parts.add(all);
        for (int i = 0; i < samples; i++) {
            // Also few, and almost all.
            double share = random.nextDouble();
            BitSet some = new BitSet();
            for (int j = 0; j < count; j++) {
                some.set(j, random.nextDouble() < share);
            }
            parts.add(some);
        }
        return parts;
    }

    private static String text(Map<String, byte[]> files) {
        Map<String, Integer> hashes = new TreeMap<>();
        files.forEach((name, bytes) -> hashes.put(name, Arrays.hashCode(bytes)));
        return hashes.toString();
    }

    private static List<String> digests(int length) {
        List<String> digests = new ArrayList<>();
        try (Training training = new Training(Training.Kind.SGD_MOMENTUM, length)) {
            for (int step = 0; step <= STEPS; step++) {
                digests.add(training.trainTo(step).digest());
            }
        }
        return digests;
    }

    /** The step of the latest checkpoint of a disk, 0 if there is none, -1 if it is not whole. */
    private long latest(Writing writing, Training training, Map<String, byte[]> files, List<String> digests)
            throws Exception {
        Path folder = Files.createTempDirectory(Files.isWritable(MEMORY) ? MEMORY : scratch, "disk");
        try {
            Disk.write(files, folder);
            if (!writing.restore(training, folder)) {
                return 0;
            }
            return digests.indexOf(training.digest());
        } catch (IOException e) {
            return -1;
        } finally {
            try (Stream<Path> paths = Files.walk(folder)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
