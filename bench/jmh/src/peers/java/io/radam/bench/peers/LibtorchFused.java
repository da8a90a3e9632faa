package io.radam.bench.peers;

import io.radam.EpsilonPlacement;
import io.radam.bench.Implementation;
import io.radam.bench.Inputs;
import io.radam.bench.Point.Suite;
import io.radam.bench.Rule;
import io.radam.bench.Training;
import io.radam.bench.Work;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** PyTorch's fused Adam, the fastest that it has for processors, through PyTorch for Java. */
public final class LibtorchFused implements Implementation {
    @Override
    public String name() {
        return "libtorch-fused";
    }

    @Override
    public String description() {
        return "PyTorch 2.10 _fused_adam_, by PyTorch for Java (Bytedeco) and TorchScript";
    }

    @Override
    public boolean isPeer() {
        return true;
    }

    @Override
    public boolean takesTensors() {
        return true;
    }

    @Override
    public String baseline(Suite suite) {
        return suite == Suite.MODELS ? name() : null;
    }

    @Override
    public boolean isOfFrameworksOnly() {
        return false;
    }

    @Override
    public EpsilonPlacement epsilonPlacement() {
        return EpsilonPlacement.BIAS_CORRECTED;
    }

    @Override
    public Training create(Work work, int threads) {
        Libtorch.load();
        torch.set_num_threads(threads);
        return new TensorLists(work);
    }

    /** Lists of tensors, which live as values of TorchScript. */
    private static final class TensorLists implements Training {
        private final int size;
        private final CompilationUnit script = torch.compile(source());
        private final IValue params;
        private final IValue grads;
        private final IValueVector arguments;
        private final Function step = function("step");

        TensorLists(Work work) {
            size = work.size();
            params = call("divided", tensor(Inputs.values(size)), sizes(work));
            grads = call("zeros_like", params);
            arguments = new IValueVector(params, grads, call("zeros_like", params), call("zeros_like", params),
                    call("step_numbers", params));
        }

        private static String source() {
            try (InputStream in = LibtorchFused.class.getResourceAsStream("fused_adam.py")) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .replace("=LEARNING_RATE", "=" + Rule.LEARNING_RATE).replace("=BETA1", "=" + Rule.BETA1)
                        .replace("=BETA2", "=" + Rule.BETA2).replace("=EPSILON", "=" + Rule.EPSILON);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private Function function(String name) {
            return script.get_function(new QualifiedName(name));
        }

        private IValue call(String name, IValue... arguments) {
            return function(name).apply(new IValueVector(arguments));
        }

        private static IValue sizes(Work work) {
            try (LongPointer pointer = new LongPointer(Arrays.stream(work.sizes()).asLongStream().toArray())) {
                return new IValue(torch.from_blob(pointer, new long[] {work.tensors()},
                        new TensorOptions(ScalarType.Long)).clone());
            }
        }

        private static IValue tensor(float[] numbers) {
            try (FloatPointer pointer = new FloatPointer(numbers);
                    Tensor view = torch.from_blob(pointer, numbers.length)) {
                // A copy, which owns its memory.
                return new IValue(view.clone());
            }
        }

        @Override
        public void setGradients(float[] gradients) {
            call("copy", tensor(gradients), grads);
        }

        @Override
        public void step() {
            step.apply(arguments).close();
        }

        @Override
        public float[] parameters() {
            float[] parameters = new float[size];
            try (Tensor joined = call("joined", params).toTensor()) {
                joined.data_ptr_float().capacity(size).get(parameters);
            }
            return parameters;
        }

        @Override
        public void close() {
            arguments.close();
            params.close();
            grads.close();
            script.close();
        }
    }
}
