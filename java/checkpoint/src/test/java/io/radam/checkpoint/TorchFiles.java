package io.radam.checkpoint;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.zip.CRC32;

/** Files of PyTorch, real and made by hand. */
final class TorchFiles {
    private TorchFiles() {
    }

    /** One that PyTorch 1.13 has written: {@code torch_files.py}. */
    static Path real(Path folder, String name) throws Exception {
        try (InputStream bytes = TorchFiles.class.getResourceAsStream("/torch/" + name + ".pt")) {
            return Files.write(folder.resolve(name + ".pt"), bytes.readAllBytes());
        }
    }

    /** A pickle, of which each character is a byte. */
    static Path pickled(Path folder, String pickle, Map<String, byte[]> more) throws Exception {
        return zipped(folder, pickle.getBytes(StandardCharsets.ISO_8859_1), more);
    }

    static Path zipped(Path folder, byte[] pickle, Map<String, byte[]> more) throws Exception {
        Path path = folder.resolve("made.pt");
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            StoredZipWriter zip = new StoredZipWriter(channel, "made");
            add(zip, "data.pkl", pickle);
            for (Map.Entry<String, byte[]> entry : more.entrySet()) {
                add(zip, entry.getKey(), entry.getValue());
            }
            add(zip, "version", new byte[] {'3', '\n'});
            zip.finish();
        }
        return path;
    }

    private static void add(StoredZipWriter zip, String name, byte[] bytes) throws Exception {
        zip.add(name, bytes.length, channel -> {
            CRC32 crc = new CRC32();
            crc.update(bytes);
            channel.write(ByteBuffer.wrap(bytes));
            return (int) crc.getValue();
        });
    }
}
