/**
 * The jar's main class and what it needs to find and start a fitting JVM: the only package compiled
 * for Java 8.
 */
@NullMarked
package dev.lanewise.mnist.launch;

import org.jspecify.annotations.NullMarked;
