/**
 * Training in several processes, each with a part of the optimizer's state: start at
 * {@link io.radam.sharded.ShardedOptimizer}.
 */
module io.radam.sharded {
    requires transitive io.radam;
    requires transitive io.radam.checkpoint;

    exports io.radam.sharded;
}
