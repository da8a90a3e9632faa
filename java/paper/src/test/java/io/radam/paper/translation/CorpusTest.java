package io.radam.paper.translation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class CorpusTest {
    @Test
    void wholeBooksAreHeldOut() throws IOException {
        Corpus corpus = Corpus.load();
        assertEquals(17_042, corpus.training().size() + corpus.heldOut().size());
        assertEquals(270 + 278 + 99 + 270 + 72, corpus.heldOut().size());
        assertFalse(corpus.training().stream().anyMatch(corpus.heldOut()::contains));
        assertEquals("In the beginning, God created the heavens and the earth.",
                corpus.training().getFirst().english());
    }
}
