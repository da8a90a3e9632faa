package io.radam.paper.translation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CorpusTest {
    @Test
    void wholeBooksAreHeldOut() throws IOException {
        Corpus corpus = Corpus.load();
        assertEquals(17_042, corpus.training().size() + corpus.heldOut().size());
        assertEquals(575 + 99 + 270 + 72, corpus.heldOut().size());
        assertFalse(corpus.training().stream().anyMatch(corpus.heldOut()::contains));
        assertEquals("In the beginning, God created the heavens and the earth.",
                corpus.training().getFirst().english());
    }

    /** Jaccard's index of the words, in lower case. */
    @Test
    void fewHeldOutVersesHaveSevenTenthsOfTheirWordsInCommonWithOneToTrainOn() throws IOException {
        Corpus corpus = Corpus.load();
        List<Set<String>> training = corpus.training().stream().map(CorpusTest::words).toList();
        Map<String, List<Integer>> versesOf = new HashMap<>();
        for (int verse = 0; verse < training.size(); verse++) {
            for (String word : training.get(verse)) {
                versesOf.computeIfAbsent(word, _ -> new ArrayList<>()).add(verse);
            }
        }
        int alike = 0;
        for (Corpus.Pair pair : corpus.heldOut()) {
            Set<String> words = words(pair);
            int[] common = new int[training.size()];
            words.forEach(word -> versesOf.getOrDefault(word, List.of()).forEach(verse -> common[verse]++));
            if (IntStream.range(0, common.length).anyMatch(verse ->
                    10 * common[verse] >= 7 * (words.size() + training.get(verse).size() - common[verse]))) {
                alike++;
            }
        }
        assertEquals(3, alike);
    }

    private static Set<String> words(Corpus.Pair pair) {
        return Pattern.compile("[^\\p{L}\\p{N}]+").splitAsStream(pair.english().toLowerCase(Locale.ROOT))
                .filter(word -> !word.isEmpty()).collect(Collectors.toSet());
    }
}
