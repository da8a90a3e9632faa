package io.radam.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A file of tensors that is open for reading. Its tensors are mapped, so they take no memory of their own.
 *
 * <p>The header, and tensors for their checksums, are read by the channel and not by the mapping: where a disk fails,
 * that is an exception.
 */
final class TensorFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final Arena arena;
    private final Map<String, String> metadata;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    /** Of the tensors; empty if the file has none. */
    private final Map<String, String> checksums = new HashMap<>();
    private final long dataBegin;
    private final MemorySegment data;
    /** The header's, and so that of all of the file; null if it has none. */
    private String checksum;

    /**
     * Opens a file, and checks its header.
     *
     * @throws CheckpointFormatException if the header is damaged, or the file is of another size than it says
     */
    TensorFile(Path path) throws IOException {
        this.path = path;
        channel = FileErrors.open(path);
        arena = Arena.ofShared();
        boolean complete = false;
        try {
            byte[] bytes = headerBytes();
            dataBegin = Header.LENGTH_BYTES + bytes.length;
            long dataBytes = channel.size() - dataBegin;
            Header header = Header.parse(bytes, dataBytes);
            metadata = new LinkedHashMap<>(header.metadata());
            data = dataBytes == 0 ? MemorySegment.NULL
                    : channel.map(FileChannel.MapMode.READ_ONLY, dataBegin, dataBytes, arena);
            for (Header.Entry entry : header.entries()) {
                tensors.put(entry.name(), new Tensor(entry.name(), entry.type(), entry.shape(),
                        data.asSlice(entry.begin(), entry.end() - entry.begin())));
            }
            takeChecksums(bytes);
            complete = true;
        } catch (Malformed e) {
            throw damaged(e);
        } catch (IOException e) {
            throw FileErrors.named(path, e);
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    CheckpointFormatException damaged(RuntimeException e) {
        return new CheckpointFormatException(path, String.valueOf(e.getMessage()), e);
    }

    private byte[] headerBytes() throws IOException {
        long fileBytes = channel.size();
        ByteBuffer length = ByteBuffer.allocate(Header.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Malformed.require(fileBytes >= Header.LENGTH_BYTES, "the file has only " + fileBytes + " bytes");
        readAll(length, 0);
        long headerBytes = length.flip().getLong();
        Malformed.require(headerBytes >= 0 && headerBytes <= Header.LARGEST
                && headerBytes <= fileBytes - Header.LENGTH_BYTES, "the header should have "
                + Long.toUnsignedString(headerBytes) + " bytes, the file has " + fileBytes);
        ByteBuffer header = ByteBuffer.allocate((int) headerBytes);
        readAll(header, Header.LENGTH_BYTES);
        return header.array();
    }

    private void readAll(ByteBuffer buffer, long position) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            int count = channel.read(buffer, at);
            Malformed.require(count >= 0, "the file became shorter");
            at += count;
        }
    }

    /**
     * Takes the checksums out of the texts, and checks the header's. All of them are there or, in a file of another
     * program, none.
     */
    private void takeChecksums(byte[] header) {
        String ofHeader = metadata.remove(Checksum.KEY);
        metadata.entrySet().removeIf(pair -> {
            boolean taken = pair.getKey().startsWith(Checksum.PREFIX);
            if (taken) {
                checksums.put(pair.getKey().substring(Checksum.PREFIX.length()), pair.getValue());
            }
            return taken;
        });
        if (ofHeader == null && checksums.isEmpty()) {
            return;
        }
        checksum = ofHeader;
        Malformed.require(Checksum.isInPlace(header) && Checksum.ofHeader(header).equals(ofHeader),
                "the header is damaged, or was changed: its checksum differs");
        Malformed.require(checksums.keySet().equals(tensors.keySet()), "not every tensor has a checksum");
    }

    Path path() {
        return path;
    }

    /** That of the header, which has those of all tensors; null if the file has none. */
    String checksum() {
        return checksum;
    }

    /** The texts but for the checksums. */
    Map<String, String> metadata() {
        return metadata;
    }

    Map<String, Tensor> tensors() {
        return tensors;
    }

    /**
     * Reads some of the tensors, and compares their checksums if the file has any.
     *
     * @throws CheckpointFormatException if one differs
     */
    void verify(Collection<Tensor> selected, Progress progress, int pieceBytes) throws IOException {
        if (checksums.isEmpty()) {
            return;
        }
        try (Arena pieces = Arena.ofConfined()) {
            verify(selected, progress, pieces.allocate(pieceBytes).asByteBuffer());
        } catch (IOException e) {
            throw FileErrors.named(path, e);
        }
    }

    private void verify(Collection<Tensor> selected, Progress progress, ByteBuffer piece) throws IOException {
        long total = selected.stream().mapToLong(tensor -> tensor.bytes().byteSize()).sum();
        long done = 0;
        for (Tensor tensor : selected) {
            CRC32C crc = new CRC32C();
            long begin = dataBegin + tensor.bytes().address() - data.address();
            long size = tensor.bytes().byteSize();
            for (long offset = 0; offset < size; offset += piece.capacity()) {
                piece.clear().limit((int) Math.min(piece.capacity(), size - offset));
                try {
                    readAll(piece, begin + offset);
                } catch (Malformed e) {
                    throw damaged(e);
                }
                crc.update(piece.flip());
                progress.at(done + offset + piece.limit(), total);
            }
            done += size;
            if (!Checksum.text(crc).equals(checksums.get(tensor.name()))) {
                throw damaged(new Malformed("the bytes of " + tensor.name() + " are damaged: their checksum differs"));
            }
        }
    }

    /** Unmaps the tensors. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
        FileErrors.close(channel);
    }
}
