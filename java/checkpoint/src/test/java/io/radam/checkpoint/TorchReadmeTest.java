package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's program for PyTorch compiles, and makes a step more than the file. */
class TorchReadmeTest {
    @TempDir
    Path folder;

    @Test
    void programGoesOn() throws Exception {
        Matcher block = Pattern.compile("```java\\n(import [^`]*public class FromPyTorch [^`]*)```")
                .matcher(Files.readString(Path.of(System.getProperty("project.readme"))));
        assertTrue(block.find(), "the README has no such program");
        Path source = Files.writeString(folder.resolve("FromPyTorch.java"), block.group(1));
        Path written = folder.resolve("written.pt");
        Path log = folder.resolve("log");
        Process process = Child.start(log, List.of(), source.toString(), TorchFiles.real(folder, "Adam").toString(),
                written.toString());
        assertTrue(process.waitFor(10, TimeUnit.MINUTES), "it does not end");
        String output = Files.readString(log);
        assertEquals(0, process.exitValue(), output);
        assertEquals("step 2", output.strip());
        try (TorchFile file = TorchCheckpoint.read(written)) {
            file.verify();
            Map<?, ?> states = (Map<?, ?>) ((Map<?, ?>) file.contents()).get("state");
            assertEquals(3, ((TorchTensor) ((Map<?, ?>) states.get(0L)).get("step")).item());
            assertEquals(1, ((TorchTensor) ((Map<?, ?>) states.get(2L)).get("step")).item());
            assertEquals("FLOAT32[2, 3]", ((Map<?, ?>) states.get(0L)).get("exp_avg").toString());
        }
    }
}
