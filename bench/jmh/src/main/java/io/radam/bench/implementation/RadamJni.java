package io.radam.bench.implementation;

import static io.radam.bench.jni.LibradamJni.RADAM_OK;
import static io.radam.bench.jni.LibradamJni.RADAM_PRESET_ADAM_PYTORCH;
import static io.radam.bench.jni.LibradamJni.RADAM_TARGET_AUTO;

import io.radam.EpsilonPlacement;
import io.radam.bench.Implementation;
import io.radam.bench.Inputs;
import io.radam.bench.Training;
import io.radam.bench.Work;
import io.radam.bench.jni.LibradamJni;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerPointer;

/** The same native library, called by a JNI binding as JavaCPP generates it, without the Java library around it. */
public final class RadamJni implements Implementation {
    @Override
    public String name() {
        return "radam-jni";
    }

    @Override
    public String description() {
        return "libradam called by JNI, through JavaCPP, on the best target";
    }

    @Override
    public EpsilonPlacement epsilonPlacement() {
        return EpsilonPlacement.BIAS_CORRECTED;
    }

    @Override
    public Training create(Work work, int threads) {
        return new PointerTraining(work.size(), threads);
    }

    private static void require(int status) {
        if (status != RADAM_OK) {
            throw new IllegalStateException("libradam reports status " + status);
        }
    }

    private static final class PointerTraining implements Training {
        private final LibradamJni.Hyperparameters hyperparameters = new LibradamJni.Hyperparameters();
        private final LibradamJni.Coefficients coefficients = new LibradamJni.Coefficients();
        private final FloatPointer values;
        private final FloatPointer gradients;
        private final FloatPointer expAvg;
        private final FloatPointer expAvgSq;
        private final PointerPointer<FloatPointer> state;
        private final int size;
        private final Ranges ranges;
        private long steps;

        PointerTraining(int size, int threads) {
            this.size = size;
            require(LibradamJni.radam_hyperparameters_init(hyperparameters, RADAM_PRESET_ADAM_PYTORCH));
            values = new FloatPointer((long) size).put(Inputs.values(size), 0, size);
            gradients = zeros();
            expAvg = zeros();
            expAvgSq = zeros();
            state = new PointerPointer<>(expAvg, expAvgSq, null);
            ranges = new Ranges(size, threads, (from, to) -> require(LibradamJni.radam_step_f32(
                    RADAM_TARGET_AUTO, coefficients, from, to, values, gradients, state)));
        }

        private FloatPointer zeros() {
            FloatPointer pointer = new FloatPointer((long) size);
            pointer.zero();
            return pointer;
        }

        @Override
        public void setGradients(float[] from) {
            gradients.put(from, 0, size);
        }

        @Override
        public void step() {
            require(LibradamJni.radam_coefficients_at(hyperparameters, ++steps, coefficients));
            ranges.run();
        }

        @Override
        public float[] parameters() {
            float[] parameters = new float[size];
            values.get(parameters, 0, size);
            return parameters;
        }

        @Override
        public void close() {
            hyperparameters.close();
            coefficients.close();
            values.close();
            gradients.close();
            expAvg.close();
            expAvgSq.close();
            state.close();
        }
    }
}
