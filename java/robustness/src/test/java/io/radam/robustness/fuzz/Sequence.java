package io.radam.robustness.fuzz;

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
import io.radam.Backend;
import io.radam.CautiousAdamW;
import io.radam.CautiousLion;
import io.radam.DiffGrad;
import io.radam.Lion;
import io.radam.NAdam;
import io.radam.LookaheadMomentum;
import io.radam.NovoGrad;
import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.Padam;
import io.radam.QHAdam;
import io.radam.RAdam;
import io.radam.RMSprop;
import io.radam.ScheduleFreeAdamW;
import io.radam.ScheduleFreeRAdam;
import io.radam.ScheduleFreeSGD;
import io.radam.SgdHD;
import io.radam.StableAdamW;
import io.radam.StateType;
import io.radam.YellowFin;
import io.radam.Yogi;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * A sequence of calls, made on two optimizers of different backends and on the model. After each call, the three have
 * to agree; after one that failed, and in memory that a call has nothing to do with, nothing may have changed.
 */
final class Sequence implements AutoCloseable {
    private final List<Side> sides = List.of(new Side(Backend.preferred()), new Side(Backend.named("java")));
    private final Kind kind;
    private final long seed;
    private final Model model;
    private final Calls calls;
    private final List<String> program = new ArrayList<>();

    /** Optimizers that differ in their rule. */
    enum Kind {
        ADAM, AMSGRAD, ADAMW, RADAM, NADAM, NADAMW, SGD, PLAIN_SGD, LION, RMSPROP, ADAGRAD, ADAMAX, ADADELTA,
        ADABELIEF, ADOPT, YOGI, QHADAM, ADEMAMIX, ADAMOD, QHM, ADAN, ADABOUND, DIFFGRAD,
        PADAM, MADGRAD, COCOB, SCHEDULEFREE_SGD, SCHEDULEFREE_ADAMW, SCHEDULEFREE_RADAM, LAMB, STABLEADAMW, LARS,
        CAUTIOUS_ADAMW, CAUTIOUS_LION, NOVOGRAD, ADAMP, SGDP, SGD_HD, SGDN_HD, ADAM_HD, YELLOWFIN;

        OptimizerBuilder<?, ?> builder(Backend backend) {
            OptimizerBuilder<?, ?> builder = switch (this) {
                case ADAM -> Adam.builder();
                case AMSGRAD -> Adam.builder().amsgrad(true);
                case ADAMW -> AdamW.builder();
                case RADAM -> RAdam.builder(RAdam.Preset.PYTORCH);
                case NADAM -> NAdam.builder();
                case NADAMW -> NAdam.builder(NAdam.Preset.NADAMW);
                case SGD -> io.radam.SGD.builder().momentum(0.5);
                case PLAIN_SGD -> io.radam.SGD.builder();
                case LION -> Lion.builder();
                case RMSPROP -> RMSprop.builder().momentum(0.5).centered(true);
                case ADAGRAD -> Adagrad.builder().initialAccumulator(0.5);
                case ADAMAX -> Adamax.builder();
                case ADADELTA -> Adadelta.builder();
                case ADOPT -> io.radam.ADOPT.builder();
                case YOGI -> Yogi.builder();
                case QHADAM -> QHAdam.builder().nus(0.7, 0.9);
                case ADEMAMIX -> AdEMAMix.builder().warmupSteps(4);
                case ADAMOD -> AdaMod.builder();
                case QHM -> io.radam.QHM.builder();
                case ADAN -> Adan.builder();
                case DIFFGRAD -> DiffGrad.builder();
                case PADAM -> Padam.builder();
                case MADGRAD -> io.radam.MADGRAD.builder();
                case COCOB -> io.radam.COCOB.builder();
                case SCHEDULEFREE_SGD -> ScheduleFreeSGD.builder().warmupSteps(3);
                case SCHEDULEFREE_ADAMW -> ScheduleFreeAdamW.builder().innerMomentum(0.9);
                case SCHEDULEFREE_RADAM -> ScheduleFreeRAdam.builder();
                case LAMB -> io.radam.LAMB.builder();
                case LARS -> io.radam.LARS.builder(io.radam.LARS.Preset.BARLOWTWINS);
                case NOVOGRAD -> NovoGrad.builder();
                case ADAMP -> AdamP.builder().delta(2);
                case SGDP -> io.radam.SGDP.builder().momentum(0.5).delta(2);
                case SGD_HD -> SgdHD.builder().hypergradLr(1e-3);
                case SGDN_HD -> SgdHD.builder().momentum(0.5).nesterov(true).hypergradLr(1e-3);
                case ADAM_HD -> AdamHD.builder().hypergradLr(1e-3);
                case YELLOWFIN -> YellowFin.builder().curvWinWidth(3);
                case STABLEADAMW -> StableAdamW.builder();
                case CAUTIOUS_ADAMW -> CautiousAdamW.builder();
                case CAUTIOUS_LION -> CautiousLion.builder();
                case ADABOUND -> AdaBound.builder().gamma(0.1).amsgrad(true);
                case ADABELIEF -> AdaBelief.builder().rectify(false).amsgrad(true);
            };
            return builder.backend(backend);
        }
    }

    /** All bits of a side. */
    private record Bits(byte[][] memory, List<byte[]> states) {
    }

    private Sequence(long number) {
        SplittableRandom random = new SplittableRandom(number);
        kind = Kind.values()[random.nextInt(Kind.values().length)];
        StateType type = StateType.values()[random.nextInt(StateType.values().length)];
        boolean sequential = random.nextBoolean();
        long lookahead = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0;
        double alpha = 1 - random.nextInt(3) * 0.375;
        LookaheadMomentum momentum = momentum(random.nextInt(LookaheadMomentum.values().length));
        boolean centralizes = random.nextInt(3) == 0;
        seed = number;
        for (Side side : sides) {
            OptimizerBuilder<?, ?> builder = kind.builder(side.backend);
            builder.stateType(type);
            builder.weightDecay(0.25).centralizeGradients(centralizes).parametersLater().seed(seed);
            if (lookahead > 0) {
                builder.lookahead(lookahead, alpha).lookaheadMomentum(momentum);
            }
            if (sequential) {
                builder.sequential();
            }
            side.optimizer = builder.build();
        }
        Optimizer built = sides.getFirst().optimizer;
        program.add("an optimizer: " + kind + ", " + type + (centralizes ? ", centralizing" : "")
                + (lookahead > 0 ? ", lookahead " + lookahead + " " + alpha + " " + momentum : ""));
        model = new Model(built.groups().getFirst().hyperparameters(), type);
        calls = new Calls(model, kind);
    }

    /** One of the settings; of an algorithm without momentum there is one alone. */
    private LookaheadMomentum momentum(int number) {
        try (Optimizer any = kind.builder(sides.getFirst().backend).parametersLater().build()) {
            return any.groups().getFirst().hyperparameters().state().stream()
                    .anyMatch(buffer -> buffer != null && buffer.isMomentum())
                            ? LookaheadMomentum.values()[number] : LookaheadMomentum.KEEP;
        }
    }

    /**
     * Makes calls.
     *
     * @param numbers of the sequence's optimizer, and of its calls
     * @param count   of calls that succeeded, and of those that threw, by their kinds
     * @throws AssertionError with the program, if one went wrong
     */
    static void run(long[] numbers, Map<String, long[]> count) {
        try (Sequence sequence = new Sequence(numbers[0])) {
            for (int i = 1; i < numbers.length; i++) {
                boolean threw = sequence.make(numbers[i]);
                String kind = sequence.program.getLast().split("[\\[(]", 2)[0];
                count.computeIfAbsent(kind, k -> new long[2])[threw ? 1 : 0]++;
            }
        }
    }

    /** Whether the call threw. */
    private boolean make(long number) {
        Call call = calls.next(number);
        program.add(call.text());
        List<Model.Slot> slots = List.copyOf(model.slots);
        Object[] results = new Object[sides.size()];
        RuntimeException[] thrown = new RuntimeException[sides.size()];
        Bits[] before = new Bits[sides.size()];
        List<Place> mayChange = mayChange(call);
        List<Alone> alone = call.alone() == null || call.outcome().mustFail() ? List.of()
                : Alone.of(sides.getFirst(), call.touched(), model.factor);
        try {
            for (int i = 0; i < results.length; i++) {
                before[i] = bits(sides.get(i), slots);
                try {
                    results[i] = call.run().apply(sides.get(i));
                } catch (NullPointerException | IllegalArgumentException | IllegalStateException e) {
                    thrown[i] = e;
                }
            }
            RuntimeException first = thrown[0];
            takeUp();
            require(first == null ? thrown[1] == null : thrown[1] != null && first.getClass() == thrown[1].getClass(),
                    "backends differ: " + first + ", " + thrown[1]);
            require(call.outcome().allows(first), call.outcome() + ", but: " + first);
            if (first == null) {
                require(Objects.equals(results[0], results[1]), "results differ: " + Arrays.toString(results));
                require(call.expected() == null || Objects.equals(call.expected(), results[0]),
                        "expected " + call.expected() + ", but: " + results[0]);
                call.apply().accept(results[0]);
            }
            boolean unchanged = first != null || results[0] instanceof List<?> list && list.getFirst().equals(false);
            for (int i = 0; i < results.length; i++) {
                compare(before[i], bits(sides.get(i), model.slots), slots, unchanged ? List.of() : mayChange,
                        unchanged ? List.of() : call.touched());
                agree(sides.get(i));
            }
            if (!unchanged) {
                alone.forEach(one -> one.compare(sides.getFirst(), kind.builder(Backend.preferred()).seed(seed),
                        call.alone()));
            }
            agree(bits(sides.get(0), model.slots), bits(sides.get(1), model.slots));
            return first != null;
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(e + " in the last of these calls:\n" + String.join("\n", program),
                    thrown[0] != null ? thrown[0] : e);
        }
    }

    /** What functions of the user have done within the call. It stays done, also where the call failed. */
    private void takeUp() {
        boolean changed = sides.getFirst().changed;
        boolean closed = !sides.getFirst().shared.scope().isAlive();
        for (Side side : sides) {
            require(side.changed == changed && side.shared.scope().isAlive() != closed,
                    "functions of the user were called for one backend only");
            side.changed = false;
        }
        if (closed) {
            model.closed.add(Place.Base.SHARED);
        }
        if (changed) {
            Act.changed(model);
        }
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }

    // ------------------------------------------------------------------------------------------------- what may change

    /** Null if all may. */
    private static List<Place> mayChange(Call call) {
        if (call.touched() == null) {
            return null;
        }
        List<Place> places = new ArrayList<>();
        for (Model.Slot slot : call.touched()) {
            places.addAll(slot.memory());
        }
        places.removeIf(Objects::isNull);
        return places;
    }

    private Bits bits(Side side, List<Model.Slot> slots) {
        List<byte[]> states = new ArrayList<>();
        if (!model.isClosed) {
            slots.forEach(slot -> states.add(model.slots.contains(slot) ? side.state(slot.number) : null));
        }
        return new Bits(side.memory(), states);
    }

    private void compare(Bits before, Bits after, List<Model.Slot> slots, List<Place> places,
            List<Model.Slot> touched) {
        if (places == null) {
            return;
        }
        for (Place.Base base : Place.Base.values()) {
            byte[] then = before.memory[base.ordinal()];
            byte[] now = after.memory[base.ordinal()];
            // Scales are a part of the state, which is compared by itself.
            if (now != null && base != Place.Base.SCALES && !Arrays.equals(then, now)) {
                for (int i = 0; i < now.length; i++) {
                    int at = i;
                    require(then[i] == now[i] || places.stream().anyMatch(place -> place.base() == base
                            && at >= place.offset() && at < place.offset() + place.bytes()),
                            "byte " + i + " of " + base + " was changed");
                }
            }
        }
        for (int i = 0; !model.isClosed && i < slots.size(); i++) {
            int now = model.slots.indexOf(slots.get(i));
            require(now < 0 || touched.contains(slots.get(i)) || after.states.get(now) == null
                    || Arrays.equals(before.states.get(i), after.states.get(now)),
                    "the state of p[" + slots.get(i).number + "] was changed");
        }
    }

    // ------------------------------------------------------------------------------------------------------- agreement

    /** Fails if a side is not what the model says. */
    private void agree(Side side) {
        require(side.optimizer.learningRateFactor() == model.factor, "learningRateFactor");
        for (int i = 0; i < model.groups.size(); i++) {
            require(side.group(i).hyperparameters().equals(model.groups.get(i).hyperparameters), "hyperparameters");
            require(side.group(i).parameters().equals(side.parameters(model.groups.get(i).slots.stream()
                    .map(slot -> slot.number).toList())), "parameters of a group");
        }
        require(side.optimizer.groups().size() == model.groups.size(), "groups");
        require(side.scaler.scale() == model.scale && side.scaler.appliedInARow() == model.appliedInARow, "scaler");
        require(side.plateau.state().equals(model.plateau), "plateau");
        if (model.isClosed) {
            return;
        }
        require(side.optimizer.nextRandomIndex() == model.nextRandomIndex, "nextRandomIndex");
        for (Model.Slot slot : model.slots) {
            String name = " of p[" + slot.number + "]";
            require(side.optimizer.stepCount(side.parameter(slot.number)) == slot.step, "step" + name);
            require(side.optimizer.randomIndex(side.parameter(slot.number)) == slot.randomIndex, "randomIndex" + name);
            require(side.optimizer.values(side.parameter(slot.number)) == side.segment(slot.values), "values" + name);
            require(side.optimizer.gradient(side.parameter(slot.number)) == side.segment(slot.gradient),
                    "gradient" + name);
        }
    }

    /** Fails if backends have different bits. Which NaN a number is may differ. */
    private static void agree(Bits one, Bits other) {
        for (int i = 0; i < one.memory.length; i++) {
            Numbers.requireEqual(one.memory[i], other.memory[i], Place.Base.values()[i] + " of two backends");
        }
        for (int i = 0; i < one.states.size(); i++) {
            Numbers.requireEqual(one.states.get(i), other.states.get(i), "state of two backends");
        }
    }

    @Override
    public void close() {
        sides.forEach(Side::close);
    }
}
