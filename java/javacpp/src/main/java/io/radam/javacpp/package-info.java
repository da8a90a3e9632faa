/** JavaCPP pointers as parameters: optimizers step the memory of PyTorch or ND4J in place. */
package io.radam.javacpp;
