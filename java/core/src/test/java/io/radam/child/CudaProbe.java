package io.radam.child;

import io.radam.cuda.CudaDevice;

/** What a program that asks for a GPU sees. */
public final class CudaProbe {
    private CudaProbe() {
    }

    /**
     * Prints the first GPU's name, or why there is none.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        System.out.println("first=" + ask());
        System.out.println("again=" + ask());
    }

    private static String ask() {
        try {
            return CudaDevice.of(0).name();
        } catch (RuntimeException | Error e) {
            return e.getClass().getName() + ": " + e.getMessage();
        }
    }
}
