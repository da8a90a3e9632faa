package io.radam.paper.translation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A vocabulary of pieces of words, made from text by joining the most frequent pair of pieces again and again: Rico
 * Sennrich, Barry Haddow, Alexandra Birch, "Neural Machine Translation of Rare Words with Subword Units", ACL 2016.
 */
final class WordPieces {
    static final int PAD = 0;
    static final int BEGIN = 1;
    static final int END = 2;
    /** A character that was not in the text. */
    static final int UNKNOWN = 3;
    private static final int SPECIAL = 4;

    /** Before the first piece of a word that follows a space. */
    private static final String SPACE = "\u2581";
    private static final Pattern WORD = Pattern.compile("\\s?(?:\\p{L}+|\\p{N}+|[^\\s\\p{L}\\p{N}])");

    /** Two pieces that are one in the vocabulary. */
    record Join(String left, String right) implements Comparable<Join> {
        @Override
        public int compareTo(Join other) {
            int first = left.compareTo(other.left);
            return first != 0 ? first : right.compareTo(other.right);
        }

        /** Joins them wherever they follow each other. */
        void apply(List<String> parts) {
            for (int i = 0; i + 1 < parts.size(); i++) {
                if (parts.get(i).equals(left) && parts.get(i + 1).equals(right)) {
                    parts.set(i, left + right);
                    parts.remove(i + 1);
                }
            }
        }
    }

    /** A word as its pieces, and how often it is in the text. */
    record Counted(List<String> pieces, int count) {
    }

    private final Map<Join, Integer> ranks = new HashMap<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final List<String> pieces = new ArrayList<>(List.of("", "", "", ""));
    private final Map<String, List<Integer>> cache = new HashMap<>();

    /**
     * Makes a vocabulary.
     *
     * @param size of the vocabulary, with four special pieces and all characters of the text
     */
    WordPieces(List<String> text, int size) {
        Map<String, Integer> counts = new TreeMap<>();
        text.forEach(line -> words(line).forEach(word -> counts.merge(word, 1, Integer::sum)));
        List<Counted> words = new ArrayList<>();
        counts.forEach((word, count) -> words.add(new Counted(characters(word), count)));
        words.stream().flatMap(word -> word.pieces().stream()).distinct().sorted().forEach(this::add);
        Pairs pairs = new Pairs(words);
        for (Join join = pairs.mostFrequent(); join != null && pieces.size() < size; join = pairs.mostFrequent()) {
            ranks.put(join, ranks.size());
            add(join.left() + join.right());
            pairs.apply(join);
        }
    }

    private static List<String> words(String line) {
        return WORD.matcher(" " + line.strip()).results().map(MatchResult::group)
                .map(word -> word.replaceFirst("^\\s", SPACE)).toList();
    }

    private static List<String> characters(String word) {
        return new ArrayList<>(word.codePoints().mapToObj(Character::toString).toList());
    }

    private void add(String piece) {
        ids.put(piece, pieces.size());
        pieces.add(piece);
    }

    int size() {
        return pieces.size();
    }

    /** The pieces of a text, without begin and end. */
    int[] encode(String text) {
        return words(text).stream().flatMap(word -> cache.computeIfAbsent(word, this::encodeWord).stream())
                .mapToInt(Integer::intValue).toArray();
    }

    private List<Integer> encodeWord(String word) {
        List<String> parts = characters(word);
        while (true) {
            Join first = null;
            for (int i = 0; i + 1 < parts.size(); i++) {
                Join join = new Join(parts.get(i), parts.get(i + 1));
                if (ranks.containsKey(join) && (first == null || ranks.get(join) < ranks.get(first))) {
                    first = join;
                }
            }
            if (first == null) {
                return parts.stream().map(part -> ids.getOrDefault(part, UNKNOWN)).toList();
            }
            first.apply(parts);
        }
    }

    /** The text of pieces; special ones have none. */
    String decode(int[] encoded) {
        StringBuilder text = new StringBuilder();
        for (int piece : encoded) {
            text.append(piece < SPECIAL ? "" : pieces.get(piece));
        }
        return text.toString().replace(SPACE, " ").strip();
    }
}
