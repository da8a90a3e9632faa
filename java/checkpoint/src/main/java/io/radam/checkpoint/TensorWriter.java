package io.radam.checkpoint;

import io.radam.OptimizerStateException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Writes tensors to a file, piece by piece. Each piece is copied once, so that its checksum is that of the bytes that
 * were written, whatever becomes of the memory.
 *
 * @param pieceBytes the largest piece
 */
record TensorWriter(DeviceAccess memory, Progress progress, int pieceBytes) {
    /** Large enough for the disk, and small enough to stay in a processor's cache. */
    static final int PIECE_BYTES = 1 << 20;

    /**
     * Replaces a file.
     *
     * @param whenWritten may still fail, and so leave the old file
     * @throws IllegalArgumentException if the header would be longer than the format allows, or have more entries than
     *     are read
     */
    void write(Path path, Map<String, String> metadata, List<Tensor> tensors, Runnable whenWritten)
            throws IOException {
        List<Tensor> sorted = Header.sorted(tensors);
        Map<String, String> texts = new LinkedHashMap<>();
        // The first one, so that a reader knows where it is.
        texts.put(Checksum.KEY, Checksum.UNKNOWN);
        texts.putAll(metadata);
        sorted.forEach(tensor -> texts.put(Checksum.PREFIX + tensor.name(), Checksum.UNKNOWN));
        Header header = Header.of(texts, sorted);
        int headerBytes = header.toBytes().length;
        if (Math.max(texts.size(), 1 + sorted.size()) > Json.MOST_ENTRIES) {
            throw new IllegalArgumentException("the header would have more entries than " + Json.MOST_ENTRIES);
        }
        long total = sorted.stream().mapToLong(tensor -> tensor.bytes().byteSize()).sum();
        AtomicFile.replace(path, channel -> {
            // Last comes the header, which has the checksums.
            channel.position(Header.LENGTH_BYTES + headerBytes);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment piece = arena.allocate(pieceBytes, Long.BYTES);
                long done = 0;
                for (Tensor tensor : sorted) {
                    texts.put(Checksum.PREFIX + tensor.name(), write(channel, tensor.bytes(), piece, done, total));
                    done += tensor.bytes().byteSize();
                }
            }
            whenWritten.run();
            texts.put(Checksum.KEY, Checksum.ofHeader(header.toBytes()));
            channel.position(0);
            writeAll(channel, ByteBuffer.allocate(Header.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(headerBytes).flip());
            writeAll(channel, ByteBuffer.wrap(header.toBytes()));
        });
    }

    /** The checksum of what was written. */
    private String write(FileChannel channel, MemorySegment bytes, MemorySegment piece, long done, long total)
            throws IOException {
        CRC32C crc = new CRC32C();
        for (long begin = 0; begin < bytes.byteSize(); begin += pieceBytes) {
            long size = Math.min(pieceBytes, bytes.byteSize() - begin);
            MemorySegment copy = piece.asSlice(0, size);
            try {
                memory.copy(bytes.asSlice(begin, size), copy);
            } catch (IllegalStateException e) { // the memory is closed
                throw changed(e);
            }
            crc.update(copy.asByteBuffer());
            writeAll(channel, copy.asByteBuffer());
            progress.at(done + begin + size, total);
        }
        return Checksum.text(crc);
    }

    static OptimizerStateException changed(RuntimeException e) {
        return new OptimizerStateException("the optimizer was closed or changed while the checkpoint was written: "
                + e.getMessage(), e);
    }

    static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
