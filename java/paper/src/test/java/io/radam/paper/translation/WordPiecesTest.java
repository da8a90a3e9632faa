package io.radam.paper.translation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WordPiecesTest {
    /** Four special pieces, and the characters in order: the mark of a space is behind all letters. */
    private static final int CHARACTERS = 4;

    @Test
    void theMostFrequentPairIsJoinedFirst() {
        // ab four times, bc three times.
        WordPieces pieces = new WordPieces(List.of("abc abc ab", "xbc xab"), CHARACTERS + 5 + 2);
        int a = CHARACTERS;
        int ab = CHARACTERS + 5;
        int c = CHARACTERS + 2;
        int space = CHARACTERS + 4;
        assertArrayEquals(new int[] {ab + 1, c}, pieces.encode("abc"), "then the space before it");
        assertArrayEquals(new int[] {space, a}, pieces.encode("a"));
        assertEquals(CHARACTERS + 7, pieces.size());
    }

    @Test
    void ofPairsThatAreAsFrequentTheFirstInOrderIsJoined() {
        WordPieces pieces = new WordPieces(List.of("ba"), CHARACTERS + 3 + 1);
        // "ba" comes before the pair of the space's mark and b.
        assertArrayEquals(new int[] {CHARACTERS + 2, CHARACTERS + 3}, pieces.encode("ba"));
    }

    @Test
    void joiningEndsWhereNoPairIsLeft() {
        WordPieces pieces = new WordPieces(List.of("aaa"), 100);
        assertEquals(1, pieces.encode("aaa").length);
        assertTrue(pieces.size() < 100);
    }

    @Test
    void aCharacterThatIsNotInTheTextIsUnknown() {
        WordPieces pieces = new WordPieces(List.of("aa"), 7);
        int space = CHARACTERS + 1;
        assertArrayEquals(new int[] {space, WordPieces.UNKNOWN}, pieces.encode("z"));
    }

    @Test
    void realTextComesBack() throws IOException {
        Corpus corpus = Corpus.load();
        WordPieces pieces = new WordPieces(corpus.training().stream().limit(2000)
                .flatMap(pair -> Stream.of(pair.spanish(), pair.english())).toList(), 800);
        assertEquals(800, pieces.size());
        for (Corpus.Pair pair : corpus.training().subList(0, 2000)) {
            assertEquals(pair.english(), pieces.decode(pieces.encode(pair.english())));
            assertEquals(pair.spanish(), pieces.decode(pieces.encode(pair.spanish())));
        }
    }
}
