package io.radam.sharded;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** Collectives of which a call fails, as if another rank did not answer. */
final class Failing extends Delegating {
    private final int[] callsBefore;

    Failing(Collectives collectives, int[] callsBefore) {
        super(collectives);
        this.callsBefore = callsBefore;
    }

    private void call() {
        if (callsBefore[0]-- == 0) {
            abort("a cable is cut");
            throw new CollectivesException(List.of(), "a cable is cut");
        }
    }

    @Override
    public void exchange(MemorySegment send, long[] sendBytes, MemorySegment receive, long[] receiveBytes) {
        call();
        super.exchange(send, sendBytes, receive, receiveBytes);
    }

    @Override
    public void allGather(MemorySegment send, MemorySegment receive, long[] receiveBytes) {
        call();
        super.allGather(send, receive, receiveBytes);
    }

    @Override
    public void barrier() {
        call();
        super.barrier();
    }
}
