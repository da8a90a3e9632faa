package io.radam.bench.jni;

import io.radam.bench.NativeFiles;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Platform;

/** The functions of {@code radam.h} by JNI. JavaCPP generates the C++ side from these declarations during the build. */
@Platform(include = "radam/radam.h", link = "radam")
public final class LibradamJni {
    public static final int RADAM_OK = 0;
    public static final int RADAM_TARGET_AUTO = 0;
    public static final int RADAM_PRESET_ADAM_PYTORCH = 5;

    static {
        load();
    }

    private LibradamJni() {
    }

    /** Not by JavaCPP's loader, whose cache may serve the library of an earlier build. */
    private static void load() {
        if (Boolean.getBoolean("bench.jni.generating")) {
            return; // JavaCPP's generator initializes this class too, when there is no library yet.
        }
        Loader.load(Pointer.class);
        System.load(NativeFiles.file(NativeFiles.LIBRADAM).toString());
        System.load(NativeFiles.file(NativeFiles.JNI).toString());
        NativeFiles.requireOneLibradam();
    }

    /** {@code radam_hyperparameters}; the fields that presets fill are not needed here. */
    @Name("radam_hyperparameters")
    public static final class Hyperparameters extends Pointer {
        static {
            load();
        }

        public Hyperparameters() {
            super((Pointer) null);
            allocate();
            struct_size(sizeof());
        }

        private native void allocate();

        public native @Cast("uint32_t") int struct_size();

        public native Hyperparameters struct_size(int size);
    }

    /** {@code radam_coefficients}, which is only passed on. */
    @Name("radam_coefficients")
    public static final class Coefficients extends Pointer {
        static {
            load();
        }

        public Coefficients() {
            super((Pointer) null);
            allocate();
            struct_size(sizeof());
        }

        private native void allocate();

        public native @Cast("uint32_t") int struct_size();

        public native Coefficients struct_size(int size);
    }

    public static native @Cast("int32_t") int radam_abi_version();

    public static native @Cast("radam_status") int radam_hyperparameters_init(Hyperparameters h, int preset);

    public static native @Cast("radam_status") int radam_coefficients_at(
            @Const Hyperparameters h, @Cast("int64_t") long step, Coefficients c);

    public static native @Cast("radam_status") int radam_step_f32(
            int target, @Const Coefficients c, @Cast("int64_t") long begin, @Cast("int64_t") long end,
            FloatPointer param, @Const FloatPointer grad,
            @Cast("float* const*") PointerPointer<FloatPointer> state);
}
