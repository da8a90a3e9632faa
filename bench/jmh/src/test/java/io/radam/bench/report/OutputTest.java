package io.radam.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.radam.bench.Point.Suite;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputTest {
    @TempDir
    Path folder;
    private String printed;

    @BeforeEach
    void write() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JsonArray raw = JsonParser.parseString("[{\"benchmark\":\"b\",\"round\":1}]").getAsJsonArray();
        Output.write(folder, Example.results(), raw, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        printed = bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void jsonHasTheTablesAndWhatJmhRecorded() throws IOException {
        JsonObject json = JsonParser.parseString(Files.readString(folder.resolve("results.json"))).getAsJsonObject();
        JsonObject theirs = json.getAsJsonArray("sizes").get(1).getAsJsonObject();
        assertEquals(Example.THEIRS, theirs.get("implementation").getAsString());
        assertEquals(0.5, theirs.get("times_ours").getAsDouble());
        assertFalse(json.getAsJsonArray("calls").get(0).getAsJsonObject().has("times_ours"));
        assertEquals(1, json.getAsJsonArray("jmh").size());
        assertNotNull(json.getAsJsonObject("machine").get("Processor"));
    }

    @Test
    void htmlIsFilledAndEscaped() throws IOException {
        String html = Files.readString(folder.resolve("index.html"));
        assertFalse(html.contains("{{"), "a placeholder was left");
        assertFalse(html.contains("<their"));
        assertTrue(html.contains("<td>&lt;their &quot;x&quot;&gt;</td>"));
        assertTrue(html.contains("<dd>a &amp; b</dd>"));
        assertTrue(html.contains("<tr class=\"ours\"><td>ours *</td>"));
    }

    @Test
    void everyImageOfThePageIsAPicture() throws IOException {
        assertFalse(printed.contains("No charts"), printed);
        Matcher images = Pattern.compile("src=\"([^\"]+)\"").matcher(Files.readString(folder.resolve("index.html")));
        int count = 0;
        while (images.find()) {
            assertTrue(ImageIO.read(folder.resolve(images.group(1)).toFile()).getWidth() > 500, images.group(1));
            count++;
        }
        assertEquals(4, count);
    }

    @Test
    void whatWasNotMeasuredIsLeftOut() throws IOException {
        Results all = Example.results();
        Results models = new Results(all.setting(), 1, all.best(), 2, all.implementations(),
                all.measurements().stream().filter(its -> its.point().suite() == Suite.MODELS).toList());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Output.write(folder, models, new JsonArray(), new PrintStream(bytes, true, StandardCharsets.UTF_8));
        String text = bytes.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("No charts: the suites that they show were not measured."), text);
        assertTrue(text.contains("x framework's"), text);
        assertFalse(text.contains("x ours"), text);
        assertFalse(Files.readString(folder.resolve("index.html")).contains("{{"));
    }

    @Test
    void tableOfSizesComesLastAndIsAligned() {
        assertTrue(printed.contains("""
                implementation  threads  parameters  M param/s  GB/s  one step  x ours  spread

                ours *                2   1,000,000      1,000  28.0   1.00 ms    1.00   100 %
                <their "x">           2   1,000,000        250  7.00   4.00 ms    0.50    50 %
                """), printed);
    }
}
