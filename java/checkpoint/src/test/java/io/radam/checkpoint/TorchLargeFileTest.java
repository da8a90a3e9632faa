package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Zip files of more than 4 GiB, or of more than 65,535 entries. */
class TorchLargeFileTest {
    private static final long LARGE = (1L << 32) + 5;

    @TempDir
    Path folder;

    /** The large entry is a hole of the file, so it takes no space. Its sum is not read. */
    @Test
    void moreThanFourGigabytes() throws Exception {
        Path path = folder.resolve("large.zip");
        byte[] small = {1, 2, 3};
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            StoredZipWriter zip = new StoredZipWriter(channel, "large");
            zip.add("first", small.length, to -> write(to, small));
            zip.add("hole", LARGE, to -> 0);
            zip.add("last", small.length, to -> write(to, small));
            zip.finish();
        }
        try (StoredZip zip = new StoredZip(path)) {
            assertArrayEquals(small, zip.read("first", 3));
            assertArrayEquals(small, zip.read("last", 3));
            StoredZip.Entry hole = zip.entry("hole");
            assertEquals(LARGE, hole.size());
            assertEquals(0, hole.begin() % 64);
            assertEquals(0, zip.bytes(hole).get(ValueLayout.JAVA_BYTE, LARGE - 1));
            assertNull(zip.entry("large/hole"));
        }
    }

    @Test
    void manyEntries() throws Exception {
        Path path = folder.resolve("many.zip");
        int count = 70_000;
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            StoredZipWriter zip = new StoredZipWriter(channel, "many");
            for (int i = 0; i < count; i++) {
                byte[] bytes = {(byte) i};
                zip.add("data/" + i, 1, to -> write(to, bytes));
            }
            zip.finish();
        }
        try (StoredZip zip = new StoredZip(path)) {
            assertEquals(count, zip.entries().size());
            assertArrayEquals(new byte[] {(byte) (count - 1)}, zip.read("data/" + (count - 1), 1));
        }
    }

    private static int write(FileChannel channel, byte[] bytes) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        channel.write(ByteBuffer.wrap(bytes));
        return (int) crc.getValue();
    }
}
