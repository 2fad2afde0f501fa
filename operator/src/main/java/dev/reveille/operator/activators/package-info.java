/** Speaks to the activators: load figures, fences. */
@NullMarked
package dev.reveille.operator.activators;

import org.jspecify.annotations.NullMarked;
