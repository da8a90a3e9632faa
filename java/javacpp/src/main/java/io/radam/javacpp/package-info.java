/** JavaCPP pointers as parameters: optimizers step the memory of PyTorch, TensorFlow or ND4J in place. */
package io.radam.javacpp;
