/**
 * What trainings came to, and the folder that takes it: everything that results.json has, and
 * reading it again.
 */
@NullMarked
package dev.lanewise.mnist.results;

import org.jspecify.annotations.NullMarked;
