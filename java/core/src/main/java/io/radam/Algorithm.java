package io.radam;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An optimization algorithm. It has hyperparameters; coefficients, which follow from these and the step number; a rule,
 * which applies the coefficients to each element; and buffers of state. {@code radam.h} documents the rule of each
 * algorithm of the library line by line. {@link CustomAlgorithm} is one of the user's own.
 */
public sealed class Algorithm permits CustomAlgorithm {
    /**
     * {@link Adam}, and with it {@link AdamW} and {@link RAdam}, which differ from it by their hyperparameters alone.
     */
    public static final Algorithm ADAM = new Algorithm(Kind.ADAM, new AdamDefinition());
    /** {@link SGD}. */
    public static final Algorithm SGD = new Algorithm(Kind.SGD, new SgdDefinition());
    /** {@link Lion}. */
    public static final Algorithm LION = new Algorithm(Kind.LION, new LionDefinition());
    /** {@link NAdam}. */
    public static final Algorithm NADAM = new Algorithm(Kind.NADAM, new NAdamDefinition());
    /** {@link RMSprop}. */
    public static final Algorithm RMSPROP = new Algorithm(Kind.RMSPROP, new RMSpropDefinition());
    /** {@link Adagrad}. */
    public static final Algorithm ADAGRAD = new Algorithm(Kind.ADAGRAD, new AdagradDefinition());
    /** {@link Adamax}. */
    public static final Algorithm ADAMAX = new Algorithm(Kind.ADAMAX, new AdamaxDefinition());
    /** {@link Adadelta}. */
    public static final Algorithm ADADELTA = new Algorithm(Kind.ADADELTA, new AdadeltaDefinition());
    /** {@link AdaBelief}. */
    public static final Algorithm ADABELIEF = new Algorithm(Kind.ADABELIEF, new AdaBeliefDefinition());
    /** {@link io.radam.ADOPT}. */
    public static final Algorithm ADOPT = new Algorithm(Kind.ADOPT, new AdoptDefinition());
    /** {@link Yogi}. */
    public static final Algorithm YOGI = new Algorithm(Kind.YOGI, new YogiDefinition());
    /** {@link QHAdam}. */
    public static final Algorithm QHADAM = new Algorithm(Kind.QHADAM, new QHAdamDefinition());
    /** {@link AdEMAMix}. */
    public static final Algorithm ADEMAMIX = new Algorithm(Kind.ADEMAMIX, new AdEMAMixDefinition());
    /** {@link AdaMod}. */
    public static final Algorithm ADAMOD = new Algorithm(Kind.ADAMOD, new AdaModDefinition());
    /** {@link QHM}. */
    public static final Algorithm QHM = new Algorithm(Kind.QHM, new QHMDefinition());
    /** {@link Adan}. */
    public static final Algorithm ADAN = new Algorithm(Kind.ADAN, new AdanDefinition());
    /** {@link AdaBound}. */
    public static final Algorithm ADABOUND = new Algorithm(Kind.ADABOUND, new AdaBoundDefinition());
    /** {@link DiffGrad}. */
    public static final Algorithm DIFFGRAD = new Algorithm(Kind.DIFFGRAD, new DiffGradDefinition());
    /** {@link Padam}. */
    public static final Algorithm PADAM = new Algorithm(Kind.PADAM, new PadamDefinition());
    /** {@link io.radam.MADGRAD}. */
    public static final Algorithm MADGRAD = new Algorithm(Kind.MADGRAD, new MadgradDefinition());
    /** {@link io.radam.COCOB}. */
    public static final Algorithm COCOB = new Algorithm(Kind.COCOB, new CocobDefinition());
    /** {@link ScheduleFreeSGD}. */
    public static final Algorithm SCHEDULEFREE_SGD =
            new Algorithm(Kind.SCHEDULEFREE_SGD, new ScheduleFreeSgdDefinition());
    /** {@link ScheduleFreeAdamW}, and with rectification {@link ScheduleFreeRAdam}. */
    public static final Algorithm SCHEDULEFREE_ADAMW =
            new Algorithm(Kind.SCHEDULEFREE_ADAMW, new ScheduleFreeAdamWDefinition());

    /** {@link io.radam.LAMB}. */
    public static final Algorithm LAMB = new Algorithm(Kind.LAMB, new LambDefinition());
    /** {@link StableAdamW}. */
    public static final Algorithm STABLEADAMW = new Algorithm(Kind.STABLEADAMW, new StableAdamWDefinition());
    /** {@link io.radam.LARS}. */
    public static final Algorithm LARS = new Algorithm(Kind.LARS, new LarsDefinition());
    /** {@link CautiousAdamW}. */
    public static final Algorithm CAUTIOUS_ADAMW = new Algorithm(Kind.CAUTIOUS_ADAMW, new CautiousAdamWDefinition());
    /** {@link CautiousLion}. */
    public static final Algorithm CAUTIOUS_LION = new Algorithm(Kind.CAUTIOUS_LION, new CautiousLionDefinition());
    /** {@link NovoGrad}. */
    public static final Algorithm NOVOGRAD = new Algorithm(Kind.NOVOGRAD, new NovoGradDefinition());
    /** {@link SgdHD}. */
    public static final Algorithm SGD_HD = new Algorithm(Kind.SGD_HD, new SgdHDDefinition());
    /** {@link AdamHD}. */
    public static final Algorithm ADAM_HD = new Algorithm(Kind.ADAM_HD, new AdamHDDefinition());
    /** {@link io.radam.YellowFin}. */
    public static final Algorithm YELLOWFIN = new Algorithm(Kind.YELLOWFIN, new YellowFinDefinition());
    /** {@link AdamP}. */
    public static final Algorithm ADAMP = new Algorithm(Kind.ADAMP, new AdamPDefinition());
    /** {@link io.radam.SGDP}. */
    public static final Algorithm SGDP = new Algorithm(Kind.SGDP, new SgdPDefinition());

    private static final List<Algorithm> ALL = List.of(ADAM, SGD, LION, NADAM, RMSPROP, ADAGRAD, ADAMAX, ADADELTA,
            ADABELIEF, ADOPT, YOGI, QHADAM, ADEMAMIX, ADAMOD, QHM, ADAN, ADABOUND, DIFFGRAD, PADAM,
            MADGRAD, COCOB, SCHEDULEFREE_SGD, SCHEDULEFREE_ADAMW, LAMB, STABLEADAMW, LARS, CAUTIOUS_ADAMW,
            CAUTIOUS_LION, NOVOGRAD, SGD_HD, ADAM_HD, YELLOWFIN, ADAMP, SGDP);

    private final Kind kind;
    private final AlgorithmDefinition definition;

    /** What a {@code switch} can tell: the algorithms of the library, and all others as one. */
    public enum Kind {
        /** {@link Algorithm#ADAM}. */
        ADAM,
        /** {@link Algorithm#SGD}. */
        SGD,
        /** {@link Algorithm#LION}. */
        LION,
        /** {@link Algorithm#NADAM}. */
        NADAM,
        /** {@link Algorithm#RMSPROP}. */
        RMSPROP,
        /** {@link Algorithm#ADAGRAD}. */
        ADAGRAD,
        /** {@link Algorithm#ADAMAX}. */
        ADAMAX,
        /** {@link Algorithm#ADADELTA}. */
        ADADELTA,
        /** {@link Algorithm#ADABELIEF}. */
        ADABELIEF,
        /** {@link Algorithm#ADOPT}. */
        ADOPT,
        /** {@link Algorithm#YOGI}. */
        YOGI,
        /** {@link Algorithm#QHADAM}. */
        QHADAM,
        /** {@link Algorithm#ADEMAMIX}. */
        ADEMAMIX,
        /** {@link Algorithm#ADAMOD}. */
        ADAMOD,
        /** {@link Algorithm#QHM}. */
        QHM,
        /** {@link Algorithm#ADAN}. */
        ADAN,
        /** {@link Algorithm#ADABOUND}. */
        ADABOUND,
        /** {@link Algorithm#DIFFGRAD}. */
        DIFFGRAD,
        /** {@link Algorithm#PADAM}. */
        PADAM,
        /** {@link Algorithm#MADGRAD}. */
        MADGRAD,
        /** {@link Algorithm#COCOB}. */
        COCOB,
        /** {@link Algorithm#SCHEDULEFREE_SGD}. */
        SCHEDULEFREE_SGD,
        /** {@link Algorithm#SCHEDULEFREE_ADAMW}. */
        SCHEDULEFREE_ADAMW,
        /** {@link Algorithm#LAMB}. */
        LAMB,
        /** {@link Algorithm#STABLEADAMW}. */
        STABLEADAMW,
        /** {@link Algorithm#LARS}. */
        LARS,
        /** {@link Algorithm#CAUTIOUS_ADAMW}. */
        CAUTIOUS_ADAMW,
        /** {@link Algorithm#CAUTIOUS_LION}. */
        CAUTIOUS_LION,
        /** {@link Algorithm#NOVOGRAD}. */
        NOVOGRAD,
        /** {@link Algorithm#SGD_HD}. */
        SGD_HD,
        /** {@link Algorithm#ADAM_HD}. */
        ADAM_HD,
        /** {@link Algorithm#YELLOWFIN}. */
        YELLOWFIN,
        /** {@link Algorithm#ADAMP}. */
        ADAMP,
        /** {@link Algorithm#SGDP}. */
        SGDP,
        /** {@link CustomAlgorithm}. */
        CUSTOM
    }

    Algorithm(Kind kind, AlgorithmDefinition definition) {
        this.kind = kind;
        this.definition = definition;
    }

    /**
     * The algorithms of the library.
     *
     * @return in a fixed order; a new array
     */
    public static Algorithm[] values() {
        return ALL.toArray(Algorithm[]::new);
    }

    /**
     * Which algorithm it is.
     *
     * @return the kind
     */
    public final Kind kind() {
        return kind;
    }

    /**
     * Whether a step depends on sums over each whole parameter, such as its norm.
     *
     * @return true for LAMB, LARS, StableAdamW, cautious AdamW, cautious Lion, NovoGrad, SGD-HD, Adam-HD, YellowFin,
     *     AdamP and SGDP
     */
    public final boolean isLayerwise() {
        return definition.steppedBy() != null;
    }

    /**
     * Whether a step depends on sums over each {@linkplain Parameter.Builder#rowLength row} of a parameter.
     *
     * @return true for AdamP and SGDP, which are {@linkplain #isLayerwise layer-wise}
     */
    public final boolean measuresRows() {
        return definition.measuresRows();
    }

    /**
     * The algorithm whose rule makes the steps.
     *
     * @return another for {@linkplain #isLayerwise layer-wise} algorithms, from whose sums its coefficients follow; this
     *     one for all others
     */
    public final Algorithm steppedBy() {
        return definition.steppedBy() == null ? this : definition.steppedBy();
    }

    /**
     * The algorithm of the library that has a name.
     *
     * @param name such as {@code adam}
     * @return the algorithm
     * @throws IllegalArgumentException if there is none
     */
    public static Algorithm named(String name) {
        for (Algorithm algorithm : ALL) {
            if (algorithm.definition.name.equals(name)) {
                return algorithm;
            }
        }
        throw new IllegalArgumentException("there is no algorithm \"" + name + "\", only " + ALL.stream()
                .map(Algorithm::toString).collect(Collectors.joining(", ")));
    }

    /**
     * The hyperparameters.
     *
     * @return in the order in which they are shown; immutable
     */
    public final List<Hyperparameter<?>> hyperparameters() {
        return definition.hyperparameters;
    }

    /**
     * The hyperparameters with their default values.
     *
     * @return valid hyperparameters
     */
    public final Hyperparameters defaults() {
        return new Hyperparameters.Builder(this).build();
    }

    /**
     * The buffers of state. Each has as many elements as the parameter. Some are needed only under certain
     * hyperparameters: see {@link Hyperparameters#state()}.
     *
     * @return in a fixed order; immutable
     */
    public final List<StateBuffer> state() {
        return definition.state;
    }

    /**
     * The numbers that are kept for each parameter, beside the buffers of state. They are 0 before its first step, and
     * never negative.
     *
     * @return their names, as the algorithm's first implementations call them, in a fixed order; immutable; empty for
     *     most algorithms
     */
    public final List<String> numbers() {
        return definition.numbers();
    }

    /**
     * Whether a step depends on sums over all parameters of a group that it steps, and not on those of each alone.
     *
     * @return true for SGD-HD and YellowFin
     */
    public final boolean measuresGroup() {
        return definition.measuresGroup();
    }

    /**
     * Whether steps move the learning rate of a group: {@link ParameterGroup#hyperparameters()} has the present one.
     *
     * @return true for SGD-HD and Adam-HD
     */
    public final boolean movesLearningRate() {
        return definition.movesLearningRate();
    }

    /** How a message calls this algorithm where another was expected, which may have the same name. */
    final String unlike(Algorithm expected) {
        return expected.toString().equals(toString())
                ? "another algorithm of the name " + this + " (compared by identity: build it once)" : toString();
    }

    final AlgorithmDefinition definition() {
        return definition;
    }

    /**
     * The name, as {@link #named} takes it if the algorithm is of the library.
     *
     * @return such as {@code adam}
     */
    @Override
    public final String toString() {
        return definition.name;
    }
}
