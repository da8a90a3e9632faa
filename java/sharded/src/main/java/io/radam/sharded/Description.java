package io.radam.sharded;

import io.radam.DType;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.ParameterGroup;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** What ranks have to have in common from the beginning, in words. */
final class Description {
    private Description() {
    }

    /**
     * Describes an optimizer and its parameters, with checksums of their values.
     *
     * @param built    the optimizer of this rank's slices
     * @param wireType the type that was asked for on the way
     * @return the lines
     */
    static List<String> lines(Optimizer built, int ranks, DType wireType, Slices slices) {
        List<String> lines = new ArrayList<>();
        lines.add(ranks + " ranks");
        lines.add("algorithm " + built.algorithm() + ", seed " + built.seed() + ", gradients on the way " + wireType
                + (slices.stream == null ? "" : ", on devices"));
        int i = 0;
        for (ParameterGroup group : built.groups()) {
            lines.add("group " + group.name() + " of " + group.parameters().size() + " parameters, state "
                    + group.stateType() + " rounded " + group.stateRounding() + ", with " + group.hyperparameters());
            for (int end = i + group.parameters().size(); i < end; i++) {
                Parameter whole = slices.wholes.get(i);
                lines.add("parameter " + i + " (" + whole.name() + ") of " + whole.length() + " " + whole.valuesType()
                        + " rounded " + whole.rounding() + ", rows of " + whole.rowLength() + ", copy "
                        + whole.copyType() + ", average "
                        + (whole.average() != null) + ", split " + (whole.lowerHalves() != null) + ", gradient "
                        + whole.gradientType() + ", random index " + whole.randomIndex() + ", values with CRC-32C "
                        + Integer.toHexString(checksum(whole, slices)));
            }
        }
        return lines;
    }

    private static int checksum(Parameter whole, Slices slices) {
        CRC32C crc = new CRC32C();
        byte[] bytes = new byte[1 << (slices.stream == null ? 13 : 20)]; // each piece waits for the device
        MemorySegment piece = MemorySegment.ofArray(bytes);
        for (MemorySegment memory : whole.lowerHalves() == null ? List.of(whole.values())
                : List.of(whole.values(), whole.lowerHalves())) {
            for (long at = 0; at < memory.byteSize(); at += bytes.length) {
                long count = Math.min(bytes.length, memory.byteSize() - at);
                slices.mover.read(memory.asSlice(at, count), piece.asSlice(0, count));
                crc.update(bytes, 0, (int) count);
            }
        }
        return (int) crc.getValue();
    }
}
