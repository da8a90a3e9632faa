package io.radam.sharded;

import java.util.List;

/** Other ranks cannot be reached, or do not do what this one does. */
public final class CollectivesException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<Integer> ranks;

    /**
     * An exception.
     *
     * @param ranks   those that failed; empty if it is not known which
     * @param message what is wrong
     */
    public CollectivesException(List<Integer> ranks, String message) {
        super(message);
        this.ranks = List.copyOf(ranks);
    }

    /**
     * The ranks that failed.
     *
     * @return in order; empty if it is not known which
     */
    public List<Integer> ranks() {
        return ranks == null ? List.of() : ranks;
    }

    /**
     * How messages name ranks: "rank 2", or "ranks 2 and 3".
     *
     * @param ranks at least one
     * @return the name
     */
    public static String name(List<Integer> ranks) {
        if (ranks.size() == 1) {
            return "rank " + ranks.getFirst();
        }
        return "ranks " + String.join(", ", ranks.subList(0, ranks.size() - 1).stream().map(String::valueOf).toList())
                + " and " + ranks.getLast();
    }
}
