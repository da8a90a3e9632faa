package io.radam.checkpoint;

import io.radam.InvalidSnapshotException;
import io.radam.ParameterState;
import io.radam.StateBuffer;
import io.radam.StateType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import java.util.Map;

/** A parameter whose elements lie in several shards. */
final class WholeParameter {
    private static final long BLOCK = SavedRun.BLOCK;

    private final String name;
    /** Of the first slice that was found, whose settings all have to have. */
    private final SavedRun.Stored one;
    private final List<Slice> slices = new ArrayList<>();

    /** What one shard has of it. */
    private record Slice(TensorFile file, SavedRun.Stored stored) {
        long first() {
            return stored.entry().first();
        }

        long end() {
            return first() + stored.entry().length();
        }

        String fileName() {
            return String.valueOf(file.path().getFileName());
        }
    }

    WholeParameter(String name, SavedRun.Stored one) {
        this.name = name;
        this.one = one;
    }

    int group() {
        return one.group();
    }

    long length() {
        return one.entry().wholeLength();
    }

    long randomIndex() {
        return one.entry().randomIndex();
    }

    StateType type() {
        return one.entry().state().type();
    }

    // ---------------------------------------------------------------------------------------------------------- join

    /**
     * Adds a slice.
     *
     * @throws Malformed if it is another parameter's
     */
    void add(TensorFile file, SavedRun.Stored stored) {
        Slice slice = new Slice(file, stored);
        long first = stored.entry().first();
        Malformed.require(first >= 0 && stored.entry().length() <= stored.entry().wholeLength()
                && first <= stored.entry().wholeLength() - stored.entry().length(),
                () -> "a slice of " + name + " is not in the whole, in " + slice.fileName());
        Malformed.require(type() != StateType.BLOCK8 || first % BLOCK == 0
                && (slice.end() % BLOCK == 0 || slice.end() == stored.entry().wholeLength()),
                () -> "a slice of " + name + " is cut within a block, in " + slice.fileName());
        Malformed.require(one.group() == stored.group() && length() == stored.entry().wholeLength()
                && randomIndex() == stored.entry().randomIndex()
                && one.entry().state().step() == stored.entry().state().step()
                && sameType(one.values(), stored.values()) && sameType(one.lowerHalves(), stored.lowerHalves())
                && sameType(one.average(), stored.average()),
                () -> "slices of " + name + " differ in their group, step, whole length, random index, or in whether "
                        + "they have values, lower halves or an average: " + one.entry().state().step()
                        + " steps and random index " + randomIndex() + ", and " + stored.entry().state().step()
                        + " steps and random index " + stored.entry().randomIndex() + " in " + slice.fileName());
        slices.add(slice);
    }

    private static boolean sameType(Tensor a, Tensor b) {
        return a == null ? b == null : b != null && a.type() == b.type();
    }

    /**
     * Puts the slices in order.
     *
     * @throws Malformed unless they have every element exactly once
     */
    void requireWhole() {
        slices.sort(Comparator.comparingLong(Slice::first).thenComparingLong(Slice::end));
        long end = 0;
        Slice before = null;
        for (Slice slice : slices) {
            // A slice without elements has none of them twice, but a whole tensor of none has one place.
            boolean twice = slice.first() < end && slice.end() > slice.first() || before != null && length() == 0;
            if (twice) {
                throw new Malformed("elements of " + name + " are in two shards, from " + slice.first() + " on: "
                        + before.fileName() + " and " + slice.fileName());
            }
            requireNoGap(end, slice.first());
            end = Math.max(end, slice.end());
            before = slice;
        }
        requireNoGap(end, length());
    }

    private void requireNoGap(long begin, long end) {
        Malformed.require(begin >= end, () -> "elements " + begin + " to " + end + " of " + name + " are in no shard");
    }

    // --------------------------------------------------------------------------------------------------------- saved

    /** Null if there are none. */
    Saved.Part values() {
        return part(SavedRun.Stored::values);
    }

    /** Null if there are none. */
    Saved.Part lowerHalves() {
        return part(SavedRun.Stored::lowerHalves);
    }

    /** Null if there is none. */
    Saved.Part average() {
        return part(SavedRun.Stored::average);
    }

    private Saved.Part part(Function<SavedRun.Stored, Tensor> of) {
        Tensor first = of.apply(one);
        return first == null ? null : new Saved.Part(first.type(), length(), slices.stream()
                .map(slice -> new Piece(slice.file, of.apply(slice.stored), slice.first())).toList());
    }

    /** What {@link #state(long, long, Arena)} reads. */
    List<Piece> state(long begin, long end) {
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Piece(slices.getFirst().file, slices.getFirst().stored.step(), 0));
        for (Slice slice : slicesOf(begin, end)) {
            var ofNumbers = NumberTensors.of(slice.stored.entry().state().numbers().keySet());
            slice.stored.state().forEach((tensor, content) -> {
                if (begin < end || ofNumbers.containsKey(tensor)) {
                    pieces.add(new Piece(slice.file, content, 0));
                }
            });
        }
        return pieces;
    }

    /** The slices that have some of these elements; if there are none of these, the first one. */
    private List<Slice> slicesOf(long begin, long end) {
        return begin == end ? slices.subList(0, 1)
                : slices.stream().filter(slice -> slice.first() < end && slice.end() > begin).toList();
    }

    /**
     * What the algorithm keeps for the parameter. Slices that were measured by themselves have numbers of their own.
     *
     * @throws InvalidSnapshotException if the elements are of slices whose numbers differ
     */
    private Map<String, Double> numbers(long begin, long end) {
        List<Slice> some = slicesOf(begin, end);
        Map<String, Double> numbers = some.getFirst().stored.entry().state().numbers();
        for (Slice slice : some) {
            if (!slice.stored.entry().state().numbers().equals(numbers)) {
                throw new InvalidSnapshotException("elements " + begin + " to " + end + " of " + name + " were parts "
                        + "of slices that were measured apart, and whose numbers differ: " + numbers + " in "
                        + some.getFirst().fileName() + ", and " + slice.stored.entry().state().numbers() + " in "
                        + slice.fileName());
            }
        }
        return numbers;
    }

    private List<Piece> pieces(String tensor, long unit) {
        return slices.stream().filter(slice -> slice.stored.state().containsKey(tensor))
                .map(slice -> new Piece(slice.file, slice.stored.state().get(tensor), slice.first() / unit)).toList();
    }

    /**
     * The state of a range, as it was saved. With {@link StateType#BLOCK8} it consists of whole blocks.
     *
     * @throws InvalidSnapshotException if it has no numbers of its own
     */
    ParameterState state(long begin, long end, Arena arena) {
        Map<String, ParameterState.Buffer> buffers = new LinkedHashMap<>();
        for (String buffer : one.entry().state().buffers().keySet()) {
            MemorySegment elements = Piece.gather(pieces(buffer, 1), begin, end, arena);
            MemorySegment scales = StateBuffer.typeOf(buffer, type()) != StateType.BLOCK8 || begin == end ? null
                    : Piece.gather(pieces(Keys.scale(buffer), BLOCK), begin / BLOCK, Math.ceilDiv(end, BLOCK), arena);
            buffers.put(buffer, new ParameterState.Buffer(elements, scales));
        }
        return new ParameterState(one.entry().state().step(), type(), buffers, numbers(begin, end));
    }
}
