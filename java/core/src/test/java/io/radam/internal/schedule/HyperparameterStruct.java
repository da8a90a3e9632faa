package io.radam.internal.schedule;

import io.radam.Adaptation;
import io.radam.Algorithm;
import io.radam.EpsilonPlacement;
import io.radam.Hyperparameter;
import io.radam.Hyperparameters;
import io.radam.Unrectified;
import io.radam.WeightDecay;
import io.radam.internal.ffi.RadamH;
import io.radam.internal.ffi.radam_hyperparameters;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Set;

/** {@link Hyperparameters} as the C struct, whose fields have the same names in other letters. */
final class HyperparameterStruct {
    private static final PathElement OF = PathElement.groupElement("of");
    private static final Set<Hyperparameter<?>> COMMON = Set.of(Hyperparameters.LEARNING_RATE,
            Hyperparameters.WEIGHT_DECAY, Hyperparameters.GRADIENT_SCALE, Hyperparameters.WEIGHT_DECAY_MODE,
            Hyperparameters.MAXIMIZE);

    private HyperparameterStruct() {
    }

    /** Writes every field but struct_size. */
    static void write(Hyperparameters h, MemorySegment struct) {
        radam_hyperparameters.algorithm(struct, StepCoefficients.nativeId(h.algorithm()));
        radam_hyperparameters.of(struct).fill((byte) 0);
        if (!h.algorithm().hyperparameters().contains(Hyperparameters.WEIGHT_DECAY_MODE)) {
            boolean l2 = h.algorithm().steppedBy() == Algorithm.SGD && h.algorithm() != Algorithm.SGDP
                    || h.algorithm() == Algorithm.ADAM_HD;
            radam_hyperparameters.weight_decay_mode(struct, l2
                    ? RadamH.RADAM_WEIGHT_DECAY_L2() : RadamH.RADAM_WEIGHT_DECAY_DECOUPLED());
        }
        for (Hyperparameter<?> each : h.algorithm().hyperparameters()) {
            write(h.algorithm(), each, h.get(each), struct);
        }
    }

    /** Writes one field. A type that the struct does not have for it fails. */
    static void write(Algorithm algorithm, Hyperparameter<?> hyperparameter, Object value, MemorySegment struct) {
        PathElement field = PathElement.groupElement(nativeName(hyperparameter));
        PathElement[] path = COMMON.contains(hyperparameter)
                ? new PathElement[] {field}
                : new PathElement[] {OF, PathElement.groupElement(algorithm.toString()), field};
        var handle = radam_hyperparameters.layout().varHandle(path);
        switch (value) {
            case Double real -> handle.set(struct, 0L, (double) real);
            case Long steps -> handle.set(struct, 0L, (long) steps);
            case Boolean flag -> handle.set(struct, 0L, flag ? 1 : 0);
            case Enum<?> choice -> handle.set(struct, 0L, number(choice));
            default -> throw new AssertionError(value);
        }
    }

    /** Such as {@code weight_decay}. */
    static String nativeName(Hyperparameter<?> hyperparameter) {
        return hyperparameter == Hyperparameters.GRADIENT_SCALE
                ? "grad_scale"
                : hyperparameter.name().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private static int number(Enum<?> choice) {
        return switch (choice) {
            case WeightDecay mode -> switch (mode) {
                case L2 -> RadamH.RADAM_WEIGHT_DECAY_L2();
                case DECOUPLED -> RadamH.RADAM_WEIGHT_DECAY_DECOUPLED();
                case DECOUPLED_ON_UPDATE -> RadamH.RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE();
            };
            case Adaptation adaptation -> switch (adaptation) {
                case NEVER -> RadamH.RADAM_ADAPT_NEVER();
                case WITH_DECAY -> RadamH.RADAM_ADAPT_WITH_DECAY();
                case ALWAYS -> RadamH.RADAM_ADAPT_ALWAYS();
            };
            case Unrectified unrectified -> switch (unrectified) {
                case SKIP -> RadamH.RADAM_UNRECTIFIED_SKIP();
                case MOMENTUM -> RadamH.RADAM_UNRECTIFIED_MOMENTUM();
            };
            case EpsilonPlacement placement -> switch (placement) {
                case PLAIN -> RadamH.RADAM_EPSILON_PLAIN();
                case BIAS_CORRECTED -> RadamH.RADAM_EPSILON_BIAS_CORRECTED();
            };
            default -> throw new AssertionError(choice);
        };
    }
}
