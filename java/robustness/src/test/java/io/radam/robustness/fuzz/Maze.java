package io.radam.robustness.fuzz;

/** A target in whose end no one comes by chance, to test that the fuzzer is guided by the code that it reaches. */
public final class Maze {
    private Maze() {
    }

    /** Fails for one start of 2^48. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        int reached = 0;
        while (reached < 6 && reached < bytes.length && isOpen(reached, bytes[reached])) {
            reached++;
        }
        if (reached == 6) {
            throw new AssertionError("the end of the maze");
        }
    }

    private static boolean isOpen(int door, byte key) {
        return switch (door) {
            case 0 -> (key ^ 0x5a) == 3;
            case 1 -> key * 5 % 256 == 35;
            case 2 -> (key & 0xff) % 101 == 77;
            case 3 -> (key ^ key << 1) == 21;
            case 4 -> (byte) (key * key) == 81;
            default -> (key & 0xff) == 200;
        };
    }
}
