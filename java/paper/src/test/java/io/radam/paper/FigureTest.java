package io.radam.paper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {
    private static final Setting SHORT = Setting.of("short");

    @Test
    void namesMayHaveBlanks() {
        assertEquals(List.of(Figure.RATES, Figure.VARIANCE), Figure.of(" rates, variance,rates"));
        assertEquals(List.of(Figure.values()), Figure.of(Figure.ALL));
    }

    @Test
    void anUnknownNameSaysWhichThereAre() {
        assertEquals("paper.figures are variance, translation, questions, rates, not rate",
                assertThrows(IllegalArgumentException.class, () -> Figure.of("variance,rate")).getMessage());
    }

    @Test
    void theCommandNamesFiguresUnlessItMakesAll() {
        assertEquals("mvn -B -Ppaper -Dpaper.setting=short", Figure.command(SHORT, Figure.of(Figure.ALL)));
        assertEquals("mvn -B -Ppaper -Dpaper.setting=short -Dpaper.figures=variance,rates",
                Figure.command(SHORT, Figure.of("variance, rates")));
    }
}
