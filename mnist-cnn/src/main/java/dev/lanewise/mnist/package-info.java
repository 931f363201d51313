/**
 * The application; {@link dev.lanewise.mnist.Main} is where it begins, and everything else is in
 * the packages below.
 */
@NullMarked
package dev.lanewise.mnist;

import org.jspecify.annotations.NullMarked;
