/** Optimizers of {@code io.radam} for the parameters of PyTorch for Java. */
module io.radam.pytorch {
    requires transitive io.radam;
    requires transitive org.bytedeco.pytorch;

    exports io.radam.pytorch;
}
