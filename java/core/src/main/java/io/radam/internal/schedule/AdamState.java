package io.radam.internal.schedule;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** The state of Adam. */
public final class AdamState {
    private AdamState() {
    }

    /** Its buffers, in order; null for those that are not there. */
    public static List<StateBuffer> buffers(boolean amsgrad) {
        return Collections.unmodifiableList(Arrays.asList(new StateBuffer("exp_avg", true, 0),
                new StateBuffer("exp_avg_sq", false, 0), amsgrad ? new StateBuffer("max_exp_avg_sq", false, 0) : null));
    }
}
