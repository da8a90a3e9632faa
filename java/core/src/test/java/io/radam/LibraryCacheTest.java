package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.radam.child.FilesWithoutPermissions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The folder that the native library is extracted to: what others can change is not loaded. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class LibraryCacheTest {
    @TempDir
    Path folder;

    private ChildJvm jvm;

    @BeforeEach
    void newJvm() throws IOException {
        jvm = new ChildJvm(folder).option(ChildJvm.NATIVE_ACCESS);
    }

    /** A library can be loaded, from the cache or otherwise, and nothing is left behind. */
    private void assertNative() throws Exception {
        ChildJvm.Result result = jvm.probe();
        assertNotEquals("java", result.get("backend"), result::toString);
        assertEquals("", result.err());
        try (Stream<Path> files = Files.list(jvm.temporary())) {
            assertEquals(List.of(), files.filter(file -> file.toString().contains("radam")).toList());
        }
    }

    private static List<Path> libraries(Path where) throws IOException {
        try (Stream<Path> files = Files.walk(where)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).toList();
        }
    }

    private static Path onlyLibrary(Path where) throws IOException {
        List<Path> files = libraries(where);
        assertEquals(1, files.size(), files::toString);
        return files.getFirst();
    }

    /** The library is loaded, but not from the cache: what is missing there stays missing. */
    private void assertPassedOver(Path where) throws Exception {
        assertNative();
        assertEquals(List.of(), libraries(where));
    }

    /** An empty cache; the folder in it, or that which is named by the hash of the library. */
    private Path emptied(String which) throws Exception {
        assertNative();
        Path file = onlyLibrary(jvm.cache());
        Files.delete(file);
        return which.equals("radam") ? file.getParent().getParent() : file.getParent();
    }

    private static void setMode(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode);
    }

    private static int mode(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
    }

    @Test
    void isTheUsersOnly() throws Exception {
        assertNative();
        Path file = onlyLibrary(jvm.cache());
        assertEquals(0600, mode(file));
        for (Path at = file.getParent(); !at.equals(folder); at = at.getParent()) {
            assertEquals(0700, mode(at), at.toString());
        }
        assertEquals(jvm.cache().resolve("radam"), file.getParent().getParent());
    }

    @ParameterizedTest
    @CsvSource({"radam,777", "radam,770", "radam,1777", "hash,777", "hash,702", "hash,720"})
    void othersCanWriteToIt(String which, String mode) throws Exception {
        setMode(emptied(which), Integer.parseInt(mode, 8));
        assertPassedOver(jvm.cache());
    }

    @ParameterizedTest
    @CsvSource({"radam,755", "radam,750", "hash,755"})
    void othersCanReadIt(String which, String mode) throws Exception {
        setMode(emptied(which), Integer.parseInt(mode, 8));
        assertNative();
        onlyLibrary(jvm.cache());
    }

    @ParameterizedTest
    @CsvSource({"radam", "hash"})
    void isALink(String which) throws Exception {
        Path linked = emptied(which);
        Path elsewhere = Files.move(linked, folder.resolve("elsewhere"));
        Files.createSymbolicLink(linked, elsewhere);
        assertPassedOver(elsewhere);
    }

    @ParameterizedTest
    @CsvSource({"radam", "hash"})
    void isSomebodyElses(String which) throws Exception {
        assumeTrue((Integer) Files.getAttribute(folder, "unix:uid") == 0, "needs root");
        Files.setAttribute(emptied(which), "unix:uid", 12345);
        assertPassedOver(jvm.cache());
    }

    /** Whoever can rename the folder can put another in its place. */
    @Test
    void othersCanWriteToAFolderAboveIt() throws Exception {
        Path above = Files.createDirectory(folder.resolve("above"));
        jvm.environment("XDG_CACHE_HOME", above.resolve("cache").toString());
        setMode(above, 0777);
        assertPassedOver(above);
        setMode(above, 01777); // as that of /tmp, where only an owner can rename
        assertNative();
        onlyLibrary(above);
    }

    @Test
    void aFolderAboveItIsSomebodyElses() throws Exception {
        assumeTrue((Integer) Files.getAttribute(folder, "unix:uid") == 0, "needs root");
        Path above = Files.createDirectory(folder.resolve("above"));
        Files.setAttribute(above, "unix:uid", 12345);
        jvm.environment("XDG_CACHE_HOME", above.resolve("cache").toString());
        assertPassedOver(above);
    }

    @Test
    void aLinkAboveItIsFollowed() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        setMode(disk, 0700);
        Files.createSymbolicLink(jvm.cache(), disk);
        assertNative();
        onlyLibrary(disk);
    }

    @Test
    void aFileThatOthersCanWriteIsReplaced() throws Exception {
        assertNative();
        Path file = onlyLibrary(jvm.cache());
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        Path keep = Files.createLink(folder.resolve("keep"), file); // so that its number is not used again
        setMode(file, 0666);
        assertNative();
        assertEquals(0600, mode(onlyLibrary(jvm.cache())));
        assertNotEquals(key, Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        assertEquals(0666, mode(keep));
    }

    @Test
    void aLinkInPlaceOfTheFileIsReplaced() throws Exception {
        assertNative();
        Path file = onlyLibrary(jvm.cache());
        Path elsewhere = Files.move(file, folder.resolve("elsewhere"));
        Files.createSymbolicLink(file, elsewhere);
        assertNative();
        assertEquals(file, onlyLibrary(jvm.cache()));
    }

    @Test
    void canBeNamed() throws Exception {
        Path named = folder.resolve("named");
        jvm.option("-Dradam.cache.path=" + named);
        assertNative();
        assertEquals(named.resolve("radam"), onlyLibrary(named).getParent().getParent());
        assertFalse(Files.exists(jvm.cache()));
    }

    @Test
    void canBeNamedRelatively() throws Exception {
        jvm.option("-Dradam.cache.path=named");
        assertNative();
        onlyLibrary(folder.resolve("named"));
    }

    @Test
    void whereTheNamedOneCannotBeUsedAPrivateCopyIsLoaded() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        jvm.option("-Dradam.cache.path=" + file);
        assertNative();
        assertFalse(Files.exists(jvm.cache()));
    }

    @Test
    void versionsThatAreNotUsedAreDeleted() throws Exception {
        Path versions = jvm.cache().resolve("radam");
        Path old = version(versions.resolve("0".repeat(64)), 31);
        Path used = version(versions.resolve("1".repeat(64)), 29);
        Path notOurs = version(versions.resolve("notes"), 1000);
        assertNative();
        assertFalse(Files.exists(old));
        assertTrue(Files.exists(used.resolve("libradam.so")));
        assertTrue(Files.exists(notOurs.resolve("libradam.so")));
    }

    @Test
    void aVersionThatIsUsedIsNotOld() throws Exception {
        assertNative();
        Path version = onlyLibrary(jvm.cache()).getParent();
        setAge(version, 31);
        assertNative();
        Instant time = Files.getLastModifiedTime(version).toInstant();
        assertTrue(time.isAfter(Instant.now().minus(Duration.ofDays(1))), time::toString);
    }

    @Test
    void aVersionThatCannotBeDeletedKeepsNoOtherOne() throws Exception {
        Path versions = jvm.cache().resolve("radam");
        List<Path> stay = new ArrayList<>();
        List<Path> go = new ArrayList<>();
        for (char digit = '0'; digit <= '9'; digit++) {
            Path version = version(versions.resolve(String.valueOf(digit).repeat(64)), 31);
            if (digit % 2 == 0) {
                Files.createDirectories(version.resolve("folder/folder")); // it deletes files only
                setAge(version, 31);
                stay.add(version);
            } else {
                go.add(version);
            }
        }
        assertNative();
        stay.forEach(version -> assertTrue(Files.exists(version)));
        go.forEach(version -> assertFalse(Files.exists(version)));
    }

    /** Windows keeps temporary folders whose library is loaded. */
    @Test
    void temporaryFoldersThatEarlierProgramsLeftAreDeleted() throws Exception {
        withoutPermissionsOfUnix();
        Path left = version(jvm.temporary().resolve("radam-library-1234567890"), 2);
        Path fresh = version(jvm.temporary().resolve("radam-library-9876543210"), 0);
        Path notOurs = version(jvm.temporary().resolve("radam-library-notes"), 2);
        jvm.option("-Dradam.cache.path=" + Files.createFile(folder.resolve("file")));
        assertNotEquals("java", jvm.probe().get("backend"));
        assertFalse(Files.exists(left));
        assertTrue(Files.exists(fresh.resolve("libradam.so")));
        assertTrue(Files.exists(notOurs.resolve("libradam.so")));
    }

    /** Anybody can put a folder or a link of such a name into a temporary folder that all share. */
    @Test
    void withPermissionsOfUnixNothingElseInTheTemporaryFolderIsDeleted() throws Exception {
        Path folderOfAnother = version(jvm.temporary().resolve("radam-library-1234567890"), 2);
        Path linked = version(folder.resolve("linked"), 2);
        Files.createSymbolicLink(jvm.temporary().resolve("radam-library-2345678901"), linked);
        jvm.option("-Dradam.cache.path=" + Files.createFile(folder.resolve("file")));
        assertNotEquals("java", jvm.probe().get("backend"));
        assertTrue(Files.exists(folderOfAnother.resolve("libradam.so")));
        assertTrue(Files.exists(linked.resolve("libradam.so")));
    }

    /** As on Windows, in a folder that the system gives to the user alone. */
    @Test
    void withoutPermissionsOfUnixItIsInTheHomeFolder() throws Exception {
        withoutPermissionsOfUnix();
        assertNative();
        Path version = onlyLibrary(jvm.cache()).getParent();
        setAge(version, 31);
        assertNative();
        onlyLibrary(jvm.cache());
        Instant time = Files.getLastModifiedTime(version).toInstant();
        assertTrue(time.isAfter(Instant.now().minus(Duration.ofDays(1))), time::toString);
    }

    @Test
    void withoutPermissionsOfUnixItIsNowhereElse() throws Exception {
        withoutPermissionsOfUnix();
        Path elsewhere = Files.createDirectory(Path.of(folder + "-elsewhere"));
        try {
            jvm.option("-Dradam.cache.path=" + elsewhere);
            assertPassedOver(elsewhere);
            Path link = Files.createSymbolicLink(folder.resolve("link"), elsewhere);
            jvm.option("-Dradam.cache.path=" + link);
            assertPassedOver(elsewhere);
        } finally {
            try (Stream<Path> files = Files.walk(elsewhere)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void withoutPermissionsOfUnix() {
        jvm.option("-Duser.home=" + folder,
                "-Djava.nio.file.spi.DefaultFileSystemProvider=" + FilesWithoutPermissions.class.getName());
    }

    private Path version(Path path, int days) throws IOException {
        Files.createDirectories(path);
        // Where users share a group, what a program makes can be written by others.
        for (Path at = path; !at.equals(folder); at = at.getParent()) {
            setMode(at, 0700);
        }
        Files.createFile(path.resolve("libradam.so"));
        setAge(path, days);
        return path;
    }

    private static void setAge(Path path, int days) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(Duration.ofDays(days))));
    }
}
