/**
 * Fused RAdam, Adam and AdamW steps that update parameters in place. Start at {@link io.radam.RAdam}; on NVIDIA GPUs, at
 * {@link io.radam.cuda.CudaDevice} too.
 */
module io.radam {
    exports io.radam;
    exports io.radam.cuda;
}
