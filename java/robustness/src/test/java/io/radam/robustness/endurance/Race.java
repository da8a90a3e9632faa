package io.radam.robustness.endurance;

import io.radam.OptimizerStateException;
import java.util.SplittableRandom;

/** Two threads that do something at the same moment, again and again. */
abstract class Race {
    private static final int SPINS = 2000;
    /** Each thread waits up to so many spins more, so that each comes first at times, and each at all moments. */
    private static final int JITTER = 64;

    private volatile long here;
    private volatile long there;
    private volatile Throwable failure;

    /** Before each race. */
    abstract void prepare();

    /** What the one thread does. */
    abstract void first();

    /** What the other does meanwhile. */
    abstract void second();

    /** After each race: fails unless the outcome is allowed. */
    abstract void check();

    /** Runs so many races. */
    final void run(long races) throws InterruptedException {
        Thread other = Thread.ofPlatform().daemon().start(() -> runSecond(races));
        SplittableRandom random = new SplittableRandom(1);
        try {
            for (long i = 1; i <= races && failure == null; i++) {
                prepare();
                here = 2 * i - 1;
                awaitThere(2 * i - 1);
                spin(random);
                first();
                here = 2 * i;
                awaitThere(2 * i);
                check();
            }
        } catch (Throwable e) {
            fail(e);
        }
        other.join();
        if (failure != null) {
            throw new AssertionError("in race " + here / 2, failure);
        }
    }

    private void runSecond(long races) {
        SplittableRandom random = new SplittableRandom(2);
        try {
            for (long i = 1; i <= races && failure == null; i++) {
                there = 2 * i - 1;
                awaitHere(2 * i - 1);
                spin(random);
                second();
                there = 2 * i;
                awaitHere(2 * i);
            }
        } catch (Throwable e) {
            fail(e);
        }
    }

    private synchronized void fail(Throwable e) {
        if (failure == null) {
            failure = e;
        }
    }

    private void awaitThere(long number) {
        for (int spins = 0; there < number; spins++) {
            pause(spins);
        }
    }

    private void awaitHere(long number) {
        for (int spins = 0; here < number; spins++) {
            pause(spins);
        }
    }

    private void pause(int spins) {
        if (failure != null) {
            throw new IllegalStateException("the other thread has failed");
        }
        if (spins < SPINS) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }

    private static void spin(SplittableRandom random) {
        for (int i = random.nextInt(JITTER); i > 0; i--) {
            Thread.onSpinWait();
        }
    }

    /** Whether a call is made. False if it is refused because another one uses the optimizer. */
    static boolean isMade(Runnable call) {
        try {
            call.run();
            return true;
        } catch (OptimizerStateException e) {
            if (e.getMessage().contains("another call")) {
                return false;
            }
            throw e;
        }
    }

    static void require(boolean condition, String message) {
        if (!condition) {
            throw new AssertionError(message);
        }
    }
}
