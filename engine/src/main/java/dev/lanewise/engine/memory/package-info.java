/** Memory outside of the heap: aligned arenas, shapes, views and workspaces. */
@NullMarked
package dev.lanewise.engine.memory;

import org.jspecify.annotations.NullMarked;
