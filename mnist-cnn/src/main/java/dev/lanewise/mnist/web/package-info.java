/** The page to draw on, and the JSON interface behind it. */
@NullMarked
package dev.lanewise.mnist.web;

import org.jspecify.annotations.NullMarked;
