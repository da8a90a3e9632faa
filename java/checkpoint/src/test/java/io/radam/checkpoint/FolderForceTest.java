package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder that cannot be forced to the disk, by a function of the system that was replaced. */
class FolderForceTest {
    @TempDir
    Path folder;

    /** What the program said, whose attempts to force a folder fail with an error. */
    private String outputWith(String error) throws Exception {
        return outputWith(error, "");
    }

    /** With more functions in the language C that replace those of the system. */
    private String outputWith(String error, String more) throws Exception {
        Path compiler = Path.of("/usr/bin/cc");
        assumeTrue(System.getProperty("os.name").equals("Linux") && Files.isExecutable(compiler),
                "there is no compiler to replace a function of Linux");
        Path source = Files.writeString(folder.resolve("force.c"), """
                #define _GNU_SOURCE
                #include <errno.h>
                #include <sys/stat.h>
                #include <sys/syscall.h>
                #include <unistd.h>
                int fsync(int file) {
                  struct stat status;
                  if (fstat(file, &status) == 0 && S_ISDIR(status.st_mode)) {
                    errno = %s;
                    return -1;
                  }
                  return syscall(SYS_fsync, file);
                }
                """.formatted(error) + more);
        Path library = folder.resolve("force.so");
        Process build = new ProcessBuilder(compiler.toString(), "-shared", "-fPIC", "-o", library.toString(),
                source.toString()).inheritIO().start();
        assertTrue(build.waitFor(10, TimeUnit.MINUTES) && build.exitValue() == 0, "the library does not build");
        Path log = folder.resolve("log");
        Process child = Child.start(log, List.of("/usr/bin/env", "LD_PRELOAD=" + library, "LC_ALL=C.UTF-8"),
                OneWriter.class.getName(), Files.createDirectories(folder.resolve("run")).resolve("file").toString());
        assertTrue(child.waitFor(10, TimeUnit.MINUTES), "it does not end");
        assertEquals(List.of("file"), Child.files(folder.resolve("run")));
        return Files.readString(log);
    }

    @Test
    void aDiskThatFailsIsReported() throws Exception {
        String output = outputWith("EIO");
        assertTrue(output.contains("refused: java.io.IOException: the file is in its place, but "), output);
        assertTrue(output.contains("Input/output error"), output);
    }

    @Test
    void aSystemThatCannotIsNot() throws Exception {
        for (String error : List.of("EINVAL", "ENOTSUP", "ENOSYS")) {
            String output = outputWith(error);
            assertTrue(output.contains("written"), output);
        }
    }

    /** Errors have no numbers in Java, and their texts are those of the user's language. */
    @Test
    void inAnotherLanguage() throws Exception {
        String texts = """
                int __xpg_strerror_r(int error, char *text, unsigned long size) {
                  (void)size;
                  text[0] = error == EINVAL ? 'u' : 'd', text[1] = 0;
                  return 0;
                }
                """;
        assertTrue(outputWith("EINVAL", texts).contains("written"));
        String output = outputWith("EIO", texts);
        assertTrue(output.contains("refused: java.io.IOException: the file is in its place, but ")
                && output.contains("could not be forced: d"), output);
    }
}
