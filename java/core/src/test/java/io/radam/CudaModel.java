package io.radam;

import io.radam.cuda.CudaDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Parameters on a GPU with the types, settings and contents of others on the host. */
final class CudaModel {
    final List<Parameter> parameters = new ArrayList<>();
    private final CudaDevice device;
    private final List<Parameter> host;

    CudaModel(List<Parameter> host, CudaDevice device, Arena arena) {
        this.device = device;
        this.host = host;
        for (Parameter parameter : host) {
            Parameter.Builder builder = Parameter.builder(onDevice(parameter.values(), arena),
                            onDevice(parameter.gradient(), arena))
                    .valuesType(parameter.valuesType()).gradientType(parameter.gradientType())
                    .rounding(parameter.rounding());
            if (parameter.rowLength() > 0) {
                builder.rowLength(parameter.rowLength());
            }
            if (parameter.copy() != null) {
                builder.copy(onDevice(parameter.copy(), arena), parameter.copyType());
            }
            if (parameter.lowerHalves() != null) {
                builder.split(onDevice(parameter.lowerHalves(), arena));
            }
            if (parameter.average() != null) {
                builder.average(onDevice(parameter.average(), arena), parameter.averageDecay());
            }
            parameters.add(builder.build());
        }
    }

    private MemorySegment onDevice(MemorySegment segment, Arena arena) {
        MemorySegment memory = device.allocate(segment.byteSize(), arena);
        device.copy(segment, memory);
        return memory;
    }

    /** Gradients as the host has them now. */
    void copyGradients() {
        for (int i = 0; i < parameters.size(); i++) {
            device.copy(host.get(i).gradient(), parameters.get(i).gradient());
        }
    }

    /** All memory that a step may write, and the state, as {@link MixedModel#bytes} has them. */
    List<byte[]> bytes(Optimizer optimizer) {
        return parameters.stream().flatMap(parameter -> bytes(parameter, optimizer.state(parameter))).toList();
    }

    private Stream<byte[]> bytes(Parameter parameter, ParameterState state) {
        return MixedModel.memory(parameter, state).stream()
                .map(segment -> segment == null ? new byte[0] : bytes(segment));
    }

    private byte[] bytes(MemorySegment segment) {
        MemorySegment host = MemorySegment.ofArray(new byte[(int) segment.byteSize()]);
        device.copy(segment, host);
        return host.toArray(ValueLayout.JAVA_BYTE);
    }
}
