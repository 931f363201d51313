/** The command line: a class for each command, and for the values that its options take. */
@NullMarked
package dev.lanewise.mnist.command;

import org.jspecify.annotations.NullMarked;
