package io.radam.paper;

import java.util.List;

/**
 * A figure's part of the report.
 *
 * @param html     charts and tables
 * @param findings what the numbers say, in sentences that are made from them
 */
public record Section(String title, String html, List<String> findings) {
}
