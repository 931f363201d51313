/** The process and the terminal that it is started from: output, live line, signals, exit codes. */
@NullMarked
package dev.lanewise.mnist.terminal;

import org.jspecify.annotations.NullMarked;
