/**
 * Optimizers and a trainer for the Deep Java Library (DJL) on its PyTorch engine. They step PyTorch's own memory.
 * Start at {@link io.radam.djl.RadamOptimizers} and {@link io.radam.djl.RadamTrainer}.
 */
package io.radam.djl;
