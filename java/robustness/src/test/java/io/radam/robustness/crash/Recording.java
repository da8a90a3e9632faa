package io.radam.robustness.crash;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a program did to the files of a folder, as {@code faults.c} records it. */
final class Recording {
    /** One thing that it did. Files have numbers, one for each time that one is opened. */
    sealed interface Operation {
    }

    /** A file or folder is opened. */
    record Open(int number, Path path, boolean create) implements Operation {
    }

    record Write(int number, long offset, byte[] bytes) implements Operation {
    }

    record Truncate(int number, long size) implements Operation {
    }

    /** The disk keeps a file's contents, or a folder's names, from here on. */
    record Force(int number) implements Operation {
    }

    record MakeFolder(Path path) implements Operation {
    }

    record Rename(Path from, Path to) implements Operation {
    }

    record Remove(Path path) implements Operation {
    }

    /** The program says something. */
    record Note(String text) implements Operation {
    }

    private Recording() {
    }

    static List<Operation> read(Path file) throws IOException {
        List<Operation> operations = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                operations.add(operation(line, in));
            }
        }
        return operations;
    }

    private static String line(DataInputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private static Operation operation(String line, DataInputStream in) throws IOException {
        String kind = line.substring(0, line.indexOf(' '));
        String rest = line.substring(kind.length() + 1);
        String[] words = rest.split(" ", 2);
        return switch (kind) {
            case "create", "open" -> new Open(Integer.parseInt(words[0]), Path.of(words[1]), kind.equals("create"));
            case "write" -> {
                String[] place = words[1].split(" ");
                byte[] bytes = new byte[Integer.parseInt(place[1])];
                in.readFully(bytes);
                in.readByte(); // the end of the line
                yield new Write(Integer.parseInt(words[0]), Long.parseLong(place[0]), bytes);
            }
            case "truncate" -> new Truncate(Integer.parseInt(words[0]), Long.parseLong(words[1]));
            case "force" -> new Force(Integer.parseInt(rest));
            case "mkdir" -> new MakeFolder(Path.of(rest));
            case "rename" -> new Rename(Path.of(rest.split("\t")[0]), Path.of(rest.split("\t")[1]));
            case "remove" -> new Remove(Path.of(rest));
            case "note" -> new Note(rest);
            default -> throw new IOException("what was done is not known to this test: " + line);
        };
    }
}
