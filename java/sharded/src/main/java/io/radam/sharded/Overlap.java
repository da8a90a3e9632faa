package io.radam.sharded;

import java.util.function.IntConsumer;

/**
 * The gradients of a step that are announced before it. A thread exchanges them by buckets, while others are computed:
 * the last bucket first, since gradients are computed from the last layer on, and one after the other, so that the
 * order is the same on all ranks, in whichever order each announces them.
 */
final class Overlap {
    private final ShardLayout layout;
    private final Thread thread;
    private final boolean[] announced;
    /** The gradients of each bucket that are not announced yet. */
    private final int[] missing;
    /** The bucket that is exchanged next. */
    private int next;
    private boolean ending;
    // Of the thread; read once it has ended.
    private boolean agreed;
    private Throwable failure;

    /**
     * Begins.
     *
     * @param bound     which parameters have gradients
     * @param agreement is called first, by the thread
     * @param exchange  is called for buckets, by the thread
     */
    Overlap(ShardLayout layout, boolean[] bound, Runnable agreement, IntConsumer exchange) {
        this.layout = layout;
        announced = new boolean[bound.length];
        missing = new int[layout.buckets()];
        for (int i = 0; i < bound.length; i++) {
            missing[layout.bucketOf(i)] += bound[i] ? 1 : 0;
        }
        next = missing.length - 1;
        thread = Thread.ofPlatform().daemon().name("radam-sharded").start(() -> {
            try {
                agreement.run();
                agreed = true;
                for (int bucket = take(); bucket >= 0; bucket = take()) {
                    exchange.accept(bucket);
                }
            } catch (Throwable e) {
                failure = e;
            }
        });
    }

    /** Waits for the gradients of the next bucket. Returns -1 once the rest is for others. */
    private synchronized int take() {
        while (!ending && (next < 0 || missing[next] > 0)) {
            try {
                wait();
            } catch (InterruptedException e) {
                return -1; // nobody interrupts this thread but to end it
            }
        }
        return ending ? -1 : next--;
    }

    synchronized boolean isAnnounced(int parameter) {
        return announced[parameter];
    }

    /** Announces a gradient that was not announced before. */
    synchronized void announce(int parameter) {
        announced[parameter] = true;
        missing[layout.bucketOf(parameter)]--;
        notifyAll();
    }

    /** Ends the thread, once it has exchanged the bucket at which it is. If the caller is interrupted, so is that. */
    void end() {
        synchronized (this) {
            ending = true;
            notifyAll();
        }
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                thread.interrupt();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the thread, and an exchange in which it waits. */
    void abandon() {
        thread.interrupt();
        end();
    }

    /** Of what has ended, why it has failed; null if it has not. */
    Throwable failure() {
        return failure;
    }

    /** Of what has ended, whether gradients may have been exchanged. */
    boolean hasAgreed() {
        return agreed;
    }

    /** Of what has ended, the last bucket that is left to exchange; -1 if none is. */
    int left() {
        return next;
    }
}
