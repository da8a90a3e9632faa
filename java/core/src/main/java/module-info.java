/**
 * Fused steps of RAdam, Adam and the optimizers beside them, which update parameters in place. Start at {@link
 * io.radam}, and for NVIDIA GPUs at {@link io.radam.cuda.CudaDevice}.
 */
@SuppressWarnings("module") // io.radam.sharded is built after this one.
module io.radam {
    exports io.radam;
    exports io.radam.cuda;
    exports io.radam.internal.sharding to io.radam.sharded;
}
