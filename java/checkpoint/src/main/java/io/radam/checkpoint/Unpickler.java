package io.radam.checkpoint;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads a pickle of protocol 2 as {@code torch.save} writes it, by those of its instructions that PyTorch's own
 * unpickler for weights knows. Python's {@code pickletools} documents each. Nothing is called and nothing is loaded:
 * the few names that a file may have are {@link TorchGlobal}s. All calls throw {@link Malformed}.
 *
 * <p>Each instruction makes at most one value, and there are at most {@link #MOST_VALUES}. So memory and time are in
 * proportion to the pickle's length.
 */
final class Unpickler {
    /** No file has more values that mean something: it would have some 80,000 parameters of Adam. */
    static final int MOST_VALUES = 1 << 22;
    private static final int PROTOCOL = 2;
    private static final int LONGEST_NAME = 200;
    /** More than real tensors have. */
    private static final int FEW_DIMENSIONS = 8;
    /** Of a tensor, such as a storage's and an offset. */
    private static final int STORAGE_PARTS = 5;

    private final ByteBuffer pickle;
    private final StoredZip zip;
    private final List<Object> stack = new ArrayList<>();
    /** Where in the stack the marks are. */
    private final List<Integer> marks = new ArrayList<>();
    private final List<Object> memo = new ArrayList<>();
    private int values;

    /** A part of a zip file that tensors are views of. */
    private record Storage(TorchTensor.Type type, StoredZip.Entry entry) {
    }

    private Unpickler(byte[] pickle, StoredZip zip) {
        this.pickle = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
        this.zip = zip;
    }

    /**
     * Reads a pickle.
     *
     * @param zip has the tensors
     * @return maps, lists, strings, longs, doubles, booleans, tensors and null; maps and lists are immutable, and not
     *     nested without end
     */
    static Object read(byte[] pickle, StoredZip zip) {
        try {
            return new Unpickler(pickle, zip).read();
        } catch (BufferUnderflowException e) {
            throw new Malformed("the pickle is cut off", e);
        }
    }

    private Object read() {
        Malformed.require(next() == 0x80, "the pickle does not begin with its protocol");
        int protocol = next();
        Malformed.require(protocol == PROTOCOL, "the pickle has the protocol " + protocol + ", and not " + PROTOCOL
                + ", as torch.save writes it unless told otherwise");
        while (true) {
            int instruction = next();
            if (instruction == '.') {
                Malformed.require(stack.size() == 1 && marks.isEmpty() && !pickle.hasRemaining(),
                        "the pickle has more than one object");
                return PickleContainer.result(pop());
            }
            execute(instruction);
        }
    }

    private void execute(int instruction) {
        switch (instruction) {
            case 'N' -> push(null);
            case 0x88 -> push(true);
            case 0x89 -> push(false);
            case 'K' -> push((long) next());
            case 'M' -> push((long) (pickle.getShort() & 0xffff));
            case 'J' -> push((long) pickle.getInt());
            case 0x8a -> push(longInteger());
            case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(pickle.getLong())));
            case 'X' -> push(text(pickle.getInt()));
            case '}' -> push(PickleContainer.dict());
            case ']' -> push(PickleContainer.list());
            case ')' -> push(PickleContainer.tuple(List.of()));
            case '(' -> mark();
            case 't' -> push(PickleContainer.tuple(takeFromMark()));
            case 0x85 -> push(PickleContainer.tuple(take(1)));
            case 0x86 -> push(PickleContainer.tuple(take(2)));
            case 0x87 -> push(PickleContainer.tuple(take(3)));
            case 'a' -> append(take(1));
            case 'e' -> append(takeFromMark());
            case 's' -> put(take(2));
            case 'u' -> put(takeFromMark());
            case 'q' -> memoize(next());
            case 'r' -> memoize(pickle.getInt());
            case 'h' -> push(remembered(next()));
            case 'j' -> push(remembered(pickle.getInt()));
            case 'c' -> push(TorchGlobal.named(line(), line()));
            case 'Q' -> push(storage(pop()));
            case 'R' -> reduce();
            case 'b' -> build();
            default -> throw new Malformed("the pickle has an instruction that torch.save does not write: "
                    + instruction + " at " + (pickle.position() - 1));
        }
    }

    // --------------------------------------------------------------------------------------------------------- parts

    private int next() {
        return pickle.get() & 0xff;
    }

    private Long longInteger() {
        int bytes = next();
        Malformed.require(bytes <= Long.BYTES, "the pickle has an integer of " + bytes + " bytes");
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) next() << Byte.SIZE * i;
        }
        int unused = Long.SIZE - Byte.SIZE * bytes;
        return bytes == 0 ? 0 : value << unused >> unused; // it has a sign
    }

    private String text(int length) {
        Malformed.require(length >= 0 && length <= pickle.remaining(), "the pickle is cut off");
        ByteBuffer bytes = pickle.slice(pickle.position(), length);
        pickle.position(pickle.position() + length);
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(bytes);
            return text.toString();
        } catch (CharacterCodingException e) {
            throw new Malformed("a string of the pickle is not Unicode", e);
        }
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        for (int c = next(); c != '\n'; c = next()) {
            Malformed.require(line.length() < LONGEST_NAME, "the pickle has a name that is too long");
            line.append((char) c);
        }
        return line.toString();
    }

    /** Each instruction that keeps something is counted, and so is what one of them copies. */
    private void count(int more) {
        values += more;
        Malformed.require(values <= MOST_VALUES, "the pickle has more than " + MOST_VALUES + " values");
    }

    private void push(Object value) {
        count(1);
        stack.add(value);
    }

    private void mark() {
        count(1);
        marks.add(stack.size());
    }

    private Object pop() {
        return take(1).getFirst();
    }

    /** What was pushed last. */
    private List<Object> take(int count) {
        int bottom = marks.isEmpty() ? 0 : marks.getLast();
        Malformed.require(stack.size() - count >= bottom, "the pickle takes what it does not have");
        List<Object> top = stack.subList(stack.size() - count, stack.size());
        List<Object> taken = new ArrayList<>(top);
        top.clear();
        return taken;
    }

    private List<Object> takeFromMark() {
        Malformed.require(!marks.isEmpty(), "the pickle takes what it does not have");
        List<Object> taken = take(stack.size() - marks.getLast());
        marks.removeLast();
        return taken;
    }

    /** The container that what was taken goes into. It stays on the stack. */
    private PickleContainer container() {
        Object top = pop();
        stack.add(top);
        Malformed.require(top instanceof PickleContainer, "the pickle puts something into what is no container");
        return (PickleContainer) top;
    }

    private void append(List<Object> taken) {
        PickleContainer list = container();
        taken.forEach(list::append);
    }

    private void put(List<Object> taken) {
        PickleContainer dict = container();
        Malformed.require(taken.size() % 2 == 0, "the pickle has a key without a value");
        for (int i = 0; i < taken.size(); i += 2) {
            dict.put(taken.get(i), taken.get(i + 1));
        }
    }

    /** Python numbers what it remembers from 0 on. */
    private void memoize(int number) {
        Malformed.require(number == memo.size(), "the pickle numbers what it remembers in another order than Python");
        Object top = pop();
        stack.add(top);
        count(1);
        memo.add(top);
    }

    private Object remembered(int number) {
        Malformed.require(number >= 0 && number < memo.size(), "the pickle takes what it does not remember");
        return memo.get(number);
    }

    // ------------------------------------------------------------------------------------------------------- objects

    private Storage storage(Object id) {
        List<?> parts = tuple(id);
        Malformed.require(parts.size() == STORAGE_PARTS && "storage".equals(parts.get(0))
                && parts.get(1) instanceof TorchTensor.Type && parts.get(2) instanceof String
                && parts.get(3) instanceof String, "the pickle has something from outside that is no storage");
        TorchTensor.Type type = (TorchTensor.Type) parts.get(1);
        StoredZip.Entry entry = zip.entry("data/" + parts.get(2));
        Malformed.require(entry != null, "the file lacks a tensor's elements: data/" + parts.get(2));
        long elements = integer(parts.get(4));
        Malformed.require(elements >= 0 && elements <= entry.size() && elements * type.bytes() == entry.size(),
                entry.name() + " has " + entry.size() + " bytes, but should have " + elements + " of " + type);
        return new Storage(type, entry);
    }

    private void reduce() {
        Object arguments = pop();
        Object callable = pop();
        Malformed.require(callable instanceof TorchGlobal, "the pickle calls what cannot be called");
        push(call((TorchGlobal) callable, tuple(arguments)));
    }

    private Object call(TorchGlobal callable, List<?> arguments) {
        return switch (callable) {
            case ORDERED_DICT -> {
                requireCount(callable, arguments, arguments.isEmpty());
                yield PickleContainer.dict();
            }
            case COUNTER -> {
                requireCount(callable, arguments, arguments.size() == 1
                        && arguments.getFirst() instanceof Map<?, ?>);
                Map<?, ?> counts = (Map<?, ?>) arguments.getFirst();
                count(counts.size());
                yield PickleContainer.copyOf(counts);
            }
            case SIZE -> {
                requireCount(callable, arguments, arguments.size() == 1
                        && arguments.getFirst() instanceof List<?> sizes
                        && sizes.size() <= TorchTensor.MOST_DIMENSIONS);
                count(((List<?>) arguments.getFirst()).size());
                yield PickleContainer.tuple((List<?>) arguments.getFirst());
            }
            // The rest says whether it takes part in a backward pass.
            case REBUILD_PARAMETER -> {
                requireCount(callable, arguments, arguments.size() == 3
                        && arguments.getFirst() instanceof TorchTensor);
                yield arguments.getFirst();
            }
            case REBUILD_TENSOR -> {
                // A seventh has flags of complex numbers.
                requireCount(callable, arguments, arguments.size() == 6
                        && arguments.getFirst() instanceof Storage);
                Storage storage = (Storage) arguments.getFirst();
                // Tensors may all have one shape, which each copies.
                count(Math.max(0, integers(arguments.get(2)).length - FEW_DIMENSIONS));
                yield new TorchTensor(storage.type, storage.entry, zip.bytes(storage.entry), integer(arguments.get(1)),
                        integers(arguments.get(2)), integers(arguments.get(3)));
            }
        };
    }

    private static void requireCount(TorchGlobal callable, List<?> arguments, boolean condition) {
        Malformed.require(condition, "the pickle calls " + callable + " with " + arguments.size()
                + " arguments, or of other kinds than it has");
    }

    /** An OrderedDict of a model has attributes, such as the versions of its modules. They are passed. */
    private void build() {
        pop();
        Malformed.require(container().isDict(), "the pickle gives attributes to what has none");
    }

    private static List<?> tuple(Object value) {
        Malformed.require(value instanceof PickleContainer container && container.isTuple(),
                "the pickle has no tuple where it needs one");
        return (List<?>) ((PickleContainer) value).value();
    }

    private static long integer(Object value) {
        Malformed.require(value instanceof Long, "the pickle has no integer where it needs one");
        return (Long) value;
    }

    private static long[] integers(Object value) {
        Malformed.require(value instanceof List<?> sizes && sizes.size() <= TorchTensor.MOST_DIMENSIONS,
                "the pickle has no shape where it needs one");
        return ((List<?>) value).stream().mapToLong(Unpickler::integer).toArray();
    }
}
