package io.radam.robustness.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every call of a write and of a restore fails once, and once with all calls after it. The old checkpoint or the new
 * one is whole, the exception says what failed and why, nothing unfinished is left, and training and saving go on. A
 * restore that fails changes nothing.
 */
class FaultTest {
    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource
    void everyCallFailsOnce(Writing writing) throws Exception {
        Path folder = Files.createDirectory(scratch.resolve("run"));
        List<String> outcomes = Faults.run(scratch, FaultProgram.class, writing.name(), folder.toRealPath().toString());
        System.out.println(writing + ": " + count(outcomes, ".*") + " failed calls");
        // Each is there, so no kind of call was missed, and nothing was taken for a failure that was none.
        List<String> refusals = new ArrayList<>(List.of("write open EIO", "write write EIO", "write fsync EIO",
                "write rename EIO", "write close EIO", "write all from write EIO", "restore open EIO",
                "restore pread EIO", "restore mmap EIO", "restore all from pread EIO"));
        List<String> survivals = new ArrayList<>(List.of("write write SHORT", "restore pread SHORT",
                "write all from write SHORT", "restore all from pread SHORT"));
        if (writing == Writing.SHARDS) {
            // Old shards are deleted last.
            refusals.addAll(List.of("write unlink EIO", "write all from unlink EIO"));
        } else {
            refusals.addAll(List.of("write open ENOSPC", "write write ENOSPC", "write write EDQUOT",
                    "restore open EACCES", "write all from write ENOSPC"));
            survivals.addAll(List.of("write write EINTR", "write fsync EINTR", "restore pread EINTR"));
        }
        for (String refused : refusals) {
            assertTrue(count(outcomes, refused + " refused") > 0, () -> refused + ": " + outcomes);
        }
        for (String survived : survivals) {
            assertTrue(count(outcomes, survived + " survived") > 0, () -> survived + ": " + outcomes);
        }
    }

    private static long count(List<String> outcomes, String pattern) {
        return outcomes.stream().filter(line -> line.matches("[0-9]+ " + pattern))
                .mapToLong(line -> Long.parseLong(line.substring(0, line.indexOf(' ')))).sum();
    }
}
