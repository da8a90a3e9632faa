/**
 * Updaters for DL4J and SameDiff. Start at {@link io.radam.nd4j.RAdamUpdater}; others are in {@link
 * io.radam.nd4j.RadamUpdaters} by their names, and any algorithm and setting is a {@link
 * io.radam.nd4j.FusedUpdater}.
 */
package io.radam.nd4j;
