package io.radam.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Writes a pickle of protocol 2, by instructions that PyTorch's unpickler for weights knows, which is what
 * {@code torch.load(weights_only=True)} uses. Python's {@code pickletools} documents each. It remembers nothing, so a
 * text that comes twice is written twice.
 */
final class Pickler {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);
    /** At least as many as a reader counts values. */
    private int instructions;

    /**
     * A tensor of float32 whose elements are an entry of the file.
     *
     * @param key of the entry {@code data/<key>}
     */
    record Floats(String key, List<Long> shape) {
        long length() {
            return shape.stream().reduce(1L, Math::multiplyExact);
        }
    }

    /** Two numbers, which Python has as a tuple. */
    record Pair(double first, double second) {
    }

    private Pickler() {
    }

    /**
     * Pickles maps, lists, strings, longs, doubles, booleans, pairs, tensors and null.
     *
     * @throws IllegalArgumentException if there would be more than is read here
     */
    static byte[] write(Object value) {
        Pickler pickler = new Pickler();
        try {
            pickler.out.write(0x80);
            pickler.out.write(2);
            pickler.put(value);
            pickler.out.write('.');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (pickler.instructions > Unpickler.MOST_VALUES || pickler.bytes.size() > TorchFile.LONGEST_PICKLE) {
            throw new IllegalArgumentException("the file would have more than " + Unpickler.MOST_VALUES
                    + " values, or " + TorchFile.LONGEST_PICKLE + " bytes beside the tensors' elements");
        }
        return pickler.bytes.toByteArray();
    }

    private void instruction(int instruction) throws IOException {
        out.write(instruction);
        instructions++;
    }

    private void put(Object value) throws IOException {
        switch (value) {
            case null -> instruction('N');
            case Boolean flag -> instruction(flag ? 0x88 : 0x89);
            case Long number -> putInteger(number);
            case Double number -> {
                instruction('G');
                out.writeDouble(number);
            }
            case String text -> putText(text);
            case Pair(double first, double second) -> {
                put(first);
                put(second);
                instruction(0x86);
            }
            case Floats tensor -> putTensor(tensor);
            case Map<?, ?> map -> {
                instruction('}');
                instruction('(');
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    put(entry.getKey());
                    put(entry.getValue());
                }
                instruction('u');
            }
            case List<?> list -> {
                instruction(']');
                instruction('(');
                for (Object element : list) {
                    put(element);
                }
                instruction('e');
            }
            default -> throw new IllegalArgumentException("no value of a pickle: " + value);
        }
    }

    private void putInteger(long number) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(number);
        if (number == (int) number) {
            instruction('J');
            out.write(buffer.array(), 0, Integer.BYTES);
        } else {
            instruction(0x8a);
            out.write(Long.BYTES);
            out.write(buffer.array());
        }
    }

    private void putText(String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        instruction('X');
        out.writeInt(Integer.reverseBytes(utf8.length));
        out.write(utf8);
    }

    private void putGlobal(String module, String name) throws IOException {
        instruction('c');
        out.writeBytes(module + "\n" + name + "\n");
    }

    /** A call of the function that makes a tensor of a storage, as PyTorch writes it. */
    private void putTensor(Floats tensor) throws IOException {
        putGlobal("torch._utils", "_rebuild_tensor_v2");
        instruction('(');

        instruction('(');
        put("storage");
        putGlobal("torch", TorchTensor.Type.FLOAT32.storage());
        put(tensor.key);
        put("cpu");
        put(tensor.length());
        instruction('t');
        instruction('Q');

        put(0L); // the first element
        putTuple(tensor.shape);
        putTuple(strides(tensor.shape));
        put(false); // does not take part in a backward pass
        putGlobal("collections", "OrderedDict"); // no hooks
        instruction(')');
        instruction('R');
        instruction('t');
        instruction('R');
    }

    private void putTuple(List<Long> numbers) throws IOException {
        instruction('(');
        for (Long number : numbers) {
            put(number);
        }
        instruction('t');
    }

    /** Of the order of rows. */
    private static List<Long> strides(List<Long> shape) {
        Long[] strides = new Long[shape.size()];
        long stride = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= Math.max(shape.get(i), 1);
        }
        return List.of(strides);
    }
}
