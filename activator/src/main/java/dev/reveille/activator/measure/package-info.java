/** Cold-start timeline and metrics. */
@NullMarked
package dev.reveille.activator.measure;

import org.jspecify.annotations.NullMarked;
