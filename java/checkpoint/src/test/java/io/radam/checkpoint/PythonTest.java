package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.radam.DType;
import io.radam.Parameter;
import io.radam.ParameterState;
import io.radam.StateType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Python opens the file with none of our code. */
class PythonTest {
    /** A reader of the format after its specification, with nothing but Python's own library. */
    private static final String READER = """
            import json, math, struct, sys

            def pairs(items):
                assert len(dict(items)) == len(items), 'a key comes twice'
                return dict(items)

            data = open(sys.argv[1], 'rb').read()
            (n,) = struct.unpack('<Q', data[:8])
            assert n <= 100_000_000 and n % 8 == 0 and data[8:9] == b'{'
            header = json.loads(data[8:8 + n].decode('utf-8'), object_pairs_hook=pairs)
            metadata = header.pop('__metadata__')
            assert all(isinstance(v, str) for v in metadata.values())
            end, rest = 0, data[8 + n:]
            size = {'F32': 4, 'BF16': 2, 'F16': 2, 'I16': 2, 'U8': 1}
            for name, t in sorted(header.items(), key=lambda item: item[1]['data_offsets']):
                begin, stop = t['data_offsets']
                assert begin == end and stop - begin == math.prod(t['shape']) * size[t['dtype']], name
                assert (8 + n + begin) % size[t['dtype']] == 0, 'misaligned: ' + name
                end = stop
                print(name, t['dtype'], t['shape'], rest[begin:stop].hex(), sep='|')
            assert end == len(rest)
            groups, parameters = json.loads(metadata['param_groups']), json.loads(metadata['parameters'])
            for group in groups:
                for name in group['params']:
                    (step,) = struct.unpack('<f', rest[slice(*header[f'state.{name}.step']['data_offsets'])])
                    assert step == int(metadata[f'state.{name}.step'])
                    print('param', name, parameters[name]['length'], repr(group['lr']), group['betas'], sep='|')
            """;

    /** Of shards, by their index: the values of each parameter, put together from its slices. */
    private static final String SHARD_READER = """
            import json, os, struct, sys

            def read(path):
                data = open(path, 'rb').read()
                (n,) = struct.unpack('<Q', data[:8])
                return json.loads(data[8:8 + n].decode('utf-8')), data[8 + n:]

            index = json.load(open(sys.argv[1], encoding='utf-8'))
            folder = os.path.dirname(sys.argv[1])
            files = {name: read(os.path.join(folder, name)) for name in set(index['weight_map'].values())}
            total, values = 0, {}
            for tensor, file in index['weight_map'].items():
                header, rest = files[file]
                begin, end = header[tensor]['data_offsets']
                total += end - begin
                if tensor.startswith('parameter.'):
                    name = tensor[len('parameter.'):]
                    place = json.loads(header['__metadata__']['parameters'])[name]
                    if place['length'] < place['whole_length']:
                        end_of_name = f"[{place['first']}:{place['first'] + place['length']}]"
                        assert name.endswith(end_of_name)
                        name = name[:-len(end_of_name)]
                    values.setdefault(name, []).append((place['first'], rest[begin:end].hex()))
            assert total == index['metadata']['total_size']
            for name, slices in values.items():
                print(name, ''.join(part for _, part in sorted(slices)), sep='|')
            """;

    /** The same by the official package. */
    private static final String OFFICIAL = """
            import sys
            from safetensors import deserialize

            with open(sys.argv[1], 'rb') as file:
                for name, t in deserialize(file.read()):
                    print(name, t['dtype'], list(t['shape']), bytes(t['data']).hex(), sep='|')
            """;

    @TempDir
    Path folder;

    private String python(String program, Path file) throws Exception {
        Path script = Files.writeString(folder.resolve("script.py"), program);
        Path log = folder.resolve("log");
        ProcessBuilder builder = new ProcessBuilder("python3", script.toString(), file.toString())
                .redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("PYTHONIOENCODING", "utf-8");
        Process process = builder.start();
        assertTrue(process.waitFor(10, TimeUnit.MINUTES), "it does not end");
        String output = Files.readString(log);
        assertEquals(0, process.exitValue(), output);
        return output;
    }

    private static boolean has(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private Path written(Model model) throws Exception {
        Path file = folder.resolve("run.safetensors");
        Checkpoint.of(model.optimizer).withParameters().withAverages().put("ä€😀", "\"\\\u2028")
                .shapes(Map.of("native", new long[] {3, 100})).write(file);
        return file;
    }

    private static String hex(MemorySegment segment) {
        return HexFormat.of().formatHex(segment.toArray(ValueLayout.JAVA_BYTE));
    }

    private static void assertHasAll(Model model, StateType type, List<String> lines) {
        String dtype = TensorType.of(type).name();
        for (Parameter parameter : model.parameters) {
            String shape = parameter.name().equals("native") ? "[3, 100]" : "[300]";
            ParameterState state = model.optimizer.state(parameter);
            state.buffers().forEach((name, buffer) -> {
                assertTrue(lines.contains("state." + parameter.name() + "." + name + "|" + dtype + "|" + shape + "|"
                        + hex(buffer.elements())), parameter.name());
                if (buffer.scales() != null) {
                    assertTrue(lines.contains("state." + parameter.name() + "." + name + ".scale|F32|[2]|"
                            + hex(buffer.scales())), parameter.name());
                }
            });
            assertTrue(lines.contains("state." + parameter.name() + ".step|F32|[]|"
                    + hex(MemorySegment.ofArray(new float[] {state.step()}))), parameter.name());
            assertTrue(lines.contains("parameter." + parameter.name() + "|"
                    + (parameter.valuesType() == DType.BFLOAT16 ? "BF16" : "F32") + "|" + shape + "|"
                    + hex(parameter.values())));
            assertTrue(parameter.lowerHalves() == null || lines.contains("lower." + parameter.name() + "|I16|" + shape
                    + "|" + hex(parameter.lowerHalves())), parameter.name());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReaderAfterTheSpecification(StateType type) throws Exception {
        assumeTrue(has("python3", "--version"), "there is no python3");
        try (Model model = new Model(Model.Kind.AMSGRAD, type, true).step(4)) {
            model.optimizer.groups().getLast().setLearningRate(0.1 + 0.2);
            List<String> lines = python(READER, written(model)).lines().toList();
            assertHasAll(model, type, lines);
            assertTrue(lines.contains("param|half|300|0.30000000000000004|[0.9, 0.999]"), () -> "" + lines);
        }
    }

    @Test
    void theOfficialPackage() throws Exception {
        assumeTrue(has("python3", "-c", "import safetensors"), "Python has no package safetensors");
        try (Model model = new Model(Model.Kind.AMSGRAD, StateType.BLOCK8, true).step(4)) {
            assertHasAll(model, StateType.BLOCK8, python(OFFICIAL, written(model)).lines().toList());
        }
    }

    @Test
    void shardsByTheirIndex() throws Exception {
        assumeTrue(has("python3", "--version"), "there is no python3");
        try (ShardModel model = new ShardModel(Model.Kind.ADAM, StateType.BLOCK8, 3).step(2);
                ShardModel whole = new ShardModel(Model.Kind.ADAM, StateType.BLOCK8, 1).step(2)) {
            ShardedCheckpoint sharded = ShardedCheckpoint.of(folder.resolve("run"), 0, 3);
            model.write(folder.resolve("run"), 2);
            sharded.complete(2);
            assertEquals(whole.ranks.getFirst().parameters.stream()
                    .map(parameter -> parameter.name() + "|" + hex(parameter.values())).sorted().toList(),
                    python(SHARD_READER, sharded.index()).lines().sorted().toList());
        }
    }
}
