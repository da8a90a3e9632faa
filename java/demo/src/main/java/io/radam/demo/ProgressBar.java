package io.radam.demo;

import java.io.PrintStream;

/** A bar that redraws itself on a terminal; in a log file, where that would be noise, one line per finished task. */
public final class ProgressBar {

    private static final int WIDTH = 24;
    private static final long REDRAW_NANOS = 100_000_000;
    /** Erases what a longer line left behind. */
    private static final String CLEAR_LINE = "\r\033[K";

    private final PrintStream out;
    private final boolean terminal;
    private final int tasks;
    private final int stepsPerTask;

    private String task = "";
    private long start;
    private int steps;
    private long drawn;

    /** A bar of so many tasks, each of so many steps. */
    public ProgressBar(PrintStream out, int tasks, int stepsPerTask) {
        this.out = out;
        this.tasks = tasks;
        this.stepsPerTask = stepsPerTask;
        terminal = System.console() != null && System.console().isTerminal();
    }

    /** Begins a task. */
    public void begin(String description) {
        task = description;
        if (steps == 0) {
            start = System.nanoTime();
        }
        draw();
    }

    /** A step of the task is done. */
    public void advance() {
        steps++;
        if (System.nanoTime() - drawn > REDRAW_NANOS) {
            draw();
        }
    }

    /** @param result shown with the task in a log file */
    public void end(String result) {
        if (!terminal) {
            out.println(bar() + "  " + task + ": " + result);
        } else if (steps == tasks * stepsPerTask) {
            out.println(CLEAR_LINE + bar() + "  done in " + Text.seconds(System.nanoTime() - start));
        }
    }

    private void draw() {
        if (terminal) {
            out.print(CLEAR_LINE + bar() + "  " + task + timeLeft());
            out.flush();
            drawn = System.nanoTime();
        }
    }

    private String bar() {
        int filled = WIDTH * steps / (tasks * stepsPerTask);
        return Text.format("[%s%s] %2d/%d",
                "#".repeat(filled), "-".repeat(WIDTH - filled), steps / stepsPerTask, tasks);
    }

    private String timeLeft() {
        if (steps == 0) {
            return "";
        }
        double perStep = (double) (System.nanoTime() - start) / steps;
        return Text.format(", about %.0f s left", perStep * (tasks * stepsPerTask - steps) / 1e9);
    }
}
