package io.radam.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * A zip file that is open for reading, of entries that are stored as they are, in one folder: what PyTorch writes.
 * APPNOTE.TXT of PKWARE describes the format. Entries are mapped, so they take no memory of their own.
 *
 * <p>What is checked is read by the channel and not by the mapping: where a disk fails, that is an exception.
 */
final class StoredZip implements AutoCloseable {
    private static final int LOCAL_SIGNATURE = 0x04034b50;
    private static final int CENTRAL_SIGNATURE = 0x02014b50;
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END64_SIGNATURE = 0x06064b50;
    private static final int LOCATOR_SIGNATURE = 0x07064b50;
    private static final int LOCAL_BYTES = 30;
    private static final int CENTRAL_BYTES = 46;
    private static final int END_BYTES = 22;
    private static final int END64_BYTES = 56;
    private static final int LOCATOR_BYTES = 20;
    private static final int LONGEST_COMMENT = 0xffff;
    /** In place of a number of 32 bits that has 64. */
    private static final long IN_ZIP64 = 0xffffffffL;
    private static final int ZIP64_FIELD = 1;
    private static final int ENCRYPTED = 1;
    /** No file has more entries, or a longer directory, that mean something. */
    private static final long MOST_ENTRIES = 1 << 20;
    private static final long LARGEST_DIRECTORY = 1 << 27;
    private static final int PICKLE_PROTOCOL = 0x80;

    private final Path path;
    private final FileChannel channel;
    private final Arena arena;
    private final MemorySegment file;
    /** By their names without the folder. */
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /**
     * An entry.
     *
     * @param name   without the folder
     * @param header where its own header begins
     * @param begin  where its bytes begin
     */
    record Entry(String name, long header, long begin, long size, int crc) {
    }

    /**
     * Opens a file, and checks where its entries are.
     *
     * @throws CheckpointFormatException if it is no such file
     */
    StoredZip(Path path) throws IOException {
        this.path = path;
        channel = FileErrors.open(path);
        arena = Arena.ofShared();
        boolean complete = false;
        try {
            long size = channel.size();
            requireZip(size);
            readDirectory(size);
            file = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
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

    // ----------------------------------------------------------------------------------------------------- directory

    private void requireZip(long size) throws IOException {
        Malformed.require(size >= END_BYTES, "the file has only " + size + " bytes");
        ByteBuffer begin = read(0, Integer.BYTES);
        if (begin.getInt(0) != LOCAL_SIGNATURE) {
            throw new Malformed((begin.get(0) & 0xff) == PICKLE_PROTOCOL
                    ? "the file is in PyTorch's format before version 1.6: load it in PyTorch, and save it anew"
                    : "the file is not PyTorch's: it is no zip file");
        }
    }

    private void readDirectory(long fileBytes) throws IOException {
        long end = endOfDirectory(fileBytes);
        ByteBuffer last = read(end, END_BYTES);
        int disks = last.getShort(4) | last.getShort(6);
        long count = last.getShort(10) & 0xffff;
        long size = last.getInt(12) & IN_ZIP64;
        long begin = last.getInt(16) & IN_ZIP64;
        if (end >= LOCATOR_BYTES + END64_BYTES && read(end - LOCATOR_BYTES, 4).getInt(0) == LOCATOR_SIGNATURE) {
            end = read(end - LOCATOR_BYTES, LOCATOR_BYTES).getLong(8);
            Malformed.require(end >= 0 && end <= fileBytes - END64_BYTES, "the zip file's end is not where it says");
            ByteBuffer last64 = read(end, END64_BYTES);
            Malformed.require(last64.getInt(0) == END64_SIGNATURE, "the zip file's end is not where it says");
            disks |= last64.getInt(16) | last64.getInt(20);
            count = last64.getLong(32);
            size = last64.getLong(40);
            begin = last64.getLong(48);
        }
        Malformed.require(disks == 0, "the zip file has several parts");
        Malformed.require(count > 0 && count <= MOST_ENTRIES, "the zip file should have " + count + " entries");
        Malformed.require(size >= 0 && size <= LARGEST_DIRECTORY && begin >= 0 && begin == end - size,
                "the zip file's directory is not where it says");
        ByteBuffer directory = read(begin, (int) size);
        List<Entry> found = new ArrayList<>();
        Set<String> folders = new HashSet<>();
        for (long i = 0; i < count; i++) {
            found.add(entry(directory, folders));
        }
        Malformed.require(!directory.hasRemaining(), "the zip file's directory has more than it says");
        Malformed.require(folders.size() == 1, "the zip file's entries are not in one folder");
        requireDisjoint(found, begin);
    }

    /** Where the last record begins. It ends with a comment, which PyTorch does not write. */
    private long endOfDirectory(long fileBytes) throws IOException {
        int length = (int) Math.min(fileBytes, END_BYTES + LONGEST_COMMENT);
        ByteBuffer tail = read(fileBytes - length, length);
        for (int at = length - END_BYTES; at >= 0; at--) {
            if (tail.getInt(at) == END_SIGNATURE && (tail.getShort(at + 20) & 0xffff) == length - END_BYTES - at) {
                return fileBytes - length + at;
            }
        }
        throw new Malformed("the file is cut off: it has no end of a zip file");
    }

    private Entry entry(ByteBuffer directory, Set<String> folders) throws IOException {
        Malformed.require(directory.remaining() >= CENTRAL_BYTES, "the zip file's directory is too short");
        int at = directory.position();
        Malformed.require(directory.getInt(at) == CENTRAL_SIGNATURE, "the zip file's directory is damaged");
        int flags = directory.getShort(at + 8);
        int method = directory.getShort(at + 10);
        int crc = directory.getInt(at + 16);
        int nameBytes = directory.getShort(at + 28) & 0xffff;
        int extraBytes = directory.getShort(at + 30) & 0xffff;
        int commentBytes = directory.getShort(at + 32) & 0xffff;
        Malformed.require(directory.remaining() >= CENTRAL_BYTES + nameBytes + extraBytes + commentBytes,
                "the zip file's directory is too short");
        byte[] name = new byte[nameBytes];
        directory.get(at + CENTRAL_BYTES, name);
        Numbers numbers = new Numbers(directory.slice(at + CENTRAL_BYTES + nameBytes, extraBytes)
                .order(ByteOrder.LITTLE_ENDIAN));
        long size = numbers.next(directory.getInt(at + 24));
        long stored = numbers.next(directory.getInt(at + 20));
        long header = numbers.next(directory.getInt(at + 42));
        directory.position(at + CENTRAL_BYTES + nameBytes + extraBytes + commentBytes);

        String text = new String(name, StandardCharsets.UTF_8);
        Malformed.require((flags & ENCRYPTED) == 0, "an entry of the zip file is encrypted: " + text);
        Malformed.require(method == 0, "an entry of the zip file is compressed, which PyTorch does not do: " + text
                + ". Unpack it, and pack it again without compression");
        Malformed.require(size == stored && size >= 0, "an entry of the zip file has two sizes: " + text);
        int slash = text.indexOf('/');
        Malformed.require(slash > 0 && isName(text), "an entry of the zip file has the name " + text);
        folders.add(text.substring(0, slash));
        return new Entry(text.substring(slash + 1), header, begin(header, name), size, crc);
    }

    /** Nothing is written under these names, but no other ones are PyTorch's. */
    private static boolean isName(String text) {
        for (String part : text.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return false;
            }
        }
        return text.chars().noneMatch(c -> c == '\\' || Character.isISOControl(c));
    }

    /** The numbers of an entry, of which each that does not fit 32 bits is in an additional field, in that order. */
    private static final class Numbers {
        private final ByteBuffer extra;
        private boolean found;

        Numbers(ByteBuffer extra) {
            this.extra = extra;
        }

        long next(int number) {
            if (number != (int) IN_ZIP64) {
                return number & IN_ZIP64;
            }
            while (!found) {
                Malformed.require(extra.remaining() >= 4, "an entry of the zip file lacks a number of 64 bits");
                int id = extra.getShort() & 0xffff;
                int bytes = extra.getShort() & 0xffff;
                Malformed.require(bytes <= extra.remaining(), "an additional field of the zip file is too long");
                if (id == ZIP64_FIELD) {
                    extra.limit(extra.position() + bytes);
                    found = true;
                } else {
                    extra.position(extra.position() + bytes);
                }
            }
            Malformed.require(extra.remaining() >= Long.BYTES, "an entry of the zip file lacks a number of 64 bits");
            return extra.getLong();
        }
    }

    /** Where an entry's bytes begin, by its own header. */
    private long begin(long header, byte[] name) throws IOException {
        long most = channel.size() - LOCAL_BYTES - name.length;
        Malformed.require(header >= 0 && header <= most, "an entry of the zip file is not where it should be");
        ByteBuffer local = read(header, LOCAL_BYTES + name.length);
        byte[] localName = new byte[name.length];
        local.get(LOCAL_BYTES, localName);
        Malformed.require(local.getInt(0) == LOCAL_SIGNATURE && local.getShort(8) == 0
                && (local.getShort(26) & 0xffff) == name.length && Arrays.equals(name, localName),
                "an entry of the zip file and the directory differ");
        return header + LOCAL_BYTES + name.length + (local.getShort(28) & 0xffff);
    }

    private void requireDisjoint(List<Entry> found, long directory) {
        List<Entry> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparingLong(Entry::header));
        for (int i = 0; i < sorted.size(); i++) {
            Entry entry = sorted.get(i);
            long end = i + 1 < sorted.size() ? sorted.get(i + 1).header : directory;
            Malformed.require(entry.begin <= end && entry.size <= end - entry.begin,
                    "entries of the zip file overlap: " + entry.name);
        }
        for (Entry entry : found) {
            Malformed.require(entries.put(entry.name, entry) == null,
                    "the zip file has two entries of the name " + entry.name);
        }
    }

    // ------------------------------------------------------------------------------------------------------- entries

    /**
     * An entry.
     *
     * @param name without the folder
     * @return null if there is none
     */
    Entry entry(String name) {
        return entries.get(name);
    }

    Collection<Entry> entries() {
        return entries.values();
    }

    /** The bytes of an entry, mapped and not checked. */
    MemorySegment bytes(Entry entry) {
        return file.asSlice(entry.begin, entry.size);
    }

    /** Reads a whole entry, which has to be there, and checks its sum. */
    byte[] read(String name, int most) throws IOException {
        Entry entry = entries.get(name);
        Malformed.require(entry != null, "the file is not PyTorch's: it has no " + name);
        Malformed.require(entry.size <= most, name + " has " + entry.size + " bytes, more than " + most);
        byte[] bytes = read(entry.begin, (int) entry.size).array();
        CRC32 crc = new CRC32();
        crc.update(bytes);
        requireSum(entry, crc);
        return bytes;
    }

    /**
     * Reads entries, and compares their sums.
     *
     * @throws CheckpointFormatException if one differs
     */
    void verify(Collection<Entry> selected, Progress progress, int pieceBytes) throws IOException {
        long total = selected.stream().mapToLong(Entry::size).sum();
        long done = 0;
        try (Arena pieces = Arena.ofConfined()) {
            ByteBuffer piece = pieces.allocate(Math.min(pieceBytes, total)).asByteBuffer();
            for (Entry entry : selected) {
                CRC32 crc = new CRC32();
                for (long offset = 0; offset < entry.size; offset += pieceBytes) {
                    piece.clear().limit((int) Math.min(pieceBytes, entry.size - offset));
                    readAll(piece, entry.begin + offset);
                    crc.update(piece.flip());
                    progress.at(done + offset + piece.limit(), total);
                }
                done += entry.size;
                requireSum(entry, crc);
            }
        } catch (Malformed e) {
            throw damaged(e);
        } catch (IOException e) {
            throw FileErrors.named(path, e);
        }
    }

    private static void requireSum(Entry entry, CRC32 crc) {
        Malformed.require((int) crc.getValue() == entry.crc,
                "the bytes of " + entry.name + " are damaged: their checksum differs");
    }

    private ByteBuffer read(long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        readAll(buffer, position);
        return buffer.flip();
    }

    private void readAll(ByteBuffer buffer, long position) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            int count = channel.read(buffer, at);
            Malformed.require(count >= 0, "the file became shorter");
            at += count;
        }
    }

    /** Unmaps the entries. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
        FileErrors.close(channel);
    }
}
