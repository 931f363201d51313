/** What trained models are good for: recognising digits, being measured, being exported. */
@NullMarked
package dev.lanewise.mnist.model;

import org.jspecify.annotations.NullMarked;
