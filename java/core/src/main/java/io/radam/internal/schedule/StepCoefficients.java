package io.radam.internal.schedule;

import io.radam.Algorithm;
import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.StateBuffer;
import io.radam.internal.ffi.RadamH;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The coefficients of one step at a time, from one group's hyperparameters. They are computed only if something has
 * changed. For one thread at a time. Allocates nothing after the first step and the first write.
 */
public final class StepCoefficients {
    private final Algorithm algorithm;
    private final Schedule schedule;
    private Structs structs = new Structs();
    private boolean reduced;
    private Hyperparameters hyperparameters;
    private double gradientFactor = 1;
    /** The step that was computed last; 0 if hyperparameters have changed since. */
    private long step;

    /** What structs are put together in, which may be for many coefficients of an algorithm. */
    private static final class Structs {
        /** Null until the first write. The Java backend never writes it, since it needs a platform with a linker. */
        private CoefficientStruct struct;
        /** Likewise, of a layer-wise algorithm that has been {@link #reduce reduced}. */
        private CoefficientStruct reduced;
    }

    /** Coefficients of an algorithm's steps. */
    public StepCoefficients(Algorithm algorithm) {
        this.algorithm = algorithm;
        schedule = Schedule.of(algorithm);
    }

    /** The algorithm. */
    public Algorithm algorithm() {
        return algorithm;
    }

    /** The number of an algorithm, as {@code RADAM_ALGORITHM_...}. */
    public static int nativeId(Algorithm algorithm) {
        return switch (algorithm.kind()) {
            case ADAM -> RadamH.RADAM_ALGORITHM_ADAM();
            case SGD -> RadamH.RADAM_ALGORITHM_SGD();
            case LION -> RadamH.RADAM_ALGORITHM_LION();
            case NADAM -> RadamH.RADAM_ALGORITHM_NADAM();
            case RMSPROP -> RadamH.RADAM_ALGORITHM_RMSPROP();
            case ADAGRAD -> RadamH.RADAM_ALGORITHM_ADAGRAD();
            case ADAMAX -> RadamH.RADAM_ALGORITHM_ADAMAX();
            case ADADELTA -> RadamH.RADAM_ALGORITHM_ADADELTA();
            case ADABELIEF -> RadamH.RADAM_ALGORITHM_ADABELIEF();
            case ADOPT -> RadamH.RADAM_ALGORITHM_ADOPT();
            case YOGI -> RadamH.RADAM_ALGORITHM_YOGI();
            case QHADAM -> RadamH.RADAM_ALGORITHM_QHADAM();
            case ADEMAMIX -> RadamH.RADAM_ALGORITHM_ADEMAMIX();
            case ADAMOD -> RadamH.RADAM_ALGORITHM_ADAMOD();
            case QHM -> RadamH.RADAM_ALGORITHM_QHM();
            case ADAN -> RadamH.RADAM_ALGORITHM_ADAN();
            case ADABOUND -> RadamH.RADAM_ALGORITHM_ADABOUND();
            case DIFFGRAD -> RadamH.RADAM_ALGORITHM_DIFFGRAD();
            case PADAM -> RadamH.RADAM_ALGORITHM_PADAM();
            case MADGRAD -> RadamH.RADAM_ALGORITHM_MADGRAD();
            case COCOB -> RadamH.RADAM_ALGORITHM_COCOB();
            case SCHEDULEFREE_SGD -> RadamH.RADAM_ALGORITHM_SCHEDULEFREE_SGD();
            case SCHEDULEFREE_ADAMW -> RadamH.RADAM_ALGORITHM_SCHEDULEFREE_ADAMW();
            case LAMB -> RadamH.RADAM_ALGORITHM_LAMB();
            case STABLEADAMW -> RadamH.RADAM_ALGORITHM_STABLEADAMW();
            case LARS -> RadamH.RADAM_ALGORITHM_LARS();
            case CAUTIOUS_ADAMW -> RadamH.RADAM_ALGORITHM_CAUTIOUS_ADAMW();
            case CAUTIOUS_LION -> RadamH.RADAM_ALGORITHM_CAUTIOUS_LION();
            case NOVOGRAD -> RadamH.RADAM_ALGORITHM_NOVOGRAD();
            case SGD_HD -> RadamH.RADAM_ALGORITHM_SGD_HD();
            case YELLOWFIN -> RadamH.RADAM_ALGORITHM_YELLOWFIN();
            case ADAM_HD -> RadamH.RADAM_ALGORITHM_ADAM_HD();
            case ADAMP -> RadamH.RADAM_ALGORITHM_ADAMP();
            case SGDP -> RadamH.RADAM_ALGORITHM_SGDP();
            case CUSTOM -> throw new AssertionError("no native code steps by " + algorithm);
        };
    }

    /**
     * The buffers that a step by an algorithm may have: those of the algorithm that makes its steps, or its own where
     * these are more.
     */
    public static List<StateBuffer> stateOfSteps(Algorithm algorithm) {
        List<StateBuffer> ofKernel = algorithm.steppedBy().state();
        return ofKernel.size() < algorithm.state().size() ? algorithm.state() : ofKernel;
    }

    /** The coefficients of one step, counted from 1. */
    public static Coefficients at(Hyperparameters hyperparameters, long step) {
        StepCoefficients coefficients = new StepCoefficients(hyperparameters.algorithm());
        coefficients.configure(hyperparameters);
        coefficients.compute(step);
        return coefficients.schedule.coefficients();
    }

    /** {@code 1 - beta^step}, as schedules have it. */
    public static double biasCorrection(double beta, long step) {
        BetaPower power = new BetaPower();
        power.compute(beta, step);
        return power.complement();
    }

    /** Sets the hyperparameters of all steps that are computed from now on. */
    public void configure(Hyperparameters hyperparameters) {
        if (this.hyperparameters != hyperparameters) {
            this.hyperparameters = hyperparameters;
            schedule.configure(hyperparameters);
            step = 0;
        }
    }

    /** Sets a factor of gradients, beside the hyperparameter, for all steps that are computed from now on. */
    public void setGradientFactor(double factor) {
        if (gradientFactor != factor) {
            gradientFactor = factor;
            step = 0;
        }
    }

    /**
     * Of an algorithm that has learning rates of its own: sets what they are multiplied by in steps.
     *
     * @param learningRate the hyperparameter, without the factor
     */
    public void setRate(double learningRate, double factor) {
        ((LayerwiseSchedule) schedule).setRate(learningRate, factor);
    }

    /** Of a layer-wise algorithm: whether its sums are those of all tensors of a group. */
    public boolean sumsGroup() {
        return ((LayerwiseSchedule) schedule).sumsGroup();
    }

    /** Computes the coefficients of a step, counted from 1. */
    public void compute(long step) {
        reduced = false;
        if (this.step != step) {
            this.step = 0; // until all are computed, which a function of the user may fail to do
            schedule.compute(step, gradientFactor);
            this.step = step;
        }
    }

    /** Whether the algorithm is layer-wise, so that the coefficients of a tensor's step follow from sums over it. */
    public boolean isLayerwise() {
        return algorithm.isLayerwise();
    }

    /** Of a layer-wise algorithm: computes in memory of others of its group, for one thread at a time. */
    public void share(StepCoefficients others) {
        ((LayerwiseSchedule) schedule).share((LayerwiseSchedule) others.schedule);
        structs = others.structs;
    }

    /** Of a layer-wise algorithm: whether its sums depend on state. */
    public boolean sumsReadState() {
        return ((LayerwiseSchedule) schedule).sumsReadState();
    }

    /**
     * Of a layer-wise algorithm: has the latest coefficients be those of a tensor with these sums.
     *
     * @param sums    as many as an entry of a table of sums has
     * @param numbers that the algorithm keeps for the tensor; they are replaced
     */
    public void reduce(long length, double[] sums, double[] numbers) {
        ((LayerwiseSchedule) schedule).reduce(length, sums, numbers);
        reduced = true;
    }

    /**
     * Of an algorithm that measures rows: has the latest coefficients be those of a tensor whose rows have these sums.
     *
     * @param sums     {@link ProjectingSchedule#SUMS} for each row
     * @param firstRow of those whose decays are asked for
     * @param rowDecay written if the result is true, as far as there is room
     * @return whether each row has a decay of its own
     */
    public boolean reduceRows(long rowLength, MemorySegment sums, long firstRow, MemorySegment rowDecay) {
        reduced = true;
        return ((ProjectingSchedule) schedule).reduceRows(rowLength, sums, firstRow, rowDecay);
    }

    /** What gradients are multiplied by, once reduced, over what they were multiplied by before. */
    public double reducedGradients() {
        return (double) steps().gradScale / schedule.gradScale;
    }

    /** The schedule of that algorithm, which has the latest coefficients of steps. */
    public Schedule steps() {
        return schedule instanceof LayerwiseSchedule layerwise ? layerwise.stepped() : schedule;
    }

    /**
     * Writes the latest coefficients into a {@code radam_coefficients}: of a layer-wise algorithm those for sums, and,
     * once they are reduced, those for the step.
     */
    public void write(MemorySegment coefficients) {
        if (reduced) {
            if (structs.reduced == null) {
                structs.reduced = new CoefficientStruct(algorithm.steppedBy());
            }
            structs.reduced.write(steps(), coefficients);
            return;
        }
        if (structs.struct == null) {
            structs.struct = new CoefficientStruct(algorithm);
        }
        structs.struct.write(schedule, coefficients);
    }

    /** The schedule, which has the latest coefficients. */
    public Schedule schedule() {
        return schedule;
    }
}
