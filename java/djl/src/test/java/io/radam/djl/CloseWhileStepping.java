package io.radam.djl;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.Trainer;
import io.radam.InvalidParameterException;
import io.radam.OptimizerStateException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One thread steps, while another closes what is stepped. A program of its own, because a step in memory that was freed
 * ends the process.
 */
final class CloseWhileStepping {
    static final int ROUNDS = 60;
    /** Whoever closes an optimizer waits for the step. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);
    /** Of a weight of half a million elements, which takes a step longer than threads take to wake up. */
    private static final int UNITS = 8192;

    private final Random random = new Random(1);
    private int stopped;

    private CloseWhileStepping() {
    }

    /** What is closed. */
    enum Thing {
        MODEL, TRAINER, OPTIMIZER, ARRAY, BLOCK, BOTH_ENDS
    }

    /**
     * Closes each thing many times.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) throws InterruptedException {
        for (Thing thing : Thing.values()) {
            CloseWhileStepping trainer = new CloseWhileStepping();
            CloseWhileStepping update = new CloseWhileStepping();
            for (int round = 0; round < ROUNDS; round++) {
                trainer.closeUnderTrainer(thing);
                update.closeUnderUpdate(thing);
            }
            System.out.println(line(thing, trainer.stopped, update.stopped));
        }
    }

    /** What is printed of a thing. */
    static String line(Thing thing, int trainers, int updates) {
        return thing + " stopped " + trainers + " trainers and " + updates + " loops of updates";
    }

    private void closeUnderTrainer(Thing thing) throws InterruptedException {
        RadamOptimizer optimizer = RadamOptimizers.adam().build();
        Model model = Model.newInstance("digits", Device.cpu(), "PyTorch");
        model.setBlock(new SequentialBlock().add(Linear.builder().setUnits(UNITS).build()));
        Trainer trainer = new RadamTrainer(model, Network.config(optimizer));
        Network.initialize(trainer);
        Network.backward(trainer, 0);
        Parameter weight = model.getBlock().getParameters().valueAt(0);
        meanwhile(trainer::step, () -> {
            switch (thing) {
                case MODEL -> model.close();
                case TRAINER -> trainer.close();
                case OPTIMIZER -> optimizer.close();
                case ARRAY -> weight.getArray().close();
                case BLOCK -> model.getBlock().clear();
                case BOTH_ENDS -> {
                    optimizer.close();
                    model.close();
                }
            }
        });
        optimizer.close();
        model.close();
    }

    /** As a trainer of DJL calls, but for what that does with the arrays itself. */
    private void closeUnderUpdate(Thing thing) throws InterruptedException {
        RadamOptimizer optimizer = RadamOptimizers.adam().build();
        NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        NDManager managerOfGradient = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        NDArray weight = manager.ones(new Shape(UNITS, Digits.PIXELS));
        NDArray gradient = managerOfGradient.ones(new Shape(UNITS, Digits.PIXELS));
        weight.setRequiresGradient(true);
        optimizer.update("weight", weight, gradient);
        meanwhile(() -> optimizer.update("weight", weight, gradient), () -> {
            switch (thing) {
                case MODEL, TRAINER, BLOCK -> manager.close();
                case OPTIMIZER -> optimizer.close();
                case ARRAY -> weight.close();
                case BOTH_ENDS -> {
                    manager.close();
                    optimizer.close();
                }
            }
        });
        optimizer.close();
        manager.close();
        managerOfGradient.close();
    }

    /** Closes some time after the first step has begun. */
    private void meanwhile(Runnable step, Runnable close) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<RuntimeException> end = new CompletableFuture<>();
        Thread stepper = Thread.ofPlatform().start(() -> end.complete(steps(step, begun)));
        begun.await();
        long until = System.nanoTime() + random.nextInt(2_000_000);
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
        close.run();
        stepper.join();
        RuntimeException e = end.join();
        if (e instanceof InvalidParameterException || e instanceof OptimizerStateException) {
            stopped++;
        } else if (e != null) {
            throw e;
        }
    }

    /** The exception that ends it; null if none does. */
    private static RuntimeException steps(Runnable step, CountDownLatch begun) {
        begun.countDown();
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < PATIENCE) {
            try {
                step.run();
            } catch (RuntimeException e) {
                return e;
            }
            LockSupport.parkNanos(1); // training does other things in between, and others have their turn
        }
        return null;
    }
}
