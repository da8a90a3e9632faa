/** JavaCPP pointers as parameters: the memory of PyTorch, TensorFlow or ND4J is stepped where it is. */
package io.radam.javacpp;
