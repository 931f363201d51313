/** Initial values of parameters. */
@NullMarked
package dev.lanewise.engine.init;

import org.jspecify.annotations.NullMarked;
