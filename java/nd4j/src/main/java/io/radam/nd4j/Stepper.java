package io.radam.nd4j;

import io.radam.BackendException;
import io.radam.DType;
import io.radam.Hyperparameters;
import io.radam.InvalidParameterException;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.ParameterGroup;
import io.radam.StateType;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** An optimizer of one block of parameters. Its state is the framework's memory, and it writes updates to gradients. */
final class Stepper {
    private final Optimizer optimizer;
    private final ParameterGroup group;
    private final Parameter parameter;
    private final DataType type;
    private final long bytes;
    /** Where the buffers of the state are. */
    private final long[] stateAddresses;
    /** Where the gradient was last time. */
    private long address;
    private double learningRate;

    /**
     * A stepper for gradients like one.
     *
     * @throws BackendException if ND4J's backend is not that of the CPU
     */
    Stepper(Hyperparameters hyperparameters, INDArray gradient, State state) {
        if (!Nd4j.getEnvironment().isCPU()) {
            throw new BackendException("ND4J's backend is " + Nd4j.getBackend().getClass().getSimpleName()
                    + ", but only arrays of nd4j-native, on the CPU, can be stepped", null);
        }
        type = gradient.dataType();
        boolean isFloat = type == DataType.FLOAT;
        DType elements = isFloat ? DType.FLOAT32 : DType.BFLOAT16;
        bytes = gradient.length() * elements.bytes();
        // An update is the difference of old and new values. Of values that are 0 it is the update itself.
        Parameter.Builder builder = Parameter.builder(Zeros.ofBytes(gradient.length() * DType.FLOAT32.bytes()))
                .gradientType(elements).updateInGradient();
        stateAddresses = state.addresses();
        for (Map.Entry<String, INDArray> buffer : state.toMap().entrySet()) {
            builder.state(buffer.getKey(), segment(Arrays.address(buffer.getValue()), bytes));
        }
        parameter = builder.build();
        optimizer = Optimizer.builder(hyperparameters).parameter(parameter)
                .stateType(isFloat ? StateType.FLOAT32 : StateType.BFLOAT16).build();
        group = optimizer.groups().getFirst();
        learningRate = hyperparameters.learningRate();
    }

    /**
     * Whether a gradient is of the same type and length, and the state where it was. Without state, they may change.
     * The framework's arrays may be given other memory.
     */
    boolean fits(INDArray gradient, State state) {
        return gradient.dataType() == type && gradient.length() == parameter.length()
                && java.util.Arrays.equals(stateAddresses, state.addresses());
    }

    /** Whoever gives the address keeps the memory alive. */
    private static MemorySegment segment(long address, long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    /**
     * Overwrites the gradient with the update.
     *
     * @param at    the address of the gradient
     * @param steps the number of steps that were made before
     * @throws InvalidParameterException if the number of steps is less than 0; nothing is changed
     */
    void step(long at, double rate, int steps) {
        if (steps < 0) {
            throw new InvalidParameterException("iterations are counted from 0, but the iteration is " + steps);
        }
        if (Double.compare(rate, learningRate) != 0) {
            group.setHyperparameters(group.hyperparameters().withLearningRate(rate));
            learningRate = rate;
        }
        if (at != address) {
            optimizer.bind(parameter, segment(at, bytes));
            address = at;
        }
        optimizer.setStepCount(parameter, steps);
        optimizer.step();
    }

    void close() {
        optimizer.close();
    }
}
