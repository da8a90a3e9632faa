package io.radam.paper;

import io.radam.Backend;
import io.radam.demo.Machine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** All sections in one HTML file that needs no other. Its frame is {@code report.html}. */
final class Report {
    private Report() {
    }

    static void write(Path html, String command, String origin, List<Section> sections, String time)
            throws IOException {
        String frame;
        try (InputStream in = Report.class.getResourceAsStream("report.html")) {
            frame = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Files.writeString(html, frame
                .replace("{{machine}}", Text.escape(Machine.describe()))
                .replace("{{backend}}", Text.escape(Backend.preferred().toString()))
                .replace("{{command}}", command)
                .replace("{{origin}}", origin)
                .replace("{{time}}", time)
                .replace("{{sections}}", sections.stream().map(Report::section).collect(Collectors.joining("\n"))));
    }

    private static String section(Section section) {
        return "<h2>" + Text.escape(section.title()) + "</h2>\n" + section.findings().stream()
                .map(finding -> "<li>" + Text.escape(finding) + "</li>\n")
                .collect(Collectors.joining("", "<ul>\n", "</ul>\n")) + section.html();
    }
}
