package io.radam.sharded;

import io.radam.cuda.CudaDevice;
import io.radam.cuda.CudaEvent;
import io.radam.cuda.CudaStream;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * What streams of a GPU still compute of announced gradients. An event is recorded when a gradient is announced, and
 * the stream of the exchange waits for it once its bucket's turn comes: if it waited from the announcement on, it would
 * do so before the exchange of buckets that are complete, since programs queue work long before it is done.
 */
final class GradientEvents {
    private final CudaDevice device;
    private final Arena arena;
    /** One for each parameter; null until it is announced with another stream. */
    private final CudaEvent[] events;
    /** Those of each bucket that are to be waited for. */
    private final List<List<CudaEvent>> ofBuckets = new ArrayList<>();

    /**
     * No events so far.
     *
     * @param device with the stream of the exchange
     * @param arena  owns the events; of any thread
     */
    GradientEvents(CudaDevice device, int parameters, int buckets, Arena arena) {
        this.device = device;
        this.arena = arena;
        events = new CudaEvent[parameters];
        for (int i = 0; i < buckets; i++) {
            ofBuckets.add(new ArrayList<>());
        }
    }

    /**
     * Takes note of what a stream has queued so far, which computes a gradient.
     *
     * @throws io.radam.InvalidParameterException if the stream is of another GPU, closed, or confined to another thread
     */
    synchronized void record(int parameter, int bucket, CudaStream stream) {
        device.withStream(stream); // fails if it is another GPU's
        if (events[parameter] == null) {
            events[parameter] = device.newEvent(arena);
        }
        stream.record(events[parameter]);
        ofBuckets.get(bucket).add(events[parameter]);
    }

    /** Has the stream of the exchange wait for the gradients of a bucket. */
    synchronized void await(int bucket) {
        ofBuckets.get(bucket).forEach(device.stream()::waitFor);
        ofBuckets.get(bucket).clear();
    }
}
