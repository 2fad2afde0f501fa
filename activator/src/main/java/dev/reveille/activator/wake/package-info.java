/** Writes the scale from zero. */
@NullMarked
package dev.reveille.activator.wake;

import org.jspecify.annotations.NullMarked;
