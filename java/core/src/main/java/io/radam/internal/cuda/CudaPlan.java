package io.radam.internal.cuda;

import static io.radam.internal.ffi.RadamCudaH.radam_cuda_bind;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_gradient_means;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_gradient_statistics;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_piece_statistics;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_piece_sums;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_plan_init;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_plan_size;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_row_sums;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_set_coefficients;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_step;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_tensor_sums;
import static io.radam.internal.kernel.TensorStruct.orNull;

import io.radam.Algorithm;
import io.radam.internal.ffi.radam_cuda_binding;
import io.radam.internal.ffi.radam_cuda_plan;
import io.radam.internal.ffi.radam_cuda_tensor;
import io.radam.internal.ffi.radam_tensor;
import io.radam.internal.kernel.Tensor;
import io.radam.internal.kernel.TensorStruct;
import io.radam.internal.library.CudaLibrary;
import io.radam.internal.schedule.StepCoefficients;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/** Tensors that a GPU steps at once: {@code radam_cuda_plan} of {@code radam_cuda.h}. */
public final class CudaPlan {
    /**
     * A tensor of the plan.
     *
     * @param tensor a tensor whose memory is on the device
     * @param group  the number of its coefficients; -1 if the tensor takes no part in steps
     */
    public record Entry(Tensor tensor, int group) {
    }

    private final CudaQueue queue;
    private final MemorySegment plan;
    private final MemorySegment bindings;
    /** The structs of the array {@code bindings}, made once because a step allocates nothing. */
    private final MemorySegment[] changes;
    /** The sizes of the largest element of any values, and of any gradient: all addresses must be aligned to them. */
    private final long valuesAlignment;
    private final long gradientAlignment;

    /**
     * Makes a plan. Waits for the stream.
     *
     * @param algorithm of all tensors
     * @param entries   at least one
     * @param groups    the number of sets of coefficients
     * @param arena     owns the plan's memory
     */
    public CudaPlan(CudaQueue queue, Algorithm algorithm, List<Entry> entries, int groups, Arena arena) {
        this.queue = queue;
        plan = radam_cuda_plan.allocate(arena);
        bindings = radam_cuda_binding.allocateArray(entries.size(), arena);
        changes = new MemorySegment[entries.size()];
        Arrays.setAll(changes, i -> radam_cuda_binding.asSlice(bindings, i));
        valuesAlignment = entries.stream().mapToLong(entry -> entry.tensor.valuesType().bytes()).max().orElseThrow();
        gradientAlignment = entries.stream().mapToLong(entry -> entry.tensor.gradientType().bytes()).max()
                .orElseThrow();
        radam_cuda_plan.struct_size(plan, (int) radam_cuda_plan.sizeof());
        try (Arena local = Arena.ofConfined()) {
            MemorySegment tensors = radam_cuda_tensor.allocateArray(entries.size(), local);
            for (int i = 0; i < entries.size(); i++) {
                write(entries.get(i), radam_cuda_tensor.asSlice(tensors, i));
            }
            MemorySegment size = local.allocate(ValueLayout.JAVA_LONG);
            CudaLibrary.check(radam_cuda_plan_size(tensors, entries.size(), groups, size), "plan");
            MemorySegment memory = queue.allocate(size.get(ValueLayout.JAVA_LONG, 0), arena);
            CudaLibrary.check(radam_cuda_plan_init(plan, queue.device(), StepCoefficients.nativeId(algorithm), tensors,
                    entries.size(), groups, MemorySegment.ofAddress(memory.address()), queue.stream()), "plan");
        }
    }

    private static void write(Entry entry, MemorySegment struct) {
        Tensor tensor = entry.tensor;
        MemorySegment common = radam_cuda_tensor.tensor(struct);
        TensorStruct.write(tensor, common);
        radam_tensor.average_rate(common, tensor.averageRate());
        radam_cuda_tensor.param(struct, orNull(tensor.values()));
        radam_cuda_tensor.grad(struct, orNull(tensor.gradient()));
        radam_cuda_tensor.param_copy(struct, orNull(tensor.copyOrLowerHalves()));
        radam_cuda_tensor.param_average(struct, orNull(tensor.average()));
        radam_cuda_tensor.group(struct, entry.group);
    }

    /**
     * Whether a tensor's memory can be bound. A plan does not know the types of a single tensor, so it wants all
     * addresses aligned to the largest element of any tensor.
     */
    public boolean canBind(Tensor tensor) {
        return tensor.values().address() % valuesAlignment == 0
                && tensor.gradient().address() % gradientAlignment == 0;
    }

    /**
     * Writes a binding, one of those that {@link #bind} queues.
     *
     * @param change the number of the binding
     * @param number the number of the tensor, in the order of the entries
     * @param tensor the tensor
     * @param group  the number of its coefficients; -1 if the tensor takes no part in steps
     */
    public void change(int change, int number, Tensor tensor, int group) {
        MemorySegment binding = changes[change];
        radam_cuda_binding.tensor(binding, number);
        radam_cuda_binding.param(binding, orNull(tensor.values()));
        radam_cuda_binding.grad(binding, orNull(tensor.gradient()));
        radam_cuda_binding.group(binding, group);
        radam_cuda_binding.average_rate(binding, tensor.averageRate());
    }

    /** Queues the bindings with numbers less than this. */
    public void bind(int changes) {
        CudaLibrary.check(radam_cuda_bind(plan, bindings, changes, queue.stream()), "bind");
    }

    /**
     * Queues coefficients for what is queued after them.
     *
     * @param coefficients an array of {@code radam_coefficients}, one for each group
     * @param steps        an array of their step numbers
     * @param options      {@code radam_cuda_step_options}
     */
    public void setCoefficients(MemorySegment coefficients, MemorySegment steps, MemorySegment options) {
        CudaLibrary.check(radam_cuda_set_coefficients(plan, coefficients, steps, options, queue.stream()), "step");
    }

    /** Queues a step. Of a layer-wise algorithm, the coefficients have to be reduced ones. */
    public void step() {
        CudaLibrary.check(radam_cuda_step(plan, queue.stream()), "step");
    }

    /** Queues the computation of the means of rows, for what is queued after it. */
    public void gradientMeans() {
        CudaLibrary.check(radam_cuda_gradient_means(plan, queue.stream()), "means");
    }

    /**
     * Queues the computation of the sums for a step of a layer-wise algorithm, by its own coefficients.
     *
     * @param sums device memory for a {@link io.radam.internal.kernel.SumsTable} with an entry for each tensor
     */
    public void tensorSums(MemorySegment sums) {
        CudaLibrary.check(radam_cuda_tensor_sums(plan, MemorySegment.ofAddress(sums.address()), queue.stream()),
                "sums");
    }

    /**
     * The same of each piece.
     *
     * @param sums device memory for a table with an entry for each piece, in the order of the tensors
     */
    public void pieceSums(MemorySegment sums) {
        CudaLibrary.check(radam_cuda_piece_sums(plan, MemorySegment.ofAddress(sums.address()), queue.stream()), "sums");
    }

    /**
     * The same of an algorithm that measures rows.
     *
     * @param sums device memory for the sums of each row, in the order of the tensors
     */
    public void rowSums(MemorySegment sums) {
        CudaLibrary.check(radam_cuda_row_sums(plan, MemorySegment.ofAddress(sums.address()), queue.stream()), "sums");
    }

    /**
     * Queues the computation of the gradients' statistics.
     *
     * @param statistics device memory for a {@link io.radam.internal.kernel.StatisticsTable} with an entry for each
     *     tensor
     */
    public void gradientStatistics(MemorySegment statistics) {
        CudaLibrary.check(radam_cuda_gradient_statistics(plan, MemorySegment.ofAddress(statistics.address()),
                queue.stream()), "statistics");
    }

    /**
     * The same of each piece.
     *
     * @param statistics device memory for a table with an entry for each piece, in the order of the tensors
     */
    public void pieceStatistics(MemorySegment statistics) {
        CudaLibrary.check(radam_cuda_piece_statistics(plan, MemorySegment.ofAddress(statistics.address()),
                queue.stream()), "statistics");
    }
}
