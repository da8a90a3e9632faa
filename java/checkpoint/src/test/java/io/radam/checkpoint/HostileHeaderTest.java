package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.ByteArrayOutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers that somebody made by hand. {@code T} stands for a tensor's dtype and shape of 4 bytes. */
class HostileHeaderTest {
    /** What takes quadratic time takes longer. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private static final String T = "'dtype':'F32','shape':[1]";

    @TempDir
    Path folder;

    private Path file(byte[] header, int dataBytes) throws Exception {
        return file(header.length, header, dataBytes);
    }

    private Path file(long headerLength, byte[] header, int dataBytes) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(headerLength).array());
        bytes.writeBytes(header);
        bytes.writeBytes(new byte[dataBytes]);
        return Files.write(folder.resolve("hostile"), bytes.toByteArray());
    }

    private static byte[] json(String text) {
        return text.replace("T", T).replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    /** Each with eight bytes of data. */
    @ParameterizedTest
    @ValueSource(strings = {
        "",
        " ",
        "[]",
        "null",
        " {'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8]}}", // has to begin with {
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8]}",
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8]}}}",
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8]}} {}",
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8]},}",
        "{'a':{T,'data_offsets':[0,4],},'b':{T,'data_offsets':[4,8]}}",
        "{'a':{T,'data_offsets':[0,4]};'b':{T,'data_offsets':[4,8]}}",
        "{'a':{T,'data_offsets':[0,4]},b:{T,'data_offsets':[4,8]}}",
        "{'a':{T,'data_offsets':[0,4]},/**/'b':{T,'data_offsets':[4,8]}}",
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8]}}\u0000",
        // The same name twice, also where one is escaped.
        "{'a':{T,'data_offsets':[0,4]},'a':{T,'data_offsets':[4,8]}}",
        "{'a':{T,'data_offsets':[0,4]},'\\u0061':{T,'data_offsets':[4,8]}}",
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8],'dtype':'F32'}}",
        "{'__metadata__':{},'__metadata__':{},'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8]}}",
        "{'__metadata__':{'x':'1','x':'1'},'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8]}}",
        // Texts that are none.
        "{'__metadata__':{'x':1},'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8]}}",
        "{'__metadata__':{'x':null},'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8]}}",
        "{'__metadata__':{'x':{}},'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8]}}",
        "{'__metadata__':[],'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8]}}",
        "{'__metadata__':null,'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8]}}",
        "{'\\ud800':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8]}}",
        "{'a\n':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8]}}",
        "{'\\x':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8]}}",
        // Gaps, overlaps, bytes that belong to none, more bytes than there are.
        "{'a':{T,'data_offsets':[0,4]}}",
        "{'a':{T,'data_offsets':[4,8]}}",
        "{}",
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[0,4]}}",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{T,'data_offsets':[4,8]}}",
        "{'a':{T,'data_offsets':[0,4]},'b':{'dtype':'U8','shape':[3],'data_offsets':[5,8]}}",
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[8,12]}}",
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8]},'c':{T,'data_offsets':[8,12]}}",
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[8,4]}}",
        "{'a':{T,'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[0],'data_offsets':[9,9]}}",
        // Sizes that are not those of the bytes.
        "{'a':{T,'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':[],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':[0],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'U8','shape':[2,2],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':[4611686018427387906],'data_offsets':[0,8]}}", // 4 times it is 8 in 64 bits
        "{'a':{'dtype':'U8','shape':[8589934592,2147483648,8],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':[4611686018427387904,4611686018427387904,0],'data_offsets':[0,0]},"
                + "'b':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
        // Numbers that are no integers, or not of 63 bits.
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8.0]}}",
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8e0]}}",
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,08]}}",
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,+8]}}",
        "{'a':{T,'data_offsets':[-0,4]},'b':{T,'data_offsets':[4,8]}}",
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,'8']}}",
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,0x8]}}",
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,NaN]}}",
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,true]}}",
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[-4,8]}}",
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,-8]}}",
        "{'a':{'dtype':'F32','shape':[-1,-2],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':[1.5],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':[2e0],'data_offsets':[0,8]}}",
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,18446744073709551624]}}",
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,9223372036854775807]}}",
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,9223372036854775808]}}",
        // Tensors that lack something, or have more.
        "{'a':{T},'b':{T,'data_offsets':[4,8]}}",
        "{'a':{'dtype':'F32','data_offsets':[0,4]},'b':{T,'data_offsets':[4,8]}}",
        "{'a':{'shape':[1],'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8]}}",
        "{'a':{T,'data_offsets':[0]},'b':{T,'data_offsets':[4,8]}}",
        "{'a':{T,'data_offsets':[0,4,8]},'b':{T,'data_offsets':[4,8]}}",
        "{'a':{T,'data_offsets':[]},'b':{T,'data_offsets':[4,8]}}",
        "{'a':{T,'data_offsets':{}},'b':{T,'data_offsets':[4,8]}}",
        "{'a':{T,'data_offsets':[0,[4]]},'b':{T,'data_offsets':[4,8]}}",
        "{'a':{T,'data_offsets':[0,4],'more':1},'b':{T,'data_offsets':[4,8]}}",
        "{'a':[],'b':{T,'data_offsets':[4,8]}}",
        "{'a':7,'b':{T,'data_offsets':[4,8]}}",
        "{'a':{'dtype':'F33','shape':[2],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'f32','shape':[2],'data_offsets':[0,8]}}",
        "{'a':{'dtype':4,'shape':[2],'data_offsets':[0,8]}}",
        "{'a':{'dtype':null,'shape':[2],'data_offsets':[0,8]}}",
        "{'a':{'dtype':'F32','shape':2,'data_offsets':[0,8]}}",
        // Good as a file of tensors, but no checkpoint.
        "{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8]}}",
    })
    void isRefused(String header) throws Exception {
        Path file = file(json(header), 8);
        CheckpointFormatException e = assertThrows(CheckpointFormatException.class, () -> Checkpoint.read(file));
        assertEquals(file + ": " + e.reason(), e.getMessage());
    }

    /** What those above are variations of. */
    @Test
    void aGoodFileOfTensors() throws Exception {
        for (String header : List.of("{'a':{T,'data_offsets':[0,4]},'b':{T,'data_offsets':[4,8]}}",
                "{'b':{T,'data_offsets':[4,8]},'a':{T,'data_offsets':[0,4]}} \n ",
                "{'a':{'dtype':'F32','shape':[2,1,1],'data_offsets':[0,8]},'__metadata__':{'x':'😀\\ud83d\\ude00'}}",
                "{'z':{'dtype':'F32','shape':[0],'data_offsets':[8,8]},'a':{T,'data_offsets':[0,4]},"
                        + "'e':{'dtype':'F32','shape':[7,0],'data_offsets':[4,4]},"
                        + "'s':{'dtype':'F32','shape':[],'data_offsets':[4,8]}}")) {
            try (TensorFile file = new TensorFile(file(json(header), 8))) {
                assertEquals(8, file.tensors().values().stream().mapToLong(t -> t.bytes().byteSize()).sum());
            }
        }
        try (TensorFile file = new TensorFile(file(json("{}"), 0))) {
            assertEquals(0, file.tensors().size());
        }
    }

    @Test
    void bytesThatAreNoUtf8() throws Exception {
        for (byte[] wrong : new byte[][] {{(byte) 0xff}, {(byte) 0xc0, (byte) 0x80},
                {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, {(byte) 0xe2, (byte) 0x82}}) {
            ByteArrayOutputStream header = new ByteArrayOutputStream();
            header.writeBytes(json("{'__metadata__':{'x':'"));
            header.writeBytes(wrong);
            header.writeBytes(json("'}}"));
            Path file = file(header.toByteArray(), 0);
            assertThrows(CheckpointFormatException.class, () -> Checkpoint.read(file));
        }
    }

    @Test
    void lengthsOfTheHeader() throws Exception {
        for (long length : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, 1L << 40, 100_000_001, 3, 1}) {
            Path file = file(length, json("{}"), 0);
            assertThrows(CheckpointFormatException.class, () -> Checkpoint.read(file), "" + length);
        }
    }

    /** A header of the longest kind allocates no more than the file has, and one that is longer nothing. */
    @Test
    void aLongHeaderOfNothing() throws Exception {
        Path file = folder.resolve("sparse");
        for (long length : new long[] {Header.LARGEST, Header.LARGEST + 1L}) {
            try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
                out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
                out.write('{');
                out.setLength(8 + length);
            }
            assertTimeout(LIMIT,
                    () -> assertThrows(CheckpointFormatException.class, () -> Checkpoint.read(file)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'a':", "[", "{'a':{'dtype':'F32','shape':[", "{'a':{'dtype':", "{'__metadata__':{'x':"})
    void deepNesting(String opening) throws Exception {
        Path file = file(json("{'a':{'shape':" + opening.repeat(200_000)), 0);
        assertThrows(CheckpointFormatException.class, () -> Checkpoint.read(file));
    }

    @Test
    void veryManyEntries() throws Exception {
        String keys = IntStream.rangeClosed(0, Json.MOST_ENTRIES).mapToObj(i -> "'" + i + "':''")
                .collect(Collectors.joining(","));
        String strings = "\\'\\',".repeat(Json.MOST_ENTRIES) + "\\'\\'";
        for (String texts : List.of(keys, "'format':'radam','version':'1','algorithm':'adam','seed':'0',"
                + "'learning_rate_factor':'1.0','next_random_index':'0','parameters':'{}','param_groups':'[{\\'params\\':[" + strings + "]}]'")) {
            Path file = file(json("{'__metadata__':{" + texts + "}}"), 0);
            CheckpointFormatException e = assertTimeout(LIMIT,
                    () -> assertThrows(CheckpointFormatException.class, () -> Checkpoint.read(file)));
            assertEquals("an object or array has more entries than " + Json.MOST_ENTRIES, e.reason());
        }
    }

    @Test
    void longNumbersAndNames() throws Exception {
        String digits = "1".repeat(10_000_000);
        for (String header : List.of("{'a':{T,'data_offsets':[0," + digits + "]}}",
                "{'a':{'dtype':'F32','shape':[" + digits + "],'data_offsets':[0,4]}}",
                "{'" + digits + "':{T,'data_offsets':[0,5]}}",
                "{'a':{'dtype':'F32','shape':[" + "1,".repeat(1_000_000) + "1],'data_offsets':[0,4]}}")) {
            Path file = file(json(header), 4);
            CheckpointFormatException e = assertTimeout(LIMIT,
                    () -> assertThrows(CheckpointFormatException.class, () -> Checkpoint.read(file)));
            assertEquals(true, e.getMessage().length() < 1500, "a short message");
        }
    }
}
