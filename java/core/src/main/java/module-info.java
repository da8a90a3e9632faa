/**
 * Fused steps of RAdam, Adam, AdamW, NAdam, SGD and Lion that update parameters in place. Start at {@link io.radam},
 * and for NVIDIA GPUs at {@link io.radam.cuda.CudaDevice}.
 */
module io.radam {
    exports io.radam;
    exports io.radam.cuda;
}
