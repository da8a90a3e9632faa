package io.radam.sharded;

/** FNV-1a of 64 bits: the same in all processes, and another one where something differs. */
final class Fingerprint {
    private long hash = 0xCBF29CE484222325L;

    Fingerprint add(long number) {
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            hash = (hash ^ (number >>> shift & 0xFF)) * 0x100000001B3L;
        }
        return this;
    }

    Fingerprint add(String text) {
        // The length keeps apart texts that are added one after the other.
        add(text.length());
        for (int i = 0; i < text.length(); i++) {
            add(text.charAt(i));
        }
        return this;
    }

    long value() {
        return hash;
    }

    /** Of a text. */
    static long of(String text) {
        return new Fingerprint().add(text).value();
    }
}
