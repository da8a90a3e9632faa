package io.radam.sharded;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** Collectives of which a call fails, as if another rank did not answer. */
record Failing(Collectives collectives, int[] callsBefore) implements Collectives {
    private void call() {
        if (callsBefore[0]-- == 0) {
            collectives.abort("a cable is cut");
            throw new CollectivesException(List.of(), "a cable is cut");
        }
    }

    @Override
    public int rank() {
        return collectives.rank();
    }

    @Override
    public int size() {
        return collectives.size();
    }

    @Override
    public void exchange(MemorySegment send, long[] sendBytes, MemorySegment receive, long[] receiveBytes) {
        call();
        collectives.exchange(send, sendBytes, receive, receiveBytes);
    }

    @Override
    public void allGather(MemorySegment send, MemorySegment receive, long[] receiveBytes) {
        call();
        collectives.allGather(send, receive, receiveBytes);
    }

    @Override
    public void barrier() {
        call();
        collectives.barrier();
    }

    @Override
    public void abort(String reason) {
        collectives.abort(reason);
    }

    @Override
    public void close() {
        collectives.close();
    }
}
