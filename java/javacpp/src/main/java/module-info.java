/** JavaCPP pointers as parameters of {@code io.radam}. */
module io.radam.javacpp {
    requires transitive io.radam;
    requires transitive org.bytedeco.javacpp;

    exports io.radam.javacpp;
}
