package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The native libraries that were built into the jar: one, and others with {@code -Paarch64} and {@code -Pwindows}. */
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
            if (platform.startsWith("linux-")) {
                assertNotNull(MACHINES.get(platform), platform);
                ByteBuffer library = read(folder, "libradam.so");
                assertEquals(ELF, library.order(ByteOrder.BIG_ENDIAN).getInt(0), platform);
                assertEquals(MACHINES.get(platform).shortValue(),
                        library.order(ByteOrder.LITTLE_ENDIAN).getShort(E_MACHINE), platform);
            } else if (platform.startsWith("windows-")) {
                assertEquals("windows-x86_64", platform);
                assertIsDllForX64(read(folder, "radam.dll"));
            }
        }
    }

    /** By Microsoft's "PE Format". */
    private static void assertIsDllForX64(ByteBuffer library) {
        assertEquals('M' | 'Z' << 8, library.getShort(0));
        int header = library.getInt(0x3C);
        assertEquals('P' | 'E' << 8, library.getInt(header));
        assertEquals((short) 0x8664, library.getShort(header + 4), "machine");
        assertEquals(0x2000, library.getShort(header + 22) & 0x2000, "is a dll");
    }

    private static ByteBuffer read(Path folder, String library) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(folder.resolve(library))).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static List<Path> folders() throws Exception {
        Path classes = Path.of(Optimizer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> folders = Files.list(classes.resolve("io/radam/internal/native"))) {
            return folders.toList();
        }
    }
}
