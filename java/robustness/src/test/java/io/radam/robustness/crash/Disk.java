package io.radam.robustness.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a disk may have after the power fails, by what POSIX promises: all that was forced, and of the rest any part.
 * The rest consists of changes, each of which is there or not, whatever becomes of the others:
 * <ul>
 * <li>of a file, a page that was written; where it is missing, there are the old bytes or zeros
 * <li>the length of a file
 * <li>in a folder, a name that was made, replaced or removed; a renaming is two such changes
 * </ul>
 */
final class Disk {
    private static final int PAGE = 4096;

    /** A file or a folder. */
    private static final class Node {
        /** Null for a file. */
        private final Map<String, Node> names;
        private byte[] bytes;
        /** What programs see, whatever the disk has. */
        private long length;

        private Node(boolean isFolder) {
            names = isFolder ? new TreeMap<>() : null;
        }
    }

    private static final class Change {
        private final Node node;
        /** Changes of a node that have this in common are there together, or not. */
        private final Object unit;
        private final Runnable action;
        private boolean forced;

        private Change(Node node, Object unit, Runnable action) {
            this.node = node;
            this.unit = unit;
            this.action = action;
        }
    }

    private final boolean wholePages;
    private final Node root = new Node(true);
    private final List<Node> nodes = new ArrayList<>(List.of(root));
    /** What programs see. */
    private final Map<Path, Node> visible = new HashMap<>();
    private final Map<Integer, Node> opened = new HashMap<>();
    private final List<Change> changes = new ArrayList<>();

    /**
     * A disk that has one empty folder.
     *
     * @param folder     its name
     * @param wholePages whether all that was written to a page counts as one change: there are fewer possibilities
     */
    Disk(Path folder, boolean wholePages) {
        this.wholePages = wholePages;
        visible.put(folder, root);
    }

    /** Does what a program did. */
    void apply(Recording.Operation operation) {
        switch (operation) {
            case Recording.Open open -> {
                if (open.create()) {
                    name(open.path(), node(false));
                }
                opened.put(open.number(), visible.get(open.path()));
            }
            case Recording.Write write -> write(opened.get(write.number()), write.offset(), write.bytes());
            case Recording.Truncate truncate -> setLength(opened.get(truncate.number()), truncate.size());
            case Recording.Force force -> changes.stream().filter(change -> change.node == opened.get(force.number()))
                    .forEach(change -> change.forced = true);
            case Recording.MakeFolder made -> name(made.path(), node(true));
            case Recording.Rename rename -> {
                name(rename.to(), visible.get(rename.from()));
                name(rename.from(), null);
            }
            case Recording.Remove removed -> name(removed.path(), null);
            case Recording.Note note -> {
            }
        }
    }

    private Node node(boolean isFolder) {
        Node node = new Node(isFolder);
        nodes.add(node);
        return node;
    }

    /** Gives a node a name, or takes a name away. */
    private void name(Path path, Node node) {
        Node folder = visible.get(path.getParent());
        String name = path.getFileName().toString();
        if (node == null) {
            visible.remove(path);
            changes.add(new Change(folder, new Object(), () -> folder.names.remove(name)));
        } else {
            visible.put(path, node);
            changes.add(new Change(folder, new Object(), () -> folder.names.put(name, node)));
        }
    }

    private void write(Node file, long offset, byte[] bytes) {
        for (int begin = 0; begin < bytes.length;) {
            long at = offset + begin;
            int size = (int) Math.min(bytes.length - begin, PAGE - at % PAGE);
            int from = begin;
            changes.add(new Change(file, wholePages ? at / PAGE : new Object(), () -> {
                file.bytes = Arrays.copyOf(file.bytes, (int) Math.max(file.bytes.length, at + size));
                System.arraycopy(bytes, from, file.bytes, (int) at, size);
            }));
            begin += size;
        }
        if (offset + bytes.length > file.length) {
            setLength(file, offset + bytes.length);
        }
    }

    private void setLength(Node file, long size) {
        boolean grows = size > file.length;
        file.length = size;
        changes.add(new Change(file, "length", () -> {
            long length = grows ? Math.max(file.bytes.length, size) : size;
            file.bytes = Arrays.copyOf(file.bytes, (int) length);
        }));
    }

    /** What was not forced: changes that are there together, or not. */
    List<List<?>> unforced() {
        Map<List<Object>, List<Change>> units = new LinkedHashMap<>();
        for (Change change : changes) {
            if (!change.forced) {
                units.computeIfAbsent(List.of(change.node, change.unit), unit -> new ArrayList<>()).add(change);
            }
        }
        return new ArrayList<>(units.values());
    }

    /**
     * What the disk has after the power failed.
     *
     * @param kept which of {@link #unforced} are there
     * @return contents of files by their paths below the folder; null for a folder
     */
    Map<String, byte[]> afterPowerLoss(BitSet kept) {
        List<List<?>> unforced = unforced();
        Set<Object> there = new HashSet<>();
        kept.stream().forEach(i -> there.addAll(unforced.get(i)));
        for (Node node : nodes) {
            node.bytes = new byte[0];
            if (node.names != null) {
                node.names.clear();
            }
        }
        changes.stream().filter(change -> change.forced || there.contains(change))
                .forEach(change -> change.action.run());
        Map<String, byte[]> files = new LinkedHashMap<>();
        list(root, "", files);
        return files;
    }

    private static void list(Node folder, String path, Map<String, byte[]> files) {
        folder.names.forEach((name, node) -> {
            files.put(path + name, node.names == null ? node.bytes : null);
            if (node.names != null) {
                list(node, path + name + "/", files);
            }
        });
    }

    /** Makes such files in an empty folder. */
    static void write(Map<String, byte[]> files, Path folder) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            if (file.getValue() == null) {
                Files.createDirectory(path);
            } else {
                Files.write(path, file.getValue());
            }
        }
    }
}
