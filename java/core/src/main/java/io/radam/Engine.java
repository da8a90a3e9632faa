package io.radam;

import io.radam.internal.StochasticBits;
import java.util.List;

/**
 * Carries out the steps of an optimizer, which has checked them. For one call at a time.
 */
abstract sealed class Engine permits HostEngine, CudaEngine {
    final List<ParameterGroup> groups;
    final Memory memory;
    final Slot[] slots;

    /** Allocates the state. Each group must be given a stepper after it. */
    Engine(List<ParameterGroup> groups, long seed, Memory memory) {
        this.groups = groups;
        this.memory = memory;
        slots = new Slot[groups.stream().mapToInt(group -> group.parameters().size()).sum()];
        StateMemory state = new StateMemory(groups, memory);
        int i = 0;
        for (ParameterGroup group : groups) {
            for (Parameter parameter : group.parameters()) {
                slots[i] = new Slot(parameter, group, memory, state, StochasticBits.seedOfParameter(seed, i));
                i++;
            }
        }
    }

    /** What computes the steps. */
    abstract Backend backend();

    /** Fails if what it needs beside memory has been taken from it. */
    abstract void requireRunning();

    /** The statistics of all gradients times a factor, each scaled by its group's hyperparameter. */
    abstract GradientStatistics measure(double factor);

    /** Takes up what the next step of some slots does beside the rule, and fails where it cannot; a clip value of 0 is none. */
    abstract void prepare(int from, int to, float clipValue, boolean zeroGradients);

    /** Steps slots whose groups are prepared. */
    abstract void update(int from, int to);

    /** One step of slots from (inclusive) to (exclusive). */
    final void step(int from, int to, double gradientFactor, float clipValue, boolean zeroGradients) {
        for (int i = 0; i < groups.size(); i++) {
            groups.get(i).refresh(gradientFactor);
        }
        prepare(from, to, clipValue, zeroGradients);
        for (int start = from; start < to;) {
            int end = endOfRun(start, to);
            prepareGroups();
            update(start, end);
            for (int i = start; i < end; i++) {
                slots[i].step++;
            }
            start = end;
        }
    }

    /**
     * Where a run of slots ends that can be updated at once. A group is prepared for one step number at a time, which this
     * sets; some of its parameters may have another, because they were stepped alone.
     */
    final int endOfRun(int start, int to) {
        for (int i = 0; i < groups.size(); i++) {
            groups.get(i).prepared = 0;
        }
        for (int i = start; i < to; i++) {
            ParameterGroup group = slots[i].group;
            long next = slots[i].step + 1;
            if (group.prepared == 0) {
                group.prepared = next;
            } else if (group.prepared != next) {
                return i;
            }
        }
        return to;
    }

    private void prepareGroups() {
        for (int i = 0; i < groups.size(); i++) {
            ParameterGroup group = groups.get(i);
            if (group.prepared != 0) {
                group.stepper.prepare(group.prepared);
            }
        }
    }
}
