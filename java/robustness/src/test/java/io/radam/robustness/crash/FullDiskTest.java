package io.radam.robustness.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.radam.robustness.Child;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full, in memory. Only the process and its children see it. */
class FullDiskTest {
    @TempDir
    Path scratch;

    private List<String> command(String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of("unshare", "--map-root-user", "--mount", "sh", "-c",
                "mount -t tmpfs -o size=2m tmpfs \"$0\" && exec \"$@\"", scratch.resolve("small").toString()));
        command.addAll(List.of(more));
        return command;
    }

    @Test
    void savingGoesOnOnceThereIsRoom() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/unshare")), "there is no unshare to mount a small disk");
        Path small = Files.createDirectory(scratch.resolve("small"));
        Process probe = new ProcessBuilder(command("true")).start();
        assumeTrue(probe.waitFor() == 0, "this user may not mount a small disk");
        ProcessBuilder child = Child.builder(List.of(), FullDiskProgram.class, small.resolve("run").toString());
        child.command(command(child.command().toArray(String[]::new)));
        List<String> output = Faults.finish(scratch.resolve("log"), child);
        // A file has about 270 kB.
        assertEquals(List.of(FullDiskProgram.FULL + 7), output);
    }
}
