/**
 * Updaters for DL4J and SameDiff. Start at {@link io.radam.nd4j.RAdamUpdater}; any other algorithm and setting is a
 * {@link io.radam.nd4j.FusedUpdater}.
 */
package io.radam.nd4j;
