package io.radam.pytorch;

import io.radam.Optimizer;
import io.radam.Parameter;
import java.lang.foreign.MemorySegment;

/** What tells an optimizer where values and gradients are. */
interface Binding {
    /** Binds values and a gradient, as {@link Optimizer#bind(Parameter, MemorySegment, MemorySegment)}. */
    void bind(Parameter parameter, MemorySegment values, MemorySegment gradient);

    /** Removes the gradient, as {@link Optimizer#unbind(Parameter)}. */
    void unbind(Parameter parameter);

    /** That of an optimizer of one process. */
    static Binding of(Optimizer optimizer) {
        return new Binding() {
            @Override
            public void bind(Parameter parameter, MemorySegment values, MemorySegment gradient) {
                optimizer.bind(parameter, values, gradient);
            }

            @Override
            public void unbind(Parameter parameter) {
                optimizer.unbind(parameter);
            }
        };
    }
}
