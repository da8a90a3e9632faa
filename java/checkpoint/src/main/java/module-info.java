/** Checkpoints of {@code io.radam}: start at {@link io.radam.checkpoint.Checkpoint}. */
module io.radam.checkpoint {
    requires transitive io.radam;
    requires com.google.gson;

    exports io.radam.checkpoint;
}
