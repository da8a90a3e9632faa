package io.radam.checkpoint;

import io.radam.AdEMAMix;
import io.radam.AdaBelief;
import io.radam.AdaBound;
import io.radam.AdaMod;
import io.radam.Adadelta;
import io.radam.Adagrad;
import io.radam.Adam;
import io.radam.AdamHD;
import io.radam.AdamP;
import io.radam.AdamW;
import io.radam.Adamax;
import io.radam.Adan;
import io.radam.AverageDecay;
import io.radam.CautiousAdamW;
import io.radam.CautiousLion;
import io.radam.DType;
import io.radam.DiffGrad;
import io.radam.Lion;
import io.radam.LookaheadMomentum;
import io.radam.NAdam;
import io.radam.NovoGrad;
import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.Padam;
import io.radam.Parameter;
import io.radam.QHAdam;
import io.radam.RAdam;
import io.radam.RMSprop;
import io.radam.Ranger;
import io.radam.Rounding;
import io.radam.SGD;
import io.radam.ScheduleFreeAdamW;
import io.radam.ScheduleFreeRAdam;
import io.radam.ScheduleFreeSGD;
import io.radam.SgdHD;
import io.radam.StableAdamW;
import io.radam.StateType;
import io.radam.StepOptions;
import io.radam.YellowFin;
import io.radam.Yogi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A model that is trained: parameters of several kinds in two groups, with the same gradients in every training. */
final class Model implements AutoCloseable {
    /** Optimizers that differ in their state. */
    enum Kind {
        RADAM(() -> RAdam.builder(RAdam.Preset.PYTORCH)),
        ADAM(Adam::builder),
        AMSGRAD(() -> Adam.builder().amsgrad(true)),
        ADAMW(AdamW::builder),
        SGD_PLAIN(SGD::builder),
        SGD_MOMENTUM(() -> SGD.builder().momentum(0.9).nesterov(true)),
        LION(Lion::builder),
        NADAM(NAdam::builder),
        RMSPROP(() -> RMSprop.builder().momentum(0.9).centered(true)),
        ADAGRAD(() -> Adagrad.builder().initialAccumulator(0.5)),
        ADAMAX(Adamax::builder),
        ADADELTA(Adadelta::builder),
        ADABELIEF(() -> AdaBelief.builder().rectify(false).amsgrad(true)),
        ADOPT(io.radam.ADOPT::builder),
        YOGI(Yogi::builder),
        QHADAM(QHAdam::builder),
        ADEMAMIX(() -> AdEMAMix.builder().warmupSteps(3)),
        ADAMOD(AdaMod::builder),
        QHM(io.radam.QHM::builder),
        ADAN(Adan::builder),
        DIFFGRAD(DiffGrad::builder),
        PADAM(Padam::builder),
        MADGRAD(io.radam.MADGRAD::builder),
        COCOB(io.radam.COCOB::builder),
        SCHEDULEFREE_SGD(() -> ScheduleFreeSGD.builder().warmupSteps(5)),
        SCHEDULEFREE_ADAMW(() -> ScheduleFreeAdamW.builder().innerMomentum(0.9)),
        SCHEDULEFREE_RADAM(ScheduleFreeRAdam::builder),
        LAMB(io.radam.LAMB::builder),
        STABLEADAMW(StableAdamW::builder),
        LARS(() -> io.radam.LARS.builder().momentum(0.9)),
        CAUTIOUS_ADAMW(CautiousAdamW::builder),
        CAUTIOUS_LION(CautiousLion::builder),
        SGD_HD(() -> SgdHD.builder().momentum(0.9)),
        SGDN_HD(() -> SgdHD.builder().momentum(0.9).nesterov(true)),
        YELLOWFIN(() -> YellowFin.builder().curvWinWidth(3)),
        ADAM_HD(AdamHD::builder),
        ADAMP(AdamP::builder),
        SGDP(() -> io.radam.SGDP.builder().momentum(0.9)),
        NOVOGRAD(() -> NovoGrad.builder().amsgrad(true)),
        ADABOUND(() -> AdaBound.builder().amsgrad(true).gamma(0.01)),
        RANGER(() -> Ranger.builder().lookahead(4, 0.5).lookaheadMomentum(LookaheadMomentum.PULLBACK));

        final Supplier<OptimizerBuilder<?, ?>> builder;

        Kind(Supplier<OptimizerBuilder<?, ?>> builder) {
            this.builder = builder;
        }

        /** Whether its algorithm measures whole parameters. */
        boolean isLayerwise() {
            return switch (this) {
                case LAMB, LARS, STABLEADAMW, CAUTIOUS_ADAMW, CAUTIOUS_LION, NOVOGRAD, SGD_HD, SGDN_HD,
                        ADAM_HD, YELLOWFIN, ADAMP, SGDP -> true;
                default -> false;
            };
        }

        /** Whether parameters can have averages. */
        boolean averages() {
            return this != RANGER;
        }
    }

    private static final int LENGTH = 300;

    final List<Parameter> parameters = new ArrayList<>();
    final Optimizer optimizer;
    private final boolean named;
    private long steps;

    Model(Kind kind, StateType stateType, boolean named) {
        this(kind, stateType, named, builder -> { });
    }

    Model(Kind kind, StateType stateType, boolean named, Consumer<OptimizerBuilder<?, ?>> settings) {
        this.named = named;
        Arena arena = Arena.ofAuto();
        add("array", 0, MemorySegment.ofArray(new float[LENGTH]), b -> b);
        add("native", 1, arena.allocate(4 * LENGTH, 4), b -> b);
        add("slice", 2, arena.allocate(4 * LENGTH, 4), b -> b.slice(256, 256 + LENGTH));
        add("with \"copy\" and average, ä€😀", 3, arena.allocate(4 * LENGTH, 4),
                b -> {
                    b.copy(arena.allocate(2 * LENGTH, 2), DType.BFLOAT16).rounding(Rounding.STOCHASTIC);
                    return kind.averages()
                            ? b.average(arena.allocate(4 * LENGTH, 4), AverageDecay.biasCorrected(0.9)) : b;
                });
        MemorySegment half = arena.allocate(2 * LENGTH, 2);
        add("half", 4, half, b -> b.valuesType(DType.BFLOAT16).rounding(Rounding.STOCHASTIC).randomIndex(77));
        add("split", 5, arena.allocate(2 * LENGTH, 2), b -> b.split(arena.allocate(2 * LENGTH, 2)));
        OptimizerBuilder<?, ?> builder = kind.builder.get();
        builder.parameters(parameters.subList(0, 3));
        builder.stateType(stateType);
        builder.learningRate(0.01);
        builder.weightDecay(0.1);
        builder.seed(-5);
        settings.accept(builder);
        optimizer = builder.build();
        optimizer.addGroup(group -> group.name("last").parameters(parameters.subList(3, 6)).learningRate(0.003));
    }

    private void add(String name, int number, MemorySegment values,
            UnaryOperator<Parameter.Builder> more) {
        fill(values, number);
        Parameter.Builder builder = more.apply(Parameter.builder(values,
                MemorySegment.ofArray(new float[LENGTH])));
        if (named) {
            builder.name(name);
        }
        parameters.add(builder.build());
    }

    private static void fill(MemorySegment values, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < LENGTH; i++) {
            float value = random.nextFloat() - 0.5f;
            if (values.byteSize() == 2 * LENGTH) {
                values.setAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i, (short) (Float.floatToIntBits(value) >> 16));
            } else {
                values.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, value);
            }
        }
    }

    /** As a training that begins anew, but with gradients from a step on. */
    Model from(long step) {
        steps = step;
        return this;
    }

    /** Of odd steps, some parameter has no gradient: step numbers differ. */
    Model step(int count) {
        for (int i = 0; i < count; i++) {
            steps++;
            for (int j = 0; j < parameters.size(); j++) {
                fill(parameters.get(j).gradient(), 1000 * steps + j);
            }
            if (steps % 2 == 0) {
                optimizer.step();
            } else {
                optimizer.step(parameters.subList(1, 6), StepOptions.NONE);
            }
        }
        return this;
    }

    /** All that steps change and depend on. */
    List<String> contents() {
        List<String> contents = new ArrayList<>();
        contents.add("factor " + optimizer.learningRateFactor());
        optimizer.groups().forEach(group -> contents.add(group.hyperparameters().toString()));
        for (Parameter parameter : parameters) {
            contents.add(optimizer.stepCount(parameter) + " " + optimizer.randomIndex(parameter));
            contents.add("values " + text(parameter.values()));
            if (parameter.copy() != null) {
                contents.add("copy " + text(parameter.copy()));
            }
            if (parameter.lowerHalves() != null) {
                contents.add("lower halves " + text(parameter.lowerHalves()));
            }
            if (parameter.average() != null) {
                contents.add("average " + text(parameter.average()));
            }
            optimizer.state(parameter).buffers().forEach((name, buffer) -> {
                contents.add(name + text(buffer.elements()));
                if (buffer.scales() != null) {
                    contents.add(name + " scales " + text(buffer.scales()));
                }
            });
            contents.add("numbers " + optimizer.state(parameter).numbers());
        }
        return contents;
    }

    private static String text(MemorySegment segment) {
        return Arrays.toString(segment.toArray(ValueLayout.JAVA_BYTE));
    }

    @Override
    public void close() {
        optimizer.close();
    }
}
