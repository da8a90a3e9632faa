package io.radam.checkpoint;

import io.radam.DType;
import io.radam.StateType;

/** The types of elements that checkpoints have, in the order that safetensors calls that of their alignment. */
enum TensorType {
    U8(1), I16(2), F16(2), BF16(2), F32(4), F64(8);

    private final int bytes;

    TensorType(int bytes) {
        this.bytes = bytes;
    }

    int bytes() {
        return bytes;
    }

    static TensorType of(StateType type) {
        return switch (type) {
            case FLOAT32 -> F32;
            case BFLOAT16 -> BF16;
            case BLOCK8 -> U8;
        };
    }

    static TensorType of(DType type) {
        return switch (type) {
            case FLOAT32 -> F32;
            case BFLOAT16 -> BF16;
            case FLOAT16 -> F16;
        };
    }

    static TensorType named(String name) {
        for (TensorType type : values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        throw new Malformed("no dtype of a checkpoint: " + name);
    }
}
