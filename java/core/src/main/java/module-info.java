/**
 * Fused steps of RAdam, Adam, AdamW, SGD and Lion that update parameters in place. Start at {@link io.radam.RAdam}, or at
 * the class of another of them; on NVIDIA GPUs, at {@link io.radam.cuda.CudaDevice} too.
 */
module io.radam {
    exports io.radam;
    exports io.radam.cuda;
}
