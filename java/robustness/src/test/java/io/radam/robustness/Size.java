package io.radam.robustness;

/** How much a test does: little by default, so that all take a few minutes. {@code ci/robustness long} asks for more. */
public final class Size {
    private Size() {
    }

    /** The system property {@code robustness.<name>}, or a default. */
    public static long of(String name, long otherwise) {
        return Long.getLong("robustness." + name, otherwise);
    }
}
