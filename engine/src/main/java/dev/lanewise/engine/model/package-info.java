/** Networks as descriptions, their parameters, and the planner that lays them out as steps over one workspace. */
@NullMarked
package dev.lanewise.engine.model;

import org.jspecify.annotations.NullMarked;
