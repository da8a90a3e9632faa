/** Saves a training in a file of the safetensors format, and goes on from it with the same bits. */
package io.radam.checkpoint;
