/** The digits, or other data in their format: reading the files and dividing the images. */
@NullMarked
package dev.lanewise.mnist.data;

import org.jspecify.annotations.NullMarked;
