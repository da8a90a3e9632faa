package io.radam;

import io.radam.cuda.CudaDevice;
import io.radam.internal.cuda.CudaQueue;
import io.radam.internal.engine.Arenas;
import io.radam.internal.engine.CudaEngine;
import io.radam.internal.engine.Engine;
import io.radam.internal.engine.HostEngine;
import io.radam.internal.engine.Parallelism;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What can be set for an optimizer.
 *
 * @param <B> the builder
 * @param <G> the builder of its groups, which has the same settings
 */
public abstract class OptimizerBuilder<B extends OptimizerBuilder<B, G>, G extends ParameterGroup.Builder<G>>
        extends Settings<B> {
    private final List<Consumer<? super G>> groups = new ArrayList<>();
    private Backend backend;
    private CudaDevice device;
    private long seed;
    private boolean parametersLater;
    /** One for each optimizer that is built. */
    private Supplier<Parallelism> parallelism = Parallelism::commonPool;

    OptimizerBuilder(Hyperparameters preset) {
        super(preset.toBuilder());
    }

    /** A builder for a group, whose settings are as yet those of this builder. */
    abstract G newGroup();

    /**
     * Adds a group of parameters with settings of its own.
     *
     * @param group gives the group its parameters and settings; called when the optimizer is built, so that the order in
     *     which an optimizer's builder is told things does not matter
     * @return this builder
     */
    public final B group(Consumer<? super G> group) {
        groups.add(Objects.requireNonNull(group, "group"));
        return self();
    }

    /**
     * What computes the steps; {@link Backend#preferred()} unless set.
     *
     * @param backend the backend
     * @return this builder
     * @throws BackendException if it is that of an optimizer on a device
     */
    public final B backend(Backend backend) {
        Objects.requireNonNull(backend, "backend");
        if (!backend.canBeAskedFor()) {
            throw new BackendException("the backend " + backend.name() + " is of a device, which device(...) sets", null);
        }
        this.backend = backend;
        return self();
    }

    /**
     * Steps are made on a GPU, and state is kept there. The memory of all parameters must be the GPU's own, or pinned.
     *
     * <p>The bits are those of every {@link Backend}, in place of which it is set. A step is queued in the device's
     * {@link CudaDevice#stream() stream}, and its call returns before it is done, but for a step whose options depend on
     * the gradients' statistics, which waits for these, and for the first step after parameters were added or removed.
     * Closing the optimizer waits for the device. {@link #pool} and {@link #sequential} do not matter.
     *
     * @param device where the parameters are
     * @return this builder
     */
    public final B device(CudaDevice device) {
        this.device = Objects.requireNonNull(device, "device");
        return self();
    }

    /**
     * The seed of stochastic rounding. Training that goes on from a checkpoint needs the same one, and its parameters in
     * the same order, to give the same bits as if it had never been interrupted.
     *
     * @param seed any number; 0 unless set
     * @return this builder
     */
    public final B seed(long seed) {
        this.seed = seed;
        return self();
    }

    /**
     * Steps are shared among the threads of this pool. Unless set, they are shared among the caller and the common pool.
     * The results do not depend on it.
     *
     * @param pool the pool; it stays the caller's, and must be running when a step is made
     * @return this builder
     */
    public final B pool(ForkJoinPool pool) {
        Objects.requireNonNull(pool, "pool");
        parallelism = () -> Parallelism.pool(pool);
        return self();
    }

    /**
     * Steps run on the thread that calls them, and allocate nothing on the Java heap.
     *
     * @return this builder
     */
    public final B sequential() {
        parallelism = Parallelism::sequential;
        return self();
    }

    /**
     * The optimizer may begin without parameters, for a framework that finds them as it goes. Its first group is there in any
     * case, for {@link Optimizer#add} to add to.
     *
     * @return this builder
     */
    public final B parametersLater() {
        parametersLater = true;
        return self();
    }

    /**
     * Builds the optimizer and allocates its state.
     *
     * @return the optimizer; to be closed
     * @throws InvalidHyperparameterException if a setting is out of range
     * @throws InvalidParameterException if there are no parameters, values overlap other memory, or a device cannot use
     *     a parameter's memory
     * @throws BackendException if the backend or device that was asked for cannot be used
     */
    public final Optimizer build() {
        return new Optimizer(this);
    }

    final Algorithm algorithm() {
        return hyperparameters.algorithm();
    }

    /** What computes the steps. Fails if it cannot be used. */
    final Backend backend() {
        if (device == null) {
            return backend != null ? backend : Backend.preferred();
        }
        if (backend != null) {
            throw new BackendException("the builder was given both a device, " + device + ", and the backend "
                    + backend.name(), null);
        }
        return Backend.ofDevice("cuda", device.name() + ", " + device);
    }

    final Engine newEngine(Arenas arenas) {
        if (device != null) {
            return new CudaEngine(algorithm(), seed, new CudaQueue(device.number(), device.stream().handle()),
                    arenas);
        }
        Backend host = backend();
        return new HostEngine(seed, host.isNative(), host::newKernel, parallelism.get(), arenas);
    }

    final long seed() {
        return seed;
    }

    final boolean hasParametersLater() {
        return parametersLater;
    }

    final List<ParameterGroup> toGroups() {
        List<ParameterGroup> built = new ArrayList<>();
        if (parametersLater || !parameters.isEmpty()) {
            built.add(toGroup());
        }
        for (Consumer<? super G> group : groups) {
            G builder = newGroup();
            group.accept(builder);
            built.add(builder.toGroup());
        }
        return List.copyOf(built);
    }
}
