package io.radam.robustness.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipOutputStream;

/**
 * Packs the entries of a file of PyTorch anew, with the lengths, places and checksums that they should have. Without
 * this a fuzzer would not come to the pickle: most of its changes make one longer or shorter, and so move all that is
 * behind it, and no change keeps a checksum.
 */
final class TorchMender {
    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int DESCRIPTOR = 0x08074b50;
    private static final int LOCAL_BYTES = 30;
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private TorchMender() {
    }

    /** The mended file; null if nothing is to be mended, or there are no entries with names that differ. */
    static byte[] mend(byte[] file) throws IOException {
        ByteArrayOutputStream mended = new ByteArrayOutputStream();
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        boolean any = false;
        try (ZipOutputStream zip = new ZipOutputStream(mended)) {
            for (int at = next(bytes, 0); at + LOCAL_BYTES <= file.length; at = next(bytes, at + 1)) {
                int nameBytes = bytes.getShort(at + 26) & 0xffff;
                int begin = at + LOCAL_BYTES + nameBytes + (bytes.getShort(at + 28) & 0xffff);
                if (bytes.getInt(at) == LOCAL && begin <= file.length) {
                    String name = new String(file, at + LOCAL_BYTES, nameBytes, StandardCharsets.UTF_8);
                    add(zip, name, Arrays.copyOfRange(file, begin, next(bytes, begin)));
                    any = true;
                }
            }
        } catch (ZipException e) {
            return null;
        }
        return any && !Arrays.equals(mended.toByteArray(), file) ? mended.toByteArray() : null;
    }

    /** Where the next header begins, or what follows an entry; the end if there is none. */
    private static int next(ByteBuffer bytes, int from) {
        for (int at = from; at + Integer.BYTES <= bytes.capacity(); at++) {
            int signature = bytes.getInt(at);
            if (signature == LOCAL || signature == CENTRAL || signature == DESCRIPTOR) {
                return at;
            }
        }
        return bytes.capacity();
    }

    private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setTimeLocal(TIME);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
