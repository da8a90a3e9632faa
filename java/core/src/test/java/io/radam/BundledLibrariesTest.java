package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The native libraries that were built into the jar: one, or with {@code -Paarch64} two. */
class BundledLibrariesTest {
    /** What an ELF file says that it is for: the System V ABI's field {@code e_machine}. */
    private static final Map<String, Integer> MACHINES = Map.of("linux-x86_64", 62, "linux-aarch64", 183);
    private static final int ELF = 0x7F454C46;
    private static final int E_MACHINE = 18;

    @Test
    void eachIsForThePlatformOfItsFolder() throws Exception {
        List<Path> folders = folders();
        assertTrue(!folders.isEmpty());
        for (Path folder : folders) {
            String platform = folder.getFileName().toString();
            if (!platform.startsWith("linux-")) {
                continue;
            }
            assertNotNull(MACHINES.get(platform), platform);
            ByteBuffer library = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("libradam.so")));
            assertEquals(ELF, library.getInt(), platform);
            assertEquals(MACHINES.get(platform).shortValue(), library.order(ByteOrder.LITTLE_ENDIAN).getShort(E_MACHINE), platform);
        }
    }

    private static List<Path> folders() throws Exception {
        Path classes = Path.of(Optimizer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> folders = Files.list(classes.resolve("io/radam/internal/native"))) {
            return folders.toList();
        }
    }
}
