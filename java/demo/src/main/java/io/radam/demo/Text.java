package io.radam.demo;

import java.util.Locale;

/** Numbers as the terminal and the report show them, the same in every locale. */
final class Text {

    private Text() {
    }

    static String percent(double fraction) {
        return format("%.1f %%", 100 * fraction);
    }

    static String range(double smallest, double largest) {
        return format("%.1f to %.1f %%", 100 * smallest, 100 * largest);
    }

    static String loss(double loss) {
        return format("%.4f", loss);
    }

    static String seconds(double nanos) {
        return format("%.1f s", nanos / 1e9);
    }

    static String microseconds(double nanos) {
        return format("%.1f us", nanos / 1e3);
    }

    static String address(long address) {
        return format("0x%012x", address);
    }

    static String format(String pattern, Object... arguments) {
        return String.format(Locale.ROOT, pattern, arguments);
    }
}
