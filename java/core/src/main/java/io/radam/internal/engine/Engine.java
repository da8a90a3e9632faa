package io.radam.internal.engine;

import io.radam.GradientStatistics;
import io.radam.Parameter;
import io.radam.internal.kernel.StochasticBits;
import java.util.List;

/**
 * Carries out the steps of an optimizer, which has checked them. For one call at a time.
 */
public abstract sealed class Engine permits HostEngine, CudaEngine {
    final List<StepGroup> groups;
    final Memory memory;
    final Slot[] slots;

    /** Allocates the state. Each group of the host must be given a kernel after it. */
    Engine(List<StepGroup> groups, long seed, Memory memory) {
        this.groups = groups;
        this.memory = memory;
        slots = new Slot[groups.stream().mapToInt(group -> group.parameters.size()).sum()];
        StateMemory state = new StateMemory(groups, memory);
        int i = 0;
        for (StepGroup group : groups) {
            for (Parameter parameter : group.parameters) {
                slots[i] = new Slot(parameter, group, memory, state, StochasticBits.seedOfParameter(seed, i));
                i++;
            }
        }
    }

    /** The place of each parameter, in order. */
    public final Slot[] slots() {
        return slots;
    }

    /** Sets a slot's gradient to zero. */
    public final void clearGradient(Slot slot) {
        memory.clear(slot.parameter.gradient());
    }

    /** Fails if what it needs beside memory has been taken from it. */
    public abstract void requireRunning();

    /** The statistics of all gradients times a factor, each scaled by its group's hyperparameter. */
    public abstract GradientStatistics measure(double factor);

    /** Takes up what the next step of some slots does beside the rule, and fails where it cannot; a clip value of 0 is none. */
    abstract void load(int from, int to, float clipValue, boolean zeroGradients);

    /** Steps slots whose groups have their coefficients. */
    abstract void update(int from, int to);

    /** One step of slots from (inclusive) to (exclusive). */
    public final void step(int from, int to, double gradientFactor, float clipValue, boolean zeroGradients) {
        for (int i = 0; i < groups.size(); i++) {
            groups.get(i).refresh(gradientFactor);
        }
        load(from, to, clipValue, zeroGradients);
        for (int start = from; start < to;) {
            int end = endOfRun(start, to);
            computeCoefficients();
            update(start, end);
            for (int i = start; i < end; i++) {
                slots[i].step++;
            }
            start = end;
        }
    }

    /**
     * Where a run of slots ends that can be updated at once. A group has the coefficients of one step at a time, which this
     * sets; some of its parameters may have another, because they were stepped alone.
     */
    final int endOfRun(int start, int to) {
        for (int i = 0; i < groups.size(); i++) {
            groups.get(i).step = 0;
        }
        for (int i = start; i < to; i++) {
            StepGroup group = slots[i].group;
            long next = slots[i].step + 1;
            if (group.step == 0) {
                group.step = next;
            } else if (group.step != next) {
                return i;
            }
        }
        return to;
    }

    private void computeCoefficients() {
        for (int i = 0; i < groups.size(); i++) {
            StepGroup group = groups.get(i);
            if (group.step != 0) {
                group.coefficients.compute(group.step);
                if (group.kernel != null) {
                    group.kernel.load(group.coefficients);
                }
            }
        }
    }
}
