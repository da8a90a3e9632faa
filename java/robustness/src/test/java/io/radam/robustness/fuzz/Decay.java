package io.radam.robustness.fuzz;

import io.radam.AverageDecay;
import io.radam.InvalidParameterException;

/** Functions that say the decays of an average: the library's, and such as users may write. */
enum Decay {
    CONSTANT(AverageDecay.constant(0.75), Act.NOTHING),
    BIAS_CORRECTED(AverageDecay.biasCorrected(0.75), Act.NOTHING),
    WARMED_UP(AverageDecay.warmedUp(0.75), Act.NOTHING),
    /** Is out of range in every other step. */
    WRONG(step -> step % 2 == 0 ? 1.5 : 0.5, Act.NOTHING),
    NOT_A_NUMBER(step -> step % 2 == 0 ? Double.NaN : 0.5, Act.NOTHING),
    /** These do something else in every other step. */
    THROWS(step -> 0.5, Act.THROWS), CALLS(step -> 0.25, Act.CALLS), CATCHES(step -> 1, Act.CATCHES),
    CHANGES(step -> 0, Act.CHANGES), CLOSES(step -> 0.5, Act.CLOSES);

    private final AverageDecay decay;
    private final Act act;

    Decay(AverageDecay decay, Act act) {
        this.decay = decay;
        this.act = act;
    }

    /** What it does in a step beside saying the decay. */
    Act act(long step) {
        return step % 2 == 0 ? act : Act.NOTHING;
    }

    AverageDecay of(Side side) {
        return step -> {
            act(step).run(side);
            return decay.decay(step);
        };
    }

    /** The same decays, and nothing else is done. */
    AverageDecay alone() {
        return decay;
    }

    /** What a step throws that gets as far as asking for the decay. */
    Outcome outcome(long step) {
        double d = decay.decay(step);
        return act(step).within().must(!(d >= 0 && d <= 1), InvalidParameterException.class);
    }
}
