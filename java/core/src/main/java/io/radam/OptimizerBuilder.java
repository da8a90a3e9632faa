package io.radam;

import io.radam.cuda.CudaDevice;
import io.radam.internal.cuda.CudaQueue;
import io.radam.internal.engine.Arenas;
import io.radam.internal.engine.CudaEngine;
import io.radam.internal.engine.Engine;
import io.radam.internal.engine.HostEngine;
import io.radam.internal.engine.Parallelism;
import io.radam.internal.engine.StateDisk;
import io.radam.internal.sharding.DeviceStream;
import io.radam.internal.sharding.Sharding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Builds an optimizer. Has the settings that the optimizers of all algorithms have.
 *
 * @param <B> the builder
 * @param <G> the builder of its groups, which has the same settings
 */
public abstract class OptimizerBuilder<B extends OptimizerBuilder<B, G>, G extends ParameterGroup.Builder<G>>
        extends Settings<B> {
    private final List<Supplier<ParameterGroup>> groups = new ArrayList<>();
    private Backend backend;
    private CudaDevice device;
    private long seed;
    private boolean parametersLater;
    /** Where state is in place of memory, or null. */
    private Path stateFolder;
    private long residentState;
    /** Makes one for each optimizer that is built. */
    private Supplier<Parallelism> parallelism = Parallelism::commonPool;

    OptimizerBuilder(Hyperparameters preset) {
        super(preset.toBuilder());
    }

    /** A builder for a group, which begins with the settings of this builder. */
    abstract G newGroup();

    /**
     * Adds a group of parameters with settings of its own.
     *
     * @param group sets the group's parameters and settings. {@link #build()} calls it, so that settings of this
     *     builder hold for the group even if they are made later
     * @return this builder
     */
    public final B group(Consumer<? super G> group) {
        Objects.requireNonNull(group, "group");
        groups.add(() -> built(newGroup(), group));
        return self();
    }

    /**
     * Adds a group of parameters that has hyperparameters of its own, which may be of another algorithm: such as AdamW
     * for a part of a model, and {@link SGD} or a {@link CustomAlgorithm} for another. All groups are stepped by one
     * call, and are measured, clipped and skipped together. A GPU has no custom ones.
     *
     * {@snippet :
     * Optimizer optimizer = AdamW.builder().learningRate(1e-3).parameters(most)
     *         .group(Lion.Preset.AUTHORS.hyperparameters().withLearningRate(1e-4), group -> group.parameters(others))
     *         .build();
     * }
     *
     * @param hyperparameters that the group begins with
     * @param group           sets the group's parameters and settings; what it does not set is as in these
     *                        hyperparameters or, for the state's type and rounding, in this builder
     * @return this builder
     */
    public final B group(Hyperparameters hyperparameters, Consumer<? super ParameterGroup.AnyBuilder> group) {
        Objects.requireNonNull(hyperparameters, "hyperparameters");
        Objects.requireNonNull(group, "group");
        groups.add(() -> built(new ParameterGroup.AnyBuilder(this).hyperparameters(hyperparameters), group));
        return self();
    }

    private static <T extends ParameterGroup.Builder<T>> ParameterGroup built(T builder, Consumer<? super T> group) {
        group.accept(builder);
        return builder.toGroup();
    }

    /**
     * The backend, which computes the steps; {@link Backend#preferred()} unless set.
     *
     * @param backend the backend
     * @return this builder
     * @throws BackendException if the backend is that of an optimizer on a device
     */
    public final B backend(Backend backend) {
        Objects.requireNonNull(backend, "backend");
        if (!backend.canBeAskedFor()) {
            throw new BackendException("the backend " + backend.name() + " is of a device, which device(...) sets",
                    null);
        }
        this.backend = backend;
        return self();
    }

    /**
     * Has steps made on a GPU, and keeps state there. The memory of all parameters must be memory of this GPU, or
     * pinned memory of the host.
     *
     * <p>A device is set in place of a {@link Backend}, and gives the same bits. A step is queued in the device's
     * {@link CudaDevice#stream() stream}, and the call returns before the step is done. Some calls wait for the stream:
     * a step whose options need the gradients' statistics; the first step after parameters were added or removed; and
     * closing the optimizer. {@link #pool} and {@link #sequential} have no effect.
     *
     * @param device where the parameters are
     * @return this builder
     */
    public final B device(CudaDevice device) {
        this.device = Objects.requireNonNull(device, "device");
        return self();
    }

    /**
     * The seed of stochastic rounding. Training that goes on from a checkpoint gives the bits of uninterrupted training
     * only with the same seed, and with the parameters in the same order.
     *
     * @param seed any number; 0 unless set
     * @return this builder
     */
    public final B seed(long seed) {
        this.seed = seed;
        return self();
    }

    /**
     * Shares the work of steps among the threads of a pool. Unless set, the caller and the common pool share it. The
     * results do not depend on the pool.
     *
     * @param pool the pool, which the optimizer does not shut down; must be running when a step is made
     * @return this builder
     */
    public final B pool(ForkJoinPool pool) {
        Objects.requireNonNull(pool, "pool");
        parallelism = () -> Parallelism.pool(pool);
        return self();
    }

    /**
     * Has each step made by the thread that calls it, without allocating on the Java heap.
     *
     * @return this builder
     */
    public final B sequential() {
        parallelism = Parallelism::sequential;
        return self();
    }

    /**
     * Keeps the state in files in place of memory, for a model whose state does not fit memory. Steps have the same
     * bits, and take as long as the disk takes to read and write the state. A step goes through the state in order:
     * while a part is stepped, the next is read, and the one before is written. It allocates a little on the Java heap,
     * also under {@link #sequential()}.
     *
     * <p>The files have no names, and their room on the disk is taken when they are made. (On file systems that write
     * in another place than they read, such as Btrfs and ZFS, that does not help: there, a disk that becomes full ends
     * the process.) Nothing is left of them when the optimizer is closed, or the process ends in any way. What survives
     * is a checkpoint, which is written from the files as from memory. {@link Optimizer#snapshot()} is a copy in memory.
     * State that has been read or written outside of a step, such as for a checkpoint, stays in memory until a step has
     * gone through it, or the system needs the memory.
     *
     * <p>Needs Linux, and native access. A disk that fails to read ends the process. One that fails to write has a
     * step fail with a {@link BackendException}, and all later calls but {@code close} with an {@link
     * OptimizerStateException}: go back to a checkpoint with a new optimizer. Where the whole state may stay in memory,
     * such a failure is not noticed. State in memory of the caller ({@link Parameter.Builder#state}) stays there.
     *
     * @param folder        on a disk that has room for the state; best a fast one that is in the machine. {@link
     *                      #build()} throws a {@link BackendException} if it cannot have files
     * @param residentBytes of the state that may be in memory during a step, at least 1 MiB; as much as can be spared.
     *                      Where the whole state is no more than that, nothing is read ahead, and the system decides
     *                      when to write
     * @return this builder
     * @throws IllegalArgumentException if {@code residentBytes} is less
     */
    public final B stateOnDisk(Path folder, long residentBytes) {
        Objects.requireNonNull(folder, "folder");
        if (residentBytes < StateDisk.MIN_RESIDENT) {
            throw new IllegalArgumentException("residentBytes must be at least " + StateDisk.MIN_RESIDENT + ", but is "
                    + residentBytes);
        }
        stateFolder = folder;
        residentState = residentBytes;
        return self();
    }

    /**
     * Lets the optimizer begin without parameters, for a framework that finds its parameters during training. The
     * optimizer has a first group then, to which {@link Optimizer#add} can add them.
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
     * @return the optimizer, which the caller has to close
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

    /** The backend. Fails if it cannot be used. */
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
            if (stateFolder != null) {
                throw new BackendException("an optimizer on a device cannot have its state on disk", null);
            }
            return new CudaEngine(seed, new CudaQueue(device.number(), device.stream().handle()), arenas);
        }
        Backend host = backend();
        if (Sharding.CURRENT.isBound()) {
            Sharding.CURRENT.get().setWorkers(parallelism.get());
        }
        return new HostEngine(seed, host.isNative(), host::newKernel, parallelism.get(), arenas,
                stateFolder == null ? null : new StateDisk(stateFolder, residentState));
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
        groups.forEach(group -> built.add(group.get()));
        if (!Sharding.CURRENT.isBound()) {
            return List.copyOf(built);
        }
        if (device != null) {
            Sharding.CURRENT.get().setDevice(new DeviceStream(device.number(), device.stream().handle()));
        }
        return sliced(built, Sharding.CURRENT.get());
    }

    /** The groups, with slices of their parameters. */
    private static List<ParameterGroup> sliced(List<ParameterGroup> groups, Sharding sharding) {
        List<Parameter> slices = sharding.slices(groups.stream()
                .map(group -> new Sharding.Group(group.parameters(), group.hyperparameters())).toList());
        List<ParameterGroup> sliced = new ArrayList<>();
        int begin = 0;
        for (ParameterGroup group : groups) {
            int end = begin + group.parameters().size();
            sliced.add(new ParameterGroup(group.name(), slices.subList(begin, end), group.hyperparameters(),
                    group.stateType(), group.stateRounding()));
            begin = end;
        }
        return List.copyOf(sliced);
    }
}
