package io.radam.robustness.fuzz;

import java.util.AbstractCollection;
import java.util.Iterator;
import java.util.List;

/** A collection of the user's, which does something of its own while it is gone through. */
final class ActingCollection<T> extends AbstractCollection<T> {
    private final List<T> elements;
    private final int when;
    private final Runnable act;

    /** Acts once, before it says whether there is an element of this number. */
    ActingCollection(List<T> elements, int when, Runnable act) {
        this.elements = elements;
        this.when = when;
        this.act = act;
    }

    @Override
    public Iterator<T> iterator() {
        return new Iterator<>() {
            private int next;
            private boolean hasActed;

            @Override
            public boolean hasNext() {
                if (next == when && !hasActed) {
                    hasActed = true;
                    act.run();
                }
                return next < elements.size();
            }

            @Override
            public T next() {
                return elements.get(next++);
            }
        };
    }

    @Override
    public int size() {
        return elements.size();
    }
}
