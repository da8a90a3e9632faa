package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pickles and zip files that somebody made by hand. Each character of a pickle is a byte. */
class TorchHostileTest {
    private static final String BEGIN = "\u0080\u0002";
    private static final String REBUILD = "ctorch._utils\n_rebuild_tensor_v2\n";
    private static final String HOOKS = "\u0089ccollections\nOrderedDict\n)R";
    private static final int LARGEST_PICKLE = 1 << 26;

    @TempDir
    Path folder;

    private String version = "3";

    private CheckpointFormatException refused(Path file) {
        return assertThrows(CheckpointFormatException.class, () -> TorchCheckpoint.read(file).close());
    }

    private String refused(String pickle) throws Exception {
        return refused(TorchFiles.pickled(folder, BEGIN + pickle, Map.of("data/0", new byte[8]))).getMessage();
    }

    private static String text(String text) {
        return "X" + integer(text.length()) + text;
    }

    private static String integer(long value) {
        return new String(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt((int) value).array(),
                StandardCharsets.ISO_8859_1);
    }

    private static String large(long value) {
        return "\u008a\u0008" + new String(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array(),
                StandardCharsets.ISO_8859_1);
    }

    private static String storage(String global, String key, String elements) {
        return "(" + text("storage") + "c" + global + text(key) + text("cpu") + elements + "tQ";
    }

    private static String tensor(String offset, String shape, String strides) {
        return REBUILD + "(" + storage("torch\nFloatStorage\n", "0", "K\u0002") + offset + shape + strides + HOOKS
                + "tR.";
    }

    // --------------------------------------------------------------------------------------------------------- names

    /** What a pickle of Python could run. */
    @ParameterizedTest
    @ValueSource(strings = {"posix system", "os system", "nt system", "builtins eval", "builtins exec",
        "__builtin__ getattr", "subprocess Popen", "torch.storage _load_from_bytes", "torch load", "torch._utils "
        + "_rebuild_tensor", "torch._utils _rebuild_sparse_tensor", "numpy.core.multiarray scalar", "torch hub.load",
        "torch ComplexFloatStorage", "torch storage.UntypedStorage", "collections defaultdict", "io.radam Optimizer",
        "torch.FloatStorage ", " ", "torch FloatStorage.__class__"})
    void otherNames(String name) throws Exception {
        String[] parts = name.split(" ", 2);
        String message = refused("c" + parts[0] + "\n" + parts[1] + "\n" + text("ls") + "\u0085R.");
        assertTrue(message.contains("the pickle has " + parts[0] + "." + parts[1] + ", which is none"), message);
    }

    /** Names that are known, where they mean nothing. */
    @ParameterizedTest
    @ValueSource(strings = {
        "ctorch\nFloatStorage\n.",
        "ccollections\nOrderedDict\n.",
        "}X\u0001\u0000\u0000\u0000kctorch\nFloatStorage\ns.",
        "]](ctorch\nSize\netea.",
        "ctorch\nFloatStorage\n)R.",
        "ccollections\nOrderedDict\nK\u0001\u0085R.",
        "ccollections\nOrderedDict\n]R.",
        "ccollections\nCounter\n)R.",
        "ccollections\nCounter\n]\u0085R.",
        "ctorch\nSize\n)R.",
        "ctorch\nSize\nK\u0001\u0085R.",
        "ctorch._utils\n_rebuild_parameter\n(K\u0001\u0089NtR.",
        "ctorch._utils\n_rebuild_tensor_v2\n)R.",
        "ctorch._utils\n_rebuild_tensor_v2\n(NNNNNNtR.",
        "K\u0001)R.",
        "]}b.",
        "K\u0001}b.",
        "K\u0001Q.",
        ")Q."})
    void namesThatMeanNothing(String pickle) throws Exception {
        refused(pickle);
    }

    // ---------------------------------------------------------------------------------------------------------- form

    @ParameterizedTest
    @ValueSource(strings = {
        "", ".", "N", "NN.", "N..", "(N.", "t.", "a.", "]a.", "e.", "](", "s.", "}s.", "}Ns.", "u.", "}(Nu.", "\u0085.",
        "\u0086.", "N\u0086.", "\u0087.", "(N\u0085\u0085a.", "]N", "Ka", "K", "M\u0001", "J\u0001", "G\u0000", "X",
        "X\u0001\u0000\u0000\u0000", "X\u00ff\u00ff\u00ff\u00ff.", "X\u00ff\u00ff\u00ff\u007f.",
        "X\u0001\u0000\u0000\u0000\u00ff.", // no UTF-8
        "\u008a", "\u008a\u0002\u0001", "\u008a\u00ff.", "\u008a\u0009\u0001\u0001\u0001\u0001\u0001\u0001\u0001\u0001"
        + "\u0001.", "c", "cos", "cos\nsystem",
        "q\u0000.", "Nq\u0001.", "Nq\u0000q\u0000.", "Nr\u00ff\u00ff\u00ff\u007f.", "h\u0000.",
        "j\u0000\u0000\u0000\u0000.",
        "Nq\u0000j\u00ff\u00ff\u00ff\u00ff.",
        "]q\u0000h\u0000a.", // a list in itself
        "]q\u0000h\u0000\u0085a.", // in a tuple in itself
        "}q\u0000K\u0001h\u0000s.",
        "]q\u0000]q\u0001h\u0000ah\u0001a.", // each in the other
        "]q\u0000\u0085h\u0000Na0.", // what changes when it is finished
        "}NNs.", "}G\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000Ns.", "})Ns.", "}\u0088Ns.", // keys
        "}K\u0001NsK\u0001Ns.", // a key twice
        ")Na.", "K\u0001K\u0001a.", "]K\u0001K\u0001s.", "}Na.",
        "0.", "N0N.", "N2.", "(1N.", "I1\n.", "F1\n.", "S'a'\n.", "U\u0001a.", "P1\n.", "d.", "l.", "\u0081.", "i.",
        "o.", "\u0082\u0001.", "\u008c\u0001a.", "\u008f.", "\u0090.", "\u0093.", "\u0094.", "\u0095\u0000.",
        "B\u0000\u0000.",
        "\u008b\u0001\u0000\u0000\u0000\u0001."})
    void forms(String pickle) throws Exception {
        refused(pickle);
    }

    @Test
    void otherProtocols() throws Exception {
        for (String begin : List.of("", "N.", "\u0080", "\u0080\u0000N.", "\u0080\u0004N.", "\u0080\u0005N.", "}.")) {
            refused(TorchFiles.pickled(folder, begin, Map.of()));
        }
        try (TorchFile file = TorchCheckpoint.read(TorchFiles.pickled(folder, BEGIN + "K\u0007.", Map.of()))) {
            assertEquals(7L, file.contents());
        }
    }

    // ------------------------------------------------------------------------------------------------------- tensors

    @Test
    void tensors() throws Exception {
        String zero = "K\u0000";
        String one = "K\u0001";
        String two = "K\u0002";
        String minus = "J\u00ff\u00ff\u00ff\u00ff";
        try (TorchFile file = TorchCheckpoint.read(TorchFiles.pickled(folder,
                BEGIN + tensor(zero, two + "\u0085", one + "\u0085"), Map.of("data/0", new byte[8])))) {
            assertEquals("FLOAT32[2]", file.contents().toString());
        }
        refused(tensor(one, two + "\u0085", one + "\u0085"));
        refused(tensor(two, ")", ")"));
        refused(tensor(minus, one + "\u0085", one + "\u0085"));
        refused(tensor(zero, two + "\u0085", two + "\u0085"));
        refused(tensor(one, two + "\u0085", minus + "\u0085"));
        refused(tensor(zero, minus + "\u0085", one + "\u0085"));
        refused(tensor(zero, two + "\u0085", ")"));
        refused(tensor(zero, ")", one + "\u0085"));
        refused(tensor(zero, two, one));
        refused(tensor(zero, "\u0088\u0085", one + "\u0085"));
        refused(tensor("N", two + "\u0085", one + "\u0085"));
        refused(tensor(large(Long.MAX_VALUE), one + "\u0085", one + "\u0085"));
        refused(tensor(zero, large(1L << 62) + large(4) + "\u0086", zero + zero + "\u0086"));
        refused(tensor(zero, two + two + "\u0086", large(Long.MAX_VALUE) + large(Long.MAX_VALUE) + "\u0086"));
        refused(tensor(zero, "(" + one.repeat(65) + "t", "(" + one.repeat(65) + "t"));
        for (String elements : List.of(one, "K\u0003", minus, large(1L << 62), "N")) {
            refused(REBUILD + "(" + storage("torch\nFloatStorage\n", "0", elements) + zero + "))" + HOOKS + "tR.");
        }
        refused(REBUILD + "(" + storage("torch\nDoubleStorage\n", "0", two) + zero + "))" + HOOKS + "tR.");
        refused(REBUILD + "(" + storage("torch\nFloatStorage\n", "1", two) + zero + "))" + HOOKS + "tR.");
        refused(REBUILD + "(" + storage("torch\nFloatStorage\n", "../version", two) + zero + "))" + HOOKS + "tR.");
    }

    /** A tensor may say that it has very many elements, all of them the same one. */
    @Test
    void aTensorLargerThanMemory() throws Exception {
        Path path = TorchFiles.pickled(folder, BEGIN + tensor("K\u0000", large(1L << 50) + "\u0085", "K\u0000\u0085"),
                Map.of("data/0", new byte[8]));
        try (TorchFile file = TorchCheckpoint.read(path)) {
            assertEquals(1L << 50, ((TorchTensor) file.contents()).length());
        }
    }

    // --------------------------------------------------------------------------------------------------------- bombs

    /** Each refused soon, and with no more memory than the tests have. */
    @Test
    void bombs() throws Exception {
        List<String> pickles = new ArrayList<>();
        for (String repeated : List.of("N", "(", "}", "]", ")", "K\u0001\u0085", "]h\u0000")) {
            pickles.add("Nq\u0000" + repeated.repeat(Unpickler.MOST_VALUES + 1) + ".");
        }
        pickles.add("]" + "]a".repeat(Unpickler.MOST_VALUES + 1) + ".");
        StringBuilder remembered = new StringBuilder("N");
        for (int i = 0; i <= Unpickler.MOST_VALUES; i++) {
            remembered.append("r").append(integer(i));
        }
        pickles.add(remembered + ".");
        int deep = 3_000_000;
        pickles.add("]".repeat(deep) + "a".repeat(deep - 1) + ".");
        pickles.add(")" + "\u0085".repeat(deep) + ".");
        // Each list has the one before twice.
        StringBuilder doubled = new StringBuilder("]q\u0000");
        for (int i = 1; i < 60; i++) {
            doubled.append("]q").append((char) i).append("(h").append((char) (i - 1)).append("h")
                    .append((char) (i - 1)).append("e");
        }
        pickles.add(doubled + ".");
        // Copies of a large dict, and of a large shape.
        StringBuilder keys = new StringBuilder("}q\u0000(");
        for (int i = 0; i < 100_000; i++) {
            keys.append("J").append(integer(i)).append("N");
        }
        pickles.add(keys + "u\u0085q\u0001" + "ccollections\nCounter\nh\u0001R".repeat(100_000) + ".");
        pickles.add("](" + "K\u0001".repeat(1_000_000) + "e\u0085q\u0000"
                + "ctorch\nSize\nh\u0000R".repeat(100_000) + ".");
        pickles.add("c" + "a".repeat(LARGEST_PICKLE / 2) + "\nb\n.");
        for (String pickle : pickles) {
            Path file = TorchFiles.pickled(folder, BEGIN + pickle, Map.of());
            assertTimeout(Duration.ofMinutes(1), () -> refused(file));
        }
    }

    /** Of a shape that is remembered, each use is a copy. */
    @Test
    void copiesOfShapesCount() throws Exception {
        String shape = "(" + "K\u0001".repeat(64) + "t\u0085q\u0000";
        Path file = TorchFiles.pickled(folder, BEGIN + "](" + shape + "ctorch\nSize\nh\u0000R".repeat(70_000) + "e.",
                Map.of());
        assertTrue(refused(file).getMessage().contains("more than " + Unpickler.MOST_VALUES));
    }

    @Test
    void aPickleThatIsTooLong() throws Exception {
        Path file = TorchFiles.zipped(folder, new byte[LARGEST_PICKLE + 1], Map.of());
        assertTrue(refused(file).getMessage().contains("more than"));
    }

    // ----------------------------------------------------------------------------------------------------------- zip

    /** A pickle that is valid, in a zip file of which some bytes are set. */
    private Path changed(Map<Integer, Integer> bytesFromEnd) throws Exception {
        Path file = TorchFiles.pickled(folder, BEGIN + "N.", Map.of());
        byte[] bytes = Files.readAllBytes(file);
        bytesFromEnd.forEach((at, value) -> bytes[bytes.length - at] = (byte) (int) value);
        return Files.write(file, bytes);
    }

    @Test
    void directories() throws Exception {
        TorchCheckpoint.read(changed(Map.of())).close();
        refused(changed(Map.of(18, 1))); // disks
        refused(changed(Map.of(12, 3, 14, 3))); // counts
        refused(changed(Map.of(12, 0)));
        refused(changed(Map.of(11, 0xff)));
        refused(changed(Map.of(10, 1))); // size of the directory
        refused(changed(Map.of(7, 0x7f)));
        refused(changed(Map.of(6, 1))); // its begin
        refused(changed(Map.of(3, 0xff)));
        refused(changed(Map.of(2, 1))); // length of the comment
        // Of the last entry, "made/version": attributes of 46 bytes before 12 of the name and 22 of the end.
        int entry = 22 + 12 + 46;
        refused(changed(Map.of(entry - 8, 1))); // encrypted
        refused(changed(Map.of(entry - 10, 8))); // compressed
        refused(changed(Map.of(entry - 24, 3))); // of two sizes
        refused(changed(Map.of(entry - 20, 3, entry - 24, 3))); // beyond the directory, and of another sum
        refused(changed(Map.of(entry - 20, 0xff, entry - 21, 0xff, entry - 22, 0xff, entry - 23, 0xff)));
        refused(changed(Map.of(entry - 42, 0, entry - 43, 0))); // at the place of another
        refused(changed(Map.of(entry - 45, 0xff)));
        refused(changed(Map.of(entry - 30, 4))); // with an additional field
        refused(changed(Map.of(entry - 32, 4))); // with a comment
        refused(changed(Map.of(entry - 28, 200))); // with a longer name
    }

    /** Two entries that lie in each other, as in files that unpack to far more than they are. */
    @Test
    void entriesThatOverlap() throws Exception {
        Path file = TorchFiles.pickled(folder, BEGIN + "N.", Map.of("data/0", new byte[4000]));
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int directory = all.getInt(bytes.length - 6);
        // The first entry gets the size and the sum of all that follows.
        CRC32 crc = new CRC32();
        crc.update(bytes, 64, 2000);
        all.putInt(directory + 16, (int) crc.getValue()).putInt(directory + 20, 2000).putInt(directory + 24, 2000);
        Files.write(file, bytes);
        assertTrue(refused(file).getMessage().contains("overlap"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../data.pkl", "/data.pkl", "a/../data.pkl", "a\\data.pkl", "a//data.pkl", "./data.pkl",
        "a/data\u0000.pkl", "data.pkl", "b/data.pkl"})
    void namesOfEntries(String name) throws Exception {
        refused(javaZip(ZipEntry.STORED, "a/version", name));
    }

    @Test
    void otherZipFiles() throws Exception {
        String message = refused(javaZip(ZipEntry.DEFLATED, "a/version", "a/data.pkl")).getMessage();
        assertTrue(message.contains("is compressed, which PyTorch does not do"), message);
        assertTrue(refused(javaZip(ZipEntry.STORED, "a/version")).getMessage().contains("has no data.pkl"));
        assertTrue(refused(javaZip(ZipEntry.STORED, "a/data.pkl")).getMessage().contains("version"));
        assertTrue(refused(javaZip(ZipEntry.STORED, "a/data.pkl", "a/version", "a/constants.pkl")).getMessage()
                .contains("TorchScript"));
        assertTrue(refused(javaZip(ZipEntry.STORED, "a/data.pkl", "a/version", "a/byteorder")).getMessage()
                .contains("byte order"));
    }

    private Path javaZip(int method, String... names) throws Exception {
        Path file = folder.resolve("zip");
        try (OutputStream out = Files.newOutputStream(file); ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String name : names) {
                String text = name.endsWith("version") ? version : name.endsWith("byteorder") ? "big" : BEGIN + "N.";
                byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
                ZipEntry entry = new ZipEntry(name);
                entry.setMethod(method);
                entry.setSize(bytes.length);
                CRC32 crc = new CRC32();
                crc.update(bytes);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(bytes);
                zip.closeEntry();
            }
        }
        return file;
    }

    @Test
    void versions() throws Exception {
        for (String known : List.of("2", "3\n", "10")) {
            version = known;
            TorchCheckpoint.read(javaZip(ZipEntry.STORED, "a/version", "a/data.pkl")).close();
        }
        for (String unknown : List.of("", "11", "999", "-1", "three", "3.0")) {
            version = unknown;
            refused(javaZip(ZipEntry.STORED, "a/version", "a/data.pkl"));
        }
    }

    @Test
    void byteOrders() throws Exception {
        for (String order : List.of("", "big", "LITTLE", "a text that is longer than any byte order")) {
            refused(TorchFiles.pickled(folder, BEGIN + "N.",
                    Map.of("byteorder", order.getBytes(StandardCharsets.US_ASCII))));
        }
    }
}
