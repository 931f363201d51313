/** The report made of results: a page, charts, pictures and tables. */
@NullMarked
package dev.lanewise.mnist.report;

import org.jspecify.annotations.NullMarked;
