/** The operations, their checks and their numeric contract, and the choice of the implementation. */
@NullMarked
package dev.lanewise.engine.kernel;

import org.jspecify.annotations.NullMarked;
