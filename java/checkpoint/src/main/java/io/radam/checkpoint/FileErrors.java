package io.radam.checkpoint;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What fails is never taken for a file that is not there, and says which file it is about. */
final class FileErrors {
    private FileErrors() {
    }

    /**
     * What is at a path; if that is a link, where it leads. {@link Files#exists} and {@link Files#isRegularFile} also
     * say no where the disk fails.
     *
     * @return null if there is nothing
     */
    static BasicFileAttributes attributes(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /**
     * What is at a path that is to be written.
     *
     * @return null if there is nothing
     * @throws IOException if it is a link that leads nowhere, such as to a disk that is not there
     */
    static BasicFileAttributes toReplace(Path path) throws IOException {
        BasicFileAttributes attributes = attributes(path);
        if (attributes == null && Files.isSymbolicLink(path)) {
            throw new IOException(path + " is a link that leads nowhere");
        }
        return attributes;
    }

    /** Opens a file to read it. To open what is no file, such as a pipe, could wait for ever. */
    static FileChannel open(Path path) throws IOException {
        BasicFileAttributes attributes = attributes(path);
        if (attributes != null && !attributes.isRegularFile()) {
            throw new IOException(path + " is not a file");
        }
        return FileChannel.open(path);
    }

    /** Closes a file that was read. If that fails, nothing is lost; and what was read is no worse. */
    static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // See above.
        }
    }

    /** The files of a folder whose names are as they should be; none, if there is no folder. */
    static List<Path> files(Path folder, Predicate<String> named) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path file : all) {
                // Null, if it was deleted meanwhile.
                BasicFileAttributes attributes = named.test(file.getFileName().toString()) ? attributes(file) : null;
                if (attributes != null && attributes.isRegularFile()) {
                    files.add(file);
                }
            }
            return files;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NoSuchFileException e) {
            // A link that leads nowhere is a folder that cannot be read, such as that of a disk that is not there.
            if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
            return List.of();
        } catch (IOException e) {
            throw named(folder, e);
        }
    }

    /** The same failure with the file's name, which those of a channel do not have. */
    static IOException named(Path path, IOException e) {
        boolean saysAll = e instanceof FileSystemException || e instanceof ClosedChannelException
                || e instanceof CheckpointFormatException;
        return saysAll ? e : new IOException(path + ": " + e.getMessage(), e);
    }
}
