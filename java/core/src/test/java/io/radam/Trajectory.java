package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Steps an optimizer along a trajectory that a reference computed in double, and fails where they differ. */
final class Trajectory implements AutoCloseable {
    private static final double HALF_ULP = 0x1p-24;

    private final String name;
    private final float[] values;
    private final float[] gradient;
    private final List<Parameter> parameters = new ArrayList<>();
    private final Optimizer optimizer;
    private final double[] path;
    private final double[] largestGradient;
    private double lastLearningRate;
    private double learningRatePath;
    private double[] last;
    private int steps;

    /**
     * Begins the trajectory.
     *
     * @param name for messages
     */
    Trajectory(String name, double[] initial, Function<Parameter, Optimizer> optimizer) {
        this(name, initial, List.of(initial.length), List.of(0), parameters -> optimizer.apply(parameters.getFirst()));
    }

    /**
     * Begins the trajectory of several parameters.
     *
     * @param name    for messages
     * @param lengths of the parameters, whose elements follow each other in {@code initial}
     * @param rowLengths of the parameters; 0 each that has no rows
     */
    Trajectory(String name, double[] initial, List<Integer> lengths, List<Integer> rowLengths,
            Function<List<Parameter>, Optimizer> optimizer) {
        this.name = name;
        int n = initial.length;
        values = new float[n];
        gradient = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) initial[i];
        }
        path = new double[n];
        largestGradient = new double[n];
        last = initial;
        long at = 0;
        for (int length : lengths) {
            Parameter.Builder parameter = Parameter.builder(slice(values, at, length), slice(gradient, at, length));
            int rowLength = rowLengths.get(parameters.size());
            parameters.add(rowLength == 0 ? parameter.build() : parameter.rowLength(rowLength).build());
            at += length;
        }
        assertEquals(n, at, "lengths");
        this.optimizer = optimizer.apply(parameters);
    }

    private static MemorySegment slice(float[] whole, long first, long length) {
        return MemorySegment.ofArray(whole).asSlice(first * Float.BYTES, length * Float.BYTES);
    }

    Optimizer optimizer() {
        return optimizer;
    }

    /** After a step. It errs as parameters do, by the roundings of all steps, relative to the way that it has come. */
    void checkLearningRate(double expected) {
        learningRatePath += Math.abs(expected - lastLearningRate);
        lastLearningRate = expected;
        assertEquals(expected, optimizer.groups().getFirst().hyperparameters().learningRate(),
                (8 + steps) * HALF_ULP * learningRatePath, name + ", learning rate after step " + steps);
    }

    /** Makes a step without options. */
    void step(double[] gradients, double[] expected) {
        step(gradients, expected, StepOptions.NONE);
    }

    /**
     * Makes a step. An error may be as large as the roundings of a few operations and of all steps so far, relative to
     * the parameter and the length of the way that it has come.
     */
    void step(double[] gradients, double[] expected, StepOptions options) {
        assertEquals(values.length, gradients.length, "gradients");
        assertEquals(values.length, expected.length, "parameters");
        steps++;
        Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
        double decay = h.algorithm().movesLearningRate() ? h.weightDecay() : 0; // which is in their gradients
        if (steps == 1) {
            lastLearningRate = h.learningRate();
        }
        for (int i = 0; i < values.length; i++) {
            gradient[i] = (float) gradients[i];
            largestGradient[i] = Math.max(largestGradient[i], Math.abs(gradients[i]) + decay * Math.abs(last[i]));
        }
        optimizer.step(options);
        for (int i = 0; i < values.length; i++) {
            path[i] += Math.abs(expected[i] - last[i]);
            double bound = (8 + steps) * HALF_ULP * (Math.abs(expected[i]) + path[i]);
            check("parameter after step " + steps, i, values[i], expected[i], bound);
        }
        last = expected;
    }

    /**
     * After the last step. Signed buffers lose digits where gradients cancel, so they may err relative to these; a
     * buffer of momentum, which is no average, relative to what they add up to. That of RMSprop adds quotients, whose
     * denominator is at least the gradient times the root of {@code 1 - alpha}.
     *
     * @param expected by name
     */
    void finish(Map<String, double[]> expected) {
        Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
        Set<String> names = new HashSet<>(expected.keySet());
        if (h.algorithm() == Algorithm.ADABELIEF && h.get(AdaBeliefSettings.RECTIFY)) {
            names.remove("max_exp_avg_var"); // the authors keep it, and do not use it
        }
        for (String number : h.algorithm().numbers()) {
            if (names.remove(number)) {
                checkNumbers(number, expected.get(number));
            }
        }
        for (Parameter parameter : parameters) {
            ParameterState state = optimizer.state(parameter);
            assertEquals(steps, state.step());
            assertTrue(state.buffers().keySet().containsAll(names), () -> "state: " + state);
        }
        double sumOfWeights = switch (h.algorithm().kind()) {
            case SGD -> 1 / (1 - h.get(SgdSettings.MOMENTUM));
            case LARS -> 1 / (1 - h.get(LarsSettings.MOMENTUM));
            case SGDP -> 1 / (1 - h.get(SgdPSettings.MOMENTUM));
            case SGD_HD -> 1 / (1 - h.get(SgdHDSettings.MOMENTUM));
            case YELLOWFIN -> 4; // no momentum of the files is above 3/4
            case NOVOGRAD -> 1 / (1 - h.get(NovoGradSettings.BETA1));
            case RMSPROP -> 1 / (1 - h.get(RMSpropSettings.MOMENTUM));
            default -> 1;
        };
        for (StateBuffer buffer : optimizer.algorithm().state()) {
            double[] wanted = expected.get(buffer.name());
            if (wanted == null || !names.contains(buffer.name())) {
                continue;
            }
            assertEquals(values.length, wanted.length, buffer.name());
            boolean addsQuotients = h.algorithm() == Algorithm.RMSPROP && buffer.name().equals("momentum_buffer");
            float[] actual = elements(buffer.name());
            for (int i = 0; i < values.length; i++) {
                double largest = addsQuotients ? 1 / Math.sqrt(1 - h.get(RMSpropSettings.ALPHA)) : largestGradient[i];
                double bound = buffer.signed()
                        ? 4e-6 * (Math.abs(wanted[i]) + 0.01 * sumOfWeights * largest)
                        : 2e-6 * Math.abs(wanted[i]);
                check(buffer.name(), i, actual[i], wanted[i], bound);
            }
        }
    }

    @Override
    public void close() {
        optimizer.close();
    }

    /** A buffer's elements, of one parameter after the other. */
    private float[] elements(String buffer) {
        float[] elements = new float[values.length];
        long at = 0;
        for (Parameter parameter : parameters) {
            MemorySegment from = optimizer.state(parameter).buffer(buffer).elements();
            slice(elements, at, parameter.length()).copyFrom(from);
            at += parameter.length();
        }
        return elements;
    }

    /** Of each parameter. They are sums of floats that were rounded once, and averages by a rate that is a float. */
    private void checkNumbers(String number, double[] expected) {
        assertEquals(parameters.size(), expected.length, number);
        for (int i = 0; i < expected.length; i++) {
            double actual = optimizer.state(parameters.get(i)).numbers().get(number);
            double bound = (4 + steps) * HALF_ULP * expected[i];
            assertEquals(expected[i], actual, bound, name + ", " + number + " of parameter " + i);
        }
    }

    private void check(String what, int column, float actual, double expected, double bound) {
        double error = Math.abs(actual - expected);
        if (!(error <= bound)) { // so that NaN fails
            fail(name + ", " + what + ", column " + column + ": " + actual + " is " + error + " from " + expected
                    + ", more than " + bound);
        }
    }
}
