package io.radam.checkpoint;

import io.radam.InvalidParameterException;
import io.radam.InvalidSnapshotException;
import io.radam.Optimizer;
import io.radam.OptimizerStateException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A file of {@code torch.save} that is open for reading.
 *
 * {@snippet :
 * try (TorchFile file = TorchCheckpoint.read(path)) {
 *     Map<?, ?> saved = (Map<?, ?>) file.contents();
 *     System.out.println("epoch " + saved.get("epoch"));
 *     file.restore(TorchCheckpoint.of(optimizer).at("optimizer"));
 * }
 * }
 *
 * <p>The file is mapped, not read into memory: it must not be changed in place while it is open.
 *
 * <p>A file may be used by one thread at a time.
 */
public final class TorchFile implements AutoCloseable {
    /** No pickle is longer that means something: each tensor takes some 100 bytes. */
    static final int LONGEST_PICKLE = 1 << 26;
    private static final int LONGEST_TEXT = 16;
    /** What PyTorch's own reader takes. */
    private static final int NEWEST_VERSION = 10;

    private final StoredZip zip;
    private final Object contents;

    private TorchFile(StoredZip zip, Object contents) {
        this.zip = zip;
        this.contents = contents;
    }

    static TorchFile open(Path path) throws IOException {
        StoredZip zip = new StoredZip(path);
        boolean complete = false;
        try {
            Malformed.require(zip.entry("constants.pkl") == null, "the file is a program of TorchScript");
            requireKnown(zip);
            TorchFile file = new TorchFile(zip, Unpickler.read(zip.read("data.pkl", LONGEST_PICKLE), zip));
            complete = true;
            return file;
        } catch (Malformed e) {
            throw zip.damaged(e);
        } finally {
            if (!complete) {
                zip.close();
            }
        }
    }

    private static void requireKnown(StoredZip zip) throws IOException {
        String version = text(zip, zip.entry("version") != null ? "version" : ".data/version");
        Malformed.require(version.matches("[0-9]{1,2}") && Integer.parseInt(version) <= NEWEST_VERSION,
                "the file's version is " + version + ", known are those up to " + NEWEST_VERSION);
        if (zip.entry("byteorder") != null) { // since PyTorch 2.1
            String order = text(zip, "byteorder");
            Malformed.require(order.equals("little"), "the file's byte order is " + order + ", and not little");
        }
    }

    private static String text(StoredZip zip, String name) throws IOException {
        return new String(zip.read(name, LONGEST_TEXT), StandardCharsets.ISO_8859_1).strip();
    }

    /**
     * What was saved, such as the state of an optimizer or a dict that has it.
     *
     * @return a {@link java.util.Map}, {@link java.util.List}, {@link String}, {@link Long}, {@link Double}, {@link
     *     Boolean}, {@link TorchTensor} or null. Dicts have keys that are strings or longs, lists and tuples of Python
     *     are lists; all are immutable
     */
    public Object contents() {
        return contents;
    }

    /**
     * Reads all tensors, and compares their checksums. {@link #restore} does so with those that it needs.
     *
     * @throws CheckpointFormatException if one differs
     * @throws IOException if the file cannot be read
     */
    public void verify() throws IOException {
        zip.verify(zip.entries(), (done, total) -> { }, TensorWriter.PIECE_BYTES);
    }

    /**
     * Restores an optimizer's settings, step numbers and state.
     *
     * @param checkpoint of the optimizer, which says where in the file its state is
     * @throws CheckpointFormatException if the file has no such state, or a checksum differs; nothing is changed
     * @throws IOException if the file cannot be read; nothing is changed
     * @throws InvalidSnapshotException if the state is of another optimizer than this one, or of other sizes or types;
     *     nothing is changed
     * @throws InvalidParameterException if the current thread may not use the memory of the state; nothing is changed
     * @throws OptimizerStateException if the optimizer is closed or in use; nothing is changed
     * @throws InternalError if the file became shorter since it was checked, or the disk fails; then a part may be
     *     changed
     * @throws UnsupportedOperationException on a big-endian machine; nothing is changed
     */
    public void restore(TorchCheckpoint checkpoint) throws IOException {
        try {
            new TorchRestore(TorchState.in(contents, checkpoint.place()), checkpoint).run(zip);
        } catch (Malformed e) {
            throw zip.damaged(e);
        }
    }

    /**
     * Restores an optimizer from a file that has its state and nothing else.
     *
     * @param optimizer built as the one that was saved
     * @throws IOException as {@link #restore(TorchCheckpoint)}; nothing is changed
     * @throws InvalidSnapshotException as {@link #restore(TorchCheckpoint)}; nothing is changed
     * @throws InvalidParameterException as {@link #restore(TorchCheckpoint)}; nothing is changed
     * @throws OptimizerStateException as {@link #restore(TorchCheckpoint)}; nothing is changed
     */
    public void restore(Optimizer optimizer) throws IOException {
        restore(TorchCheckpoint.of(optimizer));
    }

    /**
     * Closes the file. Closing again does nothing.
     */
    @Override
    public void close() {
        zip.close();
    }
}
