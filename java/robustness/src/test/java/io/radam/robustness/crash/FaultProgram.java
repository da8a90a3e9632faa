package io.radam.robustness.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Has every call of a write or of a restore fail once, with each error. Ends with an exception if something is not as
 * it should be. Its arguments: the way to write, and a folder.
 */
final class FaultProgram {
    /** What happens to a call. The numbers are those of Linux. */
    private enum Fault {
        EINTR(4, "Interrupted system call"),
        EIO(5, "Input/output error"),
        EACCES(13, "Permission denied"),
        ENOSPC(28, "No space left on device"),
        EDQUOT(122, "Disk quota exceeded"),
        /** Half of the bytes are read or written. */
        SHORT(-1, null);

        private final int number;
        private final String text;

        Fault(int number, String text) {
            this.number = number;
            this.text = text;
        }

        /** Whether it cannot be mended by trying again. */
        boolean isError() {
            return this != EINTR && this != SHORT;
        }
    }

    /** If one of these fails, the file is not as it should be, or may not stay so. */
    private static final Set<String> NEEDED = Set.of("write", "fsync", "rename");
    private static final Set<PosixFilePermission> PERMISSIONS = PosixFilePermissions.fromString("rw-r-----");

    private final Faults faults = new Faults();
    private final Writing writing;
    private final Path folder;
    private final Training training = new Training(Training.Kind.ADAM, 300);
    private final Training neverFailed = new Training(Training.Kind.ADAM, 300);
    private final Training other = new Training(Training.Kind.ADAM, 300);
    private final Map<String, Integer> outcomes = new TreeMap<>();

    private FaultProgram(Writing writing, Path folder) {
        this.writing = writing;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        FaultProgram program = new FaultProgram(Writing.valueOf(arguments[0]), Path.of(arguments[1]));
        program.run();
        program.outcomes.forEach((outcome, count) -> System.out.println(count + " " + outcome));
    }

    private void run() throws Exception {
        training.train();
        writing.write(training, folder);
        if (writing == Writing.FILE) {
            Path file = folder.resolve("file");
            Files.move(link(), file);
            Files.createSymbolicLink(link(), file.getFileName());
            Files.setPosixFilePermissions(file, PERMISSIONS);
        }
        faults.watch(folder);
        for (boolean allThatFollow : new boolean[] {false, true}) {
            // Java repeats what was interrupted, for ever if need be.
            Set<Fault> all = allThatFollow ? EnumSet.complementOf(EnumSet.of(Fault.EINTR)) : EnumSet.allOf(Fault.class);
            if (writing == Writing.SHARDS) {
                // They are many calls, to the same code as a file's, which each error was tried with.
                all.retainAll(EnumSet.of(Fault.EIO, Fault.SHORT));
            }
            for (Fault fault : all) {
                for (int call = 1; writes(call, fault, allThatFollow); call++) {
                }
                for (int call = 1; restores(call, fault, allThatFollow); call++) {
                }
            }
        }
    }

    private Path link() {
        return folder.resolve("run.safetensors");
    }

    // -------------------------------------------------------------------------------------------------------- writing

    /** Whether the write made so many calls. */
    private boolean writes(int call, Fault fault, boolean allThatFollow) throws Exception {
        String old = training.digest();
        training.train();
        neverFailed.trainTo(training.step());
        faults.begin(call, fault.number, allThatFollow);
        Exception thrown = null;
        try {
            writing.write(training, folder);
        } catch (Exception e) {
            thrown = e;
        }
        int calls = faults.end();
        String what = describe("write", call, fault, allThatFollow, thrown);
        assertEquals(neverFailed.digest(), training.digest(), what);
        if (thrown == null) {
            assertFalse(fault.isError() && NEEDED.contains(faults.name()), what);
            requireLatest(training.digest(), what);
        } else {
            assertFalse(faults.name().isEmpty(), what);
            requireReason(thrown, fault, what);
            String latest = latest();
            assertTrue(latest.equals(old) || latest.equals(training.digest()), what);
        }
        if (!allThatFollow && !faults.name().equals("unlink")) {
            assertEquals(List.of(), unfinished(), what);
        }
        if (writing == Writing.FILE) {
            assertTrue(Files.isSymbolicLink(link()), what);
            assertEquals(PERMISSIONS, Files.getPosixFilePermissions(link()), what);
        }
        count("write", fault, allThatFollow, thrown);
        if (writing == Writing.FILE) {
            // Who writes a single file cannot know whether an unfinished one beside it is somebody else's.
            for (Path unfinished : unfinished()) {
                Files.delete(unfinished);
            }
        }
        if (call % 2 == 0) {
            writing.writeAgain(training, folder);
        } else {
            // What was begun for the step before is never completed.
            training.train();
            neverFailed.trainTo(training.step());
            writing.write(training, folder);
        }
        requireLatest(training.digest(), what);
        assertEquals(List.of(), unfinished(), what);
        if (writing == Writing.SHARDS) {
            // An index and two shards, and none of earlier steps.
            try (Stream<Path> files = Files.list(folder)) {
                assertEquals(3, files.count(), what);
            }
        }
        return calls >= call;
    }

    // ------------------------------------------------------------------------------------------------------ restoring

    private boolean restores(int call, Fault fault, boolean allThatFollow) throws Exception {
        other.train();
        String before = other.digest();
        faults.begin(call, fault.number, allThatFollow);
        Exception thrown = null;
        boolean found = false;
        try {
            found = writing.restore(other, folder);
        } catch (Exception e) {
            thrown = e;
        }
        int calls = faults.end();
        String what = describe("restore", call, fault, allThatFollow, thrown);
        if (thrown == null) {
            assertTrue(found, what);
            assertEquals(training.digest(), other.digest(), what);
        } else {
            assertFalse(faults.name().isEmpty(), what);
            assertEquals(before, other.digest(), what);
            requireReason(thrown, fault, what);
        }
        count("restore", fault, allThatFollow, thrown);
        return calls >= call;
    }

    // ----------------------------------------------------------------------------------------------------------- both

    private String describe(String what, int call, Fault fault, boolean allThatFollow, Exception thrown) {
        StringBuilder text = new StringBuilder(what + ", call " + call + (allThatFollow ? " and all that follow" : "")
                + ", " + faults.name() + " with " + fault + ", after " + faults.names());
        for (Throwable e = thrown; e != null; e = e.getCause()) {
            text.append('\n').append(e);
            for (StackTraceElement element : e.getStackTrace()) {
                text.append("\n    ").append(element);
            }
        }
        return text.toString();
    }

    private void count(String what, Fault fault, boolean allThatFollow, Exception thrown) {
        if (faults.name().isEmpty()) {
            return;
        }
        outcomes.merge(what + (allThatFollow ? " all from " : " ") + faults.name() + " " + fault
                + (thrown == null ? " survived" : " refused"), 1, Integer::sum);
    }

    /** The exception is one that is documented, and says which file and why. */
    private void requireReason(Exception thrown, Fault fault, String what) {
        assertTrue(thrown instanceof IOException, what);
        assertNotNull(thrown.getMessage(), what);
        assertTrue(thrown.getMessage().contains(folder.toString()), what);
        assertTrue(thrown.getMessage().contains(fault.text)
                || (fault == Fault.EACCES && thrown instanceof AccessDeniedException), what);
    }

    private String latest() throws Exception {
        assertTrue(writing.restore(other, folder));
        return other.digest();
    }

    private void requireLatest(String digest, String what) throws Exception {
        assertEquals(digest, latest(), what);
    }

    private List<Path> unfinished() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".tmp")).toList();
        }
    }
}
