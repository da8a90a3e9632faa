package io.radam.sharded;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Has all ranks fail together, before anything is changed, where one of them has failed or they are not alike. */
final class Agreement {
    private static final int FAILED = 0;
    private static final int KNOWN = 1;
    /** Where the numbers begin that are compared. */
    private static final int COMPARED = 2;

    private final Collectives collectives;

    Agreement(Collectives collectives) {
        this.collectives = collectives;
    }

    /**
     * Compares all ranks.
     *
     * @param failure     why this rank cannot go on; null if it can
     * @param numbers     the same on all ranks that are alike; as many on all
     * @param description lines that say what the numbers stand for; asked for where they differ
     * @throws CollectivesException if another rank has failed
     * @throws RankMismatchException if the numbers differ
     */
    void require(Throwable failure, long[] numbers, Supplier<List<String>> description) {
        require(failure, numbers, true, new long[0], description);
    }

    /**
     * Compares all ranks, and some numbers only where all ranks know these already.
     *
     * @param failure     as {@link #require(Throwable, long[], Supplier)}
     * @param numbers     as there
     * @param known       whether this rank knows the following numbers
     * @param knownLater  as many on all
     * @param description as there; has what {@code knownLater} stands for last, and only if it is known
     * @return whether these were compared; the same on all ranks
     * @throws CollectivesException as there
     * @throws RankMismatchException as there
     */
    boolean require(Throwable failure, long[] numbers, boolean known, long[] knownLater,
            Supplier<List<String>> description) {
        long[] own = new long[COMPARED + numbers.length + knownLater.length];
        own[FAILED] = failure == null ? 0 : 1;
        own[KNOWN] = known ? 1 : 0;
        System.arraycopy(numbers, 0, own, COMPARED, numbers.length);
        System.arraycopy(knownLater, 0, own, COMPARED + numbers.length, knownLater.length);
        List<long[]> all = gather(own);
        if (all.stream().anyMatch(other -> other[FAILED] != 0)) {
            Map<Integer, String> failures = failures(failure);
            throw exception(failure, failures);
        }
        boolean isKnown = all.stream().allMatch(other -> other[KNOWN] != 0);
        int end = COMPARED + numbers.length + (isKnown ? knownLater.length : 0);
        long[] first = all.getFirst();
        if (all.stream().anyMatch(other -> !Arrays.equals(other, COMPARED, end, first, COMPARED, end))) {
            throw new RankMismatchException(differences(gather(String.join("\n", description.get()))));
        }
        return isKnown;
    }

    /**
     * Tells all ranks of failures.
     *
     * @param own why this rank has failed; null if it has not
     * @return the messages of those that have failed, by rank
     */
    Map<Integer, String> failures(Throwable own) {
        List<String> messages =
                gather(own == null ? "" : "rank " + collectives.rank() + " failed: " + message(own));
        Map<Integer, String> failures = new TreeMap<>();
        for (int rank = 0; rank < messages.size(); rank++) {
            if (!messages.get(rank).isEmpty()) {
                failures.put(rank, messages.get(rank));
            }
        }
        return failures;
    }

    /** What others are told of a failure. */
    static String message(Throwable failure) {
        return failure instanceof Error || failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    /**
     * What a rank throws where some have failed.
     *
     * @param own      unchecked; null if this rank has not failed
     * @param failures of all ranks
     */
    static RuntimeException exception(Throwable own, Map<Integer, String> failures) {
        if (own instanceof Error error) {
            throw error;
        }
        return own != null ? (RuntimeException) own
                : new CollectivesException(List.copyOf(failures.keySet()), String.join("; ", failures.values()));
    }

    /** For each rank that differs from rank 0, the first line in which it does. */
    private static String differences(List<String> descriptions) {
        List<String> first = descriptions.getFirst().lines().toList();
        List<String> differences = new ArrayList<>();
        for (int rank = 1; rank < descriptions.size(); rank++) {
            List<String> other = descriptions.get(rank).lines().toList();
            for (int line = 0; line < Math.max(first.size(), other.size()); line++) {
                String here = line < other.size() ? other.get(line) : "nothing";
                String there = line < first.size() ? first.get(line) : "nothing";
                if (!here.equals(there)) {
                    differences.add("rank " + rank + " has " + here + ", where rank 0 has " + there);
                    break;
                }
            }
        }
        return "ranks differ: " + String.join("; ", differences);
    }

    private List<long[]> gather(long[] own) {
        long bytes = (long) own.length * Long.BYTES;
        MemorySegment received = Arena.ofAuto().allocate(bytes * collectives.size(), Long.BYTES);
        MemorySegment sent = Arena.ofAuto().allocate(bytes, Long.BYTES).copyFrom(MemorySegment.ofArray(own));
        long[] counts = new long[collectives.size()];
        Arrays.fill(counts, bytes);
        collectives.allGather(sent, received, counts);
        List<long[]> all = new ArrayList<>();
        for (int rank = 0; rank < counts.length; rank++) {
            all.add(received.asSlice(rank * bytes, bytes).toArray(ValueLayout.JAVA_LONG));
        }
        return all;
    }

    /** The texts of all ranks. */
    private List<String> gather(String own) {
        byte[] bytes = own.getBytes(StandardCharsets.UTF_8);
        long[] counts = gather(new long[] {bytes.length}).stream().mapToLong(length -> length[0]).toArray();
        if (Arrays.stream(counts).allMatch(count -> count == 0)) {
            return Collections.nCopies(counts.length, "");
        }
        MemorySegment received = Arena.ofAuto().allocate(Math.max(1, Arrays.stream(counts).sum()));
        MemorySegment sent = Arena.ofAuto().allocate(Math.max(1, bytes.length)).asSlice(0, bytes.length)
                .copyFrom(MemorySegment.ofArray(bytes));
        collectives.allGather(sent, received, counts);
        List<String> all = new ArrayList<>();
        long at = 0;
        for (long count : counts) {
            all.add(new String(received.asSlice(at, count).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8));
            at += count;
        }
        return all;
    }
}
