package io.radam.checkpoint;

import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a shard's file, such as {@code run-7-00001-of-00004.safetensors}.
 *
 * @param run        as its index is called
 * @param generation of the checkpoint
 * @param number     from 1
 */
record ShardName(String run, long generation, int number, int count) {
    /** As many as the digits in a name can count. */
    static final int MOST = 99_999;
    static final long LAST_GENERATION = 999_999_999_999_999_999L;
    /** Most systems have no longer names. */
    static final int LONGEST = 255;
    private static final Pattern NAME =
            Pattern.compile("(.+)-(0|[1-9][0-9]{0,17})-([0-9]{5})-of-([0-9]{5})\\.safetensors", Pattern.DOTALL);
    private static final Pattern UNFINISHED =
            Pattern.compile("\\.(" + NAME.pattern() + ")" + AtomicFile.UNFINISHED, Pattern.DOTALL);

    /** The parts of a name; null if it is another. */
    static ShardName parse(String file) {
        Matcher name = NAME.matcher(file);
        return !name.matches() ? null : new ShardName(name.group(1), Long.parseLong(name.group(2)),
                Integer.parseInt(name.group(3)), Integer.parseInt(name.group(4)));
    }

    /** The shard that a file was to become; null if it is another file. */
    static ShardName ofUnfinished(String file) {
        Matcher name = UNFINISHED.matcher(file);
        return name.matches() ? parse(name.group(1)) : null;
    }

    /**
     * Whether a text is the name of a file in the same folder. A file may say that a shard is somewhere else.
     */
    static boolean isPlain(String file) {
        return file.indexOf('/') < 0 && file.indexOf('\\') < 0 && file.indexOf(':') < 0 && file.indexOf('\0') < 0
                && file.length() <= LONGEST && Path.of(file).getNameCount() == 1;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s-%d-%05d-of-%05d.safetensors", run, generation, number, count);
    }
}
