package io.radam;

/** What RAdam does in the first steps, where the second moment has seen too little to be trusted. */
public enum Unrectified {
    /** Updates the moments and leaves the parameters. */
    SKIP,
    /** Steps along the bias-corrected first moment, as SGD with momentum. */
    MOMENTUM
}
