package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.radam.child.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code radam.library.path}: a library that is named is loaded, or the error says why it is not. */
class LibraryPathTest {
    @TempDir
    Path folder;

    private ChildJvm jvm;

    @BeforeEach
    void newJvm() throws IOException {
        jvm = new ChildJvm(folder.resolve("jvm")).option(ChildJvm.NATIVE_ACCESS);
    }

    private static Path goodLibrary() {
        return Path.of(System.getProperty("native.library"));
    }

    private ChildJvm.Result probe(Path path) throws IOException, InterruptedException {
        return jvm.option("-Dradam.library.path=" + path).probe();
    }

    private void assertLoaded(ChildJvm.Result result) {
        assertNotEquals("java", result.get("backend"));
        assertEquals(String.valueOf(Probe.bits(Backend.named("java"))), result.get("bits"));
        assertFalse(Files.exists(jvm.cache()), "nothing is extracted");
    }

    /** Each call fails, with the path in the message. Java does not take over. */
    private static void assertRefused(ChildJvm.Result result, Object... parts) {
        assertEquals(BackendException.class.getName(), result.get("thrown"), result::toString);
        result.assertContains("message", parts).assertContains("message", "radam.library.path=");
        assertEquals(result.get("message"), result.get("again"));
    }

    @Test
    void aFile() throws Exception {
        assertLoaded(probe(goodLibrary()));
    }

    @Test
    void aFileOfAnotherName() throws Exception {
        assertLoaded(probe(Files.copy(goodLibrary(), folder.resolve("my own library"))));
    }

    @Test
    void aFolder() throws Exception {
        assertLoaded(probe(goodLibrary().getParent()));
    }

    @Test
    void isMissing() throws Exception {
        Path missing = folder.resolve("missing.so");
        assertRefused(probe(missing), "there is no file", missing);
    }

    @Test
    void isAFolderWithoutALibrary() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertRefused(probe(empty), "there is no file", empty.resolve(System.mapLibraryName("radam")));
    }

    @Test
    void isNoLibrary() throws Exception {
        Path text = Files.writeString(folder.resolve("text.so"), "This is a text.\n".repeat(1000));
        assertRefused(probe(text), "cannot be loaded", text);
    }

    @Test
    void isAnotherLibrary() throws Exception {
        Path other = compile("other", "int other_function(void) { return 1; }");
        assertRefused(probe(other), "not libradam", "radam_abi_version", other);
    }

    @Test
    void isOfAnotherAbiVersion() throws Exception {
        Path old = compile("old", "int radam_abi_version(void) { return 4711; }");
        assertRefused(probe(old), "4711", "these classes need 2", old);
    }

    @Test
    void isIncomplete() throws Exception {
        Path incomplete = compile("incomplete", "int radam_abi_version(void) { return 2; }");
        assertRefused(probe(incomplete), "it has no function radam_", incomplete);
    }

    @Test
    void isNoPath() throws Exception {
        // A program without a locale cannot spell it.
        jvm.environment("LC_ALL", "C");
        assertRefused(probe(folder.resolve("\u00fcber")), "unmappable characters");
    }

    @Test
    void emptyIsUnset() throws Exception {
        ChildJvm.Result result = jvm.option("-Dradam.library.path=").probe();
        assertNotEquals("java", result.get("backend"));
    }

    @Test
    void isRefusedEvenWhereJavaIsAskedFor() throws Exception {
        jvm.option("-Dradam.target=java");
        assertRefused(probe(folder.resolve("missing.so")), "there is no file");
    }

    @Test
    void isRefusedWhereAccessIsDenied() throws Exception {
        ChildJvm denied = new ChildJvm(folder.resolve("denied")).option("--illegal-native-access=deny",
                "-Dradam.library.path=" + goodLibrary());
        assertRefused(denied.probe(), "native access", "--enable-native-access=ALL-UNNAMED", goodLibrary());
    }

    @Test
    void isRefusedWithoutALinker() throws Exception {
        jvm.option("-Djdk.internal.foreign.CABI=UNSUPPORTED");
        assertRefused(probe(goodLibrary()), "this Java runtime cannot call native code on this platform", goodLibrary());
    }

    private Path compile(String name, String source) throws IOException, InterruptedException {
        return NativeCode.compile(folder.resolve(System.mapLibraryName(name)), source);
    }
}
