package io.radam.checkpoint;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** CRC-32C in eight digits. */
final class Checksum {
    /** In place of one that is not known yet: as long, so that what comes after stays where it is. */
    static final String UNKNOWN = "00000000";
    /** The name of the header's own. */
    static final String KEY = "crc32c";
    /** How the names of those of tensors begin. */
    static final String PREFIX = KEY + ".";
    /** How a header begins that has one. */
    private static final byte[] START = ("{\"__metadata__\":{\"" + KEY + "\":\"").getBytes(StandardCharsets.US_ASCII);

    private Checksum() {
    }

    static String text(CRC32C crc) {
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    /** That of a header, in which its own is {@link #UNKNOWN}. */
    static String ofHeader(byte[] header) {
        CRC32C crc = new CRC32C();
        int end = START.length + UNKNOWN.length();
        crc.update(header, 0, START.length);
        crc.update(UNKNOWN.getBytes(StandardCharsets.US_ASCII));
        crc.update(header, end, header.length - end);
        return text(crc);
    }

    /** Whether a header has its checksum where {@link #ofHeader} takes it to be. */
    static boolean isInPlace(byte[] header) {
        return header.length >= START.length + UNKNOWN.length()
                && Arrays.equals(header, 0, START.length, START, 0, START.length);
    }
}
