package io.radam.paper.translation;

import io.radam.paper.translation.WordPieces.Counted;
import io.radam.paper.translation.WordPieces.Join;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How often each pair of pieces is in a text. Only words that have a pair are looked at when it is joined. */
final class Pairs {
    private final Map<Join, Integer> counts = new HashMap<>();
    /** The words that have a pair, or had it once, by their places in the text. */
    private final Map<Join, Set<Integer>> words = new HashMap<>();
    private final List<Counted> text;

    Pairs(List<Counted> text) {
        this.text = text;
        for (int word = 0; word < text.size(); word++) {
            count(word, 1);
        }
    }

    private void count(int word, int sign) {
        List<String> parts = text.get(word).pieces();
        for (int i = 0; i + 1 < parts.size(); i++) {
            Join join = new Join(parts.get(i), parts.get(i + 1));
            counts.merge(join, sign * text.get(word).count(), (a, b) -> a + b == 0 ? null : a + b);
            words.computeIfAbsent(join, _ -> new HashSet<>()).add(word);
        }
    }

    /** The most frequent pair, and the first in order of those that are as frequent. Null if there is none. */
    Join mostFrequent() {
        Join best = null;
        int most = 0;
        for (Map.Entry<Join, Integer> each : counts.entrySet()) {
            int count = each.getValue();
            if (count > most || count == most && each.getKey().compareTo(best) < 0) {
                best = each.getKey();
                most = count;
            }
        }
        return best;
    }

    /** Joins a pair that there is, in all words. */
    void apply(Join join) {
        for (int word : words.remove(join)) {
            count(word, -1);
            join.apply(text.get(word).pieces());
            count(word, 1);
        }
    }
}
