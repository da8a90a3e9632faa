package io.radam.internal.library;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The native library that is in the jar. A library can only be loaded from a file. So it is extracted, once for all
 * programs of a user, to a {@linkplain CacheFolder folder} that is named by the library's SHA-256. Each version has a
 * folder of its own. Versions that no program has used for 30 days are deleted when another is extracted.
 *
 * <p>Where the cache folder cannot be used, the library is loaded from a temporary folder that is deleted at once.
 */
final class BundledLibrary {
    /** There is no library for this platform. */
    static final class MissingException extends IOException {
        private static final long serialVersionUID = 1;

        private MissingException(String message) {
            super(message);
        }
    }

    private static final System.Logger LOGGER = System.getLogger("io.radam");
    private static final Duration KEPT = Duration.ofDays(30);
    private static final String SHA_256 = "[0-9a-f]{64}";
    /** What the names of temporary folders begin with. */
    private static final String TEMPORARY = "radam-library-";
    /** Long enough for a program to load what it has just put there. */
    private static final Duration TEMPORARY_KEPT = Duration.ofDays(1);

    private BundledLibrary() {
    }

    static void load(String fileName) throws IOException {
        byte[] library = read(platform(), fileName);
        try {
            System.load(extract(library, fileName).toString());
        } catch (IOException | InvalidPathException | UnsatisfiedLinkError e) {
            // The folder does not exist, is not writable or not safe, is mounted without execution, or another class
            // loader has loaded the file.
            LOGGER.log(System.Logger.Level.DEBUG, "{0} is loaded from a temporary folder: {1}", fileName, e);
            loadPrivateCopy(library, fileName, e);
        }
    }

    /**
     * The system and the processor, as in the names of the jar's folders: {@code linux-x86_64}, {@code linux-aarch64}.
     */
    static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String osName = os.startsWith("mac") ? "macosx" : os.startsWith("windows") ? "windows" : os.replace(' ', '_');
        return osName + "-" + (arch.equals("amd64") ? "x86_64" : arch);
    }

    private static byte[] read(String platform, String fileName) throws IOException {
        // By the class loader, which also finds resources of other modules. It can, because "native" is not a package
        // name, so that the resource is not encapsulated.
        String name = "io/radam/internal/native/" + platform + "/" + fileName;
        ClassLoader loader = BundledLibrary.class.getClassLoader();
        try (InputStream in = loader != null ? loader.getResourceAsStream(name)
                : ClassLoader.getSystemResourceAsStream(name)) {
            if (in == null) {
                throw new MissingException("there is no native library for " + platform);
            }
            return in.readAllBytes();
        }
    }

    /** The file in the cache. If several programs extract it at once, each ends up with a complete file. */
    private static Path extract(byte[] library, String fileName) throws IOException {
        Path folder = CacheFolder.create(sha256(library));
        Path file = folder.resolve(fileName);
        if (CacheFolder.hasOwnFile(file) && Arrays.equals(Files.readAllBytes(file), library)) {
            return file;
        }
        Path temporary = Files.createTempFile(folder, "extract", null);
        try {
            Files.write(temporary, library);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
        deleteOld(folder.getParent(), SHA_256, KEPT);
        return file;
    }

    /**
     * Deletes folders that were not used for long. What cannot be deleted stays: on Windows that is a library which a
     * program has loaded.
     */
    private static void deleteOld(Path parent, String names, Duration kept) {
        Instant oldest = Instant.now().minus(kept);
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent,
                folder -> folder.getFileName().toString().matches(names)
                        && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                        && Files.getLastModifiedTime(folder).toInstant().isBefore(oldest))) {
            for (Path folder : folders) {
                deleteFolder(folder);
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "old libraries stay: {0}", e);
        }
    }

    private static void deleteFolder(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException | DirectoryIteratorException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "a folder stays: {0}", e);
        }
    }

    /**
     * Loads the library from a temporary folder, which is deleted once the library is loaded. Where it cannot be, as on
     * Windows, a later program deletes it.
     */
    private static void loadPrivateCopy(byte[] library, String fileName, Throwable why) throws IOException {
        Path folder = null;
        try {
            folder = Files.createTempDirectory(TEMPORARY);
            System.load(Files.write(folder.resolve(fileName), library).toAbsolutePath().toString());
        } catch (IOException | UnsatisfiedLinkError e) {
            e.addSuppressed(why);
            throw new IOException("the native library can be loaded neither from the cache folder (" + why
                    + ") nor from a temporary one (" + e + ")", e);
        } finally {
            if (folder != null) {
                deletePrivateCopy(folder, folder.resolve(fileName));
                // With permissions of Unix nothing is left. And others can put a link of such a name into /tmp.
                if (!CacheFolder.hasPermissions()) {
                    deleteOld(folder.getParent(), TEMPORARY + "[0-9]+", TEMPORARY_KEPT);
                }
            }
        }
    }

    /** Windows does not delete a loaded file. This is not an error, since the library is loaded. */
    private static void deletePrivateCopy(Path folder, Path file) {
        try {
            Files.deleteIfExists(file);
            Files.delete(folder);
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "a temporary folder stays: {0}", e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
