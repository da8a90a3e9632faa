package io.radam.paper;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Numbers and tables of the report, the same in every locale. */
public final class Text {
    private Text() {
    }

    /** {@code String.format}, in no locale. */
    public static String format(String pattern, Object... arguments) {
        return String.format(Locale.ROOT, pattern, arguments);
    }

    /** Three digits, such as 0.0123 or 1.23e-05. */
    public static String number(double number) {
        double magnitude = Math.abs(number);
        if (magnitude >= 1000) {
            return format("%,.0f", number);
        }
        if (magnitude >= 100) {
            return format("%.0f", number);
        }
        return magnitude < 1e-3 ? format("%.2e", number) : format("%.3g", number);
    }

    /** 0.0001, not 1.0E-4. */
    public static String plain(double number) {
        return new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString();
    }

    /** An HTML table. The first row has the headings. */
    public static String table(List<List<String>> rows) {
        String body = rows.stream().skip(1).map(row -> row(row, "td")).collect(Collectors.joining());
        return "<div class=\"scroll\"><table>" + row(rows.getFirst(), "th") + body + "</table></div>\n";
    }

    private static String row(List<String> cells, String tag) {
        return cells.stream().map(cell -> "<" + tag + ">" + escape(cell) + "</" + tag + ">")
                .collect(Collectors.joining("", "<tr>", "</tr>\n"));
    }

    /** Text within HTML. */
    public static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
