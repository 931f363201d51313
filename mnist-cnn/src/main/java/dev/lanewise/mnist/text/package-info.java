/**
 * Words for people: numbers, tables, messages of one line, and the exceptions whose message is such
 * a line.
 */
@NullMarked
package dev.lanewise.mnist.text;

import org.jspecify.annotations.NullMarked;
