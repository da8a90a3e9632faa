package io.radam.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A part of a larger tensor, which one file has.
 *
 * @param first where it begins in the whole, in elements of the tensor
 */
record Piece(TensorFile file, Tensor tensor, long first) {
    long end() {
        return first + tensor.length();
    }

    /** Those that have elements of a range. They are in order, and so is the result. */
    static List<Piece> within(List<Piece> pieces, long begin, long end) {
        return pieces.stream().filter(piece -> piece.first < end && piece.end() > begin).toList();
    }

    /** The elements of a range that this piece has a part of. */
    MemorySegment part(long begin, long end) {
        long from = Math.max(begin, first);
        return tensor.bytes().asSlice((from - first) * tensor.type().bytes(),
                (Math.min(end, end()) - from) * tensor.type().bytes());
    }

    /** The elements of a range: a view where one piece has them all, otherwise a copy. */
    static MemorySegment gather(List<Piece> pieces, long begin, long end, Arena arena) {
        List<Piece> within = within(pieces, begin, end);
        if (within.isEmpty()) {
            return MemorySegment.NULL;
        }
        if (within.size() == 1) {
            return within.getFirst().part(begin, end);
        }
        MemorySegment whole = arena.allocate((end - begin) * within.getFirst().tensor.type().bytes(), Float.BYTES);
        long at = 0;
        for (Piece piece : within) {
            MemorySegment part = piece.part(begin, end);
            DeviceAccess.copyOnHost(part, whole.asSlice(at));
            at += part.byteSize();
        }
        return whole;
    }

    /**
     * Reads pieces, and compares their checksums.
     *
     * @throws CheckpointFormatException if one differs
     */
    static void verify(List<Piece> pieces, Progress progress, int pieceBytes) throws IOException {
        Map<TensorFile, List<Tensor>> byFile = new LinkedHashMap<>();
        long total = 0;
        for (Piece piece : pieces) {
            byFile.computeIfAbsent(piece.file, _ -> new ArrayList<>()).add(piece.tensor);
            total += piece.tensor.bytes().byteSize();
        }
        long ofAll = total;
        long done = 0;
        for (Map.Entry<TensorFile, List<Tensor>> entry : byFile.entrySet()) {
            long before = done;
            entry.getKey().verify(entry.getValue(), (now, _) -> progress.at(before + now, ofAll), pieceBytes);
            done += entry.getValue().stream().mapToLong(tensor -> tensor.bytes().byteSize()).sum();
        }
    }
}
