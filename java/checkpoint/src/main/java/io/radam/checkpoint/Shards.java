package io.radam.checkpoint;

import io.radam.Algorithm;
import io.radam.Conversions;
import io.radam.InvalidSnapshotException;
import io.radam.Optimizer;
import io.radam.OptimizerSnapshot;
import io.radam.Parameter;
import io.radam.ParameterGroup;
import io.radam.ParameterState;
import io.radam.PlateauSchedule;
import io.radam.StateBuffer;
import io.radam.StateType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** All shards of a checkpoint, open for reading. They belong together, and have every element exactly once. */
final class Shards implements Saved, AutoCloseable {
    private final List<SavedRun> shards = new ArrayList<>();
    private final Map<String, WholeParameter> parameters = new LinkedHashMap<>();
    private final Map<String, String> strings = new LinkedHashMap<>();
    private OptimizerSnapshot settings;

    /**
     * Opens all shards of an index.
     *
     * @throws CheckpointFormatException if the index or a shard is damaged or missing, or they do not belong together
     */
    static Shards open(Path path, Algorithms known) throws IOException {
        ShardIndex index = ShardIndex.read(path);
        Shards opened = open(path, index.shards().keySet(), known);
        boolean complete = false;
        try {
            Malformed.require(opened.index(index.generation()).equals(index),
                    "the shards have other tensors, sizes or checksums than the index says");
            complete = true;
            return opened;
        } catch (Malformed e) {
            throw new CheckpointFormatException(path, e.getMessage(), e);
        } finally {
            if (!complete) {
                opened.close();
            }
        }
    }

    /**
     * Opens shards.
     *
     * @param index beside which they are
     * @param files their names, in the order of their numbers
     * @throws CheckpointFormatException if one is damaged or missing, or they do not belong together
     */
    static Shards open(Path index, Collection<String> files, Algorithms known) throws IOException {
        Shards opened = new Shards();
        boolean complete = false;
        try {
            Path folder = ShardIndex.folder(index);
            for (String file : files) {
                opened.shards.add(openShard(folder.resolve(file), ShardName.parse(file), known));
            }
            opened.join();
            complete = true;
            return opened;
        } catch (Malformed e) {
            throw new CheckpointFormatException(index, e.getMessage(), e);
        } finally {
            if (!complete) {
                opened.close();
            }
        }
    }

    private static SavedRun openShard(Path path, ShardName name, Algorithms known) throws IOException {
        TensorFile file;
        try {
            file = new TensorFile(path);
        } catch (NoSuchFileException e) {
            throw new CheckpointFormatException(path, "the shard is missing", e);
        }
        boolean complete = false;
        try {
            Malformed.require(file.checksum() != null, "the shard has no checksums");
            SavedRun shard = new SavedRun(file, known);
            Malformed.require(new SavedRun.Shard(name.generation(), name.number(), name.count()).equals(shard.shard()),
                    () -> "the file is not " + name + ", but " + shard.shard());
            complete = true;
            return shard;
        } catch (Malformed | IllegalArgumentException e) {
            throw file.damaged(e);
        } finally {
            if (!complete) {
                file.close();
            }
        }
    }

    // ---------------------------------------------------------------------------------------------------------- join

    private void join() {
        SavedRun one = shards.getFirst();
        for (SavedRun shard : shards) {
            requireAgreement(one, shard);
            shard.strings().forEach((name, value) -> {
                String other = strings.putIfAbsent(name, value);
                Malformed.require(other == null || other.equals(value), () -> "two shards have strings of the name "
                        + name + ", which differ");
            });
            for (SavedRun.Stored stored : shard.stored().values()) {
                String name = stored.entry().name();
                Malformed.require(name != null, "a shard has a parameter without a name");
                parameters.computeIfAbsent(name, _ -> new WholeParameter(name, stored)).add(shard.file(), stored);
            }
        }
        parameters.values().forEach(WholeParameter::requireWhole);
        OptimizerSnapshot first = one.settings();
        // None that any shard will give again.
        long nextRandomIndex =
                shards.stream().mapToLong(shard -> shard.settings().nextRandomIndex()).max().getAsLong();
        settings = new OptimizerSnapshot(first.algorithm(), first.seed(), first.learningRateFactor(), nextRandomIndex,
                first.groups());
    }

    private static void requireAgreement(SavedRun one, SavedRun other) {
        OptimizerSnapshot a = one.settings();
        OptimizerSnapshot b = other.settings();
        requireSame("algorithm", a.algorithm(), b.algorithm(), one, other);
        requireSame("seed", a.seed(), b.seed(), one, other);
        requireSame("learning rate factor", a.learningRateFactor(), b.learningRateFactor(), one, other);
        requireSame("number of groups", a.groups().size(), b.groups().size(), one, other);
        for (int i = 0; i < a.groups().size(); i++) {
            requireSame("group " + i, withoutParameters(a.groups().get(i)), withoutParameters(b.groups().get(i)), one,
                    other);
        }
        requireSame("loss scale", one.lossScale(), other.lossScale(), one, other);
        requireSame("plateau schedule", one.plateau(), other.plateau(), one, other);
    }

    private static OptimizerSnapshot.Group withoutParameters(OptimizerSnapshot.Group group) {
        return new OptimizerSnapshot.Group(group.name(), group.hyperparameters(), group.stateType(),
                group.stateRounding(), List.of());
    }

    private static void requireSame(String what, Object a, Object b, SavedRun one, SavedRun other) {
        Malformed.require(Objects.equals(a, b), () -> "the " + what + " differs: " + a + " in "
                + one.file().path().getFileName() + ", and " + b + " in " + other.file().path().getFileName());
    }

    /** The index of these shards. */
    ShardIndex index(long generation) {
        Map<String, String> sums = new LinkedHashMap<>();
        Map<String, String> files = new LinkedHashMap<>();
        long totalSize = 0;
        for (SavedRun shard : shards) {
            String file = shard.file().path().getFileName().toString();
            sums.put(file, shard.file().checksum());
            for (Tensor tensor : shard.file().tensors().values()) {
                Malformed.require(files.put(tensor.name(), file) == null, () -> "two shards have a tensor of the name "
                        + tensor.name());
                totalSize = Math.addExact(totalSize, tensor.bytes().byteSize());
            }
        }
        return new ShardIndex(generation, totalSize, sums, files);
    }

    // --------------------------------------------------------------------------------------------------------- saved

    List<TensorFile> files() {
        return shards.stream().map(SavedRun::file).toList();
    }

    @Override
    public OptimizerSnapshot settings() {
        return settings;
    }

    @Override
    public Map<String, String> strings() {
        return strings;
    }

    @Override
    public SavedRun.LossScale lossScale() {
        return shards.getFirst().lossScale();
    }

    @Override
    public PlateauSchedule.State plateau() {
        return shards.getFirst().plateau();
    }

    @Override
    public Part values(String name) {
        WholeParameter parameter = parameters.get(name);
        return parameter == null ? null : parameter.values();
    }

    @Override
    public Part lowerHalves(String name) {
        WholeParameter parameter = parameters.get(name);
        return parameter == null ? null : parameter.lowerHalves();
    }

    @Override
    public Part average(String name) {
        WholeParameter parameter = parameters.get(name);
        return parameter == null ? null : parameter.average();
    }

    @Override
    public List<Piece> state(Optimizer optimizer) {
        List<ParameterGroup> groups = optimizer.groups();
        if (groups.size() != settings.groups().size()) {
            throw new InvalidSnapshotException("the checkpoint has " + settings.groups().size()
                    + " groups, and the optimizer has " + groups.size());
        }
        List<Piece> pieces = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            for (Parameter parameter : groups.get(i).parameters()) {
                pieces.addAll(fitting(parameter, i).state(parameter.first(), parameter.first() + parameter.length()));
            }
        }
        return pieces;
    }

    private WholeParameter fitting(Parameter parameter, int group) {
        WholeParameter whole = parameter.name() == null ? null : parameters.get(parameter.name());
        if (whole == null) {
            throw new InvalidSnapshotException(parameter.name() == null
                    ? "shards are restored by the names of parameters, and one has none: " + parameter
                    : "the checkpoint has no parameter of the name " + parameter.name());
        }
        if (whole.group() != group || whole.length() != parameter.wholeLength()) {
            throw new InvalidSnapshotException("the parameter " + parameter.name() + " has " + whole.length()
                    + " elements and is in group " + whole.group() + " in the checkpoint, and has "
                    + parameter.wholeLength() + " and is in group " + group + " in the optimizer");
        }
        return whole;
    }

    /** Only what the optimizer has: the rest is that of others. */
    @Override
    public OptimizerSnapshot snapshot(Optimizer optimizer, Arena arena) {
        List<OptimizerSnapshot.Group> groups = new ArrayList<>();
        for (int i = 0; i < settings.groups().size(); i++) {
            List<OptimizerSnapshot.Entry> entries = new ArrayList<>();
            for (Parameter parameter : optimizer.groups().get(i).parameters()) {
                WholeParameter whole = fitting(parameter, i);
                ParameterState state = state(whole, parameter, settings.groups().get(i).hyperparameters().algorithm(),
                        optimizer.groups().get(i).stateType(), arena);
                entries.add(new OptimizerSnapshot.Entry(parameter.name(), parameter.length(), parameter.first(),
                        parameter.wholeLength(), whole.randomIndex(), state));
            }
            OptimizerSnapshot.Group group = settings.groups().get(i);
            boolean decoded = isDecoded(group.stateType(), optimizer.groups().get(i).stateType());
            groups.add(new OptimizerSnapshot.Group(group.name(), group.hyperparameters(),
                    decoded ? optimizer.groups().get(i).stateType() : group.stateType(),
                    decoded ? optimizer.groups().get(i).stateRounding() : group.stateRounding(), entries));
        }
        return new OptimizerSnapshot(settings.algorithm(), settings.seed(), settings.learningRateFactor(),
                settings.nextRandomIndex(), groups);
    }

    /** Blocks are read as a whole, but a slice of another type may begin within one. */
    private static boolean isDecoded(StateType saved, StateType type) {
        return saved == StateType.BLOCK8 && type != StateType.BLOCK8;
    }

    private static ParameterState state(WholeParameter whole, Parameter parameter, Algorithm algorithm, StateType type,
            Arena arena) {
        long begin = parameter.first();
        long end = begin + parameter.length();
        if (!isDecoded(whole.type(), type)) {
            return whole.state(begin, end, arena);
        }
        long blocksBegin = begin / SavedRun.BLOCK * SavedRun.BLOCK;
        long blocksEnd = Math.min(whole.length(), Math.ceilDiv(end, SavedRun.BLOCK) * SavedRun.BLOCK);
        ParameterState decoded = Conversions.convert(whole.state(blocksBegin, blocksEnd, arena), algorithm, type,
                arena);
        Map<String, ParameterState.Buffer> buffers = new LinkedHashMap<>();
        decoded.buffers().forEach((name, buffer) -> {
            long bytes = StateBuffer.typeOf(name, type).bytes();
            buffers.put(name, new ParameterState.Buffer(buffer.elements().asSlice((begin - blocksBegin) * bytes,
                    (end - begin) * bytes)));
        });
        return new ParameterState(decoded.step(), type, buffers, decoded.numbers());
    }

    @Override
    public void close() {
        close(files());
    }

    static void close(List<TensorFile> files) {
        files.forEach(TensorFile::close);
    }
}
