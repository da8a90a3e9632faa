package io.radam.bench.report;

import java.util.Locale;

/** Numbers as the terminal and the report show them, the same in every locale. */
final class Text {
    private static final int K = 1000;

    private Text() {
    }

    static String count(int number) {
        return format("%,d", number);
    }

    /** 1,000 is 1 K and 1,000,000 is 1 M. */
    static String decade(double number) {
        long rounded = Math.round(number);
        if (rounded >= K * K) {
            return rounded / (K * K) + " M";
        }
        return rounded >= K ? rounded / K + " K" : String.valueOf(rounded);
    }

    /** Millions per second. */
    static String millions(double perSecond) {
        return significant(perSecond / 1e6);
    }

    static String ratio(double ratio) {
        return Double.isNaN(ratio) ? "" : format("%.2f", ratio);
    }

    static String percent(double share) {
        return format("%.0f %%", 100 * share);
    }

    static String time(double nanos) {
        if (nanos < 1e3) {
            return significant(nanos) + " ns";
        }
        return nanos < 1e6 ? significant(nanos / 1e3) + " us" : significant(nanos / 1e6) + " ms";
    }

    /** Three digits at least, and no exponent. */
    static String significant(double number) {
        return format(number >= 100 ? "%,.0f" : number >= 10 ? "%.1f" : "%.2f", number);
    }

    static String threads(int threads) {
        return threads == 1 ? "1 thread" : threads + " threads";
    }

    static String format(String pattern, Object... arguments) {
        return String.format(Locale.ROOT, pattern, arguments);
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
