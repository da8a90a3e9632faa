package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.child.HugePagesProbe;
import io.radam.child.Probe;
import io.radam.child.TwoLoaders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        assertFalse(result.err().contains("radam steps by"), result::toString);
    }

    /** Java takes over with the same bits. The program and the log can see why. */
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

    /** Temporary files of the JVM itself do not count. */
    private List<Path> librariesInTemporaryFolder() throws IOException {
        return filesIn(jvm.temporary()).stream().filter(file -> file.toString().contains("radam")).toList();
    }

    @Test
    void isExtractedOnce() throws Exception {
        ChildJvm.Result result = jvm.option(ChildJvm.NATIVE_ACCESS).probe();
        assertNative(result);
        assertEquals("", result.err(), "a program that works as it should is silent");
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
    void whoAsksIsToldWhichBackendItIs() throws Exception {
        Path logging = Files.write(folder.resolve("logging.properties"), List.of("io.radam.level=FINE",
                "handlers=java.util.logging.ConsoleHandler", "java.util.logging.ConsoleHandler.level=FINE"));
        ChildJvm.Result result = jvm.option(ChildJvm.NATIVE_ACCESS, "-Djava.util.logging.config.file=" + logging).probe();
        assertTrue(result.logged().contains("radam steps by " + result.get("backend")), result::toString);
    }

    @Test
    void aTemporaryFolderThatCannotBeDeletedStays() throws Exception {
        // The library puts a file beside itself when it is loaded. On Windows it is the library itself that stays.
        Path libraries = Files.createDirectories(folder.resolve("artifact/io/radam/internal/native/plan_9-x86_64"));
        NativeCode.compile(libraries.resolve(System.mapLibraryName("radam")), """
                #define _GNU_SOURCE
                #include <dlfcn.h>
                #include <stdio.h>
                static char path[4096];
                __attribute__((constructor)) static void begin(void) {
                    Dl_info info;
                    dladdr(path, &info);
                    snprintf(path, sizeof path, "%s.stays", info.dli_fname);
                    fclose(fopen(path, "w"));
                }
                int radam_abi_version(void) { return 4711; }
                """);
        Path file = Files.createFile(folder.resolve("file"));
        assertFellBack(jvm.option(ChildJvm.NATIVE_ACCESS, "-Dos.name=Plan 9", "-Dos.arch=amd64").artifact(folder.resolve("artifact"))
                .environment("XDG_CACHE_HOME", file.toString()).probe(), "its ABI version is 4711");
        assertEquals(1, librariesInTemporaryFolder().size());
    }

    @Test
    void withoutNativeAccessJavaTakesOver() throws Exception {
        assertFellBack(jvm.option("--illegal-native-access=deny").probe(), "--enable-native-access=ALL-UNNAMED");
    }

    /** Steps by the Vector API access state by its address. */
    @Test
    void withoutNativeAccessJavaDoesWithoutTheVectorApi() throws Exception {
        ChildJvm vectors = jvm.option("--add-modules", "jdk.incubator.vector");
        assertTrue(vectors.option(ChildJvm.NATIVE_ACCESS, "-Dradam.target=java").probe().get("reason")
                .contains("jdk.incubator.vector"));
        ChildJvm.Result denied = new ChildJvm(folder.resolve("denied"))
                .option("--illegal-native-access=deny", "--add-modules", "jdk.incubator.vector").probe();
        assertFellBack(denied, "--enable-native-access=ALL-UNNAMED");
        assertFalse(denied.get("reason").contains("jdk.incubator.vector"), denied::toString);
    }

    @Test
    void withoutNativeAccessOfTheModuleJavaTakesOver() throws Exception {
        // Access given to the class path is not given to the module.
        assertFellBack(jvm.onModulePath().option(ChildJvm.NATIVE_ACCESS, "--illegal-native-access=deny").probe(),
                "--enable-native-access=io.radam (");
    }

    @Test
    void withoutALinkerJavaTakesOver() throws Exception {
        assertFellBack(jvm.option(ChildJvm.NATIVE_ACCESS, "-Djdk.internal.foreign.CABI=UNSUPPORTED").probe(),
                "this Java runtime cannot call native code on this platform");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void withoutALinkerOrAccessThereAreNoHugePages() throws Exception {
        assertEquals("4194304", jvm.option(ChildJvm.NATIVE_ACCESS).run(HugePagesProbe.class).get("bytes"));
        jvm.option("-Djdk.internal.foreign.CABI=UNSUPPORTED");
        assertEquals("none", jvm.run(HugePagesProbe.class).get("bytes"));
        ChildJvm denied = new ChildJvm(folder.resolve("denied")).option("--illegal-native-access=deny");
        assertEquals("none", denied.run(HugePagesProbe.class).get("bytes"));
    }

    @Test
    void whereTheTypesOfCAreOthersJavaTakesOver() throws Exception {
        Path source = Files.writeString(folder.resolve("RadamH$shared.java"), """
                package io.radam.internal.ffi;
                public class RadamH$shared {
                    static final Long C_LONG = (Long) (Object) 4;
                }
                """);
        Path patch = folder.resolve("patch");
        Process javac = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "javac").toString(), "-d", patch.toString(), source.toString()).inheritIO().start();
        assertEquals(0, javac.waitFor());
        assertFellBack(jvm.onModulePath().option("--enable-native-access=io.radam", "--patch-module",
                "io.radam=" + patch).probe(), "the bindings do not fit this platform", "ClassCastException");
    }

    /** A C library that is too old says which version it lacks. */
    @ParameterizedTest
    @CsvSource({"GLIBC_2.14, GLIBC_2.99, 'version `GLIBC_2.99'' not found'",
        "libm.so.6, libm.so.1, libm.so.1: cannot open shared object file"})
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void onAnotherCLibraryJavaTakesOver(String needed, String missing, String reason) throws Exception {
        String library = "io/radam/internal/native/%s-x86_64/" + System.mapLibraryName("radam");
        byte[] bytes;
        try (InputStream bundled = Optimizer.class.getResourceAsStream("/" + library.formatted("linux"))) {
            bytes = bundled.readAllBytes();
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        assertTrue(text.contains(needed + "\0"));
        Path artifact = folder.resolve("artifact");
        Path changed = artifact.resolve(library.formatted("plan_9"));
        Files.createDirectories(changed.getParent());
        Files.writeString(changed, text.replace(needed + "\0", missing + "\0"), StandardCharsets.ISO_8859_1);
        assertFellBack(jvm.option(ChildJvm.NATIVE_ACCESS, "-Dos.name=Plan 9", "-Dos.arch=amd64").artifact(artifact)
                .probe(), reason);
    }

    @ParameterizedTest
    @CsvSource({"Plan 9, plan_9-", "Mac OS X, macosx-", "Windows 11, windows-"})
    void onAnotherOperatingSystemJavaTakesOver(String name, String platform) throws Exception {
        assertFellBack(jvm.option(ChildJvm.NATIVE_ACCESS, "-Dos.name=" + name).probe(),
                "there is no native library for " + platform);
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
