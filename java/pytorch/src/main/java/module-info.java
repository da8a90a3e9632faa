/** Optimizers of {@code io.radam} for the parameters of PyTorch for Java. */
module io.radam.pytorch {
    requires transitive io.radam;
    requires transitive org.bytedeco.pytorch;
    // For who trains in several processes.
    requires static transitive io.radam.sharded;

    exports io.radam.pytorch;
}
