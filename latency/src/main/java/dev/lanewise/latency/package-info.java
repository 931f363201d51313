/** The latency of calls: in a closed loop and at a fixed rate, beside what the machine itself adds. */
@NullMarked
package dev.lanewise.latency;

import org.jspecify.annotations.NullMarked;
