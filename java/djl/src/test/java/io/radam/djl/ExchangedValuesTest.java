package io.radam.djl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.djl.ExchangedValues.Exchange;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is exchanged if something fails, and when memory is freed. */
class ExchangedValuesTest {
    /** More than a piece, and no multiple of one. */
    private static final int LENGTH = 5000;

    private final ExchangedValues exchanged = new ExchangedValues();
    private final List<MemorySegment> averages = new ArrayList<>();
    private final float[] first = filled(1);
    private final float[] second = filled(2);

    private static float[] filled(float value) {
        float[] values = new float[LENGTH];
        Arrays.fill(values, value);
        return values;
    }

    private Exchange exchange(String id, float[] values, float average) {
        return new Exchange(id, null, MemorySegment.ofArray(values), to -> {
            averages.add(to);
            to.copyFrom(MemorySegment.ofArray(filled(average)));
        });
    }

    @Test
    void aFailureInTheMiddleChangesNothing() {
        Exchange failing = new Exchange("second", null, MemorySegment.ofArray(second), to -> {
            throw new OutOfMemoryError("no memory for an average");
        });
        assertThrows(OutOfMemoryError.class,
                () -> exchanged.putAverages(List.of(exchange("first", first, 10), failing)));
        assertArrayEquals(filled(1), first);
        assertArrayEquals(filled(2), second);
        assertTrue(exchanged.isEmpty());
        assertFalse(averages.getFirst().scope().isAlive());
    }

    @Test
    void memoryIsFreedOnceAllValuesOfAnExchangeAreBack() {
        exchanged.putAverages(List.of(exchange("first", first, 10), exchange("second", second, 20)));
        assertArrayEquals(filled(10), first);
        assertArrayEquals(filled(20), second);
        putBack("first", first);
        assertArrayEquals(filled(1), first);
        assertTrue(averages.getFirst().scope().isAlive());
        putBack("second", second);
        assertArrayEquals(filled(2), second);
        assertFalse(averages.getFirst().scope().isAlive());
        assertTrue(exchanged.isEmpty());
    }

    private void putBack(String id, float[] values) {
        exchanged.putBack(id, MemorySegment.ofArray(values));
        exchanged.forget(List.of(id));
    }

    /** Also where an optimizer is forgotten: then nothing else frees it. */
    @Test
    void closingFreesAllMemory() {
        exchanged.putAverages(List.of(exchange("first", first, 10)));
        exchanged.putAverages(List.of(exchange("second", second, 20)));
        exchanged.close();
        assertEquals(2, averages.size());
        averages.forEach(average -> assertFalse(average.scope().isAlive()));
        exchanged.close();
    }
}
