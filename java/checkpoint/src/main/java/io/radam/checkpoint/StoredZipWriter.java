package io.radam.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a zip file as PyTorch does: entries in one folder, stored as they are, each beginning at a multiple of 64
 * bytes so that it can be mapped. Numbers that need more than 32 bits are in the fields of zip64.
 */
final class StoredZipWriter {
    private static final int ALIGNMENT = 64;
    private static final int LOCAL_BYTES = 30;
    private static final int FIELD_BYTES = 4;
    private static final int ZIP64_FIELD = 1;
    /** A field of any content; PyTorch pads with the same. */
    private static final int PADDING_FIELD = 'F' | 'B' << 8;
    private static final int UTF_8 = 0x800;
    private static final int VERSION = 20;
    private static final int VERSION_OF_ZIP64 = 45;
    private static final long LARGEST_32 = 0xffffffffL;
    private static final int LARGEST_16 = 0xffff;
    /** 1 January 1980, the first day of zip files: the same contents give the same file. */
    private static final int DATE = 1 << 5 | 1;

    private final FileChannel channel;
    private final String folder;
    private final List<Entry> entries = new ArrayList<>();
    private long position;

    private record Entry(byte[] name, long header, long size, int crc) {
    }

    /** Writes an entry's bytes to the channel, as many as were announced. */
    interface Bytes {
        /** Returns their CRC-32. */
        int writeTo(FileChannel channel) throws IOException;
    }

    /** Begins a file, in a channel whose position is 0. */
    StoredZipWriter(FileChannel channel, String folder) {
        this.channel = channel;
        this.folder = folder;
    }

    /** Writes the bytes, then the header before them, which has their sum. */
    void add(String name, long size, Bytes bytes) throws IOException {
        byte[] fullName = (folder + "/" + name).getBytes(StandardCharsets.UTF_8);
        boolean large = size >= LARGEST_32;
        long unpadded = position + LOCAL_BYTES + fullName.length + (large ? FIELD_BYTES + 2 * Long.BYTES : 0)
                + FIELD_BYTES;
        int padding = (int) (-unpadded & ALIGNMENT - 1);
        channel.position(unpadded + padding);
        int crc = bytes.writeTo(channel);

        ByteBuffer header = buffer((int) (unpadded - position) + padding);
        header.putInt(0x04034b50);
        header.putShort((short) (large ? VERSION_OF_ZIP64 : VERSION));
        putCommon(header, crc, large ? LARGEST_32 : size);
        header.putShort((short) fullName.length);
        header.putShort((short) (header.capacity() - LOCAL_BYTES - fullName.length));
        header.put(fullName);
        if (large) {
            header.putShort((short) ZIP64_FIELD).putShort((short) (2 * Long.BYTES)).putLong(size).putLong(size);
        }
        header.putShort((short) PADDING_FIELD).putShort((short) padding);
        writeAll(header.clear(), position);
        entries.add(new Entry(fullName, position, size, crc));
        position = unpadded + padding + size;
    }

    /** What both headers of an entry have, from the flags to the sizes. */
    private static void putCommon(ByteBuffer header, int crc, long size) {
        header.putShort((short) UTF_8).putShort((short) 0).putShort((short) 0).putShort((short) DATE);
        header.putInt(crc).putInt((int) size).putInt((int) size);
    }

    /** Writes the directory of all entries, at which the file ends. */
    void finish() throws IOException {
        long begin = position;
        for (Entry entry : entries) {
            boolean largeSize = entry.size >= LARGEST_32;
            boolean largeHeader = entry.header >= LARGEST_32;
            int numbers = (largeSize ? 2 : 0) + (largeHeader ? 1 : 0);
            int extra = numbers == 0 ? 0 : FIELD_BYTES + numbers * Long.BYTES;
            int version = numbers == 0 ? VERSION : VERSION_OF_ZIP64;
            ByteBuffer header = buffer(46 + entry.name.length + extra);
            header.putInt(0x02014b50).putShort((short) version).putShort((short) version);
            putCommon(header, entry.crc, largeSize ? LARGEST_32 : entry.size);
            header.putShort((short) entry.name.length).putShort((short) extra);
            header.position(42); // no comment, no attributes
            header.putInt((int) (largeHeader ? LARGEST_32 : entry.header));
            header.put(entry.name);
            if (numbers > 0) {
                header.putShort((short) ZIP64_FIELD).putShort((short) (numbers * Long.BYTES));
            }
            if (largeSize) {
                header.putLong(entry.size).putLong(entry.size);
            }
            if (largeHeader) {
                header.putLong(entry.header);
            }
            append(header);
        }
        writeEnd(begin, position - begin);
    }

    private void writeEnd(long begin, long size) throws IOException {
        int count = entries.size();
        if (begin >= LARGEST_32 || size >= LARGEST_32 || count >= LARGEST_16) {
            long end = position;
            append(buffer(56).putInt(0x06064b50).putLong(44).putShort((short) VERSION_OF_ZIP64)
                    .putShort((short) VERSION_OF_ZIP64).putInt(0).putInt(0).putLong(count).putLong(count).putLong(size)
                    .putLong(begin));
            append(buffer(20).putInt(0x07064b50).putInt(0).putLong(end).putInt(1));
        }
        short shortCount = (short) Math.min(count, LARGEST_16);
        append(buffer(22).putInt(0x06054b50).putInt(0).putShort(shortCount).putShort(shortCount)
                .putInt((int) Math.min(size, LARGEST_32)).putInt((int) Math.min(begin, LARGEST_32))
                .putShort((short) 0));
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void append(ByteBuffer filled) throws IOException {
        filled.clear();
        writeAll(filled, position);
        position += filled.capacity();
    }

    private void writeAll(ByteBuffer bytes, long at) throws IOException {
        long next = at;
        while (bytes.hasRemaining()) {
            next += channel.write(bytes, next);
        }
    }
}
