package io.radam;

/** Cautious Lion, whose hyperparameters and state are Lion's. */
final class CautiousLionDefinition extends LionDefinition {
    CautiousLionDefinition() {
        super("cautious_lion");
    }

    @Override
    Algorithm steppedBy() {
        return Algorithm.LION;
    }
}
