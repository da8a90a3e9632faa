package io.radam.robustness.fuzz;

import java.util.SplittableRandom;

/** Chooses calls at random. A call depends on nothing but its number and the model. */
final class Calls {
    private final MemoryCalls memory;
    private final StepCalls steps;
    private final SettingCalls settings;
    private final StateCalls state;
    private final BuildCalls builds;
    private final ScheduleCalls schedules;
    private final CheckpointCalls checkpoints;

    Calls(Model model, Sequence.Kind kind) {
        memory = new MemoryCalls(model);
        steps = new StepCalls(model);
        settings = new SettingCalls(model);
        state = new StateCalls(model);
        builds = new BuildCalls(model, kind);
        schedules = new ScheduleCalls(model);
        checkpoints = new CheckpointCalls(model);
    }

    Call next(long number) {
        SplittableRandom random = new SplittableRandom(number);
        memory.random = random;
        steps.random = random;
        settings.random = random;
        state.random = random;
        builds.random = random;
        schedules.random = random;
        checkpoints.random = random;
        return switch (random.nextInt(39)) {
            case 0, 1, 2 -> memory.newParameter();
            case 3, 4 -> memory.add();
            case 5 -> memory.addGroup();
            case 6 -> memory.remove();
            case 7, 8, 9 -> memory.bind();
            case 10 -> memory.unbind();
            case 11, 12 -> memory.fill();
            case 13 -> memory.close();
            case 14, 15, 16, 17, 18, 19 -> steps.step();
            case 20 -> steps.statistics();
            case 21 -> steps.zeroGradients();
            case 22 -> steps.writeCopies();
            case 23, 24 -> settings.settings();
            case 25 -> settings.stepCount();
            case 26 -> settings.scaler();
            case 27, 28 -> state.snapshot();
            case 29 -> state.state();
            case 30, 31 -> state.look();
            case 32 -> builds.build();
            case 33 -> schedules.schedule();
            case 34, 35 -> schedules.plateau();
            case 36, 37 -> checkpoints.checkpoint();
            default -> state.lookUp();
        };
    }
}
