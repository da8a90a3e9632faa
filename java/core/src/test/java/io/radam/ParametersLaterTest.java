package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Parameters and groups that come and go after an optimizer is built, and their names. */
class ParametersLaterTest {
    static List<Backend> backends() {
        return Backend.available();
    }

    private static Parameter parameter(String name, long seed) {
        return Parameter.builder(MemorySegment.ofArray(Numbers.random(seed, 100)),
                MemorySegment.ofArray(Numbers.random(seed + 1, 100))).name(name).build();
    }

    private static void refused(org.junit.jupiter.api.function.Executable call, Object... parts) {
        Misuse.refused(InvalidParameterException.class, call, parts);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void whatStaysKeepsItsState(Backend backend) {
        Parameter stays = parameter("stays", 1);
        Parameter goes = parameter("goes", 2);
        Parameter comes = parameter("comes", 3);
        Parameter staysAlone = parameter("stays", 1);
        Parameter comesAlone = parameter("comes", 3);
        try (Optimizer optimizer = Adam.builder().backend(backend).parameter(stays).parameter(goes).build();
                Optimizer first = Adam.builder().backend(backend).parameter(staysAlone).build();
                Optimizer second = Adam.builder().backend(backend).parameter(comesAlone).learningRate(0.5).build()) {
            optimizer.step();
            first.step();
            MemorySegment state = optimizer.state(stays).buffer("exp_avg").elements();
            ParameterGroup group = optimizer.addGroup(added -> added.name("late").parameter(comes).learningRate(0.5));
            assertSame(group, optimizer.group("late"));
            assertEquals(List.of(comes), group.parameters());
            optimizer.remove(goes);
            assertEquals(List.of(stays), optimizer.groups().getFirst().parameters());
            int[] left = Numbers.bits(goes.values());
            for (int i = 0; i < 3; i++) {
                optimizer.step();
                first.step();
                second.step();
            }
            assertArrayEquals(Numbers.bits(staysAlone.values()), Numbers.bits(stays.values()));
            assertArrayEquals(Numbers.bits(comesAlone.values()), Numbers.bits(comes.values()));
            assertArrayEquals(left, Numbers.bits(goes.values()));
            assertEquals(state.address(), optimizer.state(stays).buffer("exp_avg").elements().address());
            assertEquals(4, optimizer.stepCount(stays));
            assertEquals(3, optimizer.stepCount(comes));

            refused(() -> optimizer.step(goes), "goes", "removed");
            refused(() -> optimizer.bind(goes, goes.gradient()), "goes", "removed");
            refused(() -> optimizer.remove(goes), "goes");
            refused(() -> optimizer.parameter("goes"), "goes", "stays");
            optimizer.add(optimizer.groups().getFirst(), goes);
            optimizer.step();
            assertEquals(1, optimizer.stepCount(goes), "begins anew");
        }
    }

    @Test
    void stateIsFreedWithTheLastOfThoseThatWereAddedTogether() {
        Parameter one = parameter("one", 1);
        Parameter two = parameter("two", 2);
        try (Optimizer optimizer = Adam.builder().parameter(parameter("first", 9)).build()) {
            optimizer.add(optimizer.groups().getFirst(), List.of(one, two));
            MemorySegment state = optimizer.state(one).buffer("exp_avg").elements();
            optimizer.remove(one);
            optimizer.step();
            assertTrue(state.scope().isAlive());
            optimizer.remove(two);
            assertFalse(state.scope().isAlive());
            optimizer.step();
        }
    }

    @Test
    void anOptimizerThatBeginsWithout() {
        Parameter found = parameter("found", 1);
        try (Optimizer optimizer = RAdam.builder().parametersLater().build()) {
            optimizer.step();
            assertTrue(optimizer.step(StepOptions.NONE.withMaxGradientNorm(1)).applied());
            optimizer.add(optimizer.groups().getFirst(), found);
            optimizer.step();
            assertEquals(1, optimizer.stepCount(found));
            optimizer.remove(found);
            optimizer.step();
        }
        refused(RAdam.builder()::build, "no parameters", "later");
    }

    @Test
    void namesAreUnique() {
        Parameter first = parameter("weight", 1);
        Parameter same = parameter("weight", 2);
        refused(Adam.builder().parameter(first).parameter(same)::build, "two parameters", "weight");
        refused(Adam.builder().parameter(first).group(group -> group.parameter(same))::build, "weight");
        refused(Adam.builder().group(group -> group.name("g").parameter(first)).group(group -> group.name("g"))::build,
                "two groups", "g");
        try (Optimizer optimizer = Adam.builder().group(group -> group.name("g").parameter(first)).build()) {
            Snapshot before = Snapshot.of(optimizer);
            ParameterGroup group = optimizer.group("g");
            assertSame(first, optimizer.parameter("weight"));
            assertTrue(first.toString().contains("weight"));
            assertTrue(group.toString().contains("g"));
            refused(() -> optimizer.add(group, same), "weight");
            refused(() -> optimizer.add(group, first), "twice", "weight");
            refused(() -> optimizer.addGroup(added -> added.parameter(same)), "weight");
            refused(() -> optimizer.addGroup(added -> added.name("g")), "two groups", "g");
            refused(() -> optimizer.group("h"), "h", "[g]");
            refused(() -> optimizer.parameter("bias"), "bias", "weight");
            Parameter fresh = parameter("fresh", 3);
            Parameter overlapping = Parameter.of(first.values(), MemorySegment.ofArray(new float[100]));
            refused(() -> optimizer.add(group, List.of(fresh, overlapping)), "overlap");
            // Whichever comes first.
            Parameter reading = Parameter.of(MemorySegment.ofArray(new float[100]), fresh.values());
            refused(() -> optimizer.add(group, List.of(fresh, reading)), "overlap");
            refused(() -> optimizer.add(group, List.of(reading, fresh)), "overlap");
            Parameter writing = Parameter.builder(MemorySegment.ofArray(new float[100]), fresh.gradient())
                    .updateInGradient().build();
            refused(() -> optimizer.add(group, List.of(writing, fresh)), "overlap");
            refused(() -> optimizer.add(group, List.of(fresh, writing)), "overlap");
            assertEquals(List.of(group), optimizer.groups());
            assertEquals(List.of(first), group.parameters());
            before.assertSame(Snapshot.of(optimizer));
            optimizer.add(group, fresh);
            optimizer.remove(first);
            optimizer.add(group, same);
            assertSame(same, optimizer.parameter("weight"));
        }
    }

    @Test
    void anothersGroup() {
        try (Optimizer one = Adam.builder().parameter(parameter("a", 1)).build();
                Optimizer other = Adam.builder().parameter(parameter("b", 2)).build()) {
            refused(() -> one.add(other.groups().getFirst(), parameter("c", 3)), "group", "not this optimizer's");
        }
    }

    /** New memory may overlap a gradient that is bound. The next step reports it. */
    @Test
    void memoryThatOverlapsWhatIsThere() {
        MemorySegment shared = MemorySegment.ofArray(new float[100]);
        Parameter first = parameter("first", 1);
        try (Optimizer optimizer = Adam.builder().parameter(first).build()) {
            optimizer.bind(first, shared);
            optimizer.add(optimizer.groups().getFirst(), Parameter.of(shared, MemorySegment.ofArray(new float[100])));
            refused(optimizer::step, "overlap", "first");
            optimizer.bind(first, MemorySegment.ofArray(new float[100]));
            optimizer.step();
        }
    }
}
