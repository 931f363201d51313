/** What a training is measured by while it goes on, and where the figures go. */
@NullMarked
package dev.lanewise.mnist.metrics;

import org.jspecify.annotations.NullMarked;
