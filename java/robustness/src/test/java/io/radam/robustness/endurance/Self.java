package io.radam.robustness.endurance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What Linux says that this process has. */
record Self(long residentKib, long files, long threads, long mappings, long mappedKib) {
    private static final Path PROC = Path.of("/proc/self");

    /** Now. */
    static Self now() throws IOException {
        List<String> maps = Files.readAllLines(PROC.resolve("maps"));
        return new Self(residentKibNow(), entries("fd"), entries("task"), maps.size(),
                maps.stream().mapToLong(Self::kib).sum());
    }

    /** VmRSS is a sum of counters that are inexact by some pages for each processor. This one counts pages. */
    private static long residentKibNow() throws IOException {
        for (String line : Files.readAllLines(PROC.resolve("smaps_rollup"))) {
            if (line.startsWith("Rss:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("smaps_rollup has no Rss");
    }

    private static long entries(String folder) throws IOException {
        try (Stream<Path> entries = Files.list(PROC.resolve(folder))) {
            return entries.count();
        }
    }

    /** The size of what a line of maps tells of: it begins with two hexadecimal addresses. */
    private static long kib(String line) {
        int dash = line.indexOf('-');
        long from = Long.parseUnsignedLong(line, 0, dash, 16);
        return Long.parseUnsignedLong(line, dash + 1, line.indexOf(' '), 16) - from >> 10;
    }
}
