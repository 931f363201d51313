/**
 * Events for JDK Flight Recorder. All are off until a recording turns them on. The module {@code jdk.jfr} may be
 * absent; {@link dev.lanewise.engine.event.Events} is the only way in.
 */
@NullMarked
package dev.lanewise.engine.event;

import org.jspecify.annotations.NullMarked;
