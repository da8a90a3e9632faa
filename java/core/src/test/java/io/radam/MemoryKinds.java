package io.radam;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Parameters in every kind of memory. Each lies within a larger piece of it whose other bytes are marked, so that it
 * shows when a step touches more than the parameter.
 */
final class MemoryKinds {
    private static final byte MARK = 0x5a;
    private static final int MARGIN = 100;

    private final Path folder;
    private final Arena confined;
    private final Arena shared;

    /**
     * Makes parameters.
     *
     * @param folder for mapped files
     * @param confined of the calling thread
     */
    MemoryKinds(Path folder, Arena confined, Arena shared) {
        this.folder = folder;
        this.confined = confined;
        this.shared = shared;
    }

    /**
     * A parameter of some kind.
     *
     * @param whole the memory that the values, or the gradient, are a part of
     */
    record Kind(String name, Parameter parameter, List<Piece> whole) {
        void assertOnlyTheParameterWasTouched() {
            for (Piece piece : whole) {
                assertTrue(piece.marginsAreIntact(), name);
            }
        }
    }

    /** Some bytes in the middle of a segment. */
    private record Piece(MemorySegment whole, long offset, long bytes) {
        MemorySegment middle() {
            return whole.asSlice(offset, bytes);
        }

        boolean marginsAreIntact() {
            for (long i = 0; i < whole.byteSize(); i++) {
                boolean inside = i >= offset && i < offset + bytes;
                if (!inside && whole.get(ValueLayout.JAVA_BYTE, i) != MARK) {
                    return false;
                }
            }
            return true;
        }
    }

    private interface Maker {
        MemorySegment make(long bytes) throws IOException;
    }

    private interface Combination {
        Parameter of(Piece values, Piece gradient) throws IOException;
    }

    /** One parameter of each kind, with the given contents. */
    List<Kind> all(float[] values, float[] gradient) {
        List<Kind> kinds = new ArrayList<>();
        Maker auto = bytes -> Arena.ofAuto().allocate(bytes, 4);
        Maker ofFloats = bytes -> MemorySegment.ofArray(new float[(int) bytes / 4]);
        Combination segments = (v, g) -> Parameter.of(v.middle(), g.middle());

        kinds.add(kind("collected arena", auto, values, gradient, segments));
        kinds.add(kind("global arena", bytes -> Arena.global().allocate(bytes, 4), values, gradient, segments));
        kinds.add(kind("shared arena", bytes -> shared.allocate(bytes, 4), values, gradient, segments));
        kinds.add(kind("confined arena", bytes -> confined.allocate(bytes, 4), values, gradient, segments));
        kinds.add(kind("mapped file", bytes -> map(bytes, shared), values, gradient, segments));
        kinds.add(kind("confined mapped file", bytes -> map(bytes, confined), values, gradient, segments));
        kinds.add(kind("slice of float[]", ofFloats, values, gradient, segments));
        kinds.add(kind("slice of int[]", bytes -> MemorySegment.ofArray(new int[(int) bytes / 4]), values, gradient,
                segments));
        kinds.add(kind("slice of long[]", bytes -> MemorySegment.ofArray(new long[(int) bytes / 8 + 1]), values,
                gradient, segments));
        kinds.add(kind("slice of double[]", bytes -> MemorySegment.ofArray(new double[(int) bytes / 8 + 1]), values,
                gradient, segments));
        kinds.add(kind("direct FloatBuffer", auto, values, gradient,
                (v, g) -> Parameter.of(floats(v), floats(g))));
        kinds.add(kind("direct ByteBuffer", auto, values, gradient, (v, g) -> Parameter.of(bytes(v), bytes(g))));
        kinds.add(kind("mapped ByteBuffer", bytes -> MemorySegment.ofBuffer(mapBuffer(bytes)), values, gradient,
                (v, g) -> Parameter.of(bytes(v), bytes(g))));
        kinds.add(kind("FloatBuffer on an array", ofFloats, values, gradient,
                (v, g) -> Parameter.of(onArray(v), onArray(g))));

        kinds.add(kind("read-only gradient", auto, values, gradient,
                (v, g) -> Parameter.of(v.middle(), g.middle().asReadOnly())));
        kinds.add(kind("read-only gradient in an array", ofFloats, values, gradient,
                (v, g) -> Parameter.of(v.middle(), g.middle().asReadOnly())));
        kinds.add(kind("read-only direct FloatBuffer gradient", auto, values, gradient,
                (v, g) -> Parameter.of(floats(v), floats(g).asReadOnlyBuffer())));
        kinds.add(kind("read-only FloatBuffer gradient on an array", ofFloats, values, gradient,
                (v, g) -> Parameter.of(onArray(v), onArray(g).asReadOnlyBuffer())));
        kinds.add(kind("read-only ByteBuffer gradient", auto, values, gradient, (v, g) -> Parameter.of(
                bytes(v), bytes(g).asReadOnlyBuffer().order(ByteOrder.nativeOrder()))));
        kinds.add(kind("read-only confined gradient", bytes -> confined.allocate(bytes, 4), values, gradient,
                (v, g) -> Parameter.of(v.middle(), g.middle().asReadOnly())));
        kinds.add(kind("gradient in a file mapped read-only", auto, values, gradient,
                (v, g) -> Parameter.of(v.middle(), mapReadOnly(g.middle()))));
        kinds.add(kind("values native, gradient in an array", auto, values, gradient,
                (v, g) -> Parameter.of(v.middle(), MemorySegment.ofArray(gradient.clone()))));
        kinds.add(kind("values in an array, gradient native", ofFloats, values, gradient,
                (v, g) -> Parameter.of(v.middle(), nativeCopy(gradient))));
        return kinds;
    }

    private static Kind kind(String name, Maker maker, float[] values, float[] gradient, Combination combination) {
        try {
            Piece v = piece(maker, values);
            Piece g = piece(maker, gradient);
            return new Kind(name, combination.of(v, g), List.of(v, g));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Piece piece(Maker maker, float[] numbers) throws IOException {
        long bytes = 4L * numbers.length;
        MemorySegment whole = maker.make(bytes + 2 * MARGIN);
        whole.fill(MARK);
        Piece piece = new Piece(whole, MARGIN, bytes);
        Numbers.put(numbers, piece.middle());
        return piece;
    }

    private static MemorySegment nativeCopy(float[] numbers) {
        return Arena.ofAuto().allocateFrom(ValueLayout.JAVA_FLOAT, numbers);
    }

    /** A buffer whose position and limit are those of the piece. */
    private static ByteBuffer bytes(Piece piece) {
        return piece.whole.asByteBuffer().order(ByteOrder.nativeOrder())
                .position((int) piece.offset).limit((int) (piece.offset + piece.bytes));
    }

    private static FloatBuffer floats(Piece piece) {
        ByteBuffer whole = piece.whole.asByteBuffer().order(ByteOrder.nativeOrder());
        return whole.asFloatBuffer().position((int) piece.offset / 4).limit((int) (piece.offset + piece.bytes) / 4);
    }

    private static FloatBuffer onArray(Piece piece) {
        float[] array = (float[]) piece.whole.heapBase().orElseThrow();
        return FloatBuffer.wrap(array, (int) piece.offset / 4, (int) piece.bytes / 4);
    }

    private MemorySegment map(long bytes, Arena arena) throws IOException {
        try (FileChannel channel = open(bytes)) {
            return channel.map(MapMode.READ_WRITE, 0, bytes, arena);
        }
    }

    private Buffer mapBuffer(long bytes) throws IOException {
        try (FileChannel channel = open(bytes)) {
            return channel.map(MapMode.READ_WRITE, 0, bytes);
        }
    }

    private MemorySegment mapReadOnly(MemorySegment contents) throws IOException {
        Path file = Files.createTempFile(folder, "gradient", null);
        Files.write(file, contents.toArray(ValueLayout.JAVA_BYTE));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(MapMode.READ_ONLY, 0, contents.byteSize(), shared);
        }
    }

    private FileChannel open(long bytes) throws IOException {
        Path file = Files.createTempFile(folder, "values", null);
        Files.write(file, new byte[(int) bytes]);
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
}
