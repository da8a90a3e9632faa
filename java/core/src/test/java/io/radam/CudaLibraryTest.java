package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.radam.child.CudaProbe;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where libradam_cuda is found, and the messages if the library, or what it needs, is missing. */
class CudaLibraryTest {
    private static final Path EMULATED = Path.of(System.getProperty("radam.cuda.library.path"));
    private static final String REFUSED = BackendException.class.getName() + ": ";

    @TempDir
    Path folder;

    private ChildJvm jvm;

    @BeforeEach
    void newJvm() throws IOException {
        jvm = new ChildJvm(folder.resolve("jvm"));
    }

    private void assertSays(Object... parts) throws Exception {
        ChildJvm.Result result = jvm.option(ChildJvm.NATIVE_ACCESS).run(CudaProbe.class);
        result.assertContains("first", parts);
        assertEquals(result.get("first"), result.get("again"));
    }

    private void assertSaysOf(Object path, Object... parts) throws Exception {
        jvm.option("-Dradam.cuda.library.path=" + path);
        assertSays(parts);
    }

    @Test
    void aFileOrFolder() throws Exception {
        assertSaysOf(EMULATED, "emulated");
        newJvm();
        Files.copy(EMULATED, folder.resolve(System.mapLibraryName("radam_cuda")));
        assertSaysOf(folder, "emulated");
    }

    @Test
    void isNowhere() throws Exception {
        assertSays(REFUSED, "libradam_cuda cannot be used: there is no native library for linux-",
                "is the artifact radam-cuda on the class path?");
    }

    @Test
    void isMissing() throws Exception {
        Path missing = folder.resolve("missing.so");
        assertSaysOf(missing, REFUSED, "radam.cuda.library.path=", "there is no file", missing);
    }

    @Test
    void isAnotherLibrary() throws Exception {
        Path other = Path.of(System.getProperty("native.library"));
        assertSaysOf(other, REFUSED, other, "not libradam_cuda");
    }

    @Test
    void isNoLibrary() throws Exception {
        Path text = Files.writeString(folder.resolve("text.so"), "This is a text.\n".repeat(1000));
        assertSaysOf(text, REFUSED, text);
    }

    @Test
    void isIncomplete() throws Exception {
        Path library = NativeCode.compile(folder.resolve("old.so"), "int radam_cuda_abi_version(void) { return 2; }");
        assertSaysOf(library, REFUSED, library, "it has no function radam_cuda_");
    }

    @Test
    void withoutALinker() throws Exception {
        jvm.option("-Djdk.internal.foreign.CABI=UNSUPPORTED");
        assertSaysOf(EMULATED, REFUSED, EMULATED, "this Java runtime cannot call native code on this platform");
    }

    /** The artifact radam-cuda, as Maven makes it. */
    private Path artifact() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Automatic-Module-Name", "io.radam.cuda.library");
        Path jar = folder.resolve("radam-cuda.jar");
        try (OutputStream out = Files.newOutputStream(jar); JarOutputStream entries = new JarOutputStream(out, manifest)) {
            entries.putNextEntry(new JarEntry("io/radam/internal/native/linux-x86_64/"
                    + System.mapLibraryName("radam_cuda")));
            Files.copy(EMULATED, entries);
        }
        return jar;
    }

    @Test
    void inItsArtifact() throws Exception {
        jvm.artifact(artifact());
        assertSays("emulated");
    }

    @Test
    void inItsArtifactAsAModule() throws Exception {
        jvm.artifact(artifact()).onModulePath().option("--enable-native-access=io.radam", "--add-modules",
                "io.radam.cuda.library");
        assertSays("emulated");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        no-driver | there is no NVIDIA driver on this machine, or no GPU
        no-device | there is no NVIDIA driver on this machine, or no GPU
        old-driver | driver is older
        old-device | no code for the GPU's architecture
        """)
    void onAMachineWithout(String machine, String sentence) throws Exception {
        jvm.environment("RADAM_EMULATED_CUDA", machine);
        assertSaysOf(EMULATED, REFUSED, sentence);
    }
}
