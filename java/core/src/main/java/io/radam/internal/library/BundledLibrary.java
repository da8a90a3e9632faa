package io.radam.internal.library;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The native library that travels in the jar. A library can only be loaded from a file, so it is extracted, once for all
 * programs of a user, to a folder named by its SHA-256: another version lands beside it and never in its place.
 */
final class BundledLibrary {
    /** There is no library for this platform. */
    static final class MissingException extends IOException {
        private static final long serialVersionUID = 1;

        private MissingException(String message) {
            super(message);
        }
    }

    private BundledLibrary() {
    }

    static void load(String fileName) throws IOException {
        String platform = platform();
        byte[] library = read("native/" + platform + "/" + fileName, platform);
        Path cached = null;
        try {
            cached = extract(library, cacheFolder().resolve(sha256(library)).resolve(fileName));
            System.load(cached.toString());
        } catch (IOException | InvalidPathException | SecurityException | UnsatisfiedLinkError e) {
            // No such folder, not writable, mounted without execution, or loaded already by another class loader.
            loadPrivateCopy(library, fileName, e);
        }
    }

    /** Names as in the Maven classifiers of JavaCPP: {@code linux-x86_64}. */
    static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String osName = os.startsWith("mac") ? "macosx" : os.startsWith("windows") ? "windows" : os.replace(' ', '_');
        return osName + "-" + (arch.equals("amd64") ? "x86_64" : arch);
    }

    private static byte[] read(String resource, String platform) throws IOException {
        // By the class loader, which finds what other modules have too: no package is named "native", or hides it.
        String name = "io/radam/internal/" + resource;
        ClassLoader loader = BundledLibrary.class.getClassLoader();
        try (InputStream in = loader != null ? loader.getResourceAsStream(name)
                : ClassLoader.getSystemResourceAsStream(name)) {
            if (in == null) {
                throw new MissingException("there is no native library for " + platform);
            }
            return in.readAllBytes();
        }
    }

    /** The user's cache folder, by the XDG Base Directory Specification, which passes over relative paths. */
    private static Path cacheFolder() throws IOException {
        String xdg = System.getenv("XDG_CACHE_HOME");
        if (xdg != null && Path.of(xdg).isAbsolute()) {
            return Path.of(xdg, "radam");
        }
        Path home = Path.of(System.getProperty("user.home", ""));
        if (!home.isAbsolute()) {
            throw new IOException("there is no cache folder: user.home is \"" + home + "\"");
        }
        return home.resolve(".cache").resolve("radam");
    }

    /** Makes the file hold the library, unless it does. Programs that race here all end up with a whole file. */
    private static Path extract(byte[] library, Path file) throws IOException {
        if (Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), library)) {
            return file;
        }
        Files.createDirectories(file.getParent());
        Path temporary = Files.createTempFile(file.getParent(), "extract", null);
        try {
            Files.write(temporary, library);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
        return file;
    }

    /** From a folder of our own, which need not outlast the loading. */
    private static void loadPrivateCopy(byte[] library, String fileName, Throwable why) throws IOException {
        Path folder = null;
        try {
            folder = Files.createTempDirectory("radam");
            System.load(Files.write(folder.resolve(fileName), library).toAbsolutePath().toString());
        } catch (IOException | UnsatisfiedLinkError e) {
            e.addSuppressed(why);
            throw new IOException("the native library can be loaded neither from the cache folder (" + why
                    + ") nor from a temporary one (" + e + ")", e);
        } finally {
            if (folder != null) {
                Files.deleteIfExists(folder.resolve(fileName));
                Files.deleteIfExists(folder);
            }
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
