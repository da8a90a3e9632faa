package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's program compiles, and goes on with another number of processes. */
class ReadmeTest {
    @TempDir
    Path folder;

    @Test
    void programGoesOn() throws Exception {
        Mpirun.OPEN_MPI.require();
        Matcher block = Pattern.compile("```java\\n(import [^`]*public class Train [^`]*)```")
                .matcher(Files.readString(Path.of(System.getProperty("project.readme"))));
        assertTrue(block.find(), "the README has no Java program");
        Path source = Files.writeString(folder.resolve("Train.java"), block.group(1));
        List<String> said = run(source, 2, 1);
        assertEquals(said.getFirst().replace("rank 0", "rank 1"), said.getLast());
        float weight = weight("rank 0 of 2 has ", said.getFirst());
        assertEquals(0.1f, weight, 1e-6f);
        // The gradient of rank 0 alone would lead back to 0, were it not for the restored state.
        said = run(source, 1, 2);
        assertEquals(1, said.size());
        assertTrue(weight("rank 0 of 1 has ", said.getFirst()) > weight, said::toString);
    }

    private static float weight(String begin, String line) {
        assertTrue(line.startsWith(begin), line);
        return Float.parseFloat(line.substring(begin.length()));
    }

    private List<String> run(Path source, int ranks, int steps) throws Exception {
        Mpirun.Outcome outcome = Mpirun.OPEN_MPI.java(folder, ranks,
                List.of(source.toString(), folder.resolve("run").toString(), "" + steps));
        assertEquals(0, outcome.exitValue(), outcome.output());
        return outcome.output().lines().filter(line -> line.startsWith("rank ")).sorted().toList();
    }
}
