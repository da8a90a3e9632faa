package io.radam.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Replaces a file as a whole: whoever looks, also after a power failure, finds the old file or the new one. */
final class AtomicFile {
    /** How the names of unfinished files go on after that of the file. */
    static final String UNFINISHED = "\\.[0-9a-f]{16}\\.tmp";

    /** Most systems have no longer names. */
    private static final int LONGEST_NAME = 255;
    /** What the systems say that cannot force a folder: EINVAL, ENOTSUP, ENOSYS. In other languages, see below. */
    private static final List<String> UNSUPPORTED =
            List.of("Invalid argument", "Operation not supported", "Function not implemented");
    /** What most systems cannot force either. */
    private static final Path NULL_DEVICE = Path.of("/dev/null");

    private AtomicFile() {
    }

    /** Writes the contents of a file. */
    interface Contents {
        void writeTo(FileChannel channel) throws IOException;
    }

    /**
     * Writes a file beside its place, has the disk keep it, and puts it in its place. If anything is thrown, the
     * unfinished file is deleted and the old one stays; but if the disk cannot be made to keep the folder, which is the
     * last thing, the new file is in its place.
     */
    static void replace(Path path, Contents contents) throws IOException {
        Path absolute = target(path);
        // Not Files.createTempFile, whose files nobody else may read.
        Path unfinished = absolute.resolveSibling(unfinishedName(absolute.getFileName().toString(),
                HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong())));
        try {
            try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE)) {
                keepPermissions(absolute, unfinished);
                contents.writeTo(channel);
                channel.force(true);
            } catch (IOException e) {
                throw FileErrors.named(path, e);
            }
            Files.move(unfinished, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (Throwable e) {
            delete(unfinished, e);
            throw e;
        }
        try {
            forceFolder(absolute.getParent());
        } catch (IOException e) {
            throw new IOException("the file is in its place, but the disk may not keep it: " + e.getMessage(), e);
        }
    }

    /** If this fails too, the first failure is still the one that is told. */
    private static void delete(Path unfinished, Throwable failure) {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Of a very long name, only the beginning, so that the whole is not longer than a name may be. */
    private static String unfinishedName(String name, String random) {
        String end = "." + random + ".tmp";
        StringBuilder begin = new StringBuilder(name);
        while (("." + begin + end).getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME && !begin.isEmpty()) {
            begin.setLength(begin.offsetByCodePoints(begin.length(), -1));
        }
        return "." + begin + end;
    }

    /** The file itself, where the path is a link to it. */
    private static Path target(Path path) throws IOException {
        Path absolute = path.toAbsolutePath();
        BasicFileAttributes old = FileErrors.toReplace(absolute);
        if (old != null) {
            if (!old.isRegularFile()) {
                throw new IOException(path + " is there, and is not a file");
            }
            return absolute.toRealPath();
        }
        if (absolute.getFileName() == null || path.toString().isEmpty()) {
            throw new IOException("not the path of a file: " + path);
        }
        return absolute;
    }

    /** A file that only some may read stays so. */
    private static void keepPermissions(Path from, Path to) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(from, PosixFileAttributeView.class);
        if (view != null && FileErrors.attributes(from) != null) {
            Set<PosixFilePermission> permissions = view.readAttributes().permissions();
            // Not every file system can change them, and where it cannot, all files have the same.
            if (!permissions.equals(Files.getPosixFilePermissions(to))) {
                Files.setPosixFilePermissions(to, permissions);
            }
        }
    }

    /** Has the disk keep the names in a folder, where the system can do this. */
    static void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (AccessDeniedException e) {
            // Windows opens no folder. Elsewhere it may be one whose files may be written, but not listed.
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            if (UNSUPPORTED.stream().noneMatch(message::endsWith) && !message.equals(unsupported())) {
                throw new IOException("the folder " + folder + " could not be forced: " + message, e);
            }
        }
    }

    /** What the system says in its own language, mostly for EINVAL: Java tells no number. Null if it says nothing. */
    private static String unsupported() {
        try (FileChannel channel = FileChannel.open(NULL_DEVICE, StandardOpenOption.READ)) {
            channel.force(true);
            return null;
        } catch (FileSystemException e) {
            // There is no such device.
            return null;
        } catch (IOException e) {
            return e.getMessage();
        }
    }
}
