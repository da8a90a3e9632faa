package io.radam.recipes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.InvalidParameterException;
import io.radam.Parameter;
import io.radam.RAdam;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.EagerSession;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/** What the page says about the memory of variables, gradients and tensors of TensorFlow Java. */
class TensorFlowMemoryTest {
    private final Graph graph = new Graph();
    private final Session session = new Session(graph);
    private final Ops tf = Ops.create(graph);

    @AfterEach
    void close() {
        session.close();
        graph.close();
    }

    // ------------------------------------------------------------------------------------------ Variable: tf.variable

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1000, 1_000_000})
    void aVariableStaysInItsMemory(int size) {
        Placeholder<TFloat32> fed = placeholder(size);
        Variable<TFloat32> variable = tf.variable(Shape.of(size), TFloat32.class);
        Op assign = tf.assign(variable, fed);
        Op assignComputed = tf.assign(variable, tf.math.mul(fed, fed));
        Op add = tf.assignAdd(variable, fed);
        Op scatter = tf.scatterUpdate(variable, tf.constant(new int[] {0}), tf.constant(new float[] {8}));
        Operand<TFloat32> twice = tf.math.mul(variable, tf.constant(2f));
        try (TFloat32 fives = tensor(size, 5)) {
            run(assign, fed, fives);
            MemorySegment memory = TensorFlowDigits.memory(session, variable);
            assertNotEquals(TensorFlowDigits.memory(fives).address(), memory.address());

            memory.setAtIndex(ValueLayout.JAVA_FLOAT, 0, 7);
            assertEquals(7, first(variable));
            assertEquals(14, first(twice));
            assertEquals(5, fives.getFloat(0));

            for (boolean held : new boolean[] {false, true}) {
                Result alias = held ? session.runner().fetch(variable).run() : null;
                run(assign, fed, fives);
                assertEquals(5, memory.getAtIndex(ValueLayout.JAVA_FLOAT, 0));
                run(add, fed, fives);
                assertEquals(10, memory.getAtIndex(ValueLayout.JAVA_FLOAT, 0));
                run(assignComputed, fed, fives);
                assertEquals(25, memory.getAtIndex(ValueLayout.JAVA_FLOAT, 0));
                run(scatter, fed, fives);
                assertEquals(8, memory.getAtIndex(ValueLayout.JAVA_FLOAT, 0));
                assertEquals(memory.address(), TensorFlowDigits.memory(session, variable).address());
                if (held) {
                    alias.close();
                }
            }
        }
    }

    @Test
    void variablesShareNoMemoryWithWhatTheyBeganAs() {
        Operand<TFloat32> constant = tf.constant(new float[] {1, 2, 3});
        Variable<TFloat32> one = tf.variable(constant);
        Variable<TFloat32> other = tf.variable(constant);
        session.initialize();

        TensorFlowDigits.memory(session, one).fill((byte) 0);
        assertArrayEquals(new float[3], values(one));
        assertArrayEquals(new float[] {1, 2, 3}, values(other));
        assertArrayEquals(new float[] {1, 2, 3}, values(constant));
    }

    // ----------------------------------------------------------------------------- resource variables: tf.varHandleOp

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1000, 1_000_000})
    void aResourceVariableIsWhatWasAssigned(int size) {
        Placeholder<TFloat32> fed = placeholder(size);
        VarHandleOp handle = tf.varHandleOp(TFloat32.class, Shape.of(size));
        Op assign = tf.assignVariableOp(handle, fed);
        Operand<TFloat32> variable = tf.readVariableOp(handle, TFloat32.class);
        Operand<TFloat32> twice = tf.math.mul(variable, tf.constant(2f));
        MemorySegment memory;
        try (TFloat32 fives = tensor(size, 5)) {
            run(assign, fed, fives);
            memory = TensorFlowDigits.memory(session, variable);
            assertEquals(TensorFlowDigits.memory(fives).address(), memory.address());
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, 0, 7);
            assertEquals(7, fives.getFloat(0));
        }
        assertEquals(7, first(variable));
        assertEquals(14, first(twice));
    }

    @Test
    void aResourceVariableMovesWhenItIsAssigned() {
        Placeholder<TFloat32> fed = placeholder(3);
        VarHandleOp handle = tf.varHandleOp(TFloat32.class, Shape.of(3));
        Op assign = tf.assignVariableOp(handle, fed);
        Op add = tf.assignAddVariableOp(handle, fed);
        Operand<TFloat32> variable = tf.readVariableOp(handle, TFloat32.class);
        try (TFloat32 ones = tensor(3, 1); TFloat32 fives = tensor(3, 5)) {
            run(assign, fed, ones);
            try (Result old = session.runner().fetch(variable).run()) {
                MemorySegment memory = TensorFlowDigits.memory(old.get(0));
                run(add, fed, fives);
                assertEquals(6, first(variable));
                assertEquals(1, memory.getAtIndex(ValueLayout.JAVA_FLOAT, 0), "the old memory, while somebody has it");
                run(assign, fed, fives);
                assertEquals(5, first(variable));
                assertEquals(1, memory.getAtIndex(ValueLayout.JAVA_FLOAT, 0));
            }
        }
    }

    @Test
    void resourceVariablesShareTheMemoryOfConstants() {
        Operand<TFloat32> constant = tf.constant(new float[] {1, 2, 3});
        VarHandleOp one = tf.varHandleOp(TFloat32.class, Shape.of(3));
        VarHandleOp other = tf.varHandleOp(TFloat32.class, Shape.of(3));
        Op assign = tf.assignVariableOp(one, constant);
        Op assignOther = tf.assignVariableOp(other, tf.constant(new float[] {1, 2, 3}));
        session.runner().addTarget(assign).addTarget(assignOther).run().close();
        MemorySegment memory = TensorFlowDigits.memory(session, tf.readVariableOp(one, TFloat32.class));
        MemorySegment otherMemory = TensorFlowDigits.memory(session, tf.readVariableOp(other, TFloat32.class));
        assertEquals(memory.address(), otherMemory.address(), "TensorFlow makes one of equal constants");
        assertThrows(InvalidParameterException.class, () -> RAdam.builder()
                .parameter(Parameter.of(memory, MemorySegment.ofArray(new float[3])))
                .parameter(Parameter.of(otherMemory, MemorySegment.ofArray(new float[3]))).build());

        memory.fill((byte) 0);
        session.runner().addTarget(assign).addTarget(assignOther).run().close();
        assertArrayEquals(new float[3], values(tf.readVariableOp(one, TFloat32.class)), "what was written");
    }

    @Test
    void resourceVariablesThatAreScatteredToAreCopiedByEachFetch() {
        VarHandleOp handle = tf.varHandleOp(TFloat32.class, Shape.of(3));
        Operand<TFloat32> variable = tf.withName("sparse").readVariableOp(handle, TFloat32.class);
        run(tf.assignVariableOp(handle, tf.constant(new float[] {1, 2, 3})));
        run(tf.resourceScatterAdd(handle, tf.constant(new int[] {1}), tf.constant(new float[] {10})));

        var thrown = assertThrows(IllegalArgumentException.class, () -> TensorFlowDigits.memory(session, variable));
        assertTrue(thrown.getMessage().contains("sparse"), thrown.getMessage());
        assertArrayEquals(new float[] {1, 12, 3}, values(variable));
    }

    @Test
    void aResourceVariableIsSteppedWhereItIs() {
        Placeholder<TFloat32> fed = placeholder(3);
        VarHandleOp handle = tf.varHandleOp(TFloat32.class, Shape.of(3));
        Operand<TFloat32> variable = tf.readVariableOp(handle, TFloat32.class);
        Operand<TFloat32> wanted = tf.constant(new float[] {3, -1, 2});
        Operand<TFloat32> loss = tf.reduceSum(tf.math.square(tf.math.sub(variable, wanted)), tf.constant(0));
        Output<?> gradient = graph.addGradients(loss.asOutput(), new Output<?>[] {variable.asOutput()})[0];
        try (TFloat32 zeros = tensor(3, 0)) {
            run(tf.assignVariableOp(handle, fed), fed, zeros);
        }
        Parameter parameter = Parameter.builder(TensorFlowDigits.memory(session, variable)).build();
        try (var optimizer = RAdam.builder().learningRate(0.1).parameter(parameter).build()) {
            for (int step = 1; step <= 500; step++) {
                try (Result result = session.runner().fetch(variable).fetch(gradient).run()) {
                    optimizer.bind(parameter, TensorFlowDigits.memory(result.get(0)),
                            TensorFlowDigits.memory(result.get(1)));
                    optimizer.step();
                }
            }
        }
        assertArrayEquals(new float[] {3, -1, 2}, values(variable), 0.01f);
    }

    // --------------------------------------------------------------------------------------------------- fed tensors

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1000, 1_000_000})
    void aFedTensorIsReadWhereItIs(int size) {
        Placeholder<TFloat32> fed = placeholder(size);
        Operand<TFloat32> same = tf.identity(fed);
        Operand<TFloat32> twice = tf.math.mul(fed, tf.constant(2f));
        try (TFloat32 fives = tensor(size, 5)) {
            MemorySegment memory = TensorFlowDigits.memory(fives);
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, 0, 7);
            try (Result result = session.runner().feed(fed, fives).fetch(same).fetch(twice).run()) {
                assertEquals(memory.address(), TensorFlowDigits.memory(result.get(0)).address());
                assertEquals(14, ((TFloat32) result.get(1)).getFloat(0));
            }
            assertEquals(7, fives.getFloat(0));
        }
    }

    // ------------------------------------------------------------------------------------------------------ gradients

    @Test
    void aGradientMayBeAConstantOfTheGraph() {
        Variable<TFloat32> variable = tf.variable(tf.constant(new float[] {1, 2, 3}));
        Operand<TFloat32> factors = tf.constant(new float[] {4, 5, 6});
        Operand<TFloat32> loss = tf.reduceSum(tf.math.mul(variable, factors), tf.constant(0));
        Operand<TFloat32> gradient = gradient(loss, variable);
        session.initialize();
        assertArrayEquals(new float[] {4, 5, 6}, values(gradient));

        try (Result result = session.runner().fetch(gradient).run()) {
            TensorFlowDigits.memory(result.get(0)).fill((byte) 0);
        }
        assertArrayEquals(new float[3], values(gradient), "of all later runs");
    }

    @Test
    void aGradientThatIsTheVariableItselfIsRefused() {
        Variable<TFloat32> variable = tf.variable(tf.constant(new float[] {1, 2, 3}));
        Operand<TFloat32> gradient = gradient(tf.nn.l2Loss(variable), variable);
        session.initialize();
        try (Result result = session.runner().fetch(variable).fetch(gradient).run()) {
            assertThrows(InvalidParameterException.class, () -> Parameter.of(
                    TensorFlowDigits.memory(result.get(0)), TensorFlowDigits.memory(result.get(1))));
        }
    }

    @Test
    void withoutAGraphThereAreNoGradients() {
        try (EagerSession eager = EagerSession.create()) {
            Ops ops = Ops.create(eager);
            Operand<TFloat32> x = ops.constant(3f);
            assertThrows(IllegalArgumentException.class, () -> ops.gradients(ops.math.square(x), List.of(x)));
        }
    }

    // --------------------------------------------------------------------------------------------------------- shared

    private Placeholder<TFloat32> placeholder(int size) {
        return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(size)));
    }

    @SuppressWarnings("unchecked")
    private Operand<TFloat32> gradient(Operand<TFloat32> loss, Operand<TFloat32> variable) {
        return (Output<TFloat32>) graph.addGradients(loss.asOutput(), new Output<?>[] {variable.asOutput()})[0];
    }

    private static TFloat32 tensor(int size, float value) {
        return TFloat32.tensorOf(Shape.of(size), tensor -> tensor.scalars().forEach(each -> each.setFloat(value)));
    }

    private void run(Op target) {
        session.runner().addTarget(target).run().close();
    }

    private void run(Op target, Operand<TFloat32> placeholder, TFloat32 fed) {
        session.runner().feed(placeholder, fed).addTarget(target).run().close();
    }

    private float[] values(Operand<TFloat32> operand) {
        try (Result result = session.runner().fetch(operand).run()) {
            return TensorFlowDigits.memory(result.get(0)).toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    private float first(Operand<TFloat32> operand) {
        return values(operand)[0];
    }
}
