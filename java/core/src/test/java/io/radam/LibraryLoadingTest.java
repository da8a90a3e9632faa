package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.child.Probe;
import io.radam.child.TwoLoaders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The native library that came with the classes: where it is extracted to, and what happens if it cannot be used. */
class LibraryLoadingTest {
    @TempDir
    Path folder;

    private ChildJvm jvm;

    @BeforeEach
    void newJvm() throws IOException {
        jvm = new ChildJvm(folder);
    }

    private static String expectedBits() {
        return String.valueOf(Probe.bits(Backend.named("java")));
    }

    private static void assertNative(ChildJvm.Result result) {
        assertNotEquals("java", result.get("backend"), result::toString);
        assertEquals(expectedBits(), result.get("bits"));
        assertEquals("true", result.get("same"));
        assertTrue(result.logged().contains("radam steps by " + result.get("backend")), result::toString);
    }

    /** Java takes over, to the same bits, and both the program and the log are told why. */
    private static void assertFellBack(ChildJvm.Result result, Object... reasons) {
        assertEquals("java", result.get("backend"), result::toString);
        assertEquals("java", result.get("available"));
        assertEquals(expectedBits(), result.get("bits"));
        result.assertContains("reason", "the native library cannot be used").assertContains("reason", reasons);
        assertTrue(result.logged().contains(result.get("reason")), result::toString);
    }

    private static List<Path> filesIn(Path where) throws IOException {
        if (!Files.exists(where)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(where)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    /** The JVM's own temporary files are not ours to judge. */
    private List<Path> librariesInTemporaryFolder() throws IOException {
        return filesIn(jvm.temporary()).stream().filter(file -> file.toString().contains("radam")).toList();
    }

    @Test
    void isExtractedOnce() throws Exception {
        assertNative(jvm.option(ChildJvm.NATIVE_ACCESS).probe());
        List<Path> files = filesIn(jvm.cache());
        assertEquals(1, files.size(), files::toString);
        Object identity = Files.readAttributes(files.getFirst(), BasicFileAttributes.class).fileKey();

        assertNative(jvm.probe());
        assertEquals(files, filesIn(jvm.cache()));
        assertEquals(identity, Files.readAttributes(files.getFirst(), BasicFileAttributes.class).fileKey());
        assertEquals(List.of(), librariesInTemporaryFolder());
    }

    @Test
    void isUsedByANamedModule() throws Exception {
        ChildJvm.Result result = jvm.onModulePath().option("--enable-native-access=io.radam").probe();
        assertNative(result);
        assertFalse(result.err().contains("restricted method"), result::toString);
    }

    @Test
    void isUsedWhereNativeAccessIsNotYetDenied() throws Exception {
        assertNative(jvm.option("--illegal-native-access=warn").probe());
    }

    @Test
    void aDamagedFileInTheCacheIsReplaced() throws Exception {
        assertNative(jvm.option(ChildJvm.NATIVE_ACCESS).probe());
        Path file = filesIn(jvm.cache()).getFirst();
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, "no library".getBytes(StandardCharsets.US_ASCII));

        assertNative(jvm.probe());
        assertArrayEquals(whole, Files.readAllBytes(file));
        assertEquals(List.of(file), filesIn(jvm.cache()));
    }

    @Test
    void twoProgramsMayStartAtOnce() throws Exception {
        ChildJvm.Running first = jvm.option(ChildJvm.NATIVE_ACCESS).start(Probe.class);
        ChildJvm.Running second = jvm.start(Probe.class);
        ChildJvm.Result firstResult = first.result();
        ChildJvm.Result secondResult = second.result();
        assertNative(firstResult);
        assertNative(secondResult);
        assertEquals(1, filesIn(jvm.cache()).size());
    }

    @Test
    void twoClassLoadersEachLoadIt() throws Exception {
        ChildJvm.Result result = jvm.option(ChildJvm.NATIVE_ACCESS).run(TwoLoaders.class);
        assertEquals(2, result.all("backend").size(), result::toString);
        assertFalse(result.all("backend").contains("java"), result::toString);
        assertEquals(List.of(expectedBits(), expectedBits()), result.all("bits"));
        assertEquals(List.of(), librariesInTemporaryFolder());
    }

    @Test
    void withoutACacheFolderAPrivateCopyIsLoaded() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertNative(jvm.option(ChildJvm.NATIVE_ACCESS).environment("XDG_CACHE_HOME", file.toString()).probe());
        assertEquals(List.of(), librariesInTemporaryFolder());
    }

    @Test
    void whereTheCacheFolderIsNoPathAPrivateCopyIsLoaded() throws Exception {
        // A program without a locale cannot spell it.
        assertNative(jvm.option(ChildJvm.NATIVE_ACCESS).environment("LC_ALL", "C")
                .environment("XDG_CACHE_HOME", folder.resolve("\u00fcber").toString()).probe());
        assertEquals(List.of(), librariesInTemporaryFolder());
    }

    @Test
    void aRelativeCacheFolderIsPassedOver() throws Exception {
        // By the XDG Base Directory Specification; libraries do not belong in the folder where one happens to be.
        Path home = folder.resolve("home");
        assertNative(jvm.option(ChildJvm.NATIVE_ACCESS, "-Duser.home=" + home)
                .environment("XDG_CACHE_HOME", "relative").probe());
        assertEquals(1, filesIn(home).size());
        assertNative(jvm.option("-Duser.home=").probe());
        assertFalse(Files.exists(folder.resolve("relative")));
        assertFalse(Files.exists(folder.resolve(".cache")));
    }

    @Test
    void withoutXdgTheCacheIsInTheHomeFolder() throws Exception {
        Path home = folder.resolve("home");
        assertNative(jvm.option(ChildJvm.NATIVE_ACCESS, "-Duser.home=" + home)
                .environment("XDG_CACHE_HOME", "").probe());
        assertEquals(1, filesIn(home.resolve(".cache").resolve("radam")).size());
    }

    @Test
    void withoutAnyFolderJavaTakesOver() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertFellBack(jvm.option(ChildJvm.NATIVE_ACCESS, "-Djava.io.tmpdir=" + file)
                .environment("XDG_CACHE_HOME", file.toString()).probe(), file);
    }

    @Test
    void withoutNativeAccessJavaTakesOver() throws Exception {
        assertFellBack(jvm.option("--illegal-native-access=deny").probe(), "native access");
    }

    @Test
    void withoutNativeAccessOfTheModuleJavaTakesOver() throws Exception {
        // Access given to the class path is not given to the module.
        assertFellBack(jvm.onModulePath().option(ChildJvm.NATIVE_ACCESS, "--illegal-native-access=deny").probe(),
                "native access", "io.radam");
    }

    @Test
    void onAnotherOperatingSystemJavaTakesOver() throws Exception {
        assertFellBack(jvm.option(ChildJvm.NATIVE_ACCESS, "-Dos.name=Plan 9").probe(), "plan_9-");
    }

    @Test
    void onAnotherProcessorJavaTakesOver() throws Exception {
        assertFellBack(jvm.option(ChildJvm.NATIVE_ACCESS, "-Dos.arch=vax").probe(), "-vax");
    }

    @Test
    void withNoThreadsInTheCommonPoolTheCallerWorks() throws Exception {
        assertNative(jvm.option(ChildJvm.NATIVE_ACCESS,
                "-Djava.util.concurrent.ForkJoinPool.common.parallelism=0").probe());
    }
}
