package io.radam.sharded;

import java.lang.foreign.MemorySegment;

/** Collectives of which a test changes something. */
class Delegating implements Collectives {
    private final Collectives collectives;

    Delegating(Collectives collectives) {
        this.collectives = collectives;
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
        collectives.exchange(send, sendBytes, receive, receiveBytes);
    }

    @Override
    public void allGather(MemorySegment send, MemorySegment receive, long[] receiveBytes) {
        collectives.allGather(send, receive, receiveBytes);
    }

    @Override
    public void barrier() {
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
