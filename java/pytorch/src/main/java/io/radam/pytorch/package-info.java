/** Optimizers for the parameters of PyTorch for Java, which are stepped where they are. */
package io.radam.pytorch;
