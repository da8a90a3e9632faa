package io.radam;

import io.radam.internal.schedule.StepCoefficients;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The coefficients of one step, which follow from the hyperparameters and the step number. They show what an optimizer
 * does. {@code radam_coefficients} in {@code radam.h} documents the rules that apply them.
 *
 * {@snippet :
 * if (optimizer.coefficients(parameter) instanceof Coefficients.Adam adam && !adam.rectified()) {
 *     System.out.println("step " + adam.step() + " is not rectified: rho is " + adam.rho());
 * }
 * }
 */
public sealed interface Coefficients {
    /**
     * The coefficients of a step.
     *
     * @param hyperparameters the hyperparameters
     * @param step            the step number, counted from 1
     * @return the coefficients
     * @throws IllegalArgumentException if the step is less than 1
     * @throws RuntimeException what the coefficients of a {@link CustomAlgorithm} throw; {@link
     *     InvalidHyperparameterException} if one of them is not finite
     */
    static Coefficients of(Hyperparameters hyperparameters, long step) {
        if (step < 1) {
            throw new IllegalArgumentException("steps are counted from 1, but step is " + step);
        }
        return StepCoefficients.at(hyperparameters, step);
    }

    /**
     * The step number.
     *
     * @return counted from 1
     */
    long step();

    /**
     * The learning rate of this step.
     *
     * @return with warm-up applied
     */
    double learningRate();

    /**
     * What gradients are multiplied by.
     *
     * @return negative to maximize
     */
    float gradientScale();

    /**
     * The weight decay that is added to the gradient.
     *
     * @return 0 where there is none, or the decay is decoupled
     */
    float l2();

    /**
     * The part of itself that a parameter loses to decoupled weight decay.
     *
     * @return 0 where there is none
     */
    float decay();

    /**
     * What the update is multiplied by.
     *
     * @return at least 0
     */
    float stepSize();

    /**
     * Of {@link Algorithm#ADAM}.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate of this step, warm-up applied
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param l2            the weight decay that is added to the gradient
     * @param decay         the part of itself that a parameter loses to decoupled weight decay
     * @param stepSize      what the update is multiplied by
     * @param epsilon       what is added to the denominator
     * @param mode          what the step does with an element
     * @param rectified     whether RAdam rectified this step; always true without rectification
     * @param rho           length of the simple moving average that the second moment approximates; 0 without
     *                      rectification
     * @param rectification RAdam's factor r: 0 where not rectified, 1 without rectification
     */
    record Adam(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize,
            float epsilon,
            Mode mode,
            boolean rectified,
            double rho,
            double rectification) implements Coefficients {
    }

    /**
     * What a step of Adam does with an element of a parameter p, whose moments are m and v; and of AdaBelief, which has
     * the first two, with its variance for v.
     */
    enum Mode {
        /** p moves by {@code stepSize * m / (sqrt(v) + epsilon)}. */
        ADAPTIVE,
        /** p moves by {@code stepSize * m}. */
        MOMENTUM,
        /** m and v are updated, p is left as it is. */
        MOMENTS_ONLY,
        /** v is updated, m and p are left as they are. */
        SECOND_MOMENT_ONLY
    }

    /**
     * Of {@link Algorithm#SGD}.
     *
     * @param step              the step number, counted from 1
     * @param learningRate      the learning rate
     * @param gradientScale     what gradients are multiplied by; negative to maximize
     * @param l2                the weight decay that is added to the gradient
     * @param decay             the part of itself that a parameter loses to decoupled weight decay
     * @param stepSize          what the update is multiplied by
     * @param momentum          what the buffer is multiplied by; 0 in step 1
     * @param oneMinusDampening what gradients are multiplied by on their way into the buffer; 1 in step 1
     * @param nesterov          the momentum under Nesterov's update; 0 without
     */
    record SGD(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize,
            float momentum,
            float oneMinusDampening,
            float nesterov) implements Coefficients {
    }

    /**
     * Of {@link Algorithm#LION}.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param decay         the part of itself that a parameter loses to weight decay
     * @param stepSize      what the sign is multiplied by
     */
    record Lion(
            long step,
            double learningRate,
            float gradientScale,
            float decay,
            float stepSize) implements Coefficients {
        @Override
        public float l2() {
            return 0;
        }
    }

    /**
     * Of {@link Algorithm#NADAM}.
     *
     * @param step            the step number, counted from 1
     * @param learningRate    the learning rate
     * @param gradientScale   what gradients are multiplied by; negative to maximize
     * @param l2              the weight decay that is added to the gradient
     * @param decay           the part of itself that a parameter loses to decoupled weight decay
     * @param stepSize        what the update is multiplied by
     * @param gradientFactor  what the gradient is multiplied by in the update's numerator
     * @param expAvgFactor    what the first moment is multiplied by there
     * @param epsilon         what is added to the denominator
     * @param momentum        the momentum of this step, PyTorch's {@code mu}
     * @param momentumProduct the product of the momenta of all steps up to this one, PyTorch's {@code mu_product}, if
     *                        they all had these hyperparameters; to about 1e-16, since 1 minus it is what counts
     */
    record NAdam(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize,
            float gradientFactor,
            float expAvgFactor,
            float epsilon,
            double momentum,
            double momentumProduct) implements Coefficients {
    }

    /**
     * Of {@link Algorithm#RMSPROP}.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param l2            the weight decay that is added to the gradient
     * @param decay         the part of itself that a parameter loses to decoupled weight decay
     * @param stepSize      what the update is multiplied by
     * @param alpha         decay rate of the averages
     * @param epsilon       what is added to the root
     * @param epsilonInRoot what is added below the root
     * @param momentum      what the buffer is multiplied by
     */
    record RMSprop(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize,
            float alpha,
            float epsilon,
            float epsilonInRoot,
            float momentum) implements Coefficients {
    }

    /**
     * Of {@link Algorithm#ADAGRAD}.
     *
     * @param step               the step number, counted from 1
     * @param learningRate       the learning rate of this step
     * @param gradientScale      what gradients are multiplied by; negative to maximize
     * @param l2                 the weight decay that is added to the gradient
     * @param decay              the part of itself that a parameter loses to decoupled weight decay
     * @param stepSize           what the update is multiplied by
     * @param epsilon            what is added to the root
     * @param initialAccumulator what is added to sums in this step; 0 but for step 1
     */
    record Adagrad(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize,
            float epsilon,
            float initialAccumulator) implements Coefficients {
    }

    /**
     * Of {@link Algorithm#ADAMAX}.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param l2            the weight decay that is added to the gradient
     * @param decay         the part of itself that a parameter loses to decoupled weight decay
     * @param stepSize      what the update is multiplied by
     * @param epsilon       what is added to magnitudes
     */
    record Adamax(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize,
            float epsilon) implements Coefficients {
    }

    /**
     * Of {@link Algorithm#ADADELTA}.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param l2            the weight decay that is added to the gradient
     * @param decay         the part of itself that a parameter loses to decoupled weight decay
     * @param stepSize      what the update is multiplied by
     * @param rho           decay rate of both averages
     * @param epsilon       what is added below the roots
     */
    record Adadelta(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize,
            float rho,
            float epsilon) implements Coefficients {
    }

    /**
     * Of {@link Algorithm#ADABELIEF}.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param l2            the weight decay that is added to the gradient
     * @param decay         the part of itself that a parameter loses to decoupled weight decay
     * @param stepSize      what the update is multiplied by; 0 in a step that is skipped
     * @param varEpsilon    what is added to the variance
     * @param epsilon       what is added to the denominator
     * @param mode          what the step does with an element: adaptive, or along the first moment
     * @param rectified     whether this step is rectified; always true without rectification
     * @param rho           length of the simple moving average that the variance approximates; 0 without rectification
     * @param rectification RAdam's factor r: 0 where not rectified, 1 without rectification
     */
    record AdaBelief(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize,
            float varEpsilon,
            float epsilon,
            Mode mode,
            boolean rectified,
            double rho,
            double rectification) implements Coefficients {
    }

    /**
     * Of {@link Algorithm#ADOPT}. Step 1 moves the second moment alone, to the square of the gradient.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param l2            the weight decay that is added to the gradient
     * @param decay         the part of itself that a parameter loses to decoupled weight decay; 0 in step 1
     * @param stepSize      what the first moment is multiplied by; 0 in step 1
     * @param epsilon       the least that a gradient is divided by; 1 in step 1
     * @param bound         what the quotient is cut to
     */
    record ADOPT(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize,
            float epsilon,
            float bound) implements Coefficients {
    }

    /**
     * Of {@link Algorithm#YOGI}.
     *
     * @param step               the step number, counted from 1
     * @param learningRate       the learning rate
     * @param gradientScale      what gradients are multiplied by; negative to maximize
     * @param l2                 the weight decay that is added to the gradient
     * @param decay              the part of itself that a parameter loses to decoupled weight decay
     * @param stepSize           what the update is multiplied by
     * @param epsilon            what is added to the denominator
     * @param initialAccumulator what is added to both moments in this step; 0 but for step 1
     */
    record Yogi(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize,
            float epsilon,
            float initialAccumulator) implements Coefficients {
    }

    /**
     * Of {@link Algorithm#QHADAM}.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param l2            the weight decay that is added to the gradient
     * @param decay         the part of itself that a parameter loses to decoupled weight decay
     * @param stepSize      what the update is multiplied by
     * @param beta1         the part that the first moment keeps in this step; 0 in step 1
     * @param oneMinusBeta1 1 minus that
     * @param beta2         the part that the second moment keeps in this step; 0 in step 1
     * @param oneMinusBeta2 1 minus that
     * @param epsilon       what is added to the root
     */
    record QHAdam(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize,
            float beta1,
            float oneMinusBeta1,
            float beta2,
            float oneMinusBeta2,
            float epsilon) implements Coefficients {
    }

    /**
     * Of {@link Algorithm#ADEMAMIX}.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param l2            the weight decay that is added to the gradient
     * @param decay         the part of itself that a parameter loses to decoupled weight decay
     * @param stepSize      what the update is multiplied by
     * @param beta3         the part that the slow average keeps in this step
     * @param oneMinusBeta3 1 minus that
     * @param alpha         what the slow average is multiplied by in this step: the schedule's alpha times 1 - beta1^step
     * @param epsilon       what is added to the root
     */
    record AdEMAMix(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize,
            float beta3,
            float oneMinusBeta3,
            float alpha,
            float epsilon) implements Coefficients {
    }

    /**
     * Of {@link Algorithm#ADAMOD}.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param l2            the weight decay that is added to the gradient
     * @param decay         the part of itself that a parameter loses to decoupled weight decay
     * @param stepSize      what the update is multiplied by, which is 1, since it has the learning rate
     * @param rate          what is divided to be an element's learning rate: Adam's step size
     * @param epsilon       what is added to the root
     */
    record AdaMod(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize,
            float rate,
            float epsilon) implements Coefficients {
    }

    /**
     * Of {@link Algorithm#QHM}.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param l2            the weight decay that is added to the gradient
     * @param decay         the part of itself that a parameter loses to decoupled weight decay
     * @param stepSize      what the update is multiplied by
     */
    record QHM(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize) implements Coefficients {
    }

    /**
     * Of {@link Algorithm#ADAN}.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param l2            the weight decay that is added to the gradient
     * @param decay         the part of itself that a parameter loses to decoupled weight decay
     * @param stepSize      what the update is multiplied by
     * @param diffScale     what differences are multiplied by: 0 in step 1, which has no gradient before it, else 1
     * @param diffFactor    what the average of differences is multiplied by in the update
     * @param epsilon       what is added to the root
     */
    record Adan(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize,
            float diffScale,
            float diffFactor,
            float epsilon) implements Coefficients {
    }

    /**
     * Of {@link Algorithm#ADABOUND}.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param l2            the weight decay that is added to the gradient
     * @param decay         the part of itself that a parameter loses to decoupled weight decay
     * @param stepSize      what the update is multiplied by, which is 1, since it has the learning rate
     * @param rate          what is divided to be an element's learning rate: Adam's step size
     * @param lower         an element's learning rate is at least this
     * @param upper         an element's learning rate is at most this
     * @param epsilon       what is added to the root
     */
    record AdaBound(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize,
            float rate,
            float lower,
            float upper,
            float epsilon) implements Coefficients {
    }

    /**
     * Of {@link Algorithm#DIFFGRAD}.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param l2            the weight decay that is added to the gradient
     * @param decay         the part of itself that a parameter loses to decoupled weight decay
     * @param stepSize      what the update is multiplied by
     * @param epsilon       what is added to the root
     */
    record DiffGrad(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize,
            float epsilon) implements Coefficients {
    }

    /**
     * Of {@link Algorithm#PADAM}.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param l2            the weight decay that is added to the gradient
     * @param decay         the part of itself that a parameter loses to decoupled weight decay
     * @param stepSize      what the update is multiplied by
     * @param power         what the denominator is raised to
     * @param epsilon       what is added to the root, within the power
     */
    record Padam(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize,
            float power,
            float epsilon) implements Coefficients {
    }

    /**
     * Of {@link Algorithm#MADGRAD}.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param l2            the weight decay that is added to the gradient
     * @param decay         the part of itself that a parameter loses to decoupled weight decay
     * @param stepSize      what the update is multiplied by
     * @param rate          the weight of the gradient in the sums: epsilon and the learning rate, unless that is 0, times
     *                      the root of the step number; at most 2^63
     * @param epsilon       what is added to the cube root
     */
    record MADGRAD(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize,
            float rate,
            float epsilon) implements Coefficients {
    }

    /**
     * Of {@link Algorithm#COCOB}.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param l2            the weight decay that is added to the gradient
     * @param decay         the part of itself that a parameter loses to decoupled weight decay
     * @param stepSize      what the update is multiplied by, which is 1
     * @param rate          what gradients are multiplied by, beside their scale: the learning rate
     * @param alpha         the larger it is, the shorter are the first steps
     * @param epsilon       what stands for the largest gradient before the first one
     */
    record COCOB(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize,
            float rate,
            float alpha,
            float epsilon) implements Coefficients {
    }

    /**
     * Of {@link Algorithm#SCHEDULEFREE_SGD}. y is the parameter, and z the newest iterate.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate, with warm-up
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param l2            the weight decay that is added to the gradient
     * @param decay         the part of itself that y loses to decoupled weight decay
     * @param stepSize      what the update is multiplied by, which is 1
     * @param ckp1          the weight of z in the average of all iterates
     * @param rate          what the gradient is multiplied by to move y
     * @param zRate         what it is multiplied by to move z away from y
     * @param zDecay        the part of y by which decoupled weight decay moves z away from it
     */
    record ScheduleFreeSGD(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize,
            float ckp1,
            float rate,
            float zRate,
            float zDecay) implements Coefficients {
    }

    /**
     * Of {@link Algorithm#SCHEDULEFREE_ADAMW}. y is the parameter, and z the newest iterate.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate, with warm-up
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param l2            the weight decay that is added to the gradient
     * @param decay         the part of itself that y loses to decoupled weight decay
     * @param stepSize      what the update is multiplied by, which is 1
     * @param ckp1          the weight of z in the average of all iterates
     * @param rate          what the quotient, or the gradient, is multiplied by to move y; 0 in a silent step
     * @param zRate         what it is multiplied by to move z away from y
     * @param zDecay        the part of y by which decoupled weight decay moves z away from it
     * @param epsilon       what is added to the denominator
     * @param mode          what the step does with an element: adaptive, or along the gradient
     * @param rectified     whether this step is rectified; always true without rectification
     * @param rho           length of the simple moving average that the second moment approximates; 0 without
     *                      rectification
     * @param rectification RAdam's factor r: 0 where not rectified, 1 without rectification
     */
    record ScheduleFreeAdamW(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            float stepSize,
            float ckp1,
            float rate,
            float zRate,
            float zDecay,
            float epsilon,
            Mode mode,
            boolean rectified,
            double rho,
            double rectification) implements Coefficients {
    }

    /**
     * Of {@link Algorithm#LAMB}, before the trust ratio of a parameter is known.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param decay         the part of itself that a parameter loses to weight decay; the trust ratio multiplies it
     *                      later, unless decay is apart
     * @param stepSize      what the update is multiplied by; the trust ratio multiplies it later
     * @param updateScale   what the update is multiplied by in its norm
     * @param weightDecay   what values are multiplied by in the norm of the update; 0 where decay is apart
     * @param epsilon       what is added to the root of the second moment
     * @param adapts        whether there is a trust ratio, or it is 1
     */
    record LAMB(
            long step,
            double learningRate,
            float gradientScale,
            float decay,
            float stepSize,
            float updateScale,
            float weightDecay,
            float epsilon,
            boolean adapts) implements Coefficients {
        /**
         * LAMB adds no decay to the gradient.
         *
         * @return 0
         */
        @Override
        public float l2() {
            return 0;
        }
    }

    /**
     * Of {@link Algorithm#LARS}, before the trust ratio of a parameter is known.
     *
     * @param step              the step number, counted from 1
     * @param learningRate      the learning rate
     * @param gradientScale     what gradients are multiplied by; the trust ratio multiplies it later; negative to
     *                          maximize
     * @param l2                the weight decay that is added to the gradient; the trust ratio multiplies it later
     * @param stepSize          what the update is multiplied by
     * @param momentum          what the buffer is multiplied by; 0 in step 1
     * @param oneMinusDampening what gradients are multiplied by on their way into the buffer; 1 in step 1
     * @param nesterov          the momentum under Nesterov's update; 0 without
     * @param adapts            whether there is a trust ratio, or it is 1
     */
    record LARS(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float stepSize,
            float momentum,
            float oneMinusDampening,
            float nesterov,
            boolean adapts) implements Coefficients {
        /**
         * LARS has no decoupled decay.
         *
         * @return 0
         */
        @Override
        public float decay() {
            return 0;
        }
    }

    /**
     * Of {@link Algorithm#NOVOGRAD}, before the second moment of a parameter is known.
     *
     * @param step              the step number, counted from 1
     * @param learningRate      the learning rate
     * @param gradientScale     what gradients are multiplied by, before they are divided; negative to maximize
     * @param l2                the weight decay that is added to the gradient, once that is divided
     * @param stepSize          what the update is multiplied by
     * @param momentum          the part that the first moment keeps; 0 in step 1
     * @param oneMinusDampening what gradients are multiplied by on their way into the first moment
     * @param oneMinusBeta2     what the second moment takes up of the new one
     * @param epsilon           what is added to the root of the second moment
     */
    record NovoGrad(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float stepSize,
            float momentum,
            float oneMinusDampening,
            float oneMinusBeta2,
            float epsilon) implements Coefficients {
        /**
         * NovoGrad has no decoupled decay.
         *
         * @return 0
         */
        @Override
        public float decay() {
            return 0;
        }
    }

    /**
     * Of {@link Algorithm#SGD_HD}, before the product of gradient and last update is known.
     *
     * @param step              the step number, counted from 1
     * @param learningRate      the learning rate before the step
     * @param gradientScale     what gradients are multiplied by; negative to maximize
     * @param l2                the weight decay that is added to the gradient
     * @param stepSize          what the update would be multiplied by
     * @param momentum          what the buffer is multiplied by; 0 in step 1
     * @param oneMinusDampening what gradients are multiplied by on their way into the buffer; 1 in step 1
     * @param nesterov          the momentum under Nesterov's update; 0 without
     * @param hypergradLr       what the product is multiplied by
     */
    record SgdHD(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float stepSize,
            float momentum,
            float oneMinusDampening,
            float nesterov,
            float hypergradLr) implements Coefficients {
        /**
         * SGD-HD has no decoupled decay.
         *
         * @return 0
         */
        @Override
        public float decay() {
            return 0;
        }
    }

    /**
     * Of {@link Algorithm#YELLOWFIN}, before anything is measured. All steps have the same.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate of step 1
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param l2            the weight decay that is added to the gradient, once that is measured
     * @param stepSize      what the update of step 1 is multiplied by
     * @param momentum      that of step 1
     * @param oneMinusBeta  what averages take up of the new number
     */
    record YellowFin(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float stepSize,
            float momentum,
            float oneMinusBeta) implements Coefficients {
        /**
         * YellowFin has no decoupled decay.
         *
         * @return 0
         */
        @Override
        public float decay() {
            return 0;
        }
    }

    /**
     * Of {@link Algorithm#ADAM_HD}, before the product of gradient and last update is known.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate before the step
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param l2            the weight decay that is added to the gradient
     * @param stepSize      what the update would be multiplied by
     * @param epsilon       what is added to the root of the second moment
     * @param hypergradLr   what the product is multiplied by; 0 in step 1
     * @param scale         what the learning rate is multiplied by
     */
    record AdamHD(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float stepSize,
            float epsilon,
            float hypergradLr,
            float scale) implements Coefficients {
        /**
         * Adam-HD has no decoupled decay.
         *
         * @return 0
         */
        @Override
        public float decay() {
            return 0;
        }
    }

    /**
     * Of {@link Algorithm#STABLEADAMW}, before the updates of a parameter are measured.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param decay         the part of itself that a parameter loses to decoupled weight decay
     * @param stepSize      what the update is multiplied by
     * @param beta1         the part that the first moment keeps in this step
     * @param oneMinusBeta1 1 minus that, rounded once
     * @param beta2         the part that the second moment keeps in this step
     * @param oneMinusBeta2 1 minus that, rounded once
     * @param epsilon       what is added to the root of the second moment
     */
    record StableAdamW(
            long step,
            double learningRate,
            float gradientScale,
            float decay,
            float stepSize,
            float beta1,
            float oneMinusBeta1,
            float beta2,
            float oneMinusBeta2,
            float epsilon) implements Coefficients {
        /**
         * StableAdamW adds no decay to the gradient.
         *
         * @return 0
         */
        @Override
        public float l2() {
            return 0;
        }
    }

    /**
     * Of {@link Algorithm#CAUTIOUS_ADAMW}, before the elements of a parameter that are stepped are counted.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param decay         the part of itself that a parameter loses to decoupled weight decay
     * @param stepSize      what the update is multiplied by, over the share of elements that are stepped
     * @param epsilon       what is added to the root of the second moment
     */
    record CautiousAdamW(
            long step,
            double learningRate,
            float gradientScale,
            float decay,
            float stepSize,
            float epsilon) implements Coefficients {
        /**
         * Cautious AdamW adds no decay to the gradient.
         *
         * @return 0
         */
        @Override
        public float l2() {
            return 0;
        }
    }

    /**
     * Of {@link Algorithm#CAUTIOUS_LION}, before the elements of a parameter that are stepped are counted.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param decay         the part of itself that a parameter loses to weight decay
     * @param stepSize      what the sign is multiplied by, over the share of elements that are stepped
     */
    record CautiousLion(
            long step,
            double learningRate,
            float gradientScale,
            float decay,
            float stepSize) implements Coefficients {
        /**
         * Cautious Lion adds no decay to the gradient.
         *
         * @return 0
         */
        @Override
        public float l2() {
            return 0;
        }
    }

    /**
     * Of {@link Algorithm#ADAMP}, of a step that is not projected. What is projected has another decay for each row.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param decay         the part of itself that a parameter loses to weight decay
     * @param stepSize      what the update is multiplied by
     * @param gradFactor    the factor of the gradient in the update's numerator
     * @param expAvgFactor  the factor of the first moment there
     * @param epsilon       what is added to the root of the second moment, once both are multiplied by the same factor
     */
    record AdamP(
            long step,
            double learningRate,
            float gradientScale,
            float decay,
            float stepSize,
            float gradFactor,
            float expAvgFactor,
            float epsilon) implements Coefficients {
        /**
         * AdamP adds no decay to the gradient.
         *
         * @return 0
         */
        @Override
        public float l2() {
            return 0;
        }
    }

    /**
     * Of {@link Algorithm#SGDP}, of a step that is not projected. What is projected has another decay for each row.
     *
     * @param step              the step number, counted from 1
     * @param learningRate      the learning rate
     * @param gradientScale     what gradients are multiplied by; negative to maximize
     * @param decay             the part of itself that a parameter loses to weight decay
     * @param stepSize          what the update is multiplied by
     * @param momentum          what the buffer is multiplied by
     * @param oneMinusDampening what gradients are multiplied by on their way into the buffer
     * @param nesterov          the momentum under Nesterov's update; 0 without
     */
    record SGDP(
            long step,
            double learningRate,
            float gradientScale,
            float decay,
            float stepSize,
            float momentum,
            float oneMinusDampening,
            float nesterov) implements Coefficients {
        /**
         * SGDP adds no decay to the gradient.
         *
         * @return 0
         */
        @Override
        public float l2() {
            return 0;
        }
    }

    /**
     * Of a {@link CustomAlgorithm}.
     *
     * @param step          the step number, counted from 1
     * @param learningRate  the learning rate
     * @param gradientScale what gradients are multiplied by; negative to maximize
     * @param l2            the weight decay that is added to the gradient
     * @param decay         the part of itself that a parameter should lose to decoupled weight decay
     * @param named         the algorithm's own coefficients by their names, in their order; immutable
     */
    record Custom(
            long step,
            double learningRate,
            float gradientScale,
            float l2,
            float decay,
            Map<String, Float> named) implements Coefficients {
        /**
         * Copies the map.
         *
         * @throws NullPointerException if it is null
         */
        public Custom {
            named = Collections.unmodifiableMap(new LinkedHashMap<>(named));
        }

        /**
         * The learning rate as float32: what the rule does with it is known to the rule alone.
         *
         * @return at least 0
         */
        @Override
        public float stepSize() {
            return (float) learningRate;
        }
    }
}
