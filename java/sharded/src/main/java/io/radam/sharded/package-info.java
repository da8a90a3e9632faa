/** An optimizer whose state is shared out among processes, and how these talk to each other. */
package io.radam.sharded;
