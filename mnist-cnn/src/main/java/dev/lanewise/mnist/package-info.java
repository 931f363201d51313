/** The MNIST application: reads the data, trains one network with each optimizer, compares. */
@NullMarked
package dev.lanewise.mnist;

import org.jspecify.annotations.NullMarked;
