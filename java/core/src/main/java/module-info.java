/** Fused RAdam, Adam and AdamW steps that update parameters in place. Start at {@link io.radam.RAdam}. */
module io.radam {
    exports io.radam;
}
