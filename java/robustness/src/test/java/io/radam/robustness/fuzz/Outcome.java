package io.radam.robustness.fuzz;

import java.util.LinkedHashSet;
import java.util.Set;

/** What a call has to do: succeed, unless it must throw one of some exceptions, or may where that is left open. */
final class Outcome {
    private final Set<Class<? extends RuntimeException>> must = new LinkedHashSet<>();
    private final Set<Class<? extends RuntimeException>> may = new LinkedHashSet<>();

    /** It must throw this, or another that it must, if the condition holds. */
    Outcome must(boolean condition, Class<? extends RuntimeException> exception) {
        if (condition) {
            must.add(exception);
        }
        return this;
    }

    /** It may throw this, if the condition holds. */
    Outcome may(boolean condition, Class<? extends RuntimeException> exception) {
        if (condition) {
            may.add(exception);
        }
        return this;
    }

    /** It must throw, or may, what another outcome has too. */
    Outcome and(Outcome other) {
        must.addAll(other.must);
        may.addAll(other.may);
        return this;
    }

    /** It may throw what it must by another outcome, which may not come to pass. */
    Outcome andPerhaps(Outcome other) {
        may.addAll(other.must);
        may.addAll(other.may);
        return this;
    }

    boolean mustFail() {
        return !must.isEmpty();
    }

    boolean mayFail() {
        return !must.isEmpty() || !may.isEmpty();
    }

    /** Whether a call may end so: null if it threw nothing. */
    boolean allows(RuntimeException thrown) {
        return thrown == null ? must.isEmpty() : must.contains(thrown.getClass()) || may.contains(thrown.getClass());
    }

    @Override
    public String toString() {
        return "must throw " + must + ", may throw " + may;
    }
}
