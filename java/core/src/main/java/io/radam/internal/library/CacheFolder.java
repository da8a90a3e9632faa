package io.radam.internal.library;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * Folders for files that a program will execute. Nobody but the user, or root, can put a file there, or replace one.
 *
 * <p>A cache is at {@code radam/<name>} in the first of: the folder of the system property {@code radam.cache.path};
 * that of the environment variable {@code XDG_CACHE_HOME}; {@code .cache} in the home folder.
 *
 * <p>A file is first compared with what it should be, and then loaded by its name. In between, anybody who can rename a
 * folder on the path could put another file in its place. So all folders on the path are checked, as OpenSSH checks
 * those of its keys, and the path has no links. Java cannot load a library from an open file, which would be another
 * way.
 */
final class CacheFolder {
    private static final String PATH_PROPERTY = "radam.cache.path";
    private static final Set<String> VIEWS = FileSystems.getDefault().supportedFileAttributeViews();
    /** The permissions of new folders: for the user only, as the XDG Base Directory Specification asks. */
    private static final FileAttribute<?>[] OWNER_ONLY = VIEWS.contains("posix")
            ? new FileAttribute<?>[] {
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))}
            : new FileAttribute<?>[0];

    private static final int FILE_TYPE = 0170000;
    private static final int REGULAR_FILE = 0100000;
    private static final int FOLDER = 0040000;
    /** In a folder with this bit, entries can be renamed by their owners only. */
    private static final int STICKY = 01000;
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int ROOT = 0;

    private CacheFolder() {
    }

    /** Whether files have owners and permissions as on Unix, which say who can change them. */
    static boolean hasPermissions() {
        return VIEWS.contains("unix");
    }

    /**
     * Makes a folder, unless it is there.
     *
     * @param name of the folder
     * @return its path, without links
     * @throws IOException if there is no such folder, or others can change what is in it
     */
    static Path create(String name) throws IOException {
        Path home = home();
        Files.createDirectories(home, OWNER_ONLY);
        Path radam = createIn(home.toRealPath(), "radam");
        Path folder = createIn(radam, name);
        if (hasPermissions()) {
            int user = user(folder);
            requireOwn(folder, user);
            requireOwn(radam, user);
            for (Path above = radam.getParent(); above != null; above = above.getParent()) {
                requireSafe(above, user);
            }
        } else {
            requireInHome(folder);
        }
        return folder;
    }

    /**
     * What stands for permissions where there are none of Unix, as on Windows: there the access list that folders of a
     * user's profile inherit makes them the user's own. Elsewhere others may often write.
     */
    private static void requireInHome(Path folder) throws IOException {
        Path home = Path.of(System.getProperty("user.home", ""));
        if (!home.isAbsolute() || !folder.toRealPath().startsWith(home.toRealPath())) {
            throw new IOException(folder + " is not in the user's home folder, \"" + home
                    + "\", and this system does not say who can write to it");
        }
        Files.setLastModifiedTime(folder, FileTime.from(Instant.now())); // says when the folder was last used
    }

    private static Path home() throws IOException {
        String property = System.getProperty(PATH_PROPERTY, "");
        if (!property.isEmpty()) {
            return Path.of(property).toAbsolutePath();
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        if (xdg != null && Path.of(xdg).isAbsolute()) { // the specification says to ignore relative ones
            return Path.of(xdg);
        }
        Path home = Path.of(System.getProperty("user.home", ""));
        if (!home.isAbsolute()) {
            throw new IOException("there is no cache folder: user.home is \"" + home + "\"");
        }
        return home.resolve(".cache");
    }

    private static Path createIn(Path parent, String name) throws IOException {
        Path folder = parent.resolve(name);
        try {
            Files.createDirectory(folder, OWNER_ONLY);
        } catch (FileAlreadyExistsException e) {
            // This program or another has made it, earlier or just now. It is checked later.
        }
        return folder;
    }

    /**
     * The user number that owns new files of this program. On a file server that maps numbers, this is not the number
     * of the process. The test file also updates the folder's modification time, which says when the folder was last
     * used.
     */
    private static int user(Path folder) throws IOException {
        Path file = Files.createTempFile(folder, "owner", null);
        try {
            return (Integer) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static void requireOwn(Path folder, int user) throws IOException {
        Map<String, Object> attributes = attributes(folder);
        int owner = (Integer) attributes.get("uid");
        int mode = (Integer) attributes.get("mode");
        if ((mode & FILE_TYPE) != FOLDER) {
            throw new IOException(folder + " is not a folder, or a link to one");
        }
        if (owner != user) {
            throw new IOException(folder + " belongs to user " + owner + ", not to user " + user);
        }
        requireNotWritable(folder, mode);
    }

    private static void requireSafe(Path above, int user) throws IOException {
        Map<String, Object> attributes = attributes(above);
        int owner = (Integer) attributes.get("uid");
        int mode = (Integer) attributes.get("mode");
        if (owner != user && owner != ROOT) {
            throw new IOException(above + " belongs to user " + owner + ", not to user " + user + " or root");
        }
        if ((mode & STICKY) == 0) {
            requireNotWritable(above, mode);
        }
    }

    private static void requireNotWritable(Path folder, int mode) throws IOException {
        if ((mode & WRITABLE_BY_OTHERS) != 0) {
            throw new IOException("others than its owner can write to " + folder + ": its mode is "
                    + Integer.toOctalString(mode & 07777));
        }
    }

    /** Whether a file in a folder of {@link #create} is one that only the folder's owner can write. */
    static boolean hasOwnFile(Path file) throws IOException {
        if (!hasPermissions() || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
        }
        int mode = (Integer) attributes(file).get("mode");
        return (mode & FILE_TYPE) == REGULAR_FILE && (mode & WRITABLE_BY_OTHERS) == 0
                && attributes(file).get("uid").equals(attributes(file.getParent()).get("uid"));
    }

    private static Map<String, Object> attributes(Path path) throws IOException {
        return Files.readAttributes(path, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
    }
}
