package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What properties and variables say, and what is wrong with them. */
class SocketSettingsTest {
    @AfterEach
    void forget() {
        System.clearProperty(SocketSettings.RANK);
        System.clearProperty(SocketSettings.SIZE);
        System.clearProperty(SocketSettings.TIMEOUT);
    }

    @Test
    void propertiesComeBeforeVariables() {
        SocketSettings settings = new SocketSettings(Map.of("JOB_COMPLETION_INDEX", "3"));
        assertEquals(3, settings.number(SocketSettings.RANK));
        settings = new SocketSettings(Map.of("RADAM_SOCKETS_RANK", " 2 ", "JOB_COMPLETION_INDEX", "3"));
        assertEquals(2, settings.number(SocketSettings.RANK));
        System.setProperty(SocketSettings.RANK, "1");
        assertEquals(1, settings.number(SocketSettings.RANK));
        System.setProperty(SocketSettings.RANK, "");
        assertEquals(2, settings.number(SocketSettings.RANK));
    }

    @Test
    void oneRankNeedsItsNumberAlone() {
        System.setProperty(SocketSettings.SIZE, "1");
        System.setProperty(SocketSettings.RANK, "0");
        try (Collectives alone = Collectives.open()) {
            assertEquals("SocketCollectives[rank 0 of 1]", alone.toString());
            alone.barrier();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "two | 0 | PT1S | radam.sockets.size is a whole number, unlike two",
        "2 | zero | PT1S | radam.sockets.rank is a whole number, unlike zero",
        "2 | | PT1S | neither the system property radam.sockets.rank is set, nor RADAM_SOCKETS_RANK or "
                + "JOB_COMPLETION_INDEX in the environment",
        "2 | 0 | PT1S | neither the system property radam.sockets.address is set, nor RADAM_SOCKETS_ADDRESS in the "
                + "environment",
        "1 | 0 | 90 | radam.sockets.timeout is a duration such as PT90S or PT30M, unlike 90",
        "1 | 1 | PT1S | there are 1 ranks, of which this is to be 1"})
    void wrongSettingsAreNamed(String size, String rank, String timeout, String message) {
        System.setProperty(SocketSettings.SIZE, size);
        System.setProperty(SocketSettings.RANK, rank == null ? "" : rank);
        System.setProperty(SocketSettings.TIMEOUT, timeout);
        assertEquals(message, assertThrows(IllegalArgumentException.class, Collectives::open).getMessage());
    }

    @Test
    void whatIsNotSetIsWhatItIsOtherwise() {
        SocketSettings settings = new SocketSettings(Map.of("RADAM_SOCKETS_TIMEOUT", "PT5M"));
        assertEquals(Duration.ofMinutes(5), settings.duration(SocketSettings.TIMEOUT, Duration.ofHours(1)));
        assertEquals(Duration.ofHours(1), new SocketSettings(Map.of()).duration(SocketSettings.TIMEOUT,
                Duration.ofHours(1)));
        assertEquals("none", settings.text(SocketSettings.TOKEN, "none"));
    }
}
