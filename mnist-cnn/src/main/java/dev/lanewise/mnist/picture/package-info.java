/** From a photo or a scan to the 28x28 pixels that the network knows. */
@NullMarked
package dev.lanewise.mnist.picture;

import org.jspecify.annotations.NullMarked;
