package io.radam.robustness.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.radam.robustness.Child;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is cut while it is mapped ends the restore by an error, as documented, and not the process. */
class ShorterFileTest {
    @TempDir
    Path scratch;

    @Test
    void anErrorAndNotTheEnd() throws Exception {
        assumeFalse(System.getProperty("os.name").startsWith("Windows"), "files that are mapped cannot be cut there");
        List<String> output = Faults.finish(scratch.resolve("log"),
                Child.builder(List.of(), ShorterFileProgram.class, scratch.resolve("file").toString()));
        assertEquals(List.of(), output);
    }
}
