package io.radam.sharded;

import io.radam.Algorithm;
import io.radam.BackendException;
import io.radam.DType;
import io.radam.InvalidHyperparameterException;
import io.radam.InvalidParameterException;
import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.OptimizerStateException;
import io.radam.Parameter;
import io.radam.ParameterGroup;
import io.radam.StepOptions;
import io.radam.StepResult;
import io.radam.cuda.CudaDevice;
import io.radam.cuda.CudaStream;
import io.radam.internal.sharding.DeviceStream;
import io.radam.internal.sharding.Sharding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An optimizer in several processes, each of which has all parameters, its own gradients, and a part of the state. This
 * is stage 1 of ZeRO: Samyam Rajbhandari et al., "ZeRO: Memory Optimizations Toward Training Trillion Parameter
 * Models", SC 2020.
 *
 * {@snippet :
 * try (MpiCollectives collectives = MpiCollectives.open()) {
 *     try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives, RAdam.builder().parameters(model))) {
 *         for (int step = 1; step <= steps; step++) {
 *             backward(); // writes the gradients of this rank's part of the batch
 *             optimizer.step();
 *         }
 *     } catch (Throwable e) {
 *         e.printStackTrace();
 *         collectives.abort(e.toString()); // or the others would wait for this one
 *     }
 * }
 * }
 *
 * <p>A step adds the gradients of all ranks, each element on the rank that has its state, steps these elements there by
 * their mean, and gives the new values to all ranks. All ranks make the same calls in the same order, with the same
 * parameters in the same order, settings and options. Where they differ, all get a {@link RankMismatchException}. Only
 * {@link #gradientReady} is called as each rank wants: gradients go to other ranks from then on, before the step.
 *
 * <p><b>Bits.</b> Gradients are added in float32, in the order of the ranks. The results are those of one {@link
 * Optimizer} with gradients that were added so, and with a loss scale that is multiplied by the number of ranks: for
 * any {@link Collectives}, and also where gradients are clipped by their norm.
 *
 * <p><b>Values.</b> A parameter with a {@linkplain Parameter.Builder#copy copy} has only this brought up to date on all
 * ranks by a step, since the model computes with it. Its values, and the averages and {@linkplain Parameter#lowerHalves
 * lower halves} of all parameters, are up to date in the elements that a rank has. {@link #gather()} gets the rest.
 *
 * <p><b>Failures.</b> If a rank fails, ends or hangs, the others get a {@link CollectivesException} that names it. Up
 * to the exchange of gradients nothing is changed by then. Later, each element is as before or after the step, and
 * state is so too. The optimizer takes no more steps after that: start again from a checkpoint. What fails on all ranks
 * by an exception has changed nothing, and they can go on; unless a group has a {@link io.radam.CustomAlgorithm}, whose
 * rule may fail in the middle, or it is a {@link BackendException}, such as that of a disk that has the state.
 *
 * <p><b>Devices.</b> Parameters, gradients and state may be in memory of a GPU, all of them, where the builder has a
 * {@linkplain OptimizerBuilder#device device} and the collectives are {@link NcclCollectives}. What is queued there is
 * queued in the device's stream; the bits are those of the host. This was tested with emulations of a GPU and of NCCL
 * only.
 *
 * <p>Any thread may use an optimizer, but only one at a time.
 */
public final class ShardedOptimizer implements AutoCloseable {
    /** How many numbers ranks compare that know which gradients a step has. */
    private static final int NUMBERS = 3;
    /** How many more that also know its options and settings. */
    private static final int SETTINGS = 2;

    private final Collectives collectives;
    private final DType wireType;
    private final Agreement agreement;
    private final Arena arena = Arena.ofShared();
    private final Slices slices;
    private final Optimizer optimizer;
    private final ShardExchange exchange;
    /** Null where parameters are in memory of the host. */
    private final GradientEvents events;
    /** What is bound to each parameter; a gradient is null where none is. */
    private final ShardExchange.Elements[] values;
    private final ShardExchange.Elements[] gradients;
    private final SettingsHash settingsHash = new SettingsHash();
    private final AtomicBoolean busy = new AtomicBoolean();
    /** What was announced since the latest step; null if nothing was. */
    private Overlap overlap;
    /** What ranks have failed with in the latest step or other work, by rank. */
    private Map<Integer, String> failures = Map.of();
    /** Why ranks may differ; null if they do not. */
    private String failure;
    /** Why only some ranks have restored a checkpoint; null if all have. */
    private String unrestored;
    private boolean closed;

    private ShardedOptimizer(Collectives collectives, OptimizerBuilder<?, ?> builder, DType wireType,
            long bucketElements) {
        this.collectives = Objects.requireNonNull(collectives, "collectives");
        this.wireType = Objects.requireNonNull(wireType, "wireType");
        agreement = new Agreement(collectives);
        slices = new Slices(collectives, arena, bucketElements);
        Optimizer built = null;
        ShardExchange made = null;
        boolean complete = false;
        try {
            Throwable failed = null;
            List<String> description = List.of();
            long[] numbers = new long[1];
            try {
                if (wireType == DType.FLOAT16) {
                    throw new IllegalArgumentException("gradients go as FLOAT32 or BFLOAT16, not as " + wireType);
                }
                built = ScopedValue.where(Sharding.CURRENT, slices).call(builder::build);
                made = new ShardExchange(collectives, slices.layout, slices.mover, slices.workers);
                if (slices.wholes.stream().anyMatch(
                        whole -> slices.mover.wireType(whole.gradientType(), wireType) != whole.gradientType())) {
                    made.prepareToRound();
                }
                description = Description.lines(built, collectives.size(), wireType, slices);
                numbers[0] = Fingerprint.of(String.join("\n", description));
            } catch (RuntimeException | Error e) {
                failed = e;
            }
            List<String> lines = description;
            agreement.require(failed, numbers, () -> lines);
            optimizer = built;
            exchange = made;
            events = slices.stream == null ? null
                    : new GradientEvents(device(), slices.wholes.size(), slices.layout.buckets(), arena);
            values = new ShardExchange.Elements[slices.wholes.size()];
            gradients = new ShardExchange.Elements[values.length];
            for (int i = 0; i < values.length; i++) {
                Parameter whole = slices.wholes.get(i);
                values[i] = new ShardExchange.Elements(whole.values(), whole.valuesType());
                if (whole.gradient() != null) {
                    gradients[i] = new ShardExchange.Elements(whole.gradient(), whole.gradientType());
                }
            }
            complete = true;
        } finally {
            if (!complete) {
                if (built != null) {
                    built.close();
                }
                arena.close();
            }
        }
    }

    /**
     * Builds this rank's part of an optimizer. All ranks call this. Gradients go to other ranks as they are if they are
     * bfloat16, otherwise as float32.
     *
     * @param collectives how the ranks talk to each other; stays the caller's
     * @param builder     with whole parameters, and not used for anything else; with a device if they are there, and
     *                    then the collectives are {@link NcclCollectives} in the device's stream
     * @return the optimizer, which the caller has to close
     * @throws InvalidParameterException as {@link OptimizerBuilder#build()}; or if a parameter is a slice, has no
     *     elements, brings memory for its state, or gets its update in its gradient
     * @throws InvalidHyperparameterException as {@link OptimizerBuilder#build()}
     * @throws RankMismatchException if ranks differ in algorithm, settings, parameters or the values of these
     * @throws CollectivesException if another rank fails here, or does not come here
     */
    public static ShardedOptimizer of(Collectives collectives, OptimizerBuilder<?, ?> builder) {
        return of(collectives, builder, DType.FLOAT32);
    }

    /**
     * Builds this rank's part of an optimizer whose gradients go to other ranks in a type. All ranks call this.
     *
     * @param collectives as {@link #of(Collectives, OptimizerBuilder)}
     * @param builder     as {@link #of(Collectives, OptimizerBuilder)}
     * @param wireType    float32, or bfloat16 for half of the bytes; gradients are rounded to nearest then, and added
     *                    in float32
     * @return the optimizer
     * @throws IllegalArgumentException if the type is float16
     * @throws InvalidParameterException as {@link #of(Collectives, OptimizerBuilder)}
     * @throws InvalidHyperparameterException as {@link #of(Collectives, OptimizerBuilder)}
     * @throws RankMismatchException as {@link #of(Collectives, OptimizerBuilder)}
     * @throws CollectivesException as {@link #of(Collectives, OptimizerBuilder)}
     */
    public static ShardedOptimizer of(Collectives collectives, OptimizerBuilder<?, ?> builder, DType wireType) {
        return of(collectives, builder, wireType, collectives.size() * ShardExchange.chunk(collectives.size()));
    }

    /** For tests: with buckets of at least that many elements. */
    static ShardedOptimizer of(Collectives collectives, OptimizerBuilder<?, ?> builder, DType wireType,
            long bucketElements) {
        return new ShardedOptimizer(collectives, builder, wireType, bucketElements);
    }

    /** The GPU that has the parameters, with the stream of the steps; null where they are in memory of the host. */
    CudaDevice device() {
        return slices.stream == null ? null : ((NcclCollectives) collectives).device();
    }

    // ------------------------------------------------------------------------------------------------------- binding

    /**
     * Binds a gradient to a parameter, for all steps from now on.
     *
     * @param parameter one that the optimizer was built with
     * @param gradient  as many elements, of its gradient type
     * @throws InvalidParameterException if the gradient does not fit the parameter, or cannot be used by this thread;
     *     nothing is changed
     * @throws OptimizerStateException as {@link #step()}; or if the parameter's gradient was {@linkplain #gradientReady
     *     announced} for this step, or another one was and this parameter has none
     */
    public void bind(Parameter parameter, MemorySegment gradient) {
        enter();
        try {
            int i = slices.numberOf(parameter);
            bind(i, values[i].memory(), gradient);
        } finally {
            leave();
        }
    }

    /**
     * Binds values and a gradient to a parameter, for all steps from now on. Nothing is copied from the old values.
     *
     * @param parameter one that the optimizer was built with
     * @param newValues as many elements, of its type; writable
     * @param gradient  as for {@link #bind(Parameter, MemorySegment)}
     * @throws InvalidParameterException as {@link #bind(Parameter, MemorySegment)}, for both
     * @throws OptimizerStateException as {@link #bind(Parameter, MemorySegment)}
     */
    public void bind(Parameter parameter, MemorySegment newValues, MemorySegment gradient) {
        enter();
        try {
            bind(slices.numberOf(parameter), newValues, gradient);
        } finally {
            leave();
        }
    }

    private void bind(int i, MemorySegment newValues, MemorySegment gradient) {
        if (overlap != null && (gradients[i] == null || overlap.isAnnounced(i))) {
            throw new OptimizerStateException((gradients[i] == null
                    ? "the parameter had no gradient when others were announced: "
                    : "the parameter's gradient was announced, and may be on its way: ") + slices.wholes.get(i));
        }
        Parameter whole = slices.wholes.get(i);
        // Finds what is wrong with the memory of the whole.
        Parameter fitting = Parameter.builder(newValues, gradient).valuesType(whole.valuesType())
                .gradientType(whole.gradientType()).build();
        if (fitting.length() != whole.length()) {
            throw new InvalidParameterException("the lengths differ: values have " + fitting.length()
                    + " elements, the parameter has " + whole.length());
        }
        requireAccessible(newValues, "values");
        requireAccessible(gradient, "gradient");
        if (!slices.isInPlace(newValues) || !slices.isInPlace(gradient)) {
            throw new InvalidParameterException("values and gradients stay " + (slices.stream == null
                    ? "in memory of the host" : "on the device") + ", unlike " + newValues + " or " + gradient);
        }
        optimizer.bind(slices.slices.get(i), slices.part(i, newValues), slices.sums[i]);
        values[i] = new ShardExchange.Elements(newValues, whole.valuesType());
        gradients[i] = new ShardExchange.Elements(gradient, whole.gradientType());
    }

    /**
     * Removes the gradient from a parameter, on all ranks. Steps leave the parameter alone until one is bound again.
     *
     * @param parameter one that the optimizer was built with
     * @throws InvalidParameterException if it is not
     * @throws OptimizerStateException as {@link #step()}; or if gradients were announced
     */
    public void unbind(Parameter parameter) {
        enterBetweenSteps();
        try {
            int i = slices.numberOf(parameter);
            optimizer.unbind(slices.slices.get(i));
            gradients[i] = null;
        } finally {
            leave();
        }
    }

    // --------------------------------------------------------------------------------------------------------- steps

    /**
     * Makes one step of all parameters that have a gradient. All ranks call this.
     *
     * @throws InvalidParameterException if memory of this rank, or the device's stream, cannot be used; nothing is
     *     changed
     * @throws RankMismatchException if ranks differ in settings, step numbers, options, or in which parameters have
     *     gradients; nothing is changed
     * @throws CollectivesException if another rank fails, ends, or does not come here in time
     * @throws OptimizerStateException if the optimizer is closed, another call is using it, an earlier step failed in
     *     the middle, or a checkpoint was restored on some ranks only
     */
    public void step() {
        step(StepOptions.NONE);
    }

    /**
     * Makes one step of all parameters that have a gradient, with options. All ranks call this. Norm and statistics are
     * those of the mean of all ranks' gradients, and are the same on all ranks: a step is clipped or skipped by all of
     * them alike. {@link #slice} is what statistics know a parameter by.
     *
     * @param options the same on all ranks
     * @return as {@link Optimizer#step(StepOptions)}
     * @throws InvalidParameterException as {@link #step()}; or if gradients are to be set to zero, but are read-only
     * @throws InvalidHyperparameterException as {@link Optimizer#step(StepOptions)}
     * @throws RankMismatchException as {@link #step()}
     * @throws CollectivesException as {@link #step()}
     * @throws OptimizerStateException as {@link #step()}
     */
    public StepResult step(StepOptions options) {
        Objects.requireNonNull(options, "options");
        enter();
        try {
            boolean compared = overlap == null && agree("step", options.toString(), () -> requireUsable(options));
            int left = overlap == null ? slices.layout.buckets() - 1 : endOverlap();
            inOneGo(() -> exchangeDownFrom(left));
            if (!compared) {
                // Some ranks have announced gradients, and did not know this then.
                agree("step", options.toString(), () -> requireUsable(options));
            }
            StepOptions ofSum =
                    options.withLossScale(options.lossScale() * collectives.size()).withZeroGradients(false);
            StepResult result = stepSlices(ofSum);
            if (result.applied()) {
                inOneGo(() -> exchange.gather(i -> gradients[i] == null ? null : modelElements(i)));
                if (options.zeroGradients()) {
                    zeroBound();
                }
            }
            return result;
        } finally {
            leave();
        }
    }

    private void exchangeDownFrom(int last) {
        for (int bucket = last; bucket >= 0; bucket--) {
            exchange(bucket, false);
        }
    }

    private void exchange(int bucket, boolean background) {
        if (events != null) {
            events.await(bucket);
        }
        exchange.reduce(bucket, this::gradientToSend, slices.sums, wireType, background);
    }

    /**
     * A gradient; zeros in place of one that this thread cannot read. Once some were announced, others wait for the
     * rest before they can learn that this rank fails.
     */
    private ShardExchange.Elements gradientToSend(int i) {
        ShardExchange.Elements gradient = gradients[i];
        return gradient == null || isAccessible(gradient.memory()) ? gradient
                : ShardExchange.Elements.zeros(gradient.type());
    }

    /** Waits for what is on its way, and returns the last bucket that is left. */
    private int endOverlap() {
        Overlap ended = overlap;
        ended.end();
        overlap = null;
        if (ended.failure() == null) {
            return ended.left();
        }
        if (ended.hasAgreed()) {
            failure = String.valueOf(ended.failure().getMessage());
        }
        awaitAnnounced(ended.failure());
        throw Agreement.exception(ended.failure(), Map.of());
    }

    /** A step that comes after a failed one may be without announcements, of gradients that are computed still. */
    private void awaitAnnounced(Throwable failed) {
        try {
            for (int bucket = 0; events != null && bucket < slices.layout.buckets(); bucket++) {
                events.await(bucket);
            }
        } catch (RuntimeException e) {
            failed.addSuppressed(e);
        }
    }

    /** Steps this rank's elements. If this fails on one rank, it fails on all. */
    private StepResult stepSlices(StepOptions options) {
        StepResult result = null;
        Throwable failed = null;
        try {
            slices.setBound(bound());
            result = ScopedValue.where(Sharding.CURRENT, slices).call(() -> optimizer.step(options));
        } catch (CollectivesException e) {
            failure = e.getMessage();
            throw e;
        } catch (RuntimeException | Error e) {
            failed = e;
        }
        Throwable own = failed;
        try {
            inOneGo(() -> failures = agreement.failures(own));
        } catch (RuntimeException e) {
            // The others may be where this rank has failed to come. What they say of that is not the cause.
            if (own == null) {
                throw e;
            }
            own.addSuppressed(e);
            throw Agreement.exception(own, Map.of());
        }
        if (failures.isEmpty()) {
            return result;
        }
        if (mayDiffer(own) || runsRules()) {
            failure = failures.toString();
        }
        throw Agreement.exception(own, failures);
    }

    /**
     * Whether ranks may differ after failures. What fails on all by an exception has changed nothing, unless a disk
     * that has state has failed.
     */
    private boolean mayDiffer(Throwable own) {
        return failures.size() < collectives.size() || own instanceof Error || own instanceof BackendException;
    }

    /** Whether a step calls rules of the user, which may fail on all ranks in the middle. */
    private boolean runsRules() {
        return optimizer.groups().stream()
                .anyMatch(group -> group.hyperparameters().algorithm().kind() == Algorithm.Kind.CUSTOM);
    }

    /** What the model computes with. */
    private ShardExchange.Elements modelElements(int parameter) {
        Parameter whole = slices.wholes.get(parameter);
        return whole.copy() == null ? values[parameter] : new ShardExchange.Elements(whole.copy(), whole.copyType());
    }

    /**
     * Brings values, lower halves, copies and averages of all parameters up to date on all ranks: before the model is
     * evaluated with its averages, say, or once values were restored. All ranks call this.
     *
     * @throws InvalidParameterException as {@link #step()}
     * @throws RankMismatchException as {@link #step()}
     * @throws CollectivesException as {@link #step()}
     * @throws OptimizerStateException as {@link #step()}; or if gradients were announced
     */
    public void gather() {
        enterBetweenSteps();
        try {
            gatherAll();
        } finally {
            leave();
        }
    }

    private void gatherAll() {
        agree("gather", "", () -> requireUsable(StepOptions.NONE));
        inOneGo(() -> {
            exchange.gather(i -> values[i]);
            exchange.gather(i -> slices.wholes.get(i).copy() == null ? null : modelElements(i));
            exchange.gather(i -> slices.wholes.get(i).lowerHalves() == null ? null
                    : new ShardExchange.Elements(slices.wholes.get(i).lowerHalves(), DType.BFLOAT16));
            exchange.gather(i -> slices.wholes.get(i).average() == null ? null
                    : new ShardExchange.Elements(slices.wholes.get(i).average(), DType.FLOAT32));
        });
    }

    /**
     * Does something on all ranks, such as to write a file, and fails on all if it fails on one.
     *
     * @param call what it is, the same on all ranks
     * @param work is called, with all ranks alike
     * @throws CollectivesException if another rank has failed
     */
    void onAll(String call, Runnable work) {
        enterBetweenSteps();
        try {
            Throwable own = run(call, true, work);
            if (!failures.isEmpty()) {
                throw Agreement.exception(own, failures);
            }
        } finally {
            leave();
        }
    }

    /**
     * Restores on all ranks, and gathers. If only some have restored, all calls but this one are refused until it
     * succeeds.
     *
     * @param work changes everything or, if it throws an exception, nothing
     * @throws CollectivesException if another rank has failed
     */
    void restore(Runnable work) {
        enterAlone();
        requireNothingAnnounced();
        try {
            Throwable own = run("restore", false, work); // ranks may have restored before, or not
            if (failures.isEmpty()) {
                unrestored = "not all values have been gathered";
                gatherAll();
                unrestored = null;
                return;
            }
            if (mayDiffer(own)) {
                unrestored = failures.toString();
            }
            throw Agreement.exception(own, failures);
        } finally {
            leave();
        }
    }

    /** Does something on all ranks, and learns which have failed. Returns why this one has; null if it has not. */
    private Throwable run(String call, boolean alike, Runnable work) {
        agree(call, "", alike, () -> { });
        Throwable own = null;
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            own = e;
        }
        failures = agreement.failures(own);
        return own;
    }

    /** Runs what leaves ranks unlike each other if it fails. */
    private void inOneGo(Runnable work) {
        boolean complete = false;
        try {
            work.run();
            complete = true;
        } catch (RuntimeException e) {
            failure = String.valueOf(e.getMessage());
            throw e;
        } finally {
            if (!complete && failure == null) {
                failure = "an error";
            }
        }
    }

    // ------------------------------------------------------------------------------------------------- announcements

    /**
     * Announces that a gradient of the next step is complete, so that it may go to other ranks while the gradients of
     * other parameters are still being computed. A thread of the optimizer exchanges a bucket of parameters, which are
     * some that follow each other in the order of building, once all of their gradients are announced; the last bucket
     * first. {@link #step(StepOptions)} waits for that, and exchanges the rest. The results are those of a step without
     * announcements, to the bit.
     *
     * <p>Each rank may announce what it wants in the order in which it wants, all gradients, some or none. Build
     * with the parameters in the order in which the model computes with them, or what is announced first waits for what
     * is announced last.
     *
     * <p>From the first announcement to the end of the step:
     * <ul>
     * <li>A gradient that was announced must not be changed. What is sent otherwise may be the old one or the new one,
     *     in each element, and different ones to different ranks. Where gradients are accumulated from several parts of
     *     a batch, announce them with the last one.
     * <li>The {@link Collectives} are this optimizer's: nobody else may call them.
     * <li>Values, options and settings may be changed, and other gradients of parameters that had one may be bound.
     * <li>All calls that exchange or change something are refused but these, {@link #step(StepOptions)},
     *     {@link #bind(Parameter, MemorySegment)} and {@link #close()}, which may leave the collectives failed. Other
     *     ranks learn of it from {@link Collectives#abort}, or by their time-out. The optimizer has to be closed before
     *     the collectives.
     * </ul>
     *
     * <p>If the exchange fails, the step says so. Nothing is changed by then.
     *
     * @param parameter one that the optimizer was built with and that has a gradient, which any thread may access
     * @throws InvalidParameterException if it is not, or has none, or the gradient's memory is closed or confined to a
     *     thread
     * @throws OptimizerStateException as {@link #step()}, or if the gradient was announced before
     */
    public void gradientReady(Parameter parameter) {
        announce(parameter, null);
    }

    /**
     * Announces that all work that computes a gradient of the next step is queued in a stream of the GPU: the same as
     * {@link #gradientReady(Parameter)} once that work is done. An event is recorded in the stream, and the exchange of
     * the gradient's bucket waits for it. So the gradients of other parameters are computed meanwhile, if the stream is
     * another one than {@linkplain OptimizerBuilder#device the device's}, in which all of the exchange is queued.
     *
     * <p>Of a gradient that is announced without a stream, or not at all, the work is queued in the device's stream
     * before, as by a step without announcements. What the step writes is there once what it has queued in the device's
     * stream is done: have the other stream {@linkplain CudaStream#waitFor wait for} an event that is recorded there
     * after the step.
     *
     * @param parameter as {@link #gradientReady(Parameter)}
     * @param stream    of the same GPU as the parameters, for any thread
     * @throws InvalidParameterException as {@link #gradientReady(Parameter)}; or if the stream is of another GPU,
     *     closed, or confined to another thread; or the parameters are in memory of the host
     * @throws OptimizerStateException as {@link #gradientReady(Parameter)}
     * @throws BackendException if CUDA fails; the gradient is not announced
     */
    public void gradientReady(Parameter parameter, CudaStream stream) {
        Objects.requireNonNull(stream, "stream");
        if (events == null) {
            throw new InvalidParameterException("no stream computes a gradient that is in memory of the host: "
                    + parameter);
        }
        announce(parameter, stream);
    }

    /** With the stream that computes the gradient; null if it is there, in the order of the device's stream. */
    private void announce(Parameter parameter, CudaStream stream) {
        enter();
        try {
            int i = slices.numberOf(parameter);
            if (gradients[i] == null) {
                throw new InvalidParameterException("the parameter has no gradient: " + parameter);
            }
            MemorySegment memory = gradients[i].memory();
            if (!(events == null ? ShardExchange.isShareable(memory) : isAccessible(memory))) {
                throw new InvalidParameterException("the gradient's memory is closed, or confined to a thread: "
                        + memory);
            }
            if (overlap != null && overlap.isAnnounced(i)) {
                throw new OptimizerStateException("the gradient was announced before, and may be on its way: "
                        + parameter);
            }
            if (overlap == null) {
                requireRunning();
            }
            if (stream != null) {
                events.record(i, slices.layout.bucketOf(i), stream);
            }
            if (overlap == null) {
                overlap = newOverlap();
            }
            overlap.announce(i);
        } finally {
            leave();
        }
    }

    /** What ranks have to have in common is found here, since the optimizer is not the thread's. */
    private Overlap newOverlap() {
        Present present = present("step");
        return new Overlap(slices.layout, present.bound(), () -> agreement.require(null, present.numbers(true), false,
                new long[SETTINGS], () -> present.lines(slices.wholes)), bucket -> exchange(bucket, true));
    }

    /** Sets all gradients of this rank that are bound to zero, in place. */
    public void zeroGradients() {
        enterBetweenSteps();
        try {
            requireUsable(StepOptions.NONE.withZeroGradients(true));
            zeroBound();
        } finally {
            leave();
        }
    }

    private void zeroBound() {
        for (ShardExchange.Elements gradient : gradients) {
            if (gradient != null) {
                slices.mover.zero(gradient.memory());
            }
        }
    }

    private void requireRunning() {
        if (slices.stream == null) {
            slices.workers.requireRunning();
        } else {
            slices.stream.requireUsable();
        }
    }

    private void requireUsable(StepOptions options) {
        requireRunning();
        for (int i = 0; i < gradients.length; i++) {
            Parameter whole = slices.wholes.get(i);
            requireAccessible(values[i].memory(), "values");
            if (whole.copy() != null) {
                requireAccessible(whole.copy(), "copy");
            }
            if (whole.lowerHalves() != null) {
                requireAccessible(whole.lowerHalves(), "lower halves");
            }
            if (whole.average() != null) {
                requireAccessible(whole.average(), "average");
            }
            if (gradients[i] != null) {
                requireAccessible(gradients[i].memory(), "gradient");
                if (options.zeroGradients() && gradients[i].memory().isReadOnly()) {
                    throw new InvalidParameterException("the gradient is read-only: " + gradients[i].memory());
                }
            }
        }
    }

    private static void requireAccessible(MemorySegment segment, String what) {
        if (!isAccessible(segment)) {
            throw new InvalidParameterException("the memory of the " + what + " is closed, or confined to another "
                    + "thread: " + segment);
        }
    }

    private static boolean isAccessible(MemorySegment segment) {
        return segment.scope().isAlive()
                && (DeviceStream.isDeviceMemory(segment) || segment.isAccessibleBy(Thread.currentThread()));
    }

    // ----------------------------------------------------------------------------------------------------- agreement

    /** Has all ranks fail where one does, or where they are not alike. */
    private boolean agree(String call, String options, Runnable check) {
        return agree(call, options, true, check);
    }

    /**
     * Has all ranks fail where one does, or where they are not alike.
     *
     * @param alike whether settings and step numbers have to be the same
     * @return whether options and settings were compared: not where a rank has announced gradients before it knew them
     */
    private boolean agree(String call, String options, boolean alike, Runnable check) {
        Throwable failed = null;
        long[] numbers = new long[NUMBERS];
        long[] settings = new long[SETTINGS];
        try {
            check.run();
            numbers = present(call).numbers(alike);
            settings = new long[] {Fingerprint.of(options), alike ? settingsHash.of(optimizer) : 0};
        } catch (RuntimeException | Error e) {
            failed = e;
        }
        return agreement.require(failed, numbers, true, settings, () -> {
            List<String> lines = present(call).lines(slices.wholes);
            lines.add("options " + options);
            lines.add("learningRateFactor " + optimizer.learningRateFactor());
            for (ParameterGroup group : optimizer.groups()) {
                lines.add("group " + group.name() + " with " + group.hyperparameters());
            }
            return lines;
        });
    }

    private Present present(String call) {
        return new Present(call, bound(), slices.slices.stream().mapToLong(optimizer::stepCount).toArray());
    }

    private boolean[] bound() {
        boolean[] bound = new boolean[gradients.length];
        for (int i = 0; i < bound.length; i++) {
            bound[i] = gradients[i] != null;
        }
        return bound;
    }

    // ------------------------------------------------------------------------------------------------------- the rest

    /**
     * This rank's part as an optimizer: its groups with their settings, the learning rate factor, step numbers and
     * state. It must not be stepped or given other parameters or gradients. What is set here has to be set on all
     * ranks.
     *
     * @return the optimizer, whose parameters are slices, perhaps empty ones; closed with this one
     */
    public Optimizer optimizer() {
        return optimizer;
    }

    /**
     * What {@link #optimizer()} has of a parameter.
     *
     * @param parameter one that the optimizer was built with
     * @return a slice of it, which is empty where other ranks have all of it
     * @throws InvalidParameterException if the parameter is not this optimizer's
     */
    public Parameter slice(Parameter parameter) {
        return slices.slices.get(slices.numberOf(parameter));
    }

    /**
     * How the ranks talk to each other.
     *
     * @return as given to {@link #of(Collectives, OptimizerBuilder)}
     */
    public Collectives collectives() {
        return collectives;
    }

    /**
     * The bytes of gradients and parameters that this rank has sent to others so far.
     *
     * @return at least 0; a hundred bytes or so more go with each step
     */
    public long sentBytes() {
        return exchange.sentBytes();
    }

    /**
     * Frees this rank's state. The collectives stay open. Closing again does nothing.
     *
     * @throws OptimizerStateException if another call is using the optimizer
     */
    @Override
    public void close() {
        if (!busy.compareAndSet(false, true)) {
            throw new OptimizerStateException("another call is using the optimizer; one at a time");
        }
        try {
            if (!closed) {
                if (overlap != null) {
                    overlap.abandon();
                    overlap = null;
                }
                optimizer.close();
                arena.close();
                closed = true;
            }
        } finally {
            leave();
        }
    }

    private void enter() {
        enterAlone();
        if (unrestored != null) {
            leave();
            throw new OptimizerStateException("a checkpoint was restored on some ranks only; restore it again: "
                    + unrestored);
        }
    }

    /** For what must not come between the announcement of gradients and their step. */
    private void enterBetweenSteps() {
        enter();
        requireNothingAnnounced();
    }

    /** Leaves if it fails. */
    private void requireNothingAnnounced() {
        if (overlap != null) {
            leave();
            throw new OptimizerStateException("gradients were announced; make the step first");
        }
    }

    /** For {@link #restore}, which mends what other calls are refused for. */
    private void enterAlone() {
        if (!busy.compareAndSet(false, true)) {
            throw new OptimizerStateException("another call is using the optimizer; one at a time");
        }
        if (closed || failure != null) {
            leave();
            throw new OptimizerStateException(closed ? "the optimizer is closed"
                    : "an earlier call failed, and ranks may differ since; go on from a checkpoint: " + failure);
        }
    }

    private void leave() {
        busy.setRelease(false);
    }
}
